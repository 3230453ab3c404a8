#pragma once

#include <cstdint>
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

// One row of an incident's timeline, by a machine or a person.
struct TimelineEntry {
  int64_t seq = 0;  // 1, 2, ... within the incident
  base::TimePoint time;
  // "opened", "anomaly_opened", "anomaly_closed", "severity_changed", "acknowledged", "resolved",
  // "reopened", "comment", "page_sent", "page_failed"
  std::string kind;
  std::string actor;  // "vedette" or who
  std::string text;
  std::string anomaly_id;  // empty when the row is not about one
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
};

}  // namespace vedette::model
