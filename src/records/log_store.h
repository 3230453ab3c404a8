#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "kv/db.h"
#include "records/batch_log.h"
#include "records/log_batch.h"
#include "records/log_block.h"
#include "records/log_matcher.h"
#include "records/pattern_miner.h"
#include "records/store.h"

namespace vedette::records {

struct LogStoreOptions {
  kv::Family log_family = 0;
  kv::Family block_family = 0;
  kv::Durability durability = kv::Durability::kProcess;
  size_t seal_bytes = 32 << 20;        // of messages and fields in memory before they are sealed
  size_t own_block_bytes = 128 << 10;  // a service with less shares a block with others
  size_t block_rows_max = 16'000;
  size_t record_bytes_max = 4 << 20;
  size_t page_records_max = 10'000;
  size_t page_bytes_max = 32 << 20;
  size_t scan_records_max = 2'000'000;  // that one page looks at, but for those in memory
  size_t scan_blocks_max = 50'000;
  std::function<void(const model::TenantName&, const LogPattern&)> on_new_pattern = {};
  std::function<void(const std::shared_ptr<const LogBatch>&)> on_append = {};
};

// Log lines: appended to a log, sealed into blocks of one service's lines by time (log_block.h).
// Lines are found where they are: in memory from the moment an append returns, in blocks later.
// Damaged blocks and batches are left out, counted and left on disk. Thread-safe; blocks on the
// disk.
class LogStore {
 public:
  // `db` must outlive the store. Reads what is not sealed.
  static base::Result<std::unique_ptr<LogStore>> Open(kv::Db& db, LogStoreOptions options);

  base::Result<> Append(const model::TenantName& tenant,
                        const std::vector<model::LogRecord>& records, kv::Batch also = {});
  base::Result<Page<model::LogRecord>> Query(const LogQuery& query);
  base::Result<ScanReport> Scan(const LogScan& scan,
                                const std::function<bool(const LogLine&)>& visit);
  std::vector<LogPattern> Patterns(const model::TenantName& tenant) const EXCLUDES(miners_mutex_);

  // Whether there is enough to seal; Seal then makes room. Seal writes all that is in memory.
  bool WantsSeal() const { return log_.active_bytes() >= options_.seal_bytes; }
  size_t waiting_bytes() const { return log_.active_bytes(); }
  // There is so much that an append must wait until it is sealed.
  bool IsFull() const { return log_.active_bytes() >= 3 * options_.seal_bytes; }
  base::Result<> Seal() EXCLUDES(seal_mutex_);

  base::Result<> DeleteTenant(const model::TenantName& tenant) EXCLUDES(seal_mutex_);
  base::Result<> DropBefore(int64_t horizon_ms) EXCLUDES(seal_mutex_);

  struct Stats {
    uint64_t appended = 0;
    uint64_t scanned = 0;
    uint64_t damaged = 0;  // blocks and batches
    uint64_t blocks_sealed = 0;
    uint64_t bytes_sealed = 0;  // of blocks, as stored
    uint64_t dropped = 0;       // blocks that were older than what is kept
    uint64_t patterns = 0;      // that are known
    uint64_t new_patterns = 0;  // found since the start
    uint64_t unclassified = 0;  // lines for which there were too many patterns
  };
  Stats GetStats() const EXCLUDES(miners_mutex_);

 private:
  struct Sealed {
    uint64_t blocks = 0;
    uint64_t bytes = 0;
  };
  struct BlockRef {
    std::string place;  // the key behind the part
    LogMeta meta;
  };
  class Reader;

  LogStore(kv::Db& db, LogStoreOptions options);
  base::Result<> LoadMiners() EXCLUDES(miners_mutex_);
  void Mine(LogBatch& batch, bool tell) EXCLUDES(miners_mutex_);
  base::Result<> ForEachBlock(const std::string& tenant, int64_t from_ms, int64_t to_ms,
                              uint64_t first_unsealed, const LogMatcher& matcher,
                              ScanReport& report,
                              const std::function<base::Result<bool>(BlockRef)>& visit);
  base::Result<int64_t> ChooseBlocks(const std::string& tenant, int64_t from_ms, int64_t to_ms,
                                     uint64_t first_unsealed, const LogMatcher& matcher,
                                     ScanReport& report, std::vector<BlockRef>& blocks);
  void AddBlocks(std::string_view tenant, uint64_t generation,
                 const std::vector<BatchLog<LogBatch>::BatchPtr>& batches, kv::Batch& out,
                 Sealed& sealed);

  kv::Db& db_;
  const LogStoreOptions options_;
  BatchLog<LogBatch> log_;
  std::atomic<int64_t> horizon_ms_{INT64_MIN};

  base::Mutex seal_mutex_;  // sealing and deleting exclude each other

  mutable base::Mutex miners_mutex_;
  std::map<std::string, PatternMiner, std::less<>> miners_ GUARDED_BY(miners_mutex_);

  std::atomic<uint64_t> appended_{0};
  std::atomic<uint64_t> scanned_{0};
  std::atomic<uint64_t> damaged_{0};
  std::atomic<uint64_t> blocks_sealed_{0};
  std::atomic<uint64_t> bytes_sealed_{0};
  std::atomic<uint64_t> dropped_{0};
  std::atomic<uint64_t> new_patterns_{0};
};

}  // namespace vedette::records
