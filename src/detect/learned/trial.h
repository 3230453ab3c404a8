#pragma once

#include <cstddef>
#include <cstdint>

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
};

// Runs a model and the statistical detectors (detect/baseline, one for each metric) over the
// held-out rows, as they are and with faults. Thresholds are raised until each column raises no
// more alarms on the rows as they are than allowed; then it counts who finds what. The model's
// threshold is never below what it came with. REQUIRES: the history has the model's metrics, and
// options.first is at least the model's window.
TrialResult RunTrial(const Model& model, const History& history, const TrialOptions& options);

}  // namespace vedette::detect::learned
