#include "sql/mending.h"

#include <fcntl.h>
#include <filesystem>
#include <fmt/core.h>
#include <functional>
#include <set>
#include <sqlite3.h>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/log.h"
#include "sql/connection.h"
#include "sql/fault_injector.h"
#include "sql/log_check.h"
#include "sql/salvage.h"
#include "sql/schema_pages.h"
#include "sql/sealed_vfs.h"
#include "sql/sqlite_database.h"
#include "sql/sqlite_error.h"

namespace vedette::sql {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCompanions[] = {"", "-wal", "-shm", "-journal"};

base::Error Failed(std::string_view what, const std::string& path, const std::error_code& error) {
  return base::Unavailable(fmt::format("{} {}: {}", what, path, error.message()));
}

base::Result<> SyncPath(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (synced) return {};
  return base::Unavailable(path + " cannot be synced");
}

std::string FolderOf(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string Quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

// -- Copying

using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

Statement Prepare(sqlite3* database, const std::string& text) {
  sqlite3_stmt* statement = nullptr;
  if (::sqlite3_prepare_v2(database, text.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    statement = nullptr;
  }
  return {statement, &::sqlite3_finalize};
}

bool Run(sqlite3* database, const std::string& text) {
  return ::sqlite3_exec(database, text.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

// Name and statement of each table that the schema still shows.
using Tables = std::vector<std::pair<std::string, std::string>>;

Tables ReadSchema(sqlite3* source) {
  Tables tables;
  const Statement select = Prepare(
      source,
      "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
      "AND name <> 'schema_migrations' AND sql IS NOT NULL");
  while (select != nullptr && ::sqlite3_step(select.get()) == SQLITE_ROW) {
    const auto text = [&](int column) {
      const auto* bytes = ::sqlite3_column_text(select.get(), column);
      return bytes == nullptr ? std::string() : reinterpret_cast<const char*>(bytes);
    };
    tables.emplace_back(text(0), text(1));
  }
  return tables;
}

// Copies rows in one direction until the end, a page that cannot be read, or row `stop`. Says
// whether that was the end. Rows that the new table refuses are none.
bool CopyRows(sqlite3* source, sqlite3* target, const std::string& table, bool upwards,
              std::set<int64_t>& copied, bool& refused) {
  const Statement select =
      Prepare(source, fmt::format("SELECT rowid, * FROM {} NOT INDEXED ORDER BY rowid {}",
                                  Quoted(table), upwards ? "ASC" : "DESC"));
  if (select == nullptr) return false;
  const int columns = ::sqlite3_column_count(select.get()) - 1;
  std::string marks = "?";
  for (int i = 1; i < columns; ++i) marks += ", ?";
  const Statement insert =
      Prepare(target, fmt::format("INSERT INTO {} VALUES ({})", Quoted(table), marks));
  if (insert == nullptr) return false;
  int code = SQLITE_ROW;
  while ((code = ::sqlite3_step(select.get())) == SQLITE_ROW) {
    if (!copied.insert(::sqlite3_column_int64(select.get(), 0)).second) return false;
    for (int i = 0; i < columns; ++i) {
      ::sqlite3_bind_value(insert.get(), i + 1, ::sqlite3_column_value(select.get(), i + 1));
    }
    if (::sqlite3_step(insert.get()) != SQLITE_DONE) refused = true;
    ::sqlite3_reset(insert.get());
  }
  return code == SQLITE_DONE;
}

Mended::Table CopyTable(sqlite3* source, sqlite3* target, const std::string& table) {
  Mended::Table out{.name = table};
  std::set<int64_t> copied;
  bool refused = false;
  const bool ended = CopyRows(source, target, table, true, copied, refused);
  if (!ended) CopyRows(source, target, table, false, copied, refused);
  out.complete = ended && !refused;
  const Statement count = Prepare(target, "SELECT count(*) FROM " + Quoted(table));
  if (count != nullptr && ::sqlite3_step(count.get()) == SQLITE_ROW) {
    out.rows = static_cast<uint64_t>(::sqlite3_column_int64(count.get(), 0));
  }
  return out;
}

base::Result<std::vector<Mended::Table>> CopyAll(Connection& source, sqlite3* target) {
  std::vector<Mended::Table> tables;
  if (!Run(target, "BEGIN")) return ToError(::sqlite3_errcode(target), target, "mending");
  for (const auto& [name, statement] : ReadSchema(source.handle())) {
    if (!Run(target, statement)) continue;
    tables.push_back(CopyTable(source.handle(), target, name));
    if (name.starts_with(SalvagedName(""))) continue;  // mended before, and not taken over yet
    Run(target,
        fmt::format("ALTER TABLE {} RENAME TO {}", Quoted(name), Quoted(SalvagedName(name))));
  }
  if (!Run(target, "COMMIT")) return ToError(::sqlite3_errcode(target), target, "mending");
  return tables;
}

// -- Files

class Mender {
 public:
  Mender(const DatabaseOptions& options, std::string quarantine)
      : path_(options.path),
        quarantine_(std::move(quarantine)),
        vfs_(options.faults != nullptr ? options.faults->VfsName() : std::string()) {}

  base::Result<Mended> Mend(const base::Error& why) {
    Mended mended{.why = why.message, .kept_in = {}, .tables = {}};
    VEDETTE_TRY(mended.tables, MakeCopy());
    VEDETTE_TRY(mended.kept_in, SetAsideAndReplace());
    return mended;
  }

  // What an interruption left behind.
  base::Result<> Finish() {
    std::error_code error;
    if (!fs::exists(Done(), error)) return {};
    VEDETTE_TRY_VOID(SetAsideAndReplace());
    return {};
  }

 private:
  std::string Fresh() const { return path_ + ".new"; }
  std::string Repaired() const { return path_ + ".repaired"; }
  std::string Done() const { return path_ + ".mended"; }

  static void RemoveAll(const std::string& path) {
    std::error_code error;
    for (const std::string_view companion : kCompanions) {
      fs::remove(path + std::string(companion), error);
    }
  }

  base::Result<std::vector<Mended::Table>> MakeCopy() {
    std::error_code error;
    RemoveAll(Fresh());
    RemoveAll(Repaired());
    std::vector<Mended::Table> tables;
    {
      sqlite3* target = nullptr;
      const int code =
          ::sqlite3_open_v2(Fresh().c_str(), &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                            vfs_.name().c_str());
      const std::unique_ptr<sqlite3, int (*)(sqlite3*)> closing(target, &::sqlite3_close);
      if (code != SQLITE_OK) return ToError(code, target, "opening " + Fresh());
      MakeRoomForSeals(target);
      const bool repaired = RepairSchemaPages(path_, Repaired());
      const auto source =
          Connection::Open({.path = repaired ? Repaired() : path_, .vfs = vfs_.name()});
      if (source.ok()) {
        // What is kept is kept as it is.
        ::sqlite3_db_config((*source)->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        VEDETTE_TRY(tables, CopyAll(**source, target));
      } else if (source.error().code != base::ErrorCode::kDataLoss) {
        return source.error();
      }
      if (tables.empty() && !Run(target, "VACUUM")) {
        return ToError(::sqlite3_errcode(target), target, "mending");
      }
    }
    RemoveAll(Repaired());
    fs::permissions(Fresh(), fs::perms::owner_read | fs::perms::owner_write, error);
    VEDETTE_TRY_VOID(SyncPath(Fresh()));
    fs::rename(Fresh(), Done(), error);
    if (error) return Failed("renaming", Fresh(), error);
    VEDETTE_TRY_VOID(SyncPath(FolderOf(path_)));
    return tables;
  }

  base::Result<std::string> SetAsideAndReplace() {
    std::error_code error;
    std::string folder;
    for (int n = 1; folder.empty() || fs::exists(folder, error); ++n) {
      folder = fmt::format("{}/state-{}", quarantine_, n);
    }
    fs::create_directories(folder, error);
    if (error) return Failed("making", folder, error);
    fs::permissions(quarantine_, fs::perms::owner_all, error);
    for (const std::string_view companion : kCompanions) {
      const std::string file = path_ + std::string(companion);
      if (!fs::exists(file, error)) continue;
      fs::rename(file, folder + "/" + fs::path(file).filename().string(), error);
      if (error) return Failed("setting aside", file, error);
    }
    VEDETTE_TRY_VOID(SyncPath(folder));
    fs::rename(Done(), path_, error);
    if (error) return Failed("renaming", Done(), error);
    VEDETTE_TRY_VOID(SyncPath(FolderOf(path_)));
    return folder;
  }

  const std::string path_;
  const std::string quarantine_;
  const SealedVfs vfs_;
};

base::Result<std::unique_ptr<Database>> OpenChecked(const DatabaseOptions& options) {
  VEDETTE_TRY_VOID(CheckLog(options.path + "-wal"));
  VEDETTE_TRY(std::unique_ptr<Database> database, Database::Open(options));
  auto& checked = static_cast<SqliteDatabase&>(*database);
  VEDETTE_TRY_VOID(checked.Check());
  checked.KeepSchema();
  return database;
}

}  // namespace

std::string Mended::Summary() const {
  std::string out;
  for (const Table& table : tables) {
    out += fmt::format("{}{} {}{}", out.empty() ? "" : ", ", table.name, table.rows,
                       table.complete ? "" : " (incomplete)");
  }
  return out.empty() ? "nothing" : out;
}

base::Result<OpenedMended> OpenMended(const DatabaseOptions& options,
                                      const std::string& quarantine) {
  OpenedMended out;
  Mender mender(options, quarantine);
  VEDETTE_TRY_VOID(mender.Finish());
  auto opened = OpenChecked(options);
  if (!opened.ok() && opened.error().code == base::ErrorCode::kDataLoss) {
    VEDETTE_TRY(out.mended, mender.Mend(opened.error()));
    base::LogError("the state database was damaged; what could be read of it is in a new one",
                   {{"error", out.mended->why},
                    {"damaged", out.mended->kept_in},
                    {"kept", out.mended->Summary()}});
    opened = OpenChecked(options);
  }
  VEDETTE_TRY(out.database, std::move(opened));
  return out;
}

}  // namespace vedette::sql
