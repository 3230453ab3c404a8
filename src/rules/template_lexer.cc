#include "rules/template_lexer.h"

#include <cctype>
#include <charconv>
#include <fmt/core.h>
#include <optional>

namespace vedette::rules {
namespace {

using Kind = TemplateToken::Kind;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool IsWord(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0;
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  base::Result<std::vector<TemplateToken>> Run() {
    while (at_ < text_.size()) {
      const size_t open = text_.find("{{", at_);
      const size_t end = open == std::string_view::npos ? text_.size() : open;
      const bool trims =
          text_.substr(end).starts_with("{{-") && end + 3 < text_.size() && IsSpace(text_[end + 3]);
      EmitText(end, trims);
      if (end == text_.size()) break;
      at_ = end + (trims ? 3 : 2);
      VEDETTE_TRY(const bool comment, SkipComment());
      if (comment) continue;
      Emit(Kind::kOpen, "{{");
      VEDETTE_TRY_VOID(Action());
    }
    Emit(Kind::kEnd, "");
    return std::move(tokens_);
  }

 private:
  base::Error Fail(std::string_view message) const {
    return base::InvalidArgument(fmt::format("{}: {}", line_, message));
  }

  void Emit(Kind kind, std::string_view text) {
    tokens_.push_back({kind, std::string(text), {}, line_, spaced_});
    spaced_ = false;
  }

  void EmitText(size_t end, bool trims) {
    std::string_view text = text_.substr(at_, end - at_);
    const int line = line_;
    for (const char c : text) line_ += c == '\n' ? 1 : 0;
    if (trim_next_) {
      while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
    }
    if (trims) {
      while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
    }
    trim_next_ = false;
    if (text.empty()) return;
    tokens_.push_back({Kind::kText, std::string(text), {}, line, false});
  }

  // Whether "}}" or " -}}" begins at the current place; skips it.
  bool Close() {
    size_t i = at_;
    if (i < text_.size() && IsSpace(text_[i])) {
      while (i < text_.size() && IsSpace(text_[i])) ++i;
      if (text_.substr(i).starts_with("-}}")) {
        trim_next_ = true;
        SkipTo(i + 3);
        return true;
      }
    }
    if (!text_.substr(at_).starts_with("}}")) return false;
    at_ += 2;
    return true;
  }

  void SkipTo(size_t end) {
    for (; at_ < end; ++at_) line_ += text_[at_] == '\n' ? 1 : 0;
  }

  // Of the form {{/* */}}: nothing may stand beside it.
  base::Result<bool> SkipComment() {
    size_t i = at_;
    while (i < text_.size() && IsSpace(text_[i])) ++i;
    if (!text_.substr(i).starts_with("/*")) return false;
    const size_t end = text_.find("*/", i + 2);
    if (end == std::string_view::npos) return Fail("unclosed comment");
    SkipTo(end + 2);
    if (!Close()) return Fail("comment ends before closing delimiter");
    return true;
  }

  base::Result<> Action() {
    while (true) {
      if (Close()) break;
      if (at_ >= text_.size()) return Fail("unclosed action");
      if (IsSpace(text_[at_])) {
        spaced_ = true;
        SkipTo(at_ + 1);
        continue;
      }
      VEDETTE_TRY_VOID(Token());
    }
    Emit(Kind::kClose, "}}");
    return {};
  }

  base::Result<> Token() {
    const char c = text_[at_];
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == '"') return Quoted();
    if (c == '`') return Raw();
    if (c == '\'') return Character();
    if (IsDigit(c) || ((c == '+' || c == '-') && (IsDigit(next) || next == '.')) ||
        (c == '.' && IsDigit(next))) {
      return Number();
    }
    if (c == '.') {
      ++at_;
      const std::string_view name = Word();
      if (name.empty()) {
        Emit(Kind::kDot, ".");
      } else {
        Emit(Kind::kField, name);
      }
      return {};
    }
    if (c == '$') {
      ++at_;
      Emit(Kind::kVariable, Word());
      return {};
    }
    if (IsWord(c)) {
      Emit(Kind::kIdentifier, Word());
      return {};
    }
    if (c == ':' && next == '=') {
      at_ += 2;
      Emit(Kind::kSymbol, ":=");
      return {};
    }
    if (std::string_view("()|,=").find(c) != std::string_view::npos) {
      ++at_;
      Emit(Kind::kSymbol, std::string_view(&c, 1));
      return {};
    }
    return Fail(fmt::format("unexpected \"{}\" in command", c));
  }

