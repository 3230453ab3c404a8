#include "query/histogram_functions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/check.h"
#include "query/histogram_ops.h"
#include "query/numeric.h"

namespace vedette::query {
namespace {

using model::Histogram;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The value that stands for all observations of a bucket.
double Centre(const BucketView& bucket, bool custom) {
  if (custom) return (bucket.upper + bucket.lower) / 2;
  if (bucket.lower <= 0 && bucket.upper >= 0) return 0;
  const double mean = std::sqrt(bucket.upper * bucket.lower);
  return bucket.upper < 0 ? -mean : mean;
}

double Variance(const Histogram& histogram) {
  const double mean = histogram.sum / histogram.count;
  CompensatedSum squares;
  for (const BucketView& bucket : BucketsOf(histogram)) {
    if (bucket.count == 0) continue;
    const double distance = Centre(bucket, histogram.custom_buckets()) - mean;
    squares.Add(bucket.count * distance * distance);
  }
  return squares.value() / histogram.count;
}

bool IsZeroBucket(const BucketView& bucket, const Histogram& histogram) {
  return !histogram.custom_buckets() && bucket.lower <= 0 && bucket.upper >= 0;
}

// A zero bucket beside buckets of one sign only holds nothing of the other sign.
void OneSided(BucketView& zero, const Histogram& histogram) {
  const bool positive = !histogram.positive_buckets.empty();
  const bool negative = !histogram.negative_buckets.empty();
  if (positive && !negative) zero.lower = 0;
  if (negative && !positive) zero.upper = 0;
}

// The value at a share of the way through a bucket.
double ValueInside(const BucketView& bucket, double share, bool linear) {
  if (linear) return bucket.lower + (bucket.upper - bucket.lower) * share;
  const double lower = std::log2(std::abs(bucket.lower));
  const double upper = std::log2(std::abs(bucket.upper));
  if (bucket.lower > 0) return std::exp2(lower + (upper - lower) * share);
  return -std::exp2(upper + (lower - upper) * (1 - share));
}

// The share of a bucket's observations below a value inside it.
double ShareBelow(const BucketView& bucket, double value, bool linear) {
  if (linear) {
    // Nothing is known of where in an endless bucket the observations are.
    if (std::isinf(bucket.lower)) return 1;
    if (std::isinf(bucket.upper)) return 0;
    return (value - bucket.lower) / (bucket.upper - bucket.lower);
  }
  const double lower = std::log2(std::abs(bucket.lower));
  const double upper = std::log2(std::abs(bucket.upper));
  const double at = std::log2(std::abs(value));
  if (value > 0) return (at - lower) / (upper - lower);
  return 1 - (at - upper) / (lower - upper);
}

// How many observations are below `value`.
double RankOf(double value, const Histogram& histogram, const std::vector<BucketView>& buckets,
              double total) {
  double rank = 0;
  for (BucketView bucket : buckets) {
    const bool zero = IsZeroBucket(bucket, histogram);
    if (zero) OneSided(bucket, histogram);
    if (bucket.lower >= value) return std::min(rank, total);
    if (bucket.upper > value) {
      if (histogram.custom_buckets() && std::isinf(bucket.lower) && bucket.upper > 0) {
        bucket.lower = 0;
        if (value <= 0) return std::min(rank, total);
      }
      const bool linear = zero || histogram.custom_buckets();
      return std::min(rank + bucket.count * ShareBelow(bucket, value, linear), total);
    }
    rank += bucket.count;
  }
  return total;
}

}  // namespace

double ApplyToHistogram(FunctionId id, const Histogram& histogram) {
  switch (id) {
    case FunctionId::kHistogramCount: return histogram.count;
    case FunctionId::kHistogramSum: return histogram.sum;
    case FunctionId::kHistogramAvg: return histogram.sum / histogram.count;
    case FunctionId::kHistogramStdvar: return Variance(histogram);
    case FunctionId::kHistogramStddev: return std::sqrt(Variance(histogram));
    default: break;
  }
  VEDETTE_CHECK(false && "not a histogram function");
  return 0;
}

double NativeQuantile(double phi, const Histogram& histogram, NanEffect& effect) {
  effect = NanEffect::kNone;
  if (phi < 0) return -kInfinity;
  if (phi > 1) return kInfinity;
  if (histogram.count == 0 || std::isnan(phi)) return kNan;
  std::vector<BucketView> buckets = BucketsOf(histogram);
  // From the nearer end, which loses less to rounding. With observations of NaN only the lower
  // end is where it seems to be.
  const bool has_nan = std::isnan(histogram.sum);
  const bool forward = has_nan || phi < 0.5;
  if (!forward) std::reverse(buckets.begin(), buckets.end());
  double rank = (forward ? phi : 1 - phi) * histogram.count;
  BucketView bucket{0, 0, true, true, 0};
  double count = 0;
  for (const BucketView& candidate : buckets) {
    if (candidate.count == 0) continue;
    bucket = candidate;
    count += bucket.count;
    if (count >= rank) break;
  }
  if (histogram.custom_buckets()) {
    if (bucket.lower == -kInfinity) {
      if (bucket.upper <= 0) return bucket.upper;
      bucket.lower = 0;
    } else if (bucket.upper == kInfinity) {
      return bucket.lower;
    }
  } else if (bucket.lower < 0 && bucket.upper > 0) {
    OneSided(bucket, histogram);
  }
  count = std::min(count, histogram.count);
  if (count < rank) {
    if (!has_nan) return bucket.upper;
    effect = NanEffect::kResultIsNan;
    return kNan;
  }
  if (has_nan) effect = NanEffect::kSkewedHigher;
  rank = forward ? rank - (count - bucket.count) : count - rank;
  const bool linear = histogram.custom_buckets() || (bucket.lower <= 0 && bucket.upper >= 0);
  return ValueInside(bucket, rank / bucket.count, linear);
}

double NativeFraction(double lower, double upper, const Histogram& histogram, NanEffect& effect) {
  effect = NanEffect::kNone;
  if (histogram.count == 0 || std::isnan(lower) || std::isnan(upper)) return kNan;
  if (lower >= upper) return 0;
  const std::vector<BucketView> buckets = BucketsOf(histogram);
  double total = histogram.count;
  if (std::isnan(histogram.sum)) {
    effect = NanEffect::kExcluded;
    total = 0;
    for (const BucketView& bucket : buckets) total += bucket.count;
  }
  return (RankOf(upper, histogram, buckets, total) - RankOf(lower, histogram, buckets, total)) /
         histogram.count;
}

}  // namespace vedette::query
