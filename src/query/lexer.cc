#include "query/lexer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <utility>

namespace vedette::query {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsAlnum(char c) { return IsAlpha(c) || IsDigit(c); }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Removes single underscores between digits, and that behind 0x; nothing when they are elsewhere.
std::optional<std::string> WithoutUnderscores(std::string_view text, bool hex) {
  const auto is_digit = [hex](char c) { return hex ? IsHexDigit(c) : IsDigit(c); };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out += text[i];
      continue;
    }
    const bool after = i > 0 && (is_digit(text[i - 1]) || (hex && i == 2));
    const bool before = i + 1 < text.size() && is_digit(text[i + 1]);
    if (!after || !before) return std::nullopt;
  }
  return out;
}

std::optional<double> ReadInteger(std::string_view digits, int base) {
  uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return std::nullopt;
  return static_cast<double>(value);
}

// Go's number syntax as Prometheus reads it: a leading 0 means octal where that is possible,
// underscores may separate digits.
std::optional<double> ReadNumber(std::string_view text) {
  const bool hex = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  const std::optional<std::string> plain = WithoutUnderscores(text, hex);
  if (!plain.has_value() || plain->empty()) return std::nullopt;
  if (hex) return ReadInteger(std::string_view(*plain).substr(2), 16);
  if (text[0] == '0' && text.size() > 1) {
    if (auto octal = ReadInteger(*plain, 8)) return octal;
  }
  if (auto decimal = ReadInteger(*plain, 10); decimal && text[0] != '0') return decimal;
  double value = 0;
  const auto [end, error] = std::from_chars(plain->data(), plain->data() + plain->size(), value);
  if (error != std::errc() || end != plain->data() + plain->size()) return std::nullopt;
  return value;
}

