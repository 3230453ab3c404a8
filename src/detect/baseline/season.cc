#include "detect/baseline/season.h"

#include <algorithm>

namespace vedette::detect::baseline {
namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kHalfHourMs = kHourMs / 2;
constexpr int kDaysKept = 5;  // the weight of a new day is a fifth at least

int64_t FloorDiv(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
int HourOfDay(int64_t hour) { return static_cast<int>(((hour % 24) + 24) % 24); }

}  // namespace

Season::Place Season::PlaceOf(int64_t t_ms) {
  const int64_t shifted = t_ms - kHalfHourMs;  // hours' middles become whole hours
  const int64_t hour = FloorDiv(shifted, kHourMs);
  return {HourOfDay(hour), HourOfDay(hour + 1),
          static_cast<double>(shifted - hour * kHourMs) / static_cast<double>(kHourMs)};
}

void Season::Fold() {
  if (count_ == 0 || hour_ < 0) return;
  const auto at = static_cast<size_t>(HourOfDay(hour_));
  const double mean = sum_ / count_;
  const int days = std::min<int>(days_[at] + 1, kDaysKept);
  mean_[at] = static_cast<float>(mean_[at] + (mean - mean_[at]) / days);
  days_[at] = static_cast<uint8_t>(days);
  if (days >= 2) known_ |= 1U << at;
}

void Season::Add(int64_t t_ms, double value) {
  const int64_t hour = FloorDiv(t_ms, kHourMs);
  if (hour != hour_) {
    Fold();
    hour_ = hour;
    sum_ = 0;
    count_ = 0;
  }
  sum_ += value;  // bounded by the caller: see kValueMax in series_state.h
  ++count_;
}

bool Season::Knows(int64_t t_ms) const {
  if (known_ == 0) return false;
  const Place place = PlaceOf(t_ms);
  const uint32_t both = (1U << place.before) | (1U << place.after);
  return (known_ & both) == both;
}

double Season::At(int64_t t_ms) const {
  const Place place = PlaceOf(t_ms);
  const double before = mean_[static_cast<size_t>(place.before)];
  const double after = mean_[static_cast<size_t>(place.after)];
  return before + (after - before) * place.share;
}

}  // namespace vedette::detect::baseline
