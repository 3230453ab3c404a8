#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/labels.h"
#include "model/severity.h"
#include "model/tenant.h"
#include "notify/routing/plan.h"

namespace vedette::notify::routing {

// Something that works and will disappoint somebody one night.
struct Finding {
  // "no_contact", "never_matches", "gap", "unused", "nobody", "no_live_label",
  // "alert_reaches_nobody"
  std::string kind;
  std::string subject;  // "user ann", "route payments/nights", "rule Late", ...
  std::string message;
  int line = 0;               // of the configuration; 0: not known
  model::Labels labels = {};  // of the alert that reaches nobody
};

// What there is to be told of, as plain values; empty where nobody knows.
struct Live {
  // An open alert, or a rule whose alerts will have these labels and perhaps more.
  struct Alert {
    std::string subject;  // "alert an_...", "rule Late"
    model::Severity severity = model::Severity::kCritical;
    model::Labels labels;  // as routes see them
  };
  model::TenantName tenant;  // whose all of it is; routes of other tenants are not looked at
  std::vector<Alert> alerts;
  // The values that labels have or had lately, by name. Of a name that is not here nothing is
  // known, and nothing is said.
  std::map<std::string, std::set<std::string>, std::less<>> values;
};

// The static check of a valid plan: people without a working contact, routes that can never match
// or reach nobody, gaps in schedules within 30 days of `now`, policies and schedules that nothing
// uses; routes whose values nothing live has, and alerts whose routes reach nobody. Pure.
std::vector<Finding> Check(const Plan& plan, const std::vector<Override>& overrides,
                           base::TimePoint now, const Live& live = {});

// The names of the labels that routes match on: those whose values the check wants to know.
std::set<std::string> MatchedLabels(const Plan& plan);

}  // namespace vedette::notify::routing
