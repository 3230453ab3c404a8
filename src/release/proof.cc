#include "release/proof.h"

#include <cmath>
#include <utility>

#include "evidence/question.h"

namespace vedette::release {
namespace {

constexpr size_t kValuesMax = 2'000;  // of an answer that is kept

size_t ValuesIn(const Rows& rows) {
  size_t values = 0;
  for (const query::MatrixSeries& row : rows.series) values += row.samples.t_ms.size();
  return values;
}

// Each `every`th point from the first to the last.
Rows Thinned(const Rows& rows, size_t first, size_t last, size_t every) {
  Rows out;
  out.source = rows.source;
  out.grid = {.start_ms = rows.grid.start_ms + static_cast<int64_t>(first) * rows.grid.step_ms,
              .step_ms = rows.grid.step_ms * static_cast<int64_t>(every),
              .points = (last - first) / every + 1};
  for (const query::MatrixSeries& row : rows.series) {
    query::MatrixSeries thin;
    thin.labels = row.labels;
    for (size_t i = 0; i < row.samples.t_ms.size(); ++i) {
      if (!out.grid.IndexOf(row.samples.t_ms[i])) continue;
      thin.samples.t_ms.push_back(row.samples.t_ms[i]);
      thin.samples.values.push_back(row.samples.values[i]);
    }
    if (!thin.samples.t_ms.empty()) out.series.push_back(std::move(thin));
  }
  return out;
}

bool Same(const Tally& a, const Tally& b) {
  return std::abs(a.total - b.total) < 0.5 && std::abs(a.bad - b.bad) < 0.5;
}

}  // namespace

Source WithAnswer(const Rows& rows, std::string counted) {
  Source source = rows.source;
  source.from = base::FromMillis(rows.grid.start_ms);
  source.to = source.from + base::Duration(rows.grid.step_ms) * rows.grid.intervals();
  source.step = base::Duration(rows.grid.step_ms);
  source.counted = std::move(counted);
  if (ValuesIn(rows) <= kValuesMax) source.answer_json = evidence::MatrixAnswer(rows.series);
  return source;
}

Source Prove(const Rows& rows, base::TimePoint from, base::TimePoint to, const Tally& want,
             const Count& count, std::string counted) {
  const std::optional<size_t> first = rows.grid.IndexOf(base::ToMillis(from));
  const std::optional<size_t> last = rows.grid.IndexOf(base::ToMillis(to));
  if (!first || !last || *last <= *first) return rows.source;
  const size_t intervals = *last - *first;
  for (size_t every = intervals; every > 1; --every) {
    if (intervals % every != 0) continue;
    const Rows thin = Thinned(rows, *first, *last, every);
    if (Same(count(thin), want)) return WithAnswer(thin, std::move(counted));
  }
  return WithAnswer(Thinned(rows, *first, *last, 1), std::move(counted));
}

}  // namespace vedette::release
