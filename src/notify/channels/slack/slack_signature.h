#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "notify/delivery/receiver.h"

namespace vedette::notify::channels {

// Believes requests that Slack signed with the app's signing secret ("v0", HMAC-SHA-256 of
// "v0:<timestamp>:<body>") at most five minutes ago or ahead.
delivery::InboundCheck MakeSlackCheck(std::string signing_secret);

// Signatures that were believed, for as long as they would be again: each counts once. Ten thousand
// at most; when there are more, the next is refused. Thread-safe.
class ReplayGuard {
 public:
  // kUnauthenticated when it has come before.
  base::Result<> Remember(std::string_view signature, base::TimePoint now) EXCLUDES(mutex_);

 private:
  base::Mutex mutex_;
  std::map<std::string, base::TimePoint, std::less<>> seen_ GUARDED_BY(mutex_);  // until when
};

}  // namespace vedette::notify::channels