void AppendUtf8(std::string& out, uint32_t rune) {
  if (rune < 0x80) {
    out += static_cast<char>(rune);
  } else if (rune < 0x800) {
    out += static_cast<char>(0xC0 | (rune >> 6));
    out += static_cast<char>(0x80 | (rune & 0x3F));
  } else if (rune < 0x10000) {
    out += static_cast<char>(0xE0 | (rune >> 12));
    out += static_cast<char>(0x80 | ((rune >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (rune & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (rune >> 18));
    out += static_cast<char>(0x80 | ((rune >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((rune >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (rune & 0x3F));
  }
}

char SimpleEscape(char c) {
  switch (c) {
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    case '\\':
    case '\'':
    case '"': return c;
    default: return '\0';
  }
}

// Resolves the numeric escape at the start of `rest` (after the backslash) and removes it.
base::Result<> NumericEscape(std::string_view& rest, std::string& out) {
  const char kind = rest[0];
  size_t digits = 3;
  int base = 8;
  size_t skip = 0;
  if (kind == 'x' || kind == 'u' || kind == 'U') {
    digits = kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
    base = 16;
    skip = 1;
  } else if (kind < '0' || kind > '7') {
    return base::InvalidArgument(fmt::format("unknown escape sequence \\{}", kind));
  }
  const std::string_view code = rest.substr(skip, digits);
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), value, base);
  if (code.size() != digits || error != std::errc() || end != code.data() + digits) {
    return base::InvalidArgument("incomplete escape sequence");
  }
  rest.remove_prefix(skip + digits);
  if (digits <= 3) {
    if (value > 255) return base::InvalidArgument("octal escape beyond \\377");
    out += static_cast<char>(value);
    return {};
  }
  if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) {
    return base::InvalidArgument("escape sequence is no Unicode code point");
  }
  AppendUtf8(out, value);
  return {};
}

class Lexer {
 public:
  explicit Lexer(std::string_view query) : query_(query) {}

  base::Result<std::vector<Token>> Run() {
    while (true) {
      SkipSpace();
      if (at_ >= query_.size()) break;
      VEDETTE_TRY_VOID(Next());
    }
    Push(TokenKind::kEnd, at_);
    return std::move(tokens_);
  }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < query_.size() ? query_[at_ + ahead] : '\0';
  }

  void SkipSpace() {
    while (at_ < query_.size()) {
      if (query_[at_] == '#') {
        while (at_ < query_.size() && query_[at_] != '\n') ++at_;
      } else if (IsSpace(query_[at_])) {
        ++at_;
      } else {
        return;
      }
    }
  }

  Token& Push(TokenKind kind, size_t begin) {
    Token& token = tokens_.emplace_back();
    token.kind = kind;
    token.span = {static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
    token.text = query_.substr(begin, at_ - begin);
    return token;
  }

  base::Error Fail(size_t at, std::string_view message) const {
    return ParseErrorAt(query_, static_cast<uint32_t>(at), message);
  }

  base::Result<> Next() {
    const char c = Peek();
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return Number();
    if (IsAlpha(c) || (c == ':' && !in_brackets_ && !in_braces_)) {
      Word();
      return {};
    }
    if (c == '"' || c == '\'' || c == '`') return String(c);
    return Symbol(c);
  }

  void Word() {
    const size_t begin = at_;
    bool colon = false;
    while (at_ < query_.size() && (IsAlnum(Peek()) || (Peek() == ':' && !in_braces_))) {
      colon = colon || Peek() == ':';
      ++at_;
    }
    Token& token = Push(colon ? TokenKind::kMetric : TokenKind::kWord, begin);
    if (!colon) token.lower = Lower(token.text);
  }

  base::Result<> Number() {
    const size_t begin = at_;
    const bool hex = Peek() == '0' && (Peek(1) == 'x' || Peek(1) == 'X');
    while (IsAlnum(Peek()) || Peek() == '.') {
      const bool exponent = !hex && (Peek() == 'e' || Peek() == 'E');
      ++at_;
      if (exponent && (Peek() == '+' || Peek() == '-')) ++at_;
    }
    Token& token = Push(TokenKind::kNumber, begin);
    if (const auto number = ReadNumber(token.text)) {
      token.number = *number;
      return {};
    }
    const base::Result<int64_t> duration = ParsePromDuration(token.text);
    if (!duration.ok()) {
      return Fail(begin, fmt::format("bad number or duration syntax: \"{}\"", token.text));
    }
    token.duration_ms = *duration;
    token.number = static_cast<double>(*duration) / 1000;
    return {};
  }

  base::Result<> String(char quote) {
    const size_t begin = at_++;
    while (at_ < query_.size() && query_[at_] != quote) {
      if (quote != '`' && query_[at_] == '\n') break;
      if (quote != '`' && query_[at_] == '\\') ++at_;
      ++at_;
    }
    if (at_ >= query_.size() || query_[at_] != quote) {
      return Fail(begin, quote == '`' ? "unterminated raw string" : "unterminated quoted string");
    }
    ++at_;
    Push(TokenKind::kString, begin);
    return {};
  }

  base::Result<> Symbol(char c) {
    struct Long {
      std::string_view text;
      TokenKind kind;
    };
    static constexpr std::array<Long, 8> kLong = {{{"==", TokenKind::kEqual},
                                                   {"</", TokenKind::kTrimUpper},
                                                   {">/", TokenKind::kTrimLower},
                                                   {"!=", TokenKind::kNotEqual},
                                                   {"<=", TokenKind::kLessEqual},
                                                   {">=", TokenKind::kGreaterEqual},
                                                   {"=~", TokenKind::kRegexMatch},
                                                   {"!~", TokenKind::kRegexNotMatch}}};
    for (const Long& candidate : kLong) {
      if (query_.substr(at_, 2) == candidate.text) {
        at_ += 2;
        Push(candidate.kind, at_ - 2);
        return {};
      }
    }
    static constexpr std::string_view kSymbols = "(){}[],:@=+-*/%^<>";
    static constexpr std::array<TokenKind, 18> kKinds = {
        TokenKind::kLeftParen,  TokenKind::kRightParen,  TokenKind::kLeftBrace,
        TokenKind::kRightBrace, TokenKind::kLeftBracket, TokenKind::kRightBracket,
        TokenKind::kComma,      TokenKind::kColon,       TokenKind::kAt,
        TokenKind::kAssign,     TokenKind::kAdd,         TokenKind::kSub,
        TokenKind::kMul,        TokenKind::kDiv,         TokenKind::kMod,
        TokenKind::kPow,        TokenKind::kLess,        TokenKind::kGreater};
    const size_t index = kSymbols.find(c);
    if (c == '\0' || index == std::string_view::npos) {
      const bool readable = c > ' ' && c < 0x7f;
      return Fail(at_, readable ? fmt::format("unexpected character: '{}'", c)
                                : fmt::format("unexpected character: 0x{:02x}",
                                              static_cast<unsigned char>(c)));
    }
    if (c == '{') in_braces_ = true;
    if (c == '}') in_braces_ = false;
    if (c == '[') in_brackets_ = true;
    if (c == ']') in_brackets_ = false;
    ++at_;
    Push(kKinds[index], at_ - 1);
    return {};
  }

  std::string_view query_;
  size_t at_ = 0;
  bool in_braces_ = false;
  bool in_brackets_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::string PlaceOf(std::string_view query, uint32_t offset) {
  size_t line = 1;
  size_t column = 1;
  for (size_t i = 0; i < offset && i < query.size(); ++i) {
    if (query[i] == '\n') {
      ++line;
      column = 1;
    } else {
      ++column;
    }
  }
  return fmt::format("{}:{}", line, column);
}

double ValueOfNumber(const Token& token) {
  if (token.kind == TokenKind::kNumber) return token.number;
  return token.lower == "inf" ? std::numeric_limits<double>::infinity()
                              : std::numeric_limits<double>::quiet_NaN();
}

base::Error ParseErrorAt(std::string_view query, uint32_t offset, std::string_view message) {
  return base::InvalidArgument(fmt::format("{}: parse error: {}", PlaceOf(query, offset), message),
                               "query");
}

base::Result<std::vector<Token>> Lex(std::string_view query) { return Lexer(query).Run(); }

base::Result<std::string> Unquote(std::string_view quoted) {
  if (quoted.size() < 2) return base::InvalidArgument("not a quoted string");
  const bool raw = quoted.front() == '`';
  std::string_view rest = quoted.substr(1, quoted.size() - 2);
  if (raw) return std::string(rest);
  std::string out;
  out.reserve(rest.size());
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c != '\\') {
      out += c;
      continue;
    }
    if (rest.empty()) return base::InvalidArgument("the string ends in a backslash");
    if (const char simple = SimpleEscape(rest.front()); simple != '\0') {
      out += simple;
      rest.remove_prefix(1);
      continue;
    }
    VEDETTE_TRY_VOID(NumericEscape(rest, out));
  }
  return out;
}

std::string_view BracketFault(const std::vector<Token>& tokens, size_t at) {
  std::vector<TokenKind> open;
  for (size_t i = 0; i < at; ++i) {
    switch (tokens[i].kind) {
      case TokenKind::kLeftParen:
      case TokenKind::kLeftBracket:
      case TokenKind::kLeftBrace: open.push_back(tokens[i].kind); break;
      case TokenKind::kRightParen:
      case TokenKind::kRightBracket:
      case TokenKind::kRightBrace:
        if (!open.empty()) open.pop_back();
        break;
      default: break;
    }
  }
  const TokenKind kind = tokens[at].kind;
  if (kind == TokenKind::kRightParen && open.empty()) return "unexpected right parenthesis ')'";
  if (kind != TokenKind::kEnd || open.empty()) return {};
  if (open.back() == TokenKind::kLeftParen) return "unclosed left parenthesis";
  return open.back() == TokenKind::kLeftBrace ? "unexpected end of input inside braces" : "";
}

base::Result<int64_t> ParsePromDuration(std::string_view text) {
  struct Unit {
    std::string_view name;
    int64_t ms;
  };
  static constexpr std::array<Unit, 7> kUnits = {{{"y", 365 * 86'400'000LL},
                                                  {"w", 7 * 86'400'000LL},
                                                  {"d", 86'400'000},
                                                  {"h", 3'600'000},
                                                  {"m", 60'000},
                                                  {"s", 1000},
                                                  {"ms", 1}}};
  const auto invalid = [&] {
    return base::InvalidArgument(fmt::format("not a valid duration string: \"{}\"", text));
  };
  // As Prometheus: at most about 292 years, the range of nanoseconds in 64 bits.
  constexpr int64_t kMaxMs = std::numeric_limits<int64_t>::max() / 1'000'000;
  if (text.empty()) return invalid();
  int64_t total = 0;
  size_t next_unit = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    int64_t amount = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), amount);
    if (error != std::errc() || amount < 0 || !IsDigit(rest.front())) return invalid();
    rest.remove_prefix(static_cast<size_t>(end - rest.data()));
    size_t letters = 0;
    while (letters < rest.size() && !IsDigit(rest[letters])) ++letters;
    const std::string_view name = rest.substr(0, letters);
    while (next_unit < kUnits.size() && kUnits[next_unit].name != name) ++next_unit;
    if (next_unit == kUnits.size()) return invalid();
    const int64_t unit_ms = kUnits[next_unit++].ms;
    if (amount > (kMaxMs - total) / unit_ms) {
      return base::InvalidArgument("duration out of range");
    }
    total += amount * unit_ms;
    rest.remove_prefix(letters);
  }
  return total;
}

}  // namespace vedette::query
