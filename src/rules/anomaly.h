#pragma once

#include <vector>

#include "base/clock.h"
#include "model/anomaly.h"
#include "rules/group.h"
#include "rules/observer.h"

namespace vedette::rules {

// How firing alerts become anomalies, and so incidents and pages. Pure.

// Fills all but the ids, the tenant and the state, for an alert that fires at `now`. `examples`:
// some of the records that a rule over records counted.
void DescribeAlert(const AlertChange& change, base::TimePoint now, model::Anomaly& out,
                   const std::vector<Example>& examples = {});

}  // namespace vedette::rules
