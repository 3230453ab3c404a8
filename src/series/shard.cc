#include "series/shard.h"

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <utility>

#include "base/log.h"
#include "series/cardinality.h"
#include "series/recovery.h"

namespace vedette::series {
namespace {

constexpr size_t kSeriesPerRemoval = 2048;
constexpr size_t kReturnsPerSlice = 64;
constexpr uint32_t kSlotsPerSearch = 65'536;
constexpr uint32_t kTasksPerMerge = 16;

}  // namespace

Shard::Shard(const ShardSurroundings& around, uint32_t number, const base::Clock& clock,
             std::unique_ptr<ShardObserver> observer)
    : clock_(clock),
      state_(around, number),
      appender_(state_),
      checkpointer_(state_),
      compactor_(state_),
      roller_(state_),
      idle_(state_),
      catch_up_(state_),
      told_(state_),
      tasks_(around.options.queue_tasks_max, base::OverflowPolicy::kReject) {
  state_.observer = std::move(observer);
  thread_ = std::thread([this] { Run(); });
}

Shard::~Shard() {
  tasks_.Close();
  thread_.join();
}

void Shard::Run() {
  base::SteadyPoint next_tick = waits_.Steady() + state_.around.options.tick_interval;
  while (true) {
    std::optional<Task> task = tasks_.PopUntil(HasSlices() ? base::SteadyPoint() : next_tick);
    const bool had_task = task.has_value();
    if (had_task) {
      RunTask(*task);
      task.reset();  // what it holds goes before the next wait
    } else if (tasks_.closed()) {
      return;
    }
    if (HasSlices()) DoSlice(had_task);
    const base::SteadyPoint now = waits_.Steady();
    if (now < next_tick) continue;
    Tick(now);
    next_tick = now + state_.around.options.tick_interval;
  }
}

bool Shard::HasSlices() const {
  if (catch_up_.Due()) return true;
  return !slice_failed_ &&
         (checkpointer_.Due() || compactor_.Due() || roller_.Due() || idle_.Due());
}

// Merging can wait while tasks do, but not for ever.
void Shard::DoSlice(bool had_task) {
  base::Result<> done;
  if (catch_up_.Due()) {
    catch_up_.Slice();
  } else if (checkpointer_.Due()) {
    done = checkpointer_.Slice();
  } else if (!had_task || ++tasks_since_merge_ >= kTasksPerMerge) {
    tasks_since_merge_ = 0;
    done = compactor_.Due() ? compactor_.Slice() : roller_.Due() ? roller_.Slice() : idle_.Slice();
  }
  slice_failed_ = !done.ok();
  base::IgnoreError(done, "the slice is repeated after the next tick; the log has it all");
}

void Shard::RunTask(const Task& task) {
  try {
    task(*this);
  } catch (const std::exception& e) {
    base::LogError("a task of a shard failed", {{"shard", state_.shard}, {"error", e.what()}});
  }
}

// The gauges are sums over the shards.
void Shard::ExportLevels() {
  Metrics& metrics = state_.around.metrics;
  metrics.active_series.Add(static_cast<double>(series()) - static_cast<double>(exported_series_));
  metrics.head_bytes.Add(static_cast<double>(head_bytes()) -
                         static_cast<double>(exported_head_bytes_));
  exported_series_ = series();
  exported_head_bytes_ = head_bytes();
}

void Shard::Tick(base::SteadyPoint now) {
  slice_failed_ = false;
  ExportLevels();
  SettleIfQuiet(now);
  roller_.Advance(clock_.Now());
  idle_.Advance(now);
  if (state_.observer) state_.observer->OnTick(clock_.Now());
  if (!catch_up_.Due()) told_.Advance();
}

// When nothing has come for a while, the log is cut and all small chunks are merged, so that the
// disk holds no more than it must.
void Shard::SettleIfQuiet(base::SteadyPoint now) {
  if (state_.last_seq != seen_seq_) {
    seen_seq_ = state_.last_seq;
    quiet_since_ = now;
    settling_ = Settling::kNothing;
  }
  if (settling_ == Settling::kDone || now - quiet_since_ < state_.around.options.quiet_interval) {
    return;
  }
  if (settling_ == Settling::kNothing) {
    checkpointer_.StartRoundIfWorthIt();
    settling_ = Settling::kRound;
  } else if (!checkpointer_.Due()) {
    state_.loose.MakeAllDue();
    settling_ = Settling::kDone;
  }
}

base::Result<> Shard::Recover(const SeriesHash& hash) {
  VEDETTE_TRY_VOID(RecoverShard(state_, hash));
  VEDETTE_TRY_VOID(told_.Begin());
  catch_up_.Begin();
  return {};
}

// A lead is for roll-ups: without any, series that ended before the range stay out.
int64_t Shard::FirstNeeded(const SelectRequest& request) const {
  const bool may_be_rolled =
      request.rollups.resolution_ms > 0 || request.from_ms < (state_.dropped_day + 1) * kBucketMs;
  return may_be_rolled ? Selection::FirstNeeded(request.from_ms, request.rollups) : request.from_ms;
}

Index::Slots Shard::Matching(const Tenant* tenant, const SelectRequest& request) const {
  Index::Slots slots = state_.head.Select(tenant, request.matchers);
  const int64_t from_ms = FirstNeeded(request);
  std::erase_if(slots, [&](uint32_t slot) {
    return !state_.head.slot(slot).Overlaps(from_ms, request.to_ms);
  });
  return slots;
}

ColdWalk Shard::MatchingCold(Tenant* tenant, const SelectRequest& request,
                             std::string_view cursor) const {
  return ColdWalk(state_,
                  {.tenant = tenant,
                   .matchers = &request.matchers,
                   .from_ms = FirstNeeded(request),
                   .to_ms = request.to_ms},
                  cursor);
}

base::Result<> Shard::Select(Tenant* tenant, const SelectRequest& request, Selection& out,
                             ColdSelect& cold) const {
  const Index::Slots slots = Matching(tenant, request);
  if (slots.size() > request.max_series) {
    return base::ResourceExhausted(
        fmt::format("the selection has more than {} series", request.max_series),
        "limits.query_series_max");
  }
  cold.days = {.rolled = state_.rolled_day, .dropped = state_.dropped_day};
  for (const uint32_t slot : slots) out.Add(state_.head.slot(slot), cold.days);
  cold.walk = MatchingCold(tenant, request);
  if (cold.walk.any()) out.AddLater();
  return {};
}

void Shard::LabelNames(Tenant* tenant, const SelectRequest& request, Texts& out,
                       ColdWalk& cold) const {
  const auto add = [&](std::string_view text) {
    if (!out.contains(text)) out.emplace(text);
  };
  if (!request.matchers.empty()) {
    for (const uint32_t slot : Matching(tenant, request)) {
      for (const model::Label& label : state_.head.slot(slot).labels()) add(label.name);
    }
  } else if (const Index* index = state_.head.IndexOf(tenant)) {
    Texts values;
    index->ForEachName([&](std::string_view name) {
      values.clear();
      ValuesInMemory(*index, request, name, values);
      if (!values.empty()) add(name);
    });
  }
  cold = MatchingCold(tenant, request);
}

void Shard::LabelValues(Tenant* tenant, const SelectRequest& request, std::string_view label,
                        Texts& out, ColdWalk& cold) const {
  if (!request.matchers.empty()) {
    for (const uint32_t slot : Matching(tenant, request)) {
      const std::string_view value = state_.head.slot(slot).labels().Get(label);
      if (!value.empty() && !out.contains(value)) out.emplace(value);
    }
  } else if (const Index* index = state_.head.IndexOf(tenant)) {
    ValuesInMemory(*index, request, label, out);
  }
  cold = MatchingCold(tenant, request);
}

void Shard::CountTimes(const Tenant* tenant, CardinalityCounter& out) const {
  const Index* index = state_.head.IndexOf(tenant);
  if (index == nullptr) return;
  index->all().AnyOf([&](uint32_t number) {
    const Slot& slot = state_.head.slot(number);
    // The end of what is on disk may be unknown.
    out.AddTimes(slot.first_t_ms,
                 slot.disk_max_t_ms == kMaxTimeMs ? slot.newest_t_ms : slot.last_t_ms());
    return false;
  });
}

void Shard::ValuesInMemory(const Index& index, const SelectRequest& request, std::string_view label,
                           Texts& out) const {
  index.ForEachValue(label, [&](std::string_view value, const Postings& slots) {
    const bool in_range = slots.AnyOf([&](uint32_t slot) {
      return state_.head.slot(slot).Overlaps(request.from_ms, request.to_ms);
    });
    if (in_range) out.emplace(value);
  });
}

void Shard::Exemplars(const Tenant* tenant, const SelectRequest& request,
                      std::vector<ExemplarSeries>& out) const {
  if (state_.exemplars.empty()) return;
  for (const uint32_t slot : state_.head.Select(tenant, request.matchers)) {
    ExemplarSeries found;
    state_.exemplars.Read(slot, request.from_ms, request.to_ms, found.exemplars);
    if (found.exemplars.empty()) continue;
    found.labels = model::Labels(state_.head.slot(slot).labels());
    out.push_back(std::move(found));
  }
}

void Shard::DropBuckets(int64_t oldest_ms) {
  state_.oldest_ms = oldest_ms;
  state_.dropped_day = BucketOf(oldest_ms);
  state_.head.DropBefore(oldest_ms);
}

base::Result<bool> Shard::DropIdleSeries(int64_t horizon_ms, int64_t idle_ms, Dropping& dropping) {
  const auto goes = [&](bool has_histograms, int64_t last_t_ms) {
    return last_t_ms < (has_histograms ? horizon_ms : idle_ms);
  };
  uint32_t& next_slot = dropping.next_slot;
  if (next_slot >= state_.head.slot_count()) {
    return DropCold(
        state_, std::max(horizon_ms, idle_ms),
        [&](const ColdEntry& entry) { return goes(entry.has_histograms, entry.last_t_ms); },
        dropping.cursor);
  }
  std::vector<uint32_t> idle;
  const uint32_t end = std::min(state_.head.slot_count(), next_slot + kSlotsPerSearch);
  for (; next_slot < end && idle.size() < kSeriesPerRemoval; ++next_slot) {
    const Slot& slot = state_.head.slot(next_slot);
    if (slot.live && goes(slot.has_histograms, slot.last_t_ms())) idle.push_back(next_slot);
  }
  VEDETTE_TRY_VOID(RemoveSeries(idle));
  return !state_.HasCold() && next_slot >= state_.head.slot_count();
}

// What is to be deleted from has to be in memory. So first comes what is there, then the cold ones,
// which are brought back, some at a time, and let go again; at last those that samples brought back
// meanwhile.
base::Result<bool> Shard::DeleteSamples(Tenant* tenant, const SelectRequest& request,
                                        Deleting& deleting) {
  if (deleting.targets.empty()) {
    VEDETTE_TRY(const bool last, NextTargets(tenant, request, deleting));
    if (last) return true;
    if (deleting.targets.empty()) return false;
  }
  std::vector<uint32_t> empty;
  VEDETTE_TRY(const size_t done,
              Deletion(state_, request.from_ms, request.to_ms).DeleteSome(deleting.targets, empty));
  std::vector<uint32_t> cold;
  for (const auto& [index, ref] : std::span(deleting.targets).first(done)) {
    const Slot& slot = state_.head.slot(index);
    if (slot.live && slot.ref == ref && deleting.phase == Deleting::Phase::kCold) {
      cold.push_back(index);
    }
  }
  deleting.targets.erase(deleting.targets.begin(),
                         deleting.targets.begin() + static_cast<std::ptrdiff_t>(done));
  std::sort(empty.begin(), empty.end());
  VEDETTE_TRY_VOID(RemoveSeries(empty));
  std::erase_if(
      cold, [&](uint32_t index) { return std::binary_search(empty.begin(), empty.end(), index); });
  std::sort(cold.begin(), cold.end());
  VEDETTE_TRY_VOID(idle_.LetGo(cold));
  return false;
}

// True when there are no more, ever.
base::Result<bool> Shard::NextTargets(Tenant* tenant, const SelectRequest& request,
                                      Deleting& deleting) {
  using Phase = Deleting::Phase;
  const auto add_matching = [&](auto wanted) {
    for (const uint32_t index : Matching(tenant, request)) {
      const Slot& slot = state_.head.slot(index);
      if (wanted(slot)) deleting.targets.push_back({index, slot.ref});
    }
  };
  switch (deleting.phase) {
    case Phase::kBegin:
      deleting.returns = state_.returns;
      add_matching([](const Slot&) { return true; });
      deleting.phase = Phase::kMemory;
      return false;
    case Phase::kMemory: deleting.phase = Phase::kCold; [[fallthrough]];
    case Phase::kCold: {
      VEDETTE_TRY(const bool more, ReturnSome(tenant, request, deleting));
      if (more) return false;
      deleting.phase = Phase::kReturned;
      [[fallthrough]];
    }
    case Phase::kReturned:
      add_matching([&](const Slot& slot) { return slot.returned > deleting.returns; });
      deleting.returns = state_.returns;
      return deleting.targets.empty();
  }
  return true;
}

// False when there are none left.
base::Result<bool> Shard::ReturnSome(Tenant* tenant, const SelectRequest& request,
                                     Deleting& deleting) {
  std::vector<Slot> found;
  ColdWalk walk = MatchingCold(tenant, request, deleting.cursor);
  VEDETTE_TRY_VOID(walk.Run([&](Slot& slot) {
    found.push_back(std::move(slot));
    return found.size() < kReturnsPerSlice;
  }));
  for (const Slot& cold : found) {
    VEDETTE_TRY(const uint32_t index, Return(state_, cold.hash, tenant, cold.labels().bytes()));
    if (index == SlotTable::kNone) continue;
    tenant->series.fetch_add(1);
    deleting.targets.push_back({index, cold.ref});
  }
  deleting.cursor = walk.cursor();
  return !found.empty();
}

base::Result<> Shard::SweepIdle() {
  idle_.StartSweep();
  while (idle_.Due()) VEDETTE_TRY_VOID(idle_.Slice());
  while (compactor_.Due()) VEDETTE_TRY_VOID(compactor_.Slice());
  return {};
}

base::Result<bool> Shard::DropTenant(const Tenant* tenant) {
  Index::Slots slots;
  if (const Index* index = state_.head.IndexOf(tenant)) slots = index->all().ToVector();
  const bool last = slots.size() <= kSeriesPerRemoval;
  if (!last) slots.resize(kSeriesPerRemoval);
  VEDETTE_TRY_VOID(RemoveSeries(slots));
  return last;
}

base::Result<bool> Shard::DropColdOf(TenantId tenant, std::string& cursor) {
  return DropCold(
      state_, INT64_MAX, [&](const ColdEntry& entry) { return entry.tenant == tenant; }, cursor);
}

base::Result<> Shard::RemoveSeries(const std::vector<uint32_t>& slots) {
  if (slots.empty()) return {};
  kv::Batch batch;
  for (const uint32_t index : slots) {
    const auto key = KeyOfSeries(state_.head.slot(index).ref);
    batch.Delete(state_.Family(FamilyName::kSeries), key);
    batch.Delete(state_.Family(FamilyName::kHead), key);
    if (state_.head.slot(index).returning) DeleteReturned(state_, index, batch);
  }
  // The log may still name these references: they must not be given away again.
  batch.Put(state_.Family(FamilyName::kMeta), NextRefKey(state_.shard),
            EncodeNumber(state_.next_counter));
  if (base::Result<> written = state_.Write(batch, kv::Durability::kProcess); !written.ok()) {
    // They may be gone from the disk all the same.
    for (const uint32_t index : slots) {
      if (!state_.head.slot(index).returning) state_.head.MarkReturning(index, {});
    }
    return written;
  }
  ForgetSlots(state_, slots);
  state_.around.metrics.series_removed.Add(slots.size());
  return {};
}

}  // namespace vedette::series
