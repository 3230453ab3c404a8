#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <tuple>
#include <utility>

#include "base/files.h"
#include "base/utf8.h"
#include "query/parser.h"
#include "rules/comparison.h"
#include "rules/file_pattern.h"
#include "rules/record_rule.h"
#include "rules/rule.h"
#include "rules/section.h"
#include "rules/slo.h"
#include "rules/template.h"
#include "yaml/limits.h"

namespace vedette::rules {
namespace {

constexpr size_t kFilesMax = 10'000;

// Reads one group; keeps what names the place of a problem.
class GroupReader {
 public:
  GroupReader(std::string file, std::vector<yaml::Diagnostic>& warnings) : warnings_(warnings) {
    group_.file = std::move(file);
  }

  RuleGroup Read(yaml::YamlReader& reader) {
    reader.Read("name", group_.name);
    if (group_.name.empty()) reader.Problem("name", "Groupname must not be empty");
    const std::optional<base::Duration> interval = ReadOptionalDuration(reader, "interval");
    if (interval && interval->count() > 0) group_.interval = interval;
    group_.query_offset = ReadOptionalDuration(reader, "query_offset");
    reader.Read("limit", group_.limit, 0, INT64_MAX);
    Texts labels;
    ReadSorted(reader, "labels", labels);
    CheckLabels(reader, labels, fmt::format("group \"{}\"", group_.name));
    reader.ReadList("rules", [&](yaml::YamlReader& r) {
      ++number_;
      group_.rules.push_back(ReadRule(r, labels));
    });
    WarnOfDuplicates();
    return std::move(group_);
  }

 private:
  std::string Where(const Rule& rule) const {
    return fmt::format("group \"{}\", rule {}, \"{}\"", group_.name, number_, rule.name);
  }

  Rule ReadRule(yaml::YamlReader& reader, const Texts& group_labels) {
    Rule rule;
    std::string record;
    reader.Read("record", record);
    reader.Read("alert", rule.name);
    rule.alerting = !rule.name.empty();
    if (rule.alerting && !record.empty()) {
      reader.Problem("record", Where(rule) + ": only one of 'record' and 'alert' must be set");
    }
    if (!rule.alerting) rule.name = record;
    if (rule.name.empty()) {
      reader.Problem("", Where(rule) + ": one of 'record' or 'alert' must be set");
    }
    rule.line = reader.line();
    reader.Read("expr", rule.expr);
    CheckExpr(reader, rule);
    ReadDuration(reader, "for", rule.for_duration);
    ReadDuration(reader, "keep_firing_for", rule.keep_firing_for);
    ReadSorted(reader, "labels", rule.labels);
    ReadSorted(reader, "annotations", rule.annotations);
    CheckLabels(reader, rule.labels, Where(rule));
    for (const auto& [name, value] : rule.annotations) {
      if (name.empty() || !base::IsValidUtf8(name)) {
        reader.Problem("annotations",
                       fmt::format("{}: invalid annotation name: \"{}\"", Where(rule), name));
      }
    }
    if (rule.alerting) {
      CheckTemplates(reader, rule);
    } else {
      CheckRecording(reader, rule);
    }
    for (const auto& label : group_labels) {  // those of the rule win
      const auto same = [&](const auto& own) { return own.first == label.first; };
      if (std::none_of(rule.labels.begin(), rule.labels.end(), same)) rule.labels.push_back(label);
    }
    std::sort(rule.labels.begin(), rule.labels.end());
    return rule;
  }

  void CheckExpr(yaml::YamlReader& reader, const Rule& rule) const {
    if (rule.expr.empty()) {
      reader.Problem("expr", Where(rule) + ": field 'expr' must be set in rule");
      return;
    }
    const base::Result<query::ExprPtr> expr = query::Parse(rule.expr);
    if (!expr.ok()) {
      reader.Problem("expr", fmt::format("{}: could not parse expression: {}", Where(rule),
                                         expr.error().message));
    } else if ((*expr)->type != query::ValueType::kVector &&
               (*expr)->type != query::ValueType::kScalar) {
      reader.Problem("expr", fmt::format("{}: rule result is not a vector or scalar but a {}",
                                         Where(rule), query::ValueTypeName((*expr)->type)));
    }
  }

  static void CheckLabels(yaml::YamlReader& reader, const Texts& labels, const std::string& where) {
    for (const auto& [name, value] : labels) {
      if (name.empty() || name == model::kMetricName || !base::IsValidUtf8(name)) {
        reader.Problem("labels", fmt::format("{}: invalid label name: {}", where, name));
      }
      if (!base::IsValidUtf8(value)) {
        reader.Problem("labels", fmt::format("{}: invalid label value: {}", where, name));
      }
    }
  }

  void CheckTemplates(yaml::YamlReader& reader, const Rule& rule) const {
    const auto check = [&](std::string_view key, std::string_view kind, const Texts& texts) {
      for (const auto& [name, text] : texts) {
        const base::Result<Template> parsed = Template::Parse("__alert_" + rule.name, text);
        if (parsed.ok()) continue;
        reader.Problem(
            key, fmt::format("{}: {} \"{}\": {}", Where(rule), kind, name, parsed.error().message));
      }
    };
    check("labels", "label", rule.labels);
    check("annotations", "annotation", rule.annotations);
  }

