#pragma once

#include <chrono>
#include <cstdint>

namespace vedette::base {

// Wall time in UTC at millisecond resolution: what telemetry, journals and people use.
using Duration = std::chrono::milliseconds;
using TimePoint = std::chrono::time_point<std::chrono::system_clock, Duration>;

// For intervals inside one process: never goes back, says nothing about the calendar.
using SteadyPoint = std::chrono::steady_clock::time_point;

constexpr int64_t ToMillis(TimePoint time) { return time.time_since_epoch().count(); }
constexpr TimePoint FromMillis(int64_t millis) { return TimePoint(Duration(millis)); }

// Where time enters the program. Pure code takes `TimePoint now` as an argument; only loops and
// servers hold a Clock. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  virtual TimePoint Now() const = 0;       // the calendar; may step
  virtual SteadyPoint Steady() const = 0;  // for timeouts and durations
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  TimePoint Now() const override;
  SteadyPoint Steady() const override;
};

}  // namespace vedette::base
