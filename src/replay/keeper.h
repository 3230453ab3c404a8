#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "sql/database.h"

namespace vedette::replay {

struct KeeperOptions {
  int64_t snapshot_inputs = 5'000;                         // a snapshot is due after this many
  base::Duration retention = std::chrono::hours(24 * 35);  // of inputs; 0: for ever
  int64_t bytes_max = int64_t{1} << 30;                    // of inputs; beyond, the oldest go
};

// Keeps the journal short and replayable, away from the engine's thread: a second engine follows
// the journal from the newest snapshot on and is itself the next one, so that the first never stops
// to be written down. On the way it compares what it decides with what was decided. Old inputs and
// snapshots are removed. Thread-safe.
class Keeper {
 public:
  Keeper(sql::Database& database, base::MetricsRegistry& metrics, KeeperOptions options = {});

  // Does what is due. Call it now and then; `now` is the calendar's.
  base::Result<> Tend(base::TimePoint now) EXCLUDES(mutex_);
  void SetOptions(KeeperOptions options) EXCLUDES(mutex_);
  // A Tend that runs ends soon, with what it did so far.
  void Cancel() { cancelled_ = true; }

 private:
  // True when it wrote a snapshot.
  base::Result<bool> Follow(int64_t snapshot_inputs) REQUIRES(mutex_);
  base::Result<> Remove(base::TimePoint now) REQUIRES(mutex_);

  sql::Database& database_;
  base::Counter& snapshots_;
  base::Counter& rounds_;
  base::Counter& differences_;

  std::atomic<bool> cancelled_{false};
  base::Mutex mutex_;
  KeeperOptions options_ GUARDED_BY(mutex_);
  int64_t state_bytes_ GUARDED_BY(mutex_) = 0;  // of the last snapshot
  base::TimePoint looked_at_ GUARDED_BY(mutex_){};
};

}  // namespace vedette::replay
