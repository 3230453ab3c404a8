#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

#include "series/engine.h"
#include "series/rollup.h"

// The parts of Engine that read, and those that remove.

namespace vedette::series {

base::Result<> Engine::OnAllShards(
    const std::function<base::Result<>(Shard& shard, size_t index)>& task) {
  struct Call {
    explicit Call(size_t tasks) : group(tasks), results(tasks) {}
    TaskGroup group;
    std::vector<base::Result<>> results;
  };
  const auto call = std::make_shared<Call>(shards_.size());
  const base::SteadyPoint deadline = Deadline();
  for (size_t i = 0; i < shards_.size(); ++i) {
    // `task` lives in the caller, which waits for all that begin.
    const bool submitted = shards_[i]->SubmitUntil(
        [call, i, &task](Shard& shard) {
          if (!call->group.Begin()) return;
          call->results[i] = base::Internal("a task ended without a result");
          struct End {
            TaskGroup& group;
            ~End() { group.End(); }
          } const end{call->group};
          call->results[i] = task(shard, i);
        },
        deadline);
    if (submitted) continue;
    metrics_.queue_refusals.Add();
    call->group.GiveUp();
    break;
  }
  if (!call->group.WaitUntil(deadline)) {
    return base::Unavailable("the metrics store is overloaded; try again later");
  }
  for (const base::Result<>& result : call->results) {
    if (!result.ok()) return result.error();
  }
  return {};
}

base::Result<std::vector<std::unique_ptr<SelectedSeries>>> Engine::Select(
    const SelectRequest& request) {
  std::vector<std::unique_ptr<SelectedSeries>> found;
  Tenant* const tenant = tenants_.Find(request.tenant);
  if (tenant == nullptr || request.from_ms > request.to_ms) return found;
  const base::SteadyPoint start = waits_.Steady();
  std::vector<std::shared_ptr<Selection>> selections;
  for (size_t i = 0; i < shards_.size(); ++i) {
    selections.push_back(std::make_shared<Selection>(
        Selection::Range{
            .from_ms = request.from_ms, .to_ms = request.to_ms, .rollups = request.rollups},
        db_, around_.families, metrics_.corrupt));
  }
  std::vector<Shard::ColdSelect> cold(shards_.size());
  VEDETTE_TRY_VOID(OnAllShards([&](Shard& shard, size_t i) {
    return shard.Select(tenant, request, *selections[i], cold[i]);
  }));
  for (size_t i = 0; i < selections.size(); ++i) {
    Selection& selection = *selections[i];
    VEDETTE_TRY_VOID(cold[i].walk.Run([&](const Slot& slot) {
      selection.Add(slot, cold[i].days);
      return selection.size() <= request.max_series;
    }));
    selection.MoveInto(found);
  }
  if (found.size() > request.max_series) {
    return base::ResourceExhausted(
        fmt::format("the selection has more than {} series", request.max_series),
        "limits.query_series_max");
  }
  if (request.sorted) {
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a->labels() < b->labels(); });
  }
  metrics_.select_seconds.Observe(std::chrono::duration<double>(waits_.Steady() - start).count());
  return found;
}

base::Result<std::vector<model::Labels>> Engine::Series(const SelectRequest& request) {
  VEDETTE_TRY(const auto found, Select(request));
  std::vector<model::Labels> labels;
  labels.reserve(found.size());
  for (const auto& series : found) labels.emplace_back(series->labels());
  return labels;
}

base::Result<std::vector<std::string>> Engine::LabelNames(const SelectRequest& request) {
  Tenant* const tenant = tenants_.Find(request.tenant);
  if (tenant == nullptr) return std::vector<std::string>();
  return CollectTexts([&](Shard& shard, Shard::Texts& texts,
                          ColdWalk& cold) { shard.LabelNames(tenant, request, texts, cold); },
                      [](model::LabelsView labels, Shard::Texts& texts) {
                        for (const model::Label& label : labels) {
                          if (!texts.contains(label.name)) texts.emplace(label.name);
                        }
                      });
}

