#include "incident/options.h"

namespace vedette::incident {

GroupingChoice GroupingOf(const EngineOptions& options, model::LabelsView labels) {
  for (const GroupingRule& rule : options.grouping_rules) {
    if (model::MatchesAll(rule.match, labels)) return {&rule.grouping, rule.name};
  }
  return {options.alert_grouping ? &*options.alert_grouping : nullptr, {}};
}

AlertGrouping GroupingOfRule(const EngineOptions& options, std::string_view rule) {
  for (const GroupingRule& known : options.grouping_rules) {
    if (known.name == rule) return known.grouping;
  }
  return options.alert_grouping.value_or(AlertGrouping{});
}

}  // namespace vedette::incident
