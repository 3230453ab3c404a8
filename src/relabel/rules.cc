#include "relabel/rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/core.h>
#include <optional>
#include <re2/re2.h>
#include <span>
#include <utility>

#include "base/digest.h"
#include "base/utf8.h"

namespace vedette::relabel {
namespace {

constexpr int64_t kRegexMemoryMax = 4 << 20;
constexpr size_t kStepsMax = 1000;
constexpr int kGroupsMax = 32;

// A text with references to groups of a regular expression, as Go's Regexp.Expand reads it: $1 or
// $name take the longest name, ${1} and ${name} end at the brace, $$ is a dollar sign, a $ that
// begins none of these stays, and a group that does not exist is empty.
struct Template {
  struct Part {
    std::string text;
    int group = -1;  // of `text` alone when negative
  };
  std::vector<Part> parts;
  bool has_groups = false;
};

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The name after a dollar sign, and how many bytes the reference has after it.
std::optional<std::pair<std::string_view, size_t>> ReadReference(std::string_view rest) {
  const bool braces = rest.starts_with('{');
  if (braces) rest.remove_prefix(1);
  size_t size = 0;
  while (size < rest.size() && IsWord(rest[size])) ++size;
  if (size == 0 || (braces && (size == rest.size() || rest[size] != '}'))) return std::nullopt;
  return std::pair(rest.substr(0, size), size + (braces ? 2 : 0));
}

int GroupOf(std::string_view name, const RE2& regex) {
  const bool number = std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
  const int groups = regex.NumberOfCapturingGroups();
  if (number) {
    int group = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), group);
    return parsed.ec == std::errc() && group <= groups ? group : kGroupsMax;
  }
  const auto found = regex.NamedCapturingGroups().find(std::string(name));
  return found == regex.NamedCapturingGroups().end() ? kGroupsMax : found->second;
}

Template ReadTemplate(std::string_view text, const RE2& regex) {
  Template result;
  std::string plain;
  const auto flush = [&] {
    if (!plain.empty()) result.parts.push_back({std::exchange(plain, {}), -1});
  };
  while (!text.empty()) {
    const char c = text[0];
    text.remove_prefix(1);
    if (c != '$') {
      plain += c;
    } else if (text.starts_with('$')) {
      plain += '$';
      text.remove_prefix(1);
    } else if (const auto reference = ReadReference(text)) {
      flush();
      result.parts.push_back({{}, GroupOf(reference->first, regex)});
      result.has_groups = true;
      text.remove_prefix(reference->second);
    } else {
      plain += c;
    }
  }
  flush();
  return result;
}

using Groups = std::array<re2::StringPiece, kGroupsMax>;

std::string Expand(const Template& text, const Groups& groups) {
  std::string out;
  for (const Template::Part& part : text.parts) {
    if (part.group < 0) {
      out += part.text;
    } else if (part.group < kGroupsMax) {
      const re2::StringPiece& group = groups[static_cast<size_t>(part.group)];
      if (group.data() != nullptr) out.append(group.data(), group.size());
    }
  }
  return out;
}

std::string_view Get(const model::LabelsBuilder& labels, std::string_view name) {
  for (const model::Label& label : labels.labels()) {
    if (label.name == name) return label.value;
  }
  return {};
}

std::string_view Keep(std::string text, Texts& texts) {
  return texts.emplace_back(std::move(text));
}

void ChangeCase(std::string& text, char first, char last, int shift) {
  for (char& c : text) {
    if (c >= first && c <= last) c = static_cast<char>(c + shift);
  }
}

base::Result<std::shared_ptr<const RE2>> CompileRegex(const std::string& text) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexMemoryMax);
  options.set_dot_nl(true);
  auto regex = std::make_shared<const RE2>(text, options);
  if (!regex->ok()) {
    return base::InvalidArgument(fmt::format("regex \"{}\": {}", text, regex->error()), "regex");
  }
  if (regex->NumberOfCapturingGroups() >= kGroupsMax) {
    return base::InvalidArgument(fmt::format("regex has more than {} groups", kGroupsMax - 1),
                                 "regex");
  }
  return regex;
}

}  // namespace

struct Rules::Step {
  Config config;
  std::shared_ptr<const RE2> regex;
  Template target;
  Template replacement;

  static base::Result<Step> Compile(const Config& config) {
    VEDETTE_TRY_VOID(config.Validate());
    Step step;
    step.config = config;
    VEDETTE_TRY(step.regex, CompileRegex(config.regex));
    step.target = ReadTemplate(config.target_label, *step.regex);
    step.replacement = ReadTemplate(config.replacement, *step.regex);
    return step;
  }

