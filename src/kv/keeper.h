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
  // With less than `rest_bytes` written in this time, the database rests; it is tidied up once when
  // at least `tidy_bytes` were written since the last time.
  base::Duration rest_interval{5000};
  uint64_t rest_bytes = 64 << 10;
  uint64_t tidy_bytes = 256 << 10;
};

// Looks after a database from a thread of its own: syncs its log in intervals, so that a power loss
// takes only the latest writes, reopens it after an error until that succeeds, so that a full disk
// needs no restart, and tidies up when nothing is written for a while. The destructor stops the
// thread after a last sync. Thread-safe.
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
  base::Result<> TidyAtRest();

  Db& db_;
  const base::Clock& clock_;
  const KeeperOptions options_;

  bool failing_ = false;      // of the thread only
  std::string last_failure_;  // of the thread only: the same error is logged once
  // Of the thread only: what had been written when this stretch of rest began, and when tidied.
  base::SteadyPoint rest_since_{};
  uint64_t rest_written_ = 0;
  uint64_t tidied_written_ = 0;

  base::Mutex mutex_;
  base::CondVar stop_requested_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace vedette::kv
