#pragma once

#include <atomic>

#include "base/clock.h"

namespace vedette::base {

// A clock that moves only when the test says so. Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(TimePoint start = FromMillis(1'700'000'000'000)) : millis_(ToMillis(start)) {}

  TimePoint Now() const override { return FromMillis(millis_.load()); }
  SteadyPoint Steady() const override { return SteadyPoint(Duration(steady_millis_.load())); }

  // Both clocks move on.
  void Advance(Duration by) {
    millis_ += by.count();
    steady_millis_ += by.count();
  }

  // Only the calendar jumps, as NTP or a person would make it.
  void StepWallClock(Duration by) { millis_ += by.count(); }

 private:
  std::atomic<int64_t> millis_;
  std::atomic<int64_t> steady_millis_{0};
};

}  // namespace vedette::base
