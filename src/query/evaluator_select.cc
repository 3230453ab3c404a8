#include <algorithm>
#include <memory>
#include <utility>

#include "base/check.h"
#include "query/evaluator.h"
#include "query/reading.h"

// Selectors: each series is read once, into one pair of columns that is used again for the next.
// Steps move forward, so the sample or window of each step is found by moving forward as well.

namespace vedette::query {
namespace {

// Counters that a subquery looks at here and there cannot say whether they were reset since the
// sample before.
HistogramPtr WithoutResetHint(HistogramPtr histogram) {
  using model::CounterReset;
  if (histogram->counter_reset != CounterReset::kYes &&
      histogram->counter_reset != CounterReset::kNo) {
    return histogram;
  }
  model::Histogram copy = *histogram;
  copy.counter_reset = CounterReset::kUnknown;
  return std::make_shared<const model::Histogram>(std::move(copy));
}

}  // namespace

RangeOf RangeOfMatrix(const Expr& matrix) {
  const Expr& inner = Unwrap(matrix);
  if (inner.kind == ExprKind::kSubquery) {
    const auto& subquery = static_cast<const Subquery&>(inner);
    return {subquery.range_ms, subquery.when};
  }
  VEDETTE_CHECK(inner.kind == ExprKind::kMatrixSelector);
  const auto& selector = static_cast<const MatrixSelector&>(inner);
  return {selector.range_ms, selector.selector->when};
}

int64_t Evaluator::ReferenceTime(const TimeModifier& when, int64_t step_ms) const {
  switch (when.at) {
    case TimeModifier::At::kNone: break;
    case TimeModifier::At::kTime: return when.at_ms - when.offset_ms;
    case TimeModifier::At::kStart: return context_.start_ms - when.offset_ms;
    case TimeModifier::At::kEnd: return context_.end_ms - when.offset_ms;
  }
  return step_ms - when.offset_ms;
}

Looked Evaluator::LookedAt(const VectorSelector& selector, int64_t range_ms,
                           std::optional<FunctionId> function) const {
  const int64_t first_ms = ReferenceTime(selector.when, steps_.start_ms);
  const int64_t last_ms = ReferenceTime(selector.when, steps_.end_ms());
  return {.function = function,
          .range_ms = range_ms,
          .first_end_ms = first_ms,
          .distance_ms = first_ms == last_ms ? 0 : steps_.step_ms};
}

base::Result<Evaluator::Selection> Evaluator::Select(const VectorSelector& selector,
                                                     const Looked& looked, int64_t beyond_ms) {
  series::SelectRequest request;
  request.tenant = context_.tenant;
  request.matchers = selector.matchers;
  // Ranges are open on the left.
  request.from_ms = looked.first_end_ms - looked.range_ms + 1;
  request.to_ms = ReferenceTime(selector.when, steps_.end_ms()) + beyond_ms;
  request.max_series = context_.series_max;
  request.rollups = RollupsFor(context_, looked);
  VEDETTE_TRY(Selection selection, context_.store.Select(request));
  VEDETTE_TRY_VOID(context_.budget.Check());
  return selection;
}

base::Result<Block> Evaluator::SelectInstant(const VectorSelector& selector, Want want) {
  if (selector.edges == RangeEdges::kSmoothed) return SelectSmoothed(selector, want);
  const Looked looked = LookedAt(selector, context_.lookback_ms, std::nullopt);
  VEDETTE_TRY(const Selection selection, Select(selector, looked));
  int64_t rollup_ms = 0;
  Block block(context_.budget, steps_.count);
  block.Reserve(selection.size());
  series::SampleColumns samples;
  for (const auto& series : selection) {
    samples.Clear();
    Share share(context_.budget);
    VEDETTE_TRY_VOID(ReadWithin(*series, samples, share, context_.budget));
    const size_t count = samples.t_ms.size();
    const bool histograms = want == Want::kValues && !samples.histograms.empty();
    VEDETTE_TRY_VOID(context_.budget.Work(count + 2 * steps_.count + 100));
    if (count == 0) continue;
    rollup_ms = std::max(rollup_ms, samples.rollup_ms);
    VEDETTE_TRY(const std::span<double> out, block.AddRow(model::Labels(series->labels())));
    size_t next = 0;  // the first sample beyond the step's time
    bool any = false;
    for (size_t i = 0; i < steps_.count; ++i) {
      const int64_t time_ms = ReferenceTime(selector.when, steps_.At(i));
      while (next < count && samples.t_ms[next] <= time_ms) ++next;
      if (next == 0) continue;
      // The newest sample of a window that has ended is as old as a window can be long.
      const bool rolled = !samples.rollups.empty() && samples.rollups[next - 1].count > 0;
      const int64_t lookback_ms = context_.lookback_ms + (rolled ? samples.rollup_ms : 0);
      if (samples.t_ms[next - 1] <= time_ms - lookback_ms) continue;
      if (model::IsStale(samples.values[next - 1])) continue;
      any = true;
      if (histograms && samples.histograms[next - 1] != nullptr) {
        VEDETTE_TRY_VOID(block.SetHistogram(block.rows() - 1, i, samples.histograms[next - 1]));
        continue;
      }
      out[i] = want == Want::kValues ? samples.values[next - 1]
                                     : static_cast<double>(samples.t_ms[next - 1]) / 1000;
    }
    if (!any) block.DropLastRow();
  }
  InformOfRollups(context_, selector, looked, rollup_ms);
  return block;
}

base::Result<> Evaluator::VisitRange(const Expr& matrix, std::optional<FunctionId> function,
                                     const SeriesVisitor& visit) {
  const Expr& inner = Unwrap(matrix);
  if (inner.kind == ExprKind::kSubquery) {
    return VisitSubquery(static_cast<const Subquery&>(inner), visit);
  }
  return VisitSelector(static_cast<const MatrixSelector&>(inner), function, visit);
}

base::Result<> Evaluator::VisitSelector(const MatrixSelector& matrix,
                                        std::optional<FunctionId> function,
                                        const SeriesVisitor& visit) {
  const Looked looked = LookedAt(*matrix.selector, matrix.range_ms, function);
  VEDETTE_TRY(const Selection selection, Select(*matrix.selector, looked));
  int64_t rollup_ms = 0;
  series::SampleColumns samples;
  for (const auto& series : selection) {
    samples.Clear();
    Share share(context_.budget);
    VEDETTE_TRY_VOID(ReadWithin(*series, samples, share, context_.budget));
    VEDETTE_TRY_VOID(context_.budget.Work(samples.t_ms.size() + steps_.count + 100));
    RemoveStale(samples);
    rollup_ms = std::max(rollup_ms, samples.rollup_ms);
    if (!samples.t_ms.empty()) VEDETTE_TRY_VOID(visit(series->labels(), samples, false));
  }
  InformOfRollups(context_, matrix, looked, rollup_ms);
  return {};
}

base::Result<> Evaluator::VisitSubquery(const Subquery& subquery, const SeriesVisitor& visit) {
  const int64_t step_ms = subquery.step_ms > 0 ? subquery.step_ms : context_.subquery_step_ms;
  // Steps of subqueries are whole multiples of the step, whatever the query's own steps are.
  const int64_t open_ms = ReferenceTime(subquery.when, steps_.start_ms) - subquery.range_ms;
  int64_t start_ms = open_ms / step_ms * step_ms;
  if (start_ms <= open_ms) start_ms += step_ms;
  const int64_t end_ms = ReferenceTime(subquery.when, steps_.end_ms());
  if (start_ms > end_ms) return {};
  const Steps steps{start_ms, step_ms, static_cast<size_t>((end_ms - start_ms) / step_ms) + 1};
  // Columns of scalars and masks of this many steps are about to be made.
  Share share(context_.budget);
  VEDETTE_TRY_VOID(share.Add(steps.count, steps.count * 4 * sizeof(double)));
  VEDETTE_TRY(const Block block, Evaluator(context_, steps).Vector(*subquery.expr));
  series::SampleColumns samples;
  for (size_t row = 0; row < block.rows(); ++row) {
    VEDETTE_TRY_VOID(context_.budget.Work(steps.count + steps_.count + 100));
    samples.Clear();
    const auto cells = block.cells(row);
    for (size_t i = 0; i < cells.size(); ++i) {
      if (IsAbsent(cells[i])) continue;
      samples.t_ms.push_back(steps.At(i));
      if (block.is_histogram(row, i)) {
        const HistogramPtr histogram = WithoutResetHint(block.histogram(row, i));
        samples.histograms.resize(samples.values.size());
        samples.histograms.push_back(histogram);
        samples.values.push_back(histogram->sum);
      } else {
        samples.values.push_back(cells[i]);
        if (!samples.histograms.empty()) samples.histograms.emplace_back();
      }
    }
    if (!samples.t_ms.empty()) {
      VEDETTE_TRY_VOID(visit(block.labels(row), samples, block.drops_name(row)));
    }
  }
  return {};
}

base::Result<std::vector<MatrixSeries>> Evaluator::Matrix(const Expr& expr) {
  if (const Expr& inner = Unwrap(expr); inner.kind == ExprKind::kMatrixSelector) {
    const auto& selector = static_cast<const MatrixSelector&>(inner);
    if (selector.selector->edges != RangeEdges::kSamples) return EdgedMatrix(selector);
  }
  std::vector<MatrixSeries> result;
  // What is copied stays charged until the whole matrix is there.
  Share share(context_.budget);
  const auto visit = [&](model::LabelsView labels, const series::SampleColumns& samples,
                         bool drops_name) -> base::Result<> {
    VEDETTE_TRY_VOID(Charge(samples, share));
    VEDETTE_TRY_VOID(share.Add(0, sizeof(MatrixSeries) + labels.bytes().size()));
    return ForEachWindow(expr, samples, [&](const Window& window, size_t /*step*/) {
      MatrixSeries& series = result.emplace_back();
      series.labels = drops_name ? WithoutName(labels) : model::Labels(labels);
      series.samples.t_ms.assign(window.t_ms, window.t_ms + window.size);
      series.samples.values.assign(window.values, window.values + window.size);
      if (window.histograms != nullptr) {
        series.samples.histograms.assign(window.histograms, window.histograms + window.size);
      }
      return base::Result<>();
    });
  };
  VEDETTE_TRY_VOID(VisitRange(expr, std::nullopt, visit));
  std::sort(result.begin(), result.end(),
            [](const MatrixSeries& a, const MatrixSeries& b) { return a.labels < b.labels; });
  return result;
}

}  // namespace vedette::query
