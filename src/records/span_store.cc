#include "records/span_store.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <unordered_map>

#include "model/labels.h"
#include "records/bits.h"
#include "records/compress.h"
#include "records/cursor.h"
#include "records/message.h"
#include "records/newest.h"
#include "records/word_filter.h"

namespace vedette::records {
namespace {

constexpr char kVersion = 1;
constexpr char kBatchKind = 's';
constexpr char kMeta = 'M';  // small letters are parts of log blocks: log_store.cc
constexpr char kBody = 'B';
constexpr char kFilter = 'F';
constexpr std::string_view kParts = "BFM";
constexpr size_t kOperationsMax = 512;
constexpr size_t kEdgesMax = 100'000;
constexpr int64_t kMinuteMs = 60'000;

std::string PartPrefix(std::string_view tenant, char part) { return TenantPrefix(tenant) + part; }

std::string PartTime(std::string_view tenant, char part, int64_t time_ms) {
  std::string key = PartPrefix(tenant, part);
  AppendFixed64(key, static_cast<uint64_t>(time_ms) ^ (uint64_t{1} << 63));
  return key;
}

std::string HorizonKey() { return std::string("h") + kBatchKind; }

base::Result<> CheckRange(const model::TenantName& tenant, base::TimePoint from,
                          base::TimePoint to) {
  if (!model::IsValidTenantName(tenant)) {
    return base::InvalidArgument("not a tenant's name", "tenant");
  }
  if (from > to) return base::InvalidArgument("'from' is after 'to'", "from");
  return {};
}

bool Matches(const SpanRow& row, const SpanQuery& query) {
  return (query.service.empty() || row.view.service == query.service) &&
         (query.operation.empty() || row.view.message == query.operation) &&
         row.duration_ns() >= query.min_duration_ns &&
         (!query.errors_only || row.view.status == model::SpanStatus::kError);
}

bool MayMatch(const SpanStore::Meta& meta, const SpanQuery& query) {
  if (meta.longest_ns < query.min_duration_ns) return false;
  if (query.errors_only && meta.errors == 0) return false;
  if (meta.operations.empty()) return true;
  return std::any_of(meta.operations.begin(), meta.operations.end(), [&](const SpanOperation& o) {
    return (query.service.empty() || o.service == query.service) &&
           (query.operation.empty() || o.operation == query.operation);
  });
}

bool Older(const SpanRow* a, const SpanRow* b) {
  return std::tie(a->view.start_ns, a->trace_id, a->span_id) <
         std::tie(b->view.start_ns, b->trace_id, b->span_id);
}

}  // namespace

std::string SpanStore::Meta::Encode() const {
  std::string out{kVersion};
  model::AppendVarint(out, rows);
  AppendFixed64(out, static_cast<uint64_t>(min_start_ms));
  AppendFixed64(out, static_cast<uint64_t>(max_start_ms));
  model::AppendVarint(out, static_cast<uint64_t>(longest_ns));
  model::AppendVarint(out, errors);
  model::AppendVarint(out, operations.size());
  for (const SpanOperation& operation : operations) {
    AppendSized(out, operation.service);
    AppendSized(out, operation.operation);
  }
  return out;
}

base::Result<SpanStore::Meta> SpanStore::Meta::Parse(std::string_view bytes) {
  const base::Error damaged = base::DataLoss("the meta of a block of spans is damaged");
  if (bytes.empty() || bytes[0] != kVersion) return damaged;
  bytes.remove_prefix(1);
  Meta meta;
  uint64_t min_start = 0;
  uint64_t max_start = 0;
  uint64_t longest = 0;
  uint64_t count = 0;
  if (!model::ReadVarint(bytes, meta.rows) || !ReadFixed64(bytes, min_start) ||
      !ReadFixed64(bytes, max_start) || !model::ReadVarint(bytes, longest) ||
      !model::ReadVarint(bytes, meta.errors) || !model::ReadVarint(bytes, count) ||
      count > kOperationsMax) {
    return damaged;
  }
  meta.min_start_ms = static_cast<int64_t>(min_start);
  meta.max_start_ms = static_cast<int64_t>(max_start);
  meta.longest_ns = static_cast<int64_t>(longest);
  for (uint64_t i = 0; i < count; ++i) {
    std::string_view service;
    std::string_view operation;
    if (!ReadSized(bytes, service) || !ReadSized(bytes, operation)) return damaged;
    meta.operations.push_back({std::string(service), std::string(operation)});
  }
  return meta;
}

SpanStore::SpanStore(kv::Db& db, const SpanStoreOptions& options)
    : db_(db), options_(options), log_(db, options.log_family, kBatchKind, options.durability) {}

base::Result<std::unique_ptr<SpanStore>> SpanStore::Open(kv::Db& db, SpanStoreOptions options) {
  std::unique_ptr<SpanStore> store(new SpanStore(db, options));
  VEDETTE_TRY(const auto horizon, db.Get(options.log_family, HorizonKey()));
  if (horizon.has_value()) {
    std::string_view bytes = *horizon;
    uint64_t value = 0;
    if (ReadFixed64(bytes, value)) store->horizon_ms_ = static_cast<int64_t>(value);
  }
  VEDETTE_TRY_VOID(store->log_.Recover([](SpanBatch&) {}, [&] { ++store->damaged_; }));
  return store;
}

base::Result<> SpanStore::Append(const model::TenantName& tenant,
                                 const std::vector<model::Span>& spans) {
  std::string bytes = SpanBatch::Encode(tenant, spans);
  VEDETTE_TRY(const std::shared_ptr<SpanBatch> batch, SpanBatch::Parse(std::move(bytes)));
  for (size_t i = 0; i < batch->rows().size(); ++i) {
    const size_t size = batch->rows()[i].bytes.size();
    if (size <= options_.record_bytes_max) continue;
    return base::InvalidArgument(
        fmt::format("the span takes {} bytes, the limit is {}", size, options_.record_bytes_max),
        fmt::format("spans[{}]", i));
  }
  VEDETTE_TRY_VOID(log_.Append(batch));
  appended_ += spans.size();
  return {};
}

// -- Reading

base::Result<> SpanStore::ForEachBlock(const std::string& tenant, int64_t from_ms, int64_t to_ms,
                                       uint64_t first_unsealed,
                                       const std::function<base::Result<bool>(BlockRef)>& visit) {
  const std::string prefix = PartPrefix(tenant, kMeta);
  const auto iterator =
      db_.NewIterator(options_.block_family, PartTime(tenant, kMeta, from_ms), AfterPrefix(prefix));
  for (iterator->SeekToLast(); iterator->Valid(); iterator->Prev()) {
    BlockRef block;
    block.place = iterator->key().substr(prefix.size());
    std::string_view numbers =
        std::string_view(block.place).substr(std::min<size_t>(8, block.place.size()));
    uint64_t generation = 0;
    auto meta = Meta::Parse(iterator->value());
    if (!meta.ok() || !ReadFixed64(numbers, generation)) {
      ++damaged_;
      continue;
    }
    if (generation >= first_unsealed || meta->min_start_ms > to_ms) continue;
    block.meta = *std::move(meta);
    VEDETTE_TRY(const bool go_on, visit(std::move(block)));
    if (!go_on) break;
  }
  return iterator->status();
}

base::Result<> SpanStore::ReadBlock(const std::string& tenant, const BlockRef& block,
                                    const std::function<void(const SpanRow&)>& visit) {
  VEDETTE_TRY(const auto body,
              db_.Get(options_.block_family, PartPrefix(tenant, kBody) + block.place));
  std::string_view rest = body.has_value() ? std::string_view(*body) : std::string_view();
  auto raw = ReadCompressed(rest);
  if (!raw.ok()) {
    ++damaged_;
    return {};
  }
  for (std::string_view bytes = *raw; !bytes.empty();) {
    std::string_view value;
    const bool sized = ReadSized(bytes, value);
    const auto row = sized ? ReadSpanRow(value) : std::nullopt;
    if (!row.has_value()) {
      ++damaged_;
      return {};
    }
    visit(*row);
  }
  return {};
}

base::Result<Page<model::Span>> SpanStore::Query(const SpanQuery& query) {
  VEDETTE_TRY_VOID(CheckRange(query.tenant, query.from, query.to));
  if (query.limit == 0 || query.limit > options_.page_records_max) {
    return base::InvalidArgument(
        fmt::format("the limit must be 1 to {}", options_.page_records_max), "limit");
  }
  VEDETTE_TRY(const Position position, Position::Parse(query.tenant, Kind::kSpan, query.cursor));
  const int64_t from_ms = std::max(base::ToMillis(query.from), horizon_ms_.load());
  const int64_t to_ms = std::min(base::ToMillis(query.to), position.newest_ms());
  Page<model::Span> page;
  if (from_ms > to_ms) return page;
  const auto view = log_.Look(query.tenant);
  // The blocks of this page, back to a time: as LogStore::ChooseBlocks.
  std::vector<BlockRef> blocks;
  uint64_t spans = 0;
  int64_t slice_from = from_ms;
  VEDETTE_TRY_VOID(ForEachBlock(
      query.tenant, from_ms, to_ms, view.first_unsealed, [&](BlockRef block) -> base::Result<bool> {
        if (!MayMatch(block.meta, query)) return true;
        if (spans >= options_.scan_records_max && block.meta.max_start_ms < to_ms) {
          slice_from = block.meta.max_start_ms + 1;
          return false;
        }
        spans += block.meta.rows;
        blocks.push_back(std::move(block));
        return true;
      }));
  Newest<model::Span> newest(query.limit, options_.page_bytes_max);
  const auto take = [&](const SpanRow& row) {
    const int64_t start_ms = row.start_ms();
    if (start_ms < slice_from || start_ms > to_ms || !Matches(row, query)) return;
    if (!newest.Wants(start_ms) || !position.Before(start_ms, row.id())) return;
    auto span = row.Read();
    if (!span.has_value()) {
      ++damaged_;
      return;
    }
    newest.Add(start_ms, row.id(), 256 + row.bytes.size(), *std::move(span));
  };
  for (const auto& batch : view.batches) {
    for (const SpanRow& row : batch->rows()) take(row);
  }
  for (const BlockRef& block : blocks) {
    if (!newest.Wants(block.meta.max_start_ms)) break;
    VEDETTE_TRY_VOID(ReadBlock(query.tenant, block, take));
  }
  page.records = newest.Take(query.tenant, Kind::kSpan, page.next_cursor);
  if (page.next_cursor.empty() && slice_from > from_ms) {
    page.next_cursor = EncodeCursor(query.tenant, Kind::kSpan, slice_from, "");
  }
  return page;
}

base::Result<std::vector<model::Span>> SpanStore::Trace(const model::TenantName& tenant,
                                                        std::string_view trace_id) {
  VEDETTE_TRY_VOID(CheckRange(tenant, {}, {}));
  const int64_t horizon_ms = horizon_ms_.load();
  std::map<std::string, model::Span> found;  // by span id: a span that was sent again is one
  const auto take = [&](const SpanRow& row) {
    if (row.trace_id != trace_id || row.start_ms() < horizon_ms) return;
    if (found.size() >= options_.trace_spans_max) return;
    auto span = row.Read();
    if (!span.has_value()) return;
    std::string id = span->span_id;
    found.insert_or_assign(std::move(id), *std::move(span));
  };
  const auto view = log_.Look(tenant);
  const uint64_t hash = StableHash(trace_id);
  VEDETTE_TRY_VOID(ForEachBlock(tenant, horizon_ms, INT64_MAX, view.first_unsealed,
                                [&](const BlockRef& block) -> base::Result<bool> {
                                  VEDETTE_TRY(const auto filter,
                                              db_.Get(options_.block_family,
                                                      PartPrefix(tenant, kFilter) + block.place));
                                  if (filter.has_value() && !MayHoldWord(*filter, hash))
                                    return true;
                                  VEDETTE_TRY_VOID(ReadBlock(tenant, block, take));
                                  return true;
                                }));
  for (const auto& batch : view.batches) {
    for (const SpanRow& row : batch->rows()) take(row);
  }
  std::vector<model::Span> spans;
  for (auto& [id, span] : found) spans.push_back(std::move(span));
  std::sort(spans.begin(), spans.end(), [](const model::Span& a, const model::Span& b) {
    return std::tie(a.start_ns, a.span_id) < std::tie(b.start_ns, b.span_id);
  });
  return spans;
}

base::Result<std::vector<SpanOperation>> SpanStore::Operations(const model::TenantName& tenant,
                                                               base::TimePoint from,
                                                               base::TimePoint to) {
  VEDETTE_TRY_VOID(CheckRange(tenant, from, to));
  std::set<SpanOperation> found;
  const auto view = log_.Look(tenant);
  const auto add = [&](const SpanRow& row) {
    found.insert({std::string(row.view.service), std::string(row.view.message)});
  };
  VEDETTE_TRY_VOID(
      ForEachBlock(tenant, std::max(base::ToMillis(from), horizon_ms_.load()), base::ToMillis(to),
                   view.first_unsealed, [&](const BlockRef& block) -> base::Result<bool> {
                     found.insert(block.meta.operations.begin(), block.meta.operations.end());
                     if (block.meta.operations.empty()) {
                       VEDETTE_TRY_VOID(ReadBlock(tenant, block, add));
                     }
                     return found.size() < options_.page_records_max;
                   }));
  for (const auto& batch : view.batches) {
    for (const SpanRow& row : batch->rows()) {
      if (row.start_ms() >= base::ToMillis(from) && row.start_ms() <= base::ToMillis(to)) add(row);
    }
  }
  return std::vector<SpanOperation>(found.begin(), found.end());
}

base::Result<std::vector<model::ServiceEdge>> SpanStore::Edges(const model::TenantName& tenant,
                                                               base::TimePoint from,
                                                               base::TimePoint to) {
  VEDETTE_TRY_VOID(CheckRange(tenant, from, to));
  struct Call {
    std::string service;
    std::string parent;  // trace and span id of the caller's span
    int64_t start_ms;
    int64_t duration_ns;
    bool error;
  };
  const int64_t from_ms = std::max(base::ToMillis(from), horizon_ms_.load());
  const int64_t to_ms = base::ToMillis(to);
  std::unordered_map<std::string, Call> spans;
  const auto add = [&](const SpanRow& row) {
    if (row.start_ms() < from_ms || row.start_ms() > to_ms) return;
    if (spans.size() >= options_.edge_spans_max) return;
    std::string parent;
    if (!row.parent_span_id.empty()) (parent = row.trace_id) += row.parent_span_id;
    spans.insert_or_assign(row.id(),
                           Call{std::string(row.view.service), std::move(parent), row.start_ms(),
                                row.duration_ns(), row.view.status == model::SpanStatus::kError});
  };
  const auto view = log_.Look(tenant);
  VEDETTE_TRY_VOID(ForEachBlock(tenant, from_ms, to_ms, view.first_unsealed,
                                [&](const BlockRef& block) -> base::Result<bool> {
                                  VEDETTE_TRY_VOID(ReadBlock(tenant, block, add));
                                  return spans.size() < options_.edge_spans_max;
                                }));
  for (const auto& batch : view.batches) {
    for (const SpanRow& row : batch->rows()) add(row);
  }
  std::map<std::tuple<int64_t, std::string, std::string>, model::ServiceEdge> edges;
  for (const auto& [id, call] : spans) {
    const auto caller = spans.find(call.parent);
    if (caller == spans.end() || caller->second.service == call.service) continue;
    if (edges.size() >= kEdgesMax) break;
    const int64_t minute = call.start_ms - call.start_ms % kMinuteMs;
    model::ServiceEdge& edge = edges[{minute, caller->second.service, call.service}];
    edge.caller = caller->second.service;
    edge.callee = call.service;
    edge.minute = base::FromMillis(minute);
    ++edge.calls;
    edge.errors += call.error ? 1 : 0;
    edge.total_ns += call.duration_ns;
    edge.longest_ns = std::max(edge.longest_ns, call.duration_ns);
  }
  std::vector<model::ServiceEdge> out;
  for (auto& [key, edge] : edges) out.push_back(std::move(edge));
  return out;
}

// -- Sealing

void SpanStore::AddBlock(std::string_view tenant, uint64_t generation, uint64_t number,
                         const std::vector<const SpanRow*>& rows, kv::Batch& out) {
  Meta meta;
  meta.rows = rows.size();
  meta.min_start_ms = rows.front()->start_ms();
  meta.max_start_ms = rows.back()->start_ms();
  std::string raw;
  std::vector<uint64_t> traces;
  std::set<SpanOperation> operations;
  for (const SpanRow* row : rows) {
    AppendSized(raw, row->bytes);
    traces.push_back(StableHash(row->trace_id));
    meta.longest_ns = std::max(meta.longest_ns, row->duration_ns());
    meta.errors += row->view.status == model::SpanStatus::kError ? 1 : 0;
    if (operations.size() <= kOperationsMax) {
      operations.insert({std::string(row->view.service), std::string(row->view.message)});
    }
  }
  if (operations.size() <= kOperationsMax) {
    meta.operations.assign(operations.begin(), operations.end());
  }
  const auto put = [&](char part, std::string_view bytes) {
    std::string key = PartTime(tenant, part, meta.max_start_ms);
    AppendFixed64(key, generation);
    AppendFixed64(key, number);
    out.Put(options_.block_family, key, bytes);
  };
  std::string body;
  AppendCompressed(body, raw);
  put(kMeta, meta.Encode());
  put(kBody, body);
  put(kFilter, MakeWordFilter(traces));
}

base::Result<> SpanStore::Seal() {
  base::MutexLock lock(seal_mutex_);
  const auto generation = log_.Freeze();
  if (generation == nullptr) return {};
  std::map<std::string_view, std::vector<const SpanRow*>> tenants;
  for (const auto& [number, batch] : generation->batches) {
    for (const SpanRow& row : batch->rows()) tenants[batch->tenant()].push_back(&row);
  }
  kv::Batch out;
  for (auto& [tenant, rows] : tenants) {
    std::sort(rows.begin(), rows.end(), Older);
    uint64_t number = 0;
    size_t bytes = 0;
    std::vector<const SpanRow*> block;
    for (const SpanRow* row : rows) {
      block.push_back(row);
      bytes += row->bytes.size();
      if (bytes < options_.block_bytes_max && row != rows.back()) continue;
      AddBlock(tenant, generation->number, number++, block, out);
      block.clear();
      bytes = 0;
    }
  }
  log_.DeleteKeys(*generation, out);
  VEDETTE_TRY_VOID(db_.Write(out, options_.durability));
  log_.Retire();
  return {};
}

// -- Deleting

base::Result<std::vector<std::string>> SpanStore::Tenants() {
  std::vector<std::string> tenants;
  const auto iterator = db_.NewIterator(options_.block_family, {}, {});
  iterator->SeekToFirst();
  while (iterator->Valid()) {
    const std::string_view key = iterator->key();
    tenants.emplace_back(key.substr(0, key.find('\0')));
    iterator->Seek(AfterPrefix(TenantPrefix(tenants.back())));
  }
  VEDETTE_TRY_VOID(iterator->status());
  return tenants;
}

base::Result<> SpanStore::DeleteTenant(const model::TenantName& tenant) {
  VEDETTE_TRY_VOID(Seal());  // what is in memory goes with the blocks
  base::MutexLock lock(seal_mutex_);
  kv::Batch batch;
  for (const char part : kParts) {
    batch.DeleteRange(options_.block_family, PartPrefix(tenant, part),
                      AfterPrefix(PartPrefix(tenant, part)));
  }
  return db_.Write(batch, kv::Durability::kMachine);
}

base::Result<> SpanStore::DropBefore(int64_t horizon_ms) {
  base::MutexLock lock(seal_mutex_);
  horizon_ms = std::max(horizon_ms, horizon_ms_.load());
  horizon_ms_ = horizon_ms;
  VEDETTE_TRY(const auto tenants, Tenants());
  kv::Batch batch;
  std::string bytes;
  AppendFixed64(bytes, static_cast<uint64_t>(horizon_ms));
  batch.Put(options_.log_family, HorizonKey(), bytes);
  for (const std::string& tenant : tenants) {
    const auto iterator = db_.NewIterator(options_.block_family, PartPrefix(tenant, kMeta),
                                          PartTime(tenant, kMeta, horizon_ms));
    iterator->SeekToFirst();
    VEDETTE_TRY_VOID(iterator->status());
    if (!iterator->Valid()) continue;  // no tombstone for nothing
    for (const char part : kParts) {
      batch.DeleteRange(options_.block_family, PartPrefix(tenant, part),
                        PartTime(tenant, part, horizon_ms));
    }
  }
  return db_.Write(batch, options_.durability);
}

}  // namespace vedette::records
