#include "rules/condition.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <re2/re2.h>
#include <utility>

namespace vedette::rules {
namespace {

constexpr size_t kTextBytesMax = 4096;
constexpr int kTestsMax = 200;
constexpr int kDepthMax = 32;
constexpr int64_t kRegexBytesMax = 1 << 20;

std::optional<double> NumberIn(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

struct Token {
  enum class Kind { kWord, kQuoted, kSign, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;
  size_t offset = 0;

  bool Is(std::string_view sign) const { return kind == Kind::kSign && text == sign; }
  bool IsWord(std::string_view word) const { return kind == Kind::kWord && text == word; }
};

bool IsWordChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-' || c == '+' || c == '/' || c == ':' || c == '@' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

base::Error ErrorAt(size_t offset, std::string_view message) {
  return base::InvalidArgument(fmt::format("1:{}: {}", offset + 1, message));
}

base::Result<Token> ReadQuoted(std::string_view text, size_t& at) {
  Token token{Token::Kind::kQuoted, {}, at};
  const char quote = text[at++];
  while (at < text.size() && text[at] != quote) {
    if (text[at] == '\\' && at + 1 < text.size()) {
      const char next = text[++at];
      if (next != quote && next != '\\') token.text += '\\';  // an escape of the expression
    }
    token.text += text[at++];
  }
  if (at == text.size()) return ErrorAt(token.offset, "the quote is not closed");
  ++at;
  return token;
}

base::Result<std::vector<Token>> Tokenize(std::string_view text) {
  constexpr std::string_view kSigns[] = {
      "==", "!=", "=~", "!~", "<=", ">=", "=", "<", ">", "(", ")", ","};
  std::vector<Token> tokens;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at;
    } else if (c == '"' || c == '\'') {
      VEDETTE_TRY(Token token, ReadQuoted(text, at));
      tokens.push_back(std::move(token));
    } else if (IsWordChar(c)) {
      Token token{Token::Kind::kWord, {}, at};
      while (at < text.size() && IsWordChar(text[at])) token.text += text[at++];
      tokens.push_back(std::move(token));
    } else {
      const auto sign = std::find_if(std::begin(kSigns), std::end(kSigns), [&](const auto& each) {
        return text.substr(at).starts_with(each);
      });
      if (sign == std::end(kSigns)) return ErrorAt(at, fmt::format("unexpected '{}'", c));
      tokens.push_back({Token::Kind::kSign, std::string(*sign), at});
      at += sign->size();
    }
  }
  tokens.push_back({Token::Kind::kEnd, {}, text.size()});
  return tokens;
}

}  // namespace

// One test, or a join of conditions.
struct Condition::Node {
  enum class Kind { kAnd, kOr, kNot, kIs, kEmpty, kLess, kLessEqual, kMore, kMoreEqual, kMatches };
  Kind kind = Kind::kAnd;
  std::vector<Node> parts;
  std::string path;
  FieldValue value;   // kIs and the comparisons
  std::string other;  // the path of a field that is compared with; or empty
  std::shared_ptr<const re2::RE2> expression;  // kMatches
};

namespace {

using Node = Condition::Node;

FieldValue ValueOf(const Token& token) {
  FieldValue value;
  value.kind = FieldValue::Kind::kText;
  value.text = token.text;
  if (token.kind == Token::Kind::kQuoted) return value;
  if (token.text == "null") {
    value.kind = FieldValue::Kind::kNull;
  } else if (token.text == "true" || token.text == "false") {
    value.kind = FieldValue::Kind::kBool;
    value.flag = token.text == "true";
  } else if (const std::optional<double> number = NumberIn(token.text)) {
    value.kind = FieldValue::Kind::kNumber;
    value.number = *number;
  }
  return value;
}

std::optional<double> AsNumber(const FieldValue& value) {
  if (value.kind == FieldValue::Kind::kNumber) return value.number;
  if (value.kind == FieldValue::Kind::kText) return NumberIn(value.text);
  return std::nullopt;
}

bool Same(const FieldValue& a, const FieldValue& b) {
  using Kind = FieldValue::Kind;
  if (a.kind == Kind::kNull || b.kind == Kind::kNull) return a.kind == b.kind;
  if (a.kind == Kind::kNumber || b.kind == Kind::kNumber) {
    const std::optional<double> x = AsNumber(a), y = AsNumber(b);
    return x && y && *x == *y;
  }
  return a.text == b.text;
}

bool Compare(Node::Kind kind, const FieldValue& a, const FieldValue& b) {
  const std::optional<double> x = AsNumber(a), y = AsNumber(b);
  if (!x || !y) return false;
  switch (kind) {
    case Node::Kind::kLess: return *x < *y;
    case Node::Kind::kLessEqual: return *x <= *y;
    case Node::Kind::kMore: return *x > *y;
    default: return *x >= *y;
  }
}

bool Test(const Node& node, const FieldLookup& fields) {
  const auto holds = [&](const Node& part) { return Test(part, fields); };
  switch (node.kind) {
    case Node::Kind::kAnd: return std::all_of(node.parts.begin(), node.parts.end(), holds);
    case Node::Kind::kOr: return std::any_of(node.parts.begin(), node.parts.end(), holds);
    case Node::Kind::kNot: return !holds(node.parts[0]);
    default: break;
  }
  const FieldValue actual = fields(node.path);
  if (node.kind == Node::Kind::kEmpty) {
    return actual.kind == FieldValue::Kind::kNull || actual.empty;
  }
  if (node.kind == Node::Kind::kMatches) {
    return re2::RE2::PartialMatch(actual.text, *node.expression);
  }
  const FieldValue wanted = node.other.empty() ? node.value : fields(node.other);
  return node.kind == Node::Kind::kIs ? Same(actual, wanted) : Compare(node.kind, actual, wanted);
}

// One method per rule of the grammar in the header.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  base::Result<Node> Parse() {
    VEDETTE_TRY(Node node, ParseOr());
    if (Peek().kind != Token::Kind::kEnd) return Unexpected("and, or, or the end");
    return node;
  }
  std::vector<std::string> TakePaths() { return std::move(paths_); }

