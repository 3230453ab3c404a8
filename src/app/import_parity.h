#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "base/clock.h"
#include "base/result.h"
#include "importer/imported.h"
#include "model/labels.h"

namespace vedette::app {

// An alert of the stream that both configurations see.
struct ParityAlert {
  model::Labels labels;
  base::TimePoint starts_at;
  base::TimePoint ends_at;
};

// Alerts as GET /api/v2/alerts of Alertmanager gives them, as its webhooks have them, or one JSON
// object per line. What does not say when it began, begins at `now`; what does not say when it
// ended, fires for an hour. kInvalidArgument with the item at fault.
base::Result<std::vector<ParityAlert>> ReadParityStream(std::string_view text, base::TimePoint now);

struct ParityDifference {
  ParityAlert alert;
  std::string there;  // "shop, shop-2", or why nobody is told
  std::string here;
};

struct ParityResult {
  size_t alerts = 0;
  std::vector<ParityDifference> differences;  // one for each set of labels
  std::string_view compared = "alerts";       // what `alerts` counts: "hours" of a calendar
};

// Who is told of each alert when it begins, by the Alertmanager whose configuration `text` is and
// by what was imported from it: routes, receivers, times in which routes are mute, inhibition by
// the other alerts of the stream. When messages are grouped and repeated is not compared: the
// report of the import says what differs there. An empty stream is made of the matchers of the
// routes, one round at each hour of a week. Pure.
base::Result<ParityResult> CompareWithAlertmanager(std::string_view text,
                                                   const importer::Imported& imported,
                                                   const Config& config,
                                                   std::vector<ParityAlert> stream,
                                                   base::TimePoint now);

// Who is called after how long if nobody acknowledges, by the on-call system ("pagerduty",
// "opsgenie", "grafana-oncall") whose export `text` is and by what was imported from it: services,
// teams or integrations by their label, escalation, schedules. Repeats, personal contacts and quiet
// hours are not compared. An empty stream is made of all that calls somebody there, at each hour of
// a week. Pure.
base::Result<ParityResult> CompareWithOnCall(std::string_view system, std::string_view text,
                                             const importer::Imported& imported,
                                             const Config& config, std::vector<ParityAlert> stream,
                                             base::TimePoint now);

// Who is on call by the calendar and by the schedules that were made of it, at each full hour of
// the eight weeks after `now`; differences by who it is on both sides, each at its first hour.
// Pure.
base::Result<ParityResult> CompareWithCalendar(std::string_view text,
                                               const importer::Imported& imported,
                                               const Config& config, base::TimePoint now);

// What routes here match of an alert: what it says, and what every page says.
model::Labels LabelsHere(const ParityAlert& alert);
// Each of them at each hour of a week.
std::vector<ParityAlert> WeekOf(const std::vector<model::Labels>& samples, base::TimePoint now);

// A line for each difference and a sum.
std::string ParityText(const ParityResult& result);

}  // namespace vedette::app
