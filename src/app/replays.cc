#include "app/replays.h"

#include <functional>
#include <utility>

#include "incident/journal/history.h"
#include "notify/delivery/ledger.h"
#include "notify/delivery/outbox.h"
#include "notify/routing/store/store.h"

namespace vedette::app {
namespace {

// A request from outside lives for a minute.
constexpr base::Duration kReplayLongest = std::chrono::seconds(50);
constexpr int64_t kRowsAtATime = 2'000;  // in one transaction: the engine waits for it

// Calls `prune` until there is no more to do.
base::Result<> PruneAll(sql::Database& database,
                        const std::function<base::Result<int64_t>(sql::Session&)>& prune) {
  int64_t removed = kRowsAtATime;
  while (removed >= kRowsAtATime) {
    VEDETTE_TRY_VOID(database.Transact([&](sql::Session& session) -> base::Result<> {
      VEDETTE_TRY(removed, prune(session));
      return {};
    }));
  }
  return {};
}

}  // namespace

base::Result<Config> ReadProposal(std::string_view text) {
  std::vector<yaml::Diagnostic> problems;
  const auto any = [](std::string_view) -> std::optional<std::string> {
    return std::string(kUnreadSecret);
  };
  Config config = ReadConfig(text, std::string(kNoFolder), any, problems);
  if (problems.empty()) return config;
  std::string message;
  for (const yaml::Diagnostic& problem : problems) {
    message += (message.empty() ? "" : "\n") + problem.ToString("config");
  }
  return base::InvalidArgument(std::move(message), "config");
}

base::Result<replay::Report> ReplayWith(sql::Database& database, const api::ReplayRequest& request,
                                        const std::vector<MaintenanceWindow>* windows,
                                        const base::Clock& clock) {
  const base::SteadyPoint end = clock.Steady() + kReplayLongest;
  replay::Request replay{.tenant = request.tenant,
                         .from = request.from,
                         .to = request.to,
                         .candidate = {},
                         .changes_max = request.changes_max,
                         .cancelled = [&] { return clock.Steady() >= end; }};
  if (request.config) {
    VEDETTE_TRY(const Config config, ReadProposal(*request.config));
    replay.candidate = replay::Candidate{.options = config.incidents, .plan = config.plan};
    if (windows != nullptr && !(config.maintenance == *windows)) {
      replay.candidate->windows = [proposed = config.maintenance](const auto& known,
                                                                  base::TimePoint now) {
        return MaintenanceCommands(proposed, known, now);
      };
    }
  }
  return replay::Run(database, replay);
}

Replays::Replays(sql::Database& database, const base::Clock& clock, base::MetricsRegistry& metrics)
    : database_(database), clock_(clock), keeper_(database, metrics) {}

base::Result<> Replays::Begin(incident::journal::Journal& journal, const incident::Engine& engine,
                              const PageRouter& router) {
  bool there = false;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(const auto snapshots, incident::journal::ListSnapshots(session));
    there = !snapshots.empty() && snapshots.back().replayable;
    return {};
  }));
  if (there) return {};
  return journal.SaveSnapshot(engine, router.Snapshot());
}

void Replays::Apply(const Config& config) {
  keeper_.SetOptions({.retention = config.paging_retention.inputs,
                      .bytes_max = config.paging_retention.inputs_bytes_max});
  base::MutexLock lock(mutex_);
  windows_ = config.maintenance;
  retention_ = config.paging_retention;
}

void Replays::Start() {
  chores_.Add("incident history", std::chrono::seconds(15),
              [this] { return keeper_.Tend(clock_.Now()); });
  chores_.Add("records of pages", std::chrono::hours(1), [this] { return TendRecords(); });
  chores_.Start();
}

void Replays::Stop() {
  keeper_.Cancel();
  chores_.Stop();
}

base::Result<> Replays::TendRecords() {
  PagingRetention keep;
  {
    base::MutexLock lock(mutex_);
    keep = retention_;
  }
  const base::TimePoint now = clock_.Now();
  if (keep.outbox.count() > 0) {
    VEDETTE_TRY_VOID(PruneAll(database_, [&](sql::Session& session) {
      return notify::delivery::PruneLetters(session, now - keep.outbox, kRowsAtATime);
    }));
  }
  if (keep.trail.count() > 0) {
    VEDETTE_TRY_VOID(PruneAll(database_, [&](sql::Session& session) {
      return notify::routing::store::PruneTrail(session, now - keep.trail, kRowsAtATime);
    }));
  }
  if (keep.ledger.count() == 0) return {};
  return PruneAll(database_, [&](sql::Session& session) {
    return notify::delivery::PruneLedger(session, now - keep.ledger, now, kRowsAtATime);
  });
}

std::vector<api::Route> Replays::Routes() {
  return api::ReplayRoutes([this](const api::ReplayRequest& request) {
    std::vector<MaintenanceWindow> windows;
    {
      base::MutexLock lock(mutex_);
      windows = windows_;
    }
    return ReplayWith(database_, request, &windows, clock_);
  });
}

}  // namespace vedette::app
