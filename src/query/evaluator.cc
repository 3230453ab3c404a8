#include "query/evaluator.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <numbers>
#include <string_view>
#include <utility>

#include "query/aggregate.h"
#include "query/function_table.h"
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
    const std::span<double> cells = input.cells(row);
    for (size_t i = 0; i < cells.size(); ++i) {
      if (!IsAbsent(cells[i])) cells[i] = compute(cells[i], i);
    }
    input.SetLabels(row, WithoutName(input.labels(row)));
  }
  return MergeEqualLabels(std::move(input), context_.budget);
}

base::Result<Block> Evaluator::Unary(const UnaryExpr& expr) {
  VEDETTE_TRY(Block block, Vector(*expr.expr));
  if (!expr.negative) return block;
  for (size_t row = 0; row < block.rows(); ++row) {
    for (double& cell : block.cells(row)) cell = IsAbsent(cell) ? cell : -cell;
    block.SetLabels(row, WithoutName(block.labels(row)));
  }
  VEDETTE_TRY_VOID(RefuseEqualLabels(block));
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
  VEDETTE_TRY(Block block, Vector(scalar_left ? *expr.rhs : *expr.lhs));
  if (IsArithmetic(expr.op) || expr.return_bool) {
    return Map(std::move(block), [&](double value, size_t i) {
      return scalar_left ? ApplyOperator(expr.op, scalar[i], value)
                         : ApplyOperator(expr.op, value, scalar[i]);
    });
  }
  Block kept(context_.budget, block.width());
  for (size_t row = 0; row < block.rows(); ++row) {
    VEDETTE_TRY_VOID(context_.budget.Work(2 * block.width() + 100));
    VEDETTE_TRY(const std::span<double> out, kept.AddRow(block.labels(row)));
    const auto cells = std::as_const(block).cells(row);
    for (size_t i = 0; i < cells.size(); ++i) {
      if (IsAbsent(cells[i])) continue;
      const bool holds = scalar_left ? Compare(expr.op, scalar[i], cells[i])
                                     : Compare(expr.op, cells[i], scalar[i]);
      if (holds) out[i] = cells[i];
    }
    if (!HasAny(out)) kept.DropLastRow();
  }
  return kept;
}

base::Result<Block> Evaluator::AggregateOf(const AggregateExpr& expr) {
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

ScalarColumn Evaluator::Now() const {
  ScalarColumn column(steps_.count);
  for (size_t i = 0; i < column.size(); ++i) column[i] = static_cast<double>(steps_.At(i)) / 1000;
  return column;
}

base::Result<ScalarColumn> Evaluator::ScalarCall(const CallExpr& call) {
  switch (call.function.id) {
    case FunctionId::kTime: return Now();
    case FunctionId::kPi: return ScalarColumn(steps_.count, std::numbers::pi);
    case FunctionId::kScalar: {
      VEDETTE_TRY(const Block input, Vector(*call.args[0]));
      ScalarColumn column(steps_.count, std::numeric_limits<double>::quiet_NaN());
      std::vector<size_t> values(steps_.count);
      for (size_t row = 0; row < input.rows(); ++row) {
        VEDETTE_TRY_VOID(context_.budget.Work(2 * input.width()));
        const auto cells = input.cells(row);
        for (size_t i = 0; i < cells.size(); ++i) {
          if (IsAbsent(cells[i])) continue;
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
