#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "detect/baseline/time_of_week.h"

namespace vedette::detect::baseline {

// What the time says of a value: the usual one at this time, and how many that is from.
struct Seasonal {
  int count = 0;  // of this half hour, at most 255
  double mean = 0;
};

// A running mean per half hour of the day (UTC), filled as they pass. 240 bytes. Not thread-safe.
class DayProfile {
 public:
  Seasonal At(size_t part) const {
    return {.count = count_[part], .mean = static_cast<double>(mean_[part])};
  }

  // The same on a line through the half hour where its neighbours continue each other, so that no
  // step is seen where a smooth day has none: the lesser of both slopes, none where they differ in
  // sign, which leaves the steps that a day does have (the minmod limiter of P. L. Roe, "Some
  // contributions to the modelling of discontinuous flows", 1985). As At with few values in a half
  // hour.
  Seasonal Near(const TimeOfWeek& time, double interval_ms) const {
    const size_t part = time.half_hour;
    Seasonal season = At(part);
    if (season.count == 0 || interval_ms <= 0 || interval_ms > kPartMs / kLinedFrom) return season;
    const size_t before = part == 0 ? kParts - 1 : part - 1;
    const size_t after = part + 1 == kParts ? 0 : part + 1;
    if (count_[before] == 0 || count_[after] == 0) return season;
    const float rise = mean_[part] - mean_[before];
    const float next = mean_[after] - mean_[part];
    if (rise * next <= 0) return season;
    const float slope = std::abs(rise) < std::abs(next) ? rise : next;
    // Values come from the begin on, so that the middle of them is before that of the half hour.
    const double middle = (kPartMs - interval_ms) / 2;
    season.mean += static_cast<double>(slope) * (time.since_ms - middle) * (1 / kPartMs);
    return season;
  }

  // A plain mean at first, then each value has `weight`. REQUIRES: |value| <= 1e30.
  void Add(size_t part, double value, double weight) {
    const int values = count_[part] + 1;
    const double share = weight * values < 1 ? 1.0 / values : weight;
    mean_[part] += static_cast<float>(share * (value - static_cast<double>(mean_[part])));
    if (count_[part] < UINT8_MAX) ++count_[part];
  }

 private:
  static constexpr size_t kParts = TimeOfWeek::kHalfHours;
  static constexpr double kPartMs = static_cast<double>(TimeOfWeek::kHalfHourMs);
  static constexpr int kLinedFrom = 3;  // values in a half hour
  std::array<float, kParts> mean_{};
  std::array<uint8_t, kParts> count_{};
};

}  // namespace vedette::detect::baseline
