#include "series/testing/one_shard.h"

#include <utility>
#include <vector>

#include "base/check.h"
#include "series/engine.h"
#include "series/recovery.h"
#include "series/testing/engine_fixture.h"

namespace vedette::series {

OneShard::OneShard(EngineOptions options, kv::FaultInjector* faults)
    : options_(options), faults_(faults) {
  ReopenDatabase();
}

OneShard::~OneShard() = default;

void OneShard::ReopenDatabase() {
  roller_.reset();
  compactor_.reset();
  checkpointer_.reset();
  appender_.reset();
  state_.reset();
  around_.reset();
  tenants_.reset();
  db_.reset();
  OpenDatabase();
  Crash();
}

void OneShard::OpenDatabase() {
  auto db = kv::Db::Open({.path = "/db",
                          .families = Engine::Families(),
                          .in_memory = faults_ == nullptr,
                          .faults = faults_});
  VEDETTE_CHECK(db.ok());
  db_ = std::move(*db);
  tenants_ = std::make_unique<Tenants>(*db_, Families(), 10);
  VEDETTE_CHECK(tenants_->Load().ok());
  const auto tenant = tenants_->FindOrCreate("default");
  VEDETTE_CHECK(tenant.ok());
  tenant_ = *tenant;
  around_ = std::make_unique<ShardSurroundings>(ShardSurroundings{.options = options_,
                                                                  .db = *db_,
                                                                  .tenants = *tenants_,
                                                                  .metrics = metrics_,
                                                                  .families = {},
                                                                  .hash_seed = 7});
}

void OneShard::Crash() {
  tenant_->series = 0;
  state_ = std::make_unique<ShardState>(*around_, 0);
  appender_ = std::make_unique<Appender>(*state_);
  checkpointer_ = std::make_unique<Checkpointer>(*state_);
  compactor_ = std::make_unique<Compactor>(*state_);
  roller_ = std::make_unique<Roller>(*state_);
  VEDETTE_CHECK(RecoverShard(*state_, hash_).ok());
}

uint64_t OneShard::HashOf(const std::string& labels) const {
  return hash_(tenant_->id, LabelsOf(labels).bytes());
}

base::Result<AppendReport> OneShard::Append(const std::string& labels, int64_t t_ms, double value) {
  model::WriteBatch batch;
  batch.BeginSeries(LabelsOf(labels));
  batch.Add(t_ms, value);
  const AppendLimits limits{.unlimited_out_of_order = true};
  SubBatch work{.tenant = tenant_, .batch = &batch, .limits = &limits, .items = {}};
  work.items.push_back({HashOf(labels), 0});
  return appender_->Append(work);
}

std::shared_ptr<SelectedSeries> OneShard::Select(const std::string& labels,
                                                 const Selection::Range& range) {
  const uint32_t slot = state_->head.Find(HashOf(labels), tenant_, LabelsOf(labels).bytes());
  if (slot == SlotTable::kNone) return nullptr;
  const auto selection =
      std::make_shared<Selection>(range, *db_, around_->families, metrics_.corrupt);
  selection->Add(state_->head.slot(slot),
                 {.rolled = state_->rolled_day, .dropped = state_->dropped_day});
  std::vector<std::unique_ptr<SelectedSeries>> series;
  selection->MoveInto(series);
  return std::move(series[0]);
}

SampleColumns OneShard::Read(const std::string& labels) { return Read(labels, {}); }

SampleColumns OneShard::Read(const std::string& labels, const Selection::Range& range) {
  SampleColumns samples;
  const auto series = Select(labels, range);
  if (series != nullptr) VEDETTE_CHECK(series->Read(samples).ok());
  return samples;
}

size_t OneShard::Keys(FamilyName family) {
  const auto keys = db_->NewIterator(static_cast<kv::Family>(family), {}, {});
  size_t count = 0;
  for (keys->SeekToFirst(); keys->Valid(); keys->Next()) ++count;
  return count;
}

size_t OneShard::StoredChunks() { return Keys(FamilyName::kChunks); }
size_t OneShard::LogRecords() { return Keys(FamilyName::kLog); }

}  // namespace vedette::series