base::Result<std::vector<std::string>> Engine::LabelValues(const SelectRequest& request,
                                                           std::string_view label) {
  Tenant* const tenant = tenants_.Find(request.tenant);
  if (tenant == nullptr) return std::vector<std::string>();
  return CollectTexts(
      [&](Shard& shard, Shard::Texts& texts, ColdWalk& cold) {
        shard.LabelValues(tenant, request, label, texts, cold);
      },
      [&](model::LabelsView labels, Shard::Texts& texts) {
        const std::string_view value = labels.Get(label);
        if (!value.empty() && !texts.contains(value)) texts.emplace(value);
      });
}

base::Result<std::vector<std::string>> Engine::CollectTexts(
    const std::function<void(Shard& shard, Shard::Texts& texts, ColdWalk& cold)>& in_memory,
    const std::function<void(model::LabelsView labels, Shard::Texts& texts)>& add) {
  std::vector<Shard::Texts> parts(shards_.size());
  std::vector<ColdWalk> cold(shards_.size());
  VEDETTE_TRY_VOID(OnAllShards([&](Shard& shard, size_t i) -> base::Result<> {
    in_memory(shard, parts[i], cold[i]);
    return {};
  }));
  for (size_t i = 1; i < parts.size(); ++i) parts[0].merge(parts[i]);
  for (ColdWalk& walk : cold) {
    VEDETTE_TRY_VOID(walk.Run([&](const Slot& slot) {
      add(slot.labels(), parts[0]);
      return true;
    }));
  }
  return std::vector<std::string>(parts[0].begin(), parts[0].end());
}

base::Result<std::vector<ExemplarSeries>> Engine::Exemplars(const SelectRequest& request) {
  std::vector<ExemplarSeries> found;
  const Tenant* tenant = tenants_.Find(request.tenant);
  if (tenant == nullptr) return found;
  std::vector<std::vector<ExemplarSeries>> parts(shards_.size());
  VEDETTE_TRY_VOID(OnAllShards([&](Shard& shard, size_t i) -> base::Result<> {
    shard.Exemplars(tenant, request, parts[i]);
    return {};
  }));
  for (auto& part : parts) std::move(part.begin(), part.end(), std::back_inserter(found));
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.labels.view() < b.labels.view(); });
  return found;
}

// -- Removing

base::Result<> Engine::DeleteSeries(const SelectRequest& request) {
  if (request.matchers.empty()) {
    return base::InvalidArgument("at least one matcher says which series to delete", "match[]");
  }
  Tenant* const tenant = tenants_.Find(request.tenant);
  if (tenant == nullptr || request.from_ms > request.to_ms) return {};
  const base::MutexLock lock(deletions_);
  std::vector<Shard::Deleting> deleting(shards_.size());
  return InSlices(
      [&](Shard& shard, size_t i) { return shard.DeleteSamples(tenant, request, deleting[i]); });
}

// Each shard again until it says that this was its last slice, so that appends come through in
// between.
base::Result<> Engine::InSlices(
    const std::function<base::Result<bool>(Shard& shard, size_t index)>& slice) {
  std::vector<char> done(shards_.size(), 0);
  while (std::find(done.begin(), done.end(), 0) != done.end()) {
    VEDETTE_TRY_VOID(OnAllShards([&](Shard& shard, size_t i) -> base::Result<> {
      if (done[i] != 0) return {};
      VEDETTE_TRY(const bool last, slice(shard, i));
      done[i] = last ? 1 : 0;
      return {};
    }));
  }
  return {};
}

base::Result<> Engine::Checkpoint() {
  return OnAllShards([](Shard& shard, size_t) { return shard.Checkpoint(); });
}

base::Result<> Engine::SweepIdle() {
  return OnAllShards([](Shard& shard, size_t) { return shard.SweepIdle(); });
}

