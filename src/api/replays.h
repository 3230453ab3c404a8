#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/route.h"
#include "base/result.h"
#include "replay/replay.h"

namespace vedette::api {

struct ReplayRequest {
  model::TenantName tenant;
  std::string asked_by;
  std::optional<std::string> config;  // YAML; nothing: only prove and count what was
  base::TimePoint from;
  base::TimePoint to;
  size_t changes_max = 200;
};

// Thread-safe; may take seconds. kInvalidArgument with the field "config" for one that is wrong.
using ReplayFunction = std::function<base::Result<replay::Report>(const ReplayRequest&)>;

// The answer to POST /api/v1/replays (openapi.json: Replay).
std::string ReplayToJson(const replay::Report& report, std::string_view id,
                         std::string_view asked_by, base::TimePoint asked_at);

// POST /api/v1/replays {"config", "from", "to", "limit"}   who would have been told with it
// GET  /api/v1/replays, /api/v1/replays/{id}               the last ones, until the server ends
std::vector<Route> ReplayRoutes(ReplayFunction replay);

}  // namespace vedette::api
