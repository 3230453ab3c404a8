#include "query/parser.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "query/format.h"
#include "query/function_table.h"
#include "query/lexer.h"
#include "query/operator_table.h"
#include "query/type_check.h"

namespace vedette::query {
namespace {

// Recursive descent; binary operators by precedence climbing.

class Parser {
 public:
  Parser(std::string_view query, std::vector<Token> tokens, std::optional<QueryTimes> times)
      : query_(query), tokens_(std::move(tokens)), durations_(query_, tokens_, at_, times) {}

  base::Result<ExprPtr> Run() {
    if (Peek().kind == TokenKind::kEnd) return Fail(Peek(), "no expression found in input");
    VEDETTE_TRY(ExprPtr expr, Expression(0));
    if (Peek().kind != TokenKind::kEnd) return Unexpected("");
    return expr;
  }

 private:
  const Token& Peek(size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const Token& Take() {
    const Token& token = Peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  bool TakeIf(TokenKind kind) {
    if (Peek().kind != kind) return false;
    Take();
    return true;
  }
  bool PeekWord(std::string_view lower) const {
    return Peek().kind == TokenKind::kWord && Peek().lower == lower;
  }
  Span From(uint32_t begin) const { return {begin, at_ == 0 ? begin : tokens_[at_ - 1].span.end}; }

  base::Error Fail(Span span, std::string_view message) const {
    return ParseErrorAt(query_, span.begin, message);
  }
  base::Error Fail(const Token& token, std::string_view message) const {
    return Fail(token.span, message);
  }
  base::Error Unexpected(std::string_view where) const {
    const std::string_view fault = BracketFault(tokens_, at_);
    if (!fault.empty()) return ParseErrorAt(query_, Peek().span.end, fault);
    const std::string_view in = where.empty() ? "" : " in ";
    return Fail(Peek(), fmt::format("unexpected {}{}{}", DescribeToken(Peek()), in, where));
  }
  base::Result<> Expect(TokenKind kind, std::string_view where) {
    if (!TakeIf(kind)) return Unexpected(where);
    return {};
  }

  // Sets the height of a finished node and refuses trees that are too high.
  template <typename Node>
  base::Result<ExprPtr> Finish(std::unique_ptr<Node> node,
                               std::initializer_list<const Expr*> children) {
    for (const Expr* child : children) {
      if (child != nullptr) node->height = std::max(node->height, child->height + 1);
    }
    if (node->height > kHeightMax) {
      return Fail(node->span, fmt::format("the expression has more than {} levels", kHeightMax));
    }
    return ExprPtr(std::move(node));
  }

  base::Result<ExprPtr> Expression(int min_precedence) {
    if (nesting_ >= kNestingMax) {
      return Fail(Peek(), fmt::format("nesting deeper than {} levels", kNestingMax));
    }
    ++nesting_;
    base::Result<ExprPtr> result = Climb(min_precedence);
    --nesting_;
    return result;
  }

  base::Result<ExprPtr> Climb(int min_precedence) {
    VEDETTE_TRY(ExprPtr lhs, Unary());
    while (const std::optional<Operator> op = BinaryOperator(Peek())) {
      if (op->precedence < min_precedence) break;
      VEDETTE_TRY(lhs, Binary(*op, std::move(lhs)));
    }
    return lhs;
  }

  base::Result<ExprPtr> Binary(Operator op, ExprPtr lhs) {
    const Token& sign = Take();
    bool return_bool = false;
    if (PeekWord("bool")) {
      Take();
      return_bool = true;
    }
    VectorMatching matching;
    if (IsSetOp(op.op)) matching.cardinality = Cardinality::kManyToMany;
    const bool has_matching = PeekWord("on") || PeekWord("ignoring");
    if (has_matching) VEDETTE_TRY_VOID(Matching(matching));
    VEDETTE_TRY_VOID(Fills(matching));
    const bool right_associative = op.op == BinaryOp::kPow;
    VEDETTE_TRY(ExprPtr rhs, Expression(right_associative ? op.precedence : op.precedence + 1));

    const uint32_t begin = lhs->span.begin;
    auto node = std::make_unique<BinaryExpr>(op.op, std::move(lhs), std::move(rhs), From(begin));
    node->return_bool = return_bool;
    node->matching = std::move(matching);
    if (const Complaint complaint = CheckBinary(*node, has_matching); !complaint.text.empty()) {
      return complaint.at == nullptr ? Fail(sign, complaint.text)
                                     : Fail(complaint.at->span, complaint.text);
    }
    const Expr* left = node->lhs.get();
    const Expr* right = node->rhs.get();
    return Finish(std::move(node), {left, right});
  }

  base::Result<> Matching(VectorMatching& matching) {
    matching.on = Take().lower == "on";
    VEDETTE_TRY(matching.labels, LabelList());
    if (!PeekWord("group_left") && !PeekWord("group_right")) return {};
    matching.cardinality =
        Take().lower == "group_left" ? Cardinality::kManyToOne : Cardinality::kOneToMany;
    if (Peek().kind == TokenKind::kLeftParen) {
      VEDETTE_TRY(matching.include, LabelList());
    }
    return {};
  }

  // fill(0), fill_left(0), fill_right(0): metrics may have these names too.
  base::Result<> Fills(VectorMatching& matching) {
    while ((PeekWord("fill") || PeekWord("fill_left") || PeekWord("fill_right")) &&
           Peek(1).kind == TokenKind::kLeftParen) {
      const Token& word = Take();
      Take();
      const bool negative = TakeSign();
      const Token& number = Peek();
      if (number.kind != TokenKind::kNumber && number.lower != "inf" && number.lower != "nan") {
        return Unexpected("fill modifier, expected number");
      }
      const double value = negative ? -ValueOfNumber(Take()) : ValueOfNumber(Take());
      VEDETTE_TRY_VOID(Expect(TokenKind::kRightParen, "fill modifier"));
      for (Fill* fill : {&matching.fill_left, &matching.fill_right}) {
        if (word.lower == (fill == &matching.fill_left ? "fill_right" : "fill_left")) continue;
        if (fill->set) return Fail(word, "a side may not be filled multiple times");
        *fill = {true, value};
      }
    }
    return {};
  }

  base::Result<std::vector<std::string>> LabelList() {
    VEDETTE_TRY_VOID(Expect(TokenKind::kLeftParen, "grouping opts"));
    std::vector<std::string> labels;
    while (!TakeIf(TokenKind::kRightParen)) {
      if (Peek().kind == TokenKind::kString) {
        VEDETTE_TRY(std::string label, StringOf(Take()));
        if (label.empty()) return Fail(tokens_[at_ - 1], "empty label name in grouping opts");
        labels.push_back(std::move(label));
      } else if (Peek().kind == TokenKind::kWord) {
        labels.emplace_back(Take().text);
      } else {
        return Unexpected("grouping opts, expected label");
      }
      if (Peek().kind != TokenKind::kRightParen) {
        VEDETTE_TRY_VOID(Expect(TokenKind::kComma, "grouping opts, expected \",\" or \")\""));
      }
    }
    return labels;
  }

  base::Result<ExprPtr> Unary() {
    if (Peek().kind != TokenKind::kAdd && Peek().kind != TokenKind::kSub) return Postfix();
    const Token& sign = Take();
    const bool negative = sign.kind == TokenKind::kSub;
    VEDETTE_TRY(ExprPtr operand, Expression(kPowPrecedence));
    if (operand->type != ValueType::kScalar && operand->type != ValueType::kVector) {
      return Fail(sign, fmt::format("unary expression only allowed on expressions of type scalar "
                                    "or instant vector, got \"{}\"",
                                    ValueTypeName(operand->type)));
    }
    if (operand->kind == ExprKind::kNumber) {
      auto& literal = static_cast<NumberLiteral&>(*operand);
      if (negative) literal.value = -literal.value;
      literal.span.begin = sign.span.begin;
      return operand;
    }
    auto node = std::make_unique<UnaryExpr>(negative, std::move(operand), From(sign.span.begin));
    const Expr* child = node->expr.get();
    return Finish(std::move(node), {child});
  }

  base::Result<ExprPtr> Postfix() {
    VEDETTE_TRY(ExprPtr expr, Primary());
    while (true) {
      if (Peek().kind == TokenKind::kLeftBracket) {
        VEDETTE_TRY(expr, Brackets(std::move(expr)));
      } else if (Peek().kind == TokenKind::kAt || PeekWord("offset")) {
        VEDETTE_TRY_VOID(Modifier(*expr));
      } else if (PeekWord("anchored") || PeekWord("smoothed")) {
        VEDETTE_TRY_VOID(Edges(*expr));
      } else {
        return expr;
      }
    }
  }

  base::Result<ExprPtr> Brackets(ExprPtr expr) {
    const Token& bracket = Take();
    std::string range_text;
    VEDETTE_TRY(const int64_t range_ms, PositiveDuration("range selector", range_text));
    if (TakeIf(TokenKind::kColon)) {
      return SubqueryOf(std::move(expr), range_ms, std::move(range_text));
    }
    VEDETTE_TRY_VOID(Expect(TokenKind::kRightBracket, "range"));
    if (expr->kind != ExprKind::kVectorSelector) {
      return Fail(bracket, "ranges only allowed for vector selectors");
    }
    std::unique_ptr<VectorSelector> selector(static_cast<VectorSelector*>(expr.release()));
    if (selector->when.has_offset) return Fail(bracket, "no offset modifiers allowed before range");
    if (selector->when.at != TimeModifier::At::kNone) {
      return Fail(bracket, "no @ modifiers allowed before range");
    }
    if (selector->edges != RangeEdges::kSamples) {
      return Fail(bracket, "no smoothed modifiers allowed before range");
    }
    const uint32_t begin = selector->span.begin;
    auto node = std::make_unique<MatrixSelector>(std::move(selector), range_ms, From(begin));
    node->range_text = std::move(range_text);
    return Finish(std::move(node), {});
  }

  base::Result<ExprPtr> SubqueryOf(ExprPtr expr, int64_t range_ms, std::string range_text) {
    int64_t step_ms = 0;
    std::string step_text;
    if (Peek().kind != TokenKind::kRightBracket) {
      VEDETTE_TRY(step_ms, PositiveDuration("subquery selector", step_text));
    }
    VEDETTE_TRY_VOID(Expect(TokenKind::kRightBracket, "subquery selector"));
    if (expr->type != ValueType::kVector) {
      return Fail(expr->span,
                  fmt::format("subquery is only allowed on instant vector, got {} instead",
                              ApiTypeName(expr->type)));
    }
    const uint32_t begin = expr->span.begin;
    auto node = std::make_unique<Subquery>(std::move(expr), range_ms, step_ms, From(begin));
    node->range_text = std::move(range_text);
    node->step_text = std::move(step_text);
    const Expr* child = node->expr.get();
    return Finish(std::move(node), {child});
  }

  // `text` becomes what was written, unless it is a lone number or duration.
  base::Result<int64_t> PositiveDuration(std::string_view where, std::string& text) {
    VEDETTE_TRY(const DurationValue value, durations_.Expression(where));
    VEDETTE_TRY(const int64_t ms, durations_.Milliseconds(value));
    if (ms <= 0) return ParseErrorAt(query_, value.begin, "duration must be greater than 0");
    if (!value.lone) text = value.text;
    return ms;
  }

  static TimeModifier* ModifierOf(Expr& expr) {
    switch (expr.kind) {
      case ExprKind::kVectorSelector: return &static_cast<VectorSelector&>(expr).when;
      case ExprKind::kMatrixSelector: return &static_cast<MatrixSelector&>(expr).selector->when;
      case ExprKind::kSubquery: return &static_cast<Subquery&>(expr).when;
      default: return nullptr;
    }
  }

  base::Result<> Modifier(Expr& expr) {
    const Token& token = Take();
    const bool at = token.kind == TokenKind::kAt;
    TimeModifier* when = ModifierOf(expr);
    if (when == nullptr) {
      return Fail(expr.span,
                  fmt::format("{} modifier must be preceded by an instant vector selector "
                              "or range vector selector or a subquery",
                              at ? "@" : "offset"));
    }
    if (at) {
      VEDETTE_TRY_VOID(At(expr.span, *when));
    } else {
      VEDETTE_TRY_VOID(Offset(expr.span, *when));
    }
    expr.span = From(expr.span.begin);
    return {};
  }

  base::Result<> Edges(Expr& expr) {
    const Token& token = Take();
    const RangeEdges edges =
        token.lower == "anchored" ? RangeEdges::kAnchored : RangeEdges::kSmoothed;
    VectorSelector* selector = nullptr;
    if (expr.kind == ExprKind::kMatrixSelector) {
      selector = static_cast<MatrixSelector&>(expr).selector.get();
    } else if (expr.kind == ExprKind::kVectorSelector && edges == RangeEdges::kSmoothed) {
      selector = &static_cast<VectorSelector&>(expr);
    }
    if (selector == nullptr) {
      return Fail(
          expr.span,
          fmt::format("{} modifier must be preceded by a range vector selector{}", token.lower,
                      edges == RangeEdges::kSmoothed ? " or an instant vector selector" : ""));
    }
    if (selector->edges != RangeEdges::kSamples) {
      return Fail(token, "only one of the modifiers anchored and smoothed is allowed, once");
    }
    selector->edges = edges;
    expr.span = From(expr.span.begin);
    return {};
  }

  // True when a minus was taken; a plus is taken and ignored.
  bool TakeSign() {
    if (TakeIf(TokenKind::kSub)) return true;
    TakeIf(TokenKind::kAdd);
    return false;
  }

  base::Result<> Offset(Span span, TimeModifier& when) {
    if (when.has_offset) return Fail(span, "offset may not be set multiple times");
    VEDETTE_TRY(const DurationValue value, durations_.Operand("offset"));
    VEDETTE_TRY(when.offset_ms, durations_.Milliseconds(value));
    if (!value.lone) when.offset_text = value.text;
    when.has_offset = when.offset_ms != 0 || !value.lone;
    return {};
  }

  base::Result<> At(Span span, TimeModifier& when) {
    if (when.at != TimeModifier::At::kNone) {
      return Fail(span, "@ <timestamp> may not be set multiple times");
    }
    if (PeekWord("start") || PeekWord("end")) {
      when.at = Take().lower == "start" ? TimeModifier::At::kStart : TimeModifier::At::kEnd;
      VEDETTE_TRY_VOID(Expect(TokenKind::kLeftParen, "@"));
      return Expect(TokenKind::kRightParen, "@");
    }
    const bool negative = TakeSign();
    const Token& number = Peek();
    if (number.kind != TokenKind::kNumber &&
        !(number.kind == TokenKind::kWord && (number.lower == "inf" || number.lower == "nan"))) {
      return Unexpected("@, expected timestamp");
    }
    Take();
    constexpr double kMaxSeconds = 1e12;  // milliseconds stay exact as doubles
    if (number.kind == TokenKind::kWord || !(number.number < kMaxSeconds)) {
      const double shown = negative ? -ValueOfNumber(number) : ValueOfNumber(number);
      return Fail(span,
                  fmt::format("timestamp out of bounds for @ modifier: {}",
                              std::isfinite(shown) ? fmt::format("{:f}", shown) : GoShort(shown)));
    }
    when.at = TimeModifier::At::kTime;
    const double seconds = negative ? -number.number : number.number;
    when.at_ms = static_cast<int64_t>(std::llround(seconds * 1000));
    return {};
  }

  base::Result<ExprPtr> Primary() {
    const Token& token = Peek();
    switch (token.kind) {
      case TokenKind::kNumber: Take(); return Number(token, token.number);
      case TokenKind::kString: {
        Take();
        VEDETTE_TRY(std::string text, StringOf(token));
        return ExprPtr(std::make_unique<StringLiteral>(std::move(text), token.span));
      }
      case TokenKind::kLeftParen: return Parentheses();
      case TokenKind::kLeftBrace:
      case TokenKind::kMetric: return Selector();
      case TokenKind::kWord: return Word();
      default: return Unexpected("");
    }
  }

  static ExprPtr Number(const Token& token, double value) {
    return std::make_unique<NumberLiteral>(value, token.span, token.duration_ms >= 0);
  }

  base::Result<std::string> StringOf(const Token& token) {
    base::Result<std::string> text = Unquote(token.text);
    if (!text.ok()) return Fail(token, text.error().message);
    return text;
  }

  base::Result<ExprPtr> Parentheses() {
    const uint32_t begin = Take().span.begin;
    VEDETTE_TRY(ExprPtr inner, Expression(0));
    VEDETTE_TRY_VOID(Expect(TokenKind::kRightParen, "paren expression"));
    auto node = std::make_unique<ParenExpr>(std::move(inner), From(begin));
    const Expr* child = node->expr.get();
    return Finish(std::move(node), {child});
  }

  base::Result<ExprPtr> Word() {
    const Token& token = Peek();
    const Token& next = Peek(1);
    const bool call = next.kind == TokenKind::kLeftParen;
    const bool modifier =
        next.kind == TokenKind::kWord && (next.lower == "by" || next.lower == "without");
    if (call || modifier) {
      if (const auto op = FindAggregateOp(token.lower)) return Aggregate(*op);
    }
    if (call) return Call();
    if (token.lower == "inf" || token.lower == "nan") {
      Take();
      return Number(token, ValueOfNumber(token));
    }
    if (IsReservedWord(token.lower)) return Unexpected("");
    return Selector();
  }

  base::Result<std::vector<ExprPtr>> Arguments(std::string_view where) {
    VEDETTE_TRY_VOID(Expect(TokenKind::kLeftParen, where));
    std::vector<ExprPtr> args;
    if (TakeIf(TokenKind::kRightParen)) return args;
    while (true) {
      VEDETTE_TRY(ExprPtr arg, Expression(0));
      args.push_back(std::move(arg));
      if (TakeIf(TokenKind::kRightParen)) return args;
      const Token& comma = Peek();
      VEDETTE_TRY_VOID(Expect(TokenKind::kComma, where));
      if (Peek().kind == TokenKind::kRightParen) {
        return Fail(comma, "trailing commas not allowed in function call args");
      }
    }
  }

  base::Result<ExprPtr> Aggregate(AggregateOp op) {
    const Token& name = Take();
    bool has_modifier = false;
    bool without = false;
    std::vector<std::string> grouping;
    const auto take_modifier = [&]() -> base::Result<> {
      if (has_modifier || !(PeekWord("by") || PeekWord("without"))) return {};
      has_modifier = true;
      without = Take().lower == "without";
      VEDETTE_TRY(grouping, LabelList());
      return {};
    };
    VEDETTE_TRY_VOID(take_modifier());
    VEDETTE_TRY(std::vector<ExprPtr> args, Arguments("aggregation"));
    VEDETTE_TRY_VOID(take_modifier());
    if (const Complaint complaint = CheckAggregate(op, args); !complaint.text.empty()) {
      return Fail(complaint.at == nullptr ? name.span : complaint.at->span, complaint.text);
    }
    ExprPtr param = TakesParameter(op) ? std::move(args.front()) : nullptr;
    auto node = std::make_unique<AggregateExpr>(op, std::move(param), std::move(args.back()),
                                                From(name.span.begin));
    node->without = without;
    node->grouping = std::move(grouping);
    const Expr* first = node->param.get();
    const Expr* second = node->expr.get();
    return Finish(std::move(node), {first, second});
  }

  base::Result<ExprPtr> Call() {
    const Token& name = Take();
    const Function* function = FindFunction(name.text);
    if (function == nullptr) {
      return Fail(name, fmt::format("unknown function with name \"{}\"", name.text));
    }
    // The second argument of info() is matchers alone, which may match everything.
    const bool bare = std::exchange(bare_selectors_, function->id == FunctionId::kInfo);
    base::Result<std::vector<ExprPtr>> arguments = Arguments("function call");
    bare_selectors_ = bare;
    if (!arguments.ok()) return arguments.error();
    std::vector<ExprPtr> args = *std::move(arguments);
    if (const Complaint complaint = CheckCall(*function, args); !complaint.text.empty()) {
      return Fail(complaint.at == nullptr ? name.span : complaint.at->span, complaint.text);
    }
    int height = 1;
    for (const ExprPtr& arg : args) height = std::max(height, arg->height + 1);
    auto node = std::make_unique<CallExpr>(*function, function->result, std::move(args),
                                           From(name.span.begin));
    node->height = height;
    return Finish(std::move(node), {});
  }

  base::Result<ExprPtr> Selector() {
    const uint32_t begin = Peek().span.begin;
    auto selector = std::make_unique<VectorSelector>(Span{begin, begin});
    if (Peek().kind != TokenKind::kLeftBrace) selector->name = std::string(Take().text);
    if (Peek().kind == TokenKind::kLeftBrace) VEDETTE_TRY_VOID(Braces(*selector));
    selector->span = From(begin);
    if (!selector->name.empty()) {
      VEDETTE_TRY_VOID(AddMatcher(*selector, tokens_[at_ - 1], std::string(model::kMetricName),
                                  model::MatchOp::kEqual, selector->name));
    }
    if (const std::string complaint = CheckSelector(*selector, bare_selectors_);
        !complaint.empty()) {
      return Fail(selector->span, complaint);
    }
    return Finish(std::move(selector), {});
  }

  base::Result<> Braces(VectorSelector& selector) {
    Take();
    while (!TakeIf(TokenKind::kRightBrace)) {
      VEDETTE_TRY_VOID(LabelMatcher(selector));
      if (Peek().kind != TokenKind::kRightBrace) {
        VEDETTE_TRY_VOID(Expect(TokenKind::kComma, "label matching, expected \",\" or \"}\""));
      }
    }
    return {};
  }

  base::Result<> LabelMatcher(VectorSelector& selector) {
    const Token& label = Peek();
    std::string name;
    if (label.kind == TokenKind::kString) {
      Take();
      VEDETTE_TRY(name, StringOf(label));
    } else if (label.kind == TokenKind::kWord) {
      name = std::string(Take().text);
    } else {
      return Unexpected("label matching, expected identifier or \"}\"");
    }
    model::MatchOp op = model::MatchOp::kEqual;
    switch (Peek().kind) {
      case TokenKind::kAssign: break;
      case TokenKind::kNotEqual: op = model::MatchOp::kNotEqual; break;
      case TokenKind::kRegexMatch: op = model::MatchOp::kRegex; break;
      case TokenKind::kRegexNotMatch: op = model::MatchOp::kNotRegex; break;
      default:
        if (label.kind == TokenKind::kString) return QuotedName(selector, label, std::move(name));
        return Unexpected("label matching, expected label matching operator");
    }
    Take();
    if (Peek().kind != TokenKind::kString) return Unexpected("label matching, expected string");
    const Token& value = Take();
    VEDETTE_TRY(std::string text, StringOf(value));
    return AddMatcher(selector, value, std::move(name), op, std::move(text));
  }

  // {"my.metric", ...}: the string is the metric's name.
  base::Result<> QuotedName(VectorSelector& selector, const Token& token, std::string name) {
    if (name.empty()) return Fail(token, "metric name must not be empty");
    if (!selector.name.empty()) {
      return Fail(token, fmt::format("metric name must not be set twice: \"{}\" or \"{}\"",
                                     selector.name, name));
    }
    selector.name = std::move(name);
    return {};
  }

  base::Result<> AddMatcher(VectorSelector& selector, const Token& token, std::string name,
                            model::MatchOp op, std::string value) {
    auto matcher = model::Matcher::Create(std::move(name), op, std::move(value));
    if (!matcher.ok()) return Fail(token, matcher.error().message);
    selector.matchers.push_back(*std::move(matcher));
    return {};
  }

  std::string_view query_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  DurationParser durations_;
  bool bare_selectors_ = false;
  int nesting_ = 0;
};

}  // namespace

base::Result<ExprPtr> Parse(std::string_view query, std::optional<QueryTimes> times) {
  if (query.size() > kQueryBytesMax) {
    return base::InvalidArgument(
        fmt::format("the query has {} bytes; the limit is {}", query.size(), kQueryBytesMax),
        "query");
  }
  VEDETTE_TRY(std::vector<Token> tokens, Lex(query));
  return Parser(query, std::move(tokens), times).Run();
}

base::Result<std::vector<model::Matcher>> ParseSelector(std::string_view text) {
  VEDETTE_TRY(const ExprPtr expr, Parse(text));
  if (expr->kind != ExprKind::kVectorSelector) {
    return ParseErrorAt(text, 0, "expected a lone selector");
  }
  const auto& selector = static_cast<const VectorSelector&>(*expr);
  if (!(selector.when == TimeModifier()) || selector.edges != RangeEdges::kSamples) {
    return ParseErrorAt(text, 0, "no modifiers are allowed here");
  }
  return selector.matchers;
}

}  // namespace vedette::query
