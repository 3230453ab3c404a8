#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "query/result.h"

namespace vedette::release {

// By how much counters grew from step to step, exactly: rate() and increase() extrapolate, and do
// not see what a counter had when it appeared, which is all there is of an error that happened for
// the first time. A value below the one before is a restart from zero. Pure.

// The steps of a range query.
struct Grid {
  int64_t start_ms = 0;
  int64_t step_ms = 1;
  size_t points = 0;

  std::optional<size_t> IndexOf(int64_t t_ms) const;
  int64_t EndOf(size_t interval) const {
    return start_ms + static_cast<int64_t>(interval + 1) * step_ms;
  }
  size_t intervals() const { return points > 0 ? points - 1 : 0; }
};

// The first point at which any of the series has a value: when somebody began to look.
std::optional<size_t> FirstPoint(const std::vector<query::MatrixSeries>& rows, const Grid& grid);

// One number for each interval between points. What a series has when it appears counts as growth
// from zero, unless nobody looked before that (`watched_since`).
std::vector<double> Increases(const query::MatrixSeries& row, const Grid& grid,
                              size_t watched_since);

}  // namespace vedette::release
