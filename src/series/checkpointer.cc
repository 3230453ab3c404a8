#include "series/checkpointer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "series/block.h"
#include "series/cold.h"
#include "series/rollup.h"

namespace vedette::series {
namespace {

constexpr uint32_t kSlotsPerSlice = 16'384;
constexpr uint64_t kHeadRecordBytes = 160;  // about
constexpr uint64_t kRoundsWorth = 16;
constexpr uint64_t kLogBytesMin = 4 << 20;
constexpr uint64_t kUntoldMax = 20'000;  // records

// Makes a block of an open chunk, if that is smaller.
void Pack(std::string& chunk) {
  SampleColumns samples;
  if (chunk.empty() || !DecodeChunk(chunk, INT64_MIN, INT64_MAX, samples).ok()) return;
  std::string block = EncodeBlock(samples.t_ms, samples.values);
  if (block.size() < chunk.size()) chunk = std::move(block);
}

}  // namespace

uint64_t PutSlot(ShardState& state, uint32_t index, kv::Batch& batch, bool pack) {
  const Slot& slot = state.head.slot(index);
  HeadRecord head = state.head.RecordOf(index, state.last_seq);
  if (pack) Pack(head.open_chunk);
  std::string record;
  EncodeHead(head, record);
  batch.Put(state.Family(FamilyName::kHead), KeyOfSeries(slot.ref), record);
  if (slot.returning) PutReturned(state, index, batch);
  if (slot.extras == nullptr) return 0;
  uint64_t chunks = 0;
  for (const ClosedChunk& chunk : slot.extras->closed) {
    const int64_t day = BucketOf(chunk.min_t_ms);
    if (day < state.dropped_day) continue;  // retention has taken it, and its roll-ups stay
    if (day < state.rolling_day) {
      state.unrolled = true;
      MarkUnrolled(state.around.families, state.shard,
                   {.day = day, .tenant = slot.tenant->id, .ref = slot.ref}, batch);
    }
    batch.Put(state.Family(FamilyOf(chunk.kind)),
              KeyOfChunk({.tenant = slot.tenant->id,
                          .ref = slot.ref,
                          .min_t_ms = chunk.min_t_ms,
                          .kind = chunk.kind,
                          .number = chunk.number}),
              chunk.bytes);
    ++chunks;
  }
  return chunks;
}

// A round costs a record per series: the log may grow to some times that, but not beyond the
// limit.
bool Checkpointer::Due() const {
  const uint64_t limit = state_.around.options.checkpoint_bytes / state_.around.shards;
  const uint64_t worth = std::max(kLogBytesMin, kRoundsWorth * RoundBytes());
  return in_round_ || TooManyClosed() || state_.log_bytes >= std::min(limit, worth);
}

uint64_t Checkpointer::RoundBytes() const { return state_.head.series() * kHeadRecordBytes; }

void Checkpointer::StartRoundIfWorthIt() {
  if (in_round_ || state_.log_bytes <= RoundBytes()) return;
  StartRound();
  packing_ = true;
}

bool Checkpointer::TooManyClosed() const {
  return state_.head.closed_slots().size() >= state_.around.options.closed_series_max;
}

base::Result<> Checkpointer::Slice() {
  if (TooManyClosed()) return StoreClosed();
  if (!in_round_) StartRound();
  return ContinueRound();
}

base::Result<> Checkpointer::Round() {
  in_round_ = false;
  StartRound();
  while (in_round_) VEDETTE_TRY_VOID(ContinueRound());
  return {};
}

void Checkpointer::StartRound() {
  in_round_ = true;
  packing_ = false;
  next_slot_ = 0;
  round_seq_ = state_.last_seq;
  round_bytes_ = state_.log_bytes;
}

base::Result<> Checkpointer::StoreClosed() {
  std::vector<uint32_t>& closed = state_.head.closed_slots();
  const size_t count = std::min(closed.size(), state_.around.options.slice_series);
  std::vector<uint32_t> slots;
  for (size_t i = closed.size() - count; i < closed.size(); ++i) {
    // Since it was noted, a slot may have been stored by a round, or removed.
    const Slot& slot = state_.head.slot(closed[i]);
    if (slot.live && slot.in_closed) slots.push_back(closed[i]);
  }
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  VEDETTE_TRY_VOID(Store(slots));
  closed.resize(closed.size() - count);
  return {};
}

base::Result<> Checkpointer::ContinueRound() {
  std::vector<uint32_t> slots;
  uint32_t slot = next_slot_;
  const uint32_t end = std::min(state_.head.slot_count(), next_slot_ + kSlotsPerSlice);
  for (; slot < end && slots.size() < state_.around.options.slice_series; ++slot) {
    if (state_.head.slot(slot).live && state_.head.slot(slot).dirty) slots.push_back(slot);
  }
  VEDETTE_TRY_VOID(Store(slots));
  next_slot_ = slot;
  if (next_slot_ >= state_.head.slot_count()) return FinishRound();
  return {};
}

// Records that a restart would need to say what they led to stay for another round, as long as
// those who keep it are not far behind.
uint64_t Checkpointer::Cuttable() const {
  if (!state_.observer) return round_seq_;
  const uint64_t oldest = round_seq_ > kUntoldMax ? round_seq_ - kUntoldMax : 0;
  return std::min(round_seq_, std::max(oldest, state_.told_seq.value_or(0)));
}

base::Result<> Checkpointer::FinishRound() {
  batch_.Clear();
  batch_.DeleteRange(state_.Family(FamilyName::kLog), KeyOfLog(state_.shard, 0),
                     KeyOfLog(state_.shard, Cuttable() + 1));
  // The log's newest number must survive the deletion of its newest record.
  batch_.Put(state_.Family(FamilyName::kMeta), LogFloorKey(state_.shard), EncodeNumber(round_seq_));
  VEDETTE_TRY_VOID(state_.Write(batch_, kv::Durability::kProcess));
  in_round_ = false;
  state_.log_bytes -= round_bytes_;
  std::erase_if(state_.head.closed_slots(),
                [&](uint32_t index) { return !state_.head.slot(index).in_closed; });
  state_.around.metrics.rounds.Add();
  return {};
}

// The chunks of a slot that have just been stored are for the compactor.
void Checkpointer::NoteChunks(uint32_t index) {
  const Slot& slot = state_.head.slot(index);
  if (slot.extras == nullptr) return;
  for (const ClosedChunk& chunk : slot.extras->closed) {
    if (FamilyOf(chunk.kind) == FamilyName::kChunks) {
      state_.loose.Add(index, BucketOf(chunk.min_t_ms));
    }
  }
}

base::Result<> Checkpointer::Store(std::span<const uint32_t> slots) {
  if (slots.empty()) return {};
  batch_.Clear();
  uint64_t chunks = 0;
  for (const uint32_t index : slots) chunks += PutSlot(state_, index, batch_, packing_);
  VEDETTE_TRY_VOID(state_.Write(batch_, kv::Durability::kProcess));
  for (const uint32_t index : slots) {
    NoteChunks(index);
    state_.head.MarkStored(index);
  }
  state_.chunks.fetch_add(chunks, std::memory_order_relaxed);
  state_.around.metrics.chunks.Add(chunks);
  return {};
}

}  // namespace vedette::series
