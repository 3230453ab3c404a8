#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <string_view>
#include <utility>

#include "query/evaluator.h"
#include "query/format.h"
#include "query/function_table.h"
#include "query/histogram_quantile.h"
#include "query/label_functions.h"

namespace vedette::query {
namespace {

std::string_view TextOf(const Expr& expr) {
  return static_cast<const StringLiteral&>(Unwrap(expr)).value;
}

bool LooksLikeCounter(std::string_view name) {
  constexpr std::array<std::string_view, 4> kSuffixes = {"_total", "_sum", "_count", "_bucket"};
  return std::any_of(kSuffixes.begin(), kSuffixes.end(),
                     [&](std::string_view suffix) { return name.ends_with(suffix); });
}

}  // namespace

base::Result<Block> Evaluator::RangeCall(const CallExpr& call) {
  const FunctionId id = call.function.id;
  const size_t matrix_index = id == FunctionId::kQuantileOverTime ? 1 : 0;
  const Expr& matrix = *call.args[matrix_index];
  ScalarColumn parameter(steps_.count, 0);
  if (call.args.size() > 1) {
    VEDETTE_TRY(parameter, Scalar(*call.args[1 - matrix_index]));
  }
  if (id == FunctionId::kQuantileOverTime) {
    for (const double phi : parameter) {
      if (phi >= 0 && phi <= 1) continue;
      context_.annotations.Warn(fmt::format("quantile value should be between 0 and 1, got {}{}",
                                            FormatLiteral(phi),
                                            PlaceSuffix(context_, *call.args[0])));
    }
  }
  const bool wants_counter = id == FunctionId::kRate || id == FunctionId::kIncrease;
  const RangeFunction function = RangeFunctionOf(id);
  Block block(context_.budget, steps_.count);
  const auto visit = [&](model::LabelsView labels,
                         const series::SampleColumns& samples) -> base::Result<> {
    VEDETTE_TRY(const std::span<double> out,
                block.AddRow(KeepsName(id) ? model::Labels(labels) : WithoutName(labels)));
    VEDETTE_TRY_VOID(ForEachWindow(matrix, samples, [&](const Window& window, size_t step) {
      out[step] = function(window, parameter[step]);
    }));
    if (!HasAny(out)) {
      block.DropLastRow();
      return {};
    }
    const std::string_view name = labels.metric_name();
    if (wants_counter && !name.empty() && !LooksLikeCounter(name)) {
      context_.annotations.Inform(
          fmt::format("metric might not be a counter, name does not end in "
                      "_total/_sum/_count/_bucket: {}{}",
                      Quote(name), PlaceSuffix(context_, matrix)));
    }
    return {};
  };
  VEDETTE_TRY_VOID(VisitRange(matrix, visit));
  VEDETTE_TRY_VOID(RefuseEqualLabels(block));
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
    case FunctionId::kHistogramQuantile: {
      VEDETTE_TRY(const ScalarColumn phi, Scalar(*call.args[0]));
      VEDETTE_TRY(const Block buckets, Vector(*call.args[1]));
      return HistogramQuantile(call, phi, buckets, context_);
    }
    default:
      return base::Unimplemented(fmt::format("function \"{}\" is not supported{}",
                                             call.function.name, PlaceSuffix(context_, call)));
  }
}

base::Result<Block> Evaluator::Timestamp(const CallExpr& call) {
  const Expr& arg = Unwrap(*call.args[0]);
  const bool selector = arg.kind == ExprKind::kVectorSelector;
  VEDETTE_TRY(Block block,
              selector ? SelectInstant(static_cast<const VectorSelector&>(arg), Want::kTimes)
                       : Vector(arg));
  for (size_t row = 0; row < block.rows(); ++row) {
    const std::span<double> cells = block.cells(row);
    for (size_t i = 0; !selector && i < cells.size(); ++i) {
      if (!IsAbsent(cells[i])) cells[i] = static_cast<double>(steps_.At(i)) / 1000;
    }
    block.SetLabels(row, WithoutName(block.labels(row)));
  }
  return MergeEqualLabels(std::move(block), context_.budget);
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
  VEDETTE_TRY_VOID(
      VisitRange(matrix, [&](model::LabelsView /*labels*/, const series::SampleColumns& samples) {
        return ForEachWindow(matrix, samples,
                             [&](const Window& /*window*/, size_t step) { set[step] = 1; });
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

// Only instant queries have an order; NaN comes last both ways.
base::Result<Block> Evaluator::Sorted(const CallExpr& call) {
  VEDETTE_TRY(Block input, Vector(*call.args[0]));
  if (steps_.count != 1) return input;
  const bool descending = call.function.id == FunctionId::kSortDesc;
  std::vector<size_t> order(input.rows());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const double x = std::as_const(input).cells(a)[0];
    const double y = std::as_const(input).cells(b)[0];
    if (std::isnan(x) || std::isnan(y)) return !std::isnan(x) && std::isnan(y);
    return descending ? x > y : x < y;
  });
  Block sorted(context_.budget, 1);
  sorted.Reserve(order.size());
  for (const size_t row : order) {
    VEDETTE_TRY(const std::span<double> out, sorted.AddRow(input.labels(row)));
    out[0] = std::as_const(input).cells(row)[0];
  }
  return sorted;
}

}  // namespace vedette::query
