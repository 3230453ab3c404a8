#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/labels.h"
#include "model/matcher.h"
#include "model/severity.h"

namespace vedette::incident {

// While an alert fires that `source` matches, nobody is told of those that `target` matches and
// whose labels `equal` are the same; a label that both lack is the same. An alert that both sides
// match is not held back by another such. (Alertmanager's inhibition.)
struct InhibitRule {
  std::vector<model::Matcher> source;
  std::vector<model::Matcher> target;
  std::vector<std::string> equal;
  friend bool operator==(const InhibitRule&, const InhibitRule&) = default;
};

// How alerts of rules and of other systems are grouped, with Alertmanager's meaning of each.
struct AlertGrouping {
  std::vector<std::string> group_by;  // names of labels; "...": all of them
  base::Duration group_wait = std::chrono::seconds(30);
  base::Duration group_interval = std::chrono::minutes(5);
  base::Duration repeat_interval = std::chrono::hours(4);
  friend bool operator==(const AlertGrouping&, const AlertGrouping&) = default;
};

// Alerts that are grouped otherwise than the rest, as those of a route of Alertmanager's may be.
struct GroupingRule {
  std::string name;                   // unique; groups of two rules are never one
  std::vector<model::Matcher> match;  // all of them
  AlertGrouping grouping;
  friend bool operator==(const GroupingRule&, const GroupingRule&) = default;
};

// How the engine decides. All of it is part of its state.
struct EngineOptions {
  // An anomaly joins an open incident of its service while that has open anomalies, or had its
  // last one this recently.
  base::Duration group_window = std::chrono::minutes(5);
  // One root cause shows up on several services, each with its own anomalies; people want one page
  // for it. So an anomaly of a service without an incident joins the latest open incident if it
  // was found, or began, within `across_window` of that one's anomalies, and if that is not older
  // than `across_span_max`, beyond which "at the same time" says little about the reason. What
  // nobody was told of yet, and goes on after a pause of `group_window`, counts as new.
  bool group_across_services = true;
  base::Duration across_window = std::chrono::seconds(60);
  base::Duration across_span_max = std::chrono::minutes(10);
  // Of alerts, where it is set; without it they are grouped by service, as anomalies are.
  std::optional<AlertGrouping> alert_grouping = std::nullopt;
  // The first that takes an alert decides, whether or not alert_grouping is set.
  std::vector<GroupingRule> grouping_rules = {};
  std::vector<InhibitRule> inhibit_rules = {};

  // Resolved by itself after all anomalies have been closed for this long.
  base::Duration resolve_after = std::chrono::seconds(60);
  // An anomaly of its service this soon after that reopens the incident. People are told at once of
  // one that is an alert, and of one that no page of the incident was about; of others not...
  base::Duration reopen_window = std::chrono::minutes(10);
  // ...unless the incident then stays open and unacknowledged for this long. 0: never.
  base::Duration reopened_page_after = std::chrono::minutes(5);
  // An open incident that nobody acknowledges is paged again this often. 0: never.
  base::Duration repeat_interval = std::chrono::hours(4);
  // An incident sends no more pages than these in this time, but for a worse severity and an
  // acknowledgement; what they would have said waits until it may.
  int64_t flap_pages_max = 10;
  base::Duration flap_window = std::chrono::hours(1);
  // Alerts of other systems that do not say when they end, do so this long after they were last
  // told of.
  base::Duration resolve_timeout = std::chrono::minutes(5);
  // A silence that hides something says so this long before it ends. 0: never.
  base::Duration silence_warning = std::chrono::minutes(15);

  // The first page about an incident waits, but not longer than this, while an incident of a
  // service on which all of its services depend is acknowledged and known to have been delivered.
  // 0: never.
  base::Duration hold_downstream = std::chrono::minutes(30);

  // Anomalies below open no incident and join none. Alerts always do: somebody wrote their rule.
  model::Severity open_severity = model::Severity::kWarning;
  model::Severity page_severity = model::Severity::kCritical;
  model::Severity alert_page_severity = model::Severity::kInfo;
  bool page_acknowledged = true;  // tell the receivers of an opening who took it

  // Per tenant. An incident beyond the limit is not opened: its anomaly joins a catch-all.
  int64_t open_incidents_max = 200;
  int64_t resolved_incidents_max = 200;  // kept in memory for reopening; the oldest leave first
  int64_t open_anomalies_max = 100'000;  // beyond: counted on the incident, not followed
  int64_t silences_max = 10'000;         // not counting those that have expired
  base::Duration silence_retention = std::chrono::hours(120);  // of those that have
  // Per incident.
  int64_t anomalies_listed_max = 1'000;
  int64_t timeline_rows_max = 5'000;  // for rows of machines; people's are always taken

  friend bool operator==(const EngineOptions&, const EngineOptions&) = default;
};

struct GroupingChoice {
  const AlertGrouping* grouping = nullptr;  // of the options; null: by service
  std::string_view rule = {};               // the name of its rule; empty: alert_grouping
};

// How alerts with these labels are grouped.
GroupingChoice GroupingOf(const EngineOptions& options, model::LabelsView labels);

// The waits of groups that this rule has made. Those of alert_grouping, or its defaults, if there
// is no such rule any more.
AlertGrouping GroupingOfRule(const EngineOptions& options, std::string_view rule);

}  // namespace vedette::incident
