#include "query/histogram_ops.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <span>

#include "base/check.h"
#include "query/format.h"

// Buckets are computed as sorted maps from their index to their count; the runs of the stored form
// are read at the beginning and written at the end.

namespace vedette::query {
namespace {

using model::BucketRun;
using model::CounterReset;
using model::Histogram;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The upper bound of an exponential bucket. The last bucket of finite numbers ends at the largest
// of them, though the formula says infinity: the bucket after it holds the infinite observations.
double ExponentialBound(int64_t index, int32_t schema) {
  if (schema < 0) {
    const int64_t exponent = std::clamp<int64_t>(index, -2000, 2000) * (int64_t{1} << -schema);
    if (exponent == 1024) return std::numeric_limits<double>::max();
    return std::ldexp(1.0, static_cast<int>(exponent));
  }
  const int64_t per_power = int64_t{1} << schema;
  const int64_t fraction = index & (per_power - 1);
  const int64_t exponent = std::clamp<int64_t>(index >> schema, -3000, 3000);
  if (fraction == 0 && exponent == 1024) return std::numeric_limits<double>::max();
  return std::ldexp(std::exp2(static_cast<double>(fraction) / static_cast<double>(per_power)),
                    static_cast<int>(exponent));
}

double CustomBound(int64_t index, std::span<const double> bounds) {
  if (index < 0) return -kInfinity;
  if (static_cast<size_t>(index) >= bounds.size()) return kInfinity;
  return bounds[static_cast<size_t>(index)];
}

int64_t CoarserIndex(int64_t index, int32_t steps) { return ((index - 1) >> steps) + 1; }

// Calls `use(index, count)` for each bucket, by ascending index.
template <typename Use>
void ForEachBucket(const std::vector<BucketRun>& runs, const std::vector<double>& buckets,
                   Use use) {
  int64_t index = 0;
  size_t at = 0;
  for (const BucketRun& run : runs) {
    index += run.offset;
    for (uint32_t i = 0; i < run.length && at < buckets.size(); ++i) use(index++, buckets[at++]);
  }
}

// Appends a bucket behind all that are there. `next` is the index after the last one.
void AppendBucket(int64_t index, double count, int64_t& next, std::vector<BucketRun>& runs,
                  std::vector<double>& buckets) {
  int64_t gap = index - next;
  constexpr int64_t kOffsetMax = std::numeric_limits<int32_t>::max();
  if (runs.empty() || gap != 0) {
    while (gap > kOffsetMax) {
      runs.push_back({static_cast<int32_t>(kOffsetMax), 0});
      gap -= kOffsetMax;
    }
    runs.push_back({static_cast<int32_t>(std::max(gap, -kOffsetMax - 1)), 0});
  }
  ++runs.back().length;
  buckets.push_back(count);
  next = index + 1;
}

// The bounds that both have.
std::vector<double> CommonBounds(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return common;
}

// The bucket of `bounds` that holds the custom bucket which ends at `upper`.
int64_t BucketEndingBeyond(double upper, const std::vector<double>& bounds) {
  return std::lower_bound(bounds.begin(), bounds.end(), upper) - bounds.begin();
}

// Buckets as index and count.
using Counts = std::map<int64_t, double>;

struct Zero {
  double threshold;
  double count;
};

// The zero bucket widened to at least `threshold`, and beyond where a bucket with observations
// would be cut.
Zero Widened(const Counts& positive, const Counts& negative, int32_t schema, Zero zero,
             double threshold) {
  if (threshold <= zero.threshold) return zero;
  while (true) {
    double count = zero.count;
    double wider = threshold;
    for (const Counts* side : {&positive, &negative}) {
      for (const auto& [index, in_bucket] : *side) {
        if (ExponentialBound(index - 1, schema) >= threshold) break;
        count += in_bucket;
        const double upper = ExponentialBound(index, schema);
        if (upper > threshold && in_bucket != 0) wider = std::max(wider, upper);
      }
    }
    if (wider == threshold) return {threshold, count};
    threshold = wider;
  }
}

Counts CountsOf(const std::vector<BucketRun>& runs, const std::vector<double>& buckets) {
  Counts counts;
  ForEachBucket(runs, buckets, [&](int64_t index, double count) {
    if (count != 0) counts.emplace_hint(counts.end(), index, 0)->second += count;
  });
  return counts;
}

// Without what the zero bucket holds, in the coarser schema.
Counts Reduced(const Counts& counts, int32_t from, int32_t to, double zero_threshold) {
  Counts reduced;
  for (const auto& [index, count] : counts) {
    if (ExponentialBound(index, from) <= zero_threshold) continue;
    reduced[CoarserIndex(index, from - to)] += count;
  }
  return reduced;
}

Counts Rebounded(const Counts& counts, const std::vector<double>& from,
                 const std::vector<double>& to) {
  Counts mapped;
  for (const auto& [index, count] : counts) {
    mapped[BucketEndingBeyond(CustomBound(index, from), to)] += count;
  }
  return mapped;
}

bool AnyFell(const Counts& now, const Counts& before) {
  return std::any_of(before.begin(), before.end(), [&](const auto& entry) {
    const auto found = now.find(entry.first);
    return entry.second > (found == now.end() ? 0 : found->second);
  });
}

// The counter reset of a sum of two.
CounterReset Merged(CounterReset a, CounterReset b, bool& conflict) {
  if (a == b) return a;
  if (a == CounterReset::kGauge || b == CounterReset::kGauge) return CounterReset::kGauge;
  if (a != CounterReset::kUnknown && b != CounterReset::kUnknown) conflict = true;
  return CounterReset::kUnknown;
}

}  // namespace

std::vector<BucketView> BucketsOf(const Histogram& h) {
  std::vector<BucketView> views;
  views.reserve(h.positive_buckets.size() + h.negative_buckets.size() + 1);
  if (h.custom_buckets()) {
    ForEachBucket(h.positive_runs, h.positive_buckets, [&](int64_t index, double count) {
      views.push_back({CustomBound(index - 1, h.custom_bounds), CustomBound(index, h.custom_bounds),
                       index == 0, true, count});
    });
    return views;
  }
  ForEachBucket(h.negative_runs, h.negative_buckets, [&](int64_t index, double count) {
    views.push_back({-ExponentialBound(index, h.schema), -ExponentialBound(index - 1, h.schema),
                     true, false, count});
  });
  std::reverse(views.begin(), views.end());
  if (h.zero_count != 0) {
    views.push_back({-h.zero_threshold, h.zero_threshold, true, true, h.zero_count});
  }
  ForEachBucket(h.positive_runs, h.positive_buckets, [&](int64_t index, double count) {
    views.push_back({ExponentialBound(index - 1, h.schema), ExponentialBound(index, h.schema),
                     false, true, count});
  });
  return views;
}

size_t BytesOf(const Histogram& h) {
  const size_t numbers =
      h.positive_buckets.size() + h.negative_buckets.size() + h.custom_bounds.size();
  return sizeof(Histogram) + numbers * sizeof(double) +
         (h.positive_runs.size() + h.negative_runs.size()) * sizeof(BucketRun);
}

size_t SamplesOf(const Histogram& h) { return (BytesOf(h) + 8) / 16; }

size_t WorkOf(const Histogram& h) {
  return 1000 + 100 * (h.positive_buckets.size() + h.negative_buckets.size());
}

bool Compatible(const Histogram& a, const Histogram& b) {
  return a.custom_buckets() == b.custom_buckets();
}

HistogramSum::HistogramSum(const Histogram& first, double factor) {
  shape_.schema = first.schema;
  shape_.counter_reset = first.counter_reset;
  shape_.zero_threshold = first.zero_threshold;
  shape_.custom_bounds = first.custom_bounds;
  zero_count_.Add(first.zero_count * factor);
  count_.Add(first.count * factor);
  sum_.Add(first.sum * factor);
  ForEachBucket(first.positive_runs, first.positive_buckets,
                [&](int64_t index, double count) { positive_[index].Add(count * factor); });
  ForEachBucket(first.negative_runs, first.negative_buckets,
                [&](int64_t index, double count) { negative_[index].Add(count * factor); });
}

void HistogramSum::Add(const Histogram& other, double factor) {
  VEDETTE_CHECK(Compatible(shape_, other));
  shape_.counter_reset = Merged(shape_.counter_reset, other.counter_reset, notes_.reset_conflict);
  count_.Add(other.count * factor);
  sum_.Add(other.sum * factor);
  Counts positive = CountsOf(other.positive_runs, other.positive_buckets);
  Counts negative = CountsOf(other.negative_runs, other.negative_buckets);
  if (shape_.custom_buckets()) {
    if (shape_.custom_bounds != other.custom_bounds) {
      notes_.bounds_reconciled = true;
      Rebound(CommonBounds(shape_.custom_bounds, other.custom_bounds));
      positive = Rebounded(positive, other.custom_bounds, shape_.custom_bounds);
    }
  } else {
    Zero zero{other.zero_threshold, other.zero_count};
    while (zero.threshold != shape_.zero_threshold) {
      zero = Widened(positive, negative, other.schema, zero, shape_.zero_threshold);
      WidenZero(zero.threshold);
    }
    zero_count_.Add(zero.count * factor);
    const int32_t schema = std::min(shape_.schema, other.schema);
    Coarsen(schema);
    positive = Reduced(positive, other.schema, schema, zero.threshold);
    negative = Reduced(negative, other.schema, schema, zero.threshold);
  }
  for (const auto& [index, count] : positive) positive_[index].Add(count * factor);
  for (const auto& [index, count] : negative) negative_[index].Add(count * factor);
}

void HistogramSum::Coarsen(int32_t schema) {
  const int32_t steps = shape_.schema - schema;
  if (steps == 0) return;
  for (Cells* side : {&positive_, &negative_}) {
    Cells coarser;
    for (const auto& [index, cell] : *side) coarser[CoarserIndex(index, steps)].Add(cell.value());
    *side = std::move(coarser);
  }
  shape_.schema = schema;
}

void HistogramSum::WidenZero(double threshold) {
  if (threshold <= shape_.zero_threshold) return;
  const auto plain = [](const Cells& cells) {
    Counts counts;
    for (const auto& [index, cell] : cells) counts.emplace(index, cell.value());
    return counts;
  };
  const double inside = zero_count_.value();
  const Zero zero = Widened(plain(positive_), plain(negative_), shape_.schema,
                            {shape_.zero_threshold, inside}, threshold);
  zero_count_.Add(zero.count - inside);
  shape_.zero_threshold = zero.threshold;
  for (Cells* side : {&positive_, &negative_}) {
    std::erase_if(*side, [&](const auto& entry) {
      return ExponentialBound(entry.first, shape_.schema) <= zero.threshold;
    });
  }
}

void HistogramSum::Rebound(const std::vector<double>& bounds) {
  Cells mapped;
  for (const auto& [index, cell] : positive_) {
    mapped[BucketEndingBeyond(CustomBound(index, shape_.custom_bounds), bounds)].Add(cell.value());
  }
  positive_ = std::move(mapped);
  shape_.custom_bounds = bounds;
}

Histogram HistogramSum::Value() const {
  Histogram result = shape_;
  result.zero_count = zero_count_.value();
  result.count = count_.value();
  result.sum = sum_.value();
  int64_t next = 0;
  for (const auto& [index, cell] : positive_) {
    const double count = cell.value();
    if (count != 0) {
      AppendBucket(index, count, next, result.positive_runs, result.positive_buckets);
    }
  }
  next = 0;
  for (const auto& [index, cell] : negative_) {
    const double count = cell.value();
    if (count != 0) {
      AppendBucket(index, count, next, result.negative_runs, result.negative_buckets);
    }
  }
  return result;
}

bool HistogramSum::overflowed() const {
  const auto infinite = [](const auto& entry) { return std::isinf(entry.second.raw()); };
  return std::isinf(zero_count_.raw()) || std::isinf(count_.raw()) || std::isinf(sum_.raw()) ||
         std::any_of(positive_.begin(), positive_.end(), infinite) ||
         std::any_of(negative_.begin(), negative_.end(), infinite);
}

Histogram AddHistograms(const Histogram& a, const Histogram& b, CombineNotes& notes) {
  HistogramSum sum(a);
  sum.Add(b);
  notes = sum.notes();
  return sum.Value();
}

Histogram SubtractHistograms(const Histogram& a, const Histogram& b, CombineNotes& notes) {
  HistogramSum sum(a);
  sum.Add(b, -1);
  notes = sum.notes();
  Histogram difference = sum.Value();
  difference.counter_reset = CounterReset::kGauge;
  return difference;
}

Histogram ScaleHistogram(const Histogram& histogram, double factor) {
  Histogram scaled = HistogramSum(histogram, factor).Value();
  if (factor < 0) scaled.counter_reset = CounterReset::kGauge;
  return scaled;
}

Histogram DivideHistogram(const Histogram& histogram, double divisor) {
  Histogram divided = Compacted(histogram);
  divided.zero_count /= divisor;
  divided.count /= divisor;
  divided.sum /= divisor;
  if (divisor < 0) divided.counter_reset = CounterReset::kGauge;
  if (divisor == 0) {
    divided.positive_runs.clear();
    divided.negative_runs.clear();
    divided.positive_buckets.clear();
    divided.negative_buckets.clear();
  }
  for (double& count : divided.positive_buckets) count /= divisor;
  for (double& count : divided.negative_buckets) count /= divisor;
  return Compacted(divided);
}

bool SameHistogram(const Histogram& a, const Histogram& b) {
  const auto same = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  return a.schema == b.schema && a.custom_bounds == b.custom_bounds &&
         a.zero_threshold == b.zero_threshold && same(a.zero_count, b.zero_count) &&
         same(a.count, b.count) && same(a.sum, b.sum) &&
         CountsOf(a.positive_runs, a.positive_buckets) ==
             CountsOf(b.positive_runs, b.positive_buckets) &&
         CountsOf(a.negative_runs, a.negative_buckets) ==
             CountsOf(b.negative_runs, b.negative_buckets);
}

bool IsCounterReset(const Histogram& now, const Histogram& before) {
  if (now.counter_reset == CounterReset::kYes) return true;
  if (now.counter_reset == CounterReset::kNo) return false;
  if (!Compatible(now, before) || now.count < before.count) return true;
  Counts now_positive = CountsOf(now.positive_runs, now.positive_buckets);
  Counts positive = CountsOf(before.positive_runs, before.positive_buckets);
  if (now.custom_buckets()) {
    if (now.custom_bounds != before.custom_bounds) {
      const std::vector<double> common = CommonBounds(now.custom_bounds, before.custom_bounds);
      now_positive = Rebounded(now_positive, now.custom_bounds, common);
      positive = Rebounded(positive, before.custom_bounds, common);
    }
    return AnyFell(now_positive, positive);
  }
  if (now.schema > before.schema || now.zero_threshold < before.zero_threshold) return true;
  const Counts negative = CountsOf(before.negative_runs, before.negative_buckets);
  const Zero zero = Widened(positive, negative, before.schema,
                            {before.zero_threshold, before.zero_count}, now.zero_threshold);
  if (zero.threshold != now.zero_threshold || now.zero_count < zero.count) return true;
  return AnyFell(now_positive, Reduced(positive, before.schema, now.schema, zero.threshold)) ||
         AnyFell(CountsOf(now.negative_runs, now.negative_buckets),
                 Reduced(negative, before.schema, now.schema, zero.threshold));
}

Histogram Compacted(const Histogram& histogram) { return HistogramSum(histogram).Value(); }

std::string HistogramText(const Histogram& histogram) {
  std::string text =
      fmt::format("{{count:{}, sum:{}", GoShort(histogram.count), GoShort(histogram.sum));
  for (const BucketView& bucket : BucketsOf(histogram)) {
    if (bucket.count == 0) continue;
    text += fmt::format(", {}{},{}{}:{}", bucket.lower_inclusive ? '[' : '(', GoShort(bucket.lower),
                        GoShort(bucket.upper), bucket.upper_inclusive ? ']' : ')',
                        GoShort(bucket.count));
  }
  return text + "}";
}

}  // namespace vedette::query
