#include "series/engine.h"

#include <algorithm>
#include <fmt/format.h>
#include <span>
#include <thread>
#include <utility>

#include "base/id.h"
#include "base/log.h"
#include "series/place.h"

namespace vedette::series {
namespace {

constexpr uint32_t kShardsMax = 256;
constexpr std::string_view kTogetherKey = "together";  // written with kStoreKey

double SecondsBetween(base::SteadyPoint from, base::SteadyPoint to) {
  return std::chrono::duration<double>(to - from).count();
}

base::Result<> Validate(const EngineOptions& options) {
  if (options.shards > kShardsMax) {
    return base::InvalidArgument(fmt::format("at most {} shards", kShardsMax), "shards");
  }
  if (options.chunk_samples < 2 || options.chunk_samples > OpenChunk::kMaxSamples) {
    return base::InvalidArgument(fmt::format("a chunk has 2 to {} samples", OpenChunk::kMaxSamples),
                                 "chunk_samples");
  }
  if (options.queue_tasks_max == 0) {
    return base::InvalidArgument("a queue has room for at least one task", "queue_tasks_max");
  }
  if (options.slice_series == 0 || options.closed_series_max == 0) {
    return base::InvalidArgument("a slice stores at least one series", "slice_series");
  }
  return {};
}

// Ends a task however it is left.
class TaskEnd {
 public:
  explicit TaskEnd(TaskGroup& group) : group_(group) {}
  ~TaskEnd() { group_.End(); }
  TaskEnd(const TaskEnd&) = delete;
  TaskEnd& operator=(const TaskEnd&) = delete;

