#pragma once

#include <vector>

#include "api/route.h"
#include "ingest/ingester.h"
#include "sources/loki/parser.h"

namespace vedette::api {

// POST /loki/api/v1/push, for Promtail, Alloy, Vector and Fluent Bit: JSON, or a snappy block of
// protobuf. 204 when all lines are stored; 400 when some are refused for good, the others being
// stored.. Thread-safe; `ingester` outlives the routes.
std::vector<Route> LokiRoutes(ingest::Ingester& ingester, sources::loki::ParseOptions options = {});

}  // namespace vedette::api
