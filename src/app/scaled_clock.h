#pragma once

#include "base/clock.h"

namespace vedette::app {

// A calendar that starts at a given time and runs `speed` times as fast as the machine's: for
// demonstrations that show an hour in a minute. Timeouts (Steady) stay those of the machine.
// Thread-safe.
class ScaledClock final : public base::Clock {
 public:
  ScaledClock(const base::Clock& machine, base::TimePoint start, double speed)
      : machine_(machine), start_(start), steady_start_(machine.Steady()), speed_(speed) {}

  base::TimePoint Now() const override {
    const std::chrono::duration<double, std::milli> passed = machine_.Steady() - steady_start_;
    return start_ + base::Duration(static_cast<int64_t>(passed.count() * speed_));
  }
  base::SteadyPoint Steady() const override { return machine_.Steady(); }

 private:
  const base::Clock& machine_;
  const base::TimePoint start_;
  const base::SteadyPoint steady_start_;
  const double speed_;
};

}  // namespace vedette::app
