#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace vedette::model {

// A run of buckets next to each other. `offset` counts the empty buckets since the end of the run
// before; of the first run it is the index of its first bucket.
struct BucketRun {
  int32_t offset = 0;
  uint32_t length = 0;
  friend bool operator==(const BucketRun&, const BucketRun&) = default;
};

// Whether a counter histogram began anew at this sample.
enum class CounterReset : uint8_t { kUnknown, kYes, kNo, kGauge };

inline constexpr int32_t kMinHistogramSchema = -4;
inline constexpr int32_t kMaxHistogramSchema = 8;
inline constexpr int32_t kCustomBucketsSchema = -53;

// A native histogram sample, as Prometheus defines it. With an exponential schema s (-4 to 8) the
// positive bucket i holds observations in (2^((i-1)/2^s), 2^(i/2^s)], the negative ones mirror it,
// and the zero bucket holds those within +-zero_threshold. With kCustomBucketsSchema the positive
// bucket i ends, inclusively, at custom_bounds[i], and one more bucket ends at +Inf. Counts are
// absolute (no differences) and may be fractions. A sum with the bits of model::kStaleNanBits is a
// stale marker.
struct Histogram {
  int32_t schema = 0;
  CounterReset counter_reset = CounterReset::kUnknown;
  double zero_threshold = 0;
  double zero_count = 0;
  double count = 0;
  double sum = 0;
  std::vector<BucketRun> positive_runs;
  std::vector<BucketRun> negative_runs;
  std::vector<double> positive_buckets;  // as many as the lengths of the runs add up to
  std::vector<double> negative_buckets;
  std::vector<double> custom_bounds;  // ascending, finite; kCustomBucketsSchema only

  bool custom_buckets() const { return schema == kCustomBucketsSchema; }
  bool stale() const;

  // kInvalidArgument when the parts do not fit each other: runs and buckets, schema, bounds,
  // negative counts, more than `buckets_max` buckets. The count is not compared with the buckets:
  // fractions round, and Prometheus takes any.
  base::Result<> Validate(size_t buckets_max = 20'000) const;
  // Of integer histograms also this: kInvalidArgument when the buckets contradict the count, which
  // is theirs, and at least that for sums that are NaN.
  base::Result<> ValidateCount() const;

  // Exact equality, bit by bit for floating-point fields.
  friend bool operator==(const Histogram& a, const Histogram& b);
};

}  // namespace vedette::model
