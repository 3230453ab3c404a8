#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "model/anomaly.h"
#include "model/incident.h"
#include "model/severity.h"
#include "model/tenant.h"

namespace vedette::incident {

struct EngineOptions {
  // An anomaly joins an open incident of its service while that has open anomalies, or had its
  // last one this recently.
  base::Duration group_window = std::chrono::minutes(5);
  // One root cause shows up on several services, each with its own anomalies; people want one page
  // for it. So an anomaly of a service without an incident joins the latest open incident if it
  // was found, or began, within `across_window` of that one's anomalies, and if that is not older
  // than `across_span_max`, beyond which "at the same time" says little about the reason.
  bool group_across_services = true;
  base::Duration across_window = std::chrono::seconds(60);
  base::Duration across_span_max = std::chrono::minutes(10);

  // Resolved by itself after all anomalies have been closed for this long.
  base::Duration resolve_after = std::chrono::seconds(60);
  // An anomaly of its service this soon after that reopens the incident without a page...
  base::Duration reopen_window = std::chrono::minutes(10);
  // ...unless it then stays open and unacknowledged for this long. 0: never.
  base::Duration reopened_page_after = std::chrono::minutes(30);
  // An open incident that nobody acknowledges is paged again this often. 0: never.
  base::Duration repeat_interval = std::chrono::hours(4);

  // Anomalies below open no incident and join none.
  model::Severity open_severity = model::Severity::kWarning;
  model::Severity page_severity = model::Severity::kCritical;
  bool page_acknowledged = true;  // tell the receivers of an opening who took it

  // Per tenant. An incident beyond the limit is not opened: its anomaly joins a catch-all.
  int64_t open_incidents_max = 200;
  int64_t resolved_incidents_max = 200;  // kept in memory for reopening; the oldest leave first
  int64_t open_anomalies_max = 100'000;  // beyond: counted on the incident, not followed
  // Per incident.
  int64_t anomalies_listed_max = 1'000;
  int64_t timeline_rows_max = 5'000;  // for rows of machines; people's are always taken

  friend bool operator==(const EngineOptions&, const EngineOptions&) = default;
};

// What the engine remembers of an open anomaly.
struct Member {
  std::string incident_id;
  std::string entity;
  model::Severity severity = model::Severity::kInfo;
};

// An incident and what the engine needs to decide about it.
struct Tracked {
  // `timeline` holds the rows that no Take has handed out; `open_anomaly_ids` is filled by Take.
  model::Incident incident;

  std::set<std::string> open_ids;              // of open anomalies
  base::TimePoint opened_at;                   // by engine time; incident.started_at is the data's
  base::TimePoint last_onset;                  // latest start of an anomaly, by the data's time
  base::TimePoint last_opening;                // when an anomaly joined
  base::TimePoint last_activity;               // when an anomaly joined, changed or closed
  std::optional<base::TimePoint> quiet_since;  // all anomalies closed
  std::optional<base::TimePoint> repeat_at;    // page again unless acknowledged
  bool closed_by_person = false;               // anomalies do not reopen it
  bool held_by_person = false;                 // does not resolve by itself
  bool catch_all = false;

  // What the title says: the first anomaly of the worst severity.
  std::string headline;
  std::string headline_entity;
  model::Severity headline_severity = model::Severity::kInfo;

  bool resolution_owed = false;          // receivers have heard of an opening and of no end
  std::map<std::string, int64_t> pages;  // by name of the kind, how many there were
  int64_t rows = 0;                      // in the timeline so far
  int64_t rows_dropped = 0;
  int64_t anomalies = 0;        // that ever joined
  int64_t anomalies_extra = 0;  // of those, not followed for want of room
};

struct Tenant {
  std::map<std::string, Tracked> incidents;              // by id
  std::map<std::string, Member, std::less<>> members;    // by id of the open anomaly
  std::map<std::string, std::string, std::less<>> home;  // service -> its latest incident
  std::deque<std::string> resolved;                      // ids, oldest first
  std::string youngest;                                  // incident that gained an anomaly last
  std::string catch_all;                                 // id while one is open
  int64_t open = 0;                                      // incidents that are not resolved
};

// The fold of all inputs.
struct State {
  EngineOptions options;
  int64_t seq = 0;
  base::TimePoint now{};
  std::map<model::TenantName, Tenant> tenants;

  // No deadline is earlier. Not part of a snapshot: the first input after one looks at them all.
  base::TimePoint next_due{};
};

// Levels for metrics.
struct Counts {
  int64_t open_incidents = 0;
  int64_t incidents_in_memory = 0;
  int64_t open_anomalies = 0;
  int64_t in_catch_all = 0;
  int64_t anomalies_extra = 0;
};

// The snapshot form, version 1 (docs/formats/state.md). Error: kDataLoss.
std::string StateToJson(const State& state);
base::Result<State> StateFromJson(std::string_view text);

}  // namespace vedette::incident
