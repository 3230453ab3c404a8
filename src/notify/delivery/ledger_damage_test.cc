// What damage takes of the ledger shows when it is verified, and stops nothing.

#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "base/log.h"
#include "base/random.h"
#include "base/testing/temp_folder.h"
#include "notify/delivery/dispatcher.h"
#include "notify/delivery/ledger.h"
#include "sql/mending.h"

namespace vedette::notify::delivery {
namespace {

namespace fs = std::filesystem;

constexpr int kRows = 150;

int Rounds() { return std::getenv("VEDETTE_FULL") != nullptr ? 500 : 10; }

base::Result<> Append(sql::Database& database, int n) {
  LedgerRow row;
  row.time = base::FromMillis(1'700'000'000'000 + n);
  row.event = "attempt";
  row.dedup_key = fmt::format("in_{}:opened:1", n);
  row.receiver = "ops";
  row.attempt = 1;
  row.detail = std::string(100, 'x');
  return database.Transact([&](sql::Session& session) { return AppendToLedger(session, row); });
}

base::Result<int64_t> Verify(sql::Database& database) {
  base::Result<int64_t> count = base::Internal("not read");
  const base::Result<> read = database.Read([&](sql::Session& session) -> base::Result<> {
    count = VerifyLedger(session);
    return {};
  });
  if (!read.ok()) return read.error();
  return count;
}

class LedgerDamageTest : public testing::Test {
 protected:
  LedgerDamageTest() {
    base::SetLogSink([](std::string_view) {});
    auto database = *sql::Database::Open({.path = made_});
    EXPECT_TRUE(Dispatcher::Migrate(*database).ok());
    for (int n = 0; n < kRows; ++n) EXPECT_TRUE(Append(*database, n).ok());
  }
  ~LedgerDamageTest() override { base::SetLogSink({}); }

  base::TempFolder folder_{"ledger_damage"};
  const std::string made_ = folder_.File("made.db");
};

TEST_F(LedgerDamageTest, AMissingRowIsNamedAndTheNextOnesAreAddedAllTheSame) {
  const auto database = *sql::Database::Open({.path = made_});
  ASSERT_EQ(*Verify(*database), kRows);
  ASSERT_TRUE(database
                  ->Transact([](sql::Session& session) -> base::Result<> {
                    VEDETTE_TRY_VOID(session.Execute("DELETE FROM ledger WHERE seq = 40"));
                    return {};
                  })
                  .ok());
  EXPECT_TRUE(Append(*database, kRows).ok());

  const base::Result<int64_t> verified = Verify(*database);
  ASSERT_FALSE(verified.ok());
  EXPECT_EQ(verified.error().code, base::ErrorCode::kDataLoss);
  EXPECT_NE(verified.error().message.find("row 40"), std::string::npos) << verified.error().message;
}

TEST_F(LedgerDamageTest, SaysWhichRowDoesNotFitAndWhy) {
  const std::pair<const char*, LedgerCheck> cases[] = {
      {"UPDATE ledger SET detail = 'y' WHERE seq = 7",
       {kRows, 7, "the row was changed: its text does not fit its hash"}},
      {"UPDATE ledger SET previous_hash = 'y' WHERE seq = 7",
       {kRows, 7, "the row was not written after the one before it"}},
      {"DELETE FROM ledger WHERE seq = 7",
       {kRows - 1, 7, "the row is missing: 8 comes in its place"}},
      {"DELETE FROM ledger WHERE seq < 7",
       {kRows - 6, 1, "the oldest rows are missing, and no row says that they were removed"}},
      {"DELETE FROM ledger", {0, 0, ""}}};
  for (const auto& [statement, expected] : cases) {
    const std::string path = folder_.File("copy.db");
    fs::remove(path);
    fs::copy_file(made_, path);
    const auto database = *sql::Database::Open({.path = path});
    LedgerCheck check;
    ASSERT_TRUE(database
                    ->Transact([&](sql::Session& session) -> base::Result<> {
                      VEDETTE_TRY_VOID(session.Execute(statement));
                      VEDETTE_TRY(check, CheckLedger(session));
                      return {};
                    })
                    .ok());

    EXPECT_EQ(check.rows, expected.rows) << statement;
    EXPECT_EQ(check.broken_at, expected.broken_at) << statement;
    EXPECT_EQ(check.reason, expected.reason) << statement;
    EXPECT_EQ(check.ok(), expected.broken_at == 0) << statement;
  }
}

base::Result<int64_t> Prune(sql::Database& database, int n, int64_t rows_max) {
  int64_t removed = 0;
  const base::TimePoint before = base::FromMillis(1'700'000'000'000 + n);
  VEDETTE_TRY_VOID(database.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(removed, PruneLedger(session, before, before, rows_max));
    return {};
  }));
  return removed;
}

