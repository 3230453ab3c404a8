#pragma once

#include <cstddef>
#include <cstdint>

#include "query/ast.h"
#include "query/function_table.h"
#include "series/store.h"

namespace vedette::query {

// Ranges that do not end at their samples (RangeEdges, ast.h), after Prometheus' extended range
// selectors (proposal PROM-52). Pure.

// A window of numbers with what lies around it.
struct EdgedWindow {
  RangeEdges edges;  // not kSamples
  // Ascending, without stale markers, at least one: those inside (start_ms, end_ms], those of a
  // lookback before it and, when smoothed, those of a lookback after it.
  const int64_t* t_ms;
  const double* values;
  size_t size;
  int64_t start_ms;
  int64_t end_ms;
};

// rate, increase, delta, changes or resets, without extrapolation. Absent() when nothing is to be
// said. A counter that falls between two samples is taken to have fallen to zero there.
double OverEdges(FunctionId id, const EdgedWindow& window);

// The samples inside, with a value at each edge. None when the last sample lies before the window.
series::SampleColumns SamplesBetweenEdges(const EdgedWindow& window);

// What a line between the neighbours gives at a time: of samples up to a lookback away on both
// sides, the last value when none comes after. Absent() before the first.
double SmoothedAt(const int64_t* t_ms, const double* values, size_t size, int64_t time_ms);

}  // namespace vedette::query
