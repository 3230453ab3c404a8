#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include "query/evaluator.h"
#include "query/format.h"
#include "query/function_table.h"
#include "query/fused.h"
#include "query/histogram_quantile.h"
#include "query/label_functions.h"
#include "query/range_histograms.h"

namespace vedette::query {
namespace {

std::string_view TextOf(const Expr& expr) {
  return static_cast<const StringLiteral&>(Unwrap(expr)).value;
}

template <typename Less>
base::Result<Block> Reordered(const Block& input, Budget& budget, Less less) {
  std::vector<size_t> order(input.rows());
  std::iota(order.begin(), order.end(), size_t{0});
  VEDETTE_TRY_VOID(budget.Work(order.size() * 1000));
  std::stable_sort(order.begin(), order.end(), less);
  Block sorted(budget, input.width());
  sorted.Reserve(order.size());
  for (const size_t row : order) {
    VEDETTE_TRY_VOID(sorted.AddRowOf(input, row, input.labels(row)));
  }
  return sorted;
}

bool HoldsHistograms(const Window& window) {
  return window.histograms != nullptr &&
         std::any_of(window.histograms, window.histograms + window.size,
                     [](const HistogramPtr& histogram) { return histogram != nullptr; });
}

}  // namespace

base::Result<> Evaluator::CheckRangeParameters(const CallExpr& call, const ScalarColumn& first,
                                               const ScalarColumn& second) {
  if (call.function.id == FunctionId::kQuantileOverTime) WarnOfQuantiles(first, *call.args[0]);
  if (call.function.id != FunctionId::kDoubleExponentialSmoothing) return {};
  const auto check = [](double factor, std::string_view name,
                        std::string_view letters) -> base::Result<> {
    if (factor > 0 && factor < 1) return {};
    return base::FailedPrecondition(
        fmt::format("invalid {} factor. Expected: 0 < {} < 1, got: {:f}", name, letters, factor));
  };
  for (size_t i = 0; i < first.size(); ++i) {
    VEDETTE_TRY_VOID(check(first[i], "smoothing", "sf"));
    VEDETTE_TRY_VOID(check(second[i], "trend", "tf"));
  }
  return {};
}

void Evaluator::WarnOfQuantiles(const ScalarColumn& phis, const Expr& at) {
  for (const double phi : phis) {
    if (phi >= 0 && phi <= 1) continue;
    Warn(context_, at,
         fmt::format("quantile value should be between 0 and 1, got {}", GoShort(phi)));
  }
}

void Evaluator::InformIfNoCounter(const CallExpr& call, const Expr& at, std::string_view name) {
  const FunctionId id = call.function.id;
  if (id != FunctionId::kRate && id != FunctionId::kIncrease) return;
  if (name.empty() || LooksLikeCounter(name)) return;
  Inform(context_, at,
         fmt::format("metric might not be a counter, name does not end in "
                     "_total/_sum/_count/_bucket: {}",
                     Quote(name)));
}

base::Result<Block> Evaluator::RangeCall(const CallExpr& call) {
  const FunctionId id = call.function.id;
  const Expr* matrix = nullptr;
  std::vector<ScalarColumn> scalars;
  for (const ExprPtr& arg : call.args) {
    if (arg->type == ValueType::kMatrix) {
      matrix = arg.get();
      continue;
    }
    VEDETTE_TRY(ScalarColumn column, Scalar(*arg));
    scalars.push_back(std::move(column));
  }
  if (const Expr& inner = Unwrap(*matrix); inner.kind == ExprKind::kMatrixSelector) {
    const auto& selector = static_cast<const MatrixSelector&>(inner);
    if (selector.selector->edges != RangeEdges::kSamples) return EdgedCall(call, selector);
  }
  scalars.resize(2, ScalarColumn(steps_.count, 0));
  const ScalarColumn& first = scalars[0];
  const ScalarColumn& second = scalars[1];
  const RangeFunction function = RangeFunctionOf(id);
  bool checked = false;
  Block block(context_.budget, steps_.count);
  const auto visit = [&](model::LabelsView labels, const series::SampleColumns& samples,
                         bool drops_name) -> base::Result<> {
    if (!std::exchange(checked, true)) VEDETTE_TRY_VOID(CheckRangeParameters(call, first, second));
    const std::string_view name = labels.metric_name();
    VEDETTE_TRY(const std::span<double> out,
                block.AddRow(model::Labels(labels), drops_name || !KeepsName(id)));
    bool any_number = false;
    VEDETTE_TRY_VOID(
        ForEachWindow(*matrix, samples, [&](const Window& window, size_t step) -> base::Result<> {
          const RangeParameters parameters{first[step], second[step]};
          if (!HoldsHistograms(window)) {
            out[step] = window.rollups == nullptr ? function(window, parameters)
                                                  : OverRollups(id, window, parameters);
            any_number = any_number || !IsAbsent(out[step]);
            return {};
          }
          VEDETTE_TRY(RangeOutcome outcome,
                      ApplyToMixedWindow(call, window, parameters, name, context_));
          if (!outcome.any) return {};
          if (outcome.histogram != nullptr) {
            return block.SetHistogram(block.rows() - 1, step, std::move(outcome.histogram));
          }
          out[step] = outcome.value;
          any_number = true;
          return {};
        }));
    if (!HasAny(out)) {
      block.DropLastRow();
      return {};
    }
    if (any_number) InformIfNoCounter(call, *matrix, name);
    return {};
  };
  VEDETTE_TRY_VOID(VisitRange(*matrix, id, visit));
  return block;
}

base::Result<Block> Evaluator::SpecialCall(const CallExpr& call) {
  switch (call.function.id) {
    case FunctionId::kAbsent: return AbsentCall(call);
    case FunctionId::kAbsentOverTime: return AbsentOverTime(call);
    case FunctionId::kTimestamp: return Timestamp(call);
    case FunctionId::kLabelReplace: return LabelReplace(call);
    case FunctionId::kLabelJoin: return LabelJoin(call);
    case FunctionId::kSort:
    case FunctionId::kSortDesc: return Sorted(call);
    case FunctionId::kVector: {
      VEDETTE_TRY(const ScalarColumn column, Scalar(*call.args[0]));
      return OfScalar(column);
    }
    case FunctionId::kHistogramQuantile:
    case FunctionId::kHistogramQuantiles:
    case FunctionId::kHistogramFraction: return QuantileCall(call);
    case FunctionId::kSortByLabel:
    case FunctionId::kSortByLabelDesc: return SortedByLabel(call);
    case FunctionId::kInfo: return InfoCall(call);
    default:
      return base::Unimplemented(fmt::format("function \"{}\" is not supported{}",
                                             call.function.name, PlaceSuffix(context_, call)));
  }
}

base::Result<Block> Evaluator::QuantileCall(const CallExpr& call) {
  // One vector, one label's name for several quantiles, and numbers.
  const Expr* vector = nullptr;
  std::vector<ScalarColumn> numbers;
  for (const ExprPtr& arg : call.args) {
    if (arg->type == ValueType::kVector) vector = arg.get();
    if (arg->type != ValueType::kScalar) continue;
    VEDETTE_TRY(ScalarColumn column, Scalar(*arg));
    if (call.function.id != FunctionId::kHistogramFraction) WarnOfQuantiles(column, *arg);
    numbers.push_back(std::move(column));
  }
  VEDETTE_TRY(const Block input, Vector(*vector));
  HistogramReader reader(call, *vector, input, context_);
  if (call.function.id == FunctionId::kHistogramFraction) {
    return reader.Fractions(numbers[0], numbers[1]);
  }
  if (call.function.id == FunctionId::kHistogramQuantile) return reader.Quantiles(numbers[0]);
  return reader.ManyQuantiles(numbers, TextOf(*call.args[1]));
}

base::Result<Block> Evaluator::Timestamp(const CallExpr& call) {
  const Expr& arg = Unwrap(*call.args[0]);
  const bool selector = arg.kind == ExprKind::kVectorSelector;
  VEDETTE_TRY(Block block,
              selector ? SelectInstant(static_cast<const VectorSelector&>(arg), Want::kTimes)
                       : Vector(arg));
  for (size_t row = 0; row < block.rows(); ++row) {
    for (size_t i = 0; !selector && i < block.width(); ++i) {
      if (IsAbsent(block.cells(row)[i])) continue;
      block.ClearCell(row, i);
      block.cells(row)[i] = static_cast<double>(steps_.At(i)) / 1000;
    }
    block.SetDropsName(row, true);
  }
  return block;
}

base::Result<Block> Evaluator::AbsentCall(const CallExpr& call) {
  VEDETTE_TRY(const Block input, Vector(*call.args[0]));
  std::vector<char> set(steps_.count);
  for (size_t row = 0; row < input.rows(); ++row) {
    const auto cells = input.cells(row);
    for (size_t i = 0; i < cells.size(); ++i) set[i] |= static_cast<char>(!IsAbsent(cells[i]));
  }
  return OneWhereUnset(*call.args[0], set);
}

base::Result<Block> Evaluator::AbsentOverTime(const CallExpr& call) {
  const Expr& matrix = *call.args[0];
  std::vector<char> set(steps_.count);
  VEDETTE_TRY_VOID(VisitRange(
      matrix, call.function.id,
      [&](model::LabelsView /*labels*/, const series::SampleColumns& samples, bool /*drops_name*/) {
        return ForEachWindow(matrix, samples, [&](const Window& /*window*/, size_t step) {
          set[step] = 1;
          return base::Result<>();
        });
      }));
  return OneWhereUnset(matrix, set);
}

// The labels are those that the selector fixes with one `=` and nothing else.
base::Result<Block> Evaluator::OneWhereUnset(const Expr& arg, const std::vector<char>& set) {
  const VectorSelector* selector = nullptr;
  if (arg.kind == ExprKind::kVectorSelector) {
    selector = &static_cast<const VectorSelector&>(arg);
  } else if (arg.kind == ExprKind::kMatrixSelector) {
    selector = static_cast<const MatrixSelector&>(arg).selector.get();
  }
  model::LabelsBuilder builder;
  std::vector<std::string_view> seen;
  for (size_t i = 0; selector != nullptr && i < selector->matchers.size(); ++i) {
    const model::Matcher& matcher = selector->matchers[i];
    if (matcher.name() == model::kMetricName) continue;
    const bool first = std::find(seen.begin(), seen.end(), matcher.name()) == seen.end();
    if (matcher.op() == model::MatchOp::kEqual && first) {
      builder.Set(matcher.name(), matcher.value());
      seen.push_back(matcher.name());
    } else {
      builder.Remove(matcher.name());
    }
  }
  Block block(context_.budget, steps_.count);
  VEDETTE_TRY(const std::span<double> out, block.AddRow(builder.Build()));
  for (size_t i = 0; i < out.size(); ++i) {
    if (set[i] == 0) out[i] = 1;
  }
  if (!HasAny(out)) block.DropLastRow();
  return block;
}

base::Result<Block> Evaluator::LabelReplace(const CallExpr& call) {
  VEDETTE_TRY(const Block input, Vector(*call.args[0]));
  const LabelReplacement replacement{.destination = TextOf(*call.args[1]),
                                     .replacement = TextOf(*call.args[2]),
                                     .source = TextOf(*call.args[3]),
                                     .regex = TextOf(*call.args[4])};
  return ReplaceLabel(input, replacement, context_.budget);
}

base::Result<Block> Evaluator::LabelJoin(const CallExpr& call) {
  VEDETTE_TRY(const Block input, Vector(*call.args[0]));
  std::vector<std::string_view> sources;
  for (size_t i = 3; i < call.args.size(); ++i) sources.push_back(TextOf(*call.args[i]));
  return JoinLabels(input, TextOf(*call.args[1]), TextOf(*call.args[2]), sources, context_.budget);
}

// Only instant queries have an order; NaN comes last both ways, histograms go.
base::Result<Block> Evaluator::Sorted(const CallExpr& call) {
  VEDETTE_TRY(Block input, Vector(*call.args[0]));
  for (size_t row = 0; row < input.rows(); ++row) input.ClearHistograms(row);
  if (steps_.count != 1) return input;
  const bool descending = call.function.id == FunctionId::kSortDesc;
  return Reordered(input, context_.budget, [&](size_t a, size_t b) {
    const double x = std::as_const(input).cells(a)[0];
    const double y = std::as_const(input).cells(b)[0];
    if (std::isnan(x) || std::isnan(y)) return !std::isnan(x) && std::isnan(y);
    return descending ? x > y : x < y;
  });
}

base::Result<Block> Evaluator::SortedByLabel(const CallExpr& call) {
  VEDETTE_TRY(Block input, Vector(*call.args[0]));
  if (steps_.count != 1) return input;
  const bool descending = call.function.id == FunctionId::kSortByLabelDesc;
  std::vector<std::string_view> names;
  for (size_t i = 1; i < call.args.size(); ++i) names.push_back(TextOf(*call.args[i]));
  return Reordered(input, context_.budget, [&](size_t a, size_t b) {
    const model::Labels& x = input.labels(descending ? b : a);
    const model::Labels& y = input.labels(descending ? a : b);
    for (const std::string_view name : names) {
      const std::string_view x_value = x.Get(name);
      const std::string_view y_value = y.Get(name);
      if (x_value != y_value) return NaturallyLess(x_value, y_value);
    }
    return x < y;
  });
}

}  // namespace vedette::query
