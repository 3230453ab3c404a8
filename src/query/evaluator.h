#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "query/ast.h"
#include "query/block.h"
#include "query/context.h"
#include "query/element_ops.h"
#include "query/range_functions.h"
#include "query/result.h"
#include "query/rollups.h"

namespace vedette::query {

// Values of a scalar expression, one per step.
using ScalarColumn = std::vector<double>;

// The range and time modifier of a matrix selector or subquery.
struct RangeOf {
  int64_t range_ms;
  const TimeModifier& when;
};
RangeOf RangeOfMatrix(const Expr& matrix);

// Walks a syntax tree and computes every node for all steps at once. A selector reads its series
// once for the whole time that the steps look at; a subquery is evaluated by an evaluator of its
// own, with its own steps. Lives as long as one evaluation; one thread.
class Evaluator {
 public:
  Evaluator(Context& context, Steps steps) : context_(context), steps_(steps) {}

  // REQUIRES: expr.type as the name says.
  base::Result<Block> Vector(const Expr& expr);
  base::Result<ScalarColumn> Scalar(const Expr& expr);
  // The samples of a range vector at the only step, sorted by labels.
  base::Result<std::vector<MatrixSeries>> Matrix(const Expr& expr);

 private:
  // Visits one series of a range vector: its labels, its samples without stale markers, and whether
  // its name is to be dropped in the end.
  using SeriesVisitor = std::function<base::Result<>(
      model::LabelsView labels, const series::SampleColumns& samples, bool drops_name)>;
  using Selection = std::vector<std::unique_ptr<series::SelectedSeries>>;
  enum class Want { kValues, kTimes };

  // evaluator_select.cc: from the store to rows and windows.

  // The time that a selector looks at from an evaluation time.
  int64_t ReferenceTime(const TimeModifier& when, int64_t step_ms) const;
  // What a selector looks at: for `function`, or for the newest sample of each step.
  Looked LookedAt(const VectorSelector& selector, int64_t range_ms,
                  std::optional<FunctionId> function) const;
  // `beyond_ms` is how far it looks ahead of its last time.
  base::Result<Selection> Select(const VectorSelector& selector, const Looked& looked,
                                 int64_t beyond_ms = 0);
  // The latest sample in each step's lookback, or the time of that sample in seconds.
  base::Result<Block> SelectInstant(const VectorSelector& selector, Want want);
  // `function` is what the windows are for; none: for themselves.
  base::Result<> VisitRange(const Expr& matrix, std::optional<FunctionId> function,
                            const SeriesVisitor& visit);
  base::Result<> VisitSelector(const MatrixSelector& matrix, std::optional<FunctionId> function,
                               const SeriesVisitor& visit);
  base::Result<> VisitSubquery(const Subquery& subquery, const SeriesVisitor& visit);
  // Calls `use(window, step)`, which gives a Result<>, for the window of each step with samples.
  template <typename Use>
  base::Result<> ForEachWindow(const Expr& matrix, const series::SampleColumns& samples, Use use);

  // evaluator_edges.cc: selectors that are anchored or smoothed (range_edges.h).
  using EdgedVisitor =
      std::function<base::Result<>(model::LabelsView labels, const series::SampleColumns& samples)>;
  // Visits each series with its samples around all windows.
  base::Result<> VisitEdged(const VectorSelector& selector, int64_t range_ms,
                            const EdgedVisitor& visit);
  // Calls `use(window, step)`, which gives a Result<>, for each step with samples.
  template <typename Use>
  base::Result<> ForEachEdged(const VectorSelector& selector, int64_t range_ms,
                              const series::SampleColumns& samples, Use use);
  base::Result<Block> EdgedCall(const CallExpr& call, const MatrixSelector& matrix);
  base::Result<Block> SelectSmoothed(const VectorSelector& selector, Want want);
  base::Result<std::vector<MatrixSeries>> EdgedMatrix(const MatrixSelector& matrix);

  // evaluator.cc: operators and functions of values.
  base::Result<Block> Unary(const UnaryExpr& expr);
  base::Result<Block> Binary(const BinaryExpr& expr);
  base::Result<Block> VectorWithScalar(const BinaryExpr& expr);
  base::Result<> MixedWithScalar(const BinaryExpr& expr, const Block& block, size_t row,
                                 const ScalarColumn& scalar, Block& result);
  base::Result<Block> AggregateOf(const AggregateExpr& expr);
  base::Result<Block> Call(const CallExpr& call);
  base::Result<Block> MathCall(const CallExpr& call);
  base::Result<Block> DateCall(const CallExpr& call);
  base::Result<Block> HistogramCall(const CallExpr& call);
  base::Result<ScalarColumn> ScalarCall(const CallExpr& call);
  ScalarColumn Now() const;
  // A row without labels.
  base::Result<Block> OfScalar(const ScalarColumn& column);
  // Applies `compute(value, step)` to every number and drops the metrics' names; histograms go.
  template <typename Compute>
  base::Result<Block> Map(Block input, Compute compute);

  // evaluator_calls.cc: functions of windows and of whole vectors.
  base::Result<Block> RangeCall(const CallExpr& call);
  base::Result<> CheckRangeParameters(const CallExpr& call, const ScalarColumn& first,
                                      const ScalarColumn& second);
  void WarnOfQuantiles(const ScalarColumn& phis, const Expr& at);
  // Of rate and increase over something that may be none.
  void InformIfNoCounter(const CallExpr& call, const Expr& at, std::string_view name);
  base::Result<Block> QuantileCall(const CallExpr& call);
  base::Result<Block> SpecialCall(const CallExpr& call);
  base::Result<Block> Timestamp(const CallExpr& call);
  base::Result<Block> AbsentCall(const CallExpr& call);
  base::Result<Block> AbsentOverTime(const CallExpr& call);
  base::Result<Block> OneWhereUnset(const Expr& arg, const std::vector<char>& set);
  base::Result<Block> LabelReplace(const CallExpr& call);
  base::Result<Block> LabelJoin(const CallExpr& call);
  base::Result<Block> Sorted(const CallExpr& call);
  base::Result<Block> SortedByLabel(const CallExpr& call);
  // evaluator_info.cc: info(), which adds labels of info metrics.
  base::Result<Block> InfoCall(const CallExpr& call);

  Context& context_;
  const Steps steps_;
};

template <typename Use>
base::Result<> Evaluator::ForEachWindow(const Expr& matrix, const series::SampleColumns& samples,
                                        Use use) {
  const RangeOf range = RangeOfMatrix(matrix);
  size_t low = 0;   // the first sample inside
  size_t high = 0;  // the first sample beyond
  for (size_t i = 0; i < steps_.count; ++i) {
    const int64_t end_ms = ReferenceTime(range.when, steps_.At(i));
    const int64_t start_ms = end_ms - range.range_ms;
    while (high < samples.t_ms.size() && samples.t_ms[high] <= end_ms) ++high;
    while (low < high && samples.t_ms[low] <= start_ms) ++low;
    if (low == high) continue;
    VEDETTE_TRY_VOID(context_.budget.Work(high - low + 10));
    const HistogramPtr* histograms =
        samples.histograms.empty() ? nullptr : &samples.histograms[low];
    VEDETTE_TRY_VOID(
        use(Window{&samples.t_ms[low], &samples.values[low], histograms, high - low, start_ms,
                   end_ms, steps_.At(i), samples.rollups.empty() ? nullptr : &samples.rollups[low]},
            i));
  }
  return {};
}

}  // namespace vedette::query
