#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "kv/db.h"
#include "records/format.h"
#include "records/log_store.h"
#include "records/span_store.h"
#include "records/store.h"

namespace vedette::records {

// The families that the store needs, in this order; a database may have others before and after.
inline constexpr size_t kFamilyCount = 4;
std::vector<kv::FamilyOptions> Families();

struct EmbeddedStoreOptions {
  kv::Family first_family = 0;  // where Families() begin in the database
  kv::Durability durability = kv::Durability::kProcess;
  size_t id_bytes_max = 128;
  size_t record_bytes_max = 4 << 20;  // one record as stored
  size_t page_records_max = 10'000;   // a query's limit may not exceed it
  size_t page_bytes_max = 32 << 20;   // a page ends when it has this much
  size_t scan_records_max = 500'000;  // a page ends when this many were looked at
  // Log lines and spans wait in memory, with their log on disk, until there are so many bytes.
  size_t seal_logs_bytes = 32 << 20;
  size_t seal_spans_bytes = 24 << 20;
  bool seal_in_background = true;  // false: the append that makes it too much seals
  // Called on the thread that appends, before the append returns; may be empty.
  std::function<void(const model::TenantName&, const LogPattern&)> on_new_pattern = {};
};

// Store on the embedded database: docs/formats/records.md. Thread-safe.
class EmbeddedStore final : public Store {
 public:
  // `db` must outlive the store. Error: kInvalidArgument for impossible limits.
  ~EmbeddedStore() override;
  static base::Result<std::unique_ptr<EmbeddedStore>> Create(kv::Db& db,
                                                             EmbeddedStoreOptions options = {});

  base::Result<> AppendLogs(const model::TenantName& tenant,
                            const std::vector<model::LogRecord>& records) override;
  base::Result<> AppendEvents(const model::TenantName& tenant,
                              const std::vector<model::Event>& events) override
      EXCLUDES(events_mutex_);
  base::Result<> AppendChanges(const model::TenantName& tenant,
                               const std::vector<model::Change>& changes) override
      EXCLUDES(events_mutex_);
  base::Result<> AppendSpans(const model::TenantName& tenant,
                             const std::vector<model::Span>& spans) override;
  base::Result<Page<model::LogRecord>> QueryLogs(const LogQuery& query) override;
  base::Result<ScanReport> ScanLogs(const LogScan& scan,
                                    const std::function<bool(const LogLine&)>& visit) override;
  base::Result<std::vector<LogPattern>> LogPatterns(const model::TenantName& tenant) override;
  base::Result<Page<model::Event>> QueryEvents(const EventQuery& query) override;
  base::Result<Page<model::Change>> QueryChanges(const ChangeQuery& query) override;
  base::Result<Page<model::Span>> QuerySpans(const SpanQuery& query) override;
  base::Result<Page<model::Span>> Trace(const model::TenantName& tenant,
                                        std::string_view trace_id) override;
  base::Result<std::vector<SpanOperation>> Operations(const model::TenantName& tenant,
                                                      base::TimePoint from,
                                                      base::TimePoint to) override;
  base::Result<std::vector<model::ServiceEdge>> ServiceEdges(const model::TenantName& tenant,
                                                             base::TimePoint from,
                                                             base::TimePoint to) override;
  base::Result<> DeleteTenant(const model::TenantName& tenant) override EXCLUDES(events_mutex_);
  using Store::DropBefore;
  base::Result<> DropBefore(RecordKind kind, base::TimePoint horizon) override
      EXCLUDES(events_mutex_);

  // Writes what waits in memory to blocks. What fails is counted, logged, and tried again by
  // SealIdle and by the next append that needs room.
  base::Result<> Seal();
  // The same when nothing came since the last call and there is much, or nothing came for long.
  // Call it every 15 s, so that the folder of a quiet server is as large as what it holds.
  base::Result<> SealIdle() EXCLUDES(sealer_mutex_);

  // Sees every batch of log lines that was appended, on the thread that appends: for live tails.
  // One at a time; empty ends it.
  using Tap = std::function<void(const std::shared_ptr<const LogBatch>&)>;
  void SetTap(Tap tap) EXCLUDES(tap_mutex_);

