#pragma once

#include <string>
#include <vector>

#include "api/alert_board.h"
#include "api/route.h"
#include "app/config.h"
#include "app/engine_loop.h"
#include "app/maintenance.h"
#include "app/page_router.h"
#include "app/senders.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "ingest/ingester.h"

namespace vedette::app {

// What fires and what is silenced, between the engine loop and those who ask: keeps the board, puts
// silences into the audit log, offers the paths, and has the maintenance windows be silences in
// time. Thread-safe.
class Alerting {
 public:
  explicit Alerting(const base::Clock& clock) : clock_(clock) {}

  // Adds what the loop is to tell.
  void Listen(EngineLoop::Parts& parts);

  struct RouteParts {
    EngineLoop& loop;
    const PageRouter& router;
    const incident::journal::Journal& journal;
    ingest::Ingester& ingester;
  };
  std::vector<api::Route> Routes(RouteParts parts) const;

  // From now on these windows and senders.
  void Apply(const Config& config) EXCLUDES(mutex_);
  // Brings the silences in line with the windows.
  base::Result<> TendWindows(EngineLoop& loop) EXCLUDES(mutex_);

 private:
  const base::Clock& clock_;
  api::AlertBoard board_;
  Senders senders_;
  mutable base::Mutex mutex_;
  std::vector<MaintenanceWindow> windows_ GUARDED_BY(mutex_);
};

}  // namespace vedette::app
