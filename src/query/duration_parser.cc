#include "query/duration_parser.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "query/ast.h"
#include "query/format.h"

namespace vedette::query {
namespace {

constexpr int kNestingMax = 64;
// For expressions that are only printed.
constexpr QueryTimes kUnknownTimes{.step_ms = 60'000, .range_ms = 3'600'000};
constexpr int kOperatorsMax = 256;

// A minus binds less than a power: -2^2 is -4.
constexpr int kPowPrecedence = 3;

int PrecedenceOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kAdd:
    case TokenKind::kSub: return 1;
    case TokenKind::kMul:
    case TokenKind::kDiv:
    case TokenKind::kMod: return 2;
    case TokenKind::kPow: return kPowPrecedence;
    default: return 0;
  }
}

DurationValue Negated(DurationValue value, const Token& sign) {
  value.begin = sign.span.begin;
  value.seconds = -value.seconds;
  value.text = "-" + value.text;
  return value;
}

bool IsOperator(TokenKind kind) { return kind >= TokenKind::kAdd; }

}  // namespace

std::string DescribeToken(const Token& token) {
  const auto shortened = [&] {
    return token.text.size() > 10 ? Quote(token.text.substr(0, 10)) + "..." : Quote(token.text);
  };
  switch (token.kind) {
    case TokenKind::kEnd: return "end of input";
    case TokenKind::kNumber: return "number " + shortened();
    case TokenKind::kString: return "string " + shortened();
    case TokenKind::kMetric: return "metric identifier " + Quote(token.text);
    case TokenKind::kWord: break;
    default: return IsOperator(token.kind) ? fmt::format("<op:{}>", token.text) : Quote(token.text);
  }
  if (FindAggregateOp(token.lower)) return fmt::format("<aggr:{}>", token.text);
  for (const std::string_view op : {"and", "or", "unless", "atan2"}) {
    if (token.lower == op) return fmt::format("<op:{}>", token.text);
  }
  for (const std::string_view word :
       {"offset", "by", "without", "on", "ignoring", "group_left", "group_right", "bool"}) {
    if (token.lower == word) return fmt::format("<{}>", token.text);
  }
  return "identifier " + Quote(token.text);
}

bool DurationParser::TakeIf(TokenKind kind) {
  if (Peek().kind != kind) return false;
  ++at_;
  return true;
}

base::Error DurationParser::Unexpected() const {
  return ParseErrorAt(
      query_, Peek().span.begin,
      fmt::format("unexpected {} in {}, expected a duration", DescribeToken(Peek()), where_));
}

base::Result<> DurationParser::Expect(TokenKind kind) {
  if (!TakeIf(kind)) return Unexpected();
  return {};
}

base::Result<DurationValue> DurationParser::Expression(std::string_view where) {
  where_ = where;
  return Climb(1);
}

base::Result<DurationValue> DurationParser::Operand(std::string_view where) {
  where_ = where;
  return Unary();
}

base::Result<int64_t> DurationParser::Milliseconds(const DurationValue& value) const {
  constexpr double kMaxSeconds = 9'223'372'036.0;  // the range of nanoseconds in 64 bits
  if (!(std::abs(value.seconds) <= kMaxSeconds)) {
    return ParseErrorAt(query_, value.begin, "duration out of range");
  }
  return static_cast<int64_t>(std::llround(value.seconds * 1000));
}

base::Result<> DurationParser::Descend() {
  if (++nesting_ <= kNestingMax) return {};
  return ParseErrorAt(query_, Peek().span.begin,
                      fmt::format("nesting deeper than {} levels", kNestingMax));
}

base::Result<DurationValue> DurationParser::Climb(int min_precedence) {
  VEDETTE_TRY_VOID(Descend());
  VEDETTE_TRY(DurationValue lhs, Signed());
  while (true) {
    const Token& op = Peek();
    const int precedence = PrecedenceOf(op.kind);
    if (precedence == 0 || precedence < min_precedence) break;
    if (++operators_ > kOperatorsMax) {
      return ParseErrorAt(query_, op.span.begin,
                          fmt::format("more than {} operators in durations", kOperatorsMax));
    }
    ++at_;
    const bool right_associative = op.kind == TokenKind::kPow;
    VEDETTE_TRY(const DurationValue rhs, Climb(right_associative ? precedence : precedence + 1));
    VEDETTE_TRY(lhs, Apply(op, lhs, rhs));
  }
  --nesting_;
  return lhs;
}

