#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kv/db.h"

namespace rocksdb {
class Cache;
class ColumnFamilyHandle;
struct ColumnFamilyDescriptor;
class DB;
class Env;
class FileSystem;
class Status;
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

// The name of the family that a family is kept in a second time.
std::string NameOfSecond(const FamilyOptions& family);
// How RocksDB is to be told of all families, the default one first.
std::vector<rocksdb::ColumnFamilyDescriptor> DescribeFamilies(const Surroundings& around);

// The stretch between opening RocksDB and closing it. Recover replaces one by the next. Closes in
// the destructor. Private to kv. Thread-safe as rocksdb::DB is.
class Opening {
 public:
  // A read-only opening serves reads while the disk does not take writes. Either keeps other
  // processes away.
  enum class Mode { kReadWrite, kReadOnly };

  // kDataLoss when a file is damaged or missing: see mending.h.
  static base::Result<std::shared_ptr<Opening>> Open(const Surroundings& around, Mode mode,
                                                     bool skip_damaged_log = false);
  ~Opening();
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;

  rocksdb::DB& db() const { return *db_; }
  // REQUIRES: the family exists.
  rocksdb::ColumnFamilyHandle* handle(Family family) const;
  // Where the family is kept a second time; null for most.
  rocksdb::ColumnFamilyHandle* second(Family family) const { return seconds_[family]; }
  // All but the default family.
  const std::vector<rocksdb::ColumnFamilyHandle*>& all() const { return all_; }
  const std::vector<rocksdb::ColumnFamilyHandle*>& handles() const { return handles_; }
  // The error of an operation that reads; damage is remembered, for Recover.
  base::Error ReadError(const rocksdb::Status& status, std::string_view doing) const;
  bool read_only() const { return mode_ == Mode::kReadOnly; }

 private:
  class Lock;

  Opening(std::unique_ptr<rocksdb::DB> db, Mode mode, std::shared_ptr<Health> health);
  void SortHandles(const Surroundings& around, std::vector<rocksdb::ColumnFamilyHandle*> handles);
  base::Result<> CheckFormat();

  std::unique_ptr<Lock> lock_;  // of a read-only opening
  std::unique_ptr<rocksdb::DB> db_;
  const Mode mode_;
  const std::shared_ptr<Health> health_;
  std::vector<rocksdb::ColumnFamilyHandle*> all_;      // owned through db_
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // by Family
  std::vector<rocksdb::ColumnFamilyHandle*> seconds_;  // by Family
  rocksdb::ColumnFamilyHandle* default_handle_ = nullptr;
};

}  // namespace vedette::kv