base::Result<> Engine::DropBefore(base::TimePoint horizon) {
  const base::MutexLock lock(drops_);
  const int64_t horizon_ms = std::clamp(base::ToMillis(horizon), kMinTimeMs, kMaxTimeMs);
  VEDETTE_TRY(const auto before, db_.Get(around_.families.Of(FamilyName::kMeta), kHorizonKey));
  int64_t oldest_ms = BucketOf(horizon_ms) * kBucketMs;
  if (before.has_value()) {
    VEDETTE_TRY(const uint64_t number, DecodeNumber(*before));
    oldest_ms = std::max(oldest_ms, static_cast<int64_t>(number));
  }
  const int64_t bucket = BucketOf(oldest_ms);
  base::IgnoreError(RollUpBefore(oldest_ms), "a disk that is full needs the space more");
  kv::Batch batch;
  batch.Put(around_.families.Of(FamilyName::kMeta), kHorizonKey,
            EncodeNumber(static_cast<uint64_t>(oldest_ms)));
  VEDETTE_TRY_VOID(db_.Write(batch, kv::Durability::kProcess));
  VEDETTE_TRY_VOID(OnAllShards([&](Shard& shard, size_t) -> base::Result<> {
    shard.DropBuckets(oldest_ms);
    return {};
  }));
  const int64_t now_ms = base::ToMillis(clock_.Now());
  int64_t idle_ms = horizon_ms;
  for (size_t i = 0; i < kRollupResolutions; ++i) {
    idle_ms = std::min(idle_ms, RollupHorizon(i, now_ms));
  }
  std::vector<Shard::Dropping> dropping(shards_.size());
  VEDETTE_TRY_VOID(InSlices([&](Shard& shard, size_t i) {
    return shard.DropIdleSeries(horizon_ms, idle_ms, dropping[i]);
  }));
  VEDETTE_TRY_VOID(DeleteRollups(now_ms));
  batch.Clear();
  for (const FamilyName family : {FamilyName::kChunks, FamilyName::kHistograms}) {
    batch.DeleteRange(around_.families.Of(family), KeyOfBucket(BucketOf(kMinTimeMs)),
                      KeyOfBucket(bucket));
  }
  VEDETTE_TRY_VOID(db_.Write(batch, kv::Durability::kProcess));
  for (const FamilyName family : {FamilyName::kChunks, FamilyName::kHistograms}) {
    VEDETTE_TRY_VOID(db_.Reclaim(around_.families.Of(family), {}, KeyOfBucket(bucket)));
  }
  return {};
}

base::Result<> Engine::RollUpBefore(int64_t oldest_ms) {
  VEDETTE_TRY_VOID(OnAllShards([&](Shard& shard, size_t) -> base::Result<> {
    shard.RefuseBuckets(oldest_ms);
    return {};
  }));
  return InSlices([](Shard& shard, size_t) { return shard.RollUpRefused(); });
}

int64_t Engine::RollupHorizon(size_t resolution, int64_t now_ms) const {
  const int64_t kept_ms = options_.rollup_retention[resolution].count();
  return kept_ms <= 0 ? kMaxTimeMs : std::max(kMinTimeMs, now_ms - std::min(kept_ms, kMaxTimeMs));
}

base::Result<> Engine::DeleteRollups(int64_t now_ms) {
  const kv::Family family = around_.families.Of(FamilyName::kRollups);
  kv::Batch batch;
  for (size_t i = 0; i < kRollupResolutions; ++i) {
    const int64_t first = RollupPeriodOf(BucketOf(kMinTimeMs));
    const int64_t kept = RollupPeriodOf(BucketOf(RollupHorizon(i, now_ms)));
    batch.DeleteRange(family, KeyOfRollupPeriod(i, first), KeyOfRollupPeriod(i, kept));
  }
  return db_.Write(batch, kv::Durability::kProcess);
}

base::Result<std::optional<base::TimePoint>> Engine::OldestDay() {
  std::optional<int64_t> oldest;
  for (const FamilyName family : {FamilyName::kChunks, FamilyName::kHistograms}) {
    auto keys = db_.NewIterator(around_.families.Of(family), {}, {});
    keys->SeekToFirst();
    VEDETTE_TRY_VOID(keys->status());
    if (!keys->Valid()) continue;
    VEDETTE_TRY(const int64_t bucket, ParseBucket(keys->key()));
    oldest = std::min(oldest.value_or(bucket), bucket);
  }
  if (!oldest.has_value()) return std::optional<base::TimePoint>();
  return std::optional(base::FromMillis(*oldest * kBucketMs));
}

base::Result<> Engine::Reclaim() {
  for (const FamilyName family :
       {FamilyName::kChunks, FamilyName::kHistograms, FamilyName::kRollups, FamilyName::kHead,
        FamilyName::kSeries, FamilyName::kCold}) {
    VEDETTE_TRY_VOID(db_.Reclaim(around_.families.Of(family), {}, {}));
  }
  return {};
}