 private:
  const Token& Peek() const { return tokens_[at_]; }
  Token Next() { return at_ + 1 < tokens_.size() ? tokens_[at_++] : tokens_[at_]; }
  bool Take(std::string_view sign) {
    if (!Peek().Is(sign)) return false;
    Next();
    return true;
  }
  bool TakeWord(std::string_view word) {
    if (!Peek().IsWord(word)) return false;
    Next();
    return true;
  }
  base::Error Unexpected(std::string_view wanted) const {
    const Token& token = Peek();
    return ErrorAt(token.offset,
                   fmt::format("expected {}, not {}", wanted,
                               token.kind == Token::Kind::kEnd ? std::string("the end")
                                                               : "\"" + token.text + "\""));
  }

  static Node Join(Node::Kind kind, std::vector<Node> parts) {
    if (parts.size() == 1) return std::move(parts[0]);
    Node node;
    node.kind = kind;
    node.parts = std::move(parts);
    return node;
  }
  static Node Negated(Node node) {
    Node negated;
    negated.kind = Node::Kind::kNot;
    negated.parts.push_back(std::move(node));
    return negated;
  }

  base::Result<Node> ParseOr() {
    std::vector<Node> parts;
    do {
      VEDETTE_TRY(Node part, ParseAnd());
      parts.push_back(std::move(part));
    } while (TakeWord("or"));
    return Join(Node::Kind::kOr, std::move(parts));
  }

  base::Result<Node> ParseAnd() {
    std::vector<Node> parts;
    do {
      VEDETTE_TRY(Node part, ParseNot());
      parts.push_back(std::move(part));
    } while (TakeWord("and"));
    return Join(Node::Kind::kAnd, std::move(parts));
  }

  base::Result<Node> ParseNot() {
    if (++depth_ > kDepthMax) {
      return ErrorAt(Peek().offset, fmt::format("nested deeper than {}", kDepthMax));
    }
    base::Result<Node> node = ParseInner();
    --depth_;
    return node;
  }

  base::Result<Node> ParseInner() {
    if (TakeWord("not")) {
      VEDETTE_TRY(Node node, ParseNot());
      return Negated(std::move(node));
    }
    if (Take("(")) {
      VEDETTE_TRY(Node node, ParseOr());
      if (!Take(")")) return Unexpected("\")\"");
      return node;
    }
    return ParseTest();
  }

  base::Result<Node> ParseTest() {
    const bool named = Peek().kind == Token::Kind::kWord || Peek().kind == Token::Kind::kQuoted;
    if (!named) return Unexpected("a field");
    if (++tests_ > kTestsMax) {
      return ErrorAt(Peek().offset, fmt::format("more than {} tests", kTestsMax));
    }
    Node node;
    const Token field = Next();
    // `$` says that a field is meant, which on this side it is anyway.
    const bool marked = field.kind == Token::Kind::kWord && field.text.starts_with('$');
    node.path = marked ? field.text.substr(1) : field.text;
    if (node.path.empty()) return ErrorAt(field.offset, "expected a field behind the $");
    NotePath(node.path);
    if (TakeWord("exists")) return Negated(IsNull(std::move(node)));
    if (TakeWord("is")) {
      const bool negated = TakeWord("not");
      return ParseIs(std::move(node), negated);
    }
    if (Take("=") || Take("==")) return ParseIs(std::move(node), false);
    if (Take("!=")) return ParseIs(std::move(node), true);
    if (TakeWord("in")) return ParseIn(std::move(node), false);
    if (TakeWord("not")) {
      if (!TakeWord("in")) return Unexpected("in");
      return ParseIn(std::move(node), true);
    }
    if (Take("=~")) return ParseMatch(std::move(node), false);
    if (Take("!~")) return ParseMatch(std::move(node), true);
    return ParseComparison(std::move(node));
  }

