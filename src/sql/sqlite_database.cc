#include "sql/sqlite_database.h"

#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include "sql/fault_injector.h"
#include "sql/migrate.h"
#include "sql/schema_pages.h"

namespace vedette::sql {
namespace {

constexpr std::string_view kMemory = ":memory:";
constexpr size_t kReaders = 3;
constexpr int kWriterCacheKib = 8192;

std::string BaseVfs(const DatabaseOptions& options) {
  return options.faults != nullptr ? options.faults->VfsName() : std::string();
}

ConnectionOptions WriterOptions(const DatabaseOptions& options, const SealedVfs& vfs) {
  ConnectionOptions out{.path = options.path, .vfs = vfs.name()};
  out.cache_kib = kWriterCacheKib;
  return out;
}

ConnectionOptions ReaderOptions(const DatabaseOptions& options, const SealedVfs& vfs) {
  ConnectionOptions out{.path = options.path, .vfs = vfs.name()};
  out.read_only = true;
  return out;
}

// SQLite would let the umask decide who may read the file and gives the same rights to its
// companions. Errors are left to SQLite, which meets them again.
void MakePrivateFile(const std::string& path) {
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
}

std::unique_ptr<Reserve> MakeReserve(const DatabaseOptions& options) {
  if (options.reserve_bytes <= 0 || options.path == kMemory) return nullptr;
  return std::make_unique<Reserve>(options.path, options.reserve_bytes);
}

// Ends the transaction unless it was committed.
class RollbackGuard {
 public:
  explicit RollbackGuard(Connection& connection) : connection_(connection) {}
  ~RollbackGuard() { connection_.Rollback(); }
  RollbackGuard(const RollbackGuard&) = delete;
  RollbackGuard& operator=(const RollbackGuard&) = delete;

 private:
  Connection& connection_;
};

}  // namespace

// Marks the thread as inside a body, so that a nested call is an error and not a deadlock.
class SqliteDatabase::Visit {
 public:
  explicit Visit(SqliteDatabase& database) : database_(database) {
    base::MutexLock lock(database_.mutex_);
    entered_ = database_.inside_.insert(std::this_thread::get_id()).second;
  }
  ~Visit() {
    if (!entered_) return;
    base::MutexLock lock(database_.mutex_);
    database_.inside_.erase(std::this_thread::get_id());
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  base::Result<> Entered() const {
    if (entered_) return {};
    return base::FailedPrecondition(
        "state database: a call inside the body of another Transact or Read");
  }

 private:
  SqliteDatabase& database_;
  bool entered_ = false;
};

base::Result<std::unique_ptr<Database>> Database::Open(DatabaseOptions options) {
  if (options.path.empty()) {
    return base::InvalidArgument("the path of the state database is empty");
  }
  if (options.path != kMemory) MakePrivateFile(options.path);
  auto database = std::make_unique<SqliteDatabase>(options);
  // Opens the writer, recovers its log, and shows that the file is a database.
  VEDETTE_TRY_VOID(database->Transact([](Session& session) {
    return session.Query("SELECT count(*) FROM sqlite_schema", {}, [](const Row&) {});
  }));
  return database;
}

SqliteDatabase::SqliteDatabase(const DatabaseOptions& options)
    : reserve_(MakeReserve(options)),
      vfs_(BaseVfs(options), reserve_.get()),
      writer_(WriterOptions(options, vfs_), 1, options.path == kMemory),
      readers_(ReaderOptions(options, vfs_), kReaders, false),
      path_(options.path),
      in_memory_(options.path == kMemory) {}

base::Result<> SqliteDatabase::Write(const std::function<base::Result<>(Connection&)>& body) {
  const Visit visit(*this);
  VEDETTE_TRY_VOID(visit.Entered());
  VEDETTE_TRY(const auto connection, writer_.Acquire());
  const RollbackGuard guard(*connection);
  VEDETTE_TRY_VOID(connection->BeginWrite());
  VEDETTE_TRY_VOID(body(*connection));
  return connection->Commit();
}

base::Result<> SqliteDatabase::Transact(const std::function<base::Result<>(Session&)>& body) {
  return Write([&](Connection& connection) { return body(connection); });
}

base::Result<> SqliteDatabase::Migrate(std::string_view module, std::span<const Migration> steps) {
  bool changed = false;
  VEDETTE_TRY_VOID(Write([&](Connection& connection) -> base::Result<> {
    VEDETTE_TRY(changed, RunMigrations(connection, module, steps));
    return {};
  }));
  if (changed && reserve_ != nullptr) KeepSchema();
  return {};
}

base::Result<> SqliteDatabase::Read(const std::function<base::Result<>(Session&)>& body) {
  const Visit visit(*this);
  VEDETTE_TRY_VOID(visit.Entered());
  VEDETTE_TRY(const auto connection, in_memory_ ? writer_.Acquire() : readers_.Acquire());
  const RollbackGuard guard(*connection);  // there is nothing to commit
  VEDETTE_TRY_VOID(connection->BeginRead());
  return body(*connection);
}

base::Result<> SqliteDatabase::Check() {
  VEDETTE_TRY(const auto connection, writer_.Acquire());
  return connection->Check();
}

void SqliteDatabase::KeepSchema() {
  if (in_memory_) return;
  const auto connection = writer_.Acquire();
  const base::Result<> kept =
      connection.ok() ? KeepSchemaPages(**connection, path_) : base::Result<>(connection.error());
  base::IgnoreError(kept, "the next start keeps it");
}

base::Result<> SqliteDatabase::CopyTo(const std::string& path) {
  const Visit visit(*this);
  VEDETTE_TRY_VOID(visit.Entered());
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) return base::AlreadyExists("the file " + path + " cannot be made anew");
  ::close(fd);
  VEDETTE_TRY(const auto connection, in_memory_ ? writer_.Acquire() : readers_.Acquire());
  return connection->CopyTo(path);
}

}  // namespace vedette::sql
