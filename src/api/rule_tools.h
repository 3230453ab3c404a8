#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "api/prometheus_rules.h"
#include "api/route.h"
#include "base/clock.h"
#include "detect/rules/rule.h"
#include "model/severity.h"
#include "query/engine.h"
#include "records/store.h"
#include "rules/group.h"
#include "rules/rule.h"
#include "series/store.h"

namespace vedette::api {

// What the routes need; all references outlive them, all functions are thread-safe.
struct RuleToolParts {
  series::Store& series;
  records::Store& records;
  const base::Clock& clock;
  query::EngineOptions limits;
  // Defaults of groups, as the live rules have them.
  std::function<rules::RuleContext()> context;
  RulesSource live;
  // Whether an alert of this severity pages.
  std::function<bool(model::Severity)> pages;
  // Thresholds and absence, from a text that has them in place of groups; nothing for one that has
  // none.
  std::function<std::optional<std::vector<detect::rules::Rule>>(
      std::string_view text, std::vector<yaml::Diagnostic>& problems)>
      read_limits;
  // Thresholds and absence that people configured, and that are in force.
  std::function<std::vector<detect::rules::Rule>()> limits_in_force;
};

// POST /api/v1/rules/check: what is wrong with the text of a rule file, and what it holds.
// GET /api/v1/rules/unreachable: which of the loaded rules and limits can never fire.
// POST /api/v1/backtests: what its rules would have done over stored data. Both take the text as
// the body, or as `rules` of a JSON object that holds the parameters too. Thread-safe.
std::vector<Route> RuleToolRoutes(RuleToolParts parts);

}  // namespace vedette::api
