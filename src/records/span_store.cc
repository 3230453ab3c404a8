#include "records/span_store.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "model/labels.h"
#include "records/bits.h"
#include "records/block_walk.h"
#include "records/call_graph.h"
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

std::string HorizonKey() { return std::string("h") + kBatchKind; }

bool Matches(const SpanRow& row, const SpanQuery& query) {
  return (query.service.empty() || row.view.service == query.service) &&
         (query.operation.empty() || row.view.message == query.operation) &&
         row.duration_ns() >= query.min_duration_ns && row.duration_ns() <= query.max_duration_ns &&
         (!query.status.has_value() || row.view.status == *query.status);
}

// Whether the span or its resource has all of these.
bool HasAttributes(const model::Span& span,
                   const std::vector<std::pair<std::string, std::string>>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& pair) {
    return std::find(span.attributes.begin(), span.attributes.end(), pair) !=
               span.attributes.end() ||
           std::find(span.resource.begin(), span.resource.end(), pair) != span.resource.end();
  });
}

bool MayMatch(const SpanStore::Meta& meta, const SpanQuery& query) {
  if (meta.longest_ns < query.min_duration_ns) return false;
  if (query.status == model::SpanStatus::kError && meta.errors == 0) return false;
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
  VEDETTE_TRY(store->horizon_ms_,
              ReadHorizon(db, options.log_family, HorizonKey(), [&] { ++store->damaged_; }));
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
                                       uint64_t first_unsealed, uint64_t& damaged,
                                       const std::function<base::Result<bool>(BlockRef)>& visit) {
  const auto damage = [&] {
    ++damaged_;
    ++damaged;
  };
  const auto look = [&](std::string_view place, std::string_view value) -> base::Result<bool> {
    const std::optional<uint64_t> generation = GenerationOf(place);
    auto meta = Meta::Parse(value);
    if (!meta.ok() || !generation) {
      damage();
      return true;
    }
    if (*generation >= first_unsealed || meta->min_start_ms > to_ms) return true;
    return visit({std::string(place), *std::move(meta)});
  };
  return WalkBack(db_, options_.block_family, tenant, kMeta, from_ms, look, damage);
}

