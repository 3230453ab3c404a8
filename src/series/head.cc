#include "series/head.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace vedette::series {
namespace {

static_assert(sizeof(Slot) <= 256, "four cache lines: a million series are 256 MB");

int64_t BucketEnd(int64_t t_ms) { return (BucketOf(t_ms) + 1) * kBucketMs; }

bool Earlier(const model::Sample& sample, int64_t t_ms) { return sample.t_ms < t_ms; }

// The value at this time in an encoded chunk.
std::optional<uint64_t> ValueIn(std::string_view bytes, int64_t t_ms) {
  SampleColumns found;
  if (!DecodeChunk(bytes, t_ms, t_ms, found).ok() || found.values.empty()) return std::nullopt;
  return std::bit_cast<uint64_t>(found.values[0]);
}

}  // namespace

uint32_t Head::Allocate() {
  if (!free_.empty()) {
    const uint32_t index = free_.back();
    free_.pop_back();
    return index;
  }
  if (slot_count_ % kBlock == 0) {
    blocks_.push_back(std::make_unique<Slot[]>(kBlock));
    memory_bytes_ += kBlock * sizeof(Slot);
  }
  return slot_count_++;
}

void Head::Free(uint32_t index) {
  Slot& slot = this->slot(index);
  memory_bytes_ -= slot.label_size + slot.chunk.memory_bytes();
  if (slot.extras != nullptr) memory_bytes_ -= slot.extras->histograms.memory_bytes();
  if (slot.returning) returning_.erase(index);
  slot = Slot();
  free_.push_back(index);
}

bool Head::IsSeries(uint32_t index, uint64_t hash, const Tenant* tenant,
                    std::string_view labels) const {
  const Slot& slot = this->slot(index);
  return slot.hash == hash && slot.tenant == tenant && slot.label_size == labels.size() &&
         std::memcmp(slot.label_bytes.get(), labels.data(), labels.size()) == 0;
}

uint32_t Head::Find(uint64_t hash, const Tenant* tenant, std::string_view labels) const {
  return table_.Find(hash, [&](uint32_t index) { return IsSeries(index, hash, tenant, labels); });
}

uint32_t Head::Create(uint64_t hash, Tenant* tenant, std::string_view labels, SeriesRef ref) {
  const uint32_t index = Allocate();
  Slot& slot = this->slot(index);
  slot.hash = hash;
  slot.ref = ref;
  slot.tenant = tenant;
  slot.label_bytes = std::make_unique_for_overwrite<char[]>(labels.size());
  std::memcpy(slot.label_bytes.get(), labels.data(), labels.size());
  slot.label_size = static_cast<uint32_t>(labels.size());
  memory_bytes_ += labels.size();
  table_.Insert(hash, index);
  return index;
}

void Head::Publish(uint32_t index) {
  Slot& slot = this->slot(index);
  slot.live = true;
  Index& labels = indexes_[slot.tenant->id];
  const size_t before = labels.memory_bytes();
  labels.Add(index, slot.labels());
  memory_bytes_ += labels.memory_bytes() - before;
}

uint32_t Head::Return(const Slot& series, Tenant* tenant, std::string key) {
  const uint32_t index = Create(series.hash, tenant, series.labels().bytes(), series.ref);
  Slot& slot = this->slot(index);
  slot.out_of_order_on_disk = series.out_of_order_on_disk;
  slot.has_histograms = series.has_histograms;
  slot.SetNewest(series.newest_t_ms, series.newest_bits, series.newest_is_histogram);
  slot.newest_is_unknown = series.newest_is_unknown;
  slot.first_t_ms = series.first_t_ms;
  slot.disk_max_t_ms = series.disk_max_t_ms;
  slot.next_number = series.next_number;
  MarkReturning(index, std::move(key));
  Publish(index);
  return index;
}

void Head::MarkReturning(uint32_t index, std::string key) {
  slot(index).returning = true;
  returning_.insert_or_assign(index, std::move(key));
}

void Head::Discard(uint32_t index) {
  table_.Erase(slot(index).hash, index);
  Free(index);
}

void Head::Remove(std::span<const uint32_t> slots) {
  std::map<TenantId, std::vector<uint32_t>> by_tenant;
  for (const uint32_t index : slots) by_tenant[slot(index).tenant->id].push_back(index);
  for (const auto& [tenant, gone] : by_tenant) {
    const auto found = indexes_.find(tenant);
    VEDETTE_CHECK(found != indexes_.end());
    memory_bytes_ -= found->second.memory_bytes();
    found->second.Remove(gone, [this](uint32_t index) { return slot(index).labels(); });
    memory_bytes_ += found->second.memory_bytes();
    if (!found->second.empty()) continue;
    memory_bytes_ -= found->second.memory_bytes();
    indexes_.erase(found);
  }
  for (const uint32_t index : slots) Discard(index);
}

