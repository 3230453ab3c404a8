#include "kv/keeper.h"

#include "base/log.h"

namespace vedette::kv {

Keeper::Keeper(Db& db, const base::Clock& clock, KeeperOptions options)
    : db_(db), clock_(clock), options_(options), thread_([this] { Run(); }) {}

Keeper::~Keeper() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  stop_requested_.NotifyAll();
  thread_.join();
}

base::Result<> Keeper::Tend(Db& db) {
  const Db::Stats stats = db.GetStats();
  if (stats.needs_recovery || stats.damaged) VEDETTE_TRY_VOID(db.Recover());
  return db.SyncLog();
}

bool Keeper::WaitUntil(base::SteadyPoint deadline) {
  base::MutexLock lock(mutex_);
  while (!stopping_) {
    if (!stop_requested_.WaitUntil(mutex_, deadline)) break;
  }
  return !stopping_;
}

void Keeper::Run() {
  bool more = true;
  while (more) {
    more = WaitUntil(clock_.Steady() +
                     (failing_ ? options_.recover_interval : options_.sync_interval));
    base::Result<> tended = Tend(db_);
    if (tended.ok() && more) tended = TidyAtRest();
    Report(tended);
  }
}

base::Result<> Keeper::TidyAtRest() {
  const base::SteadyPoint now = clock_.Steady();
  const uint64_t written = db_.GetStats().written_bytes;
  if (written - rest_written_ >= options_.rest_bytes) {
    rest_written_ = written;
    rest_since_ = now;
    return {};
  }
  if (now - rest_since_ < options_.rest_interval) return {};
  rest_written_ = written;
  rest_since_ = now;
  if (written - tidied_written_ < options_.tidy_bytes) return {};
  tidied_written_ = written;
  return db_.Tidy();
}

void Keeper::Report(const base::Result<>& tended) {
  if (tended.ok()) {
    if (failing_) base::LogInfo("the database can be written again");
    failing_ = false;
    last_failure_.clear();
    return;
  }
  failing_ = true;
  if (tended.error().message == last_failure_) return;
  last_failure_ = tended.error().message;
  base::LogError("the database cannot be written; reads go on", {{"error", last_failure_}});
}

}  // namespace vedette::kv
