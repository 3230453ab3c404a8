#include "rules/expression.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "model/labels.h"
#include "query/function_table.h"
#include "query/parser.h"
#include "query/printer.h"

namespace vedette::rules {
namespace {

using query::Expr;
using query::ExprKind;

// Calls `visit` with each node, those above first; false keeps it from those below.
void Walk(Expr& expr, const std::function<bool(Expr&)>& visit) {
  if (!visit(expr)) return;
  const auto into = [&](Expr* below) {
    if (below != nullptr) Walk(*below, visit);
  };
  switch (expr.kind) {
    case ExprKind::kNumber:
    case ExprKind::kString:
    case ExprKind::kVectorSelector: return;
    case ExprKind::kMatrixSelector:
      return into(static_cast<query::MatrixSelector&>(expr).selector.get());
    case ExprKind::kSubquery: return into(static_cast<query::Subquery&>(expr).expr.get());
    case ExprKind::kUnary: return into(static_cast<query::UnaryExpr&>(expr).expr.get());
    case ExprKind::kParen: return into(static_cast<query::ParenExpr&>(expr).expr.get());
    case ExprKind::kBinary: {
      auto& binary = static_cast<query::BinaryExpr&>(expr);
      into(binary.lhs.get());
      return into(binary.rhs.get());
    }
    case ExprKind::kAggregate: {
      auto& aggregate = static_cast<query::AggregateExpr&>(expr);
      into(aggregate.param.get());
      return into(aggregate.expr.get());
    }
    case ExprKind::kCall:
      for (const query::ExprPtr& argument : static_cast<query::CallExpr&>(expr).args) {
        into(argument.get());
      }
  }
}

bool LooksAtBounds(const query::TimeModifier& when) {
  return when.at == query::TimeModifier::At::kStart || when.at == query::TimeModifier::At::kEnd;
}

void NoteSelector(const query::VectorSelector& selector, Reading& reading) {
  bool named = false;
  for (const model::Matcher& matcher : selector.matchers) {
    if (matcher.name() != model::kMetricName || matcher.op() != model::MatchOp::kEqual) continue;
    reading.metrics.insert(matcher.value());
    named = true;
  }
  reading.any_metric = reading.any_metric || !named;
  reading.range_bounds = reading.range_bounds || LooksAtBounds(selector.when);
  std::string text = query::PrintSelector(selector);
  const auto known = std::find(reading.selectors.begin(), reading.selectors.end(), text);
  if (known == reading.selectors.end()) reading.selectors.push_back(std::move(text));
}

// `above_ms`: how far back the subqueries around it look.
void Read(Expr& expr, int64_t above_ms, Reading& reading) {
  const auto looks_back = [&](int64_t ms) {
    reading.lookback = std::max(reading.lookback, base::Duration(above_ms + ms));
  };
  Walk(expr, [&](Expr& node) {
    if (node.kind == ExprKind::kCall) {
      const std::string_view name = static_cast<query::CallExpr&>(node).function.name;
      reading.absence = reading.absence || name.starts_with("absent");
    } else if (node.kind == ExprKind::kVectorSelector) {
      const auto& selector = static_cast<query::VectorSelector&>(node);
      NoteSelector(selector, reading);
      looks_back(selector.when.offset_ms);
    } else if (node.kind == ExprKind::kMatrixSelector) {
      const auto& matrix = static_cast<query::MatrixSelector&>(node);
      looks_back(matrix.range_ms + matrix.selector->when.offset_ms);
    } else if (node.kind == ExprKind::kSubquery) {
      auto& subquery = static_cast<query::Subquery&>(node);
      reading.range_bounds = reading.range_bounds || LooksAtBounds(subquery.when);
      const int64_t back = subquery.range_ms + subquery.when.offset_ms;
      looks_back(back);
      Read(*subquery.expr, above_ms + back, reading);
      return false;
    }
    return true;
  });
}

}  // namespace

Reading ReadingOf(const Expr& expr) {
  Reading reading;
  Read(const_cast<Expr&>(expr), 0, reading);  // it changes nothing
  return reading;
}

base::Result<std::string> Shifted(const std::string& promql, base::Duration back) {
  VEDETTE_TRY(const query::ExprPtr expr, query::Parse(promql));
  const auto shift = [&](query::TimeModifier& when) {
    when.offset_ms += back.count();
    when.offset_text.clear();
    when.has_offset = when.offset_ms != 0;
  };
  Walk(*expr, [&](Expr& node) {
    if (node.kind == ExprKind::kVectorSelector) {
      shift(static_cast<query::VectorSelector&>(node).when);
    } else if (node.kind == ExprKind::kSubquery) {
      shift(static_cast<query::Subquery&>(node).when);
      return false;  // what is inside is evaluated at the shifted times
    }
    return true;
  });
  return query::Print(*expr);
}

bool MayGive(const Expr& expr, const std::function<bool(const query::VectorSelector&)>& there) {
  const auto below = [&](const Expr& node) { return MayGive(node, there); };
  switch (expr.kind) {
    case ExprKind::kNumber:
    case ExprKind::kString: return true;
    case ExprKind::kVectorSelector: return there(static_cast<const query::VectorSelector&>(expr));
    case ExprKind::kMatrixSelector:
      return there(*static_cast<const query::MatrixSelector&>(expr).selector);
    case ExprKind::kSubquery: return below(*static_cast<const query::Subquery&>(expr).expr);
    case ExprKind::kUnary: return below(*static_cast<const query::UnaryExpr&>(expr).expr);
    case ExprKind::kParen: return below(*static_cast<const query::ParenExpr&>(expr).expr);
    case ExprKind::kBinary: {
      const auto& binary = static_cast<const query::BinaryExpr&>(expr);
      if (binary.op == query::BinaryOp::kOr) return below(*binary.lhs) || below(*binary.rhs);
      if (binary.op == query::BinaryOp::kUnless) return below(*binary.lhs);
      return below(*binary.lhs) && below(*binary.rhs);
    }
    case ExprKind::kAggregate: return below(*static_cast<const query::AggregateExpr&>(expr).expr);
    case ExprKind::kCall: {
      const auto& call = static_cast<const query::CallExpr&>(expr);
      // absent() gives something where nothing is; scalar() and vector() always do.
      if (call.function.name.starts_with("absent") || call.function.name == "scalar") return true;
      return std::all_of(call.args.begin(), call.args.end(),
                         [&](const query::ExprPtr& argument) { return below(*argument); });
    }
  }
  return true;
}

std::vector<Join> JoinsOf(query::ExprPtr expr) {
  std::vector<Join> joins;
  Walk(*expr, [](Expr& node) {
    if (node.kind != ExprKind::kBinary) return true;
    auto& binary = static_cast<query::BinaryExpr&>(node);
    if (query::IsComparison(binary.op)) binary.return_bool = true;
    return true;
  });
  Walk(*expr, [&](Expr& node) {
    if (node.kind != ExprKind::kBinary) return true;
    const auto& binary = static_cast<const query::BinaryExpr&>(node);
    const bool matches = binary.lhs->type == query::ValueType::kVector &&
                         binary.rhs->type == query::ValueType::kVector &&
                         binary.op != query::BinaryOp::kOr && binary.op != query::BinaryOp::kUnless;
    if (matches) {
      joins.push_back({query::Print(*binary.lhs), query::Print(*binary.rhs), query::Print(binary)});
    }
    return true;
  });
  return joins;
}

bool LowerIsWorse(const Expr& expr) {
  const Expr& node = query::Unwrap(expr);
  if (node.kind != ExprKind::kBinary) return false;
  const auto& binary = static_cast<const query::BinaryExpr&>(node);
  if (query::IsSetOp(binary.op)) return LowerIsWorse(*binary.lhs);
  const bool less = binary.op == query::BinaryOp::kLess || binary.op == query::BinaryOp::kLessEqual;
  return less && binary.lhs->type == query::ValueType::kVector;
}

}  // namespace vedette::rules
