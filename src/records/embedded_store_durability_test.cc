#include <gtest/gtest.h>

#include "records/format.h"
#include "records/testing/embedded_store_fixture.h"

namespace vedette::records {
namespace {

// What is there after sealing, restarts, crashes, faults and damage.
class EmbeddedStoreDurabilityTest : public testing::EmbeddedStoreFixture {};

TEST_F(EmbeddedStoreDurabilityTest, LeavesOutDamagedBlocksAndCountsThem) {
  for (int i = 1; i <= 3; ++i) {
    Append({Log(i, std::to_string(i))});
    ASSERT_TRUE(store_->Seal().ok());
  }
  const auto keys = db_->NewIterator(4, {}, {});
  int heads = 0;
  for (keys->SeekToFirst(); keys->Valid(); keys->Next()) {
    if (keys->key()[2] != 'h' || ++heads != 2) continue;
    kv::Batch damage;
    damage.Put(4, keys->key(), "\x01\x02\xff");
    ASSERT_TRUE(db_->Write(damage, kv::Durability::kProcess).ok());
  }

  EXPECT_EQ(Find(Logs()), "3 1 ");
  EXPECT_EQ(store_->GetStats().damaged, 1u);
}

TEST_F(EmbeddedStoreDurabilityTest, ADamagedBatchIsCountedAndTheOthersAreThere) {
  Append({Log(1, "a")});
  Append({Log(2, "b")});
  kv::Batch damage;
  damage.Put(3, std::string("l") + std::string(7, '\0') + '\x01', "nonsense");
  ASSERT_TRUE(db_->Write(damage, kv::Durability::kProcess).ok());
  Open();
  EXPECT_EQ(Find(Logs()), "b ");
  EXPECT_EQ(store_->GetStats().damaged, 1u);
  Append({Log(3, "c")});
  ASSERT_TRUE(store_->Seal().ok());
  EXPECT_EQ(Find(Logs()), "c b ");
}

TEST_F(EmbeddedStoreDurabilityTest, SealedLinesAreFoundAfterARestartOnceEach) {
  Append({Log(1, "a"), Log(3, "c")});
  ASSERT_TRUE(store_->Seal().ok());
  Append({Log(2, "b")});
  EXPECT_EQ(Find(Logs()), "c b a ");
  Open();
  EXPECT_EQ(Find(Logs()), "c b a ");
  ASSERT_TRUE(store_->Seal().ok());
  Open();
  Append({Log(4, "d")});
  EXPECT_EQ(Find(Logs()), "d c b a ");
  ASSERT_TRUE(store_->Seal().ok());
  EXPECT_EQ(Find(Logs()), "d c b a ");
  EXPECT_EQ(store_->GetStats().damaged, 0u);
}

TEST_F(EmbeddedStoreDurabilityTest, AQuietStoreSealsWhatIsMuch) {
  Append({Log(1, "a", std::string(2 << 20, 'x'))});
  ASSERT_TRUE(store_->SealIdle().ok());
  EXPECT_EQ(store_->GetStats().blocks_sealed, 0u) << "it came since the last call";
  ASSERT_TRUE(store_->SealIdle().ok());
  EXPECT_EQ(store_->GetStats().blocks_sealed, 1u);
  Append({Log(2, "b")});
  ASSERT_TRUE(store_->SealIdle().ok());
  ASSERT_TRUE(store_->SealIdle().ok());
  EXPECT_EQ(store_->GetStats().blocks_sealed, 1u) << "little can wait";
  EXPECT_EQ(Find(Logs()), "b a ");
}

// Every operation on the disk fails once during append and seal: what was acknowledged is there
// after a restart, once, and what was refused is not there in halves.
TEST_F(EmbeddedStoreDurabilityTest, SealingSurvivesAFaultAtEveryOperation) {
  for (uint64_t nth = 1;; ++nth) {
    SCOPED_TRACE(nth);
    ASSERT_TRUE(store_->DeleteTenant("t").ok());
    Append({Log(1, "a"), Log(2, "b")});
    fault_.Arm({.nth = nth});
    base::IgnoreError(store_->Seal(), "the fault may hit it");
    const bool appended = store_->AppendLogs("t", {Log(3, "c"), Log(4, "d")}).ok();
    const bool fired = fault_.fired();
    fault_.Disarm();
    ASSERT_TRUE(db_->Recover().ok());
    EXPECT_EQ(Find(Logs()), appended ? "d c b a " : "b a ");
    env_.KillProcess();
    Open();
    const std::string found = Find(Logs());
    if (appended) {
      EXPECT_EQ(found, "d c b a ");
    } else {
      EXPECT_TRUE(found == "b a " || found == "d c b a ") << found;
    }
    ASSERT_TRUE(store_->Seal().ok());
    EXPECT_EQ(Find(Logs()), found);
    if (!fired) break;
  }
}

TEST_F(EmbeddedStoreDurabilityTest, TakesOverLogLinesOfTheFormatBeforeBlocks) {
  model::LogRecord old = Log(5, "old", "from before");
  old.fields = {{"k", "v"}};
  kv::Batch batch;
  batch.Put(1, RecordKey("t", Kind::kLog, 5, "old"), EncodeValue(old));
  batch.Put(1, RecordKey("t", Kind::kLog, 6, "bad"), "damaged");
  ASSERT_TRUE(db_->Write(batch, kv::Durability::kProcess).ok());
  Append({MakeEvent(1, "e")});
  Open();
  EXPECT_EQ(Find(Logs()), "old ");
  EXPECT_EQ(store_->QueryLogs(Logs())->records[0].fields, old.fields);
  EXPECT_EQ(store_->GetStats().damaged, 1u);
  Open();
  EXPECT_EQ(Find(Logs()), "old ");
  EXPECT_EQ(store_->GetStats().damaged, 0u);
  EXPECT_EQ(Find(Events()), "e ");
}

TEST_F(EmbeddedStoreDurabilityTest, AKilledProcessLosesNothing) {
  Append({Log(1, "a")});
  Append({MakeEvent(1, "e")});
  env_.KillProcess();
  Open();
  EXPECT_EQ(Find(Logs()), "a ");
  EXPECT_EQ(Find(Events()), "e ");
  Append({MakeEvent(2, "e")});
  EXPECT_EQ(Find(Events()), "e ");
}

TEST_F(EmbeddedStoreDurabilityTest, AFullDiskIsReportedAndStoresNothing) {
  fault_.Arm({.lasting = true, .disk_full = true});
  const auto full = store_->AppendEvents("t", {MakeEvent(1, "a"), MakeEvent(2, "b")});
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, base::ErrorCode::kUnavailable);
  EXPECT_EQ(Find(Events()), "");

