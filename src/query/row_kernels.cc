#include "query/row_kernels.h"

#include <algorithm>
#include <cmath>
#include <utility>

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

// How far a counter's change over its samples is stretched over the window, in milliseconds: as
// ExtrapolationFactor, which all comparisons must agree with, but in whole numbers where they
// decide, so that no division is left in the usual case.
double StretchedMs(const Window& w, double first, double change) {
  const size_t last = w.size - 1;
  const int64_t covered_ms = w.t_ms[last] - w.t_ms[0];
  const auto covered = static_cast<double>(covered_ms);
  const auto gaps = static_cast<double>(last);
  // Whether a distance is below 1.1 mean distances. Where whole numbers leave no doubt rounding
  // cannot either; next to equality it is computed as everybody does.
  const auto below_threshold = [&](int64_t distance_ms) {
    const double exact = static_cast<double>(distance_ms) * gaps * 10 - covered * 11;
    if (exact <= -1 || exact >= 1) return exact < 0;
    const double mean = covered / 1000 / gaps;
    return static_cast<double>(distance_ms) / 1000 < mean * 1.1;
  };
  double to_start = static_cast<double>(w.t_ms[0] - w.start_ms);
  double to_end = static_cast<double>(w.end_ms - w.t_ms[last]);
  if (!below_threshold(w.t_ms[0] - w.start_ms)) to_start = covered / gaps / 2;
  if (change > 0 && first >= 0 && covered * first < to_start * change) {
    to_start = covered * (first / change);
  }
  if (!below_threshold(w.end_ms - w.t_ms[last])) to_end = covered / gaps / 2;
  return covered + to_start + to_end;
}

}  // namespace

template <typename Use>
base::Result<> RowKernel::ForEach(const series::SampleColumns& samples, Budget& budget,
                                  Use use) const {
  constexpr size_t kUnitsPerCheck = 100'000;
  const size_t count = samples.t_ms.size();
  const int64_t* const t_ms = samples.t_ms.data();
  size_t low = 0;   // the first sample inside
  size_t high = 0;  // the first sample beyond
  size_t units = 0;
  for (size_t i = 0; i < look_.steps.count; ++i) {
    const int64_t end_ms = look_.EndOf(i);
    const size_t before = low + high;
    while (high < count && t_ms[high] <= end_ms) ++high;
    while (low < high && t_ms[low] <= end_ms - look_.range_ms) ++low;
    units += low + high - before + 10;
    if (low < high) units += use(low, high, i);
    if (units >= kUnitsPerCheck) VEDETTE_TRY_VOID(budget.Work(std::exchange(units, 0)));
  }
  return budget.Work(units);
}

base::Result<> RowKernel::Latest(const series::SampleColumns& samples, std::span<double> out,
                                 Budget& budget) {
  return ForEach(samples, budget, [&](size_t /*low*/, size_t high, size_t i) {
    // A stale marker is the value that means absent.
    out[i] = samples.values[high - 1];
    return size_t{0};
  });
}

bool RowKernel::HasForward(FunctionId id, const RangeParameters& parameters,
                           const series::SampleColumns& samples) {
  // A window's sorted values are moved in memory with every sample.
  constexpr size_t kSortedMax = 20'000;
  switch (id) {
    case FunctionId::kRate:
    case FunctionId::kIncrease:
      // What is lost to a reset is taken from a running total, which infinity would spoil.
      return AllFinite(samples.values);
    case FunctionId::kMaxOverTime:
    case FunctionId::kMinOverTime: return !HasNan(samples.values);
    case FunctionId::kQuantileOverTime:
      return samples.values.size() <= kSortedMax && !HasNan(samples.values) &&
             parameters.first >= 0 && parameters.first <= 1;
    default: return false;
  }
}

base::Result<> RowKernel::Apply(FunctionId id, const RangeParameters& parameters,
                                const series::SampleColumns& samples, std::span<double> out,
                                Budget& budget) {
  if (HasForward(id, parameters, samples)) {
    VEDETTE_TRY_VOID(budget.Work(2 * samples.values.size()));
    if (id == FunctionId::kQuantileOverTime) {
      return Quantiles(samples, parameters.first, out, budget);
    }
    if (id == FunctionId::kRate || id == FunctionId::kIncrease) {
      return Rates(samples, id == FunctionId::kRate, out, budget);
    }
    return Extremes(samples, id == FunctionId::kMaxOverTime, out, budget);
  }
  const RangeFunction function = RangeFunctionOf(id);
  return ForEach(samples, budget, [&](size_t low, size_t high, size_t i) {
    out[i] = function(WindowOf(samples, low, high, i), parameters);
    return high - low;
  });
}

base::Result<> RowKernel::Rates(const series::SampleColumns& samples, bool per_second,
                                std::span<double> out, Budget& budget) {
  const std::vector<double>& values = samples.values;
  lost_.resize(values.size());
  double lost = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0 && values[i] < values[i - 1]) lost += values[i - 1];
    lost_[i] = lost;
  }
  const double per = per_second ? 1000 / static_cast<double>(look_.range_ms) : 1;
  return ForEach(samples, budget, [&](size_t low, size_t high, size_t i) {
    if (high - low < 2) return size_t{0};
    const double change = values[high - 1] - values[low] + (lost_[high - 1] - lost_[low]);
    const Window window = WindowOf(samples, low, high, i);
    const auto covered_ms = static_cast<double>(window.t_ms[window.size - 1] - window.t_ms[0]);
    out[i] = change * (StretchedMs(window, values[low], change) / covered_ms * per);
    return size_t{0};
  });
}

// The samples that could still become the extreme of a window, best first: each is later and worse
// than the one before it.
base::Result<> RowKernel::Extremes(const series::SampleColumns& samples, bool largest,
                                   std::span<double> out, Budget& budget) {
  const std::vector<double>& values = samples.values;
  queue_.resize(values.size());
  size_t head = 0;
  size_t tail = 0;
  size_t next = 0;
  return ForEach(samples, budget, [&](size_t low, size_t high, size_t i) {
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
    return size_t{0};
  });
}

base::Result<> RowKernel::Quantiles(const series::SampleColumns& samples, double phi,
                                    std::span<double> out, Budget& budget) {
  const std::vector<double>& values = samples.values;
  sorted_.clear();
  size_t first = 0;  // of the values in sorted_
  size_t next = 0;
  return ForEach(samples, budget, [&](size_t low, size_t high, size_t i) {
    if (low >= next) {
      sorted_.clear();
      first = next = low;
    }
    const size_t moves = (low - first) + (high - next);
    for (; first < low; ++first) {
      sorted_.erase(std::lower_bound(sorted_.begin(), sorted_.end(), values[first]));
    }
    for (; next < high; ++next) {
      sorted_.insert(std::upper_bound(sorted_.begin(), sorted_.end(), values[next]), values[next]);
    }
    out[i] = QuantileOfSorted(phi, sorted_);
    return moves * (20 + sorted_.size() / 16);
  });
}

}  // namespace vedette::query
