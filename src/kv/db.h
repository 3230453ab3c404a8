#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vedette::kv {

// The only door to RocksDB: ordered byte keys in named families, written in atomic batches.
// Thread-safe except where said; nothing here throws.

// When a write counts as done.
enum class Durability {
  kProcess,  // survives kill -9 at once; a power loss may take the last second (see SyncLog)
  kMachine,  // survives a power loss: fsync before Write returns
};

// How a family is laid out.
struct FamilyOptions {
  std::string name;
  bool compress = true;                  // zstd in the bottom levels; off for incompressible bytes
  size_t write_buffer_bytes = 32 << 20;  // memory before a flush to a sorted file
  // Kept twice, in files of their own, so that damage to one leaves the other: for the few small
  // records without which nothing else can be read.
  bool twice = false;
  // Get is asked for keys that mostly are not there: filters in memory, ten bits a key, say so
  // without a read.
  bool filtered = false;
};

// Decides whether an I/O operation of the database fails, for tests: see kv/testing.
class FaultInjector;

struct DbOptions {
  std::string path;                     // a folder, made if it does not exist
  std::vector<FamilyOptions> families;  // families on disk that are not named here are an error
  size_t block_cache_bytes = 64 << 20;
  bool in_memory = false;           // for tests: RocksDB's memory environment
  FaultInjector* faults = nullptr;  // not owned, may be null: see kv/testing
};

using Family = uint32_t;  // index into DbOptions::families

// Changes that become visible and durable together. Not thread-safe.
class Batch {
 public:
  Batch();
  ~Batch();
  Batch(Batch&&) noexcept;
  Batch& operator=(Batch&&) noexcept;

  void Put(Family family, std::string_view key, std::string_view value);
  void Delete(Family family, std::string_view key);
  // All keys in [begin, end).
  void DeleteRange(Family family, std::string_view begin, std::string_view end);
  void Clear();
  size_t bytes() const;
  bool empty() const;

  struct Ops;  // private to kv

 private:
  friend class Db;
  std::unique_ptr<Ops> ops_;
};

// Walks the keys of one family in [lower, upper), as they were when it was made. Not thread-safe;
// must not outlive its Db. The views live until the next move.
class Iterator {
 public:
  virtual ~Iterator() = default;
  virtual void SeekToFirst() = 0;
  virtual void SeekToLast() = 0;
  virtual void Seek(std::string_view key) = 0;         // first key >= key
  virtual void SeekForPrev(std::string_view key) = 0;  // last key <= key
  virtual void Next() = 0;
  virtual void Prev() = 0;
  virtual bool Valid() const = 0;
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
  // An error also makes Valid() false: check after the loop.
  virtual base::Result<> status() const = 0;
};

// An open database. Thread-safe; writes and reads may block on the disk.
class Db {
 public:
  // Creates or opens; a second process on the same path gets kFailedPrecondition. Damaged files do
  // not keep it from opening: they are moved to the folder `quarantine` in the path, logged and
  // counted, and the rest is served. Nor does a full disk: reads are served, and writes when
  // Recover finds room; kUnavailable if there is nothing to read.
  static base::Result<std::unique_ptr<Db>> Open(DbOptions options);
  virtual ~Db() = default;  // flushes nothing: the log already holds all that was written

  // Batches apply to this Db's families. kUnavailable when the disk is full or has failed, until
  // Recover succeeds; nothing of the batch is visible then. A
  // batch whose sync failed may be in the log: after Recover it is there whole or not at all.
  virtual base::Result<> Write(const Batch& batch, Durability durability) = 0;
  // kDataLoss, from iterators too, when what is stored is damaged; gone after the next Recover.
  virtual base::Result<std::optional<std::string>> Get(Family family, std::string_view key) = 0;
  // Bounds may be empty: no bound.
  virtual std::unique_ptr<Iterator> NewIterator(Family family, std::string_view lower,
                                                std::string_view upper) = 0;

  // Brings everything written so far to the medium (kProcess writes become kMachine). Costs nothing
  // when that is done already. Keeper (keeper.h) calls it and Recover in intervals.
  virtual base::Result<> SyncLog() = 0;
  // Writes memory to sorted files, so that the log can shrink.
  virtual base::Result<> Flush() = 0;
  // For a time of rest: flushes, and merges away what later writes and deletions left behind, so
  // that the files hold no more than the data. Takes a while and syncs the log meanwhile.
  virtual base::Result<> Tidy() = 0;
  // After a failed write or a background error: reopens the database in place. Damaged files are
  // set aside first, in the folder `quarantine` beside the others. Waits up to 5 s for the
  // iterators of before, then gives up with kUnavailable. While the disk takes no writes the error
  // remains, reads go on, and Recover is to be called again.
  virtual base::Result<> Recover() = 0;
  // Gives the space of deleted keys in [lower, upper) back to the disk by rewriting the files that
  // hold them; empty bounds mean all. Takes a while; writes and reads go on beside it.
  virtual base::Result<> Reclaim(Family family, std::string_view lower, std::string_view upper) = 0;
  // A consistent copy in a new folder, made of hard links where possible.
  virtual base::Result<> Checkpoint(const std::string& path) = 0;

  struct Stats {
    uint64_t disk_bytes = 0;  // sorted files
    uint64_t memory_bytes = 0;
    uint64_t written_bytes = 0;   // by all batches since the start
    bool writes_stopped = false;  // by an error, or for a while because compaction is behind
    bool needs_recovery = false;  // by an error: nothing is written until Recover succeeds
    bool damaged = false;         // bytes that were read are damaged: Recover sets the file aside
    uint64_t quarantined_files = 0;  // in the folder `quarantine`; what was in them is not served
    uint64_t lost_log_bytes = 0;     // dropped at the end of the log since the start, or damaged
  };
  virtual Stats GetStats() = 0;

 protected:
  // For the implementation: the native batch behind a Batch.
  static const Batch::Ops& OpsOf(const Batch& batch) { return *batch.ops_; }
};

}  // namespace vedette::kv
