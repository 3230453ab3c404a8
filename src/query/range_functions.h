#pragma once

#include <cstddef>
#include <cstdint>

#include "query/function_table.h"

namespace vedette::query {

// Functions of the samples of one series in one time window. Pure.

// Samples with start_ms < t <= end_ms in ascending time, no stale markers, at least one.
struct Window {
  const int64_t* t_ms;
  const double* values;
  size_t size;
  int64_t start_ms;
  int64_t end_ms;
  int64_t now_ms;  // the evaluation time, which `offset` and `@` move away from end_ms
};

// Absent() when the window has too few samples. `parameter` is that of predict_linear (seconds)
// and quantile_over_time.
using RangeFunction = double (*)(const Window& window, double parameter);

// REQUIRES: IsRangeFunction(id).
RangeFunction RangeFunctionOf(FunctionId id);

// True for functions that keep the metric's name.
constexpr bool KeepsName(FunctionId id) { return id == FunctionId::kLastOverTime; }

}  // namespace vedette::query
