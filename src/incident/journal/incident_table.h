#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "incident/engine.h"
#include "model/incident.h"
#include "model/severity.h"
#include "sql/database.h"

namespace vedette::incident::journal {

// Which incidents to list: those of one tenant that match every field that is set.
struct IncidentQuery {
  model::TenantName tenant;
  std::vector<model::IncidentState> states = {};      // any of these; empty: all
  model::Severity severity = model::Severity::kInfo;  // this and worse
  std::string entity = {};
  std::string anomaly_id = {};
  std::string text = {};                     // part of the title or id, ASCII in any case
  std::optional<base::TimePoint> from = {};  // not resolved before
  std::optional<base::TimePoint> to = {};    // started at or before
  bool with_timeline = true;                 // the first 200 rows of each
  int64_t limit = 100;
  std::string cursor = {};  // of the page before
};

struct IncidentPage {
  // Open before acknowledged before resolved, then worst, then latest start first.
  std::vector<model::Incident> incidents;
  std::string next_cursor;  // empty on the last page
};

// Writes what was decided; REQUIRES a read-write session. Writing the same twice changes nothing.
base::Result<> WriteDecisions(sql::Session& session, const Decisions& decisions, int64_t seq);

// kNotFound when the tenant has no such incident.
base::Result<model::Incident> ReadIncident(sql::Session& session, std::string_view tenant,
                                           std::string_view id);
// kInvalidArgument for a cursor that is none.
base::Result<IncidentPage> ReadIncidents(sql::Session& session, const IncidentQuery& query);

}  // namespace vedette::incident::journal
