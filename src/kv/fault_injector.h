#pragma once

#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace vedette::kv {

// Stands between RocksDB and its files, for tests: kv/testing has one that fails the n-th operation
// and one that loses power. Called when a database is opened. Must outlive the Db.
class FaultInjector {
 public:
  virtual ~FaultInjector() = default;

  // The file system that the database shall use instead of `base`.
  virtual std::shared_ptr<rocksdb::FileSystem> Wrap(std::shared_ptr<rocksdb::FileSystem> base) = 0;
};

}  // namespace vedette::kv
