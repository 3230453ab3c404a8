#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"
#include "kv/db.h"

namespace vedette::series {

struct EngineOptions {
  kv::Family first_family = 0;   // where the families of Engine::Families() begin in the database
  uint32_t shards = 0;           // 0: hardware threads. A directory keeps the number it began with
  size_t queue_tasks_max = 256;  // waiting at one shard; more are refused
  kv::Durability durability = kv::Durability::kProcess;
  uint32_t chunk_samples = 120;             // samples of a full chunk
  uint64_t checkpoint_bytes = 64ull << 20;  // of log, all shards together, that start a round
  size_t closed_series_max = 128;  // per shard, with full chunks that wait to be stored together
  size_t slice_series = 256;       // stored in one slice of a checkpoint, between two other tasks
  // Without samples for so long (up to a quarter more), a series leaves memory; 0: never.
  base::Duration idle_after{0};
  uint32_t merge_chunks = 8;  // of a series, stored since its last merge, that start one
  // How long roll-ups of 1 min, 5 min and 1 h are kept; 0: none are made.
  std::array<base::Duration, 3> rollup_retention{};
  size_t tenants_max = 10'000;
  size_t exemplars_max = 100'000;         // in memory, all shards together
  base::Duration quiet_interval{20'000};  // without appends, after which all that waits is packed
  base::Duration tick_interval{1000};     // of observers, and of retries after write errors
  base::Duration task_deadline{30'000};   // an append or selection that waits longer is given up
};

}  // namespace vedette::series
