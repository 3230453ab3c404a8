#pragma once

#include <string>
#include <vector>

#include "diagnose/evidence.h"
#include "diagnose/movement.h"

namespace vedette::diagnose {

// A caller that no longer calls.
struct LostCalls {
  std::string caller;
  std::string callee;
  std::string metric;  // of both
  double usual = 0;    // the callee's traffic per unit of the caller's
  double now = 0;
  double deviation = 0;  // of `now` from what stretches of this length used to have; below zero
};

// Where a callee with one caller lost its traffic while the caller kept its own: the caller breaks
// off before that call. Compares the ratio of the two over the incident's rows with stretches of
// the same length of the baseline, which it needs, and with the rows just before. Nothing when the
// symptom has a series of its own: then only what follows it counts. The most lost first.
std::vector<LostCalls> FindLostCalls(const Evidence& evidence, const Frame& frame);

}  // namespace vedette::diagnose