  bool Matches(std::string_view text) const {
    return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *regex);
  }
  bool Match(std::string_view text, Groups& groups) const {
    return regex->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(),
                        RE2::ANCHOR_BOTH, groups.data(), regex->NumberOfCapturingGroups() + 1);
  }

  bool Run(model::LabelsBuilder& labels, Texts& texts) const;
  void Replace(std::string_view value, model::LabelsBuilder& labels, Texts& texts) const;
  void MapNames(model::LabelsBuilder& labels, Texts& texts) const;
  void SelectNames(model::LabelsBuilder& labels) const;
  void HashMod(std::string_view value, model::LabelsBuilder& labels, Texts& texts) const;
};

void Rules::Step::Replace(std::string_view value, model::LabelsBuilder& labels,
                          Texts& texts) const {
  Groups groups;
  if (!Match(value, groups)) return;
  std::string name = Expand(target, groups);
  if (name.empty() || !base::IsValidUtf8(name)) return;
  std::string text = Expand(replacement, groups);
  const std::string_view kept = Keep(std::move(name), texts);
  labels.Set(kept, Keep(std::move(text), texts));
}

void Rules::Step::MapNames(model::LabelsBuilder& labels, Texts& texts) const {
  const std::vector<model::Label> before = labels.labels();
  for (const model::Label& label : before) {
    Groups groups;
    if (label.value.empty() || !Match(label.name, groups)) continue;
    std::string name = Expand(replacement, groups);
    if (!name.empty()) labels.Set(Keep(std::move(name), texts), label.value);
  }
}

void Rules::Step::SelectNames(model::LabelsBuilder& labels) const {
  const bool drop = config.action == Action::kLabelDrop;
  const std::vector<model::Label> before = labels.labels();
  for (const model::Label& label : before) {
    if (Matches(label.name) == drop) labels.Remove(label.name);
  }
}

void Rules::Step::HashMod(std::string_view value, model::LabelsBuilder& labels,
                          Texts& texts) const {
  const std::string digest = base::Md5(value);
  uint64_t low = 0;  // the last eight bytes, as Prometheus takes them
  for (const char c : std::string_view(digest).substr(8)) {
    low = low << 8 | static_cast<unsigned char>(c);
  }
  labels.Set(config.target_label, Keep(fmt::format("{}", low % config.modulus), texts));
}

bool Rules::Step::Run(model::LabelsBuilder& labels, Texts& texts) const {
  std::string joined;
  for (size_t i = 0; i < config.source_labels.size(); ++i) {
    if (i > 0) joined += config.separator;
    joined += Get(labels, config.source_labels[i]);
  }
  switch (config.action) {
    case Action::kReplace: Replace(Keep(std::move(joined), texts), labels, texts); break;
    case Action::kKeep: return Matches(joined);
    case Action::kDrop: return !Matches(joined);
    case Action::kKeepEqual: return Get(labels, config.target_label) == joined;
    case Action::kDropEqual: return Get(labels, config.target_label) != joined;
    case Action::kHashMod: HashMod(joined, labels, texts); break;
    case Action::kLabelMap: MapNames(labels, texts); break;
    case Action::kLabelDrop:
    case Action::kLabelKeep: SelectNames(labels); break;
    case Action::kLowercase:
      ChangeCase(joined, 'A', 'Z', 'a' - 'A');
      labels.Set(config.target_label, Keep(std::move(joined), texts));
      break;
    case Action::kUppercase:
      ChangeCase(joined, 'a', 'z', 'A' - 'a');
      labels.Set(config.target_label, Keep(std::move(joined), texts));
      break;
  }
  return true;
}

base::Result<Rules> Rules::Compile(const std::vector<Config>& configs) {
  Rules rules;
  if (configs.empty()) return rules;
  if (configs.size() > kStepsMax) {
    return base::InvalidArgument(fmt::format("more than {} steps of relabelling", kStepsMax));
  }
  std::vector<Step> steps;
  for (const Config& config : configs) {
    base::Result<Step> step = Step::Compile(config);
    if (!step.ok()) return step.error().With(fmt::format("step {}", steps.size() + 1));
    steps.push_back(*std::move(step));
  }
  rules.steps_ = std::make_shared<const std::vector<Step>>(std::move(steps));
  return rules;
}

bool Apply(const Rules& rules, model::LabelsBuilder& labels, Texts& texts) {
  if (rules.steps_ == nullptr) return true;
  return std::ranges::all_of(*rules.steps_,
                             [&](const Rules::Step& step) { return step.Run(labels, texts); });
}

}  // namespace vedette::relabel
