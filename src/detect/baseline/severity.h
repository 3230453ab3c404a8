#pragma once

#include "detect/baseline/options.h"
#include "detect/baseline/signal.h"

namespace vedette::detect::baseline {

// A deviation that has lasted a while, in the signal's own terms.
struct Deviation {
  double sustained = 0;  // the value over the last few points
  double expected = 0;
  double sigmas = 0;    // |sustained - expected| in standard deviations
  double lasted_s = 0;  // since the first deviating value
  int side = 0;         // +1 above, -1 below
  double support = 1;   // share of the last values that were on that side
  bool counts = false;  // the value is a rate of whole events
};

// How bad it is, 0 to 1 on the severity scale. A large number of standard deviations alone never
// makes it more than information: what is measured must hurt in this direction, by an amount that
// matters, for long enough.
double ScoreOf(const BaselineOptions& options, const Signal& signal, const Deviation& deviation);

// Whether any deviation of it can be critical.
bool MayPage(const Signal& signal);

// Whether a value on its side of what is usual can hurt at all: fewer errors cannot.
bool MayHurt(const Signal& signal, double observed, double low, double high);

}  // namespace vedette::detect::baseline
