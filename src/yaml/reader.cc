#include "yaml/reader.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <utility>
#include <yaml-cpp/yaml.h>

#include "base/duration.h"
#include "base/utf8.h"
#include "yaml/expansion.h"
#include "yaml/limits.h"

namespace vedette::yaml {
namespace {

constexpr size_t kValuesMax = 1'000'000;  // with every alias written out

// Levenshtein's distance, for "did you mean".
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replace});
    }
  }
  return row[b.size()];
}

std::string Suggest(std::string_view key, const std::set<std::string, std::less<>>& known) {
  std::string best;
  size_t best_distance = 3;  // farther is another word
  for (const std::string& candidate : known) {
    const size_t distance = EditDistance(key, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  if (!best.empty()) return fmt::format("did you mean {}?", best);
  std::string all;
  for (const std::string& candidate : known) all += (all.empty() ? "" : ", ") + candidate;
  return all.empty() ? std::string() : "known here: " + all;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The first place that is not UTF-8.
std::optional<Diagnostic> NotUtf8(std::string_view text) {
  if (base::IsValidUtf8(text)) return std::nullopt;
  Diagnostic problem{
      .line = 1, .column = 1, .message = "the file is not valid UTF-8 here", .hint = {}};
  while (const size_t length = base::Utf8SequenceLength(text)) {
    const bool line_ends = text[0] == '\n';
    problem.line += line_ends ? 1 : 0;
    problem.column = line_ends ? 1 : problem.column + 1;
    text.remove_prefix(length);
  }
  return problem;
}

// The value at a path below a node: "name", "names[2]", "receivers[1].name"; where there is none,
// the last one on the way to it.
YAML::Node Below(const YAML::Node& node, std::string_view path) {
  const bool item = path.starts_with('[');
  const size_t end = std::min(path.find_first_of(item ? "]" : ".["), path.size());
  const std::string_view step = path.substr(0, end).substr(item ? 1 : 0);
  const size_t index = item ? ParseNumber<size_t>(step).value_or(node.size()) : 0;
  if (path.empty() || (item ? !node.IsSequence() || index >= node.size() : !node.IsMap())) {
    return node;
  }
  const YAML::Node child = item ? node[index] : node[std::string(step)];
  if (!child.IsDefined()) return node;
  std::string_view rest = path.substr(std::min(end + (item ? 1 : 0), path.size()));
  if (rest.starts_with('.')) rest.remove_prefix(1);
  return Below(child, rest);
}

// Nothing, and a problem, when the text is no YAML or exceeds a limit.
std::optional<YAML::Node> LoadYaml(std::string_view text, std::vector<Diagnostic>& problems) {
  if (text.size() > kDocumentBytesMax) {
    problems.push_back({0, 0, fmt::format("larger than {} bytes", kDocumentBytesMax), {}});
    return std::nullopt;
  }
  if (std::optional<Diagnostic> problem = NotUtf8(text)) {
    problems.push_back(*std::move(problem));
    return std::nullopt;
  }
  try {
    const std::string copy(text);
    const Extent extent = ExtentOf(copy, kValuesMax);
    if (extent.values > kValuesMax) {
      problems.push_back(
          {0, 0, fmt::format("aliases unfold to more than {} values", kValuesMax), {}});
      return std::nullopt;
    }
    if (const auto& second = extent.second) {
      problems.push_back({second->line + 1, second->column + 1,
                          "a second document begins here, and only one is read",
                          "remove the line ---"});
      return std::nullopt;
    }
    return YAML::Load(copy);
  } catch (const YAML::Exception& error) {
    problems.push_back({error.mark.line + 1, error.mark.column + 1, error.msg,
                        "check the indentation and the quotes near this place"});
    return std::nullopt;
  }
}

}  // namespace

std::string Diagnostic::ToString(std::string_view file) const {
  std::string out = line > 0 ? fmt::format("{}:{}:{}: {}", file, line, column, message)
                             : fmt::format("{}: {}", file, message);
  if (!hint.empty()) out += " (" + hint + ")";
  return out;
}

base::Result<std::string> ExpandEnvironment(std::string_view text,
                                            const EnvironmentLookup& environment) {
  std::string out;
  size_t i = 0;
  while (i < text.size()) {
    if (text[i] != '$' || i + 1 == text.size()) {
      out += text[i++];
    } else if (text[i + 1] == '$') {
      out += '$';
      i += 2;
    } else if (text[i + 1] == '{') {
      const size_t close = text.find('}', i);
      if (close == std::string_view::npos) return base::InvalidArgument("${ without a }");
      std::string_view name = text.substr(i + 2, close - i - 2);
      std::optional<std::string> fallback;
      if (const size_t dash = name.find(":-"); dash != std::string_view::npos) {
        fallback = std::string(name.substr(dash + 2));
        name = name.substr(0, dash);
      }
      std::optional<std::string> value = environment(name);
      if (!value) value = std::move(fallback);
      if (!value) {
        return base::InvalidArgument(fmt::format(
            "the environment has no {}: set it, or write ${{{}:-default}}", name, name));
      }
      out += *value;
      i = close + 1;
    } else {
      out += text[i++];
    }
  }
  return out;
}

YamlReader::YamlReader(const YamlReader& other) = default;

YamlReader::YamlReader(const YAML::Node& node, std::string path,
                       const EnvironmentLookup& environment, std::vector<Diagnostic>& problems)
    : node_(node),
      path_(std::move(path)),
      environment_(environment),
      problems_(problems),
      mark_(node_.Mark()) {
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
    if (!seen.insert(key).second) Report(entry.first, PathOf(key), "stands here twice");
  }
  if (std::optional<YAML::Node> merged = Merged(node_)) node_.reset(*merged);
}

std::string YamlReader::PathOf(std::string_view key) const {
  if (path_.empty()) return std::string(key);
  return key.empty() ? path_ : fmt::format("{}.{}", path_, key);
}

void YamlReader::Report(const YAML::Node& node, const std::string& path, std::string message,
                        std::string hint) {
  const YAML::Mark mark = node.Mark().is_null() ? mark_ : node.Mark();
  problems_.push_back({mark.line + 1, mark.column + 1,
                       path.empty() ? std::move(message) : path + ": " + message, std::move(hint)});
}

void YamlReader::Problem(std::string_view key, std::string message, std::string hint) {
  const YAML::Node& constant = node_;
  const YAML::Node child = constant[std::string(key)];  // which may have dots in its name
  Report(child.IsDefined() ? child : Below(node_, key), PathOf(key), std::move(message),
         std::move(hint));
}

std::optional<YAML::Node> YamlReader::Take(std::string_view key) {
  known_.insert(std::string(key));
  const YAML::Node& constant = node_;  // reading must not add the key
  YAML::Node child = constant[std::string(key)];
  if (!child.IsDefined() || child.IsNull()) return std::nullopt;
  return child;
}

std::optional<std::string> YamlReader::Scalar(const YAML::Node& node, const std::string& path) {
  if (!node.IsScalar()) {
    Report(node, path, "must be a single value");
    return std::nullopt;
  }
  if (!environment_) return node.Scalar();
  base::Result<std::string> text = ExpandEnvironment(node.Scalar(), environment_);
  if (!text.ok()) {
    Report(node, path, text.error().message);
    return std::nullopt;
  }
  return *std::move(text);
}

std::optional<std::string> YamlReader::TakeScalar(std::string_view key) {
  const std::optional<YAML::Node> child = Take(key);
  return child ? Scalar(*child, PathOf(key)) : std::nullopt;
}

bool YamlReader::Read(std::string_view key, std::string& out) {
  std::optional<std::string> text = TakeScalar(key);
  if (!text) return false;
  out = *std::move(text);
  return true;
}

bool YamlReader::ReadVerbatim(std::string_view key, std::string& out) {
  const std::optional<YAML::Node> child = Take(key);
  if (!child) return false;
  if (!child->IsScalar()) {
    Problem(key, "must be a single value");
    return false;
  }
  out = child->Scalar();
  return true;
}

bool YamlReader::Read(std::string_view key, bool& out) {
  const std::optional<std::string> text = TakeScalar(key);
  if (!text) return false;
  if (*text != "true" && *text != "false") {
    Problem(key, fmt::format("\"{}\" is no boolean", *text), "write true or false");
    return false;
  }
  out = *text == "true";
  return true;
}

bool YamlReader::Read(std::string_view key, double& out, double low, double high) {
  const std::optional<std::string> text = TakeScalar(key);
  if (!text) return false;
  const std::optional<double> number = ParseNumber<double>(*text);
  if (!number || !(*number >= low && *number <= high)) {
    Problem(key, fmt::format("\"{}\" is no number from {} to {}", *text, low, high));
    return false;
  }
  out = *number;
  return true;
}

bool YamlReader::Read(std::string_view key, int64_t& out, int64_t low, int64_t high) {
  const std::optional<std::string> text = TakeScalar(key);
  if (!text) return false;
  const std::optional<int64_t> number = ParseNumber<int64_t>(*text);
  if (!number || *number < low || *number > high) {
    Problem(key, fmt::format("\"{}\" is no whole number from {} to {}", *text, low, high));
    return false;
  }
  out = *number;
  return true;
}

bool YamlReader::Read(std::string_view key, base::Duration& out) {
  const std::optional<std::string> text = TakeScalar(key);
  if (!text) return false;
  const base::Result<base::Duration> duration = base::ParseDuration(*text);
  if (!duration.ok()) {
    Problem(key, duration.error().message);
    return false;
  }
  out = *duration;
  return true;
}

bool YamlReader::Read(std::string_view key, std::vector<std::string>& out) {
  const std::optional<YAML::Node> list = Take(key);
  if (!list) return false;
  if (!list->IsSequence()) {
    Report(*list, PathOf(key), "must be a list");
    return false;
  }
  std::vector<std::string> texts;
  for (size_t i = 0; i < list->size(); ++i) {
    std::optional<std::string> text = Scalar((*list)[i], fmt::format("{}[{}]", PathOf(key), i));
    if (!text) return false;
    texts.push_back(*std::move(text));
  }
  out = std::move(texts);
  return true;
}

bool YamlReader::ReadChoice(std::string_view key, const std::vector<std::string>& names,
                            size_t& out) {
  const std::optional<std::string> text = TakeScalar(key);
  if (!text) return false;
  const auto found = std::find(names.begin(), names.end(), *text);
  if (found == names.end()) {
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    Problem(key, fmt::format("\"{}\" is not one of: {}", *text, all));
    return false;
  }
  out = static_cast<size_t>(found - names.begin());
  return true;
}

bool YamlReader::ReadSection(std::string_view key, const std::function<void(YamlReader&)>& body) {
  const std::optional<YAML::Node> section = Take(key);
  if (!section) return false;
  if (!section->IsMap()) {
    Report(*section, PathOf(key), "must be a mapping of keys to values");
    return false;
  }
  YamlReader reader(*section, PathOf(key), environment_, problems_);
  body(reader);
  reader.Finish();
  return true;
}

bool YamlReader::ReadList(std::string_view key, const std::function<void(YamlReader&)>& body) {
  const std::optional<YAML::Node> list = Take(key);
  if (!list) return false;
  if (!list->IsSequence()) {
    Report(*list, PathOf(key), "must be a list");
    return false;
  }
  for (size_t i = 0; i < list->size(); ++i) {
    const YAML::Node item = (*list)[i];
    const std::string path = fmt::format("{}[{}]", PathOf(key), i);
    if (!item.IsMap()) {
      Report(item, path, "must be a mapping of keys to values");
      continue;
    }
    YamlReader reader(item, path, environment_, problems_);
    body(reader);
    reader.Finish();
  }
  return true;
}

bool YamlReader::ReadTexts(
    std::string_view key, const std::function<void(const std::string&, const std::string&)>& body) {
  const std::optional<YAML::Node> map = Take(key);
  if (!map) return false;
  const std::optional<YAML::Node> merged = Merged(*map);
  if (!map->IsMap() || !merged) {
    Report(*map, PathOf(key), "must be a mapping of names to values");
    return false;
  }
  for (const auto& entry : *merged) {
    const std::string name = entry.first.Scalar();
    const std::optional<std::string> text =
        entry.second.IsNull() ? std::string()
                              : Scalar(entry.second, fmt::format("{}.{}", PathOf(key), name));
    if (text) body(name, *text);
  }
  return true;
}

int YamlReader::line() const { return mark_.line + 1; }

std::vector<std::string> YamlReader::Keys() const {
  std::vector<std::string> keys;
  for (const auto& entry : node_) {
    if (entry.first.IsScalar()) keys.push_back(entry.first.Scalar());
  }
  return keys;
}

void YamlReader::Finish() {
  for (const auto& entry : node_) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
    if (!known_.contains(key))
      Report(entry.first, PathOf(key), "unknown key", Suggest(key, known_));
  }
}

