#pragma once

#include <string>
#include <vector>

#include "api/route.h"
#include "query/engine.h"
#include "query/result.h"
#include "series/store.h"

namespace vedette::api {

// Prometheus' HTTP API for queries, in its own JSON: {"status":"success","data":...,"warnings":[],
// "infos":[]} or {"status":"error","errorType":...,"error":...}. Error types are bad_data (400),
// execution (422), canceled (499), timeout and unavailable (503), internal (500). The tenant is the
// caller's. Values are strings, times seconds with up to three decimals.
//
// `engine` and `store` outlive the routes; handlers are thread-safe as they are.
std::vector<Route> PrometheusRoutes(query::Engine& engine, series::Store& store);

// What other handlers need to answer in the same form.
net::Response PrometheusError(const base::Error& error);
// {"resultType":...,"result":...}, appended to `out`. A limit of 0 is none; true when it cut.
bool AppendQueryData(std::string& out, const query::QueryResult& result, size_t limit);

}  // namespace vedette::api
