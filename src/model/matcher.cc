#include "model/matcher.h"

#include <algorithm>
#include <fmt/core.h>
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
