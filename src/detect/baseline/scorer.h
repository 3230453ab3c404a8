#pragma once

#include <cstdint>

#include "detect/baseline/series_state.h"

namespace vedette::detect::baseline {

// The baseline on one series by itself, for `vedette detect --csv` and for experiments: what it
// says at a row depends on the rows so far alone. Not thread-safe.
class SeriesScorer {
 public:
  struct Result {
    double score = 0;    // 0 usual, 1/2 where an anomaly may open, towards 1 beyond
    bool alert = false;  // an anomaly is open
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
};

}  // namespace vedette::detect::baseline
