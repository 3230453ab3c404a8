#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "detect/learned/history.h"
#include "detect/learned/model.h"
#include "detect/learned/trial_rules.h"

namespace vedette::detect::learned {

struct TrialOptions {
  size_t first = 0;           // the held-out rows: from here on
  size_t faults = 72;         // as many of each kind, each tried by itself
  size_t longest = 20;        // steps
  double alarms_per_day = 1;  // on the rows as they are, that all columns may raise
  uint64_t seed = 1;
  std::function<bool()> cancelled = [] { return false; };  // then what it says is nothing
};

// Runs a model and the statistical detectors (detect/baseline, one for each metric) over the
// held-out rows, as they are and with faults, and counts who finds what at equal false alarms: see
// CountFound. The model's threshold is never below what it came with. REQUIRES: the history has the
// model's metrics, and options.first is at least the model's window.
TrialResult RunTrial(const Model& model, const History& history, const TrialOptions& options);

}  // namespace vedette::detect::learned
