#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/matcher.h"

namespace vedette::query {

// The syntax tree of PromQL: plain nodes that own their children, told apart by `kind`. Made by
// the parser (parser.h), which guarantees types, argument counts and a bounded height; printed by
// printer.h; walked by the evaluator. Immutable after parsing, so free to share between threads.
// Durations and times are milliseconds.

// Bytes of the query text: [begin, end).
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
};

enum class ValueType { kScalar, kString, kVector, kMatrix };
std::string_view ValueTypeName(ValueType type);  // "scalar", "string", "instant vector", ...
std::string_view ApiTypeName(ValueType type);    // "scalar", "string", "vector", "matrix"

enum class ExprKind {
  kNumber,
  kString,
  kVectorSelector,
  kMatrixSelector,
  kSubquery,
  kUnary,
  kParen,
  kBinary,
  kAggregate,
  kCall,
};

struct Expr {
  Expr(ExprKind k, ValueType t, Span s) : kind(k), type(t), span(s) {}
  virtual ~Expr() = default;
  const ExprKind kind;
  const ValueType type;
  Span span;
  int height = 1;  // 1 for leaves; limited by the parser
};
using ExprPtr = std::unique_ptr<Expr>;

struct NumberLiteral : Expr {
  NumberLiteral(double v, Span s, bool duration)
      : Expr(ExprKind::kNumber, ValueType::kScalar, s), value(v), is_duration(duration) {}
  double value;
  bool is_duration;  // written as one: 1h
};

struct StringLiteral : Expr {
  StringLiteral(std::string v, Span s)
      : Expr(ExprKind::kString, ValueType::kString, s), value(std::move(v)) {}
  std::string value;
};

// `offset` and `@`: which time a selector or subquery looks at instead of the evaluation time.
struct TimeModifier {
  enum class At { kNone, kTime, kStart, kEnd };
  At at = At::kNone;
  int64_t at_ms = 0;        // with kTime
  int64_t offset_ms = 0;    // positive looks back
  std::string offset_text;  // an expression as written; empty for a lone duration
  bool has_offset = false;
  friend bool operator==(const TimeModifier&, const TimeModifier&) = default;
};

// What a selector sees at the edges of what it looks at. Samples: those inside alone. Anchored:
// also the last one before a range, as far back as the lookback, in the place of its beginning.
// Smoothed: what a straight line between the samples on both sides gives at the edges, or at the
// time itself.
enum class RangeEdges { kSamples, kAnchored, kSmoothed };

struct VectorSelector : Expr {
  explicit VectorSelector(Span s) : Expr(ExprKind::kVectorSelector, ValueType::kVector, s) {}
  // The name written before the braces or as a lone string inside; empty when there is none. It is
  // also in `matchers`, as the last one.
  std::string name;
  std::vector<model::Matcher> matchers;
  TimeModifier when;
  RangeEdges edges = RangeEdges::kSamples;  // of the range around it, if there is one
};

struct MatrixSelector : Expr {
  MatrixSelector(std::unique_ptr<VectorSelector> v, int64_t range, Span s)
      : Expr(ExprKind::kMatrixSelector, ValueType::kMatrix, s),
        selector(std::move(v)),
        range_ms(range) {}
  std::unique_ptr<VectorSelector> selector;  // carries the modifiers
  int64_t range_ms;
  std::string range_text;  // an expression as written; empty for a lone duration
};

struct Subquery : Expr {
  Subquery(ExprPtr e, int64_t range, int64_t step, Span s)
      : Expr(ExprKind::kSubquery, ValueType::kMatrix, s),
        expr(std::move(e)),
        range_ms(range),
        step_ms(step) {}
  ExprPtr expr;
  int64_t range_ms;
  int64_t step_ms;         // 0: the engine's default
  std::string range_text;  // expressions as written; empty for lone durations
  std::string step_text;
  TimeModifier when;
};

struct UnaryExpr : Expr {
  UnaryExpr(bool minus, ExprPtr e, Span s)
      : Expr(ExprKind::kUnary, e->type, s), negative(minus), expr(std::move(e)) {}
  bool negative;
  ExprPtr expr;
};