bool Head::Apply(uint32_t index, int64_t t_ms, double value) {
  Slot& slot = this->slot(index);
  slot.dirty = true;
  slot.age = 0;
  slot.first_t_ms = std::min(slot.first_t_ms, t_ms);
  if (t_ms <= slot.in_order_after_ms()) {
    InsertOutOfOrder(index, {t_ms, value});
    return false;
  }
  const size_t before = slot.chunk.memory_bytes();
  if (slot.chunk.count() >= chunk_samples_ || t_ms >= slot.chunk_end_ms) {
    if (!slot.chunk.empty()) CloseChunk(index);
    slot.chunk_end_ms = BucketEnd(t_ms);
  }
  slot.chunk.Append(t_ms, value);
  memory_bytes_ += slot.chunk.memory_bytes() - before;
  if (t_ms < slot.newest_t_ms) return true;  // there is a newer histogram
  slot.SetNewest(t_ms, std::bit_cast<uint64_t>(value), false);
  return true;
}

template <typename Chunk>
void Head::AddClosed(uint32_t index, ChunkKind kind, Chunk& chunk) {
  Slot& slot = this->slot(index);
  ClosedChunk closed{.kind = kind,
                     .number = slot.next_number++,
                     .min_t_ms = chunk.min_t_ms(),
                     .max_t_ms = chunk.max_t_ms(),
                     .bytes = {}};
  chunk.Encode(closed.bytes);
  chunk.Clear();
  slot.Extras().closed.push_back(std::move(closed));
  if (!slot.in_closed) closed_slots_.push_back(index);
  slot.in_closed = true;
}

template void Head::AddClosed(uint32_t index, ChunkKind kind, OpenHistogramChunk& chunk);

void Head::CloseChunk(uint32_t index) { AddClosed(index, ChunkKind::kInOrder, slot(index).chunk); }

void Head::InsertOutOfOrder(uint32_t index, model::Sample sample) {
  auto& samples = slot(index).Extras().out_of_order;
  const auto place = std::lower_bound(samples.begin(), samples.end(), sample.t_ms, Earlier);
  if (place != samples.end() && place->t_ms == sample.t_ms) return;
  samples.insert(place, sample);
  if (samples.size() >= chunk_samples_) SpillOutOfOrder(index);
}

void Head::SpillOutOfOrder(uint32_t index) {
  auto samples = std::move(slot(index).Extras().out_of_order);
  slot(index).Extras().out_of_order.clear();
  OpenChunk chunk;
  for (const model::Sample& sample : samples) {
    if (!chunk.empty() && BucketOf(sample.t_ms) != BucketOf(chunk.min_t_ms())) {
      AddClosed(index, ChunkKind::kOutOfOrder, chunk);
    }
    chunk.Append(sample.t_ms, sample.value);
  }
  AddClosed(index, ChunkKind::kOutOfOrder, chunk);
}

void Head::CloseAll(uint32_t index) {
  Slot& slot = this->slot(index);
  const size_t before = slot.chunk.memory_bytes();
  if (!slot.chunk.empty()) CloseChunk(index);
  memory_bytes_ += slot.chunk.memory_bytes() - before;
  if (slot.extras == nullptr) return;
  if (!slot.extras->out_of_order.empty()) SpillOutOfOrder(index);
  if (!slot.extras->histograms.empty()) CloseHistograms(index);
  if (!slot.extras->late_histograms.empty()) SpillHistograms(index);
}

std::optional<uint64_t> Head::ValueAt(uint32_t index, int64_t t_ms) const {
  const Slot& slot = this->slot(index);
  if (!slot.chunk.empty() && t_ms >= slot.chunk.min_t_ms() && t_ms <= slot.chunk.max_t_ms()) {
    std::string bytes;
    slot.chunk.Encode(bytes);
    if (const auto found = ValueIn(bytes, t_ms)) return found;
  }
  if (slot.extras == nullptr) return std::nullopt;
  const auto& samples = slot.extras->out_of_order;
  const auto place = std::lower_bound(samples.begin(), samples.end(), t_ms, Earlier);
  if (place != samples.end() && place->t_ms == t_ms) return std::bit_cast<uint64_t>(place->value);
  for (const ClosedChunk& chunk : slot.extras->closed) {
    if (t_ms < chunk.min_t_ms || t_ms > chunk.max_t_ms) continue;
    if (const auto found = ValueIn(chunk.bytes, t_ms)) return found;
  }
  return std::nullopt;
}

void Head::RestoreNewest(uint32_t index) {
  Slot& slot = this->slot(index);
  slot.SetNewest(INT64_MIN, 0, false);
  if (!slot.chunk.empty()) {
    const auto value = ValueAt(index, slot.chunk.max_t_ms());
    VEDETTE_CHECK(value.has_value());
    slot.SetNewest(slot.chunk.max_t_ms(), *value, false);
  }
  if (slot.extras != nullptr && !slot.extras->histograms.empty() &&
      slot.extras->histograms.max_t_ms() > slot.newest_t_ms) {
    const OpenHistogramChunk& histograms = slot.extras->histograms;
    slot.SetNewest(histograms.max_t_ms(), std::bit_cast<uint64_t>(histograms.last().sum), true);
  }
  slot.SetNewestFromRest();
}

