#pragma once

#include <cstdint>

#include "detect/baseline/series_state.h"
#include "detect/baseline/surprise.h"

namespace vedette::detect::baseline {

// The baseline and the surprise on one series by themselves, for `vedette detect --csv` and for
// experiments: what they say at a row depends on the rows so far alone. Not thread-safe.
class SeriesScorer {
 public:
  struct Result {
    double score = 0;    // the surprise of the value in nats; see Surprise
    bool alert = false;  // an anomaly is open, as the server would have it
  };

  // REQUIRES: Validate(options) succeeded.
  explicit SeriesScorer(BaselineOptions options = {}, Signal signal = {})
      : options_(options), signal_(signal) {}

  // A row whose value is missing (NaN) or whose time does not advance scores 0 and keeps the alert.
  Result Step(int64_t t_ms, double value);

 private:
  const BaselineOptions options_;
  const Signal signal_;
  SeriesState state_{};
  Surprise surprise_;
};

}  // namespace vedette::detect::baseline
