#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "sql/database.h"

struct sqlite3;
struct sqlite3_stmt;

namespace vedette::sql {

struct ConnectionOptions {
  std::string path;
  std::string vfs;  // empty: SQLite's own
  bool read_only = false;
  int cache_kib = 2048;
};

// One SQLite connection with the settings that Vedette wants and a cache of prepared statements.
// Private to sql. Not thread-safe.
class Connection final : public Session {
 public:
  static base::Result<std::unique_ptr<Connection>> Open(const ConnectionOptions& options);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Session, for use between Begin and Commit or Rollback. Statements that begin or end
  // transactions, attach files or change settings are refused.
  base::Result<int64_t> Execute(std::string_view statement, std::vector<Value> values) override;
  base::Result<> Query(std::string_view statement, std::vector<Value> values,
                       const RowCallback& on_row) override;

  // The names of a table's columns, in order.
  base::Result<std::vector<std::string>> ColumnsOf(std::string_view table);

  // Runs several statements without values.
  base::Result<> RunScript(std::string_view statements);

  // Reads all pages, and looks whether they fit together. kDataLoss when they do not.
  base::Result<> Check();

  // The numbers of the first page and of the schema's, all of them in the file and not in the log
  // only. kUnavailable when another connection is in the way.
  base::Result<std::vector<uint32_t>> SchemaPages();

  // Writes what is committed to an empty file. REQUIRES: no transaction is open.
  base::Result<> CopyTo(const std::string& path);

  base::Result<> BeginWrite();
  base::Result<> BeginRead();  // until Rollback, statements that write are refused
  base::Result<> Commit();
  void Rollback();  // also when no transaction is open

  // For what is private to sql as well.
  sqlite3* handle() const { return handle_; }

  // True after an error that leaves the state of the files in doubt: open another connection.
  bool broken() const { return broken_; }

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalizer>;
  struct CachedStatement {
    std::string text;
    Statement statement;
    bool in_use = false;
  };
  using Cache = std::list<CachedStatement>;
  class Use;

  Connection(sqlite3* handle, std::string vfs) : handle_(handle), vfs_(std::move(vfs)) {}

  base::Result<> Configure(const ConnectionOptions& options);
  base::Result<> RunOwn(const char* statement);  // not subject to the refusals
  base::Error Failed(int code, std::string_view doing);
  base::Result<Statement> Prepare(std::string_view text);
  base::Result<Cache::iterator> Cached(std::string_view text);
  base::Result<> Run(std::string_view text, const std::vector<Value>& values,
                     const RowCallback* on_row);
  static int Authorize(void* self, int action, const char* first, const char* second,
                       const char* database, const char* trigger);

  sqlite3* const handle_;
  const std::string vfs_;
  bool own_statement_ = false;  // the statement being prepared is ours, not a caller's
  bool reading_ = false;        // between BeginRead and Rollback
  bool broken_ = false;
  Cache cache_;  // most recently used first; bounded
  std::unordered_map<std::string_view, Cache::iterator> by_text_;
};

}  // namespace vedette::sql
