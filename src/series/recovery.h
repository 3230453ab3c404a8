#pragma once

#include "base/result.h"
#include "series/hash.h"
#include "series/shard_state.h"

namespace vedette::series {

// Rebuilds the memory of a shard from kv: the series, then their head records, then the log, of
// which each series takes only what its head record has not applied. It writes nothing, so a crash
// during it changes nothing. Damaged records are counted, logged and left out. The observer
// hears of it all later (catch_up.h). Runs on the shard's thread.
//
// Errors: those of kv, when reading fails.
base::Result<> RecoverShard(ShardState& state, const SeriesHash& hash);

}  // namespace vedette::series
