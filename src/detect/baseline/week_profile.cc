#include "detect/baseline/week_profile.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace vedette::detect::baseline {
namespace {

constexpr int64_t kPartMs = 3 * 3'600'000;
constexpr double kNewWeek = 0.5;  // its weight
constexpr double kRaceSeconds = 7 * 86'400;
constexpr uint32_t kRacedMin = 50;
constexpr double kGain = 0.9;  // it must come nearer by this
constexpr double kFloatMax = 3e38;

int32_t PartOf(int64_t t_ms) {
  constexpr int64_t kParts = 56;
  const int64_t part = (t_ms / kPartMs) % kParts;
  return static_cast<int32_t>(part < 0 ? part + kParts : part);
}

double Wide(uint16_t half) {
  return static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(half) << 16));
}

uint16_t Narrow(double value) {
  const auto bits = std::bit_cast<uint32_t>(static_cast<float>(value));
  return static_cast<uint16_t>((bits + 0x7FFF) >> 16);
}

}  // namespace

double WeekProfile::Offset(int64_t t_ms) const {
  const Half known = offset_[static_cast<size_t>(PartOf(t_ms))];
  const bool nearer = raced_ >= kRacedMin &&
                      static_cast<double>(week_error_) < kGain * static_cast<double>(day_error_);
  return nearer && known != kUnknown ? Wide(known) : 0;
}

void WeekProfile::Fold() {
  if (count_ == 0) return;
  const double mean = static_cast<double>(sum_) / count_;
  Half& known = offset_[static_cast<size_t>(part_)];
  known = Narrow(known == kUnknown ? mean : Wide(known) + kNewWeek * (mean - Wide(known)));
  sum_ = 0;
  count_ = 0;
}

void WeekProfile::Add(int64_t t_ms, double seconds, double difference, double clip) {
  const int32_t part = PartOf(t_ms);
  if (part != part_) {
    Fold();
    part_ = part;
  }
  if (const Half known = offset_[static_cast<size_t>(part)]; known != kUnknown) {
    const double all = kRaceSeconds + seconds;
    const double values = static_cast<double>(raced_) + 1;
    const double weight = seconds * values < all ? 1 / values : seconds / all;
    const auto score = [&](float& error, double miss) {
      error += static_cast<float>(weight *
                                  (std::min(std::abs(miss), clip) - static_cast<double>(error)));
    };
    score(day_error_, difference);
    score(week_error_, difference - Wide(known));
    if (raced_ < (1U << 30)) ++raced_;
  }
  sum_ =
      static_cast<float>(std::clamp(static_cast<double>(sum_) + difference, -kFloatMax, kFloatMax));
  ++count_;
}

}  // namespace vedette::detect::baseline
