#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "detect/rules/rule.h"
#include "model/tenant.h"
#include "rules/record_source.h"
#include "rules/rule.h"
#include "rules/status.h"
#include "series/store.h"

namespace vedette::rules::backtest {

// Whether rules can fire on the data that there is: a metric that is gone and labels that match
// nothing make a rule that never will, and nobody notices.

struct Unreachable {
  std::string file;
  std::string group;
  std::string rule;
  int line = 0;
  std::string reason;  // "no series has the name m", "series of m exist, but none fits m{a="b"}"
};

// The alerting rules that can give nothing on the series with samples in [from, to]. What rules of
// the groups record counts as there. At most `unreachable_max` are looked for. Error: of the store.
base::Result<std::vector<Unreachable>> UnreachableRules(const std::vector<RuleGroup>& groups,
                                                        series::Store& store,
                                                        const model::TenantName& tenant,
                                                        base::TimePoint from, base::TimePoint to,
                                                        size_t unreachable_max = 1000);

// The same of thresholds and absence (detect/rules); their group and file are empty. They are about
// the series of all tenants, and reach nothing if they reach none of any.
base::Result<std::vector<Unreachable>> UnreachableLimits(
    const std::vector<detect::rules::Rule>& rules, series::Store& store, base::TimePoint from,
    base::TimePoint to);

// The contracts that can give nothing on the events and log lines of [from, to]: none is what they
// are about. Bursts and new kinds of lines are left out: that there are none is as it should be.
// A contract whose records cannot all be read is not told of.
std::vector<Unreachable> UnreachableContracts(const std::vector<RuleGroup>& groups,
                                              RecordSource& records, base::TimePoint from,
                                              base::TimePoint to);

// The alerting rules that can give nothing since two sides of their expression both have series, of
// which no two have the labels that are matched. `gives` answers whether a query finds anything.
// Of a query that fails nothing is told.
std::vector<Unreachable> MismatchedRules(
    const std::vector<RuleGroup>& groups,
    const std::function<base::Result<bool>(const std::string& promql)>& gives);

// Loaded rules, as far as reaching their series goes.
std::vector<RuleGroup> GroupsOf(const std::vector<GroupStatus>& statuses);

}  // namespace vedette::rules::backtest
