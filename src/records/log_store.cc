#include "records/log_store.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "records/block_walk.h"
#include "records/cursor.h"
#include "records/format.h"
#include "records/newest.h"
#include "records/row_groups.h"

namespace vedette::records {
namespace {

constexpr char kBatchKind = 'l';
constexpr char kMeta = 'm';
constexpr char kHead = 'h';
constexpr char kBody = 'b';
constexpr char kFilter = 'f';
constexpr std::string_view kParts = "bfhm";
constexpr char kMinerPart = 'p';

std::string HorizonKey() { return std::string("h") + kBatchKind; }

// The condition of a query as one tree.
LogCondition ConditionOf(const LogQuery& query) {
  std::vector<LogCondition> parts;
  if (!query.service.empty()) parts.push_back(LogCondition::FieldIs("service", query.service));
  if (query.min_level.has_value()) parts.push_back(LogCondition::MinLevel(*query.min_level));
  if (!query.text.empty()) parts.push_back(LogCondition::Part(query.text));
  if (query.condition != nullptr) parts.push_back(*query.condition);
  return LogCondition::And(std::move(parts));
}

base::Error Stopped() {
  return base::ResourceExhausted(
      "the query's limit of time or bytes ended it before its newest lines were found; narrow its "
      "range or its condition");
}

size_t SizeOf(const model::LogRecord& record) {
  size_t bytes = 128 + record.id.size() + record.service.size() + record.message.size() +
                 record.trace_id.size();
  for (const auto& [name, value] : record.fields) bytes += name.size() + value.size() + 32;
  return bytes;
}

}  // namespace

// Reads the lines of one block that fulfil a condition.
class LogStore::Reader {
 public:
  Reader(LogStore& store, const std::string& tenant, const LogMatcher& matcher, bool details)
      : store_(store), tenant_(tenant), matcher_(matcher), details_(details) {}

  // Newest first; `visit` returns false to end. Damage is counted and ends the block.
  void Read(const BlockRef& ref, int64_t from_ms, int64_t to_ms,
            const std::function<bool(const LogLine&)>& visit) {
    VerdictedBlock verdicted;
    if (base::Result<> loaded = Load(ref, verdicted); !loaded.ok()) {
      base::IgnoreError(loaded, "counted, and told with the answer");
      ++report.damaged;
      ++store_.damaged_;
      return;
    }
    if (verdicted.block == nullptr) return;
    const LogBlock& block = *verdicted.block;
    BlockLine line(block);
    for (size_t row = block.rows(); row-- > 0;) {
      const int64_t time_ms = block.time_ms(row);
      if (time_ms < from_ms) break;
      const Verdict verdict = verdicted.verdicts[block.shape_of(row)];
      if (time_ms > to_ms || verdict == Verdict::kNo) continue;
      line.MoveTo(row);
      ++report.lines_scanned;
      if (verdict == Verdict::kMaybe && !matcher_.Matches(line)) continue;
      if (!visit(line)) return;
    }
  }

  ScanReport report;

 private:
  struct VerdictedBlock {
    std::unique_ptr<LogBlock> block;  // null when no line of it is wanted
    std::vector<Verdict> verdicts;    // by shape
  };

  base::Result<std::string> Part(const BlockRef& ref, char part) {
    VEDETTE_TRY(auto bytes, store_.db_.Get(store_.options_.block_family,
                                           PartPrefix(tenant_, part) + ref.place));
    if (!bytes.has_value()) return base::DataLoss("a part of a block is missing");
    report.bytes_read += bytes->size();
    return *std::move(bytes);
  }

