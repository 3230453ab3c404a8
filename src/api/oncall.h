#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/route.h"
#include "base/result.h"
#include "notify/routing/router.h"

namespace vedette::api {

// What the handlers read and ask for; thread-safe. The changes return when they are durable.
struct OnCallSources {
  std::function<std::shared_ptr<const notify::routing::View>()> view;
  std::function<base::Result<>(std::vector<notify::routing::Override>, std::string actor)> add;
  std::function<base::Result<>(std::string id, std::string actor)> remove;
  std::function<base::Result<std::vector<std::string>>(notify::routing::TestPage)> test;
};

// GET    /api/v1/oncall                            who is on call now, by team and schedule
// GET    /api/v1/schedules, /api/v1/schedules/{name}; with ".ics" after the name as a calendar
// GET    /api/v1/schedules/{name}/shifts?from&to   with gaps, and how the load is shared
// GET    /api/v1/schedules/{name}/overrides
// POST   /api/v1/schedules/{name}/overrides        {"user", "from", "to", "replaces", "reason",
//                                                   "in_return": {"from", "to"}}
// POST   /api/v1/schedules/{name}/import           iCalendar: an override per event
// DELETE /api/v1/schedules/{name}/overrides/{id}
// GET    /api/v1/notify/check                      what will disappoint somebody one night
// GET    /api/v1/notify/plan, POST /api/v1/notify/route   api/notify_plan.h
// POST   /api/v1/notify/test                       {"user"} or {"receiver"}: a test page
std::vector<Route> OnCallRoutes(OnCallSources sources);

}  // namespace vedette::api
