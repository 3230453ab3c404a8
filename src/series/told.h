#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "series/shard_state.h"

namespace vedette::series {

// How far in the log an observer has dealt with samples for good, as a consumer's offset: what
// detectors report travels on to another database, and a kill may take it after its samples are on
// the disk. The offset follows the log within two ticks when reports are kept promptly; after a
// restart samples of later records are replayed as untold (ShardObserver::OnUntold), each series
// from the first of them. Runs on the shard's thread.
class Told {
 public:
  explicit Told(ShardState& state) : state_(state) {}

  // After recovery. The first time ever: what came before there was an observer is not untold.
  base::Result<> Begin();
  // After each tick. REQUIRES: the observer knows all series that were found at the start.
  void Advance();

 private:
  base::Result<> Put(uint64_t seq);

  // A place in the log, and the reports up to there.
  struct Mark {
    uint64_t seq;
    uint64_t said;
  };
  ShardState& state_;
  std::optional<Mark> mark_;
};

}  // namespace vedette::series
