#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "model/page.h"
#include "net/client.h"
#include "notify/delivery/receiver.h"

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
  int status = 0;      // of the provider, an HTTP status; 0 when there was none
  std::string detail;  // for people and the ledger; REQUIRES: no secret in it
  std::optional<base::Duration> retry_after;
};

// A way to reach a receiver. Send blocks, always returns within half a minute, and passes the
// page's dedup_key on, so that a receiver can tell a repetition. Called by one thread at a time.
class Channel {
 public:
  virtual ~Channel() = default;
  virtual Answer Send(const model::Page& page, const Attempt& attempt) = 0;
};

// The POST of a JSON body that hands the page to the receiver's URL, with the page's key as
// Idempotency-Key.
net::ClientRequest JsonPost(const Receiver& receiver, const model::Page& page,
                            const Attempt& attempt, std::string body);

// What the answer of an HTTP receiver means: 2xx delivered; 400, 413 and 422 refused; all others
// are worth another try, as are receivers that a person is still setting up (401, 403, 404).
// `retry_after` is the header's text: seconds, else ignored.
Answer AnswerOf(int status, std::string_view retry_after);
// The same when there was no complete answer: always worth another try.
Answer AnswerOf(const base::Error& error);

// The page of the UI about an incident; empty without an external URL.
std::string IncidentUrl(std::string_view external_url, std::string_view incident_id);

}  // namespace vedette::notify::delivery
