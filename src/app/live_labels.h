#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "detect/anomaly_store.h"
#include "heartbeat/book.h"
#include "incident/options.h"
#include "model/tenant.h"
#include "notify/routing/check.h"
#include "notify/routing/plan.h"
#include "rules/rule.h"
#include "rules/status.h"
#include "series/store.h"

namespace vedette::app {

// What there is to be told of, for the check of the plan (notify/routing/check.h).

// The alerts that alerting rules will make, as far as their labels are fixed: a label that a
// template makes is not known before. Without a server this is all that is known.
notify::routing::Live LiveOfRules(const std::vector<rules::RuleGroup>& groups);

// Where a server finds it. The functions are thread-safe.
struct LiveSources {
  const detect::AnomalyStore& anomalies;
  series::Store& series;
  std::function<std::vector<rules::GroupStatus>(const model::TenantName&)> rules;
  std::function<std::vector<std::string>(const model::TenantName&)> services;  // that are known
};

// Of one tenant: the open alerts and the anomalies that page, alerting rules, heartbeats; and the
// values of the labels that the plan's routes look at, in those, in what was open in the last 30
// days, and in the series of the last 7. A label with more values than can be listed is left out.
notify::routing::Live LiveOf(const LiveSources& sources, const notify::routing::Plan& plan,
                             const incident::EngineOptions& options,
                             const std::vector<heartbeat::Expected>& heartbeats,
                             const model::TenantName& tenant, base::TimePoint now);

}  // namespace vedette::app
