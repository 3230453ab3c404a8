#include "query/type_check.h"

#include <algorithm>
#include <fmt/format.h>

#include "query/function_table.h"

namespace vedette::query {
namespace {

bool IsScalarOrVector(ValueType type) {
  return type == ValueType::kScalar || type == ValueType::kVector;
}

std::string CheckMatching(const BinaryExpr& expr) {
  const VectorMatching& matching = expr.matching;
  if (IsSetOp(expr.op) && matching.cardinality != Cardinality::kManyToMany) {
    return fmt::format("no grouping allowed for \"{}\" operation", BinaryOpName(expr.op));
  }
  if (!matching.on) return {};
  for (const std::string& label : matching.include) {
    if (std::find(matching.labels.begin(), matching.labels.end(), label) != matching.labels.end()) {
      return fmt::format("label \"{}\" must not occur in ON and GROUP clause at once", label);
    }
  }
  return {};
}

std::string ExpectType(const Expr& expr, ValueType want, std::string_view context) {
  if (expr.type == want) return {};
  return fmt::format("expected type {} in {}, got {}", ValueTypeName(want), context,
                     ValueTypeName(expr.type));
}

}  // namespace

std::string CheckBinary(const BinaryExpr& expr, bool has_matching) {
  const ValueType lhs = expr.lhs->type;
  const ValueType rhs = expr.rhs->type;
  if (!IsScalarOrVector(lhs) || !IsScalarOrVector(rhs)) {
    return "binary expression must contain only scalar and instant vector types";
  }
  if (expr.return_bool && !IsComparison(expr.op)) {
    return "bool modifier can only be used on comparison operators";
  }
  const bool both_vectors = lhs == ValueType::kVector && rhs == ValueType::kVector;
  if (both_vectors) return CheckMatching(expr);
  if (has_matching) return "vector matching only allowed between instant vectors";
  if (IsSetOp(expr.op)) {
    return fmt::format("set operator \"{}\" not allowed in binary scalar expression",
                       BinaryOpName(expr.op));
  }
  const bool both_scalars = lhs == ValueType::kScalar && rhs == ValueType::kScalar;
  if (both_scalars && IsComparison(expr.op) && !expr.return_bool) {
    return "comparisons between scalars must use BOOL modifier";
  }
  return {};
}

std::string CheckAggregate(AggregateOp op, const std::vector<ExprPtr>& args) {
  const size_t want = TakesParameter(op) ? 2 : 1;
  if (args.empty()) return "no arguments for aggregate expression provided";
  if (args.size() != want) {
    return fmt::format(
        "wrong number of arguments for aggregate expression provided, expected {}, got {}", want,
        args.size());
  }
  std::string complaint = ExpectType(*args.back(), ValueType::kVector, "aggregation expression");
  if (!complaint.empty() || want == 1) return complaint;
  const ValueType param = op == AggregateOp::kCountValues ? ValueType::kString : ValueType::kScalar;
  return ExpectType(*args.front(), param, "aggregation parameter");
}

std::string CheckCall(const Function& function, const std::vector<ExprPtr>& args) {
  const size_t most = function.arg_count;
  const size_t count = args.size();
  if (function.optional == 0 && count != most) {
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
  if (function.optional != Function::kAnyNumber && count > most) {
    return fmt::format("expected at most {} argument(s) in call to \"{}\", got {}", most,
                       function.name, count);
  }
  for (size_t i = 0; i < count; ++i) {
    const ValueType want = function.args[std::min(i, most - 1)];
    const std::string context = fmt::format("call to function \"{}\"", function.name);
    if (std::string complaint = ExpectType(*args[i], want, context); !complaint.empty()) {
      return complaint;
    }
  }
  return {};
}

std::string CheckSelector(const VectorSelector& selector) {
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
  if (!selective) return "vector selector must contain at least one non-empty matcher";
  return {};
}

}  // namespace vedette::query
