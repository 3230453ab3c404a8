#pragma once

#include <vector>

#include "api/route.h"
#include "release/watch.h"

namespace vedette::api {

// Releases and their verdicts: GET /api/v1/releases (service, verdict, state, from, to, limit,
// cursor), GET /api/v1/releases/{id}, GET /api/v1/judge (service, version, since, environment,
// namespace), which judges at once and is what pipelines and Argo Rollouts ask, and POST
// /api/v1/judge/flagger, which answers Flagger's webhooks by status. `watch` outlives the routes.
// Thread-safe.
std::vector<Route> ReleaseRoutes(release::Watch& watch);

}  // namespace vedette::api
