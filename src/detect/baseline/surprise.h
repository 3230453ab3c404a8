#pragma once

#include <cstdint>
#include <type_traits>

#include "detect/baseline/day_profile.h"
#include "detect/baseline/energy.h"
#include "detect/baseline/novelty.h"

namespace vedette::detect::baseline {

// How surprising each value of a series is, in nats: one more is passed e times less often or less.
// On series of pure chance at one and at five minutes, 9 is passed 0.3 times a day and 12 0.04, at
// an hour less; on the public operations series 9 is passed 0.1 times a day and 12 0.03, outside of
// what people labelled (docs/decisions/0017-noise-budget.md has the table). One setting for all
// series, of seconds to hours. Two members, the stronger one counts, and a little more if the other
// agrees: Novelty (has it ever been like this?) and Energy (how far off is it, and how rare is that
// here?). A series that has raised alerts needs more for the next, so that none shouts all day.
//
// Strictly causal, O(1), no allocation. Flat: a copy of the bytes goes on bit-exactly.
// Not thread-safe.
class Surprise {
 public:
  static constexpr double kAlert = 12;  // of pure chance less than 0.05 times a day

  // 0 for a usual value, and while learning (100 values; 20 for the energy). Values that are not
  // finite and times that do not advance are ignored and score 0; sizes beyond 1e30 count as that.
  // `grain` as in Novelty::Step. REQUIRES: `season` is without this value.
  double Step(int64_t t_ms, double value, const Seasonal& season, double grain = 0);
  // Whether the past is long enough for the rare to be known as such.
  bool judges() const { return novelty_.judges(); }

  // The weight with which the profile should learn the value that was just taken.
  double ProfileWeight() const;

 private:
  // Returns true after a silence of more than a few intervals.
  bool Advance(int64_t t_ms);
  void FadeAlerts();
  double OfNovelty(double nats);
  double OfEnergy(const Energy::Reading& reading);

  Energy energy_;
  int64_t last_ms_ = 0;
  float interval_s_ = 0;
  float log_interval_ = 0;    // against five minutes, bounded
  float novelty_alerts_ = 0;  // decaying counts of alerts per member
  float energy_alerts_ = 0;
  float recent_alerts_ = 0;  // of both, over a few values
  bool started_ = false;
  Novelty novelty_;
};
static_assert(std::is_trivially_copyable_v<Surprise>);
static_assert(sizeof(Surprise) <= 640);

}  // namespace vedette::detect::baseline
