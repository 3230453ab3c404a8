#include "query/printer.h"

#include <cmath>
#include <fmt/format.h>
#include <string_view>

#include "query/format.h"
#include "query/function_table.h"

namespace vedette::query {
namespace {

std::string LabelList(const std::vector<std::string>& labels) {
  std::string out = "(";
  for (const std::string& label : labels) {
    if (out.size() > 1) out += ", ";
    out += IsPlainLabelName(label) ? label : Quote(label);
  }
  out += ')';
  return out;
}

std::string_view MatchOpText(model::MatchOp op) {
  switch (op) {
    case model::MatchOp::kEqual: return "=";
    case model::MatchOp::kNotEqual: return "!=";
    case model::MatchOp::kRegex: return "=~";
    case model::MatchOp::kNotRegex: return "!~";
  }
  return "";
}

// Words that the parser does not take for a metric's name.
bool IsTakenWord(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const std::string_view word :
       {"inf", "nan", "on", "ignoring", "group_left", "group_right", "bool", "atan2"}) {
    if (lower == word) return true;
  }
  return FindAggregateOp(lower).has_value();
}

std::string Duration(const std::string& text, int64_t ms) {
  return text.empty() ? FormatPromDuration(ms) : text;
}

void PrintEdges(const VectorSelector& selector, std::string& out) {
  switch (selector.edges) {
    case RangeEdges::kSamples: break;
    case RangeEdges::kAnchored: out += " anchored"; break;
    case RangeEdges::kSmoothed: out += " smoothed"; break;
  }
}

void PrintModifier(const TimeModifier& when, std::string& out) {
  switch (when.at) {
    case TimeModifier::At::kNone: break;
    case TimeModifier::At::kTime: out += " @ " + FormatSeconds(when.at_ms); break;
    case TimeModifier::At::kStart: out += " @ start()"; break;
    case TimeModifier::At::kEnd: out += " @ end()"; break;
  }
  if (!when.offset_text.empty()) {
    out += " offset " + when.offset_text;
    return;
  }
  if (when.offset_ms > 0) out += " offset " + FormatPromDuration(when.offset_ms);
  if (when.offset_ms < 0) out += " offset -" + FormatPromDuration(-when.offset_ms);
}

void PrintTo(const Expr& expr, std::string& out);

void PrintSubqueryRangeTo(const Subquery& subquery, std::string& out) {
  out += fmt::format("[{}:{}]", Duration(subquery.range_text, subquery.range_ms),
                     subquery.step_ms == 0 ? "" : Duration(subquery.step_text, subquery.step_ms));
  PrintModifier(subquery.when, out);
}

void PrintFillsTo(const VectorMatching& matching, std::string& out) {
  const auto print = [&](std::string_view word, const Fill& fill) {
    if (fill.set) out += fmt::format(" {}({})", word, FormatLiteral(fill.value));
  };
  if (matching.fill_left == matching.fill_right) return print("fill", matching.fill_left);
  print("fill_left", matching.fill_left);
  print("fill_right", matching.fill_right);
}

void PrintOperatorTo(const BinaryExpr& expr, std::string& out) {
  out += fmt::format("{}{}", BinaryOpName(expr.op), expr.return_bool ? " bool" : "");
  const VectorMatching& matching = expr.matching;
  const bool grouped = matching.cardinality == Cardinality::kManyToOne ||
                       matching.cardinality == Cardinality::kOneToMany;
  if (matching.on || grouped || !matching.labels.empty()) {
    out += matching.on ? " on " : " ignoring ";
    out += LabelList(matching.labels);
  }
  if (grouped) {
    out += matching.cardinality == Cardinality::kManyToOne ? " group_left " : " group_right ";
    out += LabelList(matching.include);
  }
  PrintFillsTo(matching, out);
}

void PrintBinary(const BinaryExpr& expr, std::string& out) {
  PrintTo(*expr.lhs, out);
  out += ' ';
  PrintOperatorTo(expr, out);
  out += ' ';
  PrintTo(*expr.rhs, out);
}

void PrintAggregateHeadTo(const AggregateExpr& expr, std::string& out) {
  out += AggregateOpName(expr.op);
  if (expr.without || !expr.grouping.empty()) {
    out += fmt::format(" {} {} ", expr.without ? "without" : "by", LabelList(expr.grouping));
  }
}

void PrintAggregate(const AggregateExpr& expr, std::string& out) {
  PrintAggregateHeadTo(expr, out);
  out += '(';
  if (expr.param != nullptr) {
    PrintTo(*expr.param, out);
    out += ", ";
  }
  PrintTo(*expr.expr, out);
  out += ')';
}

void PrintCall(const CallExpr& expr, std::string& out) {
  out += expr.function.name;
  out += '(';
  for (size_t i = 0; i < expr.args.size(); ++i) {
    if (i > 0) out += ", ";
    PrintTo(*expr.args[i], out);
  }
  out += ')';
}

void PrintTo(const Expr& expr, std::string& out) {
  switch (expr.kind) {
    case ExprKind::kNumber: {
      const auto& number = static_cast<const NumberLiteral&>(expr);
      if (!number.is_duration) {
        out += FormatLiteral(number.value);
        return;
      }
      if (std::signbit(number.value)) out += '-';
      out += FormatPromDuration(std::llround(std::abs(number.value) * 1000));
      return;
    }
    case ExprKind::kString: out += Quote(static_cast<const StringLiteral&>(expr).value); return;
    case ExprKind::kVectorSelector: {
      const auto& selector = static_cast<const VectorSelector&>(expr);
      out += PrintSelector(selector);
      PrintEdges(selector, out);
      PrintModifier(selector.when, out);
      return;
    }
    case ExprKind::kMatrixSelector: {
      const auto& matrix = static_cast<const MatrixSelector&>(expr);
      out += fmt::format("{}[{}]", PrintSelector(*matrix.selector),
                         Duration(matrix.range_text, matrix.range_ms));
      PrintEdges(*matrix.selector, out);
      PrintModifier(matrix.selector->when, out);
      return;
    }
    case ExprKind::kSubquery: {
      const auto& subquery = static_cast<const Subquery&>(expr);
      PrintTo(*subquery.expr, out);
      PrintSubqueryRangeTo(subquery, out);
      return;
    }
    case ExprKind::kUnary: {
      const auto& unary = static_cast<const UnaryExpr&>(expr);
      out += unary.negative ? '-' : '+';
      PrintTo(*unary.expr, out);
      return;
    }
    case ExprKind::kParen:
      out += '(';
      PrintTo(*static_cast<const ParenExpr&>(expr).expr, out);
      out += ')';
      return;
    case ExprKind::kBinary: PrintBinary(static_cast<const BinaryExpr&>(expr), out); return;
    case ExprKind::kAggregate: PrintAggregate(static_cast<const AggregateExpr&>(expr), out); return;
    case ExprKind::kCall: PrintCall(static_cast<const CallExpr&>(expr), out); return;
  }
}

}  // namespace

