#include "records/embedded_store.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>

#include "records/cursor.h"
#include "records/text_filter.h"

namespace vedette::records {
namespace {

constexpr size_t kDeletedPerBatch = 1000;

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
struct LogTraits {
  using Query = LogQuery;
  using Record = model::LogRecord;
  static constexpr Kind kKind = Kind::kLog;
  static auto View(std::string_view value) { return ViewLog(value); }
  static bool Matches(const LogView& view, const LogQuery& query) {
    return (query.service.empty() || view.service == query.service) &&
           (!query.min_level.has_value() || view.level >= *query.min_level);
  }
};

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

struct SpanTraits {
  using Query = SpanQuery;
  using Record = model::Span;
  static constexpr Kind kKind = Kind::kSpan;
  static auto View(std::string_view value) { return ViewSpan(value); }
  static bool Matches(const SpanView& view, const SpanQuery& query) {
    return (query.service.empty() || view.service == query.service) &&
           (query.operation.empty() || view.message == query.operation) &&
           view.end_ns - view.start_ns >= query.min_duration_ns &&
           (!query.errors_only || view.status == model::SpanStatus::kError);
  }
};

// Spans are not searched by text.
template <typename Query>
std::string_view TextOf(const Query& query) {
  if constexpr (requires { query.text; }) return query.text;
  return {};
}

}  // namespace

std::vector<kv::FamilyOptions> Families() {
  return {{.name = "records", .compress = true, .write_buffer_bytes = 32 << 20},
          {.name = "record_ids", .compress = true, .write_buffer_bytes = 4 << 20}};
}

base::Result<std::unique_ptr<EmbeddedStore>> EmbeddedStore::Create(kv::Db& db,
                                                                   EmbeddedStoreOptions options) {
  if (options.page_records_max == 0 || options.scan_records_max == 0 ||
      options.page_bytes_max == 0) {
    return base::InvalidArgument("the limits of a page must not be 0", "records");
  }
  return std::unique_ptr<EmbeddedStore>(new EmbeddedStore(db, options));
}

EmbeddedStore::EmbeddedStore(kv::Db& db, const EmbeddedStoreOptions& options)
    : db_(db), options_(options) {}

// -- Appending

base::Result<> EmbeddedStore::Add(const std::string& key, std::string_view id,
                                  const std::string& value, const std::string& place,
                                  kv::Batch& batch) const {
  if (id.empty() || id.size() > options_.id_bytes_max) {
    return base::InvalidArgument(fmt::format("an id must have 1 to {} bytes, this one has {}",
                                             options_.id_bytes_max, id.size()),
                                 place + ".id");
  }
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
  kv::Batch batch;
  for (size_t i = 0; i < records.size(); ++i) {
    const model::LogRecord& record = records[i];
    const std::string key = RecordKey(tenant, Kind::kLog, base::ToMillis(record.time), record.id);
    VEDETTE_TRY_VOID(Add(key, record.id, EncodeValue(record), fmt::format("logs[{}]", i), batch));
  }
  VEDETTE_TRY_VOID(db_.Write(batch, options_.durability));
  counters_.logs_appended += records.size();
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
  kv::Batch batch;
  for (size_t i = 0; i < spans.size(); ++i) {
    const std::string id = spans[i].trace_id + spans[i].span_id;
    const std::string key = RecordKey(tenant, Kind::kSpan, base::ToMillis(spans[i].time()), id);
    VEDETTE_TRY_VOID(Add(key, id, EncodeValue(spans[i]), fmt::format("spans[{}]", i), batch));
  }
  if (!batch.empty()) VEDETTE_TRY_VOID(db_.Write(batch, options_.durability));
  counters_.spans_appended += spans.size();
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
  const int64_t from = std::max(base::ToMillis(query.from), horizon_ms_.load());
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
  const TextFilter text(TextOf(query));
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
      continue;
    }
    if (!Traits::Matches(*view, query) || !text.Matches(view->message)) continue;
    auto record = Finish(*key, *view);
    if (!record.has_value()) {
      ++counters_.damaged;
      continue;
    }
    bytes += iterator->key().size() + iterator->value().size();
    page.records.push_back(std::move(*record));
  }
  counters_.records_scanned += scanned;
  VEDETTE_TRY_VOID(iterator->status());
  return page;
}

