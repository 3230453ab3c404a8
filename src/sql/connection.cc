#include "sql/connection.h"

#include <fmt/core.h>
#include <sqlite3.h>
#include <utility>

#include "sql/sealed_vfs.h"
#include "sql/sqlite_error.h"

namespace vedette::sql {
namespace {

constexpr int kBusyTimeoutMillis = 5000;
constexpr size_t kCachedStatementsMax = 128;

struct Limit {
  int id;
  int value;
};
constexpr Limit kLimits[] = {
    {SQLITE_LIMIT_LENGTH, 64 << 20},        // bytes of a value or row
    {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},     // bytes of a statement
    {SQLITE_LIMIT_COLUMN, 200},             //
    {SQLITE_LIMIT_EXPR_DEPTH, 200},         //
    {SQLITE_LIMIT_COMPOUND_SELECT, 50},     //
    {SQLITE_LIMIT_ATTACHED, 0},             //
    {SQLITE_LIMIT_VARIABLE_NUMBER, 10000},  //
    {SQLITE_LIMIT_TRIGGER_DEPTH, 10},       //
    {SQLITE_LIMIT_WORKER_THREADS, 0},       //
};

bool OnlySpace(std::string_view text) {
  return text.find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

  int64_t GetInt(int column) const override { return ::sqlite3_column_int64(statement_, column); }
  double GetReal(int column) const override { return ::sqlite3_column_double(statement_, column); }
  std::string_view GetText(int column) const override {
    const auto* text = ::sqlite3_column_text(statement_, column);
    return View(text, column);
  }
  std::string_view GetBlob(int column) const override {
    const void* blob = ::sqlite3_column_blob(statement_, column);
    return View(blob, column);
  }
  bool IsNull(int column) const override {
    return ::sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }

 private:
  std::string_view View(const void* data, int column) const {
    if (data == nullptr) return {};
    return {static_cast<const char*>(data),
            static_cast<size_t>(::sqlite3_column_bytes(statement_, column))};
  }

  sqlite3_stmt* const statement_;
};

// The values outlive the statement's run, so SQLite need not copy them (SQLITE_STATIC).
struct Binder {
  sqlite3_stmt* statement;
  int index;

