#pragma once

#include <string_view>

namespace vedette::rules {

// The series in which alerting rules write down the state of their alerts, for people to query and
// for the next process to go on with. The first two are those of Prometheus.
inline constexpr std::string_view kAlerts = "ALERTS";
inline constexpr std::string_view kAlertsForState = "ALERTS_FOR_STATE";  // since when, in seconds
// Since when the expression has not held, in seconds, of alerts that `keep_firing_for` holds.
inline constexpr std::string_view kAlertsKeepFiringSince = "ALERTS_KEEP_FIRING_SINCE";

inline constexpr std::string_view kAlertName = "alertname";
inline constexpr std::string_view kAlertState = "alertstate";

}  // namespace vedette::rules
