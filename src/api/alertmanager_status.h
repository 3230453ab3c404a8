#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/route.h"
#include "base/clock.h"
#include "incident/options.h"
#include "notify/routing/plan.h"

namespace vedette::api {

// The plan as an Alertmanager's configuration, for amtool and others that read routes from
// /api/v2/status: receivers by name, and routes that lead to the receivers by which somebody may
// hear of an alert, whoever is on call. There a route has one receiver; here, where it may lead to
// several, it is written once for each, with `continue`. Only a route that itself goes on to others
// and has routes below it names no more than its first. One that reaches nobody leads where the
// catch-all does. Routes on labels that an Alertmanager cannot spell are left out, with a comment.
std::string AlertmanagerConfig(const notify::routing::Plan& plan,
                               const incident::EngineOptions& options);

struct AlertmanagerStatusSources {
  std::function<std::shared_ptr<const notify::routing::Plan>()> plan;
  std::function<incident::EngineOptions()> options;
  std::string version;
  base::TimePoint started_at;
};

// What an Alertmanager says of itself, with `config` as its configuration.
net::Response AlertmanagerStatus(std::string_view config, std::string_view version,
                                 base::TimePoint started_at);

// GET /api/v2/status. Thread-safe.
Route AlertmanagerStatusRoute(AlertmanagerStatusSources sources);

}  // namespace vedette::api
