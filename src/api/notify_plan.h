#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "api/oncall.h"
#include "base/clock.h"
#include "model/tenant.h"
#include "notify/routing/check.h"

namespace vedette::api {

// The plan of who is told of what, as it is in effect. Part of OnCallRoutes.
//
// GET  /api/v1/notify/plan   receivers, users with their contacts, teams, policies, routes
// POST /api/v1/notify/route  {"labels": {...}}: which routes a page with these labels would take
//                            now, and who would be told after how long; nothing is sent
std::vector<Route> NotifyPlanRoutes(std::shared_ptr<const OnCallSources> sources);

// What the check of the plan reads; thread-safe, outlives the route.
struct NotifyCheckSources {
  std::function<std::shared_ptr<const notify::routing::View>()> view;
  // What there is to be told of, with the values of the labels that the plan's routes look at.
  std::function<notify::routing::Live(const notify::routing::Plan& plan,
                                      const model::TenantName& tenant, base::TimePoint now)>
      live;
};

// GET /api/v1/notify/check, against what is live of the caller's tenant.
Route NotifyCheckRoute(NotifyCheckSources sources);

}  // namespace vedette::api
