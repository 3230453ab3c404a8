#pragma once

#include <vector>

#include "api/route.h"
#include "records/store.h"

namespace vedette::api {

// GET /api/v1/traces: traces with a span that fits service, operation, min_duration, error, from
// and to, newest first. GET /api/v1/traces/services: services and their operations. GET
// /api/v1/traces/{trace_id}: the spans of a trace by start, and who called whom. `records` outlives
// the routes. Thread-safe.
std::vector<Route> TraceRoutes(records::Store& records);

}  // namespace vedette::api