base::Result<DurationValue> DurationParser::Signed() {
  const Token& sign = Peek();
  if (sign.kind != TokenKind::kSub) return Unary();
  ++at_;
  VEDETTE_TRY(DurationValue value, Climb(kPowPrecedence));
  return Negated(std::move(value), sign);
}

base::Result<DurationValue> DurationParser::Apply(const Token& op, const DurationValue& lhs,
                                                  const DurationValue& rhs) const {
  DurationValue result;
  result.begin = lhs.begin;
  result.text = fmt::format("{} {} {}", lhs.text, op.text, rhs.text);
  const bool divides = op.kind == TokenKind::kDiv || op.kind == TokenKind::kMod;
  if (divides && rhs.seconds == 0) {
    return ParseErrorAt(query_, op.span.begin,
                        op.kind == TokenKind::kDiv ? "division by zero" : "modulo by zero");
  }
  switch (op.kind) {
    case TokenKind::kAdd: result.seconds = lhs.seconds + rhs.seconds; break;
    case TokenKind::kSub: result.seconds = lhs.seconds - rhs.seconds; break;
    case TokenKind::kMul: result.seconds = lhs.seconds * rhs.seconds; break;
    case TokenKind::kDiv: result.seconds = lhs.seconds / rhs.seconds; break;
    case TokenKind::kMod: result.seconds = std::fmod(lhs.seconds, rhs.seconds); break;
    default: result.seconds = std::pow(lhs.seconds, rhs.seconds); break;
  }
  return result;
}

base::Result<DurationValue> DurationParser::Unary() {
  const Token& sign = Peek();
  if (sign.kind != TokenKind::kAdd && sign.kind != TokenKind::kSub) return Primary();
  ++at_;
  VEDETTE_TRY(DurationValue value, Primary());
  value.begin = sign.span.begin;
  return sign.kind == TokenKind::kSub ? Negated(std::move(value), sign) : value;
}

base::Result<DurationValue> DurationParser::Primary() {
  const Token& token = Peek();
  if (token.kind == TokenKind::kNumber) {
    ++at_;
    return DurationValue{.seconds = token.number,
                         .text = std::string(token.text),
                         .lone = true,
                         .begin = token.span.begin};
  }
  if (token.kind == TokenKind::kWord) return Function();
  if (token.kind != TokenKind::kLeftParen) return Unexpected();
  ++at_;
  VEDETTE_TRY(DurationValue inner, Climb(1));
  VEDETTE_TRY_VOID(Expect(TokenKind::kRightParen));
  inner.lone = false;
  inner.text = fmt::format("({})", inner.text);
  inner.begin = token.span.begin;
  return inner;
}

base::Result<DurationValue> DurationParser::Function() {
  const Token& name = Peek();
  const bool of_query = name.lower == "step" || name.lower == "range";
  if (!of_query && name.lower != "min" && name.lower != "max") return Unexpected();
  ++at_;
  VEDETTE_TRY_VOID(Expect(TokenKind::kLeftParen));
  DurationValue value;
  if (of_query) {
    const QueryTimes times = times_.value_or(kUnknownTimes);
    value.seconds =
        static_cast<double>(name.lower == "step" ? times.step_ms : times.range_ms) / 1000;
    value.text = name.lower + "()";
  } else {
    VEDETTE_TRY(const DurationValue a, Climb(1));
    VEDETTE_TRY_VOID(Expect(TokenKind::kComma));
    VEDETTE_TRY(const DurationValue b, Climb(1));
    value.seconds =
        name.lower == "min" ? std::min(a.seconds, b.seconds) : std::max(a.seconds, b.seconds);
    value.text = fmt::format("{}({}, {})", name.lower, a.text, b.text);
  }
  VEDETTE_TRY_VOID(Expect(TokenKind::kRightParen));
  value.begin = name.span.begin;
  return value;
}

}  // namespace vedette::query
