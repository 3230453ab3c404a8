#pragma once

#include <memory>
#include <vector>

#include "api/oncall.h"

namespace vedette::api {

// The plan of who is told of what, as it is in effect. Part of OnCallRoutes.
//
// GET  /api/v1/notify/plan   receivers, users with their contacts, teams, policies, routes
// POST /api/v1/notify/route  {"labels": {...}}: which routes a page with these labels would take
//                            now, and who would be told after how long; nothing is sent
std::vector<Route> NotifyPlanRoutes(std::shared_ptr<const OnCallSources> sources);

}  // namespace vedette::api
