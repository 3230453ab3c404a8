#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/route.h"
#include "api/stream_hub.h"
#include "base/metrics.h"

namespace vedette::api {

// What the server says about itself: /metrics, /healthz, /readyz, and the live stream.
// `ready` answers whether telemetry is taken; all references outlive the routes.
std::vector<Route> SelfRoutes(base::MetricsRegistry& metrics, StreamHub& hub,
                              std::function<bool()> ready);

}  // namespace vedette::api
