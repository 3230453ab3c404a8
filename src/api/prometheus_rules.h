#pragma once

#include <functional>
#include <vector>

#include "api/route.h"
#include "model/tenant.h"
#include "rules/status.h"

namespace vedette::api {

// The groups of a tenant, by file and name. Thread-safe; may be empty: then there are no rules.
using RulesSource = std::function<std::vector<rules::GroupStatus>(const model::TenantName&)>;

// GET /api/v1/rules (type, rule_name[], rule_group[], file[], match[], exclude_alerts,
// group_limit and group_next_token) and GET /api/v1/alerts in Prometheus' form. Thread-safe.
std::vector<Route> RuleRoutes(RulesSource source);

}  // namespace vedette::api
