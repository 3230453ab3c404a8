#pragma once

#include <cstdint>

#include "series/shard_state.h"

namespace vedette::series {

// After a start: tells the shard's observer of the series that recovery found and the samples of
// their open chunks, in slices between other tasks, so that nobody waits until detectors have
// learnt again. A series is told of before its first live sample. Runs on the shard's thread.
class CatchUp {
 public:
  explicit CatchUp(ShardState& state) : state_(state) {}

  // The series that are in memory now are to be told of.
  void Begin() { end_ = state_.observer ? state_.head.slot_count() : 0; }
  bool Due() const { return next_ < end_; }
  void Slice();

  // Makes sure that the observer knows the series; replays its samples in memory if not.
  // REQUIRES: there is an observer.
  static void Tell(ShardState& state, uint32_t index);

 private:
  ShardState& state_;
  uint32_t next_ = 0;
  uint32_t end_ = 0;
};

}  // namespace vedette::series
