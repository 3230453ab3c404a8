#pragma once

#include <functional>
#include <vector>

#include "api/prometheus_rules.h"
#include "api/route.h"
#include "query/engine.h"

namespace vedette::api {

// GET /api/v1/slos (and ?name=): the objectives of the loaded rule files, and for each of their
// groups of series the budget that is left, how fast it burns, and what of it fires. Computed from
// the stored samples when asked. Thread-safe; the engine outlives the routes.
std::vector<Route> SloRoutes(RulesSource live, query::Engine& queries);

}  // namespace vedette::api
