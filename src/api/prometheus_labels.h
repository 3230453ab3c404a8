#pragma once

#include <vector>

#include "api/route.h"
#include "series/store.h"

namespace vedette::api {

// /api/v1/series, /api/v1/labels and /api/v1/label/{name}/values as in Prometheus' HTTP API, for
// the caller's tenant. `store` outlives the routes. Thread-safe.
std::vector<Route> LabelRoutes(series::Store& store);

}  // namespace vedette::api
