#pragma once

#include <string>
#include <vector>

#include "api/replays.h"
#include "api/route.h"
#include "app/config.h"
#include "app/page_router.h"
#include "app/periodic.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "incident/engine.h"
#include "incident/journal/journal.h"
#include "replay/keeper.h"
#include "sql/database.h"

namespace vedette::app {

// A configuration as a text that somebody proposes: only what decides who is told is used. Reads no
// file and no variable of the environment, so that nobody learns what is in them; what stands there
// counts as given. kInvalidArgument with all problems and the field "config".
base::Result<Config> ReadProposal(std::string_view text);

// The replay of the configuration's part of `request` over the database of a server.
// kInvalidArgument as above. `windows` are the maintenance windows that hold; the recorded silences
// stand for them.
base::Result<replay::Report> ReplayWith(sql::Database& database, const api::ReplayRequest& request,
                                        const std::vector<MaintenanceWindow>* windows,
                                        const base::Clock& clock);

// What became of the paging core's inputs and messages: kept as long as configured, replayed when
// asked. Thread-safe but for Start and Stop.
class Replays {
 public:
  Replays(sql::Database& database, const base::Clock& clock, base::MetricsRegistry& metrics);

  // A snapshot to begin at, unless there is one; before the engine runs.
  base::Result<> Begin(incident::journal::Journal& journal, const incident::Engine& engine,
                       const PageRouter& router);
  // From now on this holds.
  void Apply(const Config& config) EXCLUDES(mutex_);
  // Keeps from now on; idempotent both.
  void Start();
  void Stop();

  std::vector<api::Route> Routes();

 private:
  // Removes old letters, rows of the trail and of the ledger.
  base::Result<> TendRecords() EXCLUDES(mutex_);

  sql::Database& database_;
  const base::Clock& clock_;
  replay::Keeper keeper_;

  base::Mutex mutex_;
  std::vector<MaintenanceWindow> windows_ GUARDED_BY(mutex_);
  PagingRetention retention_ GUARDED_BY(mutex_);

  // A thread of its own: a large state takes seconds to be written.
  Periodic chores_;
};

}  // namespace vedette::app