  static Node IsNull(Node node) {
    node.kind = Node::Kind::kIs;
    return node;
  }

  base::Result<Node> ParseIs(Node node, bool negated) {
    const bool empty = Peek().IsWord("empty");
    node.kind = empty ? Node::Kind::kEmpty : Node::Kind::kIs;
    if (empty) {
      Next();
    } else {
      VEDETTE_TRY_VOID(ReadValue(node));
    }
    return negated ? Negated(std::move(node)) : std::move(node);
  }

  base::Result<Node> ParseIn(Node node, bool negated) {
    if (!Take("(")) return Unexpected("\"(\"");
    std::vector<Node> parts;
    do {
      if (++tests_ > kTestsMax) {
        return ErrorAt(Peek().offset, fmt::format("more than {} tests", kTestsMax));
      }
      Node part;
      part.kind = Node::Kind::kIs;
      part.path = node.path;
      VEDETTE_TRY_VOID(ReadValue(part));
      parts.push_back(std::move(part));
    } while (Take(","));
    if (!Take(")")) return Unexpected("\")\"");
    Node any = Join(Node::Kind::kOr, std::move(parts));
    return negated ? Negated(std::move(any)) : std::move(any);
  }

  base::Result<Node> ParseMatch(Node node, bool negated) {
    const Token token = Next();
    if (token.kind != Token::Kind::kQuoted && token.kind != Token::Kind::kWord) {
      return ErrorAt(token.offset, "expected an expression in quotes");
    }
    re2::RE2::Options options(re2::RE2::Quiet);
    options.set_max_mem(kRegexBytesMax);
    node.kind = Node::Kind::kMatches;
    node.expression = std::make_shared<const re2::RE2>(token.text, options);
    if (!node.expression->ok()) {
      return ErrorAt(token.offset, "regex: " + node.expression->error());
    }
    return negated ? Negated(std::move(node)) : std::move(node);
  }

  base::Result<Node> ParseComparison(Node node) {
    if (Take("<")) {
      node.kind = Node::Kind::kLess;
    } else if (Take("<=")) {
      node.kind = Node::Kind::kLessEqual;
    } else if (Take(">")) {
      node.kind = Node::Kind::kMore;
    } else if (Take(">=")) {
      node.kind = Node::Kind::kMoreEqual;
    } else {
      return Unexpected("is, =, !=, <, <=, >, >=, =~, !~, in or exists");
    }
    const size_t offset = Peek().offset;
    VEDETTE_TRY_VOID(ReadValue(node));
    if (node.other.empty() && !AsNumber(node.value)) {
      return ErrorAt(offset, "only numbers are larger or smaller");
    }
    return node;
  }

  base::Result<> ReadValue(Node& node) {
    const Token token = Peek();
    if (token.kind != Token::Kind::kWord && token.kind != Token::Kind::kQuoted) {
      return Unexpected("a value");
    }
    Next();
    if (token.kind == Token::Kind::kWord && token.text.starts_with('$')) {
      node.other = token.text.substr(1);
      if (node.other.empty()) return ErrorAt(token.offset, "expected a field behind the $");
      NotePath(node.other);
    } else {
      node.value = ValueOf(token);
    }
    return {};
  }

  void NotePath(const std::string& path) {
    if (std::find(paths_.begin(), paths_.end(), path) == paths_.end()) paths_.push_back(path);
  }

  const std::vector<Token> tokens_;
  std::vector<std::string> paths_;
  size_t at_ = 0;
  int depth_ = 0;
  int tests_ = 0;
};

}  // namespace

base::Result<Condition> Condition::Parse(std::string_view text) {
  if (text.size() > kTextBytesMax) {
    return ErrorAt(0, fmt::format("has {} bytes; the limit is {}", text.size(), kTextBytesMax));
  }
  VEDETTE_TRY(std::vector<Token> tokens, Tokenize(text));
  Parser parser(std::move(tokens));
  VEDETTE_TRY(Node root, parser.Parse());
  Condition condition;
  condition.text_ = text;
  condition.paths_ = parser.TakePaths();
  condition.root_ = std::make_shared<const Node>(std::move(root));
  return condition;
}

bool Condition::Holds(const FieldLookup& fields) const { return Test(*root_, fields); }

}  // namespace vedette::rules
