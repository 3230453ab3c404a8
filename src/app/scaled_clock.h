#pragma once

#include "base/clock.h"
#include "base/mutex.h"

namespace vedette::app {

// A calendar that starts at a given time and runs `speed` times as fast as the machine's: for
// demonstrations that show an hour in a minute. Timeouts (Steady) stay those of the machine.
// Thread-safe.
class ScaledClock final : public base::Clock {
 public:
  ScaledClock(const base::Clock& machine, base::TimePoint start, double speed)
      : machine_(machine), start_(start), steady_start_(machine.Steady()), speed_(speed) {}

  base::TimePoint Now() const override EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return NowAt(machine_.Steady());
  }
  base::SteadyPoint Steady() const override { return machine_.Steady(); }

  double speed() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return speed_;
  }
  // From now on; the calendar does not jump.
  void SetSpeed(double speed) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    const base::SteadyPoint steady = machine_.Steady();
    start_ = NowAt(steady);
    steady_start_ = steady;
    speed_ = speed;
  }

 private:
  base::TimePoint NowAt(base::SteadyPoint steady) const REQUIRES(mutex_) {
    const std::chrono::duration<double, std::milli> passed = steady - steady_start_;
    return start_ + base::Duration(static_cast<int64_t>(passed.count() * speed_));
  }

  const base::Clock& machine_;
  mutable base::Mutex mutex_;
  base::TimePoint start_ GUARDED_BY(mutex_);
  base::SteadyPoint steady_start_ GUARDED_BY(mutex_);
  double speed_ GUARDED_BY(mutex_);
};

}  // namespace vedette::app
