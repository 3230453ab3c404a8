#include "kv/keeper.h"

#include <gtest/gtest.h>
#include <string>

#include "kv/testing/crashable_env.h"
#include "kv/testing/fault_injector.h"

namespace vedette::kv {
namespace {

class KeeperTest : public testing::Test {
 protected:
  KeeperTest() { Open(); }

  DbOptions Options() {
    DbOptions options;
    options.path = "/db";
    options.families = {{.name = "only"}};
    options.faults = &env_;
    return options;
  }
  void Open() {
    db_.reset();
    auto db = Db::Open(Options());
    ASSERT_TRUE(db.ok()) << db.error().message;
    db_ = std::move(*db);
  }
  bool Put(std::string_view key) {
    Batch batch;
    batch.Put(0, key, "v");
    return db_->Write(batch, Durability::kProcess).ok();
  }
  bool Has(std::string_view key) { return db_->Get(0, key)->has_value(); }

  NthFault fault_;
  CrashableEnv env_{&fault_};
  std::unique_ptr<Db> db_;
};

TEST_F(KeeperTest, ARoundSyncsTheLog) {
  ASSERT_TRUE(Put("before"));
  ASSERT_TRUE(Keeper::Tend(*db_).ok());
  ASSERT_TRUE(Put("after"));

  env_.CutPower();
  Open();

  EXPECT_TRUE(Has("before"));
  EXPECT_FALSE(Has("after"));
}

TEST_F(KeeperTest, ARoundWithoutWritesTouchesNoFile) {
  ASSERT_TRUE(Put("key"));
  ASSERT_TRUE(Keeper::Tend(*db_).ok());
  fault_.Arm({.nth = 1000});
  ASSERT_TRUE(Keeper::Tend(*db_).ok());
  EXPECT_EQ(fault_.operations(), 0u);
}

TEST_F(KeeperTest, ARoundReopensAfterAFullDisk) {
  ASSERT_TRUE(Put("before"));
  fault_.Arm({.lasting = true, .disk_full = true});
  ASSERT_FALSE(Put("lost"));
  EXPECT_FALSE(Keeper::Tend(*db_).ok());
  EXPECT_TRUE(Has("before"));

  fault_.Disarm();
  EXPECT_TRUE(Keeper::Tend(*db_).ok());
  EXPECT_TRUE(Put("after"));
  EXPECT_TRUE(Has("before"));
}

TEST_F(KeeperTest, AStartOnAFullDiskServesWhatIsThereUntilThereIsRoom) {
  ASSERT_TRUE(Put("before"));
  db_.reset();
  fault_.Arm({.lasting = true, .disk_full = true});
  Open();
  EXPECT_TRUE(Has("before"));
  EXPECT_FALSE(Put("refused"));
  EXPECT_TRUE(db_->GetStats().needs_recovery);
  const auto second = Db::Open(Options());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, base::ErrorCode::kFailedPrecondition) << second.error().message;
  EXPECT_FALSE(Keeper::Tend(*db_).ok());

  fault_.Disarm();
  EXPECT_TRUE(Keeper::Tend(*db_).ok());
  EXPECT_TRUE(Put("after"));
  EXPECT_TRUE(Has("before"));
  EXPECT_FALSE(Has("refused"));
}

TEST_F(KeeperTest, AFirstStartOnAFullDiskSaysHowMuchIsNeeded) {
  fault_.Arm({.lasting = true, .disk_full = true});
  DbOptions options = Options();
  options.path = "/new";
  const auto opened = Db::Open(options);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, base::ErrorCode::kUnavailable);
  EXPECT_NE(opened.error().message.find("64 MiB are needed"), std::string::npos)
      << opened.error().message;
}

TEST_F(KeeperTest, TidyingUpLeavesNoMoreThanTheData) {
  DbOptions options;
  options.path = "/other";
  options.families = {{.name = "dense", .compress = false}};
  options.in_memory = true;
  const auto db = Db::Open(options);
  ASSERT_TRUE(db.ok());
  const std::string value(1000, 'x');
  Batch batch;
  for (int i = 0; i < 1000; ++i) batch.Put(0, std::to_string(i), value);
  ASSERT_TRUE((*db)->Write(batch, Durability::kProcess).ok());
  ASSERT_TRUE((*db)->Flush().ok());
  EXPECT_GT((*db)->GetStats().disk_bytes, 1'000'000u);
  EXPECT_GT((*db)->GetStats().written_bytes, 1'000'000u);
  batch.Clear();
  batch.DeleteRange(0, "1", "9");
  ASSERT_TRUE((*db)->Write(batch, Durability::kProcess).ok());

  ASSERT_TRUE((*db)->Tidy().ok());

  EXPECT_LT((*db)->GetStats().disk_bytes, 300'000u);
  EXPECT_TRUE((*db)->Get(0, "95")->has_value());
}

TEST_F(KeeperTest, SyncsALastTimeWhenItStops) {
  const base::SystemClock clock;
  {
    const Keeper keeper(*db_, clock, {.sync_interval = std::chrono::hours(1)});
    ASSERT_TRUE(Put("key"));
  }
  env_.CutPower();
  Open();
  EXPECT_TRUE(Has("key"));
}

}  // namespace
}  // namespace vedette::kv
