#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "kv/db.h"
#include "model/service_edge.h"
#include "records/batch_log.h"
#include "records/span_batch.h"
#include "records/store.h"

namespace vedette::records {

struct SpanStoreOptions {
  kv::Family log_family = 0;
  kv::Family block_family = 0;
  kv::Durability durability = kv::Durability::kProcess;
  size_t seal_bytes = 24 << 20;
  size_t block_bytes_max = 1 << 20;  // of spans before compression
  size_t record_bytes_max = 4 << 20;
  size_t page_records_max = 10'000;
  size_t page_bytes_max = 32 << 20;
  size_t scan_records_max = 500'000;  // that one page looks at, but for those in memory
  size_t trace_spans_max = 20'000;    // of one trace, as it is answered
  size_t edge_spans_max = 1'000'000;  // that Edges looks at
};

// Spans: appended to a log as log lines are, sealed into compressed blocks by start. A block knows
// its times, its services with their operations, its longest span, and by a filter its traces.
// Thread-safe; blocks on the disk.
class SpanStore {
 public:
  static base::Result<std::unique_ptr<SpanStore>> Open(kv::Db& db, SpanStoreOptions options);

  base::Result<> Append(const model::TenantName& tenant, const std::vector<model::Span>& spans);
  base::Result<Page<model::Span>> Query(const SpanQuery& query);
  base::Result<Page<model::Span>> Trace(const model::TenantName& tenant, std::string_view trace_id);
  base::Result<std::vector<SpanOperation>> Operations(const model::TenantName& tenant,
                                                      base::TimePoint from, base::TimePoint to);
  base::Result<std::vector<model::ServiceEdge>> Edges(const model::TenantName& tenant,
                                                      base::TimePoint from, base::TimePoint to);

  bool WantsSeal() const { return log_.active_bytes() >= options_.seal_bytes; }
  size_t waiting_bytes() const { return log_.active_bytes(); }
  // There is so much that an append must wait until it is sealed.
  bool IsFull() const { return log_.active_bytes() >= 3 * options_.seal_bytes; }
  base::Result<> Seal() EXCLUDES(seal_mutex_);
  base::Result<> DeleteTenant(const model::TenantName& tenant) EXCLUDES(seal_mutex_);
  base::Result<> DropBefore(int64_t horizon_ms) EXCLUDES(seal_mutex_);

  uint64_t appended() const { return appended_; }
  uint64_t damaged() const { return damaged_; }
  uint64_t blocks_sealed() const { return blocks_sealed_; }
  uint64_t bytes_sealed() const { return bytes_sealed_; }
  uint64_t dropped() const { return dropped_; }  // blocks older than what is kept

  // What a block says of itself.
  struct Meta {
    uint64_t rows = 0;
    int64_t min_start_ms = 0;
    int64_t max_start_ms = 0;
    int64_t longest_ns = 0;
    uint64_t errors = 0;
    std::vector<SpanOperation> operations;  // empty: too many to name

    std::string Encode() const;
    static base::Result<Meta> Parse(std::string_view bytes);
  };

 private:
  struct Sealed {
    uint64_t blocks = 0;
    uint64_t bytes = 0;
  };
  struct BlockRef {
    std::string place;  // the key behind the part
    Meta meta;
  };

  SpanStore(kv::Db& db, const SpanStoreOptions& options);
  base::Result<> ForEachBlock(const std::string& tenant, int64_t from_ms, int64_t to_ms,
                              uint64_t first_unsealed, uint64_t& damaged,
                              const std::function<base::Result<bool>(BlockRef)>& visit);
  base::Result<> ReadBlock(const std::string& tenant, const BlockRef& block, uint64_t& damaged,
                           const std::function<void(const SpanRow&)>& visit);
  void AddBlock(std::string_view tenant, uint64_t generation, uint64_t number,
                const std::vector<const SpanRow*>& rows, kv::Batch& out, Sealed& sealed);

  kv::Db& db_;
  const SpanStoreOptions options_;
  BatchLog<SpanBatch> log_;
  std::atomic<int64_t> horizon_ms_{INT64_MIN};
  base::Mutex seal_mutex_;
  std::atomic<uint64_t> appended_{0};
  std::atomic<uint64_t> damaged_{0};
  std::atomic<uint64_t> blocks_sealed_{0};
  std::atomic<uint64_t> bytes_sealed_{0};
  std::atomic<uint64_t> dropped_{0};
};

}  // namespace vedette::records
