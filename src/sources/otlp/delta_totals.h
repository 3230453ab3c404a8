#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "model/labels.h"

namespace vedette::sources::otlp {

// The sums of the deltas of each series: what makes cumulative samples of points of delta
// temporality (docs/decisions/0011-otlp-delta.md). In memory only: after a restart a series begins
// at its next delta, which every reader takes for a counter that was reset. Bounded: when it is
// full, series without a point for `idle` make room, and further ones are refused. Thread-safe.
class DeltaTotals {
 public:
  struct Options {
    size_t series_max = 200'000;  // of all tenants; about 300 bytes each
    base::Duration idle = std::chrono::hours(1);
  };
  DeltaTotals() = default;
  explicit DeltaTotals(const Options& options) : options_(options) {}

  // The sum with this delta. A point that is sent again (the time of the last one) adds nothing.
  // kInvalidArgument when it is older than the last one, kResourceExhausted when there is no room.
  base::Result<double> Add(std::string_view tenant, model::LabelsView labels, int64_t t_ms,
                           double delta, base::TimePoint now) EXCLUDES(mutex_);
  size_t size() const EXCLUDES(mutex_);

 private:
  struct Total {
    double sum = 0;
    int64_t t_ms = INT64_MIN;
    base::TimePoint seen;
  };

  void MakeRoom(base::TimePoint now) REQUIRES(mutex_);

  const Options options_ = {};
  mutable base::Mutex mutex_;
  base::TimePoint swept_ GUARDED_BY(mutex_){};
  std::unordered_map<std::string, Total> totals_ GUARDED_BY(mutex_);
};

}  // namespace vedette::sources::otlp
