#include "series/idle.h"

#include <algorithm>

#include "series/checkpointer.h"
#include "series/cold.h"
#include "series/rollup.h"

namespace vedette::series {
namespace {

constexpr uint32_t kSlotsMax = 8192;  // of a slice
constexpr size_t kLeavingMax = 256;
constexpr int64_t kMarksMax = 4;  // days of one series

}  // namespace

void Idle::Advance(base::SteadyPoint now) {
  const base::Duration idle_after = state_.around.options.idle_after;
  if (idle_after.count() <= 0) return;
  if (swept_at_ == base::SteadyPoint()) swept_at_ = now;
  if (sweeping_ || now - swept_at_ < idle_after / kSweeps) return;
  swept_at_ = now;
  StartSweep();
}

void Idle::StartSweep() {
  sweeping_ = true;
  next_slot_ = 0;
}

base::Result<> Idle::Slice() {
  std::vector<uint32_t> old;
  const uint32_t end = std::min(state_.head.slot_count(), next_slot_ + kSlotsMax);
  for (; next_slot_ < end && old.size() < kLeavingMax; ++next_slot_) {
    Slot& slot = state_.head.slot(next_slot_);
    if (!slot.live) continue;
    if (slot.age < kOld) ++slot.age;
    if (slot.age == kOld) old.push_back(next_slot_);
  }
  sweeping_ = next_slot_ < state_.head.slot_count();
  base::Result<> gone = LetGo(old);
  if (!gone.ok()) sweeping_ = false;  // each failed write leaves slots that the next one has to put
  return gone;
}

base::Result<> Idle::LetGo(std::span<const uint32_t> slots) {
  batch_.Clear();
  std::vector<uint32_t> leaving;
  for (const uint32_t index : slots) {
    VEDETTE_TRY(const bool may_go, MayGo(index));
    if (may_go) leaving.push_back(index);
  }
  if (leaving.empty()) return {};
  std::vector<std::string> keys(leaving.size());
  uint64_t chunks = 0;
  for (size_t i = 0; i < leaving.size(); ++i) chunks += Put(leaving[i], keys[i]);
  // The log may still name these references: they must not be given away again.
  batch_.Put(state_.Family(FamilyName::kMeta), NextRefKey(state_.shard),
             EncodeNumber(state_.next_counter));
  if (base::Result<> written = state_.Write(batch_, kv::Durability::kProcess); !written.ok()) {
    // It may be there all the same.
    for (size_t i = 0; i < leaving.size(); ++i) {
      state_.head.MarkReturning(leaving[i], std::move(keys[i]));
    }
    return written;
  }
  ForgetSlots(state_, leaving);
  state_.chunks.fetch_add(chunks, std::memory_order_relaxed);
  state_.around.metrics.chunks.Add(chunks);
  state_.around.metrics.series_left.Add(leaving.size());
  return {};
}

base::Result<bool> Idle::MayGo(uint32_t index) {
  const Slot& slot = state_.head.slot(index);
  if (slot.disk_max_t_ms == kMaxTimeMs || slot.first_t_ms > slot.last_t_ms()) return false;
  if (slot.observed && !state_.observer->MayLeave(index)) return false;
  if (state_.loose.Has(index)) {
    state_.loose.MakeDue(index);
    return false;
  }
  const int64_t first = std::max(state_.rolled_day, BucketOf(slot.first_t_ms));
  if (state_.RollsUp() && BucketOf(slot.last_t_ms()) - first >= kMarksMax) return false;
  VEDETTE_TRY(const bool taken, HashIsTaken(state_, index));
  return !taken;
}

// Adds all that leaving takes to the batch; gives back the number of chunks.
uint64_t Idle::Put(uint32_t index, std::string& key) {
  const Slot& slot = state_.head.slot(index);
  state_.head.CloseAll(index);
  uint64_t chunks = 0;
  if (slot.returning || slot.extras != nullptr) chunks = PutSlot(state_, index, batch_);
  key = PutCold(state_, index, batch_);
  if (slot.has_histograms || !state_.RollsUp()) return chunks;
  for (int64_t day = std::max(state_.rolled_day, BucketOf(slot.first_t_ms));
       day <= BucketOf(slot.last_t_ms()); ++day) {
    MarkUnrolled(state_.around.families, state_.shard,
                 {.day = day, .tenant = slot.tenant->id, .ref = slot.ref}, batch_);
  }
  return chunks;
}

}  // namespace vedette::series
