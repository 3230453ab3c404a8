#include "query/row_kernels.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vedette::query {
namespace {

// They count, since a loop without an early end takes several values at a time.

bool HasNan(const std::vector<double>& values) {
  size_t count = 0;
  for (const double value : values) count += value != value ? 1 : 0;
  return count > 0;
}

bool AllFinite(const std::vector<double>& values) {
  size_t count = 0;
  for (const double value : values) count += std::isfinite(value) ? 1 : 0;
  return count == values.size();
}

bool HasResets(const std::vector<double>& values) {
  size_t count = 0;
  for (size_t i = 1; i < values.size(); ++i) count += values[i] < values[i - 1] ? 1 : 0;
  return count > 0;
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

base::Result<> RowKernel::FindWindows(const std::vector<int64_t>& t_ms, Budget& budget) {
  VEDETTE_TRY_VOID(budget.Work(t_ms.size() / 4));
  if (t_ms == t_ms_) return {};
  t_ms_ = t_ms;
  stretches_.clear();
  windows_.resize(look_.steps.count);
  const size_t count = t_ms.size();
  size_t low = 0;
  size_t high = 0;
  for (size_t i = 0; i < windows_.size(); ++i) {
    const int64_t end_ms = look_.EndOf(i);
    while (high < count && t_ms[high] <= end_ms) ++high;
    while (low < high && t_ms[low] <= end_ms - look_.range_ms) ++low;
    windows_[i] = {low, high};
  }
  return budget.Work(2 * count + 10 * windows_.size());
}

template <typename Use>
base::Result<> RowKernel::ForEach(Budget& budget, Use use) const {
  constexpr size_t kUnitsPerCheck = 100'000;
  size_t units = 0;
  for (size_t i = 0; i < windows_.size(); ++i) {
    const auto [low, high] = windows_[i];
    units += 5;
    if (low < high) units += use(low, high, i);
    if (units >= kUnitsPerCheck) VEDETTE_TRY_VOID(budget.Work(std::exchange(units, 0)));
  }
  return budget.Work(units);
}

base::Result<> RowKernel::Latest(const series::SampleColumns& samples, std::span<double> out,
                                 Budget& budget) {
  VEDETTE_TRY_VOID(FindWindows(samples.t_ms, budget));
  return ForEach(budget, [&](size_t /*low*/, size_t high, size_t i) {
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
  VEDETTE_TRY_VOID(FindWindows(samples.t_ms, budget));
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
  return ForEach(budget, [&](size_t low, size_t high, size_t i) {
    out[i] = function(WindowOf(samples, low, high, i), parameters);
    return high - low;
  });
}

RowKernel::Stretch RowKernel::StretchOf(size_t step) const {
  const auto [low, high] = windows_[step];
  if (high - low < 2) return {};
  const int64_t end_ms = look_.EndOf(step);
  const int64_t first_t_ms = t_ms_[low];
  const int64_t last_t_ms = t_ms_[high - 1];
  const auto covered = static_cast<double>(last_t_ms - first_t_ms);
  const auto gaps = static_cast<double>(high - low - 1);
  const auto reach = [&](int64_t distance_ms) {
    const bool below_threshold =
        static_cast<double>(distance_ms) / 1000 < covered / 1000 / gaps * 1.1;
    return below_threshold ? static_cast<double>(distance_ms) : covered / gaps / 2;
  };
  const double to_start = reach(first_t_ms - (end_ms - look_.range_ms));
  const double to_end = reach(end_ms - last_t_ms);
  return {covered, to_start, to_end, (covered + to_start + to_end) / covered};
}

base::Result<> RowKernel::Rates(const series::SampleColumns& samples, bool per_second,
                                std::span<double> out, Budget& budget) {
  const std::vector<double>& values = samples.values;
  lost_.assign(values.size(), 0);
  if (HasResets(values)) {
    for (size_t i = 1; i < values.size(); ++i) {
      lost_[i] = lost_[i - 1] + (values[i] < values[i - 1] ? values[i - 1] : 0);
    }
  }
  if (stretches_.empty()) {
    stretches_.resize(windows_.size());
    for (size_t i = 0; i < windows_.size(); ++i) stretches_[i] = StretchOf(i);
    VEDETTE_TRY_VOID(budget.Work(20 * windows_.size()));
  }
  const double per = per_second ? 1000 / static_cast<double>(look_.range_ms) : 1;
  return ForEach(budget, [&](size_t low, size_t high, size_t i) {
    if (high - low < 2) return size_t{0};
    const double first = values[low];
    const double change = values[high - 1] - first + (lost_[high - 1] - lost_[low]);
    const Stretch& stretch = stretches_[i];
    double factor = stretch.factor;
    // A counter was not below zero before its first sample.
    if (change > 0 && first >= 0 && stretch.covered_ms * first < stretch.to_start_ms * change) {
      const double to_zero = stretch.covered_ms * (first / change);
      factor = (stretch.covered_ms + to_zero + stretch.to_end_ms) / stretch.covered_ms;
    }
    out[i] = change * (factor * per);
    return size_t{5};
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
  return ForEach(budget, [&](size_t low, size_t high, size_t i) {
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
  return ForEach(budget, [&](size_t low, size_t high, size_t i) {
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
