#pragma once

#include <vector>

#include "api/compat/opsbuddy/routes.h"
#include "api/route.h"
#include "records/store.h"

namespace vedette::api::compat::opsbuddy {

// The incident service of source system S4 as it is documented, over the log records, behind its
// gateway's prefix /api/incidents:
//
// GET  /api/incidents, /api/incidents/incidents  ?hours=1: {"total_errors", "services_affected",
//                                                "error_breakdown", "recent_errors" (10)}
// GET  /api/incidents/errors/{service}           ?hours=1: the errors of one service
// POST /api/incidents/check                      the errors since the last check, as its events
// GET  /api/incidents/health
//
// Errors are log lines of ERROR and worse. Where S4 had an incident per line, lines of one service
// that say the same are one here, with their count; each counts in total_errors. Vedette's own
// incidents are at /api/v1/incidents. `records` outlives the routes. Thread-safe.
std::vector<Route> IncidentRoutes(records::Store& records, Options options);

}  // namespace vedette::api::compat::opsbuddy