  base::Result<> Load(const BlockRef& ref, VerdictedBlock& out) {
    VEDETTE_TRY(const std::string head, Part(ref, kHead));
    VEDETTE_TRY(std::unique_ptr<LogBlock> block, LogBlock::ParseHead(ref.meta, head));
    bool any = false;
    bool maybe = false;
    const auto judge = [&] {
      any = maybe = false;
      out.verdicts.resize(block->shapes().size());
      for (size_t i = 0; i < out.verdicts.size(); ++i) {
        // With the body, only what could not be judged without it is there to be judged again.
        if (!block->has_body() || out.verdicts[i] == Verdict::kMaybe) {
          out.verdicts[i] = matcher_.OfShape(*block, i);
        }
        any |= out.verdicts[i] != Verdict::kNo;
        maybe |= out.verdicts[i] == Verdict::kMaybe;
      }
    };
    judge();
    if (!any) return {};
    if (details_ || (maybe && matcher_.NeedsDetails())) {
      VEDETTE_TRY(const std::string body, Part(ref, kBody));
      WantedParts wanted;
      wanted.fields = details_ || matcher_.NeedsFields();
      for (const Verdict verdict : out.verdicts) wanted.shapes.push_back(verdict != Verdict::kNo);
      VEDETTE_TRY_VOID(block->ParseBody(body, wanted));
      if (maybe) judge();
    }
    if (any) out.block = std::move(block);
    return {};
  }

