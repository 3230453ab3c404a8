#pragma once

#include <algorithm>

#include "base/clock.h"

namespace vedette::rules {

// How much time may be spent on something that can be left out: a share of the time that passes,
// saved up to a limit, so that a few come at once and many do not. A plain value.
class Allowance {
 public:
  Allowance(double share, double saved_max_ms)
      : share_(share), saved_max_ms_(saved_max_ms), saved_ms_(saved_max_ms) {}

  void Spend(base::TimePoint now, double ms) { saved_ms_ = SavedAt(now) - ms, at_ = now; }
  // From when something may be spent again: what was overdrawn has been saved.
  base::TimePoint ReadyAt() const {
    if (saved_ms_ >= 0) return at_;
    return at_ + base::Duration(1 + static_cast<int64_t>(-saved_ms_ / share_));
  }
  // The calendar stepped: what is saved stays.
  void Shift(base::Duration step) { at_ += step; }

 private:
  double SavedAt(base::TimePoint now) const {
    const double passed = std::max(0.0, static_cast<double>((now - at_).count()));
    return std::min(saved_max_ms_, saved_ms_ + passed * share_);
  }

  double share_;
  double saved_max_ms_;
  double saved_ms_;
  base::TimePoint at_ = {};
};

}  // namespace vedette::rules
