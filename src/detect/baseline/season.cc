#include "detect/baseline/season.h"

#include <algorithm>

namespace vedette::detect::baseline {
namespace {

constexpr int64_t kPartMs = 1'800'000;
constexpr int kDaysKept = 5;  // the weight of a new day is a fifth at least
constexpr int kDaysNeeded = 2;

int64_t PartOf(int64_t t_ms) { return t_ms / kPartMs - (t_ms % kPartMs < 0 ? 1 : 0); }
size_t OfDay(int64_t part) { return static_cast<size_t>((part % 48 + 48) % 48); }

}  // namespace

void Season::Fold() {
  if (count_ == 0) return;
  const size_t at = OfDay(part_);
  const double mean = sum_ / count_;
  const int days = std::min<int>(days_[at] + 1, kDaysKept);
  const auto before = static_cast<double>(mean_[at]);
  mean_[at] = static_cast<float>(before + (mean - before) / days);
  days_[at] = static_cast<uint8_t>(days);
  any_known_ = any_known_ || days >= kDaysNeeded;
}

void Season::Add(int64_t t_ms, double value) {
  const int64_t part = PartOf(t_ms);
  if (part != part_) {
    Fold();
    part_ = part;
    sum_ = 0;
    count_ = 0;
  }
  sum_ += value;
  ++count_;
}

bool Season::Knows(int64_t t_ms) const {
  return any_known_ && days_[OfDay(PartOf(t_ms))] >= kDaysNeeded;
}

double Season::At(int64_t t_ms) const { return static_cast<double>(mean_[OfDay(PartOf(t_ms))]); }

}  // namespace vedette::detect::baseline