base::Result<> Engine::DeleteTenant(const model::TenantName& tenant) {
  VEDETTE_TRY(const Tenant* removed, tenants_.Remove(tenant));
  if (removed == nullptr) return {};
  VEDETTE_TRY_VOID(InSlices([&](Shard& shard, size_t) { return shard.DropTenant(removed); }));
  VEDETTE_TRY_VOID(DeleteCold(removed->id));
  VEDETTE_TRY_VOID(DeleteChunks(removed->id));
  return tenants_.ForgetRemoved(removed->id);
}

base::Result<> Engine::DeleteChunks(TenantId tenant) {
  kv::Batch batch;
  for (const FamilyName name : {FamilyName::kChunks, FamilyName::kHistograms}) {
    const kv::Family family = around_.families.Of(name);
    auto keys = db_.NewIterator(family, {}, {});
    keys->SeekToFirst();
    while (keys->Valid()) {
      VEDETTE_TRY(const int64_t bucket, ParseBucket(keys->key()));
      batch.DeleteRange(family, KeyOfTenantDay(bucket, tenant), KeyOfTenantDay(bucket, tenant + 1));
      keys->Seek(KeyOfBucket(bucket + 1));
    }
    VEDETTE_TRY_VOID(keys->status());
  }
  const kv::Family family = around_.families.Of(FamilyName::kRollups);
  auto keys = db_.NewIterator(family, {}, {});
  for (size_t i = 0; i < kRollupResolutions; ++i) {
    int64_t period = RollupPeriodOf(BucketOf(kMinTimeMs));
    const auto end = KeyOfRollupPeriod(i, RollupPeriodOf(BucketOf(kMaxTimeMs)) + 1);
    for (keys->Seek(KeyOfRollupPeriod(i, period));
         keys->Valid() && keys->key() < std::string_view(end);
         keys->Seek(KeyOfRollupPeriod(i, period + 1))) {
      VEDETTE_TRY(period, PeriodOfRollupKey(keys->key()));
      batch.DeleteRange(family, KeyOfRollupTenant(i, period, tenant),
                        KeyOfRollupTenant(i, period, tenant + 1));
    }
    VEDETTE_TRY_VOID(keys->status());
  }
  if (batch.empty()) return {};
  return db_.Write(batch, kv::Durability::kProcess);
}

base::Result<> Engine::DeleteCold(TenantId tenant) {
  std::vector<std::string> cursors(shards_.size());
  return InSlices([&](Shard& shard, size_t i) { return shard.DropColdOf(tenant, cursors[i]); });
}

// Series and heads that a crash in the middle of DeleteTenant left behind.
base::Result<> Engine::DeleteRecords(TenantId tenant) {
  constexpr size_t kBatchBytesMax = 1 << 20;
  const kv::Family series = around_.families.Of(FamilyName::kSeries);
  kv::Batch batch;
  auto records = db_.NewIterator(series, {}, {});
  for (records->SeekToFirst(); records->Valid(); records->Next()) {
    const base::Result<SeriesRecord> record = DecodeSeries(records->value());
    if (!record.ok() || record->tenant != tenant) continue;
    batch.Delete(series, records->key());
    batch.Delete(around_.families.Of(FamilyName::kHead), records->key());
    if (batch.bytes() < kBatchBytesMax) continue;
    VEDETTE_TRY_VOID(db_.Write(batch, kv::Durability::kProcess));
    batch.Clear();
  }
  VEDETTE_TRY_VOID(records->status());
  if (batch.empty()) return {};
  return db_.Write(batch, kv::Durability::kProcess);
}

base::Result<> Engine::FinishRemovals() {
  for (const TenantId tenant : tenants_.removed()) {
    VEDETTE_TRY_VOID(DeleteChunks(tenant));
    VEDETTE_TRY_VOID(DeleteRecords(tenant));
    VEDETTE_TRY_VOID(DeleteCold(tenant));
    VEDETTE_TRY_VOID(tenants_.ForgetRemoved(tenant));
  }
  return {};
}

}  // namespace vedette::series
