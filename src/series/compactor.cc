#include "series/compactor.h"

#include <algorithm>
#include <span>
#include <utility>

#include "series/late_samples.h"

namespace vedette::series {
namespace {

constexpr size_t kSliceSamples = 16'384;
constexpr size_t kSliceSeries = 64;
constexpr int64_t kVisitDays = 32;  // of one series in one slice

}  // namespace

bool Compactor::IsBlock(const Stored& chunk) {
  return chunk.header.encoding == ChunkEncoding::kBlock;
}
bool Compactor::IsLate(const Stored& chunk) { return chunk.id.kind == ChunkKind::kOutOfOrder; }

base::Result<> Compactor::Slice() {
  batch_.Clear();
  samples_ = 0;
  blocks_ = 0;
  std::vector<LooseChunks::Days> taken;
  base::Result<> merged;
  {
    const auto chunks = state_.around.db.NewIterator(state_.Family(FamilyName::kChunks), {}, {});
    while (merged.ok() && samples_ < kSliceSamples && taken.size() < kSliceSeries) {
      const auto days = state_.loose.Take();
      if (!days.has_value()) break;
      taken.push_back(*days);
      merged = MergeSeries(*days, *chunks);
    }
  }
  if (merged.ok() && !batch_.empty()) merged = state_.Write(batch_, kv::Durability::kProcess);
  if (!merged.ok()) {
    for (const LooseChunks::Days& days : taken) state_.loose.GiveBack(days);
    return merged;
  }
  state_.around.metrics.blocks.Add(blocks_);
  state_.around.metrics.packed_samples.Add(samples_);
  return {};
}

base::Result<> Compactor::MergeSeries(const LooseChunks::Days& days, kv::Iterator& chunks) {
  if (days.slot >= state_.head.slot_count()) return {};
  const Slot& slot = state_.head.slot(days.slot);
  if (!slot.live) return {};
  // What retention has dropped, or is about to, must not come back.
  int64_t day = std::max(days.first, BucketOf(state_.oldest_ms));
  const int64_t last = std::min(days.last, day + kVisitDays - 1);
  while (day <= last) {
    const auto prefix = PrefixOfChunks(day, slot.tenant->id, slot.ref);
    VEDETTE_TRY_VOID(Collect(prefix, chunks));
    MergeDay();
    ++day;
    if (!chunks.Valid()) continue;
    // Days in which no series has anything.
    const base::Result<int64_t> found = ParseBucket(chunks.key());
    if (found.ok()) day = std::max(day, *found);
  }
  if (last < days.last)
    state_.loose.GiveBack({.slot = days.slot, .first = last + 1, .last = days.last});
  return {};
}

base::Result<> Compactor::Collect(std::string_view prefix, kv::Iterator& chunks) {
  stored_.clear();
  for (chunks.Seek(prefix); chunks.Valid() && chunks.key().starts_with(prefix); chunks.Next()) {
    const base::Result<ChunkId> id = ParseChunkKey(chunks.key());
    const base::Result<ChunkHeader> header = ParseChunk(chunks.value());
    if (!id.ok() || !header.ok()) {
      stored_.clear();  // whoever reads it reports it
      break;
    }
    stored_.push_back({.key = std::string(chunks.key()),
                       .bytes = std::string(chunks.value()),
                       .id = *id,
                       .header = *header});
  }
  return chunks.status();
}

void Compactor::MergeDay() {
  bool worth_it = false;
  bool late = false;
  int64_t newest_ms = INT64_MIN;  // in order
  for (const Stored& chunk : stored_) {
    if (!IsBlock(chunk)) worth_it = true;
    if (IsLate(chunk)) {
      late = true;
    } else {
      newest_ms = std::max(newest_ms, chunk.header.max_t_ms());
    }
  }
  for (const Stored& chunk : stored_) {
    if (IsLate(chunk) && chunk.header.min_t_ms <= newest_ms) worth_it = true;
  }
  if (!worth_it) return;
  // Blocks in front stay as they are, except the last one if it has room.
  size_t first = 0;
  while (!late && first < stored_.size() && IsBlock(stored_[first])) ++first;
  if (first > 0 && stored_[first - 1].header.count < BlockBuilder::kMaxSamples) --first;
  base::IgnoreError(Merge(std::span(stored_).subspan(first), newest_ms, late),
                    "a damaged chunk: nothing is merged, nothing is lost");
}

base::Result<> Compactor::Merge(std::span<const Stored> chunks, int64_t newest_ms, bool late) {
  BlockBuilder block;
  SampleColumns in_order;
  int64_t from_ms =
      INT64_MIN;  // chunks may overlap after a loss of data: time goes up all the same
  for (const Stored& chunk : chunks) {
    if (IsLate(chunk)) continue;
    if (!late && &chunk == &chunks.front() && IsBlock(chunk)) {
      VEDETTE_TRY_VOID(block.AddFullSegments(chunk.bytes, in_order));
    } else {
      VEDETTE_TRY_VOID(DecodeChunk(chunk.bytes, from_ms, INT64_MAX, in_order));
    }
    from_ms = std::max(from_ms, chunk.header.max_t_ms() + 1);
  }
  LateSamples earlier;
  LateSamples later;
  for (const Stored& chunk : chunks) {
    if (!IsLate(chunk)) continue;
    SampleColumns samples;
    VEDETTE_TRY_VOID(DecodeChunk(chunk.bytes, INT64_MIN, newest_ms, samples));
    earlier.Add(samples, chunk.id.number);
    samples.Clear();
    if (newest_ms < INT64_MAX) {
      VEDETTE_TRY_VOID(DecodeChunk(chunk.bytes, newest_ms + 1, INT64_MAX, samples));
    }
    later.Add(samples, chunk.id.number);
  }
  earlier.MergeInto(in_order, 0);
  SampleColumns out_of_order;
  later.MergeInto(out_of_order, 0);

  for (const Stored& chunk : chunks) {
    batch_.Delete(state_.Family(FamilyName::kChunks), chunk.key);
  }
  ChunkId id = chunks.front().id;
  for (const Stored& chunk : chunks) id.number = std::min(id.number, chunk.id.number);
  id.kind = ChunkKind::kInOrder;
  if (block.count() > 0 || !in_order.t_ms.empty()) Put(std::move(block), in_order, id);
  id.kind = ChunkKind::kOutOfOrder;
  if (!out_of_order.t_ms.empty()) Put(BlockBuilder(), out_of_order, id);
  return {};
}

// As many blocks as the samples need, the first of them begun.
void Compactor::Put(BlockBuilder block, const SampleColumns& samples, ChunkId id) {
  std::span<const int64_t> t_ms = samples.t_ms;
  std::span<const double> values = samples.values;
  samples_ += t_ms.size();
  bool more = true;
  while (more) {
    if (block.count() == 0) id.min_t_ms = t_ms.front();
    const size_t n = std::min(BlockBuilder::kMaxSamples - block.count(), t_ms.size());
    block.Add(t_ms.first(n), values.first(n));
    std::string bytes;
    block.Finish(bytes);
    batch_.Put(state_.Family(FamilyName::kChunks), KeyOfChunk(id), bytes);
    ++blocks_;
    t_ms = t_ms.subspan(n);
    values = values.subspan(n);
    block = BlockBuilder();
    more = !t_ms.empty();
  }
}

}  // namespace vedette::series
