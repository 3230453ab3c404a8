#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/severity.h"
#include "model/tenant.h"

namespace vedette::model {

enum class IncidentState { kOpen, kAcknowledged, kResolved };
std::string_view IncidentStateName(IncidentState state);  // "open", "acknowledged", "resolved"
std::optional<IncidentState> ParseIncidentState(std::string_view name);

// How far the work on an incident is.
enum class IncidentPhase { kDetection, kTriage, kMitigation, kResolution, kPostMortem };
std::string_view IncidentPhaseName(IncidentPhase phase);  // "detection", ..., "post_mortem"
std::optional<IncidentPhase> ParseIncidentPhase(std::string_view name);

// One row of an incident's timeline, by a machine or a person.
struct TimelineEntry {
  int64_t seq = 0;       // 1, 2, ... within the incident
  base::TimePoint time;  // when it was written down
  // "opened", "grouped", "anomaly_opened", "anomaly_closed", "severity_changed", "acknowledged",
  // "resolved", "reopened", "comment", "page_sent", "page_failed", "page_held", "silenced",
  // "unsilenced", "phase", "role", "task", "link", "merged", "split", "declared", "unacknowledged"
  std::string kind;
  std::string actor;  // "vedette" or who
  std::string text;
  std::string anomaly_id;                           // empty when the row is not about one
  std::optional<base::TimePoint> happened_at = {};  // where somebody tells of it later
};

struct PhaseStart {
  IncidentPhase phase = IncidentPhase::kDetection;
  base::TimePoint started_at;
  std::string by;
};

struct IncidentTask {
  int64_t number = 0;  // 1, 2, ... within the incident
  std::string title;
  std::string assignee;
  base::TimePoint created_at;
  std::optional<base::TimePoint> done_at;
  std::string done_by;
};

struct IncidentLink {
  std::string url;
  std::string title;
};

// What one team works on: the anomalies that belong together, and what was done.
struct Incident {
  std::string id;  // "in_" and a ULID
  TenantName tenant;
  std::string title;
  Severity severity = Severity::kInfo;
  IncidentState state = IncidentState::kOpen;
  std::vector<std::string> entities;     // in order of appearance, unique
  std::vector<std::string> anomaly_ids;  // all that ever belonged to it
  std::vector<std::string> open_anomaly_ids;
  base::TimePoint started_at;
  base::TimePoint updated_at;
  std::optional<base::TimePoint> acknowledged_at;
  std::optional<base::TimePoint> resolved_at;
  std::string acknowledged_by;
  std::string resolved_by;
  int64_t revision = 0;  // grows with every change
  std::vector<TimelineEntry> timeline;

  std::vector<PhaseStart> phases;            // in order; the last is the present one
  std::map<std::string, std::string> roles;  // "commander" -> who
  std::vector<IncidentTask> tasks;
  std::vector<IncidentLink> links;
  std::vector<int64_t> starred;  // rows of the timeline for the post-mortem, sorted
  std::string merged_into;       // the incident that took it over
  bool suppressed = false;       // all that is open is silenced or inhibited
  std::map<std::string, std::string> group_labels;  // by which its alerts were grouped
};

// What people call where it stands: "firing", "acknowledged", "investigating", "mitigating",
// "resolved" or "suppressed".
std::string_view IncidentStatus(const Incident& incident);

// Since when somebody was awaited who acknowledged it, or does: the start, or when it was last
// opened again before that.
base::TimePoint AwaitedSince(const Incident& incident);

// How the whole stands, by its incidents of a warning and worse that are not suppressed:
// DEGRADED while anything still goes on in one of them; RECOVERING while what is left is being
// mended or has ended, and for a while after the last resolution; else NORMAL.
enum class SystemState { kNormal, kDegraded, kRecovering };
std::string_view SystemStateName(SystemState state);  // "NORMAL", "DEGRADED", "RECOVERING"
// `unresolved` and those resolved a moment ago, in any order.
SystemState SystemStateOf(const std::vector<Incident>& unresolved,
                          const std::vector<Incident>& resolved_lately);

}  // namespace vedette::model
