#include "kv/db.h"

#include <gtest/gtest.h>

#include "base/testing/temp_folder.h"

namespace vedette::kv {
namespace {

constexpr Family kFirst = 0;
constexpr Family kSecond = 1;

DbOptions InMemory() {
  DbOptions options;
  options.path = "/db";
  options.families = {{.name = "first"}, {.name = "second", .compress = false}};
  options.in_memory = true;
  return options;
}

DbOptions OnDisk(const base::TempFolder& folder) {
  DbOptions options = InMemory();
  options.path = folder.File("db");
  options.in_memory = false;
  return options;
}

std::unique_ptr<Db> MustOpen(DbOptions options) {
  auto db = Db::Open(std::move(options));
  EXPECT_TRUE(db.ok()) << db.error().message;
  return db.ok() ? std::move(*db) : nullptr;
}

void MustPut(Db& db, Family family, std::string_view key, std::string_view value) {
  Batch batch;
  batch.Put(family, key, value);
  const auto written = db.Write(batch, Durability::kProcess);
  ASSERT_TRUE(written.ok()) << written.error().message;
}

std::string ValueOf(Db& db, Family family, std::string_view key) {
  auto value = db.Get(family, key);
  EXPECT_TRUE(value.ok()) << value.error().message;
  return value.ok() ? value->value_or("(none)") : "(error)";
}

std::string KeysOf(Iterator& iterator) {
  std::string keys;
  for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next()) {
    keys += std::string(iterator.key()) + " ";
  }
  EXPECT_TRUE(iterator.status().ok());
  return keys;
}

TEST(Db, ReturnsWhatWasWritten) {
  auto db = MustOpen(InMemory());
  const std::string binary("\0\xff key \0", 8);

  MustPut(*db, kFirst, binary, std::string("v\0", 2));
  MustPut(*db, kFirst, "", "empty key");

  EXPECT_EQ(ValueOf(*db, kFirst, binary), std::string("v\0", 2));
  EXPECT_EQ(ValueOf(*db, kFirst, ""), "empty key");
  EXPECT_EQ(ValueOf(*db, kFirst, "other"), "(none)");
}

TEST(Db, KeepsFamiliesApart) {
  auto db = MustOpen(InMemory());

  MustPut(*db, kFirst, "key", "1");
  MustPut(*db, kSecond, "key", "2");

  EXPECT_EQ(ValueOf(*db, kFirst, "key"), "1");
  EXPECT_EQ(ValueOf(*db, kSecond, "key"), "2");
}

TEST(Db, AppliesTheOperationsOfABatchInOrder) {
  auto db = MustOpen(InMemory());
  Batch batch;
  batch.Put(kFirst, "a", "1");
  batch.Delete(kFirst, "a");
  batch.Put(kFirst, "b", "1");
  batch.Put(kFirst, "b", "2");
  batch.Put(kFirst, "c", "1");
  batch.DeleteRange(kFirst, "b", "d");
  batch.Put(kFirst, "c", "3");
  EXPECT_FALSE(batch.empty());
  EXPECT_GT(batch.bytes(), 0u);

  ASSERT_TRUE(db->Write(batch, Durability::kMachine).ok());

  auto iterator = db->NewIterator(kFirst, "", "");
  EXPECT_EQ(KeysOf(*iterator), "c ");
  EXPECT_EQ(ValueOf(*db, kFirst, "c"), "3");
}

TEST(Db, ABatchCanBeUsedAgainAfterClear) {
  auto db = MustOpen(InMemory());
  Batch batch;
  batch.Put(kFirst, "a", "1");
  batch.Clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.bytes(), 0u);
  batch.Put(kFirst, "b", "1");

  ASSERT_TRUE(db->Write(batch, Durability::kProcess).ok());

  auto iterator = db->NewIterator(kFirst, "", "");
  EXPECT_EQ(KeysOf(*iterator), "b ");
}

