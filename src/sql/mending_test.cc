// What damaged bytes do to a state database: it opens, shows nothing that was not committed, and
// says so when something is gone.

#include "sql/mending.h"

#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <vector>

#include "base/log.h"
#include "base/random.h"
#include "base/testing/temp_folder.h"

namespace vedette::sql {
namespace {

namespace fs = std::filesystem;

constexpr int kRows = 300;
const Migration kTables{1, "tables",
                        "CREATE TABLE words (n BIGINT PRIMARY KEY, word TEXT NOT NULL);"
                        "CREATE TABLE numbers (n BIGINT PRIMARY KEY, number TEXT NOT NULL);"
                        "CREATE INDEX words_by_word ON words (word);"
                        "CREATE TRIGGER words_stay BEFORE DELETE ON words BEGIN "
                        "SELECT RAISE(ABORT, 'words stay'); END"};

int Rounds() { return std::getenv("VEDETTE_FULL") != nullptr ? 1000 : 20; }

size_t Stride() { return std::getenv("VEDETTE_FULL") != nullptr ? 1 : 16; }

std::string ValueOf(const std::string& table, int n) {
  base::Random random(static_cast<uint64_t>(n) + table.size());
  return fmt::format("{} {} {}", table, n,
                     std::string(100, static_cast<char>('a' + random.Below(26))));
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

class MendingTest : public testing::Test {
 protected:
  MendingTest() {
    base::SetLogSink([this](std::string_view line) { log_ += std::string(line) + "\n"; });
    Fill();
  }
  ~MendingTest() override { base::SetLogSink({}); }

  // A database whose process was killed: most of it in the file, the latest in the log.
  void Fill() {
    const std::string path = folder_.File("made.db");
    auto db = *Database::Open({.path = path});
    ASSERT_TRUE(db->Migrate("test", {&kTables, 1}).ok());
    for (int n = 0; n < kRows; n += 10) Insert(*db, n, n + 10);
    db.reset();  // into the file
    db = *Database::Open({.path = path});
    Insert(*db, kRows, kRows + 10);
    Insert(*db, kRows + 10, kRows + 20);
    file_ = ReadFile(path);
    wal_ = ReadFile(path + "-wal");
  }
  static void Insert(Database& db, int from, int to) {
    ASSERT_TRUE(db.Transact([&](Session& session) -> base::Result<> {
                    for (int n = from; n < to; ++n) {
                      VEDETTE_TRY_VOID(session.Execute("INSERT INTO words VALUES (?, ?)",
                                                       {Int(n), Text(ValueOf("words", n))}));
                      VEDETTE_TRY_VOID(session.Execute("INSERT INTO numbers VALUES (?, ?)",
                                                       {Int(n), Text(ValueOf("numbers", n))}));
                    }
                    return {};
                  }).ok());
  }

  std::string Place(const std::string& file, const std::string& wal) {
    const std::string at = folder_.File(fmt::format("data{}", ++folders_));
    fs::create_directory(at);
    WriteFile(at + "/state.db", file);
    WriteFile(at + "/state.db-wal", wal);
    return at;
  }
  static base::Result<OpenedMended> Open(const std::string& at) {
    return OpenMended({.path = at + "/state.db"}, at + "/quarantine");
  }

  // The number of rows that are there, all as they were written.
  static size_t CountSound(Database& db, const std::string& table) {
    size_t count = 0;
    const auto read = db.Read([&](Session& session) {
      return session.Query("SELECT * FROM " + table, {}, [&](const Row& row) {
        EXPECT_EQ(row.GetText(1), ValueOf(table, static_cast<int>(row.GetInt(0))));
        ++count;
      });
    });
    EXPECT_TRUE(read.ok()) << read.error().message;
    return count;
  }

  base::TempFolder folder_{"sql_mending"};
  int folders_ = 0;
  std::string file_;
  std::string wal_;
  std::string log_;
};

TEST_F(MendingTest, ASoundDatabaseIsOpenedAsItIs) {
  const std::string at = Place(file_, wal_);
  const auto opened = Open(at);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_FALSE(opened->mended.has_value());
  EXPECT_EQ(CountSound(*opened->database, "words"), kRows + 20u);
  EXPECT_FALSE(fs::exists(at + "/quarantine"));
}

TEST_F(MendingTest, OfADamagedPageTheRestIsKeptAndTheDamagedFilesToo) {
  file_[file_.size() / 2] ^= 1;
  const std::string at = Place(file_, wal_);
  const auto opened = Open(at);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  ASSERT_TRUE(opened->mended.has_value());
  EXPECT_EQ(ReadFile(at + "/quarantine/state-1/state.db"), file_);
  ASSERT_TRUE(opened->database->Migrate("test", {&kTables, 1}).ok());
  const size_t words = CountSound(*opened->database, "words");
  const size_t numbers = CountSound(*opened->database, "numbers");
  EXPECT_GT(words + numbers, kRows * 2u * 8 / 10);
  EXPECT_NE(log_.find(at + "/quarantine/state-1"), std::string::npos) << log_;
  const auto deleted = opened->database->Transact([](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Execute("DELETE FROM words"));
    return {};
  });
  EXPECT_FALSE(deleted.ok()) << "triggers are kept";
}

// Many modules, so that the schema and the book of migrations have pages of their own; the last one
// has made its table anew since.
struct Modules {
  static constexpr int kCount = 9;
  static std::string NameOf(int module) { return fmt::format("module{}", module); }
  static std::vector<Migration> StepsOf(int module) {
    const std::string table = fmt::format("table{}", module);
    const std::string columns =
        "(n BIGINT PRIMARY KEY, number TEXT NOT NULL /* " + std::string(700, 'x') + " */)";
    std::vector<Migration> steps = {{1, "first", "CREATE TABLE " + table + " " + columns}};
    if (module + 1 < kCount) return steps;
    steps.push_back({2, "second",
                     fmt::format("CREATE TABLE {0}_2 {1}; INSERT INTO {0}_2 SELECT * "
                                 "FROM {0}; DROP TABLE {0}; ALTER TABLE {0}_2 RENAME "
                                 "TO {0}",
                                 table, columns)});
    return steps;
  }
  static void Migrate(Database& db, const std::string& when) {
    for (int module = 0; module < kCount; ++module) {
      const auto migrated = db.Migrate(NameOf(module), StepsOf(module));
      ASSERT_TRUE(migrated.ok()) << when << ": " << migrated.error().message;
    }
  }
};

TEST_F(MendingTest, WhicheverPageIsDamagedModulesFindTheirTablesAndTheOtherRows) {
  constexpr int kRowsOfEach = 40;
  const std::string made = folder_.File("modules.db");
  {
    auto db = *Database::Open({.path = made});
    Modules::Migrate(*db, "at first");
    ASSERT_TRUE(db->Transact([](Session& session) -> base::Result<> {
                    for (int i = 0; i < Modules::kCount * kRowsOfEach; ++i) {
                      const int n = i / Modules::kCount;
                      VEDETTE_TRY_VOID(session.Execute(
                          fmt::format("INSERT INTO table{} VALUES (?, ?)", i % Modules::kCount),
                          {Int(n), Text(ValueOf(fmt::format("table{}", i % Modules::kCount), n))}));
                    }
                    return {};
                  }).ok());
  }
  ASSERT_TRUE(OpenMended({.path = made}, folder_.File("none")).ok());
  const std::string whole = ReadFile(made);
  const std::string schema = ReadFile(made + "-schema");
  for (size_t page = 0; page < whole.size() / 4096; page += page < 5 ? 1 : Stride()) {
    const std::string what = fmt::format("page {}", page + 1);
    std::string file = whole;
    file[page * 4096 + 2000] ^= 1;
    const std::string at = Place(file, "");
    WriteFile(at + "/state.db-schema", schema);
    const auto opened = Open(at);
    ASSERT_TRUE(opened.ok()) << what << ": " << opened.error().message;
    EXPECT_TRUE(opened->mended.has_value()) << what;
    Modules::Migrate(*opened->database, what);
    ASSERT_FALSE(HasFailure());
    size_t kept = 0;
    for (int module = 0; module < Modules::kCount; ++module) {
      kept += CountSound(*opened->database, fmt::format("table{}", module));
    }
    EXPECT_GE(kept, (Modules::kCount - 1u) * kRowsOfEach) << what << ": more than one page is gone";
    const auto inserted = opened->database->Transact([](Session& session) -> base::Result<> {
      VEDETTE_TRY_VOID(session.Execute("INSERT INTO table8 VALUES (?, 'new')", {Int(1000)}));
      return {};
    });
    EXPECT_TRUE(inserted.ok()) << what << ": " << inserted.error().message;
    fs::remove_all(at);
  }
}

TEST_F(MendingTest, TheSchemaOfAnotherDatabaseIsOfNoUse) {
  const std::string other = folder_.File("other.db");
  Modules::Migrate(**Database::Open({.path = other}), "other");
  ASSERT_TRUE(OpenMended({.path = other}, folder_.File("none")).ok());
  ASSERT_TRUE(fs::exists(other + "-schema"));
  file_[file_.size() / 2] ^= 1;
  const std::string at = Place(file_, wal_);
  WriteFile(at + "/state.db-schema", ReadFile(other + "-schema"));
  const auto opened = Open(at);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  ASSERT_TRUE(opened->database->Migrate("test", {&kTables, 1}).ok());
  EXPECT_GT(CountSound(*opened->database, "words"), kRows / 2u);
}

TEST_F(MendingTest, AFileThatIsNoDatabaseIsSetAsideAndANewOneBegun) {
  const std::string at = Place(std::string(10'000, 'x'), "");
  auto opened = Open(at);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_TRUE(opened->mended.has_value());
  ASSERT_TRUE(opened->database->Migrate("test", {&kTables, 1}).ok());
  Insert(*opened->database, 0, 3);
  opened->database.reset();
  opened = Open(at);
  ASSERT_TRUE(opened.ok());
  EXPECT_FALSE(opened->mended.has_value()) << "once";
  EXPECT_EQ(CountSound(*opened->database, "words"), 3u);
}

TEST_F(MendingTest, TransactionsThatDamageHidInTheLogAreMissedAndTheRestIsKept) {
  wal_[32 + 24 + 100] ^= 1;  // in the first frame
  const auto opened = Open(Place(file_, wal_));
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  ASSERT_TRUE(opened->mended.has_value());
  EXPECT_NE(opened->mended->why.find("2 transactions are lost"), std::string::npos)
      << opened->mended->why;
  ASSERT_TRUE(opened->database->Migrate("test", {&kTables, 1}).ok());
  EXPECT_EQ(CountSound(*opened->database, "words"), kRows + 0u);
}

TEST_F(MendingTest, TheTornEndOfALogIsNoDamage) {
  wal_.resize(wal_.size() - 2000);
  const auto opened = Open(Place(file_, wal_));
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_FALSE(opened->mended.has_value()) << opened->mended->why;
  EXPECT_EQ(CountSound(*opened->database, "words"), kRows + 10u);
}

TEST_F(MendingTest, AnInterruptedExchangeIsFinished) {
  const std::string at = Place("", "");
  {
    const std::string whole = Place(file_, wal_);
    ASSERT_TRUE((*Open(whole)).database->CopyTo(at + "/state.db.mended").ok());
  }
  fs::remove(at + "/state.db");
  const auto opened = Open(at);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(CountSound(*opened->database, "words"), kRows + 20u);
  EXPECT_TRUE(fs::exists(at + "/quarantine/state-1"));
}

TEST_F(MendingTest, NeverShowsWhatWasNotCommittedNorKeepsTheDatabaseFromOpening) {
  for (int seed = 0; seed < Rounds(); ++seed) {
    base::Random random(static_cast<uint64_t>(seed));
    std::string file = file_;
    std::string wal = wal_;
    const bool of_log = random.Below(4) == 0;
    std::string& bytes = of_log ? wal : file;
    const size_t at = random.Below(bytes.size());
    const bool cut = random.Below(4) == 0;
    const std::string what =
        fmt::format("seed {}: the {} {} at {} of {}", seed, of_log ? "log" : "file",
                    cut ? "cut" : "changed", at, bytes.size());
    if (cut) {
      bytes.resize(at);
    } else {
      bytes[at] = static_cast<char>(static_cast<uint8_t>(bytes[at]) ^ (1 + random.Below(255)));
    }
    const std::string folder = Place(file, wal);
    const auto opened = Open(folder);
    ASSERT_TRUE(opened.ok()) << what << ": " << opened.error().message;
    ASSERT_TRUE(opened->database->Migrate("test", {&kTables, 1}).ok()) << what;
    const size_t words = CountSound(*opened->database, "words");
    const size_t numbers = CountSound(*opened->database, "numbers");
    if (of_log && !opened->mended) {
      EXPECT_EQ(words, numbers) << what << ": half of a transaction";
      EXPECT_GE(words, kRows + (cut ? 0u : 10u)) << what << ": lost in silence";
    } else if (words + numbers < 2 * (kRows + 20u)) {
      EXPECT_TRUE(opened->mended.has_value()) << what << ": rows are gone in silence";
    }
    ASSERT_FALSE(HasFailure()) << what << "\n" << log_;
    fs::remove_all(folder);
  }
}

}  // namespace
}  // namespace vedette::sql
