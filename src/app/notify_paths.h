#pragma once

#include <string>
#include <vector>

#include "api/incidents.h"
#include "api/route.h"
#include "app/config.h"
#include "app/live_labels.h"
#include "app/page_router.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "heartbeat/book.h"
#include "incident/options.h"

namespace vedette::app {

// The paths about notifications that look beyond their own part of the server: the check of the
// plan at what is live, the ledger and Alertmanager's status at how the engine decides.
// Thread-safe.
class NotifyPaths {
 public:
  // All outlive it.
  struct Parts {
    const PageRouter& router;
    api::IncidentSources incidents;
    LiveSources live;
    std::string version;
    base::TimePoint started_at;
  };
  NotifyPaths(Parts parts, const Config& config) : parts_(std::move(parts)) { Apply(config); }

  // From now on these options of the engine and heartbeats.
  void Apply(const Config& config) EXCLUDES(mutex_);

  // GET /api/v1/notify/check, /api/v1/ledger, /api/v1/ledger/verify, /api/v2/status
  std::vector<api::Route> Routes() const;

 private:
  incident::EngineOptions Options() const EXCLUDES(mutex_);
  notify::routing::Live Live(const notify::routing::Plan& plan, const model::TenantName& tenant,
                             base::TimePoint now) const EXCLUDES(mutex_);

  const Parts parts_;
  mutable base::Mutex mutex_;
  incident::EngineOptions options_ GUARDED_BY(mutex_);
  std::vector<heartbeat::Expected> heartbeats_ GUARDED_BY(mutex_);
};

}  // namespace vedette::app
