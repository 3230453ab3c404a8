#include "sql/database.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <thread>

#include "base/testing/temp_folder.h"

namespace vedette::sql {
namespace {

const Migration kItems{
    1, "items",
    "CREATE TABLE items (id TEXT PRIMARY KEY, n INTEGER, r REAL, b BLOB CHECK (n < 1000)) STRICT;"
    "CREATE TABLE parts (item TEXT NOT NULL REFERENCES items(id)) STRICT;"};

// Each test runs on a file and in memory: both must mean the same.
class DatabaseTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    db_ = MustOpen();
    const auto migrated = db_->Migrate("test", {&kItems, 1});
    ASSERT_TRUE(migrated.ok()) << migrated.error().message;
  }

  std::unique_ptr<Database> MustOpen() {
    DatabaseOptions options;
    options.path = GetParam() ? folder_.File("state.db") : ":memory:";
    auto db = Database::Open(options);
    EXPECT_TRUE(db.ok()) << db.error().message;
    return db.ok() ? std::move(*db) : nullptr;
  }

  base::Result<> Run(std::string_view statement, std::vector<Value> values = {}) {
    return db_->Transact([&](Session& session) -> base::Result<> {
      VEDETTE_TRY_VOID(session.Execute(statement, values));
      return {};
    });
  }

  int64_t Count(std::string_view from = "items") {
    int64_t count = -1;
    const auto read = db_->Read([&](Session& session) {
      return session.Query("SELECT count(*) FROM " + std::string(from), {},
                           [&](const Row& row) { count = row.GetInt(0); });
    });
    EXPECT_TRUE(read.ok()) << read.error().message;
    return count;
  }

  base::TempFolder folder_{"vedette-sql"};
  std::unique_ptr<Database> db_;
};

INSTANTIATE_TEST_SUITE_P(Places, DatabaseTest, testing::Values(true, false),
                         [](const auto& where) { return where.param ? "File" : "Memory"; });

base::ErrorCode CodeOf(const base::Result<>& result) {
  EXPECT_FALSE(result.ok());
  return result.ok() ? base::ErrorCode::kInternal : result.error().code;
}

TEST_P(DatabaseTest, ReturnsWhatWasStored) {
  const std::string text("a\0b \xc3\xa9", 6);
  const std::string bytes("\0\xff", 2);
  ASSERT_TRUE(Run("INSERT INTO items VALUES (?, ?, ?, ?)",
                  {Text(text), Int(-7), Real(0.5), Value(Blob{bytes})})
                  .ok());
  ASSERT_TRUE(Run("INSERT INTO items VALUES ('null', ?, ?, ?)", {Null(), Null(), Null()}).ok());

  int rows = 0;
  const auto read = db_->Read([&](Session& session) {
    return session.Query("SELECT id, n, r, b FROM items ORDER BY n DESC", {}, [&](const Row& row) {
      if (rows++ == 0) {
        EXPECT_EQ(row.GetText(0), text);
        EXPECT_EQ(row.GetInt(1), -7);
        EXPECT_EQ(row.GetTime(1), base::FromMillis(-7));
        EXPECT_EQ(row.GetReal(2), 0.5);
        EXPECT_EQ(row.GetBlob(3), bytes);
        EXPECT_FALSE(row.IsNull(1));
      } else {
        EXPECT_TRUE(row.IsNull(1));
        EXPECT_EQ(row.GetInt(1), 0);
        EXPECT_EQ(row.GetText(3), "");
      }
    });
  });
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(rows, 2);
}

TEST_P(DatabaseTest, CountsTheRowsChanged) {
  const auto done = db_->Transact([](Session& session) -> base::Result<> {
    VEDETTE_TRY(const int64_t inserted,
                session.Execute("INSERT INTO items (id, n) VALUES ('a', 1), ('b', 1)"));
    EXPECT_EQ(inserted, 2);
    VEDETTE_TRY(const int64_t missed, session.Execute("UPDATE items SET n = 2 WHERE id = 'x'"));
    EXPECT_EQ(missed, 0);
    VEDETTE_TRY(const int64_t none, session.Execute("CREATE TABLE other (x INTEGER)"));
    EXPECT_EQ(none, 0);
    return {};
  });
  ASSERT_TRUE(done.ok()) << done.error().message;
}