  fault_.Disarm();
  ASSERT_TRUE(db_->Recover().ok());
  Append({MakeEvent(1, "a")});
  EXPECT_EQ(Find(Events()), "a ");
}

TEST_F(EmbeddedStoreDurabilityTest, DamagedBlocksAreLeftOutAndToldWithTheAnswer) {
  for (int block = 0; block < 3; ++block) {
    Append({Log(block * 1000, "line" + std::to_string(block), "word number")});
    ASSERT_TRUE(store_->Seal().ok());
  }
  const kv::Family blocks = options_.first_family + 3;
  for (const std::string_view part : {"b", "m"}) {
    const std::string prefix = "t" + std::string(1, '\0') + std::string(part);
    const auto iterator = db_->NewIterator(blocks, prefix, AfterPrefix(prefix));
    iterator->SeekToFirst();
    if (part == "m") iterator->Next();
    ASSERT_TRUE(iterator->Valid());
    kv::Batch damage;
    damage.Put(blocks, iterator->key(), "damaged");
    ASSERT_TRUE(db_->Write(damage, kv::Durability::kProcess).ok());
  }
  const auto page = store_->QueryLogs(Logs());
  EXPECT_EQ(Ids(page), "line2 ");
  EXPECT_EQ(page->damaged, 2u);
  LogScan scan;
  scan.tenant = "t";
  const auto report = store_->ScanLogs(scan, [](const LogLine&) { return true; });
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->damaged, 2u);
  EXPECT_EQ(report->lines_scanned, 1u);
  EXPECT_EQ(store_->GetStats().damaged, 4u) << "each time it is met";
  Open();
  EXPECT_EQ(Find(Logs()), "line2 ");
}

TEST_F(EmbeddedStoreDurabilityTest, AFailureOfSealingIsCountedAndTriedAgain) {
  Append({Log(1, "a")});
  fault_.Arm({.lasting = true});
  EXPECT_FALSE(store_->Seal().ok());
  EXPECT_EQ(store_->GetStats().seal_failures, 1u);
  EXPECT_TRUE(store_->GetStats().seal_failing);
  EXPECT_EQ(Find(Logs()), "a ");
  fault_.Disarm();
  ASSERT_TRUE(db_->Recover().ok());
  ASSERT_TRUE(store_->SealIdle().ok()) << "at once, not when it has been idle for long";
  EXPECT_FALSE(store_->GetStats().seal_failing);
  EXPECT_EQ(store_->GetStats().blocks_sealed, 1u);
  EXPECT_GT(store_->GetStats().bytes_sealed, 0u);
  EXPECT_EQ(Find(Logs()), "a ");
}

}  // namespace
}  // namespace vedette::records
