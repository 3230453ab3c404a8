#pragma once

#include <cstddef>
#include <cstdint>

#include "query/function_table.h"
#include "query/histogram_ops.h"
#include "series/store.h"

namespace vedette::query {

// Functions of the samples of one series in one time window. Pure.

// Samples with start_ms < t <= end_ms in ascending time, no stale markers, at least one.
struct Window {
  const int64_t* t_ms;
  const double* values;
  const HistogramPtr* histograms;  // null when all are numbers; else by sample, null for a number
  size_t size;
  int64_t start_ms;
  int64_t end_ms;
  int64_t now_ms;  // the evaluation time, which `offset` and `@` move away from end_ms
  const series::Rollup* rollups = nullptr;  // by sample, see SampleColumns; null for none
};

// Of predict_linear (seconds), quantile_over_time, and double_exponential_smoothing (smoothing and
// trend factor).
struct RangeParameters {
  double first = 0;
  double second = 0;
};

// For windows of numbers. Absent() when the window has too few samples.
using RangeFunction = double (*)(const Window& window, const RangeParameters& parameters);

// By what the change between the first and the last sample of a window is multiplied to estimate
// the change over the whole window, or the change per second. `first` and `change` are the counter
// at the first sample and by how much it rose.
struct Extrapolation {
  const Window& w;
  bool counter;
  bool per_second;
  double first;
  double change;
  int64_t first_t_ms;  // of the first sample
  uint64_t count;      // samples in the window
};
// REQUIRES: at least two samples.
double ExtrapolationFactor(const Extrapolation& extrapolation);

// REQUIRES: IsRangeFunction(id).
RangeFunction RangeFunctionOf(FunctionId id);

// True for functions that keep the metric's name.
constexpr bool KeepsName(FunctionId id) {
  return id == FunctionId::kLastOverTime || id == FunctionId::kFirstOverTime;
}

}  // namespace vedette::query