  // Since the start.
  struct Stats {
    uint64_t logs_appended = 0;
    uint64_t events_appended = 0;
    uint64_t events_skipped = 0;  // events and changes whose ids were stored already
    uint64_t changes_appended = 0;
    uint64_t spans_appended = 0;
    uint64_t queries = 0;
    uint64_t records_scanned = 0;
    uint64_t damaged = 0;  // records, batches and blocks that could not be read and were left out
    uint64_t blocks_sealed = 0;
    uint64_t bytes_sealed = 0;  // of blocks, as stored
    uint64_t seal_failures = 0;
    bool seal_failing = false;   // the last sealing failed
    uint64_t waiting_bytes = 0;  // in memory, to be sealed
    uint64_t expired = 0;        // blocks, events and changes that retention deleted
    uint64_t patterns = 0;       // of log lines, that are known
    uint64_t new_patterns = 0;
    uint64_t unclassified_lines = 0;  // for which there were too many patterns
  };
  Stats GetStats() const;

 private:
  EmbeddedStore(kv::Db& db, const EmbeddedStoreOptions& options);

  kv::Family records_family() const { return options_.first_family; }
  kv::Family ids_family() const { return options_.first_family + 1; }

  base::Result<> CheckId(std::string_view id, const std::string& place) const;
  // Adds a record to a batch. `place` names it in errors: "events[3]".
  base::Result<> Add(const std::string& key, std::string_view id, const std::string& value,
                     const std::string& place, kv::Batch& batch) const;
  // What AppendEvents and AppendChanges share; the number of those that were new.
  template <typename Record>
  base::Result<size_t> AppendOnce(const model::TenantName& tenant,
                                  const std::vector<Record>& records, Kind kind,
                                  std::string_view name) EXCLUDES(events_mutex_);
  // What the queries of events and changes share; Traits say what is different (embedded_store.cc).
  template <typename Traits>
  base::Result<Page<typename Traits::Record>> Scan(const typename Traits::Query& query);
  // The keys that a query is about, or nothing when they cannot exist.
  template <typename Query>
  base::Result<std::optional<std::pair<std::string, std::string>>> RangeOf(const Query& query,
                                                                           Kind kind) const;
  base::Result<> OpenStores();
  // Moves log lines of the format before blocks, a key each, into the log.
  base::Result<> MigrateLogs();
  base::Result<> MigrateTenant(const std::string& tenant);
  void Tell(const std::shared_ptr<const LogBatch>& batch) EXCLUDES(tap_mutex_);
  base::Result<> MakeRoom() EXCLUDES(sealer_mutex_);
  void WakeSealer() EXCLUDES(sealer_mutex_);
  void RunSealer() EXCLUDES(sealer_mutex_);
  base::Result<> DropOnce(const std::string& begin, const std::string& end) REQUIRES(events_mutex_);

  kv::Db& db_;
  const EmbeddedStoreOptions options_;

  // Held while ids are looked up and written, so that two senders of one event do not both win.
  base::Mutex events_mutex_;

  // Records before them are gone: scans stay out of the deleted ranges, which are slow to cross.
  std::atomic<int64_t> events_horizon_ms_{INT64_MIN};
  std::atomic<int64_t> changes_horizon_ms_{INT64_MIN};

  base::Mutex tap_mutex_;
  Tap tap_ GUARDED_BY(tap_mutex_);
  std::unique_ptr<LogStore> logs_;
  std::unique_ptr<SpanStore> spans_;

  base::Mutex sealer_mutex_;
  base::CondVar sealer_wakes_;
  bool seal_wanted_ GUARDED_BY(sealer_mutex_) = false;
  bool stopping_ GUARDED_BY(sealer_mutex_) = false;
  uint64_t idle_appended_ GUARDED_BY(sealer_mutex_) = 0;  // as SealIdle saw it last
  int idle_turns_ GUARDED_BY(sealer_mutex_) = 0;
  std::thread sealer_;

  struct Counters {
    std::atomic<uint64_t> events_appended{0};
    std::atomic<uint64_t> events_skipped{0};
    std::atomic<uint64_t> changes_appended{0};
    std::atomic<uint64_t> queries{0};
    std::atomic<uint64_t> records_scanned{0};
    std::atomic<uint64_t> damaged{0};
    std::atomic<uint64_t> expired{0};
    std::atomic<uint64_t> seal_failures{0};
    std::atomic<bool> seal_failing{false};
  };
  Counters counters_;
};

}  // namespace vedette::records
