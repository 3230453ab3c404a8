#pragma once

#include <cstddef>
#include <cstdint>

namespace vedette::detect::baseline {

// Where a moment lies in the day and in the week (UTC), as far as profiles tell times apart. Weeks
// begin on Thursdays, as time did.
struct TimeOfWeek {
  static constexpr int64_t kHalfHourMs = 1'800'000;
  static constexpr uint32_t kHalfHours = 48;   // in a day
  static constexpr uint32_t kThreeHours = 56;  // in a week

  explicit TimeOfWeek(int64_t t_ms) {
    constexpr uint32_t kPerThreeHours = 6;
    constexpr int64_t kWeekMs = kHalfHourMs * kPerThreeHours * kThreeHours;
    const int64_t signed_ms = t_ms % kWeekMs;
    const auto of_week = static_cast<uint32_t>(signed_ms < 0 ? signed_ms + kWeekMs : signed_ms);
    constexpr auto kHalfHour = static_cast<uint32_t>(kHalfHourMs);
    const uint32_t half_hours = of_week / kHalfHour;
    since_ms = of_week - half_hours * kHalfHour;
    half_hour = half_hours % kHalfHours;
    three_hours = half_hours / kPerThreeHours;
  }

  size_t half_hour;    // of the day
  size_t three_hours;  // of the week
  uint32_t since_ms;   // the half hour began
};

}  // namespace vedette::detect::baseline
