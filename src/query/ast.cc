#include "query/ast.h"

#include <array>
#include <bit>
#include <cmath>

namespace vedette::query {
namespace {

constexpr std::array<std::string_view, 18> kBinaryOpNames = {
    "+",  "-",  "*", "/",  "%", "^",  "atan2", "</", ">/",
    "==", "!=", "<", "<=", ">", ">=", "and",   "or", "unless"};
constexpr std::array<std::string_view, 14> kAggregateOpNames = {
    "sum",    "avg",  "min",     "max",    "count",       "group",    "stddev",
    "stdvar", "topk", "bottomk", "limitk", "limit_ratio", "quantile", "count_values"};

bool SameMatchers(const std::vector<model::Matcher>& a, const std::vector<model::Matcher>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].name() != b[i].name() || a[i].op() != b[i].op() || a[i].value() != b[i].value()) {
      return false;
    }
  }
  return true;
}

bool SameNumber(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

template <typename Node>
std::pair<const Node&, const Node&> Both(const Expr& a, const Expr& b) {
  return {static_cast<const Node&>(a), static_cast<const Node&>(b)};
}

bool SameSelector(const VectorSelector& a, const VectorSelector& b) {
  return a.name == b.name && a.when == b.when && a.edges == b.edges &&
         SameMatchers(a.matchers, b.matchers);
}

bool SameBinary(const BinaryExpr& a, const BinaryExpr& b) {
  return a.op == b.op && a.return_bool == b.return_bool && a.matching == b.matching &&
         SameExpr(*a.lhs, *b.lhs) && SameExpr(*a.rhs, *b.rhs);
}

bool SameAggregate(const AggregateExpr& a, const AggregateExpr& b) {
  if (a.op != b.op || a.without != b.without || a.grouping != b.grouping) return false;
  if ((a.param == nullptr) != (b.param == nullptr)) return false;
  return (a.param == nullptr || SameExpr(*a.param, *b.param)) && SameExpr(*a.expr, *b.expr);
}

bool SameCall(const CallExpr& a, const CallExpr& b) {
  if (&a.function != &b.function || a.args.size() != b.args.size()) return false;
  for (size_t i = 0; i < a.args.size(); ++i) {
    if (!SameExpr(*a.args[i], *b.args[i])) return false;
  }
  return true;
}

}  // namespace

std::string_view ApiTypeName(ValueType type) {
  switch (type) {
    case ValueType::kScalar: return "scalar";
    case ValueType::kString: return "string";
    case ValueType::kVector: return "vector";
    case ValueType::kMatrix: return "matrix";
  }
  return "";
}

std::string_view ValueTypeName(ValueType type) {
  switch (type) {
    case ValueType::kScalar: return "scalar";
    case ValueType::kString: return "string";
    case ValueType::kVector: return "instant vector";
    case ValueType::kMatrix: return "range vector";
  }
  return "";
}

std::string_view BinaryOpName(BinaryOp op) { return kBinaryOpNames[static_cast<size_t>(op)]; }

std::string_view AggregateOpName(AggregateOp op) {
  return kAggregateOpNames[static_cast<size_t>(op)];
}

std::optional<AggregateOp> FindAggregateOp(std::string_view name) {
  for (size_t i = 0; i < kAggregateOpNames.size(); ++i) {
    if (kAggregateOpNames[i] == name) return static_cast<AggregateOp>(i);
  }
  return std::nullopt;
}

const Expr& Unwrap(const Expr& expr) {
  const Expr* inner = &expr;
  while (inner->kind == ExprKind::kParen) inner = static_cast<const ParenExpr*>(inner)->expr.get();
  return *inner;
}

bool SameExpr(const Expr& a, const Expr& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case ExprKind::kNumber: {
      const auto [x, y] = Both<NumberLiteral>(a, b);
      return SameNumber(x.value, y.value);
    }
    case ExprKind::kString: {
      const auto [x, y] = Both<StringLiteral>(a, b);
      return x.value == y.value;
    }
    case ExprKind::kVectorSelector: {
      const auto [x, y] = Both<VectorSelector>(a, b);
      return SameSelector(x, y);
    }
    case ExprKind::kMatrixSelector: {
      const auto [x, y] = Both<MatrixSelector>(a, b);
      return x.range_ms == y.range_ms && x.range_text == y.range_text &&
             SameSelector(*x.selector, *y.selector);
    }
    case ExprKind::kSubquery: {
      const auto [x, y] = Both<Subquery>(a, b);
      return x.range_ms == y.range_ms && x.step_ms == y.step_ms && x.range_text == y.range_text &&
             x.step_text == y.step_text && x.when == y.when && SameExpr(*x.expr, *y.expr);
    }
    case ExprKind::kUnary: {
      const auto [x, y] = Both<UnaryExpr>(a, b);
      return x.negative == y.negative && SameExpr(*x.expr, *y.expr);
    }
    case ExprKind::kParen: {
      const auto [x, y] = Both<ParenExpr>(a, b);
      return SameExpr(*x.expr, *y.expr);
    }
    case ExprKind::kBinary: {
      const auto [x, y] = Both<BinaryExpr>(a, b);
      return SameBinary(x, y);
    }
    case ExprKind::kAggregate: {
      const auto [x, y] = Both<AggregateExpr>(a, b);
      return SameAggregate(x, y);
    }
    case ExprKind::kCall: {
      const auto [x, y] = Both<CallExpr>(a, b);
      return SameCall(x, y);
    }
  }
  return false;
}

}  // namespace vedette::query