TEST_F(LedgerDamageTest, WhatIsOldMayGoAndTheChainSaysUpToWhere) {
  const auto database = *sql::Database::Open({.path = made_});

  EXPECT_EQ(*Prune(*database, 50, 30), 30);
  EXPECT_EQ(*Prune(*database, 50, 30), 20);
  EXPECT_EQ(*Prune(*database, 50, 30), 0);

  EXPECT_TRUE(Append(*database, kRows).ok());
  EXPECT_EQ(*Verify(*database), kRows - 50 + 3);  // two rows say what is gone
}

TEST_F(LedgerDamageTest, RowsThatWereRemovedWithoutAWordAreMissed) {
  for (const char* statement :
       {"DELETE FROM ledger WHERE seq <= 51", "DELETE FROM ledger WHERE event = 'pruned'",
        "UPDATE ledger SET detail = '1-51 x' WHERE event = 'pruned'"}) {
    const std::string path = folder_.File("copy.db");
    fs::remove(path);
    fs::copy_file(made_, path);
    const auto database = *sql::Database::Open({.path = path});
    ASSERT_EQ(*Prune(*database, 50, 100), 50);
    ASSERT_TRUE(Verify(*database).ok());
    ASSERT_TRUE(database
                    ->Transact([&](sql::Session& session) -> base::Result<> {
                      VEDETTE_TRY_VOID(session.Execute(statement));
                      return {};
                    })
                    .ok());

    EXPECT_EQ(Verify(*database).error().code, base::ErrorCode::kDataLoss) << statement;
  }
}

TEST_F(LedgerDamageTest, WhateverByteIsDamagedPagesGoOn) {
  std::ifstream in(made_, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  for (int seed = 0; seed < Rounds(); ++seed) {
    base::Random random(static_cast<uint64_t>(seed));
    const std::string at = folder_.File(fmt::format("seed{}", seed));
    fs::create_directory(at);
    std::string file = whole;
    const size_t byte = random.Below(file.size());
    file[byte] = static_cast<char>(static_cast<uint8_t>(file[byte]) ^ (1 + random.Below(255)));
    std::ofstream(at + "/state.db", std::ios::binary) << file;
    SCOPED_TRACE(fmt::format("seed {}: byte {} of {}", seed, byte, file.size()));

    auto opened = sql::OpenMended({.path = at + "/state.db"}, at + "/quarantine");
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    const base::Result<> migrated = Dispatcher::Migrate(*opened->database);
    ASSERT_TRUE(migrated.ok()) << migrated.error().message;
    EXPECT_TRUE(Append(*opened->database, kRows).ok());
    const base::Result<int64_t> verified = Verify(*opened->database);
    if (verified.ok()) {
      EXPECT_TRUE(*verified == kRows + 1 || opened->mended) << *verified;
    } else {
      EXPECT_EQ(verified.error().code, base::ErrorCode::kDataLoss) << verified.error().message;
    }
    ASSERT_FALSE(HasFailure());
    fs::remove_all(at);
  }
}

}  // namespace
}  // namespace vedette::notify::delivery
