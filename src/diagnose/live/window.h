#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "model/anomaly.h"

namespace vedette::diagnose::live {

// When what an incident tells of began and ended, by its anomalies. Pure.

// Starts with a longer pause between them are not of one beginning.
inline constexpr base::Duration kBeginningPauseMax = std::chrono::minutes(10);

// The first start of the beginning that most of the anomalies share, the earlier one of equals;
// `opened` without anomalies. One that was found at last may have begun an hour before the others,
// for reasons of its own.
base::TimePoint OnsetOf(const std::vector<model::Anomaly>& anomalies, base::TimePoint opened);

// When half of those of that beginning had ended; nothing while half of them are open. While the
// last ones fade, what broke is healthy again, and that would dilute the incident. Rules count only
// where nothing else does: the alert of a budget stays for hours.
std::optional<base::TimePoint> EndOf(const std::vector<model::Anomaly>& anomalies);

}  // namespace vedette::diagnose::live
