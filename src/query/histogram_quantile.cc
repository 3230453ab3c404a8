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
#include "query/histogram_functions.h"

// The quantile is found in the bucket that contains its rank and interpolated linearly inside, the
// lowest bucket starting at 0 when its bound is positive. Buckets must not fall with growing
// bounds: tiny falls (rounding in rates) are evened out silently, larger ones with a remark.

namespace vedette::query {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::string_view kBoundLabel = "le";

// Go's shortest form with a point in it, as OpenMetrics writes quantiles: "0.5", "1.0".
std::string OpenMetricsFloat(double value) {
  std::string text = GoShort(value);
  const bool plain = text.find_first_of(".eIN") == std::string::npos;
  return plain ? text + ".0" : text;
}

using Bucket = ClassicBucket;

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

// How many observations of a classic histogram are below `value`. REQUIRES: sorted by bounds.
double RankOf(double value, const std::vector<Bucket>& buckets) {
  double lower = buckets[0].bound > 0 ? 0 : -kInfinity;
  double rank = 0;
  for (const Bucket& bucket : buckets) {
    if (lower >= value) return rank;
    if (bucket.bound > value) {
      if (std::isinf(lower)) return bucket.count;
      return rank + (bucket.count - rank) * (value - lower) / (bucket.bound - lower);
    }
    rank = bucket.count;
    lower = bucket.bound;
  }
  return rank;
}

double BucketFraction(double lower, double upper, std::vector<Bucket>& buckets) {
  std::sort(buckets.begin(), buckets.end(),
            [](const Bucket& a, const Bucket& b) { return a.bound < b.bound; });
  if (buckets.back().bound != kInfinity) return kNan;
  MergeEqualBounds(buckets);
  const double count = buckets.back().count;
  if (count == 0 || std::isnan(lower) || std::isnan(upper)) return kNan;
  if (lower >= upper) return 0;
  const double to = std::min(RankOf(upper, buckets), count);
  return (to - std::min(RankOf(lower, buckets), count)) / count;
}

constexpr std::string_view kMonotonicityText =
    "input to histogram_quantile needed to be fixed for monotonicity (see "
    "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)";

}  // namespace

void HistogramReader::Remark(std::string_view text, std::string_view metric, const Expr& at,
                             bool warn) {
  const std::string full = metric.empty()
                               ? std::string(text)
                               : fmt::format("{} for metric name {}", text, Quote(metric));
  if (warn) {
    Warn(context_, at, full);
  } else {
    Inform(context_, at, full);
  }
}

base::Result<std::vector<HistogramReader::Group>> HistogramReader::GroupRows() {
  std::vector<Group> groups;
  KeyIndex index;
  model::LabelsBuilder builder;
  for (size_t row = 0; row < input_.rows(); ++row) {
    VEDETTE_TRY_VOID(context_.budget.Work(200 + input_.width()));
    const model::Labels& labels = input_.labels(row);
    bool any_number = false;
    for (size_t i = 0; i < input_.width() && !any_number; ++i) {
      any_number = !IsAbsent(input_.cells(row)[i]) && !input_.is_histogram(row, i);
    }
    const auto group_of = [&](const model::Labels& key) -> Group& {
      const size_t group = index.Find(key.bytes());
      if (group == groups.size()) groups.push_back({key, {}, {}});
      return groups[group];
    };
    if (input_.has_histograms(row)) group_of(labels).natives.push_back(row);
    if (!any_number) continue;
    const std::string_view text = labels.Get(kBoundLabel);
    const std::optional<double> bound = ReadBound(text);
    if (!bound.has_value()) {
      Remark(
          fmt::format("bucket label \"le\" is missing or has a malformed value of {}", Quote(text)),
          labels.metric_name(), vector_, true);
      continue;
    }
    builder.Reset(labels);
    builder.Remove(kBoundLabel);
    group_of(builder.Build()).buckets.push_back({row, *bound});
  }
  return groups;
}

