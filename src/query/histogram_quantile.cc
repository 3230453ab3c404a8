#include "query/histogram_quantile.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "query/format.h"

// The quantile is found in the bucket that contains its rank and interpolated linearly inside, the
// lowest bucket starting at 0 when its bound is positive. Buckets must not fall with growing
// bounds: tiny falls (rounding in rates) are evened out silently, larger ones with a remark.

namespace vedette::query {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::string_view kBoundLabel = "le";

struct Bucket {
  double bound;
  double count;
};

std::optional<double> ReadBound(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double bound = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return bound;
}

bool AlmostEqual(double a, double b) {
  constexpr double kTolerance = 1e-12;
  if (a == b) return true;
  const double sum = std::abs(a) + std::abs(b);
  const double difference = std::abs(a - b);
  constexpr double kSmallest = std::numeric_limits<double>::min();
  if (a == 0 || b == 0 || sum < kSmallest) return difference < kTolerance * kSmallest;
  return difference / std::min(sum, std::numeric_limits<double>::max()) < kTolerance;
}

// True when a fall had to be evened out that is more than rounding.
bool MakeMonotonic(std::vector<Bucket>& buckets) {
  bool forced = false;
  double highest = buckets[0].count;
  for (size_t i = 1; i < buckets.size(); ++i) {
    const double count = buckets[i].count;
    if (count == highest) continue;
    if (AlmostEqual(highest, count)) {
      buckets[i].count = highest;
    } else if (count < highest) {
      buckets[i].count = highest;
      forced = true;
    } else {
      highest = count;
    }
  }
  return forced;
}

void MergeEqualBounds(std::vector<Bucket>& buckets) {
  size_t last = 0;
  for (size_t i = 1; i < buckets.size(); ++i) {
    if (buckets[i].bound == buckets[last].bound) {
      buckets[last].count += buckets[i].count;
    } else {
      buckets[++last] = buckets[i];
    }
  }
  buckets.resize(last + 1);
}

double BucketQuantile(double phi, std::vector<Bucket>& buckets, bool& forced) {
  if (std::isnan(phi)) return kNan;
  if (phi < 0) return -kInfinity;
  if (phi > 1) return kInfinity;
  std::sort(buckets.begin(), buckets.end(),
            [](const Bucket& a, const Bucket& b) { return a.bound < b.bound; });
  if (buckets.back().bound != kInfinity) return kNan;
  MergeEqualBounds(buckets);
  forced = MakeMonotonic(buckets);
  if (buckets.size() < 2) return kNan;
  const double observations = buckets.back().count;
  if (observations == 0 || std::isnan(observations)) return kNan;
  double rank = phi * observations;
  const size_t last = buckets.size() - 1;
  size_t b = 0;
  while (b < last && !(buckets[b].count >= rank)) ++b;
  if (b == last) return buckets[last - 1].bound;
  if (b == 0 && buckets[0].bound <= 0) return buckets[0].bound;
  double from = 0;
  double count = buckets[b].count;
  if (b > 0) {
    from = buckets[b - 1].bound;
    count -= buckets[b - 1].count;
    rank -= buckets[b - 1].count;
  }
  return from + (buckets[b].bound - from) * (rank / count);
}

struct BoundedRow {
  size_t row;
  double bound;
};

struct Histogram {
  model::Labels labels;
  std::string_view name;
  std::vector<BoundedRow> rows;
};

base::Result<std::vector<Histogram>> GroupBuckets(const CallExpr& call, const Block& buckets,
                                                  Context& context) {
  std::vector<Histogram> histograms;
  KeyIndex index;
  model::LabelsBuilder builder;
  for (size_t row = 0; row < buckets.rows(); ++row) {
    VEDETTE_TRY_VOID(context.budget.Work(200));
    const model::Labels& labels = buckets.labels(row);
    const std::optional<double> bound = ReadBound(labels.Get(kBoundLabel));
    if (!bound.has_value()) {
      context.annotations.Warn(
          fmt::format("bucket label \"le\" is missing or has a malformed value of \"{}\"{}",
                      labels.Get(kBoundLabel), PlaceSuffix(context, *call.args[1])));
      continue;
    }
    builder.Reset(labels);
    builder.Remove(kBoundLabel);
    builder.Remove(model::kMetricName);
    model::Labels key = builder.Build();
    const size_t histogram = index.Find(key.bytes());
    if (histogram == histograms.size()) {
      histograms.push_back({std::move(key), labels.metric_name(), {}});
    }
    histograms[histogram].rows.push_back({row, *bound});
  }
  return histograms;
}

void RemarkForced(const CallExpr& call, std::string_view name, Context& context) {
  const std::string metric =
      name.empty() ? std::string() : fmt::format(" for metric name {}", Quote(name));
  context.annotations.Inform(
      fmt::format("input to histogram_quantile needed to be fixed for monotonicity (see "
                  "https://prometheus.io/docs/prometheus/latest/querying/functions/"
                  "#histogram_quantile){}{}",
                  metric, PlaceSuffix(context, *call.args[1])));
}

}  // namespace

base::Result<Block> HistogramQuantile(const CallExpr& call, std::span<const double> phi,
                                      const Block& buckets, Context& context) {
  for (const double value : phi) {
    if (std::isnan(value) || value < 0 || value > 1) {
      context.annotations.Warn(fmt::format("quantile value should be between 0 and 1, got {}{}",
                                           FormatLiteral(value),
                                           PlaceSuffix(context, *call.args[0])));
    }
  }
  VEDETTE_TRY(const std::vector<Histogram> histograms, GroupBuckets(call, buckets, context));
  Block result(context.budget, buckets.width());
  std::vector<Bucket> column;
  for (const Histogram& histogram : histograms) {
    VEDETTE_TRY(const std::span<double> out, result.AddRow(histogram.labels));
    bool ever_forced = false;
    for (size_t i = 0; i < out.size(); ++i) {
      VEDETTE_TRY_VOID(context.budget.Work(histogram.rows.size() * 20));
      column.clear();
      for (const BoundedRow& row : histogram.rows) {
        const double count = buckets.cells(row.row)[i];
        if (!IsAbsent(count)) column.push_back({row.bound, count});
      }
      if (column.empty()) continue;
      bool forced = false;
      out[i] = BucketQuantile(phi[i], column, forced);
      ever_forced = ever_forced || forced;
    }
    if (ever_forced) RemarkForced(call, histogram.name, context);
  }
  return result;
}

}  // namespace vedette::query
