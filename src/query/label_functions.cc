#include "query/label_functions.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <re2/re2.h>
#include <utility>

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

base::Result<> CopyRow(const Block& input, size_t row, model::Labels labels, Block& result,
                       Budget& budget) {
  VEDETTE_TRY_VOID(budget.Work(input.width() + 500));
  VEDETTE_TRY(const std::span<double> out, result.AddRow(std::move(labels)));
  const auto cells = input.cells(row);
  std::copy(cells.begin(), cells.end(), out.begin());
  return {};
}

}  // namespace

base::Result<Block> ReplaceLabel(const Block& input, const LabelReplacement& replacement,
                                 Budget& budget) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  const re2::RE2 regex(re2::StringPiece(replacement.regex.data(), replacement.regex.size()),
                       options);
  if (!regex.ok()) {
    return base::FailedPrecondition(fmt::format(
        "invalid regular expression in label_replace(): {}: {}", replacement.regex, regex.error()));
  }
  if (replacement.destination.empty()) {
    return base::FailedPrecondition("invalid destination label name in label_replace(): ");
  }
  Expansion expansion(regex, replacement.replacement);
  Block result(budget, input.width());
  result.Reserve(input.rows());
  std::string value;
  for (size_t row = 0; row < input.rows(); ++row) {
    model::Labels labels = input.labels(row);
    if (expansion.Apply(labels.Get(replacement.source), value)) {
      model::LabelsBuilder builder(input.labels(row));
      builder.Set(replacement.destination, value);
      labels = builder.Build();
    }
    VEDETTE_TRY_VOID(CopyRow(input, row, std::move(labels), result, budget));
  }
  VEDETTE_TRY_VOID(RefuseEqualLabels(result));
  return result;
}

base::Result<Block> JoinLabels(const Block& input, std::string_view destination,
                               std::string_view separator,
                               const std::vector<std::string_view>& sources, Budget& budget) {
  if (destination.empty()) {
    return base::FailedPrecondition("invalid destination label name in label_join(): ");
  }
  for (const std::string_view source : sources) {
    if (source.empty()) {
      return base::FailedPrecondition("invalid source label name in label_join(): ");
    }
  }
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
    VEDETTE_TRY_VOID(CopyRow(input, row, builder.Build(), result, budget));
  }
  VEDETTE_TRY_VOID(RefuseEqualLabels(result));
  return result;
}

}  // namespace vedette::query
