#pragma once

#include <string>
#include <vector>

#include "api/prometheus_answer.h"
#include "api/route.h"
#include "query/engine.h"
#include "query/result.h"
#include "series/store.h"

namespace vedette::api {

// Prometheus' HTTP API for queries, in its own JSON: query, query_range, query_exemplars, series,
// labels, label values, format_query and parse_query. A client that is gone gets 499 (canceled).
// The tenant is the caller's. Values are strings, times seconds with up to three decimals.
//
// `engine` and `store` outlive the routes; handlers are thread-safe as they are.
std::vector<Route> PrometheusRoutes(query::Engine& engine, series::Store& store);

// {"resultType":...,"result":...}, appended to `out`. A limit of 0 is none; true when it cut.
bool AppendQueryData(std::string& out, const query::QueryResult& result, size_t limit,
                     bool with_stats = false);

}  // namespace vedette::api
