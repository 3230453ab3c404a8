#include "series/deletion.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/log.h"
#include "series/checkpointer.h"
#include "series/rollup.h"

namespace vedette::series {
namespace {

constexpr size_t kSeriesPerBatch = 64;
constexpr size_t kBatchBytesMax = 4 << 20;

}  // namespace

void Deletion::Rest::Add(int64_t from_ms, int64_t to_ms) {
  any = true;
  min_t_ms = std::min(min_t_ms, from_ms);
  max_t_ms = std::max(max_t_ms, to_ms);
}

base::Result<size_t> Deletion::DeleteSome(std::span<const Target> targets,
                                          std::vector<uint32_t>& empty) {
  batch_.Clear();
  std::vector<uint32_t> changed;
  size_t done = 0;
  while (done < std::min(targets.size(), kSeriesPerBatch) && batch_.bytes() < kBatchBytesMax) {
    const Target& target = targets[done++];
    const Slot& slot = state_.head.slot(target.slot);
    if (!slot.live || slot.ref != target.ref) continue;
    VEDETTE_TRY_VOID(DeleteFrom(target.slot, empty));
    changed.push_back(target.slot);
  }
  if (changed.empty()) return done;
  VEDETTE_TRY_VOID(state_.Write(batch_, state_.around.options.durability));
  for (const uint32_t index : changed) state_.head.MarkStored(index);
  return done;
}

base::Result<> Deletion::DeleteFrom(uint32_t index, std::vector<uint32_t>& empty) {
  Rest rest;
  for (const FamilyName family : {FamilyName::kChunks, FamilyName::kHistograms}) {
    VEDETTE_TRY(const Rest stored, DeleteStored(state_.head.slot(index), family));
    if (stored.any) rest.Add(stored.min_t_ms, stored.max_t_ms);
  }
  VEDETTE_TRY(const Rest rolled, DeleteRollups(state_.head.slot(index)));
  if (rolled.any) rest.Add(rolled.min_t_ms, rolled.max_t_ms);
  VEDETTE_TRY(const bool memory,
              state_.head.DeleteSamples(index, from_ms_, to_ms_, rest.min_t_ms, rest.max_t_ms));
  PutSlot(state_, index, batch_);
  if (!rest.any && !memory) empty.push_back(index);
  return {};
}

base::Result<Deletion::Rest> Deletion::DeleteStored(const Slot& slot, FamilyName family) {
  Rest rest;
  if (family == FamilyName::kHistograms && !slot.has_histograms) return rest;
  if (slot.first_t_ms > slot.disk_max_t_ms) return rest;
  int64_t bucket = BucketOf(slot.first_t_ms);
  const int64_t last = BucketOf(slot.disk_max_t_ms);
  const auto chunks = state_.around.db.NewIterator(state_.Family(family), KeyOfBucket(bucket),
                                                   KeyOfBucket(last + 1));
  while (bucket <= last) {
    const auto prefix = PrefixOfChunks(bucket, slot.tenant->id, slot.ref);
    for (chunks->Seek(prefix); chunks->Valid() && chunks->key().starts_with(prefix);
         chunks->Next()) {
      VEDETTE_TRY_VOID(Rewrite(family, chunks->key(), chunks->value(), rest));
    }
    if (!chunks->Valid()) break;
    VEDETTE_TRY(const int64_t next, ParseBucket(chunks->key()));
    bucket = std::max(bucket + 1, next);
  }
  VEDETTE_TRY_VOID(chunks->status());
  return rest;
}

base::Result<Deletion::Rest> Deletion::DeleteRollups(const Slot& slot) {
  Rest rest;
  for (size_t i = 0; i < kRollupResolutions; ++i) VEDETTE_TRY_VOID(DeleteRollups(slot, i, rest));
  return rest;
}

base::Result<> Deletion::DeleteRollups(const Slot& slot, size_t resolution, Rest& rest) {
  if (slot.first_t_ms > slot.last_t_ms()) return {};
  int64_t period = RollupPeriodOf(BucketOf(slot.first_t_ms));
  const int64_t last = RollupPeriodOf(BucketOf(slot.last_t_ms()));
  const auto keys = state_.around.db.NewIterator(state_.Family(FamilyName::kRollups),
                                                 KeyOfRollupPeriod(resolution, period),
                                                 KeyOfRollupPeriod(resolution, last + 1));
  while (period <= last) {
    const auto prefix = PrefixOfRollups(resolution, period, slot.tenant->id, slot.ref);
    for (keys->Seek(prefix); keys->Valid() && keys->key().starts_with(prefix); keys->Next()) {
      VEDETTE_TRY(const int64_t day, DayOfRollupKey(keys->key()));
      const bool touched = day * kBucketMs <= to_ms_ && day * kBucketMs + kBucketMs - 1 >= from_ms_;
      if (day < state_.dropped_day) {
        RewriteRollups(resolution, keys->key(), keys->value(), rest);
      } else if (touched) {
        state_.unrolled = true;
        MarkUnrolled(state_.around.families, state_.shard,
                     {.day = day, .tenant = slot.tenant->id, .ref = slot.ref}, batch_);
      }
    }
    if (!keys->Valid()) break;
    VEDETTE_TRY(const int64_t next, PeriodOfRollupKey(keys->key()));
    period = std::max(period + 1, next);
  }
  return keys->status();
}

void Deletion::RewriteRollups(size_t resolution, std::string_view key, std::string_view bytes,
                              Rest& rest) {
  const kv::Family family = state_.Family(FamilyName::kRollups);
  const int64_t resolution_ms = kRollupResolutionsMs[resolution];
  auto windows = DecodeRollups(bytes, resolution_ms);
  if (!windows.ok()) {
    batch_.Delete(family, key);  // it cannot be read, so there is nothing in it to keep
    return;
  }
  const size_t touched = std::erase_if(*windows, [&](const RollupWindow& window) {
    return window.rollup.first_t_ms <= to_ms_ &&
           std::max(window.last_t_ms, window.stale_ms) >= from_ms_;
  });
  if (!windows->empty()) {
    rest.Add(windows->front().rollup.first_t_ms, windows->back().last_t_ms);
  }
  if (touched == 0) return;
  if (windows->empty()) {
    batch_.Delete(family, key);
  } else {
    batch_.Put(family, key, EncodeRollups(*windows, resolution_ms));
  }
}

base::Result<> Deletion::Rewrite(FamilyName family, std::string_view key, std::string_view bytes,
                                 Rest& rest) {
  const base::Result<ChunkId> id = ParseChunkKey(key);
  const base::Result<ChunkSpan> span = SpanOfChunk(bytes);
  // What is damaged cannot be read, so there is nothing in it to keep.
  const bool damaged = !id.ok() || !span.ok();
  if (!damaged && (span->max_t_ms < from_ms_ || span->min_t_ms > to_ms_)) {
    rest.Add(span->min_t_ms, span->max_t_ms);
    return {};
  }
  batch_.Delete(state_.Family(family), key);
  if (damaged || (span->min_t_ms >= from_ms_ && span->max_t_ms <= to_ms_)) return {};
  const base::Result<> rewritten = family == FamilyName::kChunks
                                       ? RewriteFloats(*id, bytes, rest)
                                       : RewriteHistograms(*id, bytes, rest);
  if (rewritten.ok()) return {};
  state_.around.metrics.corrupt.Add();
  base::LogError("a damaged chunk goes whole with the part that is deleted",
                 {{"series", id->ref}, {"error", rewritten.error().message}});
  return {};
}

base::Result<> Deletion::RewriteFloats(const ChunkId& id, std::string_view bytes, Rest& rest) {
  SampleColumns samples;
  VEDETTE_TRY_VOID(DecodeChunk(bytes, INT64_MIN, INT64_MAX, samples));
  OpenChunk chunk;
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    if (samples.t_ms[i] >= from_ms_ && samples.t_ms[i] <= to_ms_) continue;
    if (chunk.count() == OpenChunk::kMaxSamples) PutChunk(id, chunk, rest);
    chunk.Append(samples.t_ms[i], samples.values[i]);
  }
  if (!chunk.empty()) PutChunk(id, chunk, rest);
  return {};
}

base::Result<> Deletion::RewriteHistograms(const ChunkId& id, std::string_view bytes, Rest& rest) {
  std::vector<HistogramSample> samples;
  VEDETTE_TRY_VOID(DecodeHistogramChunk(bytes, INT64_MIN, INT64_MAX, samples));
  OpenHistogramChunk chunk;
  for (const HistogramSample& sample : samples) {
    if (sample.t_ms < from_ms_ || sample.t_ms > to_ms_) chunk.Append(sample);
  }
  if (!chunk.empty()) PutChunk(id, chunk, rest);
  return {};
}

// Under the number of the chunk before: readers know by it what was stored when they looked.
template <typename Chunk>
void Deletion::PutChunk(ChunkId id, Chunk& chunk, Rest& rest) {
  std::string bytes;
  chunk.Encode(bytes);
  rest.Add(chunk.min_t_ms(), chunk.max_t_ms());
  id.min_t_ms = chunk.min_t_ms();
  batch_.Put(state_.Family(FamilyOf(id.kind)), KeyOfChunk(id), bytes);
  chunk.Clear();
}

}  // namespace vedette::series
