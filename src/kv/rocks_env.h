#pragma once

#include <memory>

namespace rocksdb {
class Env;
class FileSystem;
}  // namespace rocksdb

namespace vedette::kv {

// RocksDB's environment on the given files, with short pauses: RocksDB sleeps for a second on its
// background thread after failed work, and Recover would have to wait for it. Private to kv.
std::unique_ptr<rocksdb::Env> MakeEnv(const std::shared_ptr<rocksdb::FileSystem>& files);

}  // namespace vedette::kv
