#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "kv/db.h"

namespace rocksdb {
class Cache;
class ColumnFamilyHandle;
class DB;
class Env;
class FileSystem;
}  // namespace rocksdb

namespace vedette::kv {

class Health;

// The files, memory and error state that outlive one opening of a database.
struct Surroundings {
  std::string path;
  std::vector<FamilyOptions> families;
  std::shared_ptr<rocksdb::FileSystem> files;
  std::unique_ptr<rocksdb::Env> env;  // on `files`
  std::shared_ptr<rocksdb::Cache> cache;
  std::shared_ptr<Health> health;
};

// The stretch between opening RocksDB and closing it. Recover replaces one by the next. Closes in
// the destructor. Private to kv. Thread-safe as rocksdb::DB is.
class Opening {
 public:
  // A read-only opening serves reads while the disk does not take writes.
  enum class Mode { kReadWrite, kReadOnly };

  static base::Result<std::shared_ptr<Opening>> Open(const Surroundings& around, Mode mode);
  ~Opening();
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;

  rocksdb::DB& db() const { return *db_; }
  // REQUIRES: the family exists.
  rocksdb::ColumnFamilyHandle* handle(Family family) const;
  const std::vector<rocksdb::ColumnFamilyHandle*>& handles() const { return handles_; }
  bool read_only() const { return mode_ == Mode::kReadOnly; }

 private:
  Opening(std::unique_ptr<rocksdb::DB> db, Mode mode);
  base::Result<> CheckFormat();

  std::unique_ptr<rocksdb::DB> db_;
  const Mode mode_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // by Family; owned through db_
  rocksdb::ColumnFamilyHandle* default_handle_ = nullptr;
};

}  // namespace vedette::kv