  std::string_view Word() {
    const size_t begin = at_;
    while (at_ < text_.size() && IsWord(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  base::Result<> Number() {
    const size_t begin = at_++;
    while (at_ < text_.size() && (IsWord(text_[at_]) || text_[at_] == '.' ||
                                  ((text_[at_] == '+' || text_[at_] == '-') &&
                                   (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E')))) {
      ++at_;
    }
    std::string digits(text_.substr(begin, at_ - begin));
    const std::string shown = digits;
    std::erase(digits, '_');
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.erase(0, 1);
    const bool hex = digits.starts_with("0x") || digits.starts_with("0X");
    if (hex) digits.erase(0, 2);
    const char* const end = digits.data() + digits.size();
    int64_t whole = 0;
    auto [stop, error] = std::from_chars(digits.data(), end, whole, hex ? 16 : 10);
    if (error == std::errc() && stop == end) {
      return EmitConstant(shown, TemplateValue(negative ? -whole : whole));
    }
    double number = 0;
    auto [stop2, error2] = std::from_chars(
        digits.data(), end, number, hex ? std::chars_format::hex : std::chars_format::general);
    if (error2 != std::errc() || stop2 != end || !IsDigitOrDot(digits)) {
      return Fail(fmt::format("bad number syntax: \"{}\"", shown));
    }
    return EmitConstant(shown, TemplateValue(negative ? -number : number));
  }

  static bool IsDigitOrDot(std::string_view digits) {
    return !digits.empty() && (IsDigit(digits[0]) || digits[0] == '.');
  }

  base::Result<> EmitConstant(std::string_view text, TemplateValue value) {
    Emit(Kind::kConstant, text);
    tokens_.back().constant = std::move(value);
    return {};
  }

  base::Result<> Raw() {
    const size_t end = text_.find('`', at_ + 1);
    if (end == std::string_view::npos) return Fail("unterminated raw quoted string");
    const std::string_view text = text_.substr(at_ + 1, end - at_ - 1);
    base::Result<> done = EmitConstant(text, TemplateValue(text));
    SkipTo(end + 1);
    return done;
  }

  base::Result<> Quoted() {
    std::string text;
    ++at_;
    while (true) {
      if (at_ >= text_.size() || text_[at_] == '\n') return Fail("unterminated quoted string");
      if (text_[at_] == '"') break;
      VEDETTE_TRY_VOID(Character(text));
    }
    ++at_;
    return EmitConstant(text, TemplateValue(text));
  }

  base::Result<> Character() {
    std::string text;
    ++at_;
    if (at_ >= text_.size()) return Fail("unterminated character constant");
    const size_t begin = at_;
    VEDETTE_TRY_VOID(Character(text));
    while (at_ < text_.size() && (text_[at_] & 0xc0) == 0x80 && at_ - begin < 4) {
      text += text_[at_++];
    }
    if (at_ >= text_.size() || text_[at_] != '\'' || text.size() != 1) {
      return Fail("malformed character constant");
    }
    ++at_;
    return EmitConstant(text, TemplateValue(int64_t{static_cast<unsigned char>(text[0])}));
  }

  // One character of a quoted text, with Go's escapes.
  base::Result<> Character(std::string& out) {
    const char c = text_[at_++];
    if (c != '\\') {
      out += c;
      return {};
    }
    if (at_ >= text_.size()) return Fail("unterminated quoted string");
    const char escape = text_[at_++];
    constexpr std::string_view kNames = "abfnrtv\\\"'";
    constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\\"'";
    if (const size_t i = kNames.find(escape); i != std::string_view::npos) {
      out += kValues[i];
      return {};
    }
    const size_t digits = escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : 0;
    const std::string_view hex = text_.substr(at_, digits);
    uint32_t code = 0;
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
    if (digits == 0 || hex.size() != digits || error != std::errc() ||
        end != hex.data() + hex.size()) {
      return Fail("bad escape in a quoted string");
    }
    at_ += digits;
    if (escape == 'x') {
      out += static_cast<char>(code);
      return {};
    }
    VEDETTE_TRY(const std::string rune, TemplatePrintf("%c", {TemplateValue(int64_t{code})}));
    out += rune;
    return {};
  }

  const std::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
  bool spaced_ = false;
  bool trim_next_ = false;
  std::vector<TemplateToken> tokens_;
};

}  // namespace

base::Result<std::vector<TemplateToken>> LexTemplate(std::string_view text) {
  return Lexer(text).Run();
}

}  // namespace vedette::rules
