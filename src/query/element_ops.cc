#include "query/element_ops.h"

#include <fmt/format.h>
#include <memory>
#include <string_view>
#include <utility>

#include "query/histogram_trim.h"
#include "query/math_functions.h"

namespace vedette::query {
namespace {

using model::Histogram;

ElementOutcome Result(Histogram histogram) {
  return {false, true, {0, std::make_shared<const Histogram>(std::move(histogram))}};
}

ElementOutcome Refuse(const BinaryExpr& expr, const Element& lhs, const Element& rhs,
                      Context& context) {
  const auto type = [](const Element& e) { return e.histogram == nullptr ? "float" : "histogram"; };
  const std::string_view op = BinaryOpName(expr.op);
  Inform(context, expr,
         fmt::format("incompatible sample types encountered for binary operator \"{}\": {} {} {}",
                     op, type(lhs), op, type(rhs)));
  return {.fails = true, .keeps = false, .element = {}};
}

ElementOutcome Combine(const BinaryExpr& expr, const Histogram& lhs, const Histogram& rhs,
                       Context& context) {
  if (!Compatible(lhs, rhs)) {
    Warn(context, expr,
         fmt::format("incompatible bucket layout encountered for binary operator {}",
                     BinaryOpName(expr.op)));
    return {.fails = true, .keeps = false, .element = {}};
  }
  const bool add = expr.op == BinaryOp::kAdd;
  const std::string_view operation = add ? "addition" : "subtraction";
  CombineNotes notes;
  Histogram result = add ? AddHistograms(lhs, rhs, notes) : SubtractHistograms(lhs, rhs, notes);
  if (notes.reset_conflict) {
    Warn(context, expr, fmt::format("conflicting counter resets during histogram {}", operation));
  }
  if (notes.bounds_reconciled) {
    Inform(context, expr,
           fmt::format("mismatched custom buckets were reconciled during {}", operation));
  }
  return Result(std::move(result));
}

}  // namespace

ElementOutcome ApplyToElements(const BinaryExpr& expr, const Element& lhs, const Element& rhs,
                               Context& context) {
  if (lhs.histogram == nullptr && rhs.histogram == nullptr) {
    if (IsTrim(expr.op)) return Refuse(expr, lhs, rhs, context);
    if (IsComparison(expr.op)) return {false, Compare(expr.op, lhs.value, rhs.value), lhs};
    return {false, true, {ApplyOperator(expr.op, lhs.value, rhs.value), nullptr}};
  }
  if (lhs.histogram != nullptr && rhs.histogram != nullptr) {
    switch (expr.op) {
      case BinaryOp::kAdd:
      case BinaryOp::kSub: return Combine(expr, *lhs.histogram, *rhs.histogram, context);
      case BinaryOp::kEqual: return {false, SameHistogram(*lhs.histogram, *rhs.histogram), lhs};
      case BinaryOp::kNotEqual: return {false, !SameHistogram(*lhs.histogram, *rhs.histogram), lhs};
      default: return Refuse(expr, lhs, rhs, context);
    }
  }
  if (lhs.histogram != nullptr) {
    switch (expr.op) {
      case BinaryOp::kMul: return Result(ScaleHistogram(*lhs.histogram, rhs.value));
      case BinaryOp::kDiv: return Result(DivideHistogram(*lhs.histogram, rhs.value));
      case BinaryOp::kTrimUpper: return Result(TrimHistogram(*lhs.histogram, rhs.value, true));
      case BinaryOp::kTrimLower: return Result(TrimHistogram(*lhs.histogram, rhs.value, false));
      default: return Refuse(expr, lhs, rhs, context);
    }
  }
  if (expr.op == BinaryOp::kMul && rhs.histogram != nullptr) {
    return Result(ScaleHistogram(*rhs.histogram, lhs.value));
  }
  return Refuse(expr, lhs, rhs, context);
}

base::Result<> ApplyToCell(const BinaryExpr& expr, const Element& lhs, const Element& rhs,
                           const Element* kept, Block& result, size_t row, size_t i,
                           Context& context) {
  VEDETTE_TRY_VOID(context.budget.Work(500));
  const ElementOutcome outcome = ApplyToElements(expr, lhs, rhs, context);
  if (outcome.fails) return {};
  if (expr.return_bool) {
    result.cells(row)[i] = outcome.keeps ? 1 : 0;
    return {};
  }
  if (!outcome.keeps) return {};
  const Element& element = kept != nullptr && IsComparison(expr.op) ? *kept : outcome.element;
  if (element.histogram != nullptr) return result.SetHistogram(row, i, element.histogram);
  result.cells(row)[i] = element.value;
  return {};
}

}  // namespace vedette::query
