#include "detect/rules/rule.h"

#include <cmath>
#include <fmt/format.h>
#include <set>
#include <utility>

namespace vedette::detect::rules {
namespace {

constexpr size_t kRulesMax = 10'000;

base::Result<> Invalid(const Rule& rule, std::string_view field, std::string_view problem) {
  return base::InvalidArgument(fmt::format("rule \"{}\": {}", rule.name, problem),
                               fmt::format("detection.rules.{}", field));
}

base::Result<> ValidateThreshold(const Rule& rule) {
  if (!rule.warning && !rule.critical) {
    return Invalid(rule, "critical", "a threshold needs a limit: warning, critical or both");
  }
  for (const std::optional<double>& limit : {rule.warning, rule.critical}) {
    if (limit && !std::isfinite(*limit)) return Invalid(rule, "critical", "a limit is a number");
  }
  if (rule.warning && rule.critical) {
    const bool ordered = rule.bound == Bound::kAbove ? *rule.warning <= *rule.critical
                                                     : *rule.warning >= *rule.critical;
    if (!ordered) return Invalid(rule, "warning", "the warning limit lies beyond the critical one");
  }
  if (rule.clear) {
    const double limit = *(rule.warning ? rule.warning : rule.critical);
    const bool good = rule.bound == Bound::kAbove ? *rule.clear <= limit : *rule.clear >= limit;
    if (!good) return Invalid(rule, "clear", "clear must lie on the good side of the limits");
  }
  if (rule.points < 1 || rule.points > 1000) {
    return Invalid(rule, "points", "points must be 1 to 1000");
  }
  if (rule.close_points < 1 || rule.close_points > 1000) {
    return Invalid(rule, "close_points", "close_points must be 1 to 1000");
  }
  return {};
}

base::Result<> ValidateRule(const Rule& rule) {
  if (rule.name.empty() || rule.name.size() > 200) {
    return Invalid(rule, "name", "a name has 1 to 200 characters");
  }
  if (rule.metric.empty()) return Invalid(rule, "metric", "the metric is missing");
  for (const auto& [field, duration] :
       {std::pair("for", rule.lasts), {"close_after", rule.close_after}}) {
    if (duration.count() < 0 || duration > base::Duration(7LL * 86'400'000)) {
      return Invalid(rule, field, "the duration must be 0 to 7d");
    }
  }
  return rule.kind == RuleKind::kThreshold ? ValidateThreshold(rule) : base::Result<>();
}

}  // namespace

std::vector<Rule> DefaultRules() {
  Rule down;
  down.name = "target_down";
  down.metric = "up";
  down.bound = Bound::kBelow;
  down.critical = 1;
  down.points = 2;
  down.close_points = 2;
  down.close_after = base::Duration(0);  // it is up or it is not: nothing hovers
  Rule gone;
  gone.name = "target_gone";
  gone.kind = RuleKind::kAbsence;
  gone.metric = "up";
  gone.lasts = base::Duration(300'000);
  gone.stale_is_absent = false;
  return {down, gone};
}

RuleSet::RuleSet(std::vector<Rule> rules) : rules_(std::move(rules)) {
  for (size_t i = 0; i < rules_.size(); ++i) {
    by_metric_[rules_[i].metric].push_back(static_cast<uint16_t>(i));
  }
}

base::Result<std::shared_ptr<const RuleSet>> RuleSet::Create(std::vector<Rule> rules) {
  if (rules.size() > kRulesMax) {
    return base::InvalidArgument(fmt::format("at most {} rules", kRulesMax), "detection.rules");
  }
  std::set<std::string> names;
  for (const Rule& rule : rules) {
    VEDETTE_TRY_VOID(ValidateRule(rule));
    if (!names.insert(rule.name).second) {
      return base::InvalidArgument(fmt::format("rule \"{}\" occurs twice", rule.name),
                                   "detection.rules.name");
    }
  }
  return std::shared_ptr<const RuleSet>(new RuleSet(std::move(rules)));
}

std::vector<uint16_t> RuleSet::Matching(model::LabelsView labels) const {
  std::vector<uint16_t> matching;
  const auto it = by_metric_.find(std::string(labels.metric_name()));
  if (it == by_metric_.end()) return matching;
  for (const uint16_t index : it->second) {
    if (model::MatchesAll(rules_[index].matchers, labels)) matching.push_back(index);
  }
  return matching;
}

}  // namespace vedette::detect::rules
