#include <algorithm>
#include <utility>

#include "series/head.h"

// The part of Head that deletes samples of a time range.

namespace vedette::series {
namespace {

struct Range {
  int64_t from_ms;
  int64_t to_ms;
  bool Has(int64_t t_ms) const { return t_ms >= from_ms && t_ms <= to_ms; }
  bool Touches(int64_t min_t_ms, int64_t max_t_ms) const {
    return min_t_ms <= to_ms && max_t_ms >= from_ms;
  }
};

// What is left of an encoded chunk of floats.
base::Result<OpenChunk> RestOf(std::string_view bytes, const Range& range) {
  SampleColumns samples;
  VEDETTE_TRY_VOID(DecodeChunk(bytes, INT64_MIN, INT64_MAX, samples));
  OpenChunk rest;
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    if (!range.Has(samples.t_ms[i])) rest.Append(samples.t_ms[i], samples.values[i]);
  }
  return rest;
}

base::Result<OpenHistogramChunk> RestOfHistograms(std::string_view bytes, const Range& range) {
  std::vector<HistogramSample> samples;
  VEDETTE_TRY_VOID(DecodeHistogramChunk(bytes, INT64_MIN, INT64_MAX, samples));
  OpenHistogramChunk rest;
  for (const HistogramSample& sample : samples) {
    if (!range.Has(sample.t_ms)) rest.Append(sample);
  }
  return rest;
}

template <typename Chunk>
bool Replace(ClosedChunk& closed, const Chunk& rest) {
  if (rest.empty()) return false;
  closed.min_t_ms = rest.min_t_ms();
  closed.max_t_ms = rest.max_t_ms();
  closed.bytes.clear();
  rest.Encode(closed.bytes);
  return true;
}

// Chunks of which nothing is left go.
base::Result<> DeleteFromClosed(std::vector<ClosedChunk>& closed, const Range& range) {
  std::vector<ClosedChunk> kept;
  for (ClosedChunk& chunk : closed) {
    bool keep = true;
    if (range.Touches(chunk.min_t_ms, chunk.max_t_ms)) {
      if (chunk.kind == ChunkKind::kHistograms) {
        VEDETTE_TRY(const OpenHistogramChunk rest, RestOfHistograms(chunk.bytes, range));
        keep = Replace(chunk, rest);
      } else {
        VEDETTE_TRY(const OpenChunk rest, RestOf(chunk.bytes, range));
        keep = Replace(chunk, rest);
      }
    }
    if (keep) kept.push_back(std::move(chunk));
  }
  closed = std::move(kept);
  return {};
}

}  // namespace

base::Result<bool> Head::DeleteSamples(uint32_t index, int64_t from_ms, int64_t to_ms,
                                       int64_t disk_min_t_ms, int64_t disk_max_t_ms) {
  const Range range{from_ms, to_ms};
  Slot& slot = this->slot(index);
  slot.dirty = true;
  std::string bytes;
  if (!slot.chunk.empty() && range.Touches(slot.chunk.min_t_ms(), slot.chunk.max_t_ms())) {
    slot.chunk.Encode(bytes);
    VEDETTE_TRY(OpenChunk rest, RestOf(bytes, range));
    memory_bytes_ -= slot.chunk.memory_bytes();
    slot.chunk = std::move(rest);
    if (slot.chunk.empty()) slot.chunk_end_ms = INT64_MIN;
    memory_bytes_ += slot.chunk.memory_bytes();
  }
  if (slot.extras != nullptr) VEDETTE_TRY_VOID(DeleteFromExtras(*slot.extras, from_ms, to_ms));
  slot.disk_max_t_ms = disk_max_t_ms;
  slot.first_t_ms = std::min(disk_min_t_ms, FirstInMemory(slot));
  RestoreNewest(index);
  return !slot.chunk.empty() || (slot.extras != nullptr && !slot.extras->empty());
}

base::Result<> Head::DeleteFromExtras(SlotExtras& extras, int64_t from_ms, int64_t to_ms) {
  const Range range{from_ms, to_ms};
  const auto gone = [&](const auto& sample) { return range.Has(sample.t_ms); };
  VEDETTE_TRY_VOID(DeleteFromClosed(extras.closed, range));
  std::erase_if(extras.out_of_order, gone);
  std::erase_if(extras.late_histograms, gone);
  OpenHistogramChunk& open = extras.histograms;
  if (open.empty() || !range.Touches(open.min_t_ms(), open.max_t_ms())) return {};
  std::string bytes;
  open.Encode(bytes);
  VEDETTE_TRY(OpenHistogramChunk rest, RestOfHistograms(bytes, range));
  memory_bytes_ -= open.memory_bytes();
  open = std::move(rest);
  memory_bytes_ += open.memory_bytes();
  return {};
}

int64_t Head::FirstInMemory(const Slot& slot) {
  int64_t first_ms = slot.chunk.empty() ? INT64_MAX : slot.chunk.min_t_ms();
  if (slot.extras == nullptr) return first_ms;
  const SlotExtras& extras = *slot.extras;
  const auto take = [&](int64_t t_ms) { first_ms = std::min(first_ms, t_ms); };
  for (const ClosedChunk& chunk : extras.closed) take(chunk.min_t_ms);
  if (!extras.out_of_order.empty()) take(extras.out_of_order.front().t_ms);
  if (!extras.late_histograms.empty()) take(extras.late_histograms.front().t_ms);
  if (!extras.histograms.empty()) take(extras.histograms.min_t_ms());
  return first_ms;
}

}  // namespace vedette::series
