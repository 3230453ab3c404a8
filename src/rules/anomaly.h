#pragma once

#include "base/clock.h"
#include "model/anomaly.h"
#include "rules/group.h"

namespace vedette::rules {

// How firing alerts become anomalies, and so incidents and pages. Pure.

// Fills all but the ids, the tenant and the state, for an alert that fires at `now`.
void DescribeAlert(const AlertChange& change, base::TimePoint now, model::Anomaly& out);

}  // namespace vedette::rules