 private:
  TaskGroup& group_;
};

// Moves `at` past the items of an entry; true when there are some.
template <typename Item>
bool SkipEntry(std::span<const Item> items, uint32_t entry, size_t& at) {
  const size_t before = at;
  while (at < items.size() && items[at].entry == entry) ++at;
  return at > before;
}

base::Error Busy() { return base::Unavailable("the metrics store is overloaded; try again later"); }

}  // namespace

std::vector<kv::FamilyOptions> Engine::Families() {
  return {{.name = "series_meta", .write_buffer_bytes = 1 << 20, .twice = true},
          {.name = "series", .write_buffer_bytes = 16 << 20},
          {.name = "series_log", .compress = false, .write_buffer_bytes = 64 << 20},
          {.name = "series_head", .write_buffer_bytes = 32 << 20},
          {.name = "series_chunks", .write_buffer_bytes = 32 << 20},
          {.name = "series_histograms", .write_buffer_bytes = 16 << 20},
          {.name = "series_rollups", .write_buffer_bytes = 16 << 20},
          {.name = "series_cold", .write_buffer_bytes = 16 << 20, .filtered = true}};
}

Engine::Engine(EngineOptions options, kv::Db& db, const base::Clock& clock,
               base::MetricsRegistry& registry)
    : options_(options),
      db_(db),
      clock_(clock),
      metrics_(registry),
      tenants_(db, {.first = options.first_family}, options.tenants_max),
      around_{.options = options_,
              .db = db,
              .tenants = tenants_,
              .metrics = metrics_,
              .families = {.first = options.first_family}} {}

base::Result<std::unique_ptr<Engine>> Engine::Open(EngineOptions options, kv::Db& db,
                                                   const base::Clock& clock,
                                                   ObserverFactory observers,
                                                   base::MetricsRegistry& registry) {
  VEDETTE_TRY_VOID(Validate(options));
  std::unique_ptr<Engine> engine(new Engine(options, db, clock, registry));  // NOLINT: private
  VEDETTE_TRY_VOID(engine->Prepare());
  VEDETTE_TRY_VOID(engine->StartShards(observers));
  VEDETTE_TRY_VOID(engine->FinishRemovals());
  return engine;
}

Engine::~Engine() = default;

base::Result<> Engine::Prepare() {
  const kv::Family meta = around_.families.Of(FamilyName::kMeta);
  VEDETTE_TRY(const auto stored, db_.Get(meta, kStoreKey));
  StoreRecord record;
  if (stored.has_value()) {
    VEDETTE_TRY(record, DecodeStore(*stored));
  } else {
    record.shards = options_.shards != 0
                        ? options_.shards
                        : std::clamp(std::thread::hardware_concurrency(), 1u, kShardsMax);
    base::FillSecureRandom(std::as_writable_bytes(std::span(&record.hash_seed, 1)));
    kv::Batch batch;
    batch.Put(meta, kStoreKey, EncodeStore(record));
    batch.Put(meta, kTogetherKey, EncodeNumber(1));
    VEDETTE_TRY_VOID(db_.Write(batch, kv::Durability::kMachine));
  }
  if (record.shards > kShardsMax) return base::DataLoss("the number of shards is damaged");
  around_.shards = record.shards;
  around_.hash_seed = record.hash_seed;
  hash_ = std::make_unique<SeriesHash>(record.hash_seed);
  VEDETTE_TRY(const auto together, db_.Get(meta, kTogetherKey));
  buckets_together_ = together.has_value();
  return tenants_.Load();
}

base::Result<> Engine::StartShards(const ObserverFactory& observers) {
  int64_t oldest_ms = kMinTimeMs;
  VEDETTE_TRY(const auto horizon, db_.Get(around_.families.Of(FamilyName::kMeta), kHorizonKey));
  if (horizon.has_value()) {
    VEDETTE_TRY(const uint64_t number, DecodeNumber(*horizon));
    oldest_ms = static_cast<int64_t>(number);
  }
  for (uint32_t i = 0; i < around_.shards; ++i) {
    shards_.push_back(
        std::make_unique<Shard>(around_, i, clock_, observers ? observers(i) : nullptr));
  }
  // Recovery takes what it takes: no deadline.
  TaskGroup group(shards_.size());
  std::vector<base::Result<>> results(shards_.size());
  for (size_t i = 0; i < shards_.size(); ++i) {
    const bool submitted = shards_[i]->Submit([&, i](Shard& shard) {
      if (!group.Begin()) return;
      const TaskEnd end(group);
      shard.DropBuckets(oldest_ms);
      results[i] = shard.Recover(*hash_);
    });
    VEDETTE_CHECK(submitted);
  }
  VEDETTE_CHECK(group.WaitUntil(base::SteadyPoint::max()));
  for (const base::Result<>& result : results) {
    if (!result.ok()) return result.error().With("recovering the metrics store");
  }
  return {};
}

// -- Appending

std::vector<SubBatch> Engine::Partition(Tenant* tenant, const model::WriteBatch& batch,
                                        const AppendLimits& limits) const {
  const auto entries = batch.entries();
  std::vector<SubBatch> parts(around_.shards);
  for (SubBatch& part : parts) {
    part.tenant = tenant;
    part.batch = &batch;
    part.limits = &limits;
    part.items.reserve(entries.size() / around_.shards + entries.size() / 16 + 8);
  }
  size_t histogram = 0;
  size_t exemplar = 0;
  for (uint32_t i = 0; i < entries.size(); ++i) {
    const bool has_histograms = SkipEntry(batch.histograms(), i, histogram);
    const bool has_exemplars = SkipEntry(batch.exemplars(), i, exemplar);
    if (entries[i].samples == 0 && !has_histograms && !has_exemplars) continue;
    const model::LabelsView labels = batch.labels(entries[i]);
    const uint64_t hash = (*hash_)(tenant->id, labels.bytes());
    const uint64_t place = buckets_together_ ? PlaceOf(*hash_, hash, tenant->id, labels) : hash;
    parts[ShardOf(place, around_.shards)].items.push_back({hash, i, has_histograms, has_exemplars});
  }
  return parts;
}

base::Result<AppendReport> Engine::AppendParts(std::vector<SubBatch> parts) {
  // Tasks that were given up look at the group later, so it lives as long as they do; the parts
  // and results they only touch between Begin and End.
  struct Call {
    explicit Call(size_t tasks) : group(tasks) {}
    TaskGroup group;
    std::vector<SubBatch> parts;
    std::vector<base::Result<AppendReport>> results;
  };
  std::vector<Shard*> owners;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].items.empty()) owners.push_back(shards_[i].get());
  }
  std::erase_if(parts, [](const SubBatch& part) { return part.items.empty(); });
  for (const Shard* owner : owners) {
    if (owner->HasRoom()) continue;
    metrics_.queue_refusals.Add();
    return Busy();
  }
  const auto call = std::make_shared<Call>(parts.size());
  call->parts = std::move(parts);
  call->results.assign(owners.size(), base::Internal("an append ended without a result"));
  for (size_t i = 0; i < owners.size(); ++i) {
    const bool submitted = owners[i]->Submit([call, i](Shard& shard) {
      if (!call->group.Begin()) return;
      const TaskEnd end(call->group);
      call->results[i] = shard.Append(call->parts[i]);
    });
    if (submitted) continue;
    metrics_.queue_refusals.Add();
    call->group.GiveUp();
    break;
  }
  if (!call->group.WaitUntil(Deadline())) return Busy();
  AppendReport sum;
  for (const base::Result<AppendReport>& result : call->results) {
    if (!result.ok()) return result.error();
    sum.accepted += result->accepted;
    sum.duplicates += result->duplicates;
    sum.out_of_order += result->out_of_order;
    sum.conflicting += result->conflicting;
    sum.too_new += result->too_new;
    sum.over_series_limit += result->over_series_limit;
    sum.refused_histograms += result->refused_histograms;
    sum.new_series += result->new_series;
    sum.exemplars += result->exemplars;
    if (sum.first_refusal.empty()) sum.first_refusal = result->first_refusal;
    sum.refused_entries.insert(sum.refused_entries.end(), result->refused_entries.begin(),
                               result->refused_entries.end());
  }
  return sum;
}

base::Result<AppendReport> Engine::Append(const model::TenantName& tenant,
                                          const model::WriteBatch& batch,
                                          const AppendLimits& limits) {
  if (batch.empty()) return AppendReport();
  const base::SteadyPoint start = waits_.Steady();
  VEDETTE_TRY(Tenant * known, tenants_.FindOrCreate(tenant));
  base::Result<AppendReport> report = AppendParts(Partition(known, batch, limits));
  if (!report.ok()) metrics_.append_errors.Add();
  metrics_.append_seconds.Observe(SecondsBetween(start, waits_.Steady()));
  return report;
}

StoreStats Engine::Stats() {
  StoreStats stats;
  for (const auto& shard : shards_) {
    stats.active_series += shard->series();
    stats.samples_appended += shard->samples();
    stats.chunks_written += shard->chunks();
    stats.head_bytes += shard->head_bytes();
  }
  stats.disk_bytes = db_.GetStats().disk_bytes;
  return stats;
}

}  // namespace vedette::series
