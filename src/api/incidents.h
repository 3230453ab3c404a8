#pragma once

#include <functional>
#include <vector>

#include "api/route.h"
#include "api/units.h"
#include "base/result.h"
#include "detect/anomaly_store.h"
#include "incident/input.h"
#include "incident/journal/journal.h"
#include "model/incident.h"
#include "sql/database.h"

namespace vedette::api {

// Runs a person's command where the incident engine lives and returns when its effect is durable:
// the incident as it is then. Thread-safe.
using CommandSink = std::function<base::Result<model::Incident>(incident::Command)>;

// What the handlers read from; all of it outlives the routes.
struct IncidentSources {
  const incident::journal::Journal& journal;
  const detect::AnomalyStore& anomalies;
  sql::Database& database;  // with the outbox and the ledger
  CommandSink command;
};

// GET  /api/v1/incidents, /api/v1/incidents/{id}
// POST /api/v1/incidents/{id}/acknowledge, .../unacknowledge, .../resolve, .../comments: JSON of
//      "by" and "comment" ("text" for comments, and "at", when it happened; "actor" and "text" are
//      understood everywhere). Repeating one is fine.
// GET  /api/v1/anomalies
// GET  /api/v1/ledger: by incident, or by alert, which is the id of an anomaly or an incident
// `units` outlives the routes. Thread-safe.
std::vector<Route> IncidentRoutes(IncidentSources sources, const Units& units);

}  // namespace vedette::api