template <typename Classic, typename Native>
base::Result<> HistogramReader::Compute(std::span<const Group> groups, Classic classic,
                                        Native native, Block& result) {
  std::vector<Bucket> buckets;
  for (const Group& group : groups) {
    VEDETTE_TRY(const std::span<double> out, result.AddRow(group.labels, true));
    const std::string_view name = group.labels.metric_name();
    for (size_t i = 0; i < out.size(); ++i) {
      VEDETTE_TRY_VOID(context_.budget.Work(group.buckets.size() * 20 + 10));
      buckets.clear();
      for (const Row& row : group.buckets) {
        const double count = input_.cells(row.row)[i];
        if (IsAbsent(count) || input_.is_histogram(row.row, i)) continue;
        buckets.push_back({row.bound, count});
      }
      HistogramPtr histogram;
      for (const size_t row : group.natives) {
        if (input_.is_histogram(row, i)) histogram = input_.histogram(row, i);
      }
      if (histogram != nullptr && !buckets.empty()) {
        Remark("vector contains a mix of classic and native histograms", name, vector_, true);
      } else if (histogram != nullptr) {
        VEDETTE_TRY_VOID(context_.budget.Work(BytesOf(*histogram)));
        out[i] = native(*histogram, i, name);
      } else if (!buckets.empty()) {
        out[i] = classic(buckets, i, name);
      }
    }
    if (!HasAny(out)) result.DropLastRow();
  }
  return {};
}

base::Result<> HistogramReader::AddQuantiles(std::span<const Group> groups,
                                             std::span<const double> phi, Block& result) {
  return Compute(
      groups,
      [&](std::vector<Bucket>& buckets, size_t i, std::string_view name) {
        bool forced = false;
        const double quantile = BucketQuantile(phi[i], buckets, forced);
        if (forced) Remark(kMonotonicityText, name, vector_, false);
        return quantile;
      },
      [&](const model::Histogram& histogram, size_t i, std::string_view name) {
        NanEffect effect = NanEffect::kNone;
        const double quantile = NativeQuantile(phi[i], histogram, effect);
        if (effect == NanEffect::kResultIsNan) {
          Remark("input to histogram_quantile has NaN observations, result is NaN", name,
                 *call_.args[0], false);
        } else if (effect == NanEffect::kSkewedHigher) {
          Remark("input to histogram_quantile has NaN observations, result is skewed higher", name,
                 *call_.args[0], false);
        }
        return quantile;
      },
      result);
}

base::Result<Block> HistogramReader::Quantiles(std::span<const double> phi) {
  VEDETTE_TRY(const std::vector<Group> groups, GroupRows());
  Block result(context_.budget, input_.width());
  VEDETTE_TRY_VOID(AddQuantiles(groups, phi, result));
  return result;
}

base::Result<Block> HistogramReader::ManyQuantiles(const std::vector<std::vector<double>>& phis,
                                                   std::string_view label) {
  VEDETTE_TRY(const std::vector<Group> groups, GroupRows());
  Block result(context_.budget, input_.width());
  for (const std::vector<double>& phi : phis) {
    // The label says which quantile it is, so each must stay the same over the steps.
    Block one(context_.budget, input_.width());
    VEDETTE_TRY_VOID(AddQuantiles(groups, phi, one));
    for (size_t row = 0; row < one.rows(); ++row) {
      for (size_t i = 0; i < phi.size(); ++i) {
        if (i > 0 && phi[i] == phi[i - 1]) continue;
        model::LabelsBuilder builder(one.labels(row));
        const std::string value = OpenMetricsFloat(phi[i]);
        builder.Set(label, value);
        VEDETTE_TRY_VOID(result.AddRowOf(one, row, builder.Build(),
                                         [&](size_t step) { return phi[step] == phi[i]; }));
      }
    }
  }
  return MergeEqualLabels(std::move(result), context_.budget);
}

base::Result<Block> HistogramReader::Fractions(std::span<const double> lower,
                                               std::span<const double> upper) {
  VEDETTE_TRY(const std::vector<Group> groups, GroupRows());
  Block result(context_.budget, input_.width());
  VEDETTE_TRY_VOID(Compute(
      groups,
      [&](std::vector<Bucket>& buckets, size_t i, std::string_view /*name*/) {
        return BucketFraction(lower[i], upper[i], buckets);
      },
      [&](const model::Histogram& histogram, size_t i, std::string_view name) {
        NanEffect effect = NanEffect::kNone;
        const double fraction = NativeFraction(lower[i], upper[i], histogram, effect);
        if (effect == NanEffect::kExcluded) {
          Remark(
              "input to histogram_fraction has NaN observations, which are excluded from all "
              "fractions",
              name, *call_.args[0], false);
        }
        return fraction;
      },
      result));
  return result;
}

}  // namespace vedette::query
