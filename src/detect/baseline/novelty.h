#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "detect/baseline/day_profile.h"
#include "detect/baseline/records.h"

namespace vedette::detect::baseline {

// Has the series ever been like this? Nine views of it (the value, its means at three speeds, the
// step, what is left over a fast mean and over the half hour of the day, the logarithm of its
// volatility, the middle mean over the slow one), each against its own records above and below.
// What several of them say counts for more than what one says alone. Fixed size, no pointers.
// Not thread-safe.
class Novelty {
 public:
  // The greatest surprise of the views in nats, a little less for a single view and more for those
  // that agree; 0 when nothing is a record or while learning. Then learns the value. `grain` is the
  // smallest step that the values can make, 0 when that is unknown: it says how far up the first
  // value is that is not like all others. REQUIRES: |value| <= 1e30; `season` is without this
  // value.
  double Step(double value, const Seasonal& season, double grain);
  // Whether there is enough to hold a value against.
  bool judges() const;

  // The step and the fast mean begin anew: nothing is known about the time in between.
  void AfterGap(double value) { last_ = fast_ = value; }

 private:
  static constexpr size_t kViews = 9;
  // Above stand the views, below their negatives, in the same order.
  using Extremes = Records<2 * kViews>;
  using Views = std::array<double, kViews>;
  bool IsUnusual(double volatility) const {
    return volatility <= static_cast<double>(usual_low_) ||
           volatility >= static_cast<double>(usual_high_);
  }
  double Hold(const Views& views, const Extremes::Values& extremes, double slow_before);
  void Follow(double value, double residual);
  void BoundLog();

  double last_ = 0;
  double fast_ = 0;
  double middle_ = 0;
  double slow_ = 0;
  double volatility_ = 0;
  double scale_ = 0;     // clipped mean of |value - fast mean|
  float usual_low_ = 0;  // volatilities in between are no records
  float usual_high_ = 0;
  float grain_ = 0;  // the smallest step so far that was none; 0: none yet
  uint32_t count_ = 0;
  Extremes extremes_;
};

}  // namespace vedette::detect::baseline