base::Result<> Head::Restore(uint32_t index, const HeadRecord& record) {
  Slot& slot = this->slot(index);
  slot.first_t_ms = record.first_t_ms;
  slot.disk_max_t_ms = record.disk_max_t_ms;
  slot.next_number = record.next_number;
  slot.out_of_order_on_disk = record.out_of_order_on_disk;
  if (!record.out_of_order.empty()) slot.Extras().out_of_order = record.out_of_order;
  VEDETTE_TRY_VOID(RestoreOpenChunk(index, record.open_chunk));
  VEDETTE_TRY_VOID(RestoreHistograms(index, record));
  slot.SetNewestFromRest();
  return {};
}

base::Result<> Head::RestoreOpenChunk(uint32_t index, std::string_view bytes) {
  if (bytes.empty()) return {};
  Slot& slot = this->slot(index);
  SampleColumns samples;
  VEDETTE_TRY_VOID(DecodeChunk(bytes, INT64_MIN, INT64_MAX, samples));
  if (BucketOf(samples.t_ms.front()) != BucketOf(samples.t_ms.back()) ||
      samples.t_ms.size() > OpenChunk::kMaxSamples) {
    return base::DataLoss("an open chunk is too long");
  }
  const size_t before = slot.chunk.memory_bytes();
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    slot.chunk.Append(samples.t_ms[i], samples.values[i]);
  }
  memory_bytes_ += slot.chunk.memory_bytes() - before;
  slot.chunk_end_ms = BucketEnd(samples.t_ms.back());
  slot.SetNewest(samples.t_ms.back(), std::bit_cast<uint64_t>(samples.values.back()), false);
  return {};
}

void Head::RestoreUnknown(uint32_t index) {
  Slot& slot = this->slot(index);
  slot.first_t_ms = kMinTimeMs;
  slot.disk_max_t_ms = kMaxTimeMs;
  slot.next_number = uint32_t{1} << 31;
  slot.out_of_order_on_disk = true;
  slot.has_histograms = true;
}

HeadRecord Head::RecordOf(uint32_t index, uint64_t applied_seq) const {
  const Slot& slot = this->slot(index);
  HeadRecord record{.applied_seq = applied_seq,
                    .first_t_ms = slot.first_t_ms,
                    .disk_max_t_ms = slot.disk_max_t_ms,
                    .next_number = slot.next_number,
                    .out_of_order_on_disk = slot.out_of_order_on_disk,
                    .open_chunk = {},
                    .out_of_order = {},
                    .has_histograms = slot.has_histograms,
                    .open_histograms = {},
                    .late_histograms = {}};
  if (!slot.chunk.empty()) slot.chunk.Encode(record.open_chunk);
  if (slot.extras == nullptr) return record;
  record.out_of_order = slot.extras->out_of_order;
  if (!slot.extras->histograms.empty()) slot.extras->histograms.Encode(record.open_histograms);
  record.late_histograms = slot.extras->late_histograms;
  for (const ClosedChunk& chunk : slot.extras->closed) {
    record.disk_max_t_ms = std::max(record.disk_max_t_ms, chunk.max_t_ms);
    if (chunk.kind == ChunkKind::kOutOfOrder) record.out_of_order_on_disk = true;
  }
  return record;
}

void Head::MarkStored(uint32_t index) {
  Slot& slot = this->slot(index);
  slot.dirty = false;
  slot.in_closed = false;
  if (slot.returning) returning_.erase(index);
  slot.returning = false;
  if (slot.extras == nullptr) return;
  for (const ClosedChunk& chunk : slot.extras->closed) {
    slot.disk_max_t_ms = std::max(slot.disk_max_t_ms, chunk.max_t_ms);
    if (chunk.kind == ChunkKind::kOutOfOrder) slot.out_of_order_on_disk = true;
  }
  slot.extras->closed.clear();
  if (slot.extras->empty()) slot.extras.reset();
}

void Head::DropBefore(int64_t oldest_ms) {
  for (uint32_t index = 0; index < slot_count_; ++index) {
    Slot& slot = this->slot(index);
    if (!slot.live || slot.extras == nullptr) continue;
    std::erase_if(slot.extras->closed,
                  [&](const ClosedChunk& chunk) { return chunk.min_t_ms < oldest_ms; });
    std::erase_if(slot.extras->out_of_order,
                  [&](const model::Sample& sample) { return sample.t_ms < oldest_ms; });
    std::erase_if(slot.extras->late_histograms,
                  [&](const HistogramSample& sample) { return sample.t_ms < oldest_ms; });
  }
}

Index::Slots Head::Select(const Tenant* tenant, const std::vector<model::Matcher>& matchers) const {
  const Index* index = IndexOf(tenant);
  if (index == nullptr) return {};
  return index->Find(matchers, [this](uint32_t slot_index) { return slot(slot_index).labels(); });
}

const Index* Head::IndexOf(const Tenant* tenant) const {
  const auto found = indexes_.find(tenant->id);
  return found == indexes_.end() ? nullptr : &found->second;
}

}  // namespace vedette::series
