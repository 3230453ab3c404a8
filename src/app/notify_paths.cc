#include "app/notify_paths.h"

#include <utility>

#include "api/alertmanager_status.h"
#include "api/ledger.h"
#include "api/notify_plan.h"

namespace vedette::app {

void NotifyPaths::Apply(const Config& config) {
  base::MutexLock lock(mutex_);
  options_ = config.incidents;
  heartbeats_ = config.heartbeats.expected;
}

incident::EngineOptions NotifyPaths::Options() const {
  base::MutexLock lock(mutex_);
  return options_;
}

notify::routing::Live NotifyPaths::Live(const notify::routing::Plan& plan,
                                        const model::TenantName& tenant,
                                        base::TimePoint now) const {
  incident::EngineOptions options;
  std::vector<heartbeat::Expected> heartbeats;
  {
    base::MutexLock lock(mutex_);
    options = options_;
    heartbeats = heartbeats_;
  }
  return LiveOf(parts_.live, plan, options, heartbeats, tenant, now);
}

std::vector<api::Route> NotifyPaths::Routes() const {
  std::vector<api::Route> routes = api::LedgerRoutes(
      parts_.incidents, [this] { return Options(); }, [this] { return parts_.router.view(); });
  routes.push_back(api::NotifyCheckRoute(
      {.view = [this] { return parts_.router.view(); },
       .live = [this](const auto& plan, const auto& tenant,
                      base::TimePoint now) { return Live(plan, tenant, now); }}));
  routes.push_back(
      api::AlertmanagerStatusRoute({.plan = [this] { return parts_.router.view()->plan; },
                                    .options = [this] { return Options(); },
                                    .version = parts_.version,
                                    .started_at = parts_.started_at}));
  return routes;
}

}  // namespace vedette::app