TEST(Db, DeleteRangeSparesItsEnd) {
  auto db = MustOpen(InMemory());
  for (const char* key : {"a", "b", "c", "d"}) MustPut(*db, kFirst, key, "v");
  Batch batch;
  batch.DeleteRange(kFirst, "b", "d");

  ASSERT_TRUE(db->Write(batch, Durability::kProcess).ok());

  auto iterator = db->NewIterator(kFirst, "", "");
  EXPECT_EQ(KeysOf(*iterator), "a d ");
}

TEST(Iterator, StaysWithinItsBounds) {
  auto db = MustOpen(InMemory());
  for (const char* key : {"a", "b", "c", "d", "e"}) MustPut(*db, kFirst, key, "v");

  auto iterator = db->NewIterator(kFirst, "b", "d");
  EXPECT_EQ(KeysOf(*iterator), "b c ");

  iterator->SeekToLast();
  ASSERT_TRUE(iterator->Valid());
  EXPECT_EQ(iterator->key(), "c");
  iterator->Prev();
  EXPECT_EQ(iterator->key(), "b");
  iterator->Prev();
  EXPECT_FALSE(iterator->Valid());
}

TEST(Iterator, SeeksToTheKeyOrItsNeighbour) {
  auto db = MustOpen(InMemory());
  for (const char* key : {"a", "c", "e"}) MustPut(*db, kFirst, key, std::string("v") + key);
  auto iterator = db->NewIterator(kFirst, "", "");

  iterator->Seek("b");
  ASSERT_TRUE(iterator->Valid());
  EXPECT_EQ(iterator->key(), "c");
  EXPECT_EQ(iterator->value(), "vc");
  iterator->SeekForPrev("b");
  ASSERT_TRUE(iterator->Valid());
  EXPECT_EQ(iterator->key(), "a");
  iterator->SeekForPrev("e");
  ASSERT_TRUE(iterator->Valid());
  EXPECT_EQ(iterator->key(), "e");
  iterator->Seek("f");
  EXPECT_FALSE(iterator->Valid());
}

TEST(Iterator, ShowsTheStateOfItsBeginning) {
  auto db = MustOpen(InMemory());
  MustPut(*db, kFirst, "a", "1");
  auto iterator = db->NewIterator(kFirst, "", "");

  MustPut(*db, kFirst, "b", "2");

  EXPECT_EQ(KeysOf(*iterator), "a ");
}

TEST(Db, KeepsItsDataWhenReopened) {
  base::TempFolder folder("vedette-kv");
  {
    auto db = MustOpen(OnDisk(folder));
    MustPut(*db, kFirst, "in a sorted file", "1");
    ASSERT_TRUE(db->Flush().ok());
    MustPut(*db, kSecond, "in the log", "2");
    EXPECT_GT(db->GetStats().disk_bytes, 0u);
    EXPECT_GT(db->GetStats().memory_bytes, 0u);
  }

  auto db = MustOpen(OnDisk(folder));

  EXPECT_EQ(ValueOf(*db, kFirst, "in a sorted file"), "1");
  EXPECT_EQ(ValueOf(*db, kSecond, "in the log"), "2");
  EXPECT_FALSE(db->GetStats().writes_stopped);
}

TEST(Db, AcceptsNewFamiliesInAnyPlace) {
  base::TempFolder folder("vedette-kv");
  {
    auto db = MustOpen(OnDisk(folder));
    MustPut(*db, kFirst, "key", "1");
    MustPut(*db, kSecond, "key", "2");
  }
  DbOptions options = OnDisk(folder);
  options.families = {{.name = "new"}, {.name = "second"}, {.name = "first"}};

  auto db = MustOpen(std::move(options));

  EXPECT_EQ(ValueOf(*db, 0, "key"), "(none)");
  EXPECT_EQ(ValueOf(*db, 1, "key"), "2");
  EXPECT_EQ(ValueOf(*db, 2, "key"), "1");
}

