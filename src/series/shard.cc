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

}  // namespace

Shard::Shard(const ShardSurroundings& around, uint32_t number, const base::Clock& clock,
             std::unique_ptr<ShardObserver> observer)
    : clock_(clock),
      state_(around, number),
      appender_(state_),
      checkpointer_(state_),
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
    const bool busy = checkpointer_.Due() && !checkpoint_failed_;
    std::optional<Task> task = tasks_.PopUntil(busy ? base::SteadyPoint() : next_tick);
    if (task.has_value()) {
      RunTask(*task);
      task.reset();  // what it holds goes before the next wait
    } else if (tasks_.closed()) {
      return;
    }
    if (checkpointer_.Due() && !checkpoint_failed_) {
      const base::Result<> stored = checkpointer_.Slice();
      checkpoint_failed_ = !stored.ok();
      base::IgnoreError(stored, "the slice is repeated after the next tick; the log has it all");
    }
    const base::SteadyPoint now = waits_.Steady();
    if (now < next_tick) continue;
    Tick();
    next_tick = now + state_.around.options.tick_interval;
  }
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

void Shard::Tick() {
  checkpoint_failed_ = false;
  ExportLevels();
  if (state_.observer) state_.observer->OnTick(clock_.Now());
}

base::Result<> Shard::Recover(const SeriesHash& hash) { return RecoverShard(state_, hash); }

Index::Postings Shard::Matching(const Tenant* tenant, const SelectRequest& request) const {
  Index::Postings slots = state_.head.Select(tenant, request.matchers);
  std::erase_if(slots, [&](uint32_t slot) {
    return !state_.head.slot(slot).Overlaps(request.from_ms, request.to_ms);
  });
  return slots;
}

base::Result<> Shard::Select(const Tenant* tenant, const SelectRequest& request,
                             Selection& out) const {
  const Index::Postings slots = Matching(tenant, request);
  if (slots.size() > request.max_series) {
    return base::ResourceExhausted(
        fmt::format("the selection has more than {} series", request.max_series),
        "limits.max_series_per_query");
  }
  for (const uint32_t slot : slots) out.Add(state_.head.slot(slot));
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
  index->ForEachValue(label, [&](std::string_view value, const Index::Postings& slots) {
    const bool in_range = std::any_of(slots.begin(), slots.end(), [&](uint32_t slot) {
      return state_.head.slot(slot).Overlaps(request.from_ms, request.to_ms);
    });
    if (in_range) out.emplace(value);
  });
}

void Shard::DropBuckets(int64_t oldest_ms) {
  state_.oldest_ms = oldest_ms;
  state_.head.DropBefore(oldest_ms);
}

base::Result<bool> Shard::DropIdleSeries(int64_t horizon_ms, uint32_t& next_slot) {
  std::vector<uint32_t> idle;
  const uint32_t end = std::min(state_.head.slot_count(), next_slot + kSlotsPerSearch);
  for (; next_slot < end && idle.size() < kSeriesPerRemoval; ++next_slot) {
    const Slot& slot = state_.head.slot(next_slot);
    if (slot.live && slot.last_t_ms() < horizon_ms) idle.push_back(next_slot);
  }
  VEDETTE_TRY_VOID(RemoveSeries(idle));
  return next_slot >= state_.head.slot_count();
}

base::Result<bool> Shard::DropTenant(const Tenant* tenant) {
  Index::Postings slots;
  if (const Index* index = state_.head.IndexOf(tenant)) slots = index->all();
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
    if (state_.observer) state_.observer->OnSeriesGone(index);
  }
  state_.head.Remove(slots);
  state_.around.metrics.series_removed.Add(slots.size());
  state_.series.store(state_.head.series(), std::memory_order_relaxed);
  return {};
}

}  // namespace vedette::series
