#include "query/histogram_trim.h"

#include <cmath>
#include <vector>

#include "query/histogram_ops.h"

namespace vedette::query {
namespace {

using model::Histogram;

// The share of a bucket's observations that are not above `at`.
double ShareBelow(const BucketView& bucket, double at, bool linear) {
  if (at <= bucket.lower) return 0;
  if (at >= bucket.upper) return 1;
  if (linear) return (at - bucket.lower) / (bucket.upper - bucket.lower);
  const double lower = std::log2(std::abs(bucket.lower));
  const double upper = std::log2(std::abs(bucket.upper));
  const double value = std::log2(std::abs(at));
  if (bucket.lower > 0) return (value - lower) / (upper - lower);
  return 1 - (value - upper) / (lower - upper);
}

struct Kept {
  double count;
  double mean_of_rest;  // of what goes
};

// A bucket with an infinite bound. One that begins at -Inf and ends above zero is taken to begin
// at zero.
Kept KeptOfInfinite(const BucketView& bucket, double at, bool upper) {
  if (std::isinf(bucket.lower)) {
    const bool split = at >= 0 && bucket.upper > at && !std::isinf(bucket.upper);
    if (upper) {
      if (at >= bucket.upper) return {bucket.count, 0};
      if (split) return {bucket.count * at / bucket.upper, (at + bucket.upper) / 2};
      return {0, bucket.upper};
    }
    if (at <= bucket.lower) return {bucket.count, 0};
    if (split) return {bucket.count * (1 - at / bucket.upper), at / 2};
    return {0, bucket.upper};
  }
  if (upper) return {at >= bucket.upper ? bucket.count : 0, bucket.lower};
  if (at <= bucket.lower) return {bucket.count, 0};
  return {0, bucket.lower};
}

Kept KeptOf(const BucketView& bucket, double at, bool upper, bool custom) {
  if (std::isinf(bucket.lower) || std::isinf(bucket.upper)) {
    return KeptOfInfinite(bucket, at, upper);
  }
  const double below = bucket.count * ShareBelow(bucket, at, custom);
  const double kept = upper ? below : bucket.count - below;
  if (custom) return {kept, (bucket.lower + bucket.upper) / 2};
  // The estimates are Prometheus': the middle of what is kept for a bucket that is cut, and no sign
  // for one that goes as a whole.
  if (at <= bucket.lower || at >= bucket.upper) {
    return {kept, std::sqrt(bucket.lower * bucket.upper)};
  }
  const double mean = std::sqrt(std::abs(at) * std::abs(upper ? bucket.lower : bucket.upper));
  return {kept, bucket.upper <= 0 ? -mean : mean};
}

}  // namespace

Histogram TrimHistogram(const Histogram& histogram, double at, bool upper) {
  Histogram trimmed = histogram;
  const bool custom = histogram.custom_buckets();
  double count = 0;
  double removed_sum = 0;
  bool any_positive = false;
  bool any_negative = false;
  const auto trim = [&](const BucketView& bucket, double& stored) {
    if (bucket.count == 0) return;
    any_positive = any_positive || bucket.upper > 0;
    any_negative = any_negative || bucket.lower < 0;
    const Kept kept = KeptOf(bucket, at, upper, custom);
    if (kept.count != bucket.count) removed_sum += (bucket.count - kept.count) * kept.mean_of_rest;
    stored = kept.count;
    count += kept.count;
  };
  // The views are in ascending order: negative buckets from the far end, zero, positive ones.
  size_t negative = trimmed.negative_buckets.size();
  size_t positive = 0;
  const std::vector<BucketView> views = BucketsOf(histogram);
  for (const BucketView& bucket : views) {
    if (negative > 0) {
      trim(bucket, trimmed.negative_buckets[--negative]);
    } else if (bucket.lower_inclusive && bucket.upper_inclusive && !custom) {
      const double below = bucket.count * ShareBelow(bucket, at, true);
      trimmed.zero_count = upper ? below : bucket.count - below;
      count += trimmed.zero_count;
    } else {
      trim(bucket, trimmed.positive_buckets[positive++]);
    }
  }
  trimmed.count = count;
  trimmed.sum = count == 0 ? 0 : histogram.sum - removed_sum;
  if (!any_negative && trimmed.sum < 0) trimmed.sum = 0;
  if (!any_positive && trimmed.sum > 0) trimmed.sum = 0;
  return Compacted(trimmed);
}

}  // namespace vedette::query
