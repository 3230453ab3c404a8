#pragma once

#include <cstddef>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "detect/baseline/options.h"
#include "detect/rules/rule.h"

namespace vedette::detect {

// How a shard's detector works. Thresholds, warm-up and waiting times of the baseline are in
// BaselineOptions.
struct DetectorOptions {
  bool baseline_enabled = true;
  baseline::BaselineOptions baseline;
  // Deviations below this score stay inside: 0.7 reports warnings and worse, 0 everything. What
  // surprises is reported by the noise budget's levels instead.
  double report_score = 0.7;
  // False alarms a week, over all series, that surprises may raise; see NoiseBudget.
  double noise_budget = 7;
  // An open anomaly is reported again that often while it lasts, and at once when it gets worse.
  base::Duration update_every{30'000};
  // An anomaly whose series has stopped is closed after this and after five of its intervals.
  base::Duration close_silent_after{300'000};
  // Anomalies of the last run whose series has not come back by then are closed.
  base::Duration adopt_within{600'000};
  // Reports that wait for room in the queue; beyond, the oldest is lost and counted.
  size_t waiting_max = 100'000;
  bool histograms = true;  // their quantiles are watched too, if the baseline is enabled
  friend bool operator==(const DetectorOptions&, const DetectorOptions&) = default;
};

base::Result<> Validate(const DetectorOptions& options);

}  // namespace vedette::detect
