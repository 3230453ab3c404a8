#include "model/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/core.h>

#include "base/error.h"
#include "model/sample.h"

namespace vedette::model {
namespace {

bool SameBits(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

bool SameBits(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return SameBits(x, y); });
}

base::Result<> CheckSide(std::string_view side, const std::vector<BucketRun>& runs,
                         const std::vector<double>& buckets, size_t buckets_max) {
  size_t total = 0;
  for (size_t i = 0; i < runs.size(); ++i) {
    if (i > 0 && runs[i].offset < 0) {
      return base::InvalidArgument(
          fmt::format("the {} span {} has the negative offset {}", side, i, runs[i].offset));
    }
    total += runs[i].length;
    if (total > buckets_max) {
      return base::InvalidArgument(fmt::format("more than {} {} buckets", buckets_max, side),
                                   "histogram_buckets");
    }
  }
  if (total != buckets.size()) {
    return base::InvalidArgument(
        fmt::format("the {} spans name {} buckets, but there are {}", side, total, buckets.size()));
  }
  for (const double count : buckets) {
    if (count < 0 || std::isnan(count)) {
      return base::InvalidArgument(fmt::format("a {} bucket has the count {}", side, count));
    }
  }
  return {};
}

base::Result<> CheckCustom(const Histogram& h) {
  if (!h.negative_runs.empty() || !h.negative_buckets.empty() || h.zero_count != 0) {
    return base::InvalidArgument("custom buckets allow no negative and no zero bucket");
  }
  for (size_t i = 0; i < h.custom_bounds.size(); ++i) {
    const double bound = h.custom_bounds[i];
    if (!std::isfinite(bound) || (i > 0 && bound <= h.custom_bounds[i - 1])) {
      return base::InvalidArgument(
          fmt::format("the custom bound {} is not finite and greater than the one before", bound));
    }
  }
  size_t end = 0;
  for (const BucketRun& run : h.positive_runs) {
    if (run.offset < 0) return base::InvalidArgument("a span of custom buckets begins below zero");
    end += static_cast<size_t>(run.offset) + run.length;
  }
  if (end > h.custom_bounds.size() + 1) {
    return base::InvalidArgument(fmt::format("{} custom buckets, but {} bounds allow only {}", end,
                                             h.custom_bounds.size(), h.custom_bounds.size() + 1));
  }
  return {};
}

}  // namespace

bool Histogram::stale() const { return IsStale(sum); }

base::Result<> Histogram::Validate(size_t buckets_max) const {
  if (stale()) return {};
  if (!custom_buckets() && (schema < kMinHistogramSchema || schema > kMaxHistogramSchema)) {
    return base::InvalidArgument(fmt::format("the histogram schema {} is none of {} to {} or {}",
                                             schema, kMinHistogramSchema, kMaxHistogramSchema,
                                             kCustomBucketsSchema));
  }
  if (!custom_buckets() && !custom_bounds.empty()) {
    return base::InvalidArgument("custom bounds in a histogram with exponential buckets");
  }
  VEDETTE_TRY_VOID(CheckSide("positive", positive_runs, positive_buckets, buckets_max));
  VEDETTE_TRY_VOID(CheckSide("negative", negative_runs, negative_buckets, buckets_max));
  if (custom_buckets()) VEDETTE_TRY_VOID(CheckCustom(*this));
  if (zero_count < 0 || count < 0 || std::isnan(zero_count) || std::isnan(count)) {
    return base::InvalidArgument("a histogram with a negative count");
  }
  return {};
}

base::Result<> Histogram::ValidateCount() const {
  if (stale()) return {};
  double in_buckets = zero_count;
  for (const double bucket : positive_buckets) in_buckets += bucket;
  for (const double bucket : negative_buckets) in_buckets += bucket;
  // Observations of NaN are in no bucket; large numbers round.
  const double slack = 1e-9 * std::max(std::abs(count), std::abs(in_buckets));
  if (in_buckets > count + slack || (!std::isnan(sum) && in_buckets < count - slack)) {
    return base::InvalidArgument(
        fmt::format("the buckets hold {} observations, but the count is {}", in_buckets, count));
  }
  return {};
}

bool operator==(const Histogram& a, const Histogram& b) {
  return a.schema == b.schema && a.counter_reset == b.counter_reset &&
         SameBits(a.zero_threshold, b.zero_threshold) && SameBits(a.zero_count, b.zero_count) &&
         SameBits(a.count, b.count) && SameBits(a.sum, b.sum) &&
         a.positive_runs == b.positive_runs && a.negative_runs == b.negative_runs &&
         SameBits(a.positive_buckets, b.positive_buckets) &&
         SameBits(a.negative_buckets, b.negative_buckets) &&
         SameBits(a.custom_bounds, b.custom_bounds);
}

}  // namespace vedette::model
