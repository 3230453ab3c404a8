#pragma once

#include <cstdint>
#include <memory>
#include <rocksdb/listener.h>
#include <string>

#include "base/mutex.h"
#include "base/result.h"

namespace rocksdb {
class FileSystem;
}  // namespace rocksdb

namespace vedette::kv {

// Remembers beside a database how long its manifest has grown. A manifest that was cut between two
// of its records reads as an older one, and RocksDB deletes the files that an older one does not
// name: who opens must know before. The mark is a file of one line (docs/formats/kv.md), made anew
// when the database was opened and after each flush and compaction, when the manifest is on the
// medium already; so a power loss never makes the manifest shorter than the mark says. A mark that
// cannot be written or read is none. Private to kv. Thread-safe.
class ManifestMark final : public rocksdb::EventListener {
 public:
  ManifestMark(std::string path, std::shared_ptr<rocksdb::FileSystem> files);

  // kDataLoss when the manifest that CURRENT names is shorter than it was. Before RocksDB opens.
  base::Result<> Check() const;
  void Set() EXCLUDES(mutex_);

  void OnFlushCompleted(rocksdb::DB* /*db*/, const rocksdb::FlushJobInfo& /*job*/) override {
    Set();
  }
  void OnCompactionCompleted(rocksdb::DB* /*db*/,
                             const rocksdb::CompactionJobInfo& /*job*/) override {
    Set();
  }

 private:
  struct Length {
    std::string manifest;
    uint64_t bytes = 0;
  };
  bool Measure(Length& out) const;
  bool Read(Length& out) const;

  const std::string path_;
  const std::shared_ptr<rocksdb::FileSystem> files_;
  base::Mutex mutex_;  // one Set at a time
};

}  // namespace vedette::kv
