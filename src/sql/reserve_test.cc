#include "sql/reserve.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>

#include "base/testing/temp_folder.h"
#include "sql/database.h"
#include "sql/testing/fault_injector.h"

namespace vedette::sql {
namespace {

constexpr int64_t kBytes = 2 << 20;
const Migration kTable{1, "table", "CREATE TABLE rows (n BIGINT PRIMARY KEY, text TEXT NOT NULL)"};

class ReserveTest : public testing::Test {
 protected:
  void Open(FaultInjector* faults = nullptr) {
    db_.reset();
    auto opened = Database::Open({.path = path_, .faults = faults, .reserve_bytes = kBytes});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    db_ = *std::move(opened);
    ASSERT_TRUE(db_->Migrate("test", {&kTable, 1}).ok());
    if (BytesOnDisk("") < kBytes) GTEST_SKIP() << "this file system takes no room ahead";
  }
  base::Result<> Insert(int64_t n, size_t bytes) {
    return db_->Transact([&](Session& session) -> base::Result<> {
      VEDETTE_TRY_VOID(session.Execute("INSERT INTO rows VALUES (?, ?)",
                                       {Int(n), Text(std::string(bytes, 'x'))}));
      return {};
    });
  }
  // What a file takes of the disk, and how long it is.
  int64_t BytesOnDisk(const std::string& suffix) const {
    struct stat file{};
    return ::stat((path_ + suffix).c_str(), &file) == 0 ? file.st_blocks * 512 : 0;
  }
  int64_t Size(const std::string& suffix) const {
    return static_cast<int64_t>(std::filesystem::file_size(path_ + suffix));
  }

  base::TempFolder folder_{"sql_reserve"};
  const std::string path_ = folder_.File("state.db");
  NthFault fault_;
  std::unique_ptr<Database> db_;
};

TEST_F(ReserveTest, TakesRoomForTheLogAndBehindTheDatabaseThatNobodySees) {
  Open();
  EXPECT_GE(BytesOnDisk("-wal"), kBytes);
  EXPECT_GE(BytesOnDisk(""), kBytes);
  EXPECT_LT(Size("-wal"), 200'000);
  EXPECT_LT(Size(""), 200'000);
}

TEST_F(ReserveTest, MovesOnAsTheDatabaseGrows) {
  Open();
  for (int n = 0; n < 12; ++n) {
    ASSERT_TRUE(Insert(n, 1 << 20).ok());
    EXPECT_GE(BytesOnDisk("") - Size(""), kBytes / 2 - 8192) << n;
    EXPECT_GE(BytesOnDisk("-wal"), kBytes) << n;
  }
  EXPECT_GT(Size(""), 4 << 20) << "nothing went from the log to the database";
}

TEST_F(ReserveTest, IsThereAtTheNextStart) {
  Open();
  ASSERT_TRUE(Insert(1, 1000).ok());
  db_.reset();
  EXPECT_GE(BytesOnDisk("-wal"), kBytes);
  EXPECT_GE(BytesOnDisk("") - Size(""), kBytes / 2);

  Open();
  EXPECT_FALSE(Insert(1, 1000).ok()) << "the row is there";
  EXPECT_TRUE(Insert(2, 1000).ok());
}

TEST_F(ReserveTest, StaysWhenAnErrorClosesTheConnection) {
  Open(&fault_);
  for (int n = 0; n < 5; ++n) {
    fault_.Arm({.disk_full = true});
    EXPECT_FALSE(Insert(n, 1000).ok());
    fault_.Disarm();
    EXPECT_GE(BytesOnDisk("-wal"), kBytes);
    EXPECT_TRUE(Insert(n, 1000).ok());
  }
}

}  // namespace
}  // namespace vedette::sql
