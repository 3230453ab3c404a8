#include "app/size_retention.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/metrics.h"
#include "base/testing/fake_clock.h"
#include "model/write_batch.h"
#include "records/embedded_store.h"

namespace vedette::app {
namespace {

constexpr base::Duration kDay = std::chrono::hours(24);
const base::TimePoint kToday = base::FromMillis(1'700'006'400'000);  // midnight
const base::TimePoint kNow = kToday + std::chrono::hours(6);

// Both stores over one database in memory, with a sample of each of six days.
class SizeRetentionTest : public testing::Test {
 protected:
  SizeRetentionTest() {
    base::SetLogSink([](std::string_view) {});
    kv::DbOptions options{.path = "/memory", .families = {}, .in_memory = true};
    for (auto& family : series::Engine::Families()) options.families.push_back(family);
    records::EmbeddedStoreOptions record_options;
    record_options.first_family = static_cast<kv::Family>(options.families.size());
    for (auto& family : records::Families()) options.families.push_back(family);
    db_ = *kv::Db::Open(std::move(options));
    clock_.StepWallClock(kNow - clock_.Now());
    series_ = *series::Engine::Open({.shards = 1}, *db_, clock_, {}, metrics_);
    records_ = *records::EmbeddedStore::Create(*db_, record_options);
    for (int day = 5; day >= 0; --day) {
      model::WriteBatch batch;
      batch.BeginSeries(model::Labels({std::pair("__name__", "up")}));
      batch.Add(base::ToMillis(kNow - day * kDay), 1);
      EXPECT_TRUE(series_->Append("default", batch, {}).ok());
    }
    EXPECT_TRUE(series_->Checkpoint().ok());
    EXPECT_TRUE(db_->Flush().ok());
  }
  ~SizeRetentionTest() override { base::SetLogSink({}); }

  // How many of the six samples are left.
  size_t Left() {
    const auto found = series_->Select({.tenant = "default", .matchers = {}});
    EXPECT_TRUE(found.ok());
    if (!found.ok() || found->empty()) return 0;
    series::SampleColumns samples;
    EXPECT_TRUE((*found)[0]->Read(samples).ok());
    return samples.t_ms.size();
  }

  base::FakeClock clock_;
  base::MetricsRegistry metrics_;
  std::unique_ptr<kv::Db> db_;
  std::unique_ptr<series::Engine> series_;
  std::unique_ptr<records::EmbeddedStore> records_;
};

TEST_F(SizeRetentionTest, DropsNothingWhileTheStoresAreSmallEnoughOrHaveNoLimit) {
  ASSERT_GT(db_->GetStats().disk_bytes, 1u);
  for (const uint64_t limit : {uint64_t{0}, db_->GetStats().disk_bytes}) {
    SizeRetention retention(limit, *db_, *series_, *records_);
    ASSERT_TRUE(retention.Tend(kNow).ok());
    EXPECT_EQ(Left(), 6u);
  }
}

TEST_F(SizeRetentionTest, DropsTheOldestDayEachTimeUntilOnlyTodayAndYesterdayAreLeft) {
  SizeRetention retention(1, *db_, *series_, *records_);
  for (const size_t left : {5u, 4u, 3u, 2u, 2u, 2u}) {
    ASSERT_TRUE(retention.Tend(kNow).ok());
    EXPECT_EQ(Left(), left);
  }
}

TEST_F(SizeRetentionTest, GoesOnAfterARestartAndWhenAnotherDayIsOver) {
  for (const size_t left : {5u, 4u, 3u, 2u, 2u}) {
    SizeRetention retention(1, *db_, *series_, *records_);
    ASSERT_TRUE(retention.Tend(kNow).ok());
    EXPECT_EQ(Left(), left);
  }
  SizeRetention retention(1, *db_, *series_, *records_);
  ASSERT_TRUE(retention.Tend(kNow + kDay).ok());
  EXPECT_EQ(Left(), 1u);
}

}  // namespace
}  // namespace vedette::app