std::string PrintSelector(const VectorSelector& selector) {
  const bool plain = IsPlainMetricName(selector.name) && !IsTakenWord(selector.name);
  std::string braces;
  if (!selector.name.empty() && !plain) braces = Quote(selector.name);
  const size_t shown = selector.matchers.size() - (selector.name.empty() ? 0 : 1);
  for (size_t i = 0; i < shown; ++i) {
    const model::Matcher& matcher = selector.matchers[i];
    if (!braces.empty()) braces += ',';
    braces += IsPlainLabelName(matcher.name()) ? matcher.name() : Quote(matcher.name());
    braces += MatchOpText(matcher.op());
    braces += Quote(matcher.value());
  }
  std::string out = plain ? selector.name : "";
  if (!braces.empty()) out += fmt::format("{{{}}}", braces);
  return out;
}

std::string PrintAggregateHead(const AggregateExpr& expr) {
  std::string out;
  PrintAggregateHeadTo(expr, out);
  return out;
}

std::string PrintOperator(const BinaryExpr& expr) {
  std::string out;
  PrintOperatorTo(expr, out);
  return out;
}

std::string PrintSubqueryRange(const Subquery& subquery) {
  std::string out;
  PrintSubqueryRangeTo(subquery, out);
  return out;
}

std::string Print(const Expr& expr) {
  std::string out;
  PrintTo(expr, out);
  return out;
}

}  // namespace vedette::query
