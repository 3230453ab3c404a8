#include "query/evaluator.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <memory>
#include <numbers>
#include <string_view>
#include <utility>

#include "query/aggregate.h"
#include "query/element_ops.h"
#include "query/function_table.h"
#include "query/fused.h"
#include "query/histogram_functions.h"
#include "query/math_functions.h"
#include "query/vector_match.h"

namespace vedette::query {

base::Result<Block> Evaluator::Vector(const Expr& expr) {
  VEDETTE_TRY_VOID(context_.budget.Work(1000));
  switch (expr.kind) {
    case ExprKind::kVectorSelector:
      return SelectInstant(static_cast<const VectorSelector&>(expr), Want::kValues);
    case ExprKind::kParen: return Vector(*static_cast<const ParenExpr&>(expr).expr);
    case ExprKind::kUnary: return Unary(static_cast<const UnaryExpr&>(expr));
    case ExprKind::kBinary: return Binary(static_cast<const BinaryExpr&>(expr));
    case ExprKind::kAggregate: return AggregateOf(static_cast<const AggregateExpr&>(expr));
    case ExprKind::kCall: return Call(static_cast<const CallExpr&>(expr));
    default: return base::Internal("not an instant vector" + PlaceSuffix(context_, expr));
  }
}

base::Result<ScalarColumn> Evaluator::Scalar(const Expr& expr) {
  VEDETTE_TRY_VOID(context_.budget.Work(steps_.count + 1000));
  switch (expr.kind) {
    case ExprKind::kNumber:
      return ScalarColumn(steps_.count, static_cast<const NumberLiteral&>(expr).value);
    case ExprKind::kParen: return Scalar(*static_cast<const ParenExpr&>(expr).expr);
    case ExprKind::kUnary: {
      const auto& unary = static_cast<const UnaryExpr&>(expr);
      VEDETTE_TRY(ScalarColumn column, Scalar(*unary.expr));
      for (double& value : column) value = unary.negative ? -value : value;
      return column;
    }
    case ExprKind::kBinary: {
      const auto& binary = static_cast<const BinaryExpr&>(expr);
      VEDETTE_TRY(ScalarColumn lhs, Scalar(*binary.lhs));
      VEDETTE_TRY(const ScalarColumn rhs, Scalar(*binary.rhs));
      for (size_t i = 0; i < lhs.size(); ++i) lhs[i] = ApplyOperator(binary.op, lhs[i], rhs[i]);
      return lhs;
    }
    case ExprKind::kCall: return ScalarCall(static_cast<const CallExpr&>(expr));
    default: return base::Internal("not a scalar" + PlaceSuffix(context_, expr));
  }
}

template <typename Compute>
base::Result<Block> Evaluator::Map(Block input, Compute compute) {
  for (size_t row = 0; row < input.rows(); ++row) {
    VEDETTE_TRY_VOID(context_.budget.Work(2 * input.width() + 100));
    input.ClearHistograms(row);
    const std::span<double> cells = input.cells(row);
    for (size_t i = 0; i < cells.size(); ++i) {
      if (!IsAbsent(cells[i])) cells[i] = compute(cells[i], i);
    }
    input.SetDropsName(row, true);
  }
  return input;
}

base::Result<Block> Evaluator::Unary(const UnaryExpr& expr) {
  VEDETTE_TRY(Block block, Vector(*expr.expr));
  if (!expr.negative) return block;
  for (size_t row = 0; row < block.rows(); ++row) {
    VEDETTE_TRY_VOID(context_.budget.Work(block.width() + 100));
    const std::span<double> cells = block.cells(row);
    for (size_t i = 0; i < cells.size(); ++i) {
      if (block.is_histogram(row, i)) {
        VEDETTE_TRY_VOID(block.SetHistogram(row, i,
                                            std::make_shared<const model::Histogram>(
                                                ScaleHistogram(*block.histogram(row, i), -1))));
      } else if (!IsAbsent(cells[i])) {
        cells[i] = -cells[i];
      }
    }
    block.SetDropsName(row, true);
  }
  return block;
}

base::Result<Block> Evaluator::Binary(const BinaryExpr& expr) {
  if (expr.lhs->type == ValueType::kScalar || expr.rhs->type == ValueType::kScalar) {
    return VectorWithScalar(expr);
  }
  VEDETTE_TRY(const Block lhs, Vector(*expr.lhs));
  VEDETTE_TRY(const Block rhs, Vector(*expr.rhs));
  if (IsSetOp(expr.op)) return CombineSets(expr, lhs, rhs, context_);
  return MatchVectors(expr, lhs, rhs, context_);
}

base::Result<Block> Evaluator::VectorWithScalar(const BinaryExpr& expr) {
  const bool scalar_left = expr.lhs->type == ValueType::kScalar;
  VEDETTE_TRY(const ScalarColumn scalar, Scalar(scalar_left ? *expr.lhs : *expr.rhs));
  VEDETTE_TRY(const Block block, Vector(scalar_left ? *expr.rhs : *expr.lhs));
  const bool filters = IsComparison(expr.op) && !expr.return_bool;
  Block result(context_.budget, block.width());
  result.Reserve(block.rows());
  for (size_t row = 0; row < block.rows(); ++row) {
    VEDETTE_TRY_VOID(context_.budget.Work(2 * block.width() + 100));
    VEDETTE_TRY(const std::span<double> out,
                result.AddRow(block.labels(row), block.drops_name(row)));
    const bool renamed = IsArithmetic(expr.op) || expr.return_bool;
    result.SetDropsName(row, renamed || block.drops_name(row));
    if (block.has_histograms(row) || IsTrim(expr.op)) {
      VEDETTE_TRY_VOID(MixedWithScalar(expr, block, row, scalar, result));
      continue;
    }
    const auto cells = block.cells(row);
    for (size_t i = 0; i < cells.size(); ++i) {
      if (IsAbsent(cells[i])) continue;
      const double lhs = scalar_left ? scalar[i] : cells[i];
      const double rhs = scalar_left ? cells[i] : scalar[i];
      if (!filters) {
        out[i] = ApplyOperator(expr.op, lhs, rhs);
      } else if (Compare(expr.op, lhs, rhs)) {
        out[i] = cells[i];
      }
    }
  }
  return result;
}

// The same for a row with histograms, which is the last one of the result.
base::Result<> Evaluator::MixedWithScalar(const BinaryExpr& expr, const Block& block, size_t row,
                                          const ScalarColumn& scalar, Block& result) {
  const bool scalar_left = expr.lhs->type == ValueType::kScalar;
  const auto cells = block.cells(row);
  for (size_t i = 0; i < cells.size(); ++i) {
    if (IsAbsent(cells[i])) continue;
    const Element element{cells[i], block.histogram(row, i)};
    const Element number{scalar[i], nullptr};
    VEDETTE_TRY_VOID(ApplyToCell(expr, scalar_left ? number : element,
                                 scalar_left ? element : number, &element, result,
                                 result.rows() - 1, i, context_));
  }
  return {};
}

base::Result<Block> Evaluator::AggregateOf(const AggregateExpr& expr) {
  VEDETTE_TRY(std::optional<Block> quick, FusedAggregate(expr, steps_, context_));
  if (quick) return *std::move(quick);
  ScalarColumn param;
  std::string_view text;
  if (expr.op == AggregateOp::kCountValues) {
    text = static_cast<const StringLiteral&>(Unwrap(*expr.param)).value;
  } else if (expr.param != nullptr) {
    VEDETTE_TRY(param, Scalar(*expr.param));
  }
  VEDETTE_TRY(const Block input, Vector(*expr.expr));
  return Aggregate(expr, input, param, text, context_);
}

base::Result<Block> Evaluator::Call(const CallExpr& call) {
  const FunctionId id = call.function.id;
  if (IsRangeFunction(id)) return RangeCall(call);
  if (IsMathFunction(id)) return MathCall(call);
  if (IsDateFunction(id)) return DateCall(call);
  if (IsHistogramFunction(id)) return HistogramCall(call);
  return SpecialCall(call);
}

base::Result<Block> Evaluator::MathCall(const CallExpr& call) {
  VEDETTE_TRY(Block input, Vector(*call.args[0]));
  ScalarColumn first(steps_.count, 1);  // round's default
  ScalarColumn second(steps_.count, 0);
  if (call.args.size() > 1) {
    VEDETTE_TRY(first, Scalar(*call.args[1]));
  }
  if (call.args.size() > 2) {
    VEDETTE_TRY(second, Scalar(*call.args[2]));
  }
  const FunctionId id = call.function.id;
  return Map(std::move(input),
             [&](double value, size_t i) { return ApplyMath(id, value, first[i], second[i]); });
}

base::Result<Block> Evaluator::DateCall(const CallExpr& call) {
  const FunctionId id = call.function.id;
  const auto compute = [&](double value, size_t /*step*/) { return ApplyDate(id, value); };
  if (!call.args.empty()) {
    VEDETTE_TRY(Block input, Vector(*call.args[0]));
    return Map(std::move(input), compute);
  }
  VEDETTE_TRY(Block now, OfScalar(Now()));
  return Map(std::move(now), compute);
}

base::Result<Block> Evaluator::HistogramCall(const CallExpr& call) {
  VEDETTE_TRY(Block block, Vector(*call.args[0]));
  for (size_t row = 0; row < block.rows(); ++row) {
    VEDETTE_TRY_VOID(context_.budget.Work(block.width() + 100));
    const bool any = block.has_histograms(row);
    for (size_t i = 0; i < block.width(); ++i) {
      const HistogramPtr histogram = any ? block.histogram(row, i) : nullptr;
      block.ClearCell(row, i);
      if (histogram == nullptr) continue;
      VEDETTE_TRY_VOID(context_.budget.Work(histogram->positive_buckets.size() * 20 + 100));
      block.cells(row)[i] = ApplyToHistogram(call.function.id, *histogram);
    }
    block.SetDropsName(row, true);
  }
  return block;
}

ScalarColumn Evaluator::Now() const {
  ScalarColumn column(steps_.count);
  for (size_t i = 0; i < column.size(); ++i) column[i] = static_cast<double>(steps_.At(i)) / 1000;
  return column;
}

base::Result<ScalarColumn> Evaluator::ScalarCall(const CallExpr& call) {
  switch (call.function.id) {
    case FunctionId::kTime: return Now();
    case FunctionId::kPi: return ScalarColumn(steps_.count, std::numbers::pi);
    case FunctionId::kQueryStart:
      return ScalarColumn(steps_.count, static_cast<double>(context_.start_ms) / 1000);
    case FunctionId::kQueryEnd:
      return ScalarColumn(steps_.count, static_cast<double>(context_.end_ms) / 1000);
    case FunctionId::kQueryRange:
      return ScalarColumn(steps_.count,
                          static_cast<double>(context_.end_ms - context_.start_ms) / 1000);
    case FunctionId::kQueryStep:
      return ScalarColumn(steps_.count, static_cast<double>(context_.step_ms) / 1000);
    case FunctionId::kMinOf:
    case FunctionId::kMaxOf: {
      VEDETTE_TRY(ScalarColumn column, Scalar(*call.args[0]));
      VEDETTE_TRY(const ScalarColumn other, Scalar(*call.args[1]));
      const bool least = call.function.id == FunctionId::kMinOf;
      for (size_t i = 0; i < column.size(); ++i) {
        const bool other_wins = least ? other[i] < column[i] : other[i] > column[i];
        if (other_wins || std::isnan(other[i])) column[i] = other[i];
      }
      return column;
    }
    case FunctionId::kScalar: {
      VEDETTE_TRY(const Block input, Vector(*call.args[0]));
      ScalarColumn column(steps_.count, std::numeric_limits<double>::quiet_NaN());
      std::vector<size_t> values(steps_.count);
      for (size_t row = 0; row < input.rows(); ++row) {
        VEDETTE_TRY_VOID(context_.budget.Work(2 * input.width()));
        const auto cells = input.cells(row);
        for (size_t i = 0; i < cells.size(); ++i) {
          if (IsAbsent(cells[i]) || input.is_histogram(row, i)) continue;
          column[i] = ++values[i] == 1 ? cells[i] : std::numeric_limits<double>::quiet_NaN();
        }
      }
      return column;
    }
    default:
      return base::Internal(fmt::format("function \"{}\" gives no scalar{}", call.function.name,
                                        PlaceSuffix(context_, call)));
  }
}

base::Result<Block> Evaluator::OfScalar(const ScalarColumn& column) {
  Block block(context_.budget, steps_.count);
  VEDETTE_TRY(const std::span<double> out, block.AddRow({}));
  std::copy(column.begin(), column.end(), out.begin());
  return block;
}

}  // namespace vedette::query
