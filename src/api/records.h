#pragma once

#include <cstdint>
#include <vector>

#include "api/route.h"
#include "base/json_writer.h"
#include "records/store.h"

namespace vedette::api {

// GET /api/v1/events/query and GET /api/v1/changes: events and changes by time, newest first, with
// the parameters from, to, service, severity and type (or kind), text, limit (1 to 1000, default
// 100) and cursor. Logs: logs.h; spans: traces.h. `records` outlives the routes. Thread-safe.
std::vector<Route> RecordRoutes(records::Store& records);

// Adds `warning` to an answer that damage made incomplete.
void WriteDamage(base::JsonWriter& json, uint64_t damaged);

}  // namespace vedette::api
