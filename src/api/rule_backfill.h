#pragma once

#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "ingest/ingester.h"
#include "query/engine.h"

namespace vedette::api {

// POST /api/v1/rules/backfill?from&to with a rule file as body: writes what its recording rules
// would have written in that time, at most a day per request. `interval` is that of groups that
// name none. Thread-safe; the engine and the ingester outlive the routes.
std::vector<Route> BackfillRoutes(query::Engine& queries, ingest::Ingester& ingester,
                                  base::Duration interval);

}  // namespace vedette::api
