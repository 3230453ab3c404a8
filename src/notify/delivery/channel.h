#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/page.h"
#include "net/client.h"
#include "net/mail.h"
#include "notify/delivery/receiver.h"
#include "notify/delivery/threads.h"

namespace vedette::notify::delivery {

// One try to hand a page to a receiver.
struct Attempt {
  int64_t number = 1;
  base::TimePoint now;
  base::Duration delay{0};          // since the page was decided
  std::function<bool()> cancelled;  // true: give up, the process is stopping; may be empty
  std::string to = {};              // of the address: whom to reach, where the channel can
  int64_t replaced = 0;             // earlier pages about the incident that were left out for this
  base::Duration timeout = std::chrono::seconds(10);
};

enum class Verdict {
  kDelivered,
  kRetry,    // the receiver is away, busy or broken: the same page may get through later
  kRefused,  // the receiver does not want this page as it is
};

struct Answer {
  Verdict verdict = Verdict::kRetry;
  int status = 0;      // of the provider, an HTTP or SMTP status; 0 when there was none
  std::string detail;  // for people and the ledger; REQUIRES: no secret in it
  std::optional<base::Duration> retry_after = {};
};

// A way to reach a receiver. Send blocks, always returns within half a minute, and passes the
// page's dedup_key on, so that a receiver can tell a repetition. Called by one thread at a time.
class Channel {
 public:
  virtual ~Channel() = default;
  virtual Answer Send(const model::Page& page, const Attempt& attempt) = 0;
  // The message that Send would hand over, without secrets, for people who write templates.
  virtual std::string Preview(const model::Page& page, const Attempt& attempt) const = 0;
};

class AckLinks;
class PushBook;

// What a channel needs besides its settings. The objects outlive it.
struct ChannelParts {
  std::string receiver;      // its name
  std::string external_url;  // where people reach this server; may be empty
  net::HttpClient& http;
  net::MailClient& mail;
  Threads& threads;
  const AckLinks* links = nullptr;  // null: messages have no link that acknowledges
  PushBook* push = nullptr;         // null: no browser can be reached
};

// The page of the UI about an incident; empty without an external URL.
std::string IncidentUrl(std::string_view external_url, std::string_view incident_id);

}  // namespace vedette::notify::delivery
