#pragma once

#include <vector>

#include "api/route.h"
#include "query/engine.h"

namespace vedette::api::compat::sentinel {

// GET /collect-metrics of source system S2: what the stored series say now about pods (kubelet and
// kube-state-metrics) and cloud instances (the exporters of CloudWatch), the first thousand of
// each. A pod or instance lists what is known of it. Thread-safe; the engine outlives the routes.
std::vector<Route> CollectRoutes(query::Engine& queries);

}  // namespace vedette::api::compat::sentinel
