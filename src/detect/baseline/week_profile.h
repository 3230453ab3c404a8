#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "detect/baseline/time_of_week.h"

namespace vedette::detect::baseline {

// By how much a series differs from its profile of the day, by three hours of the week (UTC):
// Saturdays that are not like Fridays. Filled as they pass, one by one; used once it has proved for
// a while to come nearer than the profile of the day alone. About 140 bytes, few of them touched by
// a value. Flat, not thread-safe.
class WeekProfile {
 public:
  WeekProfile() { offset_.fill(kUnknown); }

  // What to add to the profile of the day in these three hours; 0 while it is not used.
  double Offset(size_t part) const {
    constexpr uint32_t kRacedMin = 50;
    constexpr double kGain = 0.9;  // it must come nearer by this
    const bool nearer = raced_ >= kRacedMin &&
                        static_cast<double>(week_error_) < kGain * static_cast<double>(day_error_);
    return nearer && offset_[part] != kUnknown ? Wide(offset_[part]) : 0;
  }

  // Takes by how much a value differs from the profile of the day, after `seconds`. Errors count up
  // to `clip`. REQUIRES: |difference| and clip <= 1e31.
  void Add(size_t part, double seconds, double difference, double clip) {
    if (static_cast<int32_t>(part) != part_) Turn(part);
    if (offset_[part] != kUnknown) Race(seconds, difference, Wide(offset_[part]), clip);
    constexpr double kFloatMax = 3e38;
    sum_ = static_cast<float>(
        std::clamp(static_cast<double>(sum_) + difference, -kFloatMax, kFloatMax));
    ++count_;
  }

 private:
  using Half = uint16_t;  // the upper half of a float: three digits
  static constexpr size_t kParts = TimeOfWeek::kThreeHours;
  static constexpr Half kUnknown = 0xFFFF;  // not a number
  static double Wide(Half half) {
    return static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(half) << 16));
  }
  void Turn(size_t part);
  void Race(double seconds, double difference, double known, double clip);

  std::array<Half, kParts> offset_{};
  float sum_ = 0;  // of the part that is filled now
  uint32_t count_ = 0;
  int32_t part_ = -1;
  uint32_t raced_ = 0;  // values whose part was known
  float day_error_ = 0;
  float week_error_ = 0;
};

}  // namespace vedette::detect::baseline
