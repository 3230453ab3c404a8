#pragma once

#include <memory>

namespace rocksdb {
class FileSystem;
}  // namespace rocksdb

namespace vedette::kv {

// The given files, except that a table whose properties are damaged cannot be opened: RocksDB reads
// that block before it verifies its checksum, and where it is built with assertions, as Debian's
// is, one changed bit there ends the process (ReadTablePropertiesHelper in table/meta_blocks.cc, up
// to 7.8.3 at least). What is damaged elsewhere RocksDB finds itself. Private to kv. Thread-safe.
std::shared_ptr<rocksdb::FileSystem> MakeCheckedFiles(std::shared_ptr<rocksdb::FileSystem> base);

}  // namespace vedette::kv
