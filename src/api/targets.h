#pragma once

#include <vector>

#include "api/route.h"
#include "sources/scrape/scraper.h"

namespace vedette::api {

// GET /api/v1/targets in Prometheus' form: the scrape targets of the caller's tenant and how they
// are. `state` is active, dropped or any. `scraper` outlives the routes. Thread-safe.
std::vector<Route> TargetRoutes(const sources::scrape::Scraper& scraper);

}  // namespace vedette::api
