#include <gtest/gtest.h>
#include <set>
#include <string>

#include "base/testing/temp_folder.h"
#include "sql/database.h"
#include "sql/testing/fault_injector.h"

namespace vedette::sql {
namespace {

const Migration kTables{1, "tables",
                        "CREATE TABLE left (n INTEGER PRIMARY KEY, filling TEXT);"
                        "CREATE TABLE right (n INTEGER PRIMARY KEY, filling TEXT);"};

// The same row in both tables: a half-done transaction would show. Large enough for several pages.
base::Result<> InsertPair(Database& db, int n) {
  return db.Transact([n](Session& session) -> base::Result<> {
    const std::string filling(5000, 'x');
    VEDETTE_TRY_VOID(session.Execute("INSERT INTO left VALUES (?, ?)", {Int(n), Text(filling)}));
    VEDETTE_TRY_VOID(session.Execute("INSERT INTO right VALUES (?, ?)", {Int(n), Text(filling)}));
    return {};
  });
}

std::set<int> NumbersIn(Database& db, const std::string& table) {
  std::set<int> numbers;
  const auto read = db.Read([&](Session& session) {
    return session.Query("SELECT n FROM " + table, {},
                         [&](const Row& row) { numbers.insert(static_cast<int>(row.GetInt(0))); });
  });
  EXPECT_TRUE(read.ok()) << read.error().message;
  return numbers;
}

struct Told {
  bool migrated = false;
  std::set<int> acknowledged;
};

Told Work(const DatabaseOptions& options) {
  Told told;
  auto db = Database::Open(options);
  if (!db.ok()) return told;
  told.migrated = (*db)->Migrate("test", {&kTables, 1}).ok();
  for (int n = 0; n < 6; ++n) {
    if (InsertPair(**db, n).ok()) told.acknowledged.insert(n);
  }
  return told;
}

void ExpectNothingLostNothingHalf(const DatabaseOptions& options, const Told& told) {
  auto db = Database::Open(options);
  ASSERT_TRUE(db.ok()) << db.error().message;
  ASSERT_TRUE((*db)->Migrate("test", {&kTables, 1}).ok());
  const std::set<int> left = NumbersIn(**db, "left");
  EXPECT_EQ(left, NumbersIn(**db, "right")) << "half of a transaction";
  for (const int n : told.acknowledged) {
    EXPECT_TRUE(left.contains(n)) << "acknowledged " << n << " is lost";
  }
  EXPECT_TRUE(InsertPair(**db, 100).ok());
}

void EnumerateFaults(NthFault::Plan plan, bool power_loss = false) {
  bool clean = false;
  for (plan.nth = 1; !clean; ++plan.nth) {
    ASSERT_LT(plan.nth, 1000u) << "the workload never succeeds";
    base::TempFolder folder("vedette-sql");
    NthFault fault;
    const DatabaseOptions options{.path = folder.File("state.db"), .faults = &fault};

    fault.Arm(plan);
    const Told told = Work(options);
    clean = !fault.fired();
    fault.Disarm();
    if (power_loss) fault.DropUnsynced();

    if (clean) {
      EXPECT_TRUE(told.migrated);
      EXPECT_EQ(told.acknowledged.size(), 6u);
    }
    ExpectNothingLostNothingHalf(options, told);
    ASSERT_FALSE(testing::Test::HasFailure()) << "fault " << plan.nth;
  }
  EXPECT_GT(plan.nth, 20u) << "the faults do not reach the files";
}

TEST(Durability, OneIoErrorAtAnyPointLosesNothing) { EnumerateFaults({}); }
TEST(Durability, ACrashAtAnyPointLosesNothing) { EnumerateFaults({.lasting = true}); }
TEST(Durability, APowerLossAtAnyPointLosesNothing) { EnumerateFaults({.lasting = true}, true); }
TEST(Durability, AFullDiskAtAnyPointLosesNothing) { EnumerateFaults({.disk_full = true}); }

TEST(Durability, AFullDiskIsNamedAndLeftBehindWithoutARestart) {
  base::TempFolder folder("vedette-sql");
  NthFault fault;
  auto db = *Database::Open({.path = folder.File("state.db"), .faults = &fault});
  ASSERT_TRUE(db->Migrate("test", {&kTables, 1}).ok());

  fault.Arm({.lasting = true, .disk_full = true});
  const auto full = InsertPair(*db, 1);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, base::ErrorCode::kUnavailable) << full.error().message;

  fault.Disarm();
  EXPECT_TRUE(InsertPair(*db, 1).ok());
}

}  // namespace
}  // namespace vedette::sql
