#include "detect/baseline/week_profile.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace vedette::detect::baseline {
namespace {

constexpr double kNewWeek = 0.5;  // its weight
constexpr double kRaceSeconds = 7 * 86'400;

uint16_t Narrow(double value) {
  const auto bits = std::bit_cast<uint32_t>(static_cast<float>(value));
  return static_cast<uint16_t>((bits + 0x7FFF) >> 16);
}

}  // namespace

// What was gathered of the part before is known now.
void WeekProfile::Turn(size_t part) {
  if (count_ > 0) {
    const double mean = static_cast<double>(sum_) / count_;
    Half& known = offset_[static_cast<size_t>(part_)];
    known = Narrow(known == kUnknown ? mean : Wide(known) + kNewWeek * (mean - Wide(known)));
    sum_ = 0;
    count_ = 0;
  }
  part_ = static_cast<int32_t>(part);
}

void WeekProfile::Race(double seconds, double difference, double known, double clip) {
  const double all = kRaceSeconds + seconds;
  const double values = static_cast<double>(raced_) + 1;
  const double weight = seconds * values < all ? 1 / values : seconds / all;
  const auto score = [&](float& error, double miss) {
    error +=
        static_cast<float>(weight * (std::min(std::abs(miss), clip) - static_cast<double>(error)));
  };
  score(day_error_, difference);
  score(week_error_, difference - known);
  if (raced_ < (1U << 30)) ++raced_;
}

}  // namespace vedette::detect::baseline