void ReadYaml(std::string_view text, const EnvironmentLookup& environment,
              std::vector<Diagnostic>& problems, const std::function<void(YamlReader&)>& body) {
  const std::optional<YAML::Node> root = LoadYaml(text, problems);
  if (!root) return;
  if (root->IsDefined() && !root->IsNull() && !root->IsMap()) {
    problems.push_back({1, 1, "the file must be a mapping of keys to values", {}});
    return;
  }
  const YAML::Node map = root->IsMap() ? *root : YAML::Node(YAML::NodeType::Map);
  YamlReader reader(map, "", environment, problems);
  body(reader);
  reader.Finish();
}

void ReadYamlList(std::string_view text, const EnvironmentLookup& environment,
                  std::vector<Diagnostic>& problems, const std::function<void(YamlReader&)>& body) {
  const std::optional<YAML::Node> root = LoadYaml(text, problems);
  if (!root || !root->IsDefined() || root->IsNull()) return;
  if (!root->IsSequence()) {
    problems.push_back({1, 1, "the file must be a list", {}});
    return;
  }
  for (size_t i = 0; i < root->size(); ++i) {
    const YAML::Node item = (*root)[i];
    if (!item.IsMap()) {
      problems.push_back({item.Mark().line + 1,
                          item.Mark().column + 1,
                          "must be a mapping of keys to values",
                          {}});
      continue;
    }
    YamlReader reader(item, fmt::format("[{}]", i), environment, problems);
    body(reader);
    reader.Finish();
  }
}

}  // namespace vedette::yaml
