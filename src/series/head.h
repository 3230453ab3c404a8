#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/labels.h"
#include "model/sample.h"
#include "series/chunk.h"
#include "series/format.h"
#include "series/histogram_chunk.h"
#include "series/index.h"
#include "series/slot_table.h"
#include "series/tenants.h"

namespace vedette::series {

// A chunk that is complete but not stored yet.
struct ClosedChunk {
  ChunkKind kind = ChunkKind::kInOrder;
  uint32_t number = 0;
  int64_t min_t_ms = 0;
  int64_t max_t_ms = 0;
  std::string bytes;
};

// What few series have at a time, kept apart from what every sample touches.
struct SlotExtras {
  std::vector<ClosedChunk> closed;          // by number
  std::vector<model::Sample> out_of_order;  // ascending, no time twice
  OpenHistogramChunk histograms;
  std::vector<HistogramSample> late_histograms;  // ascending, no time twice

  bool empty() const {
    return closed.empty() && out_of_order.empty() && histograms.empty() && late_histograms.empty();
  }
};

// One series in memory. The first 64 bytes are what a lookup and the checks of a sample need.
struct alignas(64) Slot {
  uint64_t hash = 0;
  SeriesRef ref = 0;
  std::unique_ptr<char[]> label_bytes;
  uint32_t label_size = 0;
  bool live : 1 = false;
  bool dirty : 1 = false;      // has changes that no head record holds
  bool in_closed : 1 = false;  // in the list of slots with closed chunks
  bool out_of_order_on_disk : 1 = false;
  bool observed : 1 = false;             // the observer knows the series
  bool has_histograms : 1 = false;       // now or ever
  bool newest_is_histogram : 1 = false;  // then newest_bits are those of its sum
  bool newest_is_unknown : 1 = false;    // the newest sample is stored, its value not at hand
  bool returning : 1 = false;            // the disk may not have it among those in memory
  uint8_t age : 3 = 0;                   // sweeps since its last sample (idle.h)
  Tenant* tenant = nullptr;
  int64_t newest_t_ms = INT64_MIN;  // also of samples that are being appended right now
  uint64_t newest_bits = 0;
  int64_t chunk_end_ms = INT64_MIN;  // end of the open chunk's bucket

  OpenChunk chunk;
  int64_t first_t_ms = INT64_MAX;     // oldest sample of the series
  int64_t disk_max_t_ms = INT64_MIN;  // newest sample in stored chunks
  uint32_t next_number = 0;           // of the next chunk
  uint32_t returned = 0;              // which return to memory of the shard its last one was
  std::unique_ptr<SlotExtras> extras;

  model::LabelsView labels() const {
    return model::LabelsView::FromCanonical({label_bytes.get(), label_size});
  }
  // The newest sample in memory or on disk.
  int64_t last_t_ms() const { return newest_t_ms > disk_max_t_ms ? newest_t_ms : disk_max_t_ms; }
  // Samples up to here come out of order. Without an open chunk those before count, unless their
  // end is unknown.
  int64_t in_order_after_ms() const { return chunk.empty() ? chunked_ms() : chunk.max_t_ms(); }
  int64_t chunked_ms() const {
    int64_t t_ms = disk_max_t_ms == kMaxTimeMs ? INT64_MIN : disk_max_t_ms;
    if (extras == nullptr) return t_ms;
    for (const ClosedChunk& closed : extras->closed) t_ms = std::max(t_ms, closed.max_t_ms);
    return t_ms;
  }
  bool Overlaps(int64_t from_ms, int64_t to_ms) const {
    return first_t_ms <= to_ms && last_t_ms() >= from_ms;
  }
  void SetNewest(int64_t t_ms, uint64_t bits, bool is_histogram) {
    newest_t_ms = t_ms;
    newest_bits = bits;
    newest_is_histogram = is_histogram;
    newest_is_unknown = false;
  }
  // When it is among those that are in no open chunk (the newer ones were deleted).
  void SetNewestFromRest() {
    int64_t t_ms = chunked_ms();
    if (extras != nullptr && !extras->out_of_order.empty()) {
      t_ms = std::max(t_ms, extras->out_of_order.back().t_ms);
    }
    if (extras != nullptr && !extras->late_histograms.empty()) {
      t_ms = std::max(t_ms, extras->late_histograms.back().t_ms);
    }
    if (t_ms <= newest_t_ms) return;
    newest_t_ms = t_ms;
    newest_is_unknown = true;
  }
  SlotExtras& Extras() {
    if (extras == nullptr) extras = std::make_unique<SlotExtras>();
    return *extras;
  }
};

// The series of one shard in memory: their slots, how to find them, and the samples that are not
// in stored chunks. Slots are dense numbers, used again after Remove. Not thread-safe: it belongs
// to its shard's thread.
class Head {
 public:
  explicit Head(uint32_t chunk_samples) : chunk_samples_(chunk_samples) {}

  Slot& slot(uint32_t index) { return blocks_[index / kBlock][index % kBlock]; }
  const Slot& slot(uint32_t index) const { return blocks_[index / kBlock][index % kBlock]; }
  // Slots are below this; not all of them are live.
  uint32_t slot_count() const { return slot_count_; }
  size_t series() const { return table_.size(); }
  size_t memory_bytes() const { return memory_bytes_ + table_.memory_bytes(); }