base::Result<Page<model::LogRecord>> EmbeddedStore::QueryLogs(const LogQuery& query) {
  return Scan<LogTraits>(query);
}

base::Result<Page<model::Event>> EmbeddedStore::QueryEvents(const EventQuery& query) {
  return Scan<EventTraits>(query);
}

base::Result<Page<model::Change>> EmbeddedStore::QueryChanges(const ChangeQuery& query) {
  return Scan<ChangeTraits>(query);
}

base::Result<Page<model::Span>> EmbeddedStore::QuerySpans(const SpanQuery& query) {
  return Scan<SpanTraits>(query);
}

base::Result<std::vector<model::Span>> EmbeddedStore::Trace(const model::TenantName& tenant,
                                                            std::string_view trace_id) {
  std::vector<model::Span> spans;
  SpanQuery query;
  query.tenant = tenant;
  query.limit = options_.page_records_max;
  do {
    VEDETTE_TRY(auto page, QuerySpans(query));
    for (model::Span& span : page.records) {
      if (span.trace_id == trace_id) spans.push_back(std::move(span));
    }
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  std::reverse(spans.begin(), spans.end());
  return spans;
}

// -- Deleting

base::Result<> EmbeddedStore::DeleteTenant(const model::TenantName& tenant) {
  VEDETTE_TRY_VOID(CheckTenant(tenant));
  base::MutexLock lock(events_mutex_);
  kv::Batch batch;
  for (const kv::Family family : {records_family(), ids_family()}) {
    batch.DeleteRange(family, TenantPrefix(tenant), AfterPrefix(TenantPrefix(tenant)));
  }
  return db_.Write(batch, kv::Durability::kMachine);
}

base::Result<std::vector<std::string>> EmbeddedStore::Tenants() {
  std::vector<std::string> tenants;
  const auto iterator = db_.NewIterator(records_family(), {}, {});
  iterator->SeekToFirst();
  while (iterator->Valid()) {
    const std::string_view key = iterator->key();
    tenants.emplace_back(key.substr(0, key.find('\0')));
    iterator->Seek(AfterPrefix(TenantPrefix(tenants.back())));
  }
  VEDETTE_TRY_VOID(iterator->status());
  return tenants;
}

base::Result<> EmbeddedStore::DropBefore(base::TimePoint horizon) {
  base::MutexLock lock(events_mutex_);
  const int64_t horizon_ms = std::max(base::ToMillis(horizon), horizon_ms_.load());
  horizon_ms_ = horizon_ms;
  VEDETTE_TRY(const auto tenants, Tenants());
  for (const std::string& tenant : tenants) {
    VEDETTE_TRY_VOID(DropTenantBefore(tenant, base::FromMillis(horizon_ms)));
  }
  return {};
}

base::Result<> EmbeddedStore::DropTenantBefore(const std::string& tenant, base::TimePoint horizon) {
  const int64_t horizon_ms = base::ToMillis(horizon);
  for (const Kind kind : {Kind::kEvent, Kind::kChange}) {
    VEDETTE_TRY_VOID(DropOnce(KindPrefix(tenant, kind), TimePrefix(tenant, kind, horizon_ms)));
  }
  const std::string begin = KindPrefix(tenant, Kind::kLog);
  const std::string end = TimePrefix(tenant, Kind::kLog, horizon_ms);
  const auto iterator = db_.NewIterator(records_family(), begin, end);
  iterator->SeekToFirst();
  VEDETTE_TRY_VOID(iterator->status());
  if (!iterator->Valid()) return {};  // no tombstone for nothing
  kv::Batch batch;
  batch.DeleteRange(records_family(), begin, end);
  return db_.Write(batch, options_.durability);
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
  stats.logs_appended = counters_.logs_appended;
  stats.events_appended = counters_.events_appended;
  stats.events_skipped = counters_.events_skipped;
  stats.changes_appended = counters_.changes_appended;
  stats.spans_appended = counters_.spans_appended;
  stats.queries = counters_.queries;
  stats.records_scanned = counters_.records_scanned;
  stats.damaged = counters_.damaged;
  return stats;
}

}  // namespace vedette::records
