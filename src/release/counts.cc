#include "release/counts.h"

#include <algorithm>
#include <cmath>

namespace vedette::release {

std::optional<size_t> Grid::IndexOf(int64_t t_ms) const {
  if (t_ms < start_ms || (t_ms - start_ms) % step_ms != 0) return std::nullopt;
  const auto index = static_cast<size_t>((t_ms - start_ms) / step_ms);
  if (index >= points) return std::nullopt;
  return index;
}

std::optional<size_t> FirstPoint(const std::vector<query::MatrixSeries>& rows, const Grid& grid) {
  std::optional<size_t> first;
  for (const query::MatrixSeries& row : rows) {
    if (row.samples.t_ms.empty()) continue;
    const std::optional<size_t> index = grid.IndexOf(row.samples.t_ms.front());
    if (index && (!first || *index < *first)) first = index;
  }
  return first;
}

std::vector<double> Increases(const query::MatrixSeries& row, const Grid& grid,
                              size_t watched_since) {
  std::vector<double> out(grid.intervals(), 0.0);
  std::optional<double> last;
  for (size_t i = 0; i < row.samples.t_ms.size(); ++i) {
    const std::optional<size_t> index = grid.IndexOf(row.samples.t_ms[i]);
    const double value = row.samples.values[i];
    if (!index || !std::isfinite(value)) continue;
    const bool born = !last && *index > watched_since;
    if (*index > 0 && (last || born)) {
      const double from = last && value >= *last ? *last : 0;
      out[*index - 1] += std::max(0.0, value - from);
    }
    last = value;
  }
  return out;
}

}  // namespace vedette::release