TEST_P(DatabaseTest, RollsBackWhenTheBodyFails) {
  const auto failed = db_->Transact([](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Execute("INSERT INTO items (id) VALUES ('a')"));
    return base::PermissionDenied("no");
  });
  EXPECT_EQ(CodeOf(failed), base::ErrorCode::kPermissionDenied);
  EXPECT_EQ(Count(), 0);
  EXPECT_TRUE(Run("INSERT INTO items (id) VALUES ('a')").ok());
}

TEST_P(DatabaseTest, NamesTheConstraint) {
  ASSERT_TRUE(Run("INSERT INTO items (id) VALUES ('a')").ok());
  EXPECT_EQ(CodeOf(Run("INSERT INTO items (id) VALUES ('a')")), base::ErrorCode::kAlreadyExists);
  EXPECT_EQ(CodeOf(Run("INSERT INTO items (id, n) VALUES ('b', 1000)")),
            base::ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(Run("INSERT INTO parts VALUES ('missing')")),
            base::ErrorCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(Run("INSERT INTO items (id, n) VALUES ('c', 'text')")),
            base::ErrorCode::kFailedPrecondition);
}

TEST_P(DatabaseTest, RefusesWrongStatements) {
  EXPECT_EQ(CodeOf(Run("SELEKT 1")), base::ErrorCode::kInternal);
  EXPECT_EQ(CodeOf(Run("SELECT ?")), base::ErrorCode::kInternal);
  EXPECT_EQ(CodeOf(Run("DELETE FROM items; DELETE FROM parts")), base::ErrorCode::kInternal);
  EXPECT_EQ(CodeOf(Run("SELECT \"no such column\"")), base::ErrorCode::kInternal);
}

TEST_P(DatabaseTest, LeavesTransactionsAndSettingsToItself) {
  for (const char* statement : {"COMMIT", "ROLLBACK", "BEGIN", "SAVEPOINT s",
                                "PRAGMA synchronous = OFF", "ATTACH '/tmp/other.db' AS other"}) {
    EXPECT_EQ(CodeOf(Run(statement)), base::ErrorCode::kInternal) << statement;
  }
}

TEST_P(DatabaseTest, DetectsNestedCalls) {
  const auto nothing = [](Session&) -> base::Result<> { return {}; };
  base::ErrorCode in_transact{};
  base::ErrorCode in_read{};
  ASSERT_TRUE(db_->Transact([&](Session&) -> base::Result<> {
                   in_transact = CodeOf(db_->Transact(nothing));
                   return {};
                 })
                  .ok());
  ASSERT_TRUE(db_->Read([&](Session&) -> base::Result<> {
                   in_read = CodeOf(db_->Transact(nothing));
                   return {};
                 })
                  .ok());
  EXPECT_EQ(in_transact, base::ErrorCode::kFailedPrecondition);
  EXPECT_EQ(in_read, base::ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(db_->Transact(nothing).ok()) << "not nested any more";
}

TEST_P(DatabaseTest, AViewCannotWrite) {
  const auto written = db_->Read([](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Execute("INSERT INTO items (id) VALUES ('a')"));
    return {};
  });
  EXPECT_EQ(CodeOf(written), base::ErrorCode::kFailedPrecondition);
  const auto returning = db_->Read([](Session& session) {
    return session.Query("INSERT INTO items (id) VALUES ('a') RETURNING id", {}, [](const Row&) {});
  });
  EXPECT_EQ(CodeOf(returning), base::ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Count(), 0);
}

TEST_P(DatabaseTest, AStatementMayRunInsideItsOwnCallback) {
  ASSERT_TRUE(Run("INSERT INTO items (id) VALUES ('a'), ('b')").ok());
  int inner = 0;
  const auto read = db_->Read([&](Session& session) -> base::Result<> {
    base::Result<> nested;
    VEDETTE_TRY_VOID(session.Query("SELECT id FROM items", {}, [&](const Row&) {
      nested = session.Query("SELECT id FROM items", {}, [&](const Row&) { ++inner; });
      EXPECT_TRUE(nested.ok());
    }));
    return nested;
  });
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(inner, 4);
}