  void PrefetchCell(uint64_t hash) const { table_.Prefetch(hash); }
  // A slot that may be the series: its hash ends in the same way. Or SlotTable::kNone.
  uint32_t Guess(uint64_t hash) const {
    return table_.Find(hash, [](uint32_t) { return true; });
  }
  bool IsSeries(uint32_t index, uint64_t hash, const Tenant* tenant, std::string_view labels) const;
  uint32_t Find(uint64_t hash, const Tenant* tenant, std::string_view labels) const;

  // A new slot that lookups find; selections see it after Publish. REQUIRES: it is not there.
  uint32_t Create(uint64_t hash, Tenant* tenant, std::string_view labels, SeriesRef ref);
  void Publish(uint32_t index);
  // Takes back a Create that was not published.
  void Discard(uint32_t index);
  // Makes a slot of a series that was cold (cold.h), which the disk has under `key`. Published.
  uint32_t Return(const Slot& series, Tenant* tenant, std::string key);
  // Notes that the disk may have a series under `key` among the cold ones (nowhere, if it is
  // empty), although it is in memory: the next write is to put it right.
  void MarkReturning(uint32_t index, std::string key);
  // The slots of which that is so, with their keys.
  const std::map<uint32_t, std::string>& returning() const { return returning_; }
  // Forgets series. REQUIRES: ascending, live, published.
  void Remove(std::span<const uint32_t> slots);

  // Adds a sample: to the open chunk when it is the newest, else to the out-of-order samples,
  // where the first of equal times stays. Sets the newest sample too. True when it was in order.
  bool Apply(uint32_t index, int64_t t_ms, double value);
  // The value at this time, if memory has it. Decodes: not for the hot path.
  std::optional<uint64_t> ValueAt(uint32_t index, int64_t t_ms) const;
  // The same for histograms. True when it was in order.
  bool ApplyHistogram(uint32_t index, const HistogramSample& sample);
  std::shared_ptr<const model::Histogram> HistogramAt(uint32_t index, int64_t t_ms) const;
  // Makes the newest sample again what has been applied or stored, after a failed append.
  void RestoreNewest(uint32_t index);

  // Fills a slot from its head record. Error: kDataLoss.
  base::Result<> Restore(uint32_t index, const HeadRecord& record);
  // For a series whose head record is damaged: anything may be in its stored chunks.
  void RestoreUnknown(uint32_t index);
  // The record of a slot as it will be when its closed chunks are stored.
  HeadRecord RecordOf(uint32_t index, uint64_t applied_seq) const;
  // That record and the closed chunks are stored.
  void MarkStored(uint32_t index);
  // Closes all that is open, for a series that is to leave memory.
  void CloseAll(uint32_t index);
  // Slots with closed chunks, to be taken and stored. May name a slot that has none any more.
  std::vector<uint32_t>& closed_slots() { return closed_slots_; }

  // Deletes the samples with from <= t <= to. `disk_*` are the times of the oldest and newest
  // sample that is left in stored chunks. True when memory still holds some. Error: kDataLoss.
  base::Result<bool> DeleteSamples(uint32_t index, int64_t from_ms, int64_t to_ms,
                                   int64_t disk_min_t_ms, int64_t disk_max_t_ms);

  // Drops closed chunks and out-of-order samples before the begin of a bucket.
  void DropBefore(int64_t oldest_ms);

  // The slots of a tenant for which all matchers hold, ascending.
  Index::Slots Select(const Tenant* tenant, const std::vector<model::Matcher>& matchers) const;
  const Index* IndexOf(const Tenant* tenant) const;

 private:
  static constexpr uint32_t kBlock = 1024;

  uint32_t Allocate();
  void Free(uint32_t index);
  void CloseChunk(uint32_t index);
  void InsertOutOfOrder(uint32_t index, model::Sample sample);
  void SpillOutOfOrder(uint32_t index);
  void CloseHistograms(uint32_t index);
  void SpillHistograms(uint32_t index);
  template <typename Chunk>
  void AddClosed(uint32_t index, ChunkKind kind, Chunk& chunk);
  base::Result<> DeleteFromExtras(SlotExtras& extras, int64_t from_ms, int64_t to_ms);
  static int64_t FirstInMemory(const Slot& slot);
  base::Result<> RestoreOpenChunk(uint32_t index, std::string_view bytes);
  base::Result<> RestoreHistograms(uint32_t index, const HeadRecord& record);

  const uint32_t chunk_samples_;
  std::vector<std::unique_ptr<Slot[]>> blocks_;
  uint32_t slot_count_ = 0;
  std::vector<uint32_t> free_;
  SlotTable table_;
  std::map<TenantId, Index> indexes_;
  std::vector<uint32_t> closed_slots_;
  std::map<uint32_t, std::string> returning_;
  size_t memory_bytes_ = 0;  // of slots, labels, their indexes and open chunks
};

}  // namespace vedette::series
