#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "base/result.h"
#include "heartbeat/book.h"

namespace vedette::api {

// A heartbeat that this server sends while it is well.
struct SentHeartbeat {
  std::string name;
  std::string host;  // of its URL, which may be secret
  base::Duration interval{0};
  std::optional<base::TimePoint> last_at;  // that was taken
  std::string detail;                      // of the last attempt
};

// A part of this server, as it judges itself.
struct SelfPart {
  std::string name;  // "engine", "outbox", ...
  bool ok = true;
  std::optional<base::TimePoint> since;  // when the trouble began
  std::string text;
};

struct SelfReport {
  bool healthy = true;
  std::vector<SelfPart> parts;
  std::vector<SentHeartbeat> sent;
};

// Thread-safe. Times are those of `now`.
struct HeartbeatSources {
  std::function<std::vector<heartbeat::Status>(const model::TenantName&)> list;
  std::function<base::Result<heartbeat::Status>(const model::TenantName&, std::string_view name,
                                                const heartbeat::Beat&)>
      record;
  std::function<SelfReport()> self;
};

// GET       /api/v1/heartbeats         what is expected, with its state; what is sent; how this
//                                      server is itself
// POST, GET /api/v1/heartbeats/{name}  a sign of life. `status=failed` (or {"status": "failed",
//                                      "message"} as JSON) says that something went wrong; other
//                                      bodies are the message
std::vector<Route> HeartbeatRoutes(HeartbeatSources sources);

}  // namespace vedette::api
