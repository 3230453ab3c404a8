#include "kv/rocks_db.h"

#include <chrono>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "kv/batch_ops.h"
#include "kv/checked_files.h"
#include "kv/fault_injector.h"
#include "kv/health.h"
#include "kv/mending.h"
#include "kv/rocks_env.h"
#include "kv/rocks_iterator.h"
#include "kv/rocks_status.h"

namespace vedette::kv {
namespace {

// How long Recover waits for calls and iterators of before.
constexpr std::chrono::seconds kRecoverPatience{5};
// Reopening replays the log and writes it to a sorted file: below this it would only fail again.
constexpr uint64_t kReopenBytes = 64 << 20;

rocksdb::Status Translate(const Batch::Ops& ops, const Opening& opening,
                          rocksdb::WriteBatch& native) {
  const auto add = [&](const Batch::Ops::Op& op, rocksdb::ColumnFamilyHandle* family) {
    const rocksdb::Slice key(ops.KeyOf(op));
    const rocksdb::Slice value(ops.ValueOf(op));
    switch (op.kind) {
      case Batch::Ops::Kind::kPut: return native.Put(family, key, value);
      case Batch::Ops::Kind::kDelete: return native.Delete(family, key);
      case Batch::Ops::Kind::kDeleteRange: return native.DeleteRange(family, key, value);
    }
    return rocksdb::Status();
  };
  for (const Batch::Ops::Op& op : ops.list) {
    rocksdb::Status status = add(op, opening.handle(op.family));
    if (status.ok() && opening.second(op.family) != nullptr) {
      status = add(op, opening.second(op.family));
    }
    if (!status.ok()) return status;
  }
  return {};
}

// For callers a full disk passes, as other failures of it do: nobody sent too much.
base::Error Told(base::Error error) {
  if (error.code == base::ErrorCode::kResourceExhausted) error.code = base::ErrorCode::kUnavailable;
  return error;
}

// On a full disk what is there is served, and Recover is left to make the database writable.
base::Result<std::shared_ptr<Opening>> OpenForReading(const Surroundings& around,
                                                      const base::Error& full) {
  auto opening = Opening::Open(around, Opening::Mode::kReadOnly);
  if (!opening.ok()) {
    return Told(full).With("the disk is full, and there is nothing to read yet: " +
                           std::to_string(kReopenBytes >> 20) + " MiB are needed");
  }
  around.health->Fail(full);
  base::LogError(
      "the disk is full: the database is open for reading until there is room",
      {{"path", around.path}, {"needed_mib", kReopenBytes >> 20}, {"error", full.message}});
  return opening;
}

base::Error Closed() { return base::Unavailable("the database is being reopened"); }

}  // namespace

base::Result<std::unique_ptr<Db>> Db::Open(DbOptions options) {
  if (options.path.empty()) return base::InvalidArgument("the path of the database is empty");
  Surroundings around;
  around.path = std::move(options.path);
  around.families = std::move(options.families);
  std::unique_ptr<rocksdb::Env> memory;
  if (options.in_memory) memory.reset(rocksdb::NewMemEnv(rocksdb::Env::Default()));
  around.files = memory ? memory->GetFileSystem() : rocksdb::FileSystem::Default();
  if (options.faults != nullptr) around.files = options.faults->Wrap(around.files);
  around.files = MakeCheckedFiles(std::move(around.files));
  around.env = MakeEnv(around.files);
  around.cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  around.health = std::make_shared<Health>();
  auto opened = OpenMending(around);
  if (!opened.ok() && opened.error().code == base::ErrorCode::kResourceExhausted) {
    opened = OpenForReading(around, opened.error());
  }
  VEDETTE_TRY(auto opening, std::move(opened));
  return std::make_unique<RocksDb>(std::move(around), std::move(memory), std::move(opening));
}

RocksDb::RocksDb(Surroundings around, std::unique_ptr<rocksdb::Env> memory,
                 std::shared_ptr<Opening> opening)
    : memory_(std::move(memory)), around_(std::move(around)) {
  Replace(std::move(opening));
}

RocksDb::~RocksDb() { Replace(nullptr); }

std::shared_ptr<Opening> RocksDb::Current() {
  base::MutexLock lock(mutex_);
  return opening_;
}

base::Result<std::shared_ptr<Opening>> RocksDb::Writable() {
  if (const base::Result<> healthy = around_.health->Check(); !healthy.ok()) {
    return Told(healthy.error());
  }
  std::shared_ptr<Opening> opening = Current();
  if (opening == nullptr) return Closed();
  return opening;
}

base::Result<> RocksDb::Write(const Batch& batch, Durability durability) {
  VEDETTE_TRY(const auto opening, Writable());
  const Batch::Ops& ops = OpsOf(batch);
  constexpr size_t kEntryOverhead = 16;
  rocksdb::WriteBatch native(ops.bytes.size() + ops.list.size() * kEntryOverhead);
  rocksdb::Status status = Translate(ops, *opening, native);
  if (status.ok()) {
    rocksdb::WriteOptions options;
    options.sync = durability == Durability::kMachine;
    status = opening->db().Write(options, &native);
  }
  if (status.ok()) {
    written_bytes_.fetch_add(ops.bytes.size(), std::memory_order_relaxed);
    if (durability == Durability::kProcess) unsynced_.store(true, std::memory_order_release);
    return {};
  }
  base::Error error = ToError(status, "writing");
  // Only an argument of ours leaves the log as it was.
  if (error.code != base::ErrorCode::kInvalidArgument) around_.health->Fail(error);
  return Told(std::move(error));
}

base::Result<std::optional<std::string>> RocksDb::Get(Family family, std::string_view key) {
  const std::shared_ptr<Opening> opening = Current();
  if (opening == nullptr) return Closed();
  std::string value;
  const rocksdb::Status status = opening->db().Get(rocksdb::ReadOptions(), opening->handle(family),
                                                   rocksdb::Slice(key), &value);
  if (status.ok()) return std::optional<std::string>(std::move(value));
  if (status.IsNotFound()) return std::optional<std::string>();
  return opening->ReadError(status, "reading");
}

std::unique_ptr<Iterator> RocksDb::NewIterator(Family family, std::string_view lower,
                                               std::string_view upper) {
  std::shared_ptr<Opening> opening = Current();
  if (opening == nullptr) return MakeFailedIterator(Closed());
  return MakeIterator(std::move(opening), family, lower, upper);
}

base::Result<> RocksDb::SyncLog() {
  VEDETTE_TRY(const auto opening, Writable());
  // Cleared before syncing: a write meanwhile sets it again.
  if (!unsynced_.exchange(false, std::memory_order_acq_rel)) return {};
  // An empty write syncs all before it and queues behind the writers. SyncWAL does not: beside a
  // write that fails it runs into an assertion of RocksDB 7.8.
  rocksdb::WriteOptions options;
  options.sync = true;
  rocksdb::WriteBatch nothing;
  const rocksdb::Status status = opening->db().Write(options, &nothing);
  if (status.ok()) return {};
  base::Error error = ToError(status, "syncing the log");
  around_.health->Fail(error);  // what the medium holds is unknown: never sync a second time
  return Told(std::move(error));
}

base::Result<> RocksDb::Flush() {
  VEDETTE_TRY(const auto opening, Writable());
  const rocksdb::Status status = opening->db().Flush(rocksdb::FlushOptions(), opening->all());
  if (status.ok()) return {};
  base::Error error = ToError(status, "flushing");
  around_.health->Fail(error);
  return Told(std::move(error));
}

base::Result<> RocksDb::Reclaim(Family family, std::string_view lower, std::string_view upper) {
  VEDETTE_TRY(const auto opening, Writable());
  const rocksdb::Slice begin(lower);
  const rocksdb::Slice end(upper);
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  options.exclusive_manual_compaction = false;
  const rocksdb::Status status =
      opening->db().CompactRange(options, opening->handle(family), lower.empty() ? nullptr : &begin,
                                 upper.empty() ? nullptr : &end);
  if (!status.ok()) return opening->ReadError(status, "reclaiming space");
  return {};
}

base::Result<> RocksDb::Tidy() {
  VEDETTE_TRY_VOID(Flush());
  VEDETTE_TRY(const auto opening, Writable());
  // The log is kept for it too, though it holds one key.
  const rocksdb::Status flushed =
      opening->db().Flush(rocksdb::FlushOptions(), opening->db().DefaultColumnFamily());
  if (!flushed.ok()) return ToError(flushed, "tidying up");
  rocksdb::CompactRangeOptions options;  // what lies in the last level already is not rewritten
  options.exclusive_manual_compaction = false;
  for (rocksdb::ColumnFamilyHandle* family : opening->all()) {
    const rocksdb::Status status = opening->db().CompactRange(options, family, nullptr, nullptr);
    if (!status.ok()) return opening->ReadError(status, "tidying up");
    VEDETTE_TRY_VOID(SyncLog());  // rest may be over
  }
  return {};
}

base::Result<> RocksDb::Checkpoint(const std::string& path) {
  VEDETTE_TRY(const auto opening, Writable());
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(&opening->db(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) status = checkpoint->CreateCheckpoint(path);
  if (!status.ok()) return ToError(status, "copying the database to " + path);
  return {};
}

Db::Stats RocksDb::GetStats() {
  Stats stats;
  stats.needs_recovery = around_.health->failed();
  stats.damaged = around_.health->damaged();
  stats.quarantined_files = around_.health->quarantined_files();
  stats.lost_log_bytes = around_.health->lost_log_bytes();
  stats.written_bytes = written_bytes_.load(std::memory_order_relaxed);
  const std::shared_ptr<Opening> opening = Current();
  if (opening == nullptr) stats.needs_recovery = true;
  stats.writes_stopped = stats.needs_recovery;
  if (opening == nullptr) return stats;
  stats.memory_bytes = around_.cache->GetUsage();
  for (rocksdb::ColumnFamilyHandle* family : opening->all()) {
    const auto number = [&](const std::string& property) {
      uint64_t value = 0;
      return opening->db().GetIntProperty(family, property, &value) ? value : 0;
    };
    stats.disk_bytes += number(rocksdb::DB::Properties::kTotalSstFilesSize);
    stats.memory_bytes += number(rocksdb::DB::Properties::kSizeAllMemTables);
    if (number(rocksdb::DB::Properties::kIsWriteStopped) != 0) stats.writes_stopped = true;
  }
  return stats;
}

// -- Recovery

void RocksDb::Replace(std::shared_ptr<Opening> opening) {
  // The deleter runs when the last call or iterator lets go, on its thread.
  std::shared_ptr<Opening> watched;
  if (opening != nullptr) {
    Opening* raw = opening.get();
    watched = std::shared_ptr<Opening>(
        raw, [this, owned = std::move(opening)](Opening* /*same*/) mutable {
          owned.reset();
          base::MutexLock lock(mutex_);
          is_closed_ = true;
          closed_.NotifyAll();
        });
  }
  {
    base::MutexLock lock(mutex_);
    opening_.swap(watched);
  }
  watched.reset();  // outside the mutex, which the deleter takes
}

base::Result<> RocksDb::CheckSpace() const {
  uint64_t free_bytes = 0;
  const rocksdb::IOStatus status =
      around_.files->GetFreeSpace(around_.path, rocksdb::IOOptions(), &free_bytes, nullptr);
  if (status.ok() && free_bytes < kReopenBytes) {
    return base::ResourceExhausted("the disk of " + around_.path + " has only " +
                                   std::to_string(free_bytes >> 20) + " MiB left");
  }
  return {};
}

base::Result<> RocksDb::CloseCurrent() {
  const base::SteadyPoint deadline = base::SystemClock().Steady() + kRecoverPatience;
  std::shared_ptr<Opening> released;
  std::weak_ptr<Opening> watch;
  {
    base::MutexLock lock(mutex_);
    if (opening_ == nullptr) return {};
    is_closed_ = false;
    watch = opening_;
    released = std::move(opening_);
    opening_ = nullptr;
  }
  released.reset();  // outside the mutex, which the deleter takes
  base::MutexLock lock(mutex_);
  while (!is_closed_) {
    if (closed_.WaitUntil(mutex_, deadline) || is_closed_) continue;
    opening_ = watch.lock();
    if (opening_ == nullptr) continue;  // being closed at this very moment
    return base::Unavailable("the database cannot be reopened yet: it is being read");
  }
  return {};
}

base::Result<> RocksDb::Recover() {
  base::MutexLock one_at_a_time(recover_mutex_);
  if (around_.health->out_of_space()) VEDETTE_TRY_VOID(CheckSpace());
  VEDETTE_TRY_VOID(CloseCurrent());
  // Cleared before opening, so that an error of the new opening's background work is not lost.
  const base::Result<> before = around_.health->Check();
  around_.health->Restore();
  const std::string damage = around_.health->TakeDamage();
  if (!damage.empty()) SetAsideDamagedTables(around_, damage);
  auto opening = OpenMending(around_);
  if (opening.ok()) {
    Replace(std::move(*opening));
    return {};
  }
  around_.health->Fail(before.ok() ? opening.error() : before.error());
  auto reading = Opening::Open(around_, Opening::Mode::kReadOnly);
  if (reading.ok()) Replace(std::move(*reading));
  return opening.error().With("reopening");
}

}  // namespace vedette::kv
