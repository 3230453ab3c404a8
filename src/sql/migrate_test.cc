#include <gtest/gtest.h>

#include "sql/database.h"

namespace vedette::sql {
namespace {

const Migration kOne{1, "one", "CREATE TABLE one (x INTEGER); INSERT INTO one VALUES (1);"};
const Migration kTwo{2, "two", "INSERT INTO one VALUES (2); -- and a comment\n"};

std::unique_ptr<Database> Memory() { return *Database::Open({.path = ":memory:"}); }

base::Result<> Migrate(Database& db, std::string_view module, std::vector<Migration> steps) {
  return db.Migrate(module, steps);
}

int64_t SumOf(Database& db) {
  int64_t sum = 0;
  const auto read = db.Read([&](Session& session) {
    return session.Query("SELECT sum(x) FROM one", {},
                         [&](const Row& row) { sum = row.GetInt(0); });
  });
  return read.ok() ? sum : -1;
}

TEST(Migrate, RunsEachStepOnce) {
  auto db = Memory();
  ASSERT_TRUE(Migrate(*db, "m", {kOne}).ok());
  ASSERT_TRUE(Migrate(*db, "m", {kOne}).ok());
  EXPECT_EQ(SumOf(*db), 1);
  ASSERT_TRUE(Migrate(*db, "m", {kOne, kTwo}).ok());
  ASSERT_TRUE(Migrate(*db, "m", {kOne, kTwo}).ok());
  EXPECT_EQ(SumOf(*db), 3);
}

TEST(Migrate, KeepsModulesApart) {
  auto db = Memory();
  ASSERT_TRUE(Migrate(*db, "m", {kOne}).ok());
  ASSERT_TRUE(Migrate(*db, "n", {{1, "other", "INSERT INTO one VALUES (10)"}}).ok());
  EXPECT_EQ(SumOf(*db), 11);
}

TEST(Migrate, RefusesAStepThatChanged) {
  auto db = Memory();
  ASSERT_TRUE(Migrate(*db, "m", {kOne}).ok());
  Migration changed = kOne;
  changed.statements += " ";

  const auto refused = Migrate(*db, "m", {changed, kTwo});

  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kFailedPrecondition);
  EXPECT_NE(refused.error().message.find("step 1 ('one') of 'm' has changed"), std::string::npos)
      << refused.error().message;
  EXPECT_EQ(SumOf(*db), 1);
}

TEST(Migrate, RefusesADatabaseOfANewerVersion) {
  auto db = Memory();
  ASSERT_TRUE(Migrate(*db, "m", {kOne, kTwo}).ok());
  const auto refused = Migrate(*db, "m", {kOne});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kFailedPrecondition);
}

TEST(Migrate, DoesAllStepsOrNone) {
  auto db = Memory();
  const auto failed = Migrate(*db, "m", {kOne, {2, "bad", "INSERT INTO nowhere VALUES (1)"}});
  ASSERT_FALSE(failed.ok());
  EXPECT_NE(failed.error().message.find("step 2 ('bad') of 'm'"), std::string::npos)
      << failed.error().message;
  EXPECT_EQ(SumOf(*db), -1) << "the first step is undone";
  EXPECT_TRUE(Migrate(*db, "m", {kOne, kTwo}).ok());
}

TEST(Migrate, RefusesVersionsWithGaps) {
  auto db = Memory();
  EXPECT_FALSE(Migrate(*db, "m", {kTwo}).ok());
}

}  // namespace
}  // namespace vedette::sql
