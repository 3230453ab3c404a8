#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

#include "kv/db.h"
#include "series/exemplar_ring.h"
#include "series/format.h"
#include "series/head.h"
#include "series/loose_chunks.h"
#include "series/metrics.h"
#include "series/options.h"
#include "series/store.h"
#include "series/tenants.h"

namespace vedette::series {

// What is one for all shards. Outlives them.
struct ShardSurroundings {
  const EngineOptions& options;
  kv::Db& db;
  Tenants& tenants;
  Metrics& metrics;
  Families families;
  uint32_t shards = 1;
  uint64_t hash_seed = 0;
};

// What the appender, the checkpointer and recovery of one shard share. Belongs to the shard's
// thread, except for the numbers below.
struct ShardState {
  ShardState(const ShardSurroundings& surroundings, uint32_t shard_number)
      : around(surroundings),
        shard(shard_number),
        head(surroundings.options.chunk_samples),
        exemplars(surroundings.options.exemplars_max / surroundings.shards),
        loose(surroundings.options.merge_chunks) {}

  kv::Family Family(FamilyName name) const { return around.families.Of(name); }
  bool RollsUp() const {
    const auto& kept = around.options.rollup_retention;
    return std::any_of(kept.begin(), kept.end(), [](base::Duration d) { return d.count() > 0; });
  }
  bool HasCold() const { return cold_until_ms != INT64_MIN; }
  // Writes, and counts failures.
  base::Result<> Write(const kv::Batch& batch, kv::Durability durability) const {
    base::Result<> written = around.db.Write(batch, durability);
    if (!written.ok()) around.metrics.write_errors.Add();
    return written;
  }

  const ShardSurroundings& around;
  const uint32_t shard;
  Head head;
  ExemplarRing exemplars;
  LooseChunks loose;
  std::unique_ptr<ShardObserver> observer;  // may be null
  uint64_t last_seq = 0;                    // of the log: its newest record
  std::optional<uint64_t> told_seq;         // what log records up to here led to is kept (told.h)
  std::unordered_map<uint32_t, int64_t> untold;  // by slot: the first sample of later records
  uint64_t log_bytes = 0;                        // written since the last cut
  uint64_t next_counter = 1;                     // of the next series' reference
  int64_t oldest_ms = kMinTimeMs;                // begin of the oldest bucket that takes samples
  // Days of roll-ups (roller.h), as buckets.
  int64_t dropped_day = BucketOf(kMinTimeMs);  // samples of days before are gone
  int64_t rolled_day = BucketOf(kMinTimeMs);   // all of the days before is rolled up or marked
  int64_t rolling_day = BucketOf(kMinTimeMs);  // what is stored for days before is to be marked
  bool unrolled = true;                        // there may be marks
  // Series that left memory (cold.h): no sample of theirs is newer; none left so far if it is none.
  int64_t cold_until_ms = INT64_MIN;
  uint32_t returns = 0;  // of such to memory, ever; Slot::returned is one of them

  // Read by other threads.
  std::atomic<uint64_t> samples{0};
  std::atomic<uint64_t> chunks{0};
  std::atomic<uint64_t> series{0};
  std::atomic<uint64_t> head_bytes{0};
};

}  // namespace vedette::series
