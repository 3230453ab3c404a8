#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/result.h"
#include "kv/db.h"
#include "series/shard_state.h"

namespace vedette::series {

// Deletes the samples of a time range from some series of a shard, by rewriting: what is in memory
// and what is stored change together, in one batch with the head records, so that neither the log
// nor an older record can bring anything back. Nothing is left for readers to skip. Runs on the
// shard's thread, between appends.
class Deletion {
 public:
  Deletion(ShardState& state, int64_t from_ms, int64_t to_ms)
      : state_(state), from_ms_(from_ms), to_ms_(to_ms) {}

  // A series, and whether its slot is still its own.
  struct Target {
    uint32_t slot;
    SeriesRef ref;
  };
  // Deletes from the first so many targets as make a batch of bounded size; returns their number
  // (at least one). `empty` gets the slots of series that have nothing left: they are to be
  // removed. After an error some of the samples may be gone already.
  base::Result<size_t> DeleteSome(std::span<const Target> targets, std::vector<uint32_t>& empty);

 private:
  struct Rest {
    bool any = false;
    int64_t min_t_ms = INT64_MAX;
    int64_t max_t_ms = INT64_MIN;
    void Add(int64_t from_ms, int64_t to_ms);
  };

  base::Result<> DeleteFrom(uint32_t index, std::vector<uint32_t>& empty);
  base::Result<Rest> DeleteStored(const Slot& slot, FamilyName family);
  // Windows with a deleted sample go whole where the samples are gone; elsewhere their days are
  // rolled up again.
  base::Result<Rest> DeleteRollups(const Slot& slot);
  base::Result<> DeleteRollups(const Slot& slot, size_t resolution, Rest& rest);
  void RewriteRollups(size_t resolution, std::string_view key, std::string_view bytes, Rest& rest);
  base::Result<> Rewrite(FamilyName family, std::string_view key, std::string_view bytes,
                         Rest& rest);
  base::Result<> RewriteFloats(const ChunkId& id, std::string_view bytes, Rest& rest);
  base::Result<> RewriteHistograms(const ChunkId& id, std::string_view bytes, Rest& rest);
  template <typename Chunk>
  void PutChunk(ChunkId id, Chunk& chunk, Rest& rest);

  ShardState& state_;
  const int64_t from_ms_;
  const int64_t to_ms_;
  kv::Batch batch_;
};

}  // namespace vedette::series