struct ParenExpr : Expr {
  ParenExpr(ExprPtr e, Span s) : Expr(ExprKind::kParen, e->type, s), expr(std::move(e)) {}
  ExprPtr expr;
};

enum class BinaryOp {
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMod,
  kPow,
  kAtan2,
  kTrimUpper,
  kTrimLower,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAnd,
  kOr,
  kUnless,
};
std::string_view BinaryOpName(BinaryOp op);
constexpr bool IsComparison(BinaryOp op) {
  return op >= BinaryOp::kEqual && op <= BinaryOp::kGreaterEqual;
}
constexpr bool IsSetOp(BinaryOp op) { return op >= BinaryOp::kAnd; }
// True for operators whose result is another quantity, without the metric's name.
constexpr bool IsArithmetic(BinaryOp op) { return op <= BinaryOp::kAtan2; }
// `</` and `>/`: parts of native histograms.
constexpr bool IsTrim(BinaryOp op) {
  return op == BinaryOp::kTrimUpper || op == BinaryOp::kTrimLower;
}

enum class Cardinality { kOneToOne, kManyToOne, kOneToMany, kManyToMany };

// What stands for the element that a side does not have.
struct Fill {
  bool set = false;
  double value = 0;
  friend bool operator==(const Fill& a, const Fill& b) {
    return a.set == b.set && std::bit_cast<uint64_t>(a.value) == std::bit_cast<uint64_t>(b.value);
  }
};

// How elements of two vectors find each other.
struct VectorMatching {
  Cardinality cardinality = Cardinality::kOneToOne;
  bool on = false;                   // on(labels), else ignoring(labels)
  std::vector<std::string> labels;   // as written
  std::vector<std::string> include;  // of group_left(...) or group_right(...)
  Fill fill_left;
  Fill fill_right;
  friend bool operator==(const VectorMatching&, const VectorMatching&) = default;
};

struct BinaryExpr : Expr {
  BinaryExpr(BinaryOp o, ExprPtr l, ExprPtr r, Span s)
      : Expr(ExprKind::kBinary,
             l->type == ValueType::kScalar && r->type == ValueType::kScalar ? ValueType::kScalar
                                                                            : ValueType::kVector,
             s),
        op(o),
        lhs(std::move(l)),
        rhs(std::move(r)) {}
  BinaryOp op;
  ExprPtr lhs;
  ExprPtr rhs;
  bool return_bool = false;
  VectorMatching matching;  // between two vectors
};

enum class AggregateOp {
  kSum,
  kAvg,
  kMin,
  kMax,
  kCount,
  kGroup,
  kStddev,
  kStdvar,
  kTopk,
  kBottomk,
  kLimitk,
  kLimitRatio,
  kQuantile,
  kCountValues,
};
std::string_view AggregateOpName(AggregateOp op);
// `name` in lower case.
std::optional<AggregateOp> FindAggregateOp(std::string_view name);
constexpr bool TakesParameter(AggregateOp op) { return op >= AggregateOp::kTopk; }

struct AggregateExpr : Expr {
  AggregateExpr(AggregateOp o, ExprPtr p, ExprPtr e, Span s)
      : Expr(ExprKind::kAggregate, ValueType::kVector, s),
        op(o),
        param(std::move(p)),
        expr(std::move(e)) {}
  AggregateOp op;
  ExprPtr param;  // may be null
  ExprPtr expr;
  bool without = false;
  std::vector<std::string> grouping;
};

struct Function;  // function_table.h

struct CallExpr : Expr {
  CallExpr(const Function& f, ValueType t, std::vector<ExprPtr> a, Span s)
      : Expr(ExprKind::kCall, t, s), function(f), args(std::move(a)) {}
  const Function& function;
  std::vector<ExprPtr> args;
};

// The node inside any number of parentheses.
const Expr& Unwrap(const Expr& expr);

// True when the trees mean the same and print the same; spans are not compared, NaN equals NaN.
bool SameExpr(const Expr& a, const Expr& b);

}  // namespace vedette::query