  LogStore& store_;
  const std::string& tenant_;
  const LogMatcher& matcher_;
  const bool details_;
};

LogStore::LogStore(kv::Db& db, LogStoreOptions options)
    : db_(db),
      options_(std::move(options)),
      log_(db, options_.log_family, kBatchKind, options_.durability) {}

base::Result<std::unique_ptr<LogStore>> LogStore::Open(kv::Db& db, LogStoreOptions options) {
  std::unique_ptr<LogStore> store(new LogStore(db, std::move(options)));
  VEDETTE_TRY(store->horizon_ms_, ReadHorizon(db, store->options_.log_family, HorizonKey(),
                                              [&] { ++store->damaged_; }));
  VEDETTE_TRY_VOID(store->LoadMiners());
  VEDETTE_TRY_VOID(store->log_.Recover([&](LogBatch& batch) { store->Mine(batch, false); },
                                       [&] { ++store->damaged_; }));
  return store;
}

// -- Appending

base::Result<> LogStore::LoadMiners() {
  const auto tenants = TenantsOf(db_, options_.block_family);
  if (!tenants.ok()) return Tolerate(tenants.error(), damaged_);
  base::MutexLock lock(miners_mutex_);
  for (const std::string& tenant : *tenants) {
    const auto bytes = db_.Get(options_.block_family, PartPrefix(tenant, kMinerPart));
    if (!bytes.ok()) VEDETTE_TRY_VOID(Tolerate(bytes.error(), damaged_));
    auto& miner = miners_.try_emplace(tenant, PatternMiner::Options{}).first->second;
    if (!bytes.ok() || !bytes->has_value()) continue;
    if (base::Result<> loaded = miner.Load(**bytes); !loaded.ok()) {
      VEDETTE_TRY_VOID(Tolerate(loaded.error(), damaged_));
    }
  }
  return {};
}

void LogStore::Mine(LogBatch& batch, bool tell) {
  std::vector<LogPattern> fresh;
  {
    base::MutexLock lock(miners_mutex_);
    auto found = miners_.find(batch.tenant());
    if (found == miners_.end()) {
      found = miners_.try_emplace(std::string(batch.tenant()), PatternMiner::Options{}).first;
    }
    PatternMiner& miner = found->second;
    for (LogBatch::Shape& shape : batch.mutable_shapes()) {
      const LogBatch::Row& example = batch.rows()[shape.example_row];
      const std::string_view service = batch.stream(shape.stream).service;
      const PatternMiner::Found pattern = miner.Learn({.service = service,
                                                       .shape = shape.text,
                                                       .example = batch.message(example),
                                                       .first_ms = example.time_ms,
                                                       .last_ms = batch.max_time_ms(),
                                                       .count = shape.rows});
      shape.pattern = pattern.pattern;
      new_patterns_ += pattern.is_new && tell ? 1 : 0;
      if (pattern.is_new && tell && options_.on_new_pattern) {
        fresh.push_back(*miner.Find(service, pattern.pattern));
      }
    }
  }
  for (const LogPattern& pattern : fresh) {
    options_.on_new_pattern(std::string(batch.tenant()), pattern);
  }
}

base::Result<> LogStore::Append(const model::TenantName& tenant,
                                const std::vector<model::LogRecord>& records, kv::Batch also) {
  for (size_t i = 0; i < records.size(); ++i) {
    const size_t bytes = SizeOf(records[i]);
    if (bytes <= options_.record_bytes_max) continue;
    return base::InvalidArgument(
        fmt::format("the record takes {} bytes, the limit is {}", bytes, options_.record_bytes_max),
        fmt::format("logs[{}]", i));
  }
  VEDETTE_TRY(std::string bytes, LogBatch::Encode(tenant, records));
  VEDETTE_TRY(const std::shared_ptr<LogBatch> batch, LogBatch::Parse(std::move(bytes)));
  Mine(*batch, true);
  VEDETTE_TRY_VOID(log_.Append(batch, std::move(also)));
  appended_ += records.size();
  if (options_.on_append) options_.on_append(batch);
  return {};
}

// -- Reading

// The blocks that may hold wanted lines, the one with the newest line first. `visit` returns false
// to end.
base::Result<> LogStore::ForEachBlock(const std::string& tenant, int64_t from_ms, int64_t to_ms,
                                      uint64_t first_unsealed, const LogMatcher& matcher,
                                      ScanReport& report,
                                      const std::function<base::Result<bool>(BlockRef)>& visit) {
  std::optional<PartReader> filters;
  if (matcher.NeedsFilter()) filters.emplace(db_, options_.block_family, tenant, kFilter);
  const auto damaged = [&] {
    ++damaged_;
    ++report.damaged;
  };
  const auto look = [&](std::string_view place, std::string_view value) -> base::Result<bool> {
    const std::optional<uint64_t> generation = GenerationOf(place);
    auto meta = LogMeta::Parse(value);
    if (!meta.ok() || !generation) {
      damaged();
      return true;
    }
    if (*generation >= first_unsealed || meta->min_time_ms > to_ms) return true;
    if (matcher.OfMeta(*meta) == Verdict::kNo) return true;
    if (filters.has_value()) {
      const auto filter = filters->Read(place);  // without its filter, a block is read
      report.bytes_read += filter.has_value() ? filter->size() : 0;
      if (filter.has_value() && !filter->empty() &&
          matcher.OfFilter(filter->substr(1)) == Verdict::kNo) {
        return true;
      }
    }
    return visit({std::string(place), *std::move(meta)});
  };
  return WalkBack(db_, options_.block_family, tenant, kMeta, from_ms, look, damaged);
}

// Chooses what one page looks at: all blocks back to a time, which is returned, so that pages
// partition time and no line is compared twice.
base::Result<int64_t> LogStore::ChooseBlocks(const std::string& tenant, int64_t from_ms,
                                             int64_t to_ms, uint64_t first_unsealed,
                                             const LogMatcher& matcher, ScanReport& report,
                                             std::vector<BlockRef>& blocks) {
  uint64_t lines = 0;
  int64_t slice_from = from_ms;
  VEDETTE_TRY_VOID(ForEachBlock(tenant, from_ms, to_ms, first_unsealed, matcher, report,
                                [&](BlockRef block) -> base::Result<bool> {
                                  const bool enough = lines >= options_.scan_records_max ||
                                                      blocks.size() >= options_.scan_blocks_max;
                                  if (enough && block.meta.max_time_ms < to_ms) {
                                    slice_from = block.meta.max_time_ms + 1;
                                    return false;
                                  }
                                  lines += block.meta.rows;
                                  blocks.push_back(std::move(block));
                                  return true;
                                }));
  return slice_from;
}

base::Result<Page<model::LogRecord>> LogStore::Query(const LogQuery& query) {
  VEDETTE_TRY_VOID(CheckRange(query.tenant, query.from, query.to));
  if (query.limit == 0 || query.limit > options_.page_records_max) {
    return base::InvalidArgument(
        fmt::format("the limit must be 1 to {}", options_.page_records_max), "limit");
  }
  VEDETTE_TRY(const Position position, Position::Parse(query.tenant, Kind::kLog, query.cursor));
  const int64_t from_ms = std::max(base::ToMillis(query.from), horizon_ms_.load());
  const int64_t to_ms = std::min(base::ToMillis(query.to), position.newest_ms());
  Page<model::LogRecord> page;
  if (from_ms > to_ms) return page;

  const LogCondition condition = ConditionOf(query);
  const LogMatcher matcher(condition);
  const auto view = log_.Look(query.tenant);
  Reader reader(*this, query.tenant, matcher, true);
  const auto may_go_on = [&] {
    return (!query.keep_going || query.keep_going()) && reader.report.bytes_read < query.bytes_max;
  };
  std::vector<BlockRef> blocks;
  VEDETTE_TRY(int64_t slice_from, ChooseBlocks(query.tenant, from_ms, to_ms, view.first_unsealed,
                                               matcher, reader.report, blocks));
  Newest<model::LogRecord> newest(query.limit, options_.page_bytes_max);
  uint64_t scanned = 0;
  const auto take = [&](const LogLine& line) {
    if (!newest.Wants(line.time_ms())) return false;  // lines come newest first
    model::LogRecord record = line.Record();
    if (position.Before(line.time_ms(), record.id)) {
      const size_t bytes = SizeOf(record);
      newest.Add(line.time_ms(), record.id, bytes, std::move(record));
    }
    return true;
  };
  for (const auto& batch : view.batches) {
    if (batch->max_time_ms() < slice_from || batch->min_time_ms() > to_ms) continue;
    if (!may_go_on()) return Stopped();
    BatchLine line(*batch);
    for (size_t row = batch->rows().size(); row-- > 0;) {
      line.MoveTo(row);
      if (line.time_ms() < slice_from) break;
      if (line.time_ms() > to_ms) continue;
      if (!newest.Wants(line.time_ms())) break;
      ++scanned;
      if (matcher.Matches(line) && !take(line)) break;
    }
  }
  for (const BlockRef& block : blocks) {
    if (!newest.Wants(block.meta.max_time_ms)) break;
    if (!may_go_on()) {
      // What is newer than the newest line of this block is complete.
      if (block.meta.max_time_ms >= to_ms) return Stopped();
      slice_from = block.meta.max_time_ms + 1;
      newest.DropBefore(slice_from);
      break;
    }
    reader.Read(block, slice_from, to_ms, take);
  }
  scanned_ += scanned + reader.report.lines_scanned;
  page.damaged = reader.report.damaged;
  page.bytes_read = reader.report.bytes_read;
  page.records = newest.Take(query.tenant, Kind::kLog, page.next_cursor);
  if (page.next_cursor.empty() && slice_from > from_ms) {
    page.next_cursor = EncodeCursor(query.tenant, Kind::kLog, slice_from, "");
  }
  return page;
}

base::Result<ScanReport> LogStore::Scan(const LogScan& scan,
                                        const std::function<bool(const LogLine&)>& visit) {
  VEDETTE_TRY_VOID(CheckRange(scan.tenant, scan.from, scan.to));
  const int64_t from_ms = std::max(base::ToMillis(scan.from), horizon_ms_.load());
  const int64_t to_ms = base::ToMillis(scan.to);
  const LogCondition all;
  const LogMatcher matcher(scan.condition == nullptr ? all : *scan.condition);
  const auto view = log_.Look(scan.tenant);
  Reader reader(*this, scan.tenant, matcher, scan.details);
  bool go_on = true;
  const auto take = [&](const LogLine& line) { return go_on = visit(line); };
  const auto may_go_on = [&] {
    go_on = go_on && (!scan.keep_going || scan.keep_going()) &&
            reader.report.bytes_read < scan.bytes_max;
    return go_on;
  };
  for (const auto& batch : view.batches) {
    if (!may_go_on()) break;
    BatchLine line(*batch);
    for (size_t row = 0; go_on && row < batch->rows().size(); ++row) {
      line.MoveTo(row);
      if (line.time_ms() < from_ms || line.time_ms() > to_ms) continue;
      ++reader.report.lines_scanned;
      if (matcher.Matches(line)) take(line);
    }
    reader.report.bytes_read += batch->bytes();
  }
  if (go_on) {
    VEDETTE_TRY_VOID(ForEachBlock(scan.tenant, from_ms, to_ms, view.first_unsealed, matcher,
                                  reader.report, [&](const BlockRef& block) -> base::Result<bool> {
                                    if (may_go_on()) reader.Read(block, from_ms, to_ms, take);
                                    return go_on;
                                  }));
  }
  reader.report.complete = go_on;
  scanned_ += reader.report.lines_scanned;
  return reader.report;
}

std::vector<LogPattern> LogStore::Patterns(const model::TenantName& tenant) const {
  base::MutexLock lock(miners_mutex_);
  std::vector<LogPattern> patterns;
  const auto found = miners_.find(tenant);
  if (found == miners_.end()) return patterns;
  found->second.ForEach([&](const LogPattern& pattern) { patterns.push_back(pattern); });
  return patterns;
}

// -- Sealing

void LogStore::AddBlocks(std::string_view tenant, uint64_t generation,
                         const std::vector<BatchLog<LogBatch>::BatchPtr>& batches, kv::Batch& out,
                         Sealed& sealed) {
  uint64_t number = 0;
  for (const std::vector<LogRowRef>& rows : GroupRows(batches, options_.own_block_bytes)) {
    for (size_t begin = 0; begin < rows.size(); begin += options_.block_rows_max) {
      const size_t count = std::min(options_.block_rows_max, rows.size() - begin);
      const EncodedLogBlock block = EncodeLogBlock(std::span(rows).subspan(begin, count));
      const auto put = [&](char part, std::string_view bytes) {
        out.Put(options_.block_family,
                PartKey(tenant, part, block.meta.max_time_ms, generation, number), bytes);
        sealed.bytes += bytes.size();
      };
      put(kMeta, block.meta.Encode());
      put(kHead, block.head);
      put(kBody, block.body);
      put(kFilter, block.filter);
      ++number;
    }
  }
  sealed.blocks += number;
}

base::Result<> LogStore::Seal() {
  base::MutexLock lock(seal_mutex_);
  const auto generation = log_.Freeze();
  if (generation == nullptr) return {};
  std::map<std::string_view, std::vector<BatchLog<LogBatch>::BatchPtr>> tenants;
  for (const auto& [number, batch] : generation->batches) tenants[batch->tenant()].push_back(batch);
  kv::Batch out;
  Sealed sealed;
  for (const auto& [tenant, batches] : tenants) {
    AddBlocks(tenant, generation->number, batches, out, sealed);
    base::MutexLock miners_lock(miners_mutex_);
    const auto miner = miners_.find(tenant);
    if (miner == miners_.end()) continue;
    out.Put(options_.block_family, PartPrefix(tenant, kMinerPart), miner->second.Save());
  }
  log_.DeleteKeys(*generation, out);
  VEDETTE_TRY_VOID(db_.Write(out, options_.durability));
  log_.Retire();
  blocks_sealed_ += sealed.blocks;
  bytes_sealed_ += sealed.bytes;
  return {};
}

// -- Deleting

base::Result<> LogStore::DeleteTenant(const model::TenantName& tenant) {
  VEDETTE_TRY_VOID(Seal());  // what is in memory goes with the blocks
  base::MutexLock lock(seal_mutex_);
  kv::Batch batch;
  batch.DeleteRange(options_.block_family, TenantPrefix(tenant), AfterPrefix(TenantPrefix(tenant)));
  VEDETTE_TRY_VOID(db_.Write(batch, kv::Durability::kMachine));
  base::MutexLock miners_lock(miners_mutex_);
  miners_.erase(tenant);
  return {};
}

base::Result<> LogStore::DropBefore(int64_t horizon_ms) {
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

LogStore::Stats LogStore::GetStats() const {
  Stats stats;
  stats.appended = appended_;
  stats.scanned = scanned_;
  stats.damaged = damaged_;
  stats.blocks_sealed = blocks_sealed_;
  stats.bytes_sealed = bytes_sealed_;
  stats.dropped = dropped_;
  stats.new_patterns = new_patterns_;
  base::MutexLock lock(miners_mutex_);
  for (const auto& [tenant, miner] : miners_) {
    stats.patterns += miner.size();
    stats.unclassified += miner.unclassified();
  }
  return stats;
}

}  // namespace vedette::records
