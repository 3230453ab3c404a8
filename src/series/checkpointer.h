#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "kv/db.h"
#include "series/shard_state.h"

namespace vedette::series {

// Adds the head record of a series and its closed chunks to a batch, after which Head::MarkStored
// may say so; returns the number of chunks. `pack` makes the open chunk smaller, but takes longer.
uint64_t PutSlot(ShardState& state, uint32_t index, kv::Batch& batch, bool pack = false);

// Brings what only the log holds into head records and stored chunks, in slices between a shard's
// other tasks, so that the log can be cut:
//
//   round:  note the newest record R of the log; write every dirty series with "applied: L", where
//           L is the log's newest record then; delete all records up to R.
//
// A series that changes after its turn is dirty again, with records after R. Closed chunks and the
// head record without them are one batch, so recovery is exact wherever a crash falls. A failed
// slice is repeated later; nothing is lost by it. Runs on the shard's thread.
class Checkpointer {
 public:
  explicit Checkpointer(ShardState& state) : state_(state) {}

  // True when there is something worth doing now.
  bool Due() const;
  // Does one slice of it: about half a millisecond.
  base::Result<> Slice();
  // Begins a round that packs what it stores as densely as it can, if the log is larger than that.
  void StartRoundIfWorthIt();
  // A whole round at once, whatever the size of the log.
  base::Result<> Round();

 private:
  bool TooManyClosed() const;
  uint64_t RoundBytes() const;
  void StartRound();
  base::Result<> StoreClosed();
  base::Result<> ContinueRound();
  uint64_t Cuttable() const;
  base::Result<> FinishRound();
  base::Result<> Store(std::span<const uint32_t> slots);
  void NoteChunks(uint32_t index);

  ShardState& state_;
  bool in_round_ = false;
  bool packing_ = false;      // in this round
  uint32_t next_slot_ = 0;    // of the round
  uint64_t round_seq_ = 0;    // the log up to here will be deleted
  uint64_t round_bytes_ = 0;  // its size
  kv::Batch batch_;
};

}  // namespace vedette::series