  void CheckRecording(yaml::YamlReader& reader, const Rule& rule) const {
    const auto refuse = [&](std::string_view key) {
      reader.Problem(key,
                     fmt::format("{}: invalid field '{}' in recording rule", Where(rule), key));
    };
    if (!rule.annotations.empty()) refuse("annotations");
    if (rule.for_duration.count() != 0) refuse("for");
    if (rule.keep_firing_for.count() != 0) refuse("keep_firing_for");
    if (rule.name.find_first_of("{}") != std::string::npos) {
      reader.Problem("record",
                     fmt::format("{}: braces present in the recording rule name; should it be in "
                                 "expr?: {}",
                                 Where(rule), rule.name));
    } else if (!base::IsValidUtf8(rule.name)) {
      reader.Problem("record",
                     fmt::format("{}: invalid recording rule name: {}", Where(rule), rule.name));
    }
  }

  void WarnOfDuplicates() {
    std::set<std::tuple<bool, std::string, Texts>> seen;
    for (const Rule& rule : group_.rules) {
      if (seen.insert({rule.alerting, rule.name, rule.labels}).second) continue;
      warnings_.push_back({rule.line,
                           1,
                           fmt::format("group \"{}\": \"{}\" stands here twice with the same "
                                       "labels",
                                       group_.name, rule.name),
                           {}});
    }
  }

  std::vector<yaml::Diagnostic>& warnings_;
  RuleGroup group_;
  int number_ = 0;
};

}  // namespace

bool operator==(const RuleGroup& a, const RuleGroup& b) {
  const bool same_slo =
      a.slo == b.slo || (a.slo != nullptr && b.slo != nullptr && *a.slo == *b.slo);
  return same_slo && a.file == b.file && a.name == b.name && a.interval == b.interval &&
         a.query_offset == b.query_offset && a.limit == b.limit && a.rules == b.rules &&
         a.tenant == b.tenant;
}

std::vector<RuleGroup> ParseRuleFile(std::string_view text, const std::string& file,
                                     std::vector<yaml::Diagnostic>& problems,
                                     std::vector<yaml::Diagnostic>& warnings) {
  std::vector<RuleGroup> groups;
  std::set<std::string> names;
  const auto add = [&](yaml::YamlReader& reader, std::vector<RuleGroup> more) {
    for (RuleGroup& group : more) {
      if (!group.name.empty() && !names.insert(group.name).second) {
        reader.Problem("name",
                       fmt::format("groupname: \"{}\" is repeated in the same file", group.name));
      }
      groups.push_back(std::move(group));
    }
  };
  const yaml::EnvironmentLookup as_written;
  yaml::ReadYaml(text, as_written, problems, [&](yaml::YamlReader& root) {
    root.ReadList("groups", [&](yaml::YamlReader& reader) {
      add(reader, {GroupReader(file, warnings).Read(reader)});
    });
    using ReadSection = std::vector<RuleGroup> (*)(yaml::YamlReader&, const std::string&);
    const std::pair<std::string_view, ReadSection> sections[] = {
        {"slos", ReadSlo},
        {"contracts", ReadContract},
        {"comparisons", ReadComparison},
        {"log_bursts", ReadLogBurst},
        {"new_log_patterns", ReadNewLogPattern}};
    for (const auto& [key, read] : sections) {
      root.ReadList(key, [&](yaml::YamlReader& reader) { add(reader, read(reader, file)); });
    }
  });
  return groups;
}

base::Result<LoadedRules> LoadRuleFiles(const std::vector<std::string>& patterns) {
  LoadedRules loaded;
  std::set<std::string> paths;
  std::string faults;
  const auto fault = [&](const std::string& line) {
    faults += (faults.empty() ? "" : "\n") + line;
  };
  for (const std::string& pattern : patterns) {
    base::Result<std::vector<std::string>> found = FilesOf(pattern);
    if (found.ok()) {
      paths.insert(found->begin(), found->end());
    } else {
      fault(found.error().message);
    }
  }
  if (paths.size() > kFilesMax) {
    return base::InvalidArgument(fmt::format("more than {} rule files", kFilesMax));
  }
  for (const std::string& path : paths) {
    const base::Result<std::string> text = base::ReadFile(path, yaml::kDocumentBytesMax);
    if (!text.ok()) {
      fault(text.error().message);
      continue;
    }
    std::vector<yaml::Diagnostic> problems, warnings;
    std::vector<RuleGroup> groups = ParseRuleFile(*text, path, problems, warnings);
    for (const yaml::Diagnostic& problem : problems) fault(problem.ToString(path));
    for (const yaml::Diagnostic& warning : warnings) {
      loaded.warnings.push_back(warning.ToString(path));
    }
    std::move(groups.begin(), groups.end(), std::back_inserter(loaded.groups));
    ++loaded.files;
  }
  if (!faults.empty()) return base::InvalidArgument(std::move(faults));
  return loaded;
}

}  // namespace vedette::rules