TEST(Db, RefusesAFamilyOnDiskThatIsNotNamed) {
  base::TempFolder folder("vedette-kv");
  MustOpen(OnDisk(folder)).reset();
  DbOptions options = OnDisk(folder);
  options.families = {{.name = "first"}};

  auto db = Db::Open(std::move(options));

  ASSERT_FALSE(db.ok());
  EXPECT_EQ(db.error().code, base::ErrorCode::kFailedPrecondition);
  EXPECT_NE(db.error().message.find("'second'"), std::string::npos) << db.error().message;
}

TEST(Db, RefusesASecondOpeningOfTheSameFolder) {
  base::TempFolder folder("vedette-kv");
  auto db = MustOpen(OnDisk(folder));

  auto second = Db::Open(OnDisk(folder));

  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, base::ErrorCode::kFailedPrecondition) << second.error().message;
}

TEST(Db, RefusesAnEmptyPath) {
  auto db = Db::Open({});
  ASSERT_FALSE(db.ok());
  EXPECT_EQ(db.error().code, base::ErrorCode::kInvalidArgument);
}

TEST(Db, GivesTheSpaceOfDeletedKeysBack) {
  base::TempFolder folder("vedette-kv");
  auto db = MustOpen(OnDisk(folder));
  for (int i = 0; i < 200; ++i) {
    std::string value(10'000, 'x');
    for (size_t at = 0; at < value.size(); ++at) {
      value[at] = static_cast<char>((at * at * 2654435761u + static_cast<size_t>(i) * at) >> 7);
    }
    MustPut(*db, kFirst, "key" + std::to_string(i), value);
  }
  ASSERT_TRUE(db->Flush().ok());
  const uint64_t before = db->GetStats().disk_bytes;
  Batch batch;
  batch.DeleteRange(kFirst, "key", "kez");
  ASSERT_TRUE(db->Write(batch, Durability::kProcess).ok());
  ASSERT_TRUE(db->Reclaim(kFirst, {}, {}).ok());
  EXPECT_LT(db->GetStats().disk_bytes, before / 10);
}

TEST(Db, ACheckpointIsACopyOfItsMoment) {
  base::TempFolder folder("vedette-kv");
  auto db = MustOpen(OnDisk(folder));
  MustPut(*db, kFirst, "before", "1");

  const auto copied = db->Checkpoint(folder.File("copy"));
  ASSERT_TRUE(copied.ok()) << copied.error().message;
  MustPut(*db, kFirst, "after", "2");

  DbOptions options = OnDisk(folder);
  options.path = folder.File("copy");
  auto copy = MustOpen(std::move(options));
  EXPECT_EQ(ValueOf(*copy, kFirst, "before"), "1");
  EXPECT_EQ(ValueOf(*copy, kFirst, "after"), "(none)");
}

TEST(Db, ACheckpointDoesNotOverwrite) {
  base::TempFolder folder("vedette-kv");
  auto db = MustOpen(OnDisk(folder));
  ASSERT_TRUE(db->Checkpoint(folder.File("copy")).ok());
  EXPECT_FALSE(db->Checkpoint(folder.File("copy")).ok());
}

TEST(Db, MemoryDatabasesSyncAndRecoverToo) {
  auto db = MustOpen(InMemory());
  MustPut(*db, kFirst, "key", "1");
  const auto synced = db->SyncLog();
  EXPECT_TRUE(synced.ok()) << synced.error().message;

  const auto recovered = db->Recover();
  ASSERT_TRUE(recovered.ok()) << recovered.error().message;

  EXPECT_EQ(ValueOf(*db, kFirst, "key"), "1");
  MustPut(*db, kFirst, "key", "2");
  EXPECT_EQ(ValueOf(*db, kFirst, "key"), "2");
}

}  // namespace
}  // namespace vedette::kv
