#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "query/query_log.h"
#include "series/store.h"

namespace vedette::api {

// What the server says of its configuration. No secrets: these answers are for every reader.
struct ServerFacts {
  base::TimePoint started_at;
  base::TimePoint configured_at;
  std::string data_dir;
  std::string retention;                                      // "15d"; empty: none
  std::string config;                                         // YAML
  std::vector<std::pair<std::string, std::string>> settings;  // "limits.query_timeout" -> "30s"
};

// Prometheus' /api/v1/status/* (buildinfo, config, flags, runtimeinfo, tsdb, walreplay),
// alertmanagers, notifications and features; and Vedette's own /api/v1/cardinality and
// /api/v1/status/slow_queries. `facts` is called for each request. The others outlive the routes.
// Thread-safe.
std::vector<Route> ServerStatusRoutes(std::function<ServerFacts()> facts, series::Store& store,
                                      const query::QueryLog& log);

}  // namespace vedette::api