  int operator()(std::nullptr_t) const { return ::sqlite3_bind_null(statement, index); }
  int operator()(int64_t number) const { return ::sqlite3_bind_int64(statement, index, number); }
  int operator()(double number) const { return ::sqlite3_bind_double(statement, index, number); }
  int operator()(const std::string& text) const {
    return ::sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
  }
  int operator()(const Blob& blob) const {
    return ::sqlite3_bind_blob64(statement, index, blob.bytes.data(), blob.bytes.size(),
                                 SQLITE_STATIC);
  }
};

int BindAll(sqlite3_stmt* statement, const std::vector<Value>& values) {
  for (size_t i = 0; i < values.size(); ++i) {
    const int code = std::visit(Binder{statement, static_cast<int>(i) + 1}, values[i]);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

}  // namespace

// Holds a cached statement for one run, also when a callback throws.
class Connection::Use {
 public:
  explicit Use(Cache::iterator entry) : entry_(entry) { entry_->in_use = true; }
  ~Use() {
    ::sqlite3_reset(entry_->statement.get());
    ::sqlite3_clear_bindings(entry_->statement.get());
    entry_->in_use = false;
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  const Cache::iterator entry_;
};

void Connection::Finalizer::operator()(sqlite3_stmt* statement) const {
  ::sqlite3_finalize(statement);
}

// -- Opening

base::Result<std::unique_ptr<Connection>> Connection::Open(const ConnectionOptions& options) {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                    SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
  const int code = ::sqlite3_open_v2(options.path.c_str(), &handle, flags,
                                     options.vfs.empty() ? nullptr : options.vfs.c_str());
  if (code != SQLITE_OK) {
    base::Error error = ToError(code, handle, "opening " + options.path);
    ::sqlite3_close_v2(handle);
    return error;
  }
  auto connection = std::unique_ptr<Connection>(new Connection(handle, options.vfs));
  VEDETTE_TRY_VOID(connection->Configure(options));
  return connection;
}

Connection::~Connection() {
  by_text_.clear();
  cache_.clear();
  ::sqlite3_close_v2(handle_);
}

base::Result<> Connection::Configure(const ConnectionOptions& options) {
  MakeRoomForSeals(handle_);
  ::sqlite3_busy_timeout(handle_, kBusyTimeoutMillis);
  for (const Limit& limit : kLimits) ::sqlite3_limit(handle_, limit.id, limit.value);
  ::sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  ::sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  ::sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  ::sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  ::sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  ::sqlite3_set_authorizer(handle_, &Connection::Authorize, this);

  const std::string cache = "PRAGMA cache_size = -" + std::to_string(options.cache_kib);
  for (const char* pragma :
       {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA temp_store = MEMORY",
        "PRAGMA cell_size_check = ON", "PRAGMA journal_size_limit = 67108864", cache.c_str()}) {
    VEDETTE_TRY_VOID(RunOwn(pragma));
  }
  if (options.read_only) VEDETTE_TRY_VOID(RunOwn("PRAGMA query_only = ON"));
  return {};
}

int Connection::Authorize(void* self, int action, const char* /*first*/, const char* /*second*/,
                          const char* /*database*/, const char* /*trigger*/) {
  if (static_cast<const Connection*>(self)->own_statement_) return SQLITE_OK;
  switch (action) {
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_PRAGMA: return SQLITE_DENY;
    default: return SQLITE_OK;
  }
}

// -- Statements

base::Error Connection::Failed(int code, std::string_view doing) {
  if (LeavesDoubt(code)) broken_ = true;
  return ToError(code, handle_, doing);
}

base::Result<Connection::Statement> Connection::Prepare(std::string_view text) {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code = ::sqlite3_prepare_v3(handle_, text.data(), static_cast<int>(text.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, &tail);
  Statement statement(raw);
  if (code != SQLITE_OK) return Failed(code, text);
  if (statement == nullptr) return base::Internal("state database: an empty statement");
  const auto used = static_cast<size_t>(tail - text.data());
  if (!OnlySpace(text.substr(used))) {
    return base::Internal("state database: more than one statement in: " + std::string(text));
  }
  return statement;
}

base::Result<Connection::Cache::iterator> Connection::Cached(std::string_view text) {
  const auto found = by_text_.find(text);
  if (found != by_text_.end() && !found->second->in_use) {
    cache_.splice(cache_.begin(), cache_, found->second);
    return cache_.begin();
  }
  VEDETTE_TRY(Statement statement, Prepare(text));
  cache_.push_front({std::string(text), std::move(statement), false});
  // A statement that runs inside its own callback has a second entry, which only the list knows.
  if (found == by_text_.end()) by_text_.emplace(cache_.front().text, cache_.begin());
  for (auto it = std::prev(cache_.end()); cache_.size() > kCachedStatementsMax;) {
    const auto victim = it--;
    if (victim->in_use || victim == cache_.begin()) break;
    const auto known = by_text_.find(victim->text);
    if (known != by_text_.end() && known->second == victim) by_text_.erase(known);
    cache_.erase(victim);
  }
  return cache_.begin();
}

base::Result<> Connection::Run(std::string_view text, const std::vector<Value>& values,
                               const RowCallback* on_row) {
  VEDETTE_TRY(const Cache::iterator entry, Cached(text));
  sqlite3_stmt* const statement = entry->statement.get();
  if (reading_ && ::sqlite3_stmt_readonly(statement) == 0) {
    return base::FailedPrecondition("state database: a write in a read-only view: " +
                                    std::string(text));
  }
  const auto wanted = static_cast<size_t>(::sqlite3_bind_parameter_count(statement));
  if (wanted != values.size()) {
    return base::Internal("state database: " + std::to_string(values.size()) + " values for " +
                          std::to_string(wanted) + " placeholders in: " + std::string(text));
  }
  const Use use(entry);
  int code = BindAll(statement, values);
  if (code != SQLITE_OK) return Failed(code, text);
  const SqliteRow row(statement);
  while ((code = ::sqlite3_step(statement)) == SQLITE_ROW) {
    if (on_row != nullptr) (*on_row)(row);
  }
  if (code != SQLITE_DONE) return Failed(code, text);
  return {};
}

base::Result<int64_t> Connection::Execute(std::string_view statement, std::vector<Value> values) {
  const int64_t before = ::sqlite3_total_changes64(handle_);
  VEDETTE_TRY_VOID(Run(statement, values, nullptr));
  // Statements that change no rows leave the count of the last one that did.
  if (::sqlite3_total_changes64(handle_) == before) return int64_t{0};
  return static_cast<int64_t>(::sqlite3_changes64(handle_));
}

base::Result<> Connection::Query(std::string_view statement, std::vector<Value> values,
                                 const RowCallback& on_row) {
  return Run(statement, values, &on_row);
}

base::Result<std::vector<std::string>> Connection::ColumnsOf(std::string_view table) {
  VEDETTE_TRY(const Statement statement, Prepare(fmt::format("SELECT * FROM \"{}\"", table)));
  std::vector<std::string> names;
  for (int i = 0; i < ::sqlite3_column_count(statement.get()); ++i) {
    names.emplace_back(::sqlite3_column_name(statement.get(), i));
  }
  return names;
}

base::Result<> Connection::RunScript(std::string_view statements) {
  while (!OnlySpace(statements)) {
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    int code = ::sqlite3_prepare_v3(handle_, statements.data(), static_cast<int>(statements.size()),
                                    0, &raw, &tail);
    const Statement statement(raw);
    if (code != SQLITE_OK) return Failed(code, statements);
    if (statement != nullptr) {
      while ((code = ::sqlite3_step(statement.get())) == SQLITE_ROW) {
      }
      if (code != SQLITE_DONE) return Failed(code, statements);
    }
    statements.remove_prefix(static_cast<size_t>(tail - statements.data()));
  }
  return {};
}

// -- Transactions

base::Result<> Connection::RunOwn(const char* statement) {
  own_statement_ = true;
  auto ran = Run(statement, {}, nullptr);
  own_statement_ = false;
  return ran;
}

base::Result<> Connection::Check() {
  // A damaged database stays as it is, also when it is closed.
  ::sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  std::string found;
  own_statement_ = true;
  const auto checked = Query("PRAGMA quick_check(1)", {},
                             [&](const Row& row) { found = std::string(row.GetText(0)); });
  own_statement_ = false;
  VEDETTE_TRY_VOID(checked);
  if (found != "ok") return base::DataLoss("state database: " + found);
  ::sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  return {};
}

base::Result<std::vector<uint32_t>> Connection::SchemaPages() {
  int64_t busy = 0;
  std::vector<uint32_t> pages;
  own_statement_ = true;
  auto read = Query("PRAGMA wal_checkpoint(FULL)", {}, [&](const Row& row) {
    // Whether it was kept from its end, the frames in the log, and those that it brought home.
    busy = row.GetInt(0) + (row.GetInt(1) != row.GetInt(2) ? 1 : 0);
  });
  if (read.ok()) {
    read = Query("SELECT pageno FROM dbstat WHERE name = 'sqlite_schema'", {},
                 [&](const Row& row) { pages.push_back(static_cast<uint32_t>(row.GetInt(0))); });
  }
  own_statement_ = false;
  VEDETTE_TRY_VOID(read);
  if (busy != 0) return base::Unavailable("state database: the log cannot be checkpointed now");
  return pages;
}

base::Result<> Connection::CopyTo(const std::string& path) {
  sqlite3* target = nullptr;
  int code = sqlite3_open_v2(path.c_str(), &target, SQLITE_OPEN_READWRITE,
                             IsSealed(handle_) ? vfs_.c_str() : nullptr);
  if (code == SQLITE_OK) {
    // In one step: the copy is of one moment, whatever is written meanwhile.
    sqlite3_backup* backup = sqlite3_backup_init(target, "main", handle_, "main");
    if (backup != nullptr) sqlite3_backup_step(backup, -1);
    code = backup != nullptr ? sqlite3_backup_finish(backup) : sqlite3_errcode(target);
  }
  sqlite3_close(target);
  if (code == SQLITE_OK) return {};
  return base::Unavailable(
      fmt::format("copying the state database to {}: {}", path, sqlite3_errstr(code)));
}

base::Result<> Connection::BeginWrite() { return RunOwn("BEGIN IMMEDIATE"); }
base::Result<> Connection::BeginRead() {
  VEDETTE_TRY_VOID(RunOwn("BEGIN"));
  reading_ = true;
  return {};
}
base::Result<> Connection::Commit() { return RunOwn("COMMIT"); }

void Connection::Rollback() {
  reading_ = false;
  if (::sqlite3_get_autocommit(handle_) != 0) return;  // SQLite rolls back by itself on some errors
  if (!RunOwn("ROLLBACK").ok()) broken_ = true;
}

}  // namespace vedette::sql
