#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/write_batch.h"
#include "query/result.h"
#include "rules/rule.h"

namespace vedette::rules {

// Recording rules over the past, as if they had been there: for each group, at each multiple of its
// interval, in the order of the rules, so that a rule may read those before it. Alerting rules are
// left out. The same run again writes the same samples, which a store takes for the ones it has.

struct BackfillIo {
  std::function<base::Result<query::QueryResult>(const std::string& promql, base::TimePoint from,
                                                 base::TimePoint to, base::Duration step)>
      query;
  std::function<base::Result<>(const model::WriteBatch& batch)> append;
};

struct BackfillReport {
  uint64_t rules = 0;
  uint64_t samples = 0;  // written, stale markers included
};

// From `from` to `to`, both inclusive. `interval` is that of groups that name none. Error: of the
// first rule that fails, with its name; what came before it is written.
base::Result<BackfillReport> Backfill(const std::vector<RuleGroup>& groups, base::TimePoint from,
                                      base::TimePoint to, base::Duration interval,
                                      const BackfillIo& io);

}  // namespace vedette::rules
