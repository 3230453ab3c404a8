#pragma once

#include <string>
#include <thread>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "kv/db.h"

namespace vedette::kv {

struct KeeperOptions {
  base::Duration sync_interval{500};  // what a power loss may take, with Durability::kProcess
  base::Duration recover_interval{1000};
};

// Looks after a database from a thread of its own: syncs its log in intervals, so that a power loss
// takes only the latest writes, and reopens it after an error until that succeeds, so that a full
// disk needs no restart. The destructor stops the thread after a last sync. Thread-safe.
class Keeper {
 public:
  // Both must outlive the keeper.
  Keeper(Db& db, const base::Clock& clock, KeeperOptions options = {});
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  // One round: what the thread does in intervals. The error of what could not be done.
  static base::Result<> Tend(Db& db);

 private:
  void Run() EXCLUDES(mutex_);
  bool WaitUntil(base::SteadyPoint deadline) EXCLUDES(mutex_);
  void Report(const base::Result<>& tended);

  Db& db_;
  const base::Clock& clock_;
  const KeeperOptions options_;

  bool failing_ = false;      // of the thread only
  std::string last_failure_;  // of the thread only: the same error is logged once

  base::Mutex mutex_;
  base::CondVar stop_requested_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace vedette::kv
