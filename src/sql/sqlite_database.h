#pragma once

#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <thread>

#include "base/mutex.h"
#include "sql/connection_pool.h"
#include "sql/database.h"
#include "sql/reserve.h"
#include "sql/sealed_vfs.h"

namespace vedette::sql {

// Database on SQLite in WAL mode: one connection that writes, a few that read beside it; ":memory:"
// has one connection for both. Private to sql: see database.h for the contract.
class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(const DatabaseOptions& options);

  base::Result<> Migrate(std::string_view module, std::span<const Migration> steps) override;
  base::Result<> Transact(const std::function<base::Result<>(Session&)>& body) override;
  base::Result<> Read(const std::function<base::Result<>(Session&)>& body) override;
  base::Result<> CopyTo(const std::string& path) override;

  // Reads all of it. kDataLoss when it is damaged.
  base::Result<> Check();
  // Keeps a copy of the pages that mending needs most, as far as that can be done now.
  void KeepSchema();

 private:
  class Visit;
  base::Result<> Write(const std::function<base::Result<>(Connection&)>& body);

  const std::unique_ptr<Reserve> reserve_;  // may be null; ends last, see there
  const SealedVfs vfs_;
  ConnectionPool writer_;
  ConnectionPool readers_;
  const std::string path_;
  const bool in_memory_;

  base::Mutex mutex_;
  std::set<std::thread::id> inside_ GUARDED_BY(mutex_);  // threads that are running a body
};

}  // namespace vedette::sql
