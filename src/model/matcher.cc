#include "model/matcher.h"

#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <re2/re2.h>
#include <utility>

namespace vedette::model {
namespace {

constexpr int64_t kRegexMemoryMax = 4 << 20;  // bounds what a hostile expression may compile to
constexpr size_t kRegexBytesMax = 16 << 10;

std::string_view OpText(MatchOp op) {
  switch (op) {
    case MatchOp::kEqual: return "=";
    case MatchOp::kNotEqual: return "!=";
    case MatchOp::kRegex: return "=~";
    case MatchOp::kNotRegex: return "!~";
  }
  return "=";
}

// The members of a plain alternation a|b|c; empty when the expression is more than that.
std::vector<std::string> SplitAlternatives(std::string_view regex) {
  if (regex.find_first_of("\\.+*?()[]{}^$") != std::string_view::npos) return {};
  std::vector<std::string> parts;
  size_t start = 0;
  while (true) {
    const size_t bar = regex.find('|', start);
    parts.emplace_back(regex.substr(start, bar - start));
    if (bar == std::string_view::npos) return parts;
    start = bar + 1;
  }
}

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The text in quotes at the front, which goes away; nothing when it has no end.
std::optional<std::string> TakeQuoted(std::string_view& text) {
  std::string value;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return value;
    }
    if (text[i] == '\\' && ++i < text.size()) {
      value += text[i] == 'n' ? '\n' : text[i];
    } else if (i < text.size()) {
      value += text[i];
    }
  }
  return std::nullopt;
}

// Where the first of several matchers ends: at a comma outside of quotes, or at the end.
size_t EndOfFirst(std::string_view text) {
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == ',' && !quoted) {
      return i;
    }
  }
  return text.size();
}

}  // namespace

base::Result<Matcher> Matcher::Create(std::string name, MatchOp op, std::string value) {
  Matcher matcher;
  matcher.name_ = std::move(name);
  matcher.op_ = op;
  matcher.value_ = std::move(value);
  if (op == MatchOp::kEqual || op == MatchOp::kNotEqual) return matcher;

  if (matcher.value_.size() > kRegexBytesMax) {
    return base::InvalidArgument(
        fmt::format("the regular expression for label {} is longer than {} bytes", matcher.name_,
                    kRegexBytesMax),
        matcher.name_);
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexMemoryMax);
  options.set_dot_nl(true);  // as Prometheus 3: a value with a newline still matches .*
  auto regex = std::make_shared<const RE2>(matcher.value_, options);
  if (!regex->ok()) {
    return base::InvalidArgument(fmt::format("bad regular expression \"{}\" for label {}: {}",
                                             matcher.value_, matcher.name_, regex->error()),
                                 matcher.name_);
  }
  matcher.regex_ = std::move(regex);
  matcher.alternatives_ = SplitAlternatives(matcher.value_);
  return matcher;
}

base::Result<Matcher> Matcher::Parse(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return base::InvalidArgument(fmt::format(
        "\"{}\" is no matcher ({}): write for instance service=\"payment\" or severity=~\"a|b\"",
        text, why));
  };
  std::string_view rest = Trimmed(text);
  std::string name;
  if (rest.starts_with('"')) {  // a name of any characters
    name = TakeQuoted(rest).value_or("");
    rest = Trimmed(rest);
  } else {
    const size_t at = rest.find_first_of("=!");
    if (at == std::string_view::npos) return bad("no = in it");
    name = Trimmed(rest.substr(0, at));
    if (name.find_first_of(" \"{}") != std::string::npos) name.clear();
    rest.remove_prefix(at);
  }
  if (name.empty()) return bad("no label");
  MatchOp op = MatchOp::kEqual;
  size_t op_bytes = 2;
  if (rest.starts_with("=~")) {
    op = MatchOp::kRegex;
  } else if (rest.starts_with("!~")) {
    op = MatchOp::kNotRegex;
  } else if (rest.starts_with("!=")) {
    op = MatchOp::kNotEqual;
  } else if (rest.starts_with("=")) {
    op_bytes = 1;
  } else {
    return bad("no operator after the label");
  }
  std::string_view written = Trimmed(rest.substr(op_bytes));
  if (!written.starts_with('"')) {
    if (written.find_first_of("\",") != std::string_view::npos) return bad("quote the value");
    return Create(std::move(name), op, std::string(written));
  }
  std::optional<std::string> value = TakeQuoted(written);
  if (!value) return bad("the value has no end");
  if (!written.empty()) return bad("text after the value");
  return Create(std::move(name), op, *std::move(value));
}

base::Result<std::vector<Matcher>> Matcher::ParseList(std::string_view text) {
  std::string_view rest = Trimmed(text);
  if (rest.starts_with('{') && rest.ends_with('}')) rest = rest.substr(1, rest.size() - 2);
  std::vector<Matcher> matchers;
  while (!Trimmed(rest).empty()) {
    const size_t end = EndOfFirst(rest);
    VEDETTE_TRY(Matcher matcher, Parse(rest.substr(0, end)));
    matchers.push_back(std::move(matcher));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return matchers;
}

bool Matcher::Matches(std::string_view value) const {
  switch (op_) {
    case MatchOp::kEqual: return value == value_;
    case MatchOp::kNotEqual: return value != value_;
    case MatchOp::kRegex:
    case MatchOp::kNotRegex: break;
  }
  const bool matches =
      alternatives_.empty()
          ? RE2::FullMatch(re2::StringPiece(value.data(), value.size()), *regex_)
          : std::find(alternatives_.begin(), alternatives_.end(), value) != alternatives_.end();
  return matches == (op_ == MatchOp::kRegex);
}

std::string Matcher::ToString() const {
  std::string out = name_;
  out += OpText(op_);
  out += '"';
  for (const char c : value_) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  out += '"';
  return out;
}

bool MatchesAll(const std::vector<Matcher>& matchers, LabelsView labels) {
  return std::all_of(matchers.begin(), matchers.end(),
                     [&](const Matcher& matcher) { return matcher.Matches(labels); });
}

}  // namespace vedette::model
