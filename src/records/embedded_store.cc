#include "records/embedded_store.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>

#include "base/log.h"
#include "records/block_walk.h"
#include "records/cursor.h"
#include "records/text_filter.h"

namespace vedette::records {
namespace {

constexpr size_t kDeletedPerBatch = 1000;
constexpr size_t kMigratedPerBatch = 5000;
constexpr size_t kMuchWaitingBytes = 1 << 20;
constexpr int kIdleTurns = 240;  // an hour

base::Result<> CheckTenant(std::string_view tenant) {
  if (model::IsValidTenantName(tenant)) return {};
  return base::InvalidArgument("not a tenant's name", "tenant");
}

// Ids of events and of changes live side by side: those of changes have a zero byte before them.
std::string IdKey(std::string_view tenant, Kind kind, std::string_view id) {
  std::string key = TenantPrefix(tenant);
  if (kind == Kind::kChange) key += '\0';
  key += id;
  return key;
}

// What differs between the kinds when they are scanned.
struct EventTraits {
  using Query = EventQuery;
  using Record = model::Event;
  static constexpr Kind kKind = Kind::kEvent;
  static auto View(std::string_view value) { return ViewEvent(value); }
  static bool Matches(const EventView& view, const EventQuery& query) {
    return (query.service.empty() || view.service == query.service) &&
           (query.type.empty() || view.type == query.type) &&
           (!query.min_severity.has_value() || view.severity >= *query.min_severity);
  }
};

struct ChangeTraits {
  using Query = ChangeQuery;
  using Record = model::Change;
  static constexpr Kind kKind = Kind::kChange;
  static auto View(std::string_view value) { return ViewChange(value); }
  static bool Matches(const ChangeView& view, const ChangeQuery& query) {
    return (query.service.empty() || view.service == query.service) &&
           (query.kind.empty() || view.kind == query.kind);
  }
};

}  // namespace

std::vector<kv::FamilyOptions> Families() {
  return {{.name = "records", .compress = true, .write_buffer_bytes = 32 << 20},
          {.name = "record_ids", .compress = true, .write_buffer_bytes = 4 << 20},
          // Large enough that most of a log is deleted before it would be written to a file.
          {.name = "record_log", .compress = true, .write_buffer_bytes = 96 << 20},
          {.name = "record_blocks", .compress = false, .write_buffer_bytes = 16 << 20}};
}

base::Result<std::unique_ptr<EmbeddedStore>> EmbeddedStore::Create(kv::Db& db,
                                                                   EmbeddedStoreOptions options) {
  if (options.page_records_max == 0 || options.scan_records_max == 0 ||
      options.page_bytes_max == 0) {
    return base::InvalidArgument("the limits of a page must not be 0", "records");
  }
  std::unique_ptr<EmbeddedStore> store(new EmbeddedStore(db, options));
  VEDETTE_TRY_VOID(store->OpenStores());
  VEDETTE_TRY_VOID(store->MigrateLogs());
  return store;
}

EmbeddedStore::EmbeddedStore(kv::Db& db, const EmbeddedStoreOptions& options)
    : db_(db), options_(options) {}

EmbeddedStore::~EmbeddedStore() {
  {
    base::MutexLock lock(sealer_mutex_);
    stopping_ = true;
  }
  sealer_wakes_.NotifyAll();
  if (sealer_.joinable()) sealer_.join();
}

base::Result<> EmbeddedStore::OpenStores() {
  LogStoreOptions logs;
  logs.log_family = options_.first_family + 2;
  logs.block_family = options_.first_family + 3;
  logs.durability = options_.durability;
  logs.seal_bytes = options_.seal_logs_bytes;
  logs.record_bytes_max = options_.record_bytes_max;
  logs.page_records_max = options_.page_records_max;
  logs.page_bytes_max = options_.page_bytes_max;
  logs.scan_records_max = options_.scan_records_max;
  logs.on_new_pattern = options_.on_new_pattern;
  logs.on_append = [this](const std::shared_ptr<const LogBatch>& batch) { Tell(batch); };
  VEDETTE_TRY(logs_, LogStore::Open(db_, std::move(logs)));
  SpanStoreOptions spans;
  spans.log_family = options_.first_family + 2;
  spans.block_family = options_.first_family + 3;
  spans.durability = options_.durability;
  spans.seal_bytes = options_.seal_spans_bytes;
  spans.record_bytes_max = options_.record_bytes_max;
  spans.page_records_max = options_.page_records_max;
  spans.page_bytes_max = options_.page_bytes_max;
  spans.scan_records_max = options_.scan_records_max;
  VEDETTE_TRY(spans_, SpanStore::Open(db_, spans));
  if (options_.seal_in_background) sealer_ = std::thread([this] { RunSealer(); });
  return {};
}

// -- Sealing

base::Result<> EmbeddedStore::Seal() {
  base::Result<> sealed = logs_->Seal();
  if (sealed.ok()) sealed = spans_->Seal();
  counters_.seal_failing = !sealed.ok();
  if (!sealed.ok()) {
    ++counters_.seal_failures;
    base::LogError("log lines and spans could not be sealed; their log on the disk holds them",
                   {{"error", sealed.error().message}});
  }
  return sealed;
}

base::Result<> EmbeddedStore::SealIdle() {
  if (!counters_.seal_failing) {
    const size_t waiting = logs_->waiting_bytes() + spans_->waiting_bytes();
    const uint64_t appended = logs_->GetStats().appended + spans_->appended();
    base::MutexLock lock(sealer_mutex_);
    idle_turns_ = appended == idle_appended_ && waiting > 0 ? idle_turns_ + 1 : 0;
    idle_appended_ = appended;
    const int turns = waiting >= kMuchWaitingBytes ? 1 : kIdleTurns;
    if (idle_turns_ < turns) return {};
    idle_turns_ = 0;
  }
  return Seal();
}

// Before an append: if the sealer does not keep up, the sender seals, and is refused when that
// fails, so that memory is bounded.
base::Result<> EmbeddedStore::MakeRoom() {
  if (!logs_->IsFull() && !spans_->IsFull()) return {};
  return Seal();
}

// After an append.
void EmbeddedStore::WakeSealer() {
  if (!logs_->WantsSeal() && !spans_->WantsSeal()) return;
  if (!options_.seal_in_background) {
    base::IgnoreError(Seal(), "it is durable in the log and sealed later");
    return;
  }
  base::MutexLock lock(sealer_mutex_);
  seal_wanted_ = true;
  sealer_wakes_.NotifyAll();
}

void EmbeddedStore::RunSealer() {
  while (true) {
    {
      base::MutexLock lock(sealer_mutex_);
      while (!seal_wanted_ && !stopping_) sealer_wakes_.Wait(sealer_mutex_);
      if (stopping_) return;
      seal_wanted_ = false;
    }
    base::IgnoreError(Seal(), "it is durable in the log and sealed later");
  }
}

void EmbeddedStore::SetTap(Tap tap) {
  base::MutexLock lock(tap_mutex_);
  tap_ = std::move(tap);
}

void EmbeddedStore::Tell(const std::shared_ptr<const LogBatch>& batch) {
  base::MutexLock lock(tap_mutex_);
  if (tap_) tap_(batch);
}

// -- The format before blocks

base::Result<> EmbeddedStore::MigrateLogs() {
  const auto tenants = TenantsOf(db_, records_family());
  if (!tenants.ok()) return Tolerate(tenants.error(), counters_.damaged);
  for (const std::string& tenant : *tenants) {
    const base::Result<> migrated = MigrateTenant(tenant);
    if (!migrated.ok()) VEDETTE_TRY_VOID(Tolerate(migrated.error(), counters_.damaged));
  }
  return {};
}

base::Result<> EmbeddedStore::MigrateTenant(const std::string& tenant) {
  const std::string prefix = KindPrefix(tenant, Kind::kLog);
  const auto iterator = db_.NewIterator(records_family(), prefix, AfterPrefix(prefix));
  std::vector<model::LogRecord> records;
  std::string first;
  for (iterator->SeekToFirst(); iterator->Valid();) {
    const std::string key(iterator->key());
    if (first.empty()) first = key;
    const auto parts = ParseKey(key);
    const auto view = ViewLog(iterator->value());
    auto record = parts && view ? Finish(*parts, *view) : std::nullopt;
    if (record.has_value()) {
      records.push_back(*std::move(record));
    } else {
      ++counters_.damaged;
    }
    iterator->Next();
    if (records.size() < kMigratedPerBatch && iterator->Valid()) continue;
    kv::Batch moved;
    moved.DeleteRange(records_family(), first, key + '\0');
    VEDETTE_TRY_VOID(MakeRoom());
    VEDETTE_TRY_VOID(logs_->Append(tenant, records, std::move(moved)));
    WakeSealer();
    records.clear();
    first.clear();
  }
  return iterator->status();
}

// -- Appending

base::Result<> EmbeddedStore::CheckId(std::string_view id, const std::string& place) const {
  if (!id.empty() && id.size() <= options_.id_bytes_max) return {};
  return base::InvalidArgument(fmt::format("an id must have 1 to {} bytes, this one has {}",
                                           options_.id_bytes_max, id.size()),
                               place + ".id");
}

base::Result<> EmbeddedStore::Add(const std::string& key, std::string_view id,
                                  const std::string& value, const std::string& place,
                                  kv::Batch& batch) const {
  VEDETTE_TRY_VOID(CheckId(id, place));
  if (value.size() > options_.record_bytes_max) {
    return base::InvalidArgument(fmt::format("the record takes {} bytes, the limit is {}",
                                             value.size(), options_.record_bytes_max),
                                 place);
  }
  batch.Put(records_family(), key, value);
  return {};
}

base::Result<> EmbeddedStore::AppendLogs(const model::TenantName& tenant,
                                         const std::vector<model::LogRecord>& records) {
  VEDETTE_TRY_VOID(CheckTenant(tenant));
  if (records.empty()) return {};
  for (size_t i = 0; i < records.size(); ++i) {
    VEDETTE_TRY_VOID(CheckId(records[i].id, fmt::format("logs[{}]", i)));
  }
  VEDETTE_TRY_VOID(MakeRoom());
  VEDETTE_TRY_VOID(logs_->Append(tenant, records));
  WakeSealer();
  return {};
}

template <typename Record>
base::Result<size_t> EmbeddedStore::AppendOnce(const model::TenantName& tenant,
                                               const std::vector<Record>& records, Kind kind,
                                               std::string_view name) {
  VEDETTE_TRY_VOID(CheckTenant(tenant));
  base::MutexLock lock(events_mutex_);
  kv::Batch batch;
  std::unordered_set<std::string> added;
  for (size_t i = 0; i < records.size(); ++i) {
    const Record& record = records[i];
    const std::string key = RecordKey(tenant, kind, base::ToMillis(record.time), record.id);
    const std::string id_key = IdKey(tenant, kind, record.id);
    VEDETTE_TRY(const auto stored, db_.Get(ids_family(), id_key));
    if (stored.has_value() || added.contains(id_key)) {
      ++counters_.events_skipped;
      continue;
    }
    VEDETTE_TRY_VOID(
        Add(key, record.id, EncodeValue(record), fmt::format("{}[{}]", name, i), batch));
    batch.Put(ids_family(), id_key, {});
    added.insert(id_key);
  }
  if (!batch.empty()) VEDETTE_TRY_VOID(db_.Write(batch, options_.durability));
  return added.size();
}

base::Result<> EmbeddedStore::AppendEvents(const model::TenantName& tenant,
                                           const std::vector<model::Event>& events) {
  VEDETTE_TRY(const size_t added, AppendOnce(tenant, events, Kind::kEvent, "events"));
  counters_.events_appended += added;
  return {};
}

base::Result<> EmbeddedStore::AppendChanges(const model::TenantName& tenant,
                                            const std::vector<model::Change>& changes) {
  VEDETTE_TRY(const size_t added, AppendOnce(tenant, changes, Kind::kChange, "changes"));
  counters_.changes_appended += added;
  return {};
}

base::Result<> EmbeddedStore::AppendSpans(const model::TenantName& tenant,
                                          const std::vector<model::Span>& spans) {
  VEDETTE_TRY_VOID(CheckTenant(tenant));
  if (spans.empty()) return {};
  VEDETTE_TRY_VOID(MakeRoom());
  VEDETTE_TRY_VOID(spans_->Append(tenant, spans));
  WakeSealer();
  return {};
}

// -- Queries

template <typename Query>
base::Result<std::optional<std::pair<std::string, std::string>>> EmbeddedStore::RangeOf(
    const Query& query, Kind kind) const {
  VEDETTE_TRY_VOID(CheckTenant(query.tenant));
  if (query.limit == 0 || query.limit > options_.page_records_max) {
    return base::InvalidArgument(
        fmt::format("the limit must be 1 to {}", options_.page_records_max), "limit");
  }
  if (query.from > query.to) return base::InvalidArgument("'from' is after 'to'", "from");
  const std::atomic<int64_t>& horizon =
      kind == Kind::kEvent ? events_horizon_ms_ : changes_horizon_ms_;
  const int64_t from = std::max(base::ToMillis(query.from), horizon.load());
  const int64_t to = base::ToMillis(query.to);
  std::string lower = TimePrefix(query.tenant, kind, from);
  std::string upper = to == INT64_MAX ? AfterPrefix(KindPrefix(query.tenant, kind))
                                      : TimePrefix(query.tenant, kind, to + 1);
  if (!query.cursor.empty()) {
    VEDETTE_TRY(std::string last, DecodeCursor(query.tenant, kind, query.cursor));
    upper = std::min(upper, last);
  }
  if (lower >= upper) return std::nullopt;
  return std::pair(std::move(lower), std::move(upper));
}

template <typename Traits>
base::Result<Page<typename Traits::Record>> EmbeddedStore::Scan(
    const typename Traits::Query& query) {
  VEDETTE_TRY(const auto range, RangeOf(query, Traits::kKind));
  Page<typename Traits::Record> page;
  if (!range.has_value()) return page;

  ++counters_.queries;
  const TextFilter text(query.text);
  const auto iterator = db_.NewIterator(records_family(), range->first, range->second);
  size_t scanned = 0;
  size_t bytes = 0;
  std::string last_key;
  for (iterator->SeekToLast(); iterator->Valid(); iterator->Prev()) {
    if (page.records.size() >= query.limit || scanned >= options_.scan_records_max ||
        bytes >= options_.page_bytes_max) {
      const auto last = ParseKey(last_key);
      if (last) page.next_cursor = EncodeCursor(last->tenant, last->kind, last->time_ms, last->id);
      break;
    }
    ++scanned;
    last_key = iterator->key();
    const auto key = ParseKey(last_key);
    const auto view = Traits::View(iterator->value());
    if (!key.has_value() || !view.has_value()) {
      ++counters_.damaged;
      ++page.damaged;
      continue;
    }
    if (!Traits::Matches(*view, query) || !text.Matches(view->message)) continue;
    auto record = Finish(*key, *view);
    if (!record.has_value()) {
      ++counters_.damaged;
      ++page.damaged;
      continue;
    }
    bytes += iterator->key().size() + iterator->value().size();
    page.records.push_back(std::move(*record));
  }
  counters_.records_scanned += scanned;
  if (const base::Result<> status = iterator->status(); !status.ok()) {
    VEDETTE_TRY_VOID(Tolerate(status.error(), counters_.damaged));
    ++page.damaged;
  }
  return page;
}

base::Result<Page<model::LogRecord>> EmbeddedStore::QueryLogs(const LogQuery& query) {
  ++counters_.queries;
  return logs_->Query(query);
}

base::Result<ScanReport> EmbeddedStore::ScanLogs(const LogScan& scan,
                                                 const std::function<bool(const LogLine&)>& visit) {
  ++counters_.queries;
  return logs_->Scan(scan, visit);
}

base::Result<std::vector<LogPattern>> EmbeddedStore::LogPatterns(const model::TenantName& tenant) {
  VEDETTE_TRY_VOID(CheckTenant(tenant));
  return logs_->Patterns(tenant);
}

base::Result<Page<model::Event>> EmbeddedStore::QueryEvents(const EventQuery& query) {
  return Scan<EventTraits>(query);
}

base::Result<Page<model::Change>> EmbeddedStore::QueryChanges(const ChangeQuery& query) {
  return Scan<ChangeTraits>(query);
}

base::Result<Page<model::Span>> EmbeddedStore::QuerySpans(const SpanQuery& query) {
  ++counters_.queries;
  return spans_->Query(query);
}

base::Result<Page<model::Span>> EmbeddedStore::Trace(const model::TenantName& tenant,
                                                     std::string_view trace_id) {
  return spans_->Trace(tenant, trace_id);
}

base::Result<std::vector<SpanOperation>> EmbeddedStore::Operations(const model::TenantName& tenant,
                                                                   base::TimePoint from,
                                                                   base::TimePoint to) {
  return spans_->Operations(tenant, from, to);
}

base::Result<std::vector<model::ServiceEdge>> EmbeddedStore::ServiceEdges(
    const model::TenantName& tenant, base::TimePoint from, base::TimePoint to) {
  return spans_->Edges(tenant, from, to);
}

// -- Deleting

base::Result<> EmbeddedStore::DeleteTenant(const model::TenantName& tenant) {
  VEDETTE_TRY_VOID(CheckTenant(tenant));
  VEDETTE_TRY_VOID(logs_->DeleteTenant(tenant));
  VEDETTE_TRY_VOID(spans_->DeleteTenant(tenant));
  base::MutexLock lock(events_mutex_);
  kv::Batch batch;
  for (const kv::Family family : {records_family(), ids_family()}) {
    batch.DeleteRange(family, TenantPrefix(tenant), AfterPrefix(TenantPrefix(tenant)));
  }
  return db_.Write(batch, kv::Durability::kMachine);
}

base::Result<> EmbeddedStore::DropBefore(RecordKind kind, base::TimePoint horizon) {
  if (kind == RecordKind::kLogs) return logs_->DropBefore(base::ToMillis(horizon));
  if (kind == RecordKind::kSpans) return spans_->DropBefore(base::ToMillis(horizon));
  base::MutexLock lock(events_mutex_);
  const bool events = kind == RecordKind::kEvents;
  std::atomic<int64_t>& latest = events ? events_horizon_ms_ : changes_horizon_ms_;
  const int64_t horizon_ms = std::max(base::ToMillis(horizon), latest.load());
  latest = horizon_ms;
  const Kind stored = events ? Kind::kEvent : Kind::kChange;
  VEDETTE_TRY(const auto tenants, TenantsOf(db_, records_family()));
  for (const std::string& tenant : tenants) {
    VEDETTE_TRY_VOID(DropOnce(KindPrefix(tenant, stored), TimePrefix(tenant, stored, horizon_ms)));
  }
  return {};
}

// An event or change goes together with its id; in batches, because each id is a key of its own.
base::Result<> EmbeddedStore::DropOnce(const std::string& begin, const std::string& end) {
  const auto iterator = db_.NewIterator(records_family(), begin, end);
  kv::Batch batch;
  std::string first;
  size_t count = 0;
  for (iterator->SeekToFirst(); iterator->Valid();) {
    const std::string key(iterator->key());
    if (first.empty()) first = key;
    if (const auto parts = ParseKey(key)) {
      batch.Delete(ids_family(), IdKey(parts->tenant, parts->kind, parts->id));
    }
    ++counters_.expired;
    iterator->Next();
    if (++count < kDeletedPerBatch && iterator->Valid()) continue;
    batch.DeleteRange(records_family(), first, key + '\0');
    VEDETTE_TRY_VOID(db_.Write(batch, options_.durability));
    batch.Clear();
    first.clear();
    count = 0;
  }
  return iterator->status();
}

EmbeddedStore::Stats EmbeddedStore::GetStats() const {
  Stats stats;
  const LogStore::Stats logs = logs_->GetStats();
  stats.logs_appended = logs.appended;
  stats.events_appended = counters_.events_appended;
  stats.events_skipped = counters_.events_skipped;
  stats.changes_appended = counters_.changes_appended;
  stats.spans_appended = spans_->appended();
  stats.queries = counters_.queries;
  stats.records_scanned = counters_.records_scanned + logs.scanned;
  stats.damaged = counters_.damaged + logs.damaged + spans_->damaged();
  stats.blocks_sealed = logs.blocks_sealed + spans_->blocks_sealed();
  stats.bytes_sealed = logs.bytes_sealed + spans_->bytes_sealed();
  stats.seal_failures = counters_.seal_failures;
  stats.seal_failing = counters_.seal_failing;
  stats.waiting_bytes = logs_->waiting_bytes() + spans_->waiting_bytes();
  stats.expired = counters_.expired + logs.dropped + spans_->dropped();
  stats.patterns = logs.patterns;
  stats.new_patterns = logs.new_patterns;
  stats.unclassified_lines = logs.unclassified;
  return stats;
}

}  // namespace vedette::records
