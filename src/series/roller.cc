#include "series/roller.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "series/cold.h"
#include "series/selection.h"

namespace vedette::series {
namespace {

constexpr size_t kSliceSamples = 32'768;
constexpr size_t kSliceSlots = 1024;  // looked at
constexpr size_t kSliceMarks = 64;
constexpr base::Duration kAfterMidnight = std::chrono::hours(1);
constexpr base::Duration kMarksInterval = std::chrono::minutes(1);

// The first day from `day` on of which memory has samples; INT64_MAX for none.
int64_t NextInMemory(const Slot& slot, int64_t day) {
  int64_t next = INT64_MAX;
  const auto take = [&](int64_t t_ms) {
    if (BucketOf(t_ms) >= day) next = std::min(next, BucketOf(t_ms));
  };
  if (!slot.chunk.empty()) take(slot.chunk.min_t_ms());
  if (slot.extras == nullptr) return next;
  for (const ClosedChunk& chunk : slot.extras->closed) take(chunk.min_t_ms);
  for (const model::Sample& sample : slot.extras->out_of_order) take(sample.t_ms);
  return next;
}

}  // namespace

Roller::Roller(ShardState& state)
    : state_(state), hash_(state.around.hash_seed), enabled_(state.RollsUp()) {}

void Roller::Advance(base::TimePoint now) {
  if (!enabled_) return;
  const int64_t today = BucketOf(base::ToMillis(now - kAfterMidnight));
  if (!rolling_ && today > state_.rolled_day) Begin(today);
  if (!state_.unrolled || now - marks_at_ < kMarksInterval) return;
  marks_at_ = now;
  marks_due_ = true;
}

// From now on what is stored for the days is marked, whether their turn has been or not.
void Roller::Begin(int64_t end_day) {
  rolling_ = true;
  end_day_ = end_day;
  marking_ = state_.HasCold() && state_.rolled_day == BucketOf(kMinTimeMs);
  marked_.clear();
  next_slot_ = 0;
  next_day_.reset();
  state_.rolling_day = std::max(state_.rolling_day, end_day);
}

base::Result<> Roller::Slice() {
  batch_.Clear();
  samples_ = 0;
  if (rolling_ && marking_) return MarkColdSeries();
  return rolling_ ? Roll() : RollMarked();
}

// What left memory while nothing was rolled up.
base::Result<> Roller::MarkColdSeries() {
  std::string marked = marked_;
  VEDETTE_TRY(const bool last, MarkCold(state_, end_day_, batch_, marked));
  VEDETTE_TRY_VOID(WriteBatch());
  marked_ = std::move(marked);
  marking_ = !last;
  return {};
}

base::Result<> Roller::Roll() {
  const uint32_t slot_before = next_slot_;
  const auto day_before = next_day_;
  const auto repeat = [&](const base::Error& error) -> base::Result<> {
    next_slot_ = slot_before;
    next_day_ = day_before;
    return error;
  };
  {
    const auto chunks = state_.around.db.NewIterator(state_.Family(FamilyName::kChunks), {}, {});
    for (size_t looked = 0;
         looked < kSliceSlots && samples_ < kSliceSamples && next_slot_ < state_.head.slot_count();
         ++looked) {
      const auto rolled = RollSeries(next_slot_, *chunks);
      if (!rolled.ok()) return repeat(rolled.error());
      if (!next_day_.has_value()) ++next_slot_;
    }
  }
  const bool last = next_slot_ >= state_.head.slot_count();
  if (last) {
    batch_.Put(state_.Family(FamilyName::kMeta), RolledKey(state_.shard),
               EncodeNumber(static_cast<uint64_t>(end_day_)));
  }
  if (const auto written = WriteBatch(); !written.ok()) return repeat(written.error());
  if (!last) return {};
  state_.rolled_day = end_day_;
  state_.unrolled = true;  // series that left memory before the end of a day have marks for it
  rolling_ = false;
  return {};
}

// Some days of a series; `next_day_` is empty when they were the last.
base::Result<> Roller::RollSeries(uint32_t index, kv::Iterator& chunks) {
  const Slot& slot = state_.head.slot(index);
  const int64_t begin = next_day_.value_or(std::max(state_.rolled_day, state_.dropped_day));
  next_day_.reset();
  if (!slot.live || slot.has_histograms || slot.first_t_ms > slot.last_t_ms()) return {};
  int64_t day = std::max(begin, BucketOf(slot.first_t_ms));
  const int64_t last = std::min(end_day_ - 1, BucketOf(slot.last_t_ms()));
  while (day <= last) {
    if (samples_ >= kSliceSamples) {
      next_day_ = day;
      return {};
    }
    const auto prefix = PrefixOfChunks(day, slot.tenant->id, slot.ref);
    chunks.Seek(prefix);
    const int64_t in_memory = NextInMemory(slot, day);
    if (in_memory == day || (chunks.Valid() && chunks.key().starts_with(prefix))) {
      VEDETTE_TRY_VOID(RollDay(slot, day));
      ++day;
      continue;
    }
    VEDETTE_TRY_VOID(chunks.status());
    // Days in which no series has anything.
    int64_t next = INT64_MAX;
    if (chunks.Valid()) {
      VEDETTE_TRY(next, ParseBucket(chunks.key()));
    }
    day = std::max(day + 1, std::min(next, in_memory));
  }
  return {};
}

base::Result<> Roller::RollDay(const Slot& slot, int64_t day) {
  const Selection::Range range{.from_ms = day * kBucketMs, .to_ms = (day + 1) * kBucketMs - 1};
  const auto selection = std::make_shared<Selection>(
      range, state_.around.db, state_.around.families, state_.around.metrics.corrupt);
  selection->Add(slot);
  std::vector<std::unique_ptr<SelectedSeries>> series;
  selection->MoveInto(series);
  SampleColumns samples;
  VEDETTE_TRY_VOID(series[0]->Read(samples));
  samples_ += samples.t_ms.size() + kSliceSamples / 1024;
  if (samples.t_ms.empty()) return {};
  for (size_t i = 0; i < kRollupResolutions; ++i) {
    if (state_.around.options.rollup_retention[i].count() <= 0) continue;
    const int64_t resolution_ms = kRollupResolutionsMs[i];
    const std::string bytes = EncodeRollups(RollUp(samples, resolution_ms), resolution_ms);
    batch_.Put(family(), KeyOfRollup(i, day, slot.tenant->id, slot.ref), bytes);
    state_.around.metrics.rollup_bytes.Add(bytes.size());
  }
  state_.around.metrics.rollups.Add();
  return {};
}

base::Result<> Roller::WriteBatch() {
  if (batch_.empty()) return {};
  return state_.Write(batch_, kv::Durability::kProcess);
}

base::Result<> Roller::RollMarked() {
  marks_due_ = false;
  bool all = true;
  {
    const auto prefix = PrefixOfUnrolled(state_.shard);
    const auto marks = state_.around.db.NewIterator(family(), {}, {});
    size_t count = 0;
    for (marks->Seek(prefix); marks->Valid() && marks->key().starts_with(prefix); marks->Next()) {
      if (++count > kSliceMarks || samples_ >= kSliceSamples) {
        all = false;
        break;
      }
      const base::Result<Unrolled> mark = ParseUnrolledKey(marks->key());
      if (mark.ok() && mark->day >= state_.rolled_day) break;  // their turn comes with the day's
      batch_.Delete(family(), marks->key());
      if (!mark.ok() || mark->day < state_.dropped_day) continue;
      std::optional<Slot> cold;
      VEDETTE_TRY(const Slot* slot, SlotOf(*mark, cold));
      if (slot == nullptr || slot->has_histograms) continue;
      VEDETTE_TRY_VOID(RollDay(*slot, mark->day));
    }
    VEDETTE_TRY_VOID(marks->status());
  }
  VEDETTE_TRY_VOID(WriteBatch());
  marks_due_ = !all;
  state_.unrolled = !all;
  return {};
}

base::Result<const Slot*> Roller::SlotOf(const Unrolled& mark, std::optional<Slot>& cold) const {
  Tenant* const tenant = state_.around.tenants.FindById(mark.tenant);
  if (tenant == nullptr) return nullptr;
  VEDETTE_TRY(const auto bytes,
              state_.around.db.Get(state_.Family(FamilyName::kSeries), KeyOfSeries(mark.ref)));
  if (bytes.has_value()) {
    const base::Result<SeriesRecord> record = DecodeSeries(*bytes);
    if (!record.ok()) return nullptr;
    const std::string_view labels = record->labels.bytes();
    const uint32_t slot = state_.head.Find(hash_(mark.tenant, labels), tenant, labels);
    if (slot == SlotTable::kNone || state_.head.slot(slot).ref != mark.ref) return nullptr;
    return &state_.head.slot(slot);
  }
  VEDETTE_TRY(cold, FindCold(state_, tenant, mark.ref));
  return cold.has_value() ? &*cold : nullptr;
}

base::Result<bool> Roller::RollBefore(int64_t day) {
  if (!enabled_) return true;
  if (!rolling_ && state_.rolled_day < day) Begin(day);
  if (rolling_ || state_.unrolled) {
    next_in_memory_ = 0;
    VEDETTE_TRY_VOID(Slice());
    return false;
  }
  return RollMemory(day);
}

base::Result<bool> Roller::RollMemory(int64_t end_day) {
  batch_.Clear();
  samples_ = 0;
  const uint32_t slots = state_.head.slot_count();
  uint32_t index = next_in_memory_;
  const uint32_t end = std::min(slots, index + static_cast<uint32_t>(64 * kSliceSlots));
  for (; index < end && samples_ < kSliceSamples; ++index) {
    const Slot& slot = state_.head.slot(index);
    if (!slot.live || slot.has_histograms) continue;
    int64_t day = NextInMemory(slot, state_.dropped_day);
    for (; day < end_day; day = NextInMemory(slot, day + 1)) {
      VEDETTE_TRY_VOID(RollDay(slot, day));
    }
  }
  VEDETTE_TRY_VOID(WriteBatch());
  next_in_memory_ = index < slots ? index : 0;
  return index >= slots;
}

}  // namespace vedette::series
