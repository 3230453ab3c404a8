#pragma once

#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "ingest/ingester.h"
#include "query/engine.h"
#include "records/store.h"

namespace vedette::api::compat::opsbuddy {

// The analytics service of source system S4 as it is documented, over Vedette's own stores: under
// /api/analytics the paths logs, logs/single, logs/query, analytics/query (query too), metrics,
// stats, collector/status, info and health. POSTs take JSON and forms. A record counts once,
// however many fields it has, and health is healthy when the stores answer.
struct Options {
  std::string version;
  base::TimePoint started;
};

// What is passed outlives the routes. Thread-safe.
std::vector<Route> Routes(ingest::Ingester& ingester, records::Store& records,
                          query::Engine& engine, Options options);

}  // namespace vedette::api::compat::opsbuddy
