#include "query/type_check.h"

#include <algorithm>
#include <fmt/format.h>

#include "query/function_table.h"

namespace vedette::query {
namespace {

bool IsScalarOrVector(ValueType type) {
  return type == ValueType::kScalar || type == ValueType::kVector;
}

Complaint CheckMatching(const BinaryExpr& expr) {
  const VectorMatching& matching = expr.matching;
  if (IsSetOp(expr.op) && matching.cardinality != Cardinality::kManyToMany) {
    return {fmt::format("no grouping allowed for \"{}\" operation", BinaryOpName(expr.op)),
            expr.lhs.get()};
  }
  if (!matching.on) return {};
  for (const std::string& label : matching.include) {
    if (std::find(matching.labels.begin(), matching.labels.end(), label) != matching.labels.end()) {
      return {fmt::format("label \"{}\" must not occur in ON and GROUP clause at once", label)};
    }
  }
  return {};
}

Complaint ExpectType(const Expr& expr, ValueType want, std::string_view context) {
  if (expr.type == want) return {};
  return {fmt::format("expected type {} in {}, got {}", ValueTypeName(want), context,
                      ValueTypeName(expr.type)),
          &expr};
}

// info(v, {a="x"}): the second argument are matchers without a metric's name.
Complaint CheckInfo(const std::vector<ExprPtr>& args) {
  if (args.size() < 2) return {};
  const Expr& arg = *args[1];
  if (arg.kind != ExprKind::kVectorSelector) return {"expected label selectors only", &arg};
  if (static_cast<const VectorSelector&>(arg).name.empty()) return {};
  return {"expected label selectors only, got vector selector instead", &arg};
}

// The modifiers make sense where a function compares the ends of a range.
Complaint CheckEdges(const Function& function, const Expr& arg) {
  const Expr& inner = Unwrap(arg);
  if (inner.kind != ExprKind::kMatrixSelector) return {};
  const RangeEdges edges = static_cast<const MatrixSelector&>(inner).selector->edges;
  if (edges == RangeEdges::kSamples) return {};
  const FunctionId id = function.id;
  const bool of_ends =
      id == FunctionId::kDelta || id == FunctionId::kIncrease || id == FunctionId::kRate;
  const bool of_steps = id == FunctionId::kChanges || id == FunctionId::kResets;
  const bool anchored = edges == RangeEdges::kAnchored;
  if (of_ends || (anchored && of_steps)) return {};
  return {fmt::format("{} modifier can only be used with: {} - not with {}",
                      anchored ? "anchored" : "smoothed",
                      anchored ? "changes, delta, increase, rate, resets" : "delta, increase, rate",
                      function.name),
          &arg};
}

std::string CheckCount(const Function& function, size_t count) {
  const size_t most = function.arg_count;
  if (function.optional == 0) {
    if (count == most) return {};
    return fmt::format("expected {} argument(s) in call to \"{}\", got {}", most, function.name,
                       count);
  }
  const size_t least = function.optional == Function::kAnyNumber
                           ? most - 1
                           : most - static_cast<size_t>(function.optional);
  if (count < least) {
    return fmt::format("expected at least {} argument(s) in call to \"{}\", got {}", least,
                       function.name, count);
  }
  if (function.optional == Function::kAnyNumber || count <= most) return {};
  return fmt::format("expected at most {} argument(s) in call to \"{}\", got {}", most,
                     function.name, count);
}

}  // namespace

Complaint CheckBinary(const BinaryExpr& expr, bool has_matching) {
  const ValueType lhs = expr.lhs->type;
  const ValueType rhs = expr.rhs->type;
  for (const Expr* side : {expr.lhs.get(), expr.rhs.get()}) {
    if (IsScalarOrVector(side->type)) continue;
    return {"binary expression must contain only scalar and instant vector types", side};
  }
  if (expr.return_bool && !IsComparison(expr.op)) {
    return {"bool modifier can only be used on comparison operators"};
  }
  const bool both_scalars = lhs == ValueType::kScalar && rhs == ValueType::kScalar;
  if (both_scalars && IsComparison(expr.op) && !expr.return_bool) {
    return {"comparisons between scalars must use BOOL modifier"};
  }
  const bool filled = expr.matching.fill_left.set || expr.matching.fill_right.set;
  if (filled && IsSetOp(expr.op))
    return {"filling in missing series not allowed for set operators"};
  if (lhs == ValueType::kVector && rhs == ValueType::kVector) return CheckMatching(expr);
  if (filled) return {"filling in missing series only allowed between instant vectors"};
  if (has_matching && !expr.matching.labels.empty()) {
    return {"vector matching only allowed between instant vectors", expr.lhs.get()};
  }
  if (IsSetOp(expr.op)) {
    return {fmt::format("set operator \"{}\" not allowed in binary scalar expression",
                        BinaryOpName(expr.op)),
            expr.lhs.get()};
  }
  if (both_scalars && IsTrim(expr.op)) {
    return {
        fmt::format("operator \"{}\" not allowed for Scalar operations", BinaryOpName(expr.op))};
  }
  return {};
}

Complaint CheckAggregate(AggregateOp op, const std::vector<ExprPtr>& args) {
  const size_t want = TakesParameter(op) ? 2 : 1;
  if (args.empty()) return {"no arguments for aggregate expression provided"};
  if (args.size() != want) {
    return {fmt::format(
        "wrong number of arguments for aggregate expression provided, expected {}, got {}", want,
        args.size())};
  }
  Complaint complaint = ExpectType(*args.back(), ValueType::kVector, "aggregation expression");
  if (!complaint.text.empty() || want == 1) return complaint;
  const ValueType param = op == AggregateOp::kCountValues ? ValueType::kString : ValueType::kScalar;
  return ExpectType(*args.front(), param, "aggregation parameter");
}

Complaint CheckCall(const Function& function, const std::vector<ExprPtr>& args) {
  if (std::string text = CheckCount(function, args.size()); !text.empty()) return {text};
  const std::string context = fmt::format("call to function \"{}\"", function.name);
  for (size_t i = 0; i < args.size(); ++i) {
    const ValueType want = function.args[std::min(i, function.arg_count - 1)];
    Complaint complaint = ExpectType(*args[i], want, context);
    if (complaint.text.empty()) complaint = CheckEdges(function, *args[i]);
    if (!complaint.text.empty()) return complaint;
  }
  return function.id == FunctionId::kInfo ? CheckInfo(args) : Complaint();
}

std::string CheckSelector(const VectorSelector& selector, bool bare) {
  size_t names = 0;
  std::string_view previous;
  for (const model::Matcher& matcher : selector.matchers) {
    if (matcher.name() != model::kMetricName || selector.name.empty()) continue;
    if (++names > 1) {
      return fmt::format("metric name must not be set twice: \"{}\" or \"{}\"", selector.name,
                         previous == selector.name ? matcher.value() : previous);
    }
    previous = matcher.value();
  }
  const bool selective =
      std::any_of(selector.matchers.begin(), selector.matchers.end(),
                  [](const model::Matcher& matcher) { return !matcher.MatchesEmpty(); });
  if (!selective && !bare) return "vector selector must contain at least one non-empty matcher";
  return {};
}

}  // namespace vedette::query
