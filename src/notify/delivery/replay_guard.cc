#include "notify/delivery/replay_guard.h"

#include <cstddef>

namespace vedette::notify::delivery {
namespace {

constexpr size_t kRememberedMax = 10'000;

}  // namespace

base::Result<> ReplayGuard::Remember(std::string_view signature, base::TimePoint now) {
  base::MutexLock lock(mutex_);
  if (seen_.size() >= kRememberedMax) {
    std::erase_if(seen_, [&](const auto& entry) { return entry.second < now; });
  }
  if (seen_.size() >= kRememberedMax) return base::Unauthenticated("too many requests");
  // It may have been signed by a clock that is ahead.
  if (!seen_.emplace(signature, now + 2 * kSignatureWindow).second) {
    return base::Unauthenticated("the request has come before");
  }
  return {};
}

}  // namespace vedette::notify::delivery
