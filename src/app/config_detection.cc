#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <utility>

#include "app/config_sections.h"
#include "model/labels.h"
#include "query/parser.h"

namespace vedette::app {
namespace {

using detect::rules::Bound;
using detect::rules::Rule;
using detect::rules::RuleKind;

constexpr double kAnyNumber = 1e300;

void ReadPoints(yaml::YamlReader& reader, std::string_view key, int& out) {
  int64_t points = out;
  reader.Read(key, points, 1, 100'000);
  out = static_cast<int>(points);
}

void ReadLimit(yaml::YamlReader& limits, std::string_view key, std::optional<double>& out) {
  double limit = 0;
  if (limits.Read(key, limit, -kAnyNumber, kAnyNumber)) out = limit;
}

// The series that a rule is about: a metric name, alone or with matchers.
void ReadSelector(yaml::YamlReader& reader, Rule& rule) {
  std::string text;
  if (!reader.Read("selector", text)) {
    reader.Problem("", "the selector is missing", "name the series: selector: up{job=\"api\"}");
    return;
  }
  base::Result<std::vector<model::Matcher>> matchers = query::ParseSelector(text);
  if (!matchers.ok()) {
    reader.Problem("selector", matchers.error().message);
    return;
  }
  for (model::Matcher& matcher : *matchers) {
    const bool is_name =
        matcher.name() == model::kMetricName && matcher.op() == model::MatchOp::kEqual;
    if (is_name) {
      rule.metric = matcher.value();
    } else {
      rule.matchers.push_back(std::move(matcher));
    }
  }
  if (rule.metric.empty()) reader.Problem("selector", "the metric needs one fixed name");
}

// Here, so that a mistake is told with the place of the rule that has it.
void CheckAlone(yaml::YamlReader& reader, const Rule& rule) {
  const auto valid = detect::rules::RuleSet::Create({rule});
  if (!valid.ok()) reader.Problem("", valid.error().message);
}

Rule ReadThreshold(yaml::YamlReader& reader) {
  Rule rule;
  rule.kind = RuleKind::kThreshold;
  reader.Read("name", rule.name);
  ReadSelector(reader, rule);
  const auto limits = [&](yaml::YamlReader& r) {
    ReadLimit(r, "warning", rule.warning);
    ReadLimit(r, "critical", rule.critical);
    ReadLimit(r, "clear", rule.clear);
  };
  const bool above = reader.ReadSection("above", limits);
  const bool below = reader.ReadSection("below", limits);
  if (above == below) {
    reader.Problem("", "needs one of above and below",
                   "for instance above: {warning: 0.05, critical: 0.2}");
  }
  rule.bound = below ? Bound::kBelow : Bound::kAbove;
  reader.Read("for", rule.lasts);
  ReadPoints(reader, "points", rule.points);
  reader.Read("close_after", rule.close_after);
  ReadPoints(reader, "close_points", rule.close_points);
  reader.Read("rate", rule.per_second);
  const bool complete = !rule.metric.empty() && (rule.warning || rule.critical || rule.clear);
  if (complete && above != below) CheckAlone(reader, rule);
  return rule;
}

Rule ReadAbsence(yaml::YamlReader& reader) {
  Rule rule;
  rule.kind = RuleKind::kAbsence;
  rule.lasts = std::chrono::minutes(5);
  reader.Read("name", rule.name);
  ReadSelector(reader, rule);
  reader.Read("after", rule.lasts);
  reader.Read("forget_after", rule.forget_after);
  reader.Read("stale_is_absent", rule.stale_is_absent);
  size_t severity = 0;
  if (reader.ReadChoice("severity", {"info", "warning", "critical"}, severity)) {
    rule.severity = static_cast<model::Severity>(severity);
  }
  if (!rule.metric.empty()) CheckAlone(reader, rule);
  return rule;
}

}  // namespace

void ReadDetection(yaml::YamlReader& detection, detect::DetectorOptions& out) {
  detect::baseline::BaselineOptions& baseline = out.baseline;
  detection.Read("enabled", out.baseline_enabled);
  detection.Read("sensitivity", baseline.sensitivity, 0.1, 10);
  detection.Read("warm_up", baseline.warmup);
  ReadPoints(detection, "warm_up_points", baseline.warmup_points);
  detection.Read("memory", baseline.memory);
  detection.Read("time_of_day", baseline.time_of_day);
  detection.Read("open_after", baseline.open_after);
  ReadPoints(detection, "open_points", baseline.open_points);
  detection.Read("critical_after", baseline.critical_after);
  detection.Read("close_after", baseline.close_after);
  ReadPoints(detection, "close_points", baseline.close_points);
  detection.Read("relearn_after", baseline.relearn_after);
  detection.Read("relearn_critical_after", baseline.relearn_critical_after);
  detection.Read("gap", baseline.gap);
  detection.Read("report_score", out.report_score, 0, 1);
  detection.Read("noise_budget", out.noise_budget, 0.01, 100'000);
  detection.Read("update_every", out.update_every);
  detection.Read("close_silent_after", out.close_silent_after);
  detection.Read("histograms", out.histograms);
}

void ReadRules(yaml::YamlReader& rules, std::vector<Rule>& out, bool& catalog) {
  bool defaults = true;
  rules.Read("defaults", defaults);
  rules.Read("catalog", catalog);
  if (!defaults) out.clear();
  rules.ReadList("thresholds", [&](yaml::YamlReader& r) { out.push_back(ReadThreshold(r)); });
  rules.ReadList("absence", [&](yaml::YamlReader& r) { out.push_back(ReadAbsence(r)); });
}

std::optional<std::vector<Rule>> ReadRulesText(std::string_view text,
                                               std::vector<yaml::Diagnostic>& problems) {
  std::optional<std::vector<Rule>> rules;
  const yaml::EnvironmentLookup as_written;
  std::vector<yaml::Diagnostic> found;
  const auto read = [&](yaml::YamlReader& section) {
    bool catalog = false;
    ReadRules(section, rules.emplace(), catalog);
    if (!found.empty()) return;  // a rule that could not be read lacks what is in the text
    const auto valid = detect::rules::RuleSet::Create(*rules);
    if (!valid.ok()) section.Problem("", valid.error().message);
  };
  const auto has = [](const std::vector<std::string>& keys, std::string_view key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  yaml::ReadYaml(text, as_written, found, [&](yaml::YamlReader& root) {
    const std::vector<std::string> keys = root.Keys();
    if (has(keys, "thresholds") || has(keys, "absence")) {
      read(root);
    } else if (has(keys, "rules")) {
      root.ReadSection("rules", read);
    }
  });
  if (rules) problems = std::move(found);
  return rules;
}

}  // namespace vedette::app
