#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/page.h"
#include "model/tenant.h"
#include "sql/database.h"

namespace vedette::notify::delivery {

// What a link in a message allows, and to whom it was sent.
struct AckClaim {
  model::TenantName tenant;
  std::string incident_id;
  std::string page_key;  // of the page that it stood in
  std::string receiver;
  std::string to;  // the address; empty: all whom the receiver names
  base::TimePoint expires_at;
  friend bool operator==(const AckClaim&, const AckClaim&) = default;
};

struct UsedLink {
  base::TimePoint at;
  std::string by;
};

// Links that acknowledge an incident without a login: whoever has one may, once, until it expires.
// A link is a claim and its HMAC-SHA-256 under a secret of this server, made at its first start and
// kept in the state database; equal claims give equal links, so that a message that is sent again
// is the same. That a link was used is on disk. Thread-safe.
class AckLinks {
 public:
  // The tables must be there: Dispatcher::Migrate.
  static base::Result<std::unique_ptr<AckLinks>> Open(sql::Database& database);

  // The token, of characters that need no escape in a URL.
  std::string Sign(const AckClaim& claim) const;
  // kUnauthenticated for a token that is not ours. Expired ones are read too.
  base::Result<AckClaim> Read(std::string_view token) const;

  base::Result<std::optional<UsedLink>> FindUse(std::string_view token) const;
  // kAlreadyExists when it was used before.
  base::Result<> Use(std::string_view token, const AckClaim& claim, const std::string& by,
                     base::TimePoint now);

 private:
  AckLinks(sql::Database& database, std::string secret)
      : database_(database), secret_(std::move(secret)) {}

  sql::Database& database_;
  const std::string secret_;
};

// Whether a page asks somebody to acknowledge: only its messages have a link.
bool AsksForAcknowledgement(const model::Page& page);

// The address of the page behind a token; empty without an external URL.
std::string AckUrl(std::string_view external_url, std::string_view token);

}  // namespace vedette::notify::delivery
