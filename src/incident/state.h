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
#include "base/result.h"
#include "incident/options.h"
#include "model/alert.h"
#include "model/incident.h"
#include "model/labels.h"
#include "model/severity.h"
#include "model/silence.h"
#include "model/tenant.h"

namespace vedette::incident {

// What the engine remembers of an open anomaly. Alerts are anomalies of which a rule says that they
// are, here or in another system.
struct Member {
  std::string incident_id;
  std::string entity;
  model::Severity severity = model::Severity::kInfo;
  int64_t serial = 0;  // unique in the tenant, in order of joining
  bool is_alert = false;
  // By which silences, inhibition and groups see it; `alert.ends_at` is 0 unless it ends by itself.
  model::Alert alert;
  std::vector<std::string> silenced_by;   // ids of silences that hide it now, sorted
  std::vector<std::string> inhibited_by;  // fingerprint of an alert that holds it back now
  bool told = false;                      // a page has named it
  bool again = false;                     // is among its incident's `past`

  bool ends_by_itself() const { return alert.ends_at != base::TimePoint{}; }
  bool muted() const { return !silenced_by.empty() || !inhibited_by.empty(); }
};

// An incident and what the engine needs to decide about it.
struct Tracked {
  // `timeline` holds the rows that no Take has handed out; `open_anomaly_ids` is filled by Take.
  model::Incident incident;

  std::set<std::string> open_ids;  // of open anomalies
  // When it was opened or reopened, by engine time; or, while nobody knows of it, when an anomaly
  // joined after a pause of group_window: "at the same time" is about what happens then.
  base::TimePoint wave_at;
  base::TimePoint last_onset;                  // latest start of an anomaly, by the data's time
  base::TimePoint last_opening;                // when an anomaly joined
  base::TimePoint last_activity;               // when an anomaly joined, became worse or closed
  std::optional<base::TimePoint> quiet_since;  // all anomalies closed
  std::optional<base::TimePoint> repeat_at;    // page again unless acknowledged, or over
  bool closed_by_person = false;               // anomalies do not reopen it
  bool held_by_person = false;                 // does not resolve by itself: declared or reopened
  bool catch_all = false;

  // What the title says: the first anomaly of the worst severity since it was opened or reopened.
  std::string headline;
  std::string headline_entity;
  model::Severity headline_severity = model::Severity::kInfo;

  bool resolution_owed = false;          // receivers have heard of an opening and of no end
  std::map<std::string, int64_t> pages;  // by name of the kind, how many there were
  int64_t rows = 0;                      // in the timeline so far
  int64_t rows_dropped = 0;
  int64_t anomalies = 0;        // that ever joined
  int64_t anomalies_extra = 0;  // of those, not followed for want of room

  // One of these was bad enough for a page, or what a person declared is; how bad the worst is.
  bool extra_pageable = false;
  model::Severity extra_severity = model::Severity::kInfo;

  // Where its alerts are grouped by labels: the key, and when the group looks at itself next.
  std::string group_key;   // empty: by service
  std::string group_rule;  // the GroupingRule that made it
  std::optional<base::TimePoint> flush_at;

  // What pages say.
  std::optional<model::Labels> common_labels;  // on which all that ever joined agree
  model::Labels common_annotations;
  model::Severity told_severity = model::Severity::kInfo;  // of the worst page
  std::vector<model::Alert> ended;                         // since the last page, the first ones
  std::set<std::string> ended_told;  // fingerprints of those that a page had named
  std::set<std::string> past;   // fingerprints of what was bad enough for its pages, and has ended
  base::TimePoint worst_until;  // something as bad as told_severity was open and not muted
  bool relapsed = false;        // that began again after a calm, and no page has told of it
  std::deque<base::TimePoint> recent_pages;   // within the flap window
  std::optional<base::TimePoint> held_until;  // too many pages: look again then
  base::TimePoint last_page;
  bool held_said = false;                     // that nobody is told, and why
  bool delivered = false;                     // a page since it was opened has arrived
  std::optional<base::TimePoint> hold_until;  // behind another: its first page waits so long
  std::string held_behind;                    // the id of that
  std::set<std::string> holds;                // incidents whose first page waits behind it

  // Not part of a snapshot: found again from the members.
  std::set<std::string> untold;        // open, not muted, and no page has named them
  int64_t news = 0;                    // of these, those bad enough for a page
  int64_t muted = 0;                   // of the open ones
  int64_t pageable = 0;                // of those that are not muted, bad enough for a page
  int64_t first_time = 0;              // of these, not among `past`
  int64_t loud[3] = {0, 0, 0};         // not muted, by severity
  std::optional<base::TimePoint> due;  // where it stands in State::due
};

struct Tenant {
  std::map<std::string, Tracked, std::less<>> incidents;        // by id
  std::map<std::string, Member, std::less<>> members;           // by id of the open anomaly
  std::map<std::string, std::string, std::less<>> home;         // service -> its latest incident
  std::map<std::string, std::string, std::less<>> groups;       // group key -> its latest incident
  std::map<std::string, model::Silence, std::less<>> silences;  // by id
  std::set<std::string> silences_warned;                        // that said that they end soon
  std::deque<std::string> resolved;                             // ids, oldest first
  std::string youngest;     // incident that gained an anomaly last
  std::string catch_all;    // id while one is open
  int64_t open = 0;         // incidents that are not resolved
  int64_t last_serial = 0;  // of a member
  std::map<std::string, std::vector<std::string>, std::less<>>
      callees;  // service -> for whom it waits
};

// The fold of all inputs.
struct State {
  EngineOptions options;
  int64_t seq = 0;
  base::TimePoint now{};
  std::map<model::TenantName, Tenant> tenants;
  bool options_changed = false;  // since the last input: what they decide is looked at again
};

// Levels for metrics.
struct Counts {
  int64_t open_incidents = 0;
  int64_t incidents_in_memory = 0;
  int64_t open_anomalies = 0;
  int64_t in_catch_all = 0;
  int64_t anomalies_extra = 0;
  int64_t muted = 0;  // anomalies that are silenced or inhibited
  int64_t silences = 0;
};

// The snapshot form, version 1 (docs/formats/state.md). Error: kDataLoss.
std::string StateToJson(const State& state);
base::Result<State> StateFromJson(std::string_view text);

}  // namespace vedette::incident
