#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/metrics.h"
#include "base/result.h"
#include "kv/db.h"
#include "series/appender.h"
#include "series/checkpointer.h"
#include "series/compactor.h"
#include "series/hash.h"
#include "series/metrics.h"
#include "series/roller.h"
#include "series/selection.h"
#include "series/shard_state.h"
#include "series/tenants.h"

namespace vedette::series {

// One shard without its thread, so that a test decides what comes between two slices. Tenant
// "default", everything as late as one likes.
class OneShard {
 public:
  // `faults` may be null: then the database is in memory.
  explicit OneShard(EngineOptions options, kv::FaultInjector* faults = nullptr);
  ~OneShard();

  // Forgets memory and recovers; with ReopenDatabase, from the files as `faults` left them.
  void Crash();
  void ReopenDatabase();

  base::Result<AppendReport> Append(const std::string& labels, int64_t t_ms, double value);
  // The samples that a selection made now will read.
  std::shared_ptr<SelectedSeries> Select(const std::string& labels,
                                         const Selection::Range& range = {});
  SampleColumns Read(const std::string& labels);
  SampleColumns Read(const std::string& labels, const Selection::Range& range);
  // Keys in the family of chunks.
  size_t StoredChunks();
  size_t LogRecords();
  size_t Keys(FamilyName family);

  ShardState& state() { return *state_; }
  Checkpointer& checkpointer() { return *checkpointer_; }
  Compactor& compactor() { return *compactor_; }
  Roller& roller() { return *roller_; }
  Metrics& metrics() { return metrics_; }
  kv::Db& db() { return *db_; }

 private:
  void OpenDatabase();
  uint64_t HashOf(const std::string& labels) const;

  const EngineOptions options_;
  kv::FaultInjector* const faults_;
  base::MetricsRegistry registry_;
  Metrics metrics_{registry_};
  SeriesHash hash_{7};
  std::unique_ptr<kv::Db> db_;
  std::unique_ptr<Tenants> tenants_;
  Tenant* tenant_ = nullptr;
  std::unique_ptr<ShardSurroundings> around_;
  std::unique_ptr<ShardState> state_;
  std::unique_ptr<Appender> appender_;
  std::unique_ptr<Checkpointer> checkpointer_;
  std::unique_ptr<Compactor> compactor_;
  std::unique_ptr<Roller> roller_;
};

}  // namespace vedette::series
