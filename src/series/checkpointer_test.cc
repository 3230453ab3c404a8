#include "series/checkpointer.h"

#include <bit>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>

#include "series/appender.h"
#include "series/engine.h"
#include "series/hash.h"
#include "series/recovery.h"
#include "series/testing/engine_fixture.h"

namespace vedette::series {
namespace {

// One shard without its thread, so that a test decides what comes between two slices.
class OneShard {
 public:
  OneShard() {
    options_.slice_series = 1;
    options_.chunk_samples = 3;
    options_.checkpoint_bytes = 1;  // a round is always due
    db_ = *kv::Db::Open({.path = "/db", .families = Engine::Families(), .in_memory = true});
    tenants_ = std::make_unique<Tenants>(*db_, Families(), 10);
    tenant_ = *tenants_->FindOrCreate("default");
    around_ = std::make_unique<ShardSurroundings>(ShardSurroundings{.options = options_,
                                                                    .db = *db_,
                                                                    .tenants = *tenants_,
                                                                    .metrics = metrics_,
                                                                    .families = {}});
    Crash();
  }

  // Forgets memory and recovers.
  void Crash() {
    tenant_->series = 0;
    state_ = std::make_unique<ShardState>(*around_, 0);
    appender_ = std::make_unique<Appender>(*state_);
    checkpointer_ = std::make_unique<Checkpointer>(*state_);
    ASSERT_TRUE(RecoverShard(*state_, hash_).ok());
  }

  void Append(const std::string& labels, int64_t t_ms) {
    model::WriteBatch batch;
    batch.BeginSeries(LabelsOf(labels));
    batch.Add(t_ms, static_cast<double>(t_ms));
    const AppendLimits limits{.unlimited_out_of_order = true};
    SubBatch work{.tenant = tenant_, .batch = &batch, .limits = &limits, .items = {}};
    work.items.push_back({HashOf(labels), 0});
    const auto report = appender_->Append(work);
    ASSERT_TRUE(report.ok());
    ASSERT_EQ(report->accepted, 1u);
    appended_[labels].push_back(t_ms);
  }

  void Slice() { ASSERT_TRUE(checkpointer_->Slice().ok()); }
  uint64_t rounds() const { return metrics_.rounds.value(); }

  // Every appended sample is in memory or in a stored chunk that the memory knows of.
  void ExpectAll() {
    for (const auto& [labels, times] : appended_) {
      const uint32_t slot = state_->head.Find(HashOf(labels), tenant_, LabelsOf(labels).bytes());
      ASSERT_NE(slot, SlotTable::kNone) << labels;
      const auto selection =
          std::make_shared<Selection>(Selection::Range{}, *db_, Families{}, metrics_.corrupt);
      selection->Add(state_->head.slot(slot));
      std::vector<std::unique_ptr<SelectedSeries>> series;
      selection->MoveInto(series);
      SampleColumns samples;
      ASSERT_TRUE(series[0]->Read(samples).ok());
      ASSERT_EQ(samples.t_ms, times) << labels;
    }
  }

  size_t LogRecords() {
    auto records = db_->NewIterator(static_cast<kv::Family>(FamilyName::kLog), {}, {});
    size_t count = 0;
    for (records->SeekToFirst(); records->Valid(); records->Next()) ++count;
    return count;
  }

 private:
  uint64_t HashOf(const std::string& labels) const {
    return hash_(tenant_->id, LabelsOf(labels).bytes());
  }

  EngineOptions options_;
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
  std::map<std::string, std::vector<int64_t>> appended_;
};

TEST(Checkpointer, KeepsTheLogOfWhatWasAppendedDuringARound) {
  OneShard shard;
  for (const char* labels : {"a=1", "a=2", "a=3"}) shard.Append(labels, 1);

  shard.Slice();  // a=1 is stored
  shard.Append("a=1", 2);
  while (shard.rounds() == 0) shard.Slice();

  EXPECT_EQ(shard.LogRecords(), 1u);
  shard.Crash();
  shard.ExpectAll();
}

TEST(Checkpointer, LosesNothingWhereverACrashFallsBetweenAppendsAndSlices) {
  for (int crash_after = 1; crash_after <= 40; crash_after += 3) {
    OneShard shard;
    int64_t t_ms = 0;
    for (int step = 1; step <= crash_after; ++step) {
      if (step % 3 == 0) {
        shard.Slice();
      } else {
        shard.Append("a=" + std::to_string(step % 5), ++t_ms);
      }
    }
    shard.Crash();
    shard.ExpectAll();
    shard.Append("a=1", ++t_ms);
    for (int i = 0; i < 3; ++i) shard.Slice();
    shard.Crash();
    shard.ExpectAll();
    if (testing::Test::HasFatalFailure()) FAIL() << "crash after step " << crash_after;
  }
}

}  // namespace
}  // namespace vedette::series
