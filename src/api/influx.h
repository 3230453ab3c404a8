#pragma once

#include <vector>

#include "api/route.h"
#include "ingest/ingester.h"
#include "sources/influx/parser.h"

namespace vedette::api {

// InfluxDB's write paths, for Telegraf and InfluxDB's client libraries: POST /write,
// /api/v2/write and /api/v1/import/influx take line protocol (204; 400 in InfluxDB's JSON when
// points are refused, the others being stored); GET /ping says hello; POST and GET /query answer
// the CREATE DATABASE that Telegraf sends first, and nothing else. `db` or `bucket` becomes the
// label db. `options.precision` and `extra_value` come from each request. Thread-safe;
// `ingester` outlives the routes.
std::vector<Route> InfluxRoutes(ingest::Ingester& ingester,
                                sources::influx::ParseOptions options = {});

}  // namespace vedette::api
