#include "kv/rocks_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdarg>
#include <cstdio>
#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <utility>

#include "base/log.h"
#include "kv/health.h"
#include "kv/rocks_status.h"

namespace vedette::kv {
namespace {

constexpr uint64_t kMaxTotalWalBytes = 128 << 20;
constexpr int kMaxOpenFiles = 512;

class ErrorListener final : public rocksdb::EventListener {
 public:
  explicit ErrorListener(std::shared_ptr<Health> health) : health_(std::move(health)) {}

  void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/,
                         rocksdb::Status* status) override {
    if (!status->ok()) health_->Fail(ToError(*status, "background work failed"));
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }

 private:
  const std::shared_ptr<Health> health_;
};

// RocksDB's information log. It has no file: on a full disk a line that cannot be written ends the
// process, by an assertion of RocksDB 7.8. Tells of what is lost when the write-ahead log is read,
// which nothing else does.
class LossLogger final : public rocksdb::Logger {
 public:
  explicit LossLogger(std::shared_ptr<Health> health)
      : Logger(rocksdb::InfoLogLevel::WARN_LEVEL), health_(std::move(health)) {}

  using Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    std::array<char, 512> text{};
    const int size = std::vsnprintf(text.data(), text.size(), format, arguments);
    if (size <= 0) return;
    const std::string_view line(text.data(),
                                std::min<size_t>(static_cast<size_t>(size), text.size() - 1));
    if (!IsLoss(line)) base::LogDebug("rocksdb", {{"line", line}});
  }

 private:
  // "[...] 000012.log: dropping 32729 bytes; Corruption: ..."
  bool IsLoss(std::string_view line) {
    constexpr std::string_view kMark = ": dropping ";
    const size_t mark = line.find(kMark);
    if (mark == line.npos || line.substr(0, mark).find(".log") == line.npos) return false;
    const std::string_view rest = line.substr(mark + kMark.size());
    uint64_t bytes = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), bytes);
    health_->AddLostLog(bytes);
    base::LogWarning("the end of the write-ahead log is damaged and lost, as after a power loss",
                     {{"bytes", bytes}, {"log", line}});
    return true;
  }

  const std::shared_ptr<Health> health_;
};

bool Supports(rocksdb::CompressionType type) {
  const std::vector<rocksdb::CompressionType> all = rocksdb::GetSupportedCompressions();
  return std::find(all.begin(), all.end(), type) != all.end();
}

}  // namespace

rocksdb::DBOptions MakeDbOptions(rocksdb::Env* env, std::shared_ptr<Health> health) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;

  // The log ends at the first damaged record: a power loss leaves such a tail, and start-up must
  // not need a person for it.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.manual_wal_flush = false;  // a write has left the process when it returns
  // A family that is rarely written would otherwise keep all logs since its last write.
  options.max_total_wal_size = kMaxTotalWalBytes;
  options.allow_fallocate = false;  // the folder takes what it holds, no 80 MB of empty log
  options.wal_bytes_per_sync = 1 << 20;
  options.bytes_per_sync = 1 << 20;

  options.max_bgerror_resume_count = 0;  // Recover reopens instead

  options.max_background_jobs = 2;  // one flush and one compaction at a time
  options.max_open_files = kMaxOpenFiles;
  options.max_manifest_file_size = 32 << 20;

  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.info_log = std::make_shared<LossLogger>(health);
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.listeners.push_back(std::make_shared<ErrorListener>(std::move(health)));
  return options;
}

rocksdb::ColumnFamilyOptions MakeFamilyOptions(const FamilyOptions& family,
                                               const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = family.write_buffer_bytes;
  options.max_write_buffer_number = 2;
  options.level_compaction_dynamic_level_bytes = true;
  options.target_file_size_base = 64 << 20;
  options.compression = rocksdb::kNoCompression;
  options.bottommost_compression = rocksdb::kNoCompression;
  if (family.compress) {
    // Data that compaction will soon rewrite gets the cheap coder.
    if (Supports(rocksdb::kLZ4Compression)) options.compression = rocksdb::kLZ4Compression;
    if (Supports(rocksdb::kZSTD)) options.bottommost_compression = rocksdb::kZSTD;
  }

  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 16 << 10;
  // So that the cache bounds them too.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;  // checked_files.cc reads both
  if (family.filtered) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    // In small pieces: a whole one is larger than what a shard of the cache holds.
    table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    table.partition_filters = true;
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace vedette::kv