TEST_P(DatabaseTest, KeepsTheNumberOfPreparedStatementsBounded) {
  for (int i = 0; i < 400; ++i) {
    ASSERT_TRUE(
        Run("INSERT INTO items (id, n) VALUES ('" + std::to_string(i) + "', ?)", {Int(i)}).ok());
  }
  EXPECT_EQ(Count(), 400);
}

TEST_P(DatabaseTest, WritersOnManyThreadsTakeTurns) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(Run("INSERT INTO items (id) VALUES (?)",
                        {Text(std::to_string(t) + "-" + std::to_string(i))})
                        .ok());
        EXPECT_GE(Count(), i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Count(), 40);
}

TEST(Database, AViewStaysAsItBegan) {
  base::TempFolder folder("vedette-sql");
  auto db = *Database::Open({.path = folder.File("state.db")});
  ASSERT_TRUE(db->Migrate("test", {&kItems, 1}).ok());
  const auto count = [](Session& session) {
    int64_t rows = -1;
    EXPECT_TRUE(
        session
            .Query("SELECT count(*) FROM items", {}, [&](const Row& row) { rows = row.GetInt(0); })
            .ok());
    return rows;
  };

  const auto read = db->Read([&](Session& session) -> base::Result<> {
    EXPECT_EQ(count(session), 0);
    std::thread writer([&] {
      EXPECT_TRUE(db->Transact([](Session& other) -> base::Result<> {
                      VEDETTE_TRY_VOID(other.Execute("INSERT INTO items (id) VALUES ('a')"));
                      return {};
                    }).ok());
    });
    writer.join();
    EXPECT_EQ(count(session), 0);
    return {};
  });
  EXPECT_TRUE(read.ok());
  ASSERT_TRUE(db->Read([&](Session& session) -> base::Result<> {
                  EXPECT_EQ(count(session), 1);
                  return {};
                }).ok());
}

TEST(Database, OnlyItsOwnerMayReadTheFile) {
  base::TempFolder folder("vedette-sql");
  auto db = *Database::Open({.path = folder.File("state.db")});
  struct stat info{};
  for (const char* name : {"state.db", "state.db-wal"}) {
    ASSERT_EQ(::stat(folder.File(name).c_str(), &info), 0) << name;
    EXPECT_EQ(info.st_mode & 0777u, 0600u) << name;
  }
}

TEST(Database, CopiesWhatIsCommittedToAFileThatIsNotThereYet) {
  base::TempFolder folder("vedette-sql");
  auto db = *Database::Open({.path = folder.File("state.db")});
  const auto run = [&](const std::string& statement) {
    return db->Transact([&](Session& tx) -> base::Result<> {
      VEDETTE_TRY_VOID(tx.Execute(statement));
      return {};
    });
  };
  ASSERT_TRUE(run("CREATE TABLE t (x INTEGER)").ok());
  ASSERT_TRUE(run("INSERT INTO t VALUES (1)").ok());
  const base::Result<> copied = db->CopyTo(folder.File("copy.db"));
  ASSERT_TRUE(copied.ok()) << copied.error().message;
  ASSERT_TRUE(run("INSERT INTO t VALUES (2)").ok());
  EXPECT_EQ(db->CopyTo(folder.File("copy.db")).error().code, base::ErrorCode::kAlreadyExists);

  auto copy = *Database::Open({.path = folder.File("copy.db")});
  int64_t rows = 0;
  ASSERT_TRUE(copy->Read([&](Session& tx) {
                    return tx.Query("SELECT count(*) FROM t", {},
                                    [&](const Row& row) { rows = row.GetInt(0); });
                  })
                  .ok());
  EXPECT_EQ(rows, 1);
}

TEST(Database, ReportsAFileThatIsNone) {
  base::TempFolder folder("vedette-sql");
  std::ofstream(folder.File("state.db")) << std::string(4096, 'x');
  const auto db = Database::Open({.path = folder.File("state.db")});
  ASSERT_FALSE(db.ok());
  EXPECT_EQ(db.error().code, base::ErrorCode::kDataLoss) << db.error().message;
}

TEST(Database, ReportsAFolderThatIsNotThere) {
  const auto db = Database::Open({.path = "/nonexistent/folder/state.db"});
  ASSERT_FALSE(db.ok());
  EXPECT_EQ(db.error().code, base::ErrorCode::kUnavailable) << db.error().message;
}

}  // namespace
}  // namespace vedette::sql
