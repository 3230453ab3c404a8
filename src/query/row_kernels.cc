#include "query/row_kernels.h"

#include <algorithm>
#include <cmath>

namespace vedette::query {
namespace {

bool HasNan(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

bool AllFinite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](double value) { return std::isfinite(value); });
}

// By linear interpolation between ranks. REQUIRES: sorted, not empty, 0 <= phi <= 1.
double QuantileOfSorted(double phi, const std::vector<double>& sorted) {
  const double rank = phi * static_cast<double>(sorted.size() - 1);
  const double floor = std::floor(rank);
  const size_t lower = static_cast<size_t>(floor);
  const size_t upper = std::min(sorted.size() - 1, lower + 1);
  const double weight = rank - floor;
  return sorted[lower] * (1 - weight) + sorted[upper] * weight;
}

}  // namespace

template <typename Use>
void RowKernel::ForEach(const series::SampleColumns& samples, Use use) const {
  const size_t count = samples.t_ms.size();
  size_t low = 0;   // the first sample inside
  size_t high = 0;  // the first sample beyond
  for (size_t i = 0; i < look_.steps.count; ++i) {
    const int64_t end_ms = look_.EndOf(i);
    while (high < count && samples.t_ms[high] <= end_ms) ++high;
    while (low < high && samples.t_ms[low] <= end_ms - look_.range_ms) ++low;
    if (low < high) use(low, high, i);
  }
}

void RowKernel::Latest(const series::SampleColumns& samples, std::span<double> out) {
  ForEach(samples, [&](size_t /*low*/, size_t high, size_t i) {
    // A stale marker is the value that means absent.
    out[i] = samples.values[high - 1];
  });
}

bool RowKernel::ApplyForward(FunctionId id, const RangeParameters& parameters,
                             const series::SampleColumns& samples, std::span<double> out) {
  // A window's sorted values are moved in memory with every sample.
  constexpr size_t kSortedMax = 20'000;
  switch (id) {
    case FunctionId::kRate:
    case FunctionId::kIncrease:
      // What is lost to a reset is taken from a running total, which infinity would spoil.
      if (!AllFinite(samples.values)) return false;
      Rates(samples, id == FunctionId::kRate, out);
      return true;
    case FunctionId::kMaxOverTime:
    case FunctionId::kMinOverTime:
      if (HasNan(samples.values)) return false;
      Extremes(samples, id == FunctionId::kMaxOverTime, out);
      return true;
    case FunctionId::kQuantileOverTime:
      if (samples.values.size() > kSortedMax || HasNan(samples.values)) return false;
      if (!(parameters.first >= 0 && parameters.first <= 1)) return false;
      Quantiles(samples, parameters.first, out);
      return true;
    default: return false;
  }
}

base::Result<> RowKernel::Apply(FunctionId id, const RangeParameters& parameters,
                                const series::SampleColumns& samples, std::span<double> out,
                                Budget& budget) {
  if (ApplyForward(id, parameters, samples, out)) return {};
  const RangeFunction function = RangeFunctionOf(id);
  base::Result<> left;
  ForEach(samples, [&](size_t low, size_t high, size_t i) {
    if (!left.ok()) return;
    left = budget.Work(high - low);
    if (left.ok()) out[i] = function(WindowOf(samples, low, high, i), parameters);
  });
  return left;
}

void RowKernel::Rates(const series::SampleColumns& samples, bool per_second,
                      std::span<double> out) {
  const std::vector<double>& values = samples.values;
  lost_.resize(values.size());
  double lost = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0 && values[i] < values[i - 1]) lost += values[i - 1];
    lost_[i] = lost;
  }
  ForEach(samples, [&](size_t low, size_t high, size_t i) {
    if (high - low < 2) return;
    const double change = values[high - 1] - values[low] + (lost_[high - 1] - lost_[low]);
    const Window window = WindowOf(samples, low, high, i);
    out[i] = change * ExtrapolationFactor({.w = window,
                                           .counter = true,
                                           .per_second = per_second,
                                           .first = values[low],
                                           .change = change,
                                           .first_t_ms = window.t_ms[0],
                                           .count = window.size});
  });
}

// The samples that could still become the extreme of a window, best first: each is later and worse
// than the one before it.
void RowKernel::Extremes(const series::SampleColumns& samples, bool largest,
                         std::span<double> out) {
  const std::vector<double>& values = samples.values;
  queue_.resize(values.size());
  size_t head = 0;
  size_t tail = 0;
  size_t next = 0;
  ForEach(samples, [&](size_t low, size_t high, size_t i) {
    for (; next < high; ++next) {
      const double value = values[next];
      while (tail > head &&
             (largest ? values[queue_[tail - 1]] <= value : values[queue_[tail - 1]] >= value)) {
        --tail;
      }
      queue_[tail++] = static_cast<uint32_t>(next);
    }
    while (queue_[head] < low) ++head;
    out[i] = values[queue_[head]];
  });
}

void RowKernel::Quantiles(const series::SampleColumns& samples, double phi, std::span<double> out) {
  const std::vector<double>& values = samples.values;
  sorted_.clear();
  size_t first = 0;  // of the values in sorted_
  size_t next = 0;
  ForEach(samples, [&](size_t low, size_t high, size_t i) {
    if (low >= next) {
      sorted_.clear();
      first = next = low;
    }
    for (; first < low; ++first) {
      sorted_.erase(std::lower_bound(sorted_.begin(), sorted_.end(), values[first]));
    }
    for (; next < high; ++next) {
      sorted_.insert(std::upper_bound(sorted_.begin(), sorted_.end(), values[next]), values[next]);
    }
    out[i] = QuantileOfSorted(phi, sorted_);
  });
}

}  // namespace vedette::query
