#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "notify/routing/time_zone.h"

namespace vedette::notify::routing {

inline constexpr int64_t kEveryDay = 0x7F;

// Some hours of some days of the week, by the clocks of a zone: on the day on which the clocks
// change, 09:00 is still 09:00.
struct Window {
  int64_t days = kEveryDay;       // bit 0 Monday to bit 6 Sunday: those on which it begins
  base::Duration from{0};         // since midnight
  base::Duration to{86'400'000};  // at or before `from`: on the day after

  friend bool operator==(const Window&, const Window&) = default;
};
using Hours = std::vector<Window>;

bool Contains(const Hours& hours, TimeZone zone, base::TimePoint time);

// The first moment after `time` at which a window begins or ends; nothing without windows.
std::optional<base::TimePoint> NextEdge(const Hours& hours, TimeZone zone, base::TimePoint time);

// The first moment from `time` on that is inside (or outside) the hours; nothing when there is
// none.
std::optional<base::TimePoint> NextInside(const Hours& hours, TimeZone zone, base::TimePoint time);
std::optional<base::TimePoint> NextOutside(const Hours& hours, TimeZone zone, base::TimePoint time);

// "mon", "monday", "mon-fri", "weekdays", "weekend", "daily": the bits. kInvalidArgument.
base::Result<int64_t> ParseDays(std::string_view text);
// "mon-fri 09:00-17:00"
std::string Describe(const Window& window);

}  // namespace vedette::notify::routing
