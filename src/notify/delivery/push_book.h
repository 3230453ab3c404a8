#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"

namespace vedette::notify::delivery {

// A browser of a person that takes push messages, as its PushSubscription says.
struct PushDevice {
  std::string id;        // "push_" and a ULID
  std::string person;    // a user of the plan
  std::string endpoint;  // of the push service; whoever knows it may send: a secret
  std::string p256dh;    // the browser's public key, base64url
  std::string auth;      // base64url; a secret
  std::string label;     // for people: "phone"
  base::TimePoint created_at;
};

inline constexpr size_t kPushDevicesOfAPersonMax = 10;

// The browsers that are subscribed, and the key by which push services know this server, made at
// its first start. In the state database. Thread-safe.
class PushBook {
 public:
  // The tables must be there: Dispatcher::Migrate.
  static base::Result<std::unique_ptr<PushBook>> Open(sql::Database& database);

  // 32 bytes: a private key of the curve P-256.
  const std::string& secret() const { return secret_; }

  // An endpoint that is known changes its owner and keys. kResourceExhausted: ten of the person
  // are there. The id that it has now.
  base::Result<std::string> Add(const PushDevice& device);
  // Of one person; empty: of all. Oldest first.
  base::Result<std::vector<PushDevice>> List(std::string_view person) const;
  // kNotFound.
  base::Result<> Remove(std::string_view id);

 private:
  PushBook(sql::Database& database, std::string secret)
      : database_(database), secret_(std::move(secret)) {}

  sql::Database& database_;
  const std::string secret_;
};

}  // namespace vedette::notify::delivery
