#include "query/label_functions.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <re2/re2.h>
#include <utility>

#include "base/utf8.h"

namespace vedette::query {
namespace {

bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// A regular expression with a template for what it captured, in Go's syntax: $name takes as many
// letters, digits and underscores as there are; ${name} ends at the brace; $$ is a dollar; a
// group that does not exist is empty.
class Expansion {
 public:
  Expansion(const re2::RE2& regex, std::string_view text)
      : regex_(regex),
        text_(text),
        groups_(static_cast<size_t>(regex.NumberOfCapturingGroups()) + 1) {}

  // False when the value does not match.
  bool Apply(std::string_view value, std::string& out) {
    if (!regex_.Match(re2::StringPiece(value.data(), value.size()), 0, value.size(),
                      re2::RE2::ANCHOR_BOTH, groups_.data(), static_cast<int>(groups_.size()))) {
      return false;
    }
    out.clear();
    std::string_view rest = text_;
    while (!rest.empty()) {
      const size_t dollar = rest.find('$');
      out += rest.substr(0, dollar);
      if (dollar == std::string_view::npos) break;
      rest.remove_prefix(dollar + 1);
      Reference(rest, out);
    }
    return true;
  }

 private:
  void Reference(std::string_view& rest, std::string& out) const {
    if (!rest.empty() && rest.front() == '$') {
      out += '$';
      rest.remove_prefix(1);
      return;
    }
    const bool braces = !rest.empty() && rest.front() == '{';
    const size_t begin = braces ? 1 : 0;
    size_t end = begin;
    while (end < rest.size() && IsNameChar(rest[end])) ++end;
    const bool closed = !braces || (end < rest.size() && rest[end] == '}');
    if (end == begin || !closed) {
      out += '$';  // no reference after all
      return;
    }
    AppendGroup(rest.substr(begin, end - begin), out);
    rest.remove_prefix(braces ? end + 1 : end);
  }

  void AppendGroup(std::string_view name, std::string& out) const {
    size_t index = groups_.size();
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
    if (error != std::errc() || end != name.data() + name.size()) {
      const auto& named = regex_.NamedCapturingGroups();
      const auto found = named.find(std::string(name));
      index = found == named.end() ? groups_.size() : static_cast<size_t>(found->second);
    }
    if (index < groups_.size()) out.append(groups_[index].data(), groups_[index].size());
  }

  const re2::RE2& regex_;
  std::string_view text_;
  std::vector<re2::StringPiece> groups_;
};

base::Result<> CheckLabel(std::string_view name, std::string_view role, std::string_view function) {
  if (!name.empty() && base::IsValidUtf8(name)) return {};
  return base::FailedPrecondition(
      fmt::format("invalid {} label name in {}(): {}", role, function, name));
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The digits at the front, without leading zeros; removes them.
std::string_view TakeNumber(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && IsDigit(text[end])) ++end;
  std::string_view number = text.substr(0, end);
  text.remove_prefix(end);
  while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
  return number;
}

}  // namespace

bool NaturallyLess(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (IsDigit(a.front()) && IsDigit(b.front())) {
      const std::string_view x = TakeNumber(a);
      const std::string_view y = TakeNumber(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      continue;
    }
    if (a.front() != b.front()) {
      return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front());
    }
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() < b.size();
}

base::Result<Block> ReplaceLabel(const Block& input, const LabelReplacement& replacement,
                                 Budget& budget) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  const re2::RE2 regex(re2::StringPiece(replacement.regex.data(), replacement.regex.size()),
                       options);
  if (!regex.ok()) {
    return base::FailedPrecondition(
        fmt::format("invalid regular expression in label_replace(): {}", replacement.regex));
  }
  VEDETTE_TRY_VOID(CheckLabel(replacement.destination, "destination", "label_replace"));
  Expansion expansion(regex, replacement.replacement);
  Block result(budget, input.width());
  result.Reserve(input.rows());
  std::string value;
  for (size_t row = 0; row < input.rows(); ++row) {
    VEDETTE_TRY_VOID(budget.Work(input.width() + 500));
    model::Labels labels = input.labels(row);
    const bool matches = expansion.Apply(labels.Get(replacement.source), value);
    if (matches) {
      model::LabelsBuilder builder(input.labels(row));
      builder.Set(replacement.destination, value);
      labels = builder.Build();
    }
    VEDETTE_TRY_VOID(result.AddRowOf(input, row, std::move(labels)));
    if (matches && replacement.destination == model::kMetricName) {
      result.SetDropsName(result.rows() - 1, false);
    }
  }
  return MergeEqualLabels(std::move(result), budget);
}

base::Result<Block> JoinLabels(const Block& input, std::string_view destination,
                               std::string_view separator,
                               const std::vector<std::string_view>& sources, Budget& budget) {
  for (const std::string_view source : sources) {
    VEDETTE_TRY_VOID(CheckLabel(source, "source", "label_join"));
  }
  VEDETTE_TRY_VOID(CheckLabel(destination, "destination", "label_join"));
  Block result(budget, input.width());
  result.Reserve(input.rows());
  std::string value;
  for (size_t row = 0; row < input.rows(); ++row) {
    const model::Labels& labels = input.labels(row);
    value.clear();
    for (size_t i = 0; i < sources.size(); ++i) {
      if (i > 0) value += separator;
      value += labels.Get(sources[i]);
    }
    model::LabelsBuilder builder(labels);
    builder.Set(destination, value);
    VEDETTE_TRY_VOID(budget.Work(input.width() + 500));
    VEDETTE_TRY_VOID(result.AddRowOf(input, row, builder.Build()));
    if (destination == model::kMetricName) result.SetDropsName(result.rows() - 1, false);
  }
  return MergeEqualLabels(std::move(result), budget);
}

}  // namespace vedette::query
