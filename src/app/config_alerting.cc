#include "app/config_alerting.h"

#include <fmt/core.h>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace vedette::app {
namespace {

constexpr size_t kRulesMax = 500;
constexpr size_t kWindowsMax = 200;

// True when the key has some, be they wrong.
bool Matchers(yaml::YamlReader& reader, std::string_view key, std::vector<model::Matcher>& out) {
  std::vector<std::string> texts;
  reader.Read(key, texts);
  for (const std::string& text : texts) {
    base::Result<model::Matcher> matcher = model::Matcher::Parse(text);
    if (matcher.ok()) {
      out.push_back(*std::move(matcher));
    } else {
      reader.Problem(key, matcher.error().message);
    }
  }
  return !texts.empty();
}

// The older form: a mapping of names to values or expressions.
void Pairs(yaml::YamlReader& reader, std::string_view key, model::MatchOp op,
           std::vector<model::Matcher>& out) {
  reader.ReadTexts(key, [&](const std::string& name, const std::string& value) {
    base::Result<model::Matcher> matcher = model::Matcher::Create(name, op, value);
    if (matcher.ok()) {
      out.push_back(*std::move(matcher));
    } else {
      reader.Problem(key, matcher.error().message);
    }
  });
}

incident::InhibitRule ReadInhibitRule(yaml::YamlReader& reader) {
  incident::InhibitRule rule;
  std::string name;
  reader.Read("name", name);  // for people
  Pairs(reader, "source_match", model::MatchOp::kEqual, rule.source);
  Pairs(reader, "source_match_re", model::MatchOp::kRegex, rule.source);
  Matchers(reader, "source_matchers", rule.source);
  Pairs(reader, "target_match", model::MatchOp::kEqual, rule.target);
  Pairs(reader, "target_match_re", model::MatchOp::kRegex, rule.target);
  Matchers(reader, "target_matchers", rule.target);
  reader.Read("equal", rule.equal);
  if (rule.source.empty()) reader.Problem("", "needs source_matchers");
  if (rule.target.empty()) reader.Problem("", "needs target_matchers");
  return rule;
}

void CheckLabels(yaml::YamlReader& reader, const std::vector<std::string>& group_by) {
  std::set<std::string> seen;
  for (const std::string& name : group_by) {
    if (name.empty()) reader.Problem("group_by", "a label has a name");
    if (name == "..." && group_by.size() > 1) {
      reader.Problem("group_by", "'...' stands alone: each alert is apart");
    }
    if (!seen.insert(name).second) reader.Problem("group_by", fmt::format("{} twice", name));
  }
}

// True when one of the keys was there.
bool ReadGrouping(yaml::YamlReader& reader, incident::AlertGrouping& grouping) {
  const auto read = [&](std::string_view key, base::Duration& value) {
    if (!reader.Read(key, value)) return false;
    if (key == "group_interval" && value < std::chrono::seconds(1)) {
      reader.Problem(key, "must be at least 1s");
    } else if (key == "repeat_interval" && value <= base::Duration(0)) {
      reader.Problem(key, "must be more than 0s");
    } else if (value < base::Duration(0)) {
      reader.Problem(key, "must not be negative");
    }
    return true;
  };
  std::vector<std::string> by;
  bool set = reader.Read("group_by", by);
  if (set) {
    CheckLabels(reader, by);
    grouping.group_by = std::move(by);
  }
  set = read("group_wait", grouping.group_wait) || set;
  set = read("group_interval", grouping.group_interval) || set;
  return read("repeat_interval", grouping.repeat_interval) || set;
}

// What a rule does not say is as for all.
void ReadGroupings(yaml::YamlReader& notify, incident::EngineOptions& out) {
  incident::AlertGrouping general;
  if (ReadGrouping(notify, general)) out.alert_grouping = general;
  std::set<std::string> names;
  std::string all;  // the rule that takes all alerts
  notify.ReadList("grouping", [&](yaml::YamlReader& reader) {
    incident::GroupingRule rule{.name = {}, .match = {}, .grouping = general};
    reader.Read("name", rule.name);
    if (rule.name.empty()) rule.name = std::to_string(names.size() + 1);
    if (!names.insert(rule.name).second) {
      reader.Problem("name", fmt::format("{} is the name of another one", rule.name));
    }
    if (!all.empty()) {
      reader.Problem("",
                     fmt::format("{} has no match: no alert comes past it to {}", all, rule.name));
    }
    const bool matches_some = Matchers(reader, "match", rule.match);
    if (!matches_some && all.empty()) all = rule.name;
    ReadGrouping(reader, rule.grouping);
    out.grouping_rules.push_back(std::move(rule));
    if (out.grouping_rules.size() > kRulesMax) reader.Problem("", "too many rules");
  });
}

}  // namespace

void ReadAlerting(yaml::YamlReader& notify, incident::EngineOptions& out,
                  std::vector<MaintenanceWindow>& windows) {
  ReadGroupings(notify, out);
  notify.ReadList("inhibit_rules", [&](yaml::YamlReader& reader) {
    out.inhibit_rules.push_back(ReadInhibitRule(reader));
    if (out.inhibit_rules.size() > kRulesMax) reader.Problem("", "too many rules");
  });
  notify.ReadList("maintenance", [&](yaml::YamlReader& reader) {
    windows.push_back(ReadMaintenanceWindow(reader));
    if (windows.size() > kWindowsMax) reader.Problem("", "too many windows");
  });
}

}  // namespace vedette::app
