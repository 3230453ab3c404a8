#pragma once

#include "base/clock.h"
#include "model/anomaly.h"
#include "rules/group.h"

namespace vedette::rules {

// How firing alerts become anomalies, and so incidents and pages. Pure.

// Of the label `severity`: critical, page, emergency and fatal are critical; warning, warn, error,
// major and ticket are warnings, and so is an alert without the label, since somebody wrote the
// rule to be told; anything else is for information.
model::Severity SeverityOfAlert(model::LabelsView labels);

// Fills all but the ids, the tenant and the state, for an alert that fires at `now`.
void DescribeAlert(const AlertChange& change, base::TimePoint now, model::Anomaly& out);

}  // namespace vedette::rules
