#include "series/shard.h"

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <utility>

#include "base/log.h"
#include "series/recovery.h"

namespace vedette::series {
namespace {

constexpr size_t kSeriesPerRemoval = 2048;
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
      catch_up_(state_),
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
  return !slice_failed_ && (checkpointer_.Due() || compactor_.Due() || roller_.Due());
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
    done = compactor_.Due() ? compactor_.Slice() : roller_.Slice();
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
  if (state_.observer) state_.observer->OnTick(clock_.Now());
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
  catch_up_.Begin();
  return {};
}

Index::Slots Shard::Matching(const Tenant* tenant, const SelectRequest& request) const {
  Index::Slots slots = state_.head.Select(tenant, request.matchers);
  // A lead is for roll-ups: without any, series that ended before the range stay out.
  const bool may_be_rolled =
      request.rollups.resolution_ms > 0 || request.from_ms < (state_.dropped_day + 1) * kBucketMs;
  const int64_t from_ms =
      may_be_rolled ? Selection::FirstNeeded(request.from_ms, request.rollups) : request.from_ms;
  std::erase_if(slots, [&](uint32_t slot) {
    return !state_.head.slot(slot).Overlaps(from_ms, request.to_ms);
  });
  return slots;
}

base::Result<> Shard::Select(const Tenant* tenant, const SelectRequest& request,
                             Selection& out) const {
  const Index::Slots slots = Matching(tenant, request);
  if (slots.size() > request.max_series) {
    return base::ResourceExhausted(
        fmt::format("the selection has more than {} series", request.max_series),
        "limits.max_series_per_query");
  }
  const Selection::Days days{.rolled = state_.rolled_day, .dropped = state_.dropped_day};
  for (const uint32_t slot : slots) out.Add(state_.head.slot(slot), days);
  return {};
}

void Shard::LabelNames(const Tenant* tenant, const SelectRequest& request,
                       std::set<std::string, std::less<>>& out) const {
  const auto add = [&](std::string_view text) {
    if (!out.contains(text)) out.emplace(text);
  };
  if (!request.matchers.empty()) {
    for (const uint32_t slot : Matching(tenant, request)) {
      for (const model::Label& label : state_.head.slot(slot).labels()) add(label.name);
    }
    return;
  }
  const Index* index = state_.head.IndexOf(tenant);
  if (index == nullptr) return;
  std::set<std::string, std::less<>> values;
  index->ForEachName([&](std::string_view name) {
    values.clear();
    LabelValues(tenant, request, name, values);
    if (!values.empty()) add(name);
  });
}

void Shard::LabelValues(const Tenant* tenant, const SelectRequest& request, std::string_view label,
                        std::set<std::string, std::less<>>& out) const {
  if (!request.matchers.empty()) {
    for (const uint32_t slot : Matching(tenant, request)) {
      const std::string_view value = state_.head.slot(slot).labels().Get(label);
      if (!value.empty() && !out.contains(value)) out.emplace(value);
    }
    return;
  }
  const Index* index = state_.head.IndexOf(tenant);
  if (index == nullptr) return;
  index->ForEachValue(label, [&](std::string_view value, const Postings& slots) {
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

base::Result<bool> Shard::DropIdleSeries(int64_t horizon_ms, int64_t idle_ms, uint32_t& next_slot) {
  std::vector<uint32_t> idle;
  const uint32_t end = std::min(state_.head.slot_count(), next_slot + kSlotsPerSearch);
  for (; next_slot < end && idle.size() < kSeriesPerRemoval; ++next_slot) {
    const Slot& slot = state_.head.slot(next_slot);
    const int64_t since_ms = slot.has_histograms ? horizon_ms : idle_ms;
    if (slot.live && slot.last_t_ms() < since_ms) idle.push_back(next_slot);
  }
  VEDETTE_TRY_VOID(RemoveSeries(idle));
  return next_slot >= state_.head.slot_count();
}

base::Result<bool> Shard::DeleteSamples(const Tenant* tenant, const SelectRequest& request,
                                        Deleting& deleting) {
  if (!deleting.begun) {
    for (const uint32_t slot : Matching(tenant, request)) {
      deleting.targets.push_back({slot, state_.head.slot(slot).ref});
    }
    deleting.begun = true;
  }
  if (deleting.targets.empty()) return true;
  std::vector<uint32_t> empty;
  VEDETTE_TRY(const size_t done,
              Deletion(state_, request.from_ms, request.to_ms).DeleteSome(deleting.targets, empty));
  deleting.targets.erase(deleting.targets.begin(),
                         deleting.targets.begin() + static_cast<std::ptrdiff_t>(done));
  std::sort(empty.begin(), empty.end());
  VEDETTE_TRY_VOID(RemoveSeries(empty));
  return deleting.targets.empty();
}

base::Result<bool> Shard::DropTenant(const Tenant* tenant) {
  Index::Slots slots;
  if (const Index* index = state_.head.IndexOf(tenant)) slots = index->all().ToVector();
  const bool last = slots.size() <= kSeriesPerRemoval;
  if (!last) slots.resize(kSeriesPerRemoval);
  VEDETTE_TRY_VOID(RemoveSeries(slots));
  return last;
}

base::Result<> Shard::RemoveSeries(const std::vector<uint32_t>& slots) {
  if (slots.empty()) return {};
  kv::Batch batch;
  for (const uint32_t index : slots) {
    const auto key = KeyOfSeries(state_.head.slot(index).ref);
    batch.Delete(state_.Family(FamilyName::kSeries), key);
    batch.Delete(state_.Family(FamilyName::kHead), key);
  }
  // The log may still name these references: they must not be given away again.
  batch.Put(state_.Family(FamilyName::kMeta), NextRefKey(state_.shard),
            EncodeNumber(state_.next_counter));
  VEDETTE_TRY_VOID(state_.Write(batch, kv::Durability::kProcess));
  for (const uint32_t index : slots) {
    state_.head.slot(index).tenant->series.fetch_sub(1);
    if (state_.head.slot(index).observed) state_.observer->OnSeriesGone(index);
    state_.exemplars.Remove(index);
  }
  state_.head.Remove(slots);
  state_.around.metrics.series_removed.Add(slots.size());
  state_.series.store(state_.head.series(), std::memory_order_relaxed);
  return {};
}

}  // namespace vedette::series
