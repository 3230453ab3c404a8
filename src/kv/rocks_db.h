#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "kv/db.h"
#include "kv/opening.h"

namespace vedette::kv {

// Db on RocksDB. Private to kv: see db.h for the contract. Every call holds a reference to the
// opening it works on, so that Recover can wait for the calls and iterators of before.
class RocksDb final : public Db {
 public:
  RocksDb(Surroundings around, std::unique_ptr<rocksdb::Env> memory,
          std::shared_ptr<Opening> opening);
  ~RocksDb() override;

  base::Result<> Write(const Batch& batch, Durability durability) override;
  base::Result<std::optional<std::string>> Get(Family family, std::string_view key) override;
  std::unique_ptr<Iterator> NewIterator(Family family, std::string_view lower,
                                        std::string_view upper) override;
  base::Result<> SyncLog() override;
  base::Result<> Flush() override;
  base::Result<> Tidy() override;
  base::Result<> Recover() override EXCLUDES(recover_mutex_);
  base::Result<> Reclaim(Family family, std::string_view lower, std::string_view upper) override;
  base::Result<> Checkpoint(const std::string& path) override;
  Stats GetStats() override;

 private:
  std::shared_ptr<Opening> Current() EXCLUDES(mutex_);
  base::Result<std::shared_ptr<Opening>> Writable() EXCLUDES(mutex_);
  void Replace(std::shared_ptr<Opening> opening) EXCLUDES(mutex_);
  base::Result<> CheckSpace() const;
  base::Result<> CloseCurrent() EXCLUDES(mutex_);

  const std::unique_ptr<rocksdb::Env> memory_;  // what around_.files is made of, if in memory
  const Surroundings around_;

  std::atomic<uint64_t> written_bytes_{0};
  std::atomic<bool> unsynced_{false};  // something was written that SyncLog has not covered

  base::Mutex recover_mutex_;  // one Recover at a time; taken before mutex_

  base::Mutex mutex_;
  base::CondVar closed_;
  bool is_closed_ GUARDED_BY(mutex_) = false;            // the opening being waited for is gone
  std::shared_ptr<Opening> opening_ GUARDED_BY(mutex_);  // null while none could be opened
};

}  // namespace vedette::kv
