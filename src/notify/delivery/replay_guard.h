#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"

namespace vedette::notify::delivery {

// Signed requests of a provider are believed this long before and after they were signed.
inline constexpr base::Duration kSignatureWindow = std::chrono::minutes(5);

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

}  // namespace vedette::notify::delivery
