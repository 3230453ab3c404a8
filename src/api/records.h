#pragma once

#include <vector>

#include "api/route.h"
#include "records/store.h"

namespace vedette::api {

// GET /api/v1/logs/query and GET /api/v1/events/query: logs and events by time, newest first, with
// the parameters from, to, service, level (or severity), type, text, limit (1 to 1000, default
// 100) and cursor. `records` outlives the routes. Thread-safe.
std::vector<Route> RecordRoutes(records::Store& records);

}  // namespace vedette::api
