#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "kv/db.h"
#include "series/block.h"
#include "series/loose_chunks.h"
#include "series/shard_state.h"

namespace vedette::series {

// Merges the small chunks of a series and day, in order and out of order, into blocks (block.h), in
// slices between a shard's other tasks. Blocks take the place of their chunks in one batch of kv,
// so a crash finds either; selections made before read their own view of the database. For equal
// times the first sample stays, as when chunks are read. A day whose chunks are damaged is left as
// it is. Runs on the shard's thread, as does all else that changes stored chunks.
class Compactor {
 public:
  explicit Compactor(ShardState& state) : state_(state) {}

  bool Due() const { return state_.loose.due(); }
  // Merges some series: about a millisecond. After an error they are due again.
  base::Result<> Slice();

 private:
  struct Stored {
    std::string key;
    std::string bytes;
    ChunkId id;
    ChunkHeader header{};
  };

  base::Result<> MergeSeries(const LooseChunks::Days& days, kv::Iterator& chunks);
  base::Result<> Collect(std::string_view prefix, kv::Iterator& chunks);
  void MergeDay();
  // Puts blocks in the place of the chunks. Late samples up to the newest one in order go among
  // those; for later ones that is not yet known, so they stay by themselves.
  base::Result<> Merge(std::span<const Stored> chunks, int64_t newest_ms, bool late);
  void Put(BlockBuilder block, const SampleColumns& samples, ChunkId id);
  static bool IsBlock(const Stored& chunk);
  static bool IsLate(const Stored& chunk);

  ShardState& state_;
  std::vector<Stored> stored_;  // of the series and day at hand, as the keys sort
  kv::Batch batch_;
  size_t samples_ = 0;  // merged in this slice
  uint64_t blocks_ = 0;
};

}  // namespace vedette::series
