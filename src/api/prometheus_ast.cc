#include "api/prometheus_ast.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "query/format.h"
#include "query/function_table.h"

namespace vedette::api {
namespace {

using query::Expr;
using query::ExprKind;

std::string_view MatchOpText(model::MatchOp op) {
  switch (op) {
    case model::MatchOp::kEqual: return "=";
    case model::MatchOp::kNotEqual: return "!=";
    case model::MatchOp::kRegex: return "=~";
    case model::MatchOp::kNotRegex: return "!~";
  }
  return "";
}

// Prometheus' short names of types.
std::string_view TypeText(query::ValueType type) {
  switch (type) {
    case query::ValueType::kScalar: return "scalar";
    case query::ValueType::kString: return "string";
    case query::ValueType::kVector: return "vector";
    case query::ValueType::kMatrix: return "matrix";
  }
  return "";
}

std::string_view CardinalityText(query::Cardinality cardinality) {
  switch (cardinality) {
    case query::Cardinality::kOneToOne: return "one-to-one";
    case query::Cardinality::kManyToOne: return "many-to-one";
    case query::Cardinality::kOneToMany: return "one-to-many";
    case query::Cardinality::kManyToMany: return "many-to-many";
  }
  return "";
}

void WriteModifier(base::JsonWriter& json, const query::TimeModifier& when) {
  using At = query::TimeModifier::At;
  json.Field("offset", when.offset_ms);
  json.Field("timestamp", when.at == At::kTime ? std::optional(when.at_ms) : std::nullopt);
  json.Field("startOrEnd", base::NullIfEmpty(when.at == At::kStart ? "start"
                                             : when.at == At::kEnd ? "end"
                                                                   : ""));
}

void WriteSelector(base::JsonWriter& json, const query::VectorSelector& selector) {
  json.Field("name", selector.name).Key("matchers").BeginArray();
  for (const model::Matcher& matcher : selector.matchers) {
    json.BeginObject()
        .Field("name", matcher.name())
        .Field("value", matcher.value())
        .Field("type", MatchOpText(matcher.op()))
        .EndObject();
  }
  json.EndArray();
  json.Field("anchored", selector.edges == query::RangeEdges::kAnchored);
  json.Field("smoothed", selector.edges == query::RangeEdges::kSmoothed);
  WriteModifier(json, selector.when);
}

void WriteFill(base::JsonWriter& json, std::string_view side, const query::Fill& fill) {
  json.Field(side, fill.set ? std::optional(query::GoFloat(fill.value)) : std::nullopt);
}

void WriteBinary(base::JsonWriter& json, const query::BinaryExpr& expr) {
  json.Field("type", "binaryExpr").Field("op", query::BinaryOpName(expr.op)).Key("lhs");
  WriteSyntaxTree(json, *expr.lhs);
  json.Key("rhs");
  WriteSyntaxTree(json, *expr.rhs);
  json.Field("bool", expr.return_bool).Key("matching");
  const bool vectors =
      expr.lhs->type == query::ValueType::kVector && expr.rhs->type == query::ValueType::kVector;
  if (!vectors) {
    json.Null();
    return;
  }
  json.BeginObject()
      .Field("card", CardinalityText(expr.matching.cardinality))
      .Field("on", expr.matching.on)
      .Field("labels", expr.matching.labels)
      .Field("include", expr.matching.include)
      .Key("fillValues")
      .BeginObject();
  WriteFill(json, "lhs", expr.matching.fill_left);
  WriteFill(json, "rhs", expr.matching.fill_right);
  json.EndObject().EndObject();
}

void WriteAggregate(base::JsonWriter& json, const query::AggregateExpr& expr) {
  json.Field("type", "aggregation").Field("op", query::AggregateOpName(expr.op)).Key("expr");
  WriteSyntaxTree(json, *expr.expr);
  json.Key("param");
  if (expr.param != nullptr) {
    WriteSyntaxTree(json, *expr.param);
  } else {
    json.Null();
  }
  json.Field("without", expr.without).Field("grouping", expr.grouping);
}

void WriteCall(base::JsonWriter& json, const query::CallExpr& expr) {
  const query::Function& function = expr.function;
  json.Field("type", "call").Key("func").BeginObject();
  json.Field("name", function.name)
      .Field("returnType", TypeText(function.result))
      .Field("variadic", function.optional)
      .Key("argTypes")
      .BeginArray();
  for (size_t i = 0; i < function.arg_count; ++i) json.Value(TypeText(function.args[i]));
  json.EndArray().EndObject().Key("args").BeginArray();
  for (const query::ExprPtr& arg : expr.args) WriteSyntaxTree(json, *arg);
  json.EndArray();
}

void WriteSubquery(base::JsonWriter& json, const query::Subquery& expr) {
  json.Field("type", "subquery").Field("range", expr.range_ms).Field("step", expr.step_ms);
  WriteModifier(json, expr.when);
  json.Key("expr");
  WriteSyntaxTree(json, *expr.expr);
}

void WriteFields(base::JsonWriter& json, const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kNumber:
      json.Field("type", "numberLiteral")
          .Field("val", query::GoFloat(static_cast<const query::NumberLiteral&>(expr).value));
      return;
    case ExprKind::kString:
      json.Field("type", "stringLiteral")
          .Field("val", static_cast<const query::StringLiteral&>(expr).value);
      return;
    case ExprKind::kVectorSelector:
      json.Field("type", "vectorSelector");
      WriteSelector(json, static_cast<const query::VectorSelector&>(expr));
      return;
    case ExprKind::kMatrixSelector: {
      const auto& matrix = static_cast<const query::MatrixSelector&>(expr);
      json.Field("type", "matrixSelector").Field("range", matrix.range_ms);
      WriteSelector(json, *matrix.selector);
      return;
    }
    case ExprKind::kSubquery:
      WriteSubquery(json, static_cast<const query::Subquery&>(expr));
      return;
    case ExprKind::kUnary: {
      const auto& unary = static_cast<const query::UnaryExpr&>(expr);
      json.Field("type", "unaryExpr").Field("op", unary.negative ? "-" : "+").Key("expr");
      WriteSyntaxTree(json, *unary.expr);
      return;
    }
    case ExprKind::kParen:
      json.Field("type", "parenExpr").Key("expr");
      WriteSyntaxTree(json, *static_cast<const query::ParenExpr&>(expr).expr);
      return;
    case ExprKind::kBinary: WriteBinary(json, static_cast<const query::BinaryExpr&>(expr)); return;
    case ExprKind::kAggregate:
      WriteAggregate(json, static_cast<const query::AggregateExpr&>(expr));
      return;
    case ExprKind::kCall: WriteCall(json, static_cast<const query::CallExpr&>(expr)); return;
  }
}

}  // namespace

void WriteSyntaxTree(base::JsonWriter& json, const Expr& expr) {
  json.BeginObject();
  WriteFields(json, expr);
  json.EndObject();
}

}  // namespace vedette::api