base::Result<> SpanStore::ReadBlock(const std::string& tenant, const BlockRef& block,
                                    uint64_t& damaged,
                                    const std::function<void(const SpanRow&)>& visit) {
  const auto body = db_.Get(options_.block_family, PartPrefix(tenant, kBody) + block.place);
  if (!body.ok() && body.error().code != base::ErrorCode::kDataLoss) return body.error();
  const auto damage = [&]() -> base::Result<> {
    ++damaged_;
    ++damaged;
    return {};
  };
  if (!body.ok() || !body->has_value()) return damage();
  std::string_view rest = **body;
  const auto raw = ReadCompressed(rest);
  if (!raw.ok()) return damage();
  for (std::string_view bytes = *raw; !bytes.empty();) {
    std::string_view value;
    const bool sized = ReadSized(bytes, value);
    const auto row = sized ? ReadSpanRow(value) : std::nullopt;
    if (!row.has_value()) return damage();
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
  VEDETTE_TRY_VOID(ForEachBlock(query.tenant, from_ms, to_ms, view.first_unsealed, page.damaged,
                                [&](BlockRef block) -> base::Result<bool> {
                                  if (!MayMatch(block.meta, query)) return true;
                                  if (spans >= options_.scan_records_max &&
                                      block.meta.max_start_ms < to_ms) {
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
      ++page.damaged;
      return;
    }
    if (!HasAttributes(*span, query.attributes)) return;
    newest.Add(start_ms, row.id(), 256 + row.bytes.size(), *std::move(span));
  };
  for (const auto& batch : view.batches) {
    for (const SpanRow& row : batch->rows()) take(row);
  }
  for (const BlockRef& block : blocks) {
    if (!newest.Wants(block.meta.max_start_ms)) break;
    VEDETTE_TRY_VOID(ReadBlock(query.tenant, block, page.damaged, take));
  }
  page.records = newest.Take(query.tenant, Kind::kSpan, page.next_cursor);
  if (page.next_cursor.empty() && slice_from > from_ms) {
    page.next_cursor = EncodeCursor(query.tenant, Kind::kSpan, slice_from, "");
  }
  return page;
}

base::Result<Page<model::Span>> SpanStore::Trace(const model::TenantName& tenant,
                                                 std::string_view trace_id) {
  Page<model::Span> page;
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
  PartReader filters(db_, options_.block_family, tenant, kFilter);
  VEDETTE_TRY_VOID(ForEachBlock(tenant, horizon_ms, INT64_MAX, view.first_unsealed, page.damaged,
                                [&](const BlockRef& block) -> base::Result<bool> {
                                  const auto filter = filters.Read(block.place);
                                  if (filter.has_value() && !MayHoldWord(*filter, hash)) {
                                    return true;
                                  }
                                  VEDETTE_TRY_VOID(ReadBlock(tenant, block, page.damaged, take));
                                  return true;
                                }));
  for (const auto& batch : view.batches) {
    for (const SpanRow& row : batch->rows()) take(row);
  }
  for (auto& [id, span] : found) page.records.push_back(std::move(span));
  std::sort(page.records.begin(), page.records.end(),
            [](const model::Span& a, const model::Span& b) {
              return std::tie(a.start_ns, a.span_id) < std::tie(b.start_ns, b.span_id);
            });
  return page;
}

base::Result<std::vector<SpanOperation>> SpanStore::Operations(const model::TenantName& tenant,
                                                               base::TimePoint from,
                                                               base::TimePoint to) {
  VEDETTE_TRY_VOID(CheckRange(tenant, from, to));
  std::set<SpanOperation> found;
  uint64_t damaged = 0;  // counted by the store: names of operations help, and need not be all
  const auto view = log_.Look(tenant);
  const auto add = [&](const SpanRow& row) {
    found.insert({std::string(row.view.service), std::string(row.view.message)});
  };
  VEDETTE_TRY_VOID(
      ForEachBlock(tenant, std::max(base::ToMillis(from), horizon_ms_.load()), base::ToMillis(to),
                   view.first_unsealed, damaged, [&](const BlockRef& block) -> base::Result<bool> {
                     found.insert(block.meta.operations.begin(), block.meta.operations.end());
                     if (block.meta.operations.empty()) {
                       VEDETTE_TRY_VOID(ReadBlock(tenant, block, damaged, add));
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
  const int64_t from_ms = std::max(base::ToMillis(from), horizon_ms_.load());
  const int64_t to_ms = base::ToMillis(to);
  CallGraph calls(options_.edge_spans_max);
  const auto add = [&](const SpanRow& row) {
    if (row.start_ms() >= from_ms && row.start_ms() <= to_ms) calls.Add(row);
  };
  const auto view = log_.Look(tenant);
  for (auto batch = view.batches.rbegin(); batch != view.batches.rend(); ++batch) {
    for (const SpanRow& row : (*batch)->rows()) add(row);
  }
  uint64_t damaged = 0;  // counted by the store
  VEDETTE_TRY_VOID(ForEachBlock(tenant, from_ms, to_ms, view.first_unsealed, damaged,
                                [&](const BlockRef& block) -> base::Result<bool> {
                                  if (calls.full()) return false;
                                  VEDETTE_TRY_VOID(ReadBlock(tenant, block, damaged, add));
                                  return true;
                                }));
  return calls.Edges();
}

// -- Sealing

void SpanStore::AddBlock(std::string_view tenant, uint64_t generation, uint64_t number,
                         const std::vector<const SpanRow*>& rows, kv::Batch& out, Sealed& sealed) {
  Meta meta;
  meta.rows = rows.size();
  meta.min_start_ms = rows.front()->start_ms();
  meta.max_start_ms = rows.back()->start_ms();
  std::string raw;
  WordSet traces;
  std::set<SpanOperation> operations;
  for (const SpanRow* row : rows) {
    AppendSized(raw, row->bytes);
    traces.Add(StableHash(row->trace_id));
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
    out.Put(options_.block_family, PartKey(tenant, part, meta.max_start_ms, generation, number),
            bytes);
    sealed.bytes += bytes.size();
  };
  ++sealed.blocks;
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
  Sealed sealed;
  for (auto& [tenant, rows] : tenants) {
    std::sort(rows.begin(), rows.end(), Older);
    uint64_t number = 0;
    size_t bytes = 0;
    std::vector<const SpanRow*> block;
    for (const SpanRow* row : rows) {
      block.push_back(row);
      bytes += row->bytes.size();
      if (bytes < options_.block_bytes_max && row != rows.back()) continue;
      AddBlock(tenant, generation->number, number++, block, out, sealed);
      block.clear();
      bytes = 0;
    }
  }
  log_.DeleteKeys(*generation, out);
  VEDETTE_TRY_VOID(db_.Write(out, options_.durability));
  log_.Retire();
  blocks_sealed_ += sealed.blocks;
  bytes_sealed_ += sealed.bytes;
  return {};
}

// -- Deleting

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
  kv::Batch batch;
  PutHorizon(options_.log_family, HorizonKey(), horizon_ms, batch);
  VEDETTE_TRY(const uint64_t old,
              DeleteBefore(db_, options_.block_family, kParts, kMeta, horizon_ms, batch));
  dropped_ += old;
  return db_.Write(batch, options_.durability);
}

}  // namespace vedette::records
