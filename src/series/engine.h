#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "kv/db.h"
#include "series/hash.h"
#include "series/metrics.h"
#include "series/options.h"
#include "series/shard.h"
#include "series/store.h"
#include "series/task_group.h"
#include "series/tenants.h"

namespace vedette::series {

// The embedded metrics store: series spread by hash over shards, each with its own thread, its
// samples in memory as open chunks, in a log for crashes, and as stored chunks in kv
// (docs/formats/series.md, docs/decisions/0004-threads.md). Thread-safe. Destroying it drains the
// queues and stores nothing more: the log already holds everything. Whoever owns the database
// keeps a kv::Keeper, which syncs its log and reopens it after errors; until it has, appends fail
// and selections go on.
class Engine final : public Store {
 public:
  // What the database must be opened with; several stores can share one.
  static std::vector<kv::FamilyOptions> Families();

  // Recovers what is stored. `db`, `clock` and `registry` must outlive the engine and all that it
  // selected. `observers` may be empty. Waits and deadlines run in real time, whatever the clock.
  static base::Result<std::unique_ptr<Engine>> Open(EngineOptions options, kv::Db& db,
                                                    const base::Clock& clock,
                                                    ObserverFactory observers,
                                                    base::MetricsRegistry& registry);
  ~Engine() override;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  base::Result<AppendReport> Append(const model::TenantName& tenant, const model::WriteBatch& batch,
                                    const AppendLimits& limits) override;
  base::Result<std::vector<std::unique_ptr<SelectedSeries>>> Select(
      const SelectRequest& request) override;
  base::Result<std::vector<model::Labels>> Series(const SelectRequest& request) override;
  // These two have no use for max_series: they collect names and values, not series.
  base::Result<std::vector<std::string>> LabelNames(const SelectRequest& request) override;
  base::Result<std::vector<std::string>> LabelValues(const SelectRequest& request,
                                                     std::string_view label) override;
  base::Result<std::vector<ExemplarSeries>> Exemplars(const SelectRequest& request) override;
  base::Result<> DeleteSeries(const SelectRequest& request) override;
  base::Result<Cardinality> CountSeries(const CardinalityRequest& request) override;
  std::vector<NamedCount> SeriesByTenant() override;
  base::Result<> DeleteTenant(const model::TenantName& tenant) override;
  // Chunks go by whole days: those that end before the horizon. Later samples of series that live
  // on stay. From then on samples of the days that are gone are refused as out of order. What goes
  // is rolled up first; roll-ups go at an age of their own, and series with their last ones.
  base::Result<> DropBefore(base::TimePoint horizon) override;
  // Disk bytes are those of the whole database.
  StoreStats Stats() override;

  // Midnight (UTC) at which the oldest stored day begins; nothing while none is stored.
  base::Result<std::optional<base::TimePoint>> OldestDay();
  // Rewrites the database's files without what was deleted, so that its space comes back.
  base::Result<> Reclaim();
  // Writes all of memory to head records and cuts the log, so that the next start is quick.
  base::Result<> Checkpoint();
  // One of the sweeps that otherwise come by themselves, four in EngineOptions::idle_after: series
  // without a sample since the fifth last one leave memory.
  base::Result<> SweepIdle();

  uint32_t shards() const { return around_.shards; }

 private:
  Engine(EngineOptions options, kv::Db& db, const base::Clock& clock,
         base::MetricsRegistry& registry);

  base::Result<> Prepare();
  base::Result<> StartShards(const ObserverFactory& observers);
  base::Result<> FinishRemovals();
  std::vector<SubBatch> Partition(Tenant* tenant, const model::WriteBatch& batch,
                                  const AppendLimits& limits) const;
  base::Result<AppendReport> AppendParts(std::vector<SubBatch> parts);
  // Runs `task` on every shard, waiting for room, and then for all of them.
  base::Result<> OnAllShards(const std::function<base::Result<>(Shard& shard, size_t index)>& task);
  base::Result<> InSlices(
      const std::function<base::Result<bool>(Shard& shard, size_t index)>& slice);
  // Names or values: those in memory, and what `add` takes of each cold series; sorted.
  base::Result<std::vector<std::string>> CollectTexts(
      const std::function<void(Shard& shard, Shard::Texts& texts, ColdWalk& cold)>& in_memory,
      const std::function<void(model::LabelsView labels, Shard::Texts& texts)>& add);
  base::Result<> RollUpBefore(int64_t oldest_ms);
  base::Result<> DeleteRollups(int64_t now_ms);
  // The time before which roll-ups of a resolution go.
  int64_t RollupHorizon(size_t resolution, int64_t now_ms) const;
  base::Result<> DeleteChunks(TenantId tenant);
  base::Result<> DeleteRecords(TenantId tenant);
  base::Result<> DeleteCold(TenantId tenant);
  base::SteadyPoint Deadline() const { return waits_.Steady() + options_.task_deadline; }

  const EngineOptions options_;
  kv::Db& db_;
  const base::Clock& clock_;
  const base::SystemClock waits_;
  Metrics metrics_;
  Tenants tenants_;
  ShardSurroundings around_;  // constant once the shards run
  // One at a time: both go through the shards in slices that count on the slices before.
  base::Mutex deletions_;  // DeleteSeries
  base::Mutex drops_;      // DropBefore
  std::unique_ptr<SeriesHash> hash_;
  bool buckets_together_ = false;               // see place.h; not in stores that were made before
  std::vector<std::unique_ptr<Shard>> shards_;  // last: their threads use all of the above
};

}  // namespace vedette::series
