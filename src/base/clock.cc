#include "base/clock.h"

namespace vedette::base {

TimePoint SystemClock::Now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

SteadyPoint SystemClock::Steady() const { return std::chrono::steady_clock::now(); }

}  // namespace vedette::base
