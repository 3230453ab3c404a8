#pragma once

#include <vector>

#include "api/metadata_book.h"
#include "api/route.h"
#include "series/store.h"
#include "sources/scrape/scraper.h"

namespace vedette::api {

// GET /api/v1/targets (state, scrapePool), /api/v1/scrape_pools, /api/v1/targets/metadata
// (match_target, metric, limit) and /api/v1/metadata (metric, limit, limit_per_metric) in
// Prometheus' form, for the caller's tenant. What is passed outlives the routes. Thread-safe.
std::vector<Route> TargetRoutes(const sources::scrape::Scraper& scraper, series::Store& store,
                                const MetadataBook& book);

}  // namespace vedette::api
