#pragma once

#include "base/clock.h"
#include "base/random.h"

namespace vedette::sim {

// The shape of the traffic without noise: 1 on average over a working day, a daily wave of 30 %
// (highest at 06:00 UTC, as source system S2 has it) and a fifth less at the weekend, with six
// hours of transition.
double TrafficShape(base::TimePoint now);

// A first-order random walk around zero that forgets within `memory`: slow noise.
class Wander {
 public:
  Wander(double deviation, base::Duration memory) : deviation_(deviation), memory_(memory) {}
  double Advance(base::Duration passed, base::Random& random);
  double value() const { return value_; }

 private:
  double deviation_;
  base::Duration memory_;
  double value_ = 0;
};

// Number of events in an interval where `mean` are expected.
double DrawPoisson(double mean, base::Random& random);

}  // namespace vedette::sim
