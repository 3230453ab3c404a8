#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "kv/db.h"
#include "records/format.h"
#include "records/store.h"

namespace vedette::records {

// The families that the store needs, in this order; a database may have others before and after.
inline constexpr size_t kFamilyCount = 2;
std::vector<kv::FamilyOptions> Families();

struct EmbeddedStoreOptions {
  kv::Family first_family = 0;  // where Families() begin in the database
  kv::Durability durability = kv::Durability::kProcess;
  size_t id_bytes_max = 128;
  size_t record_bytes_max = 4 << 20;  // one record as stored
  size_t page_records_max = 10'000;   // a query's limit may not exceed it
  size_t page_bytes_max = 32 << 20;   // a page ends when it has this much
  size_t scan_records_max = 500'000;  // a page ends when this many were looked at
};

// Store on the embedded database: docs/formats/records.md. Thread-safe.
class EmbeddedStore final : public Store {
 public:
  // `db` must outlive the store. Error: kInvalidArgument for impossible limits.
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
  base::Result<Page<model::Event>> QueryEvents(const EventQuery& query) override;
  base::Result<Page<model::Change>> QueryChanges(const ChangeQuery& query) override;
  base::Result<Page<model::Span>> QuerySpans(const SpanQuery& query) override;
  base::Result<std::vector<model::Span>> Trace(const model::TenantName& tenant,
                                               std::string_view trace_id) override;
  base::Result<> DeleteTenant(const model::TenantName& tenant) override EXCLUDES(events_mutex_);
  base::Result<> DropBefore(base::TimePoint horizon) override EXCLUDES(events_mutex_);

  // Since the start.
  struct Stats {
    uint64_t logs_appended = 0;
    uint64_t events_appended = 0;
    uint64_t events_skipped = 0;  // events and changes whose ids were stored already
    uint64_t changes_appended = 0;
    uint64_t spans_appended = 0;
    uint64_t queries = 0;
    uint64_t records_scanned = 0;
    uint64_t damaged = 0;  // stored records that could not be read and were left out
  };
  Stats GetStats() const;

 private:
  EmbeddedStore(kv::Db& db, const EmbeddedStoreOptions& options);

  kv::Family records_family() const { return options_.first_family; }
  kv::Family ids_family() const { return options_.first_family + 1; }

  // Adds a record to a batch. `place` names it in errors: "events[3]".
  base::Result<> Add(const std::string& key, std::string_view id, const std::string& value,
                     const std::string& place, kv::Batch& batch) const;
  // What AppendEvents and AppendChanges share; the number of those that were new.
  template <typename Record>
  base::Result<size_t> AppendOnce(const model::TenantName& tenant,
                                  const std::vector<Record>& records, Kind kind,
                                  std::string_view name) EXCLUDES(events_mutex_);
  // What the queries share; Traits say what is different (embedded_store.cc).
  template <typename Traits>
  base::Result<Page<typename Traits::Record>> Scan(const typename Traits::Query& query);
  // The keys that a query is about, or nothing when they cannot exist.
  template <typename Query>
  base::Result<std::optional<std::pair<std::string, std::string>>> RangeOf(const Query& query,
                                                                           Kind kind) const;
  base::Result<> DropTenantBefore(const std::string& tenant, base::TimePoint horizon)
      REQUIRES(events_mutex_);
  base::Result<> DropOnce(const std::string& begin, const std::string& end) REQUIRES(events_mutex_);
  base::Result<std::vector<std::string>> Tenants();

  kv::Db& db_;
  const EmbeddedStoreOptions options_;

  // Held while ids are looked up and written, so that two senders of one event do not both win.
  base::Mutex events_mutex_;

  // Records before it are gone: scans stay out of the deleted ranges, which are slow to cross.
  std::atomic<int64_t> horizon_ms_{INT64_MIN};

  struct Counters {
    std::atomic<uint64_t> logs_appended{0};
    std::atomic<uint64_t> events_appended{0};
    std::atomic<uint64_t> events_skipped{0};
    std::atomic<uint64_t> changes_appended{0};
    std::atomic<uint64_t> spans_appended{0};
    std::atomic<uint64_t> queries{0};
    std::atomic<uint64_t> records_scanned{0};
    std::atomic<uint64_t> damaged{0};
  };
  Counters counters_;
};

}  // namespace vedette::records
