#include <algorithm>
#include <bit>
#include <utility>

#include "series/head.h"

// The parts of Head that keep native histograms: beside the floats of a series, in chunks of their
// own, so that either can be the newest.

namespace vedette::series {
namespace {

bool Earlier(const HistogramSample& sample, int64_t t_ms) { return sample.t_ms < t_ms; }

std::shared_ptr<const model::Histogram> HistogramIn(std::string_view bytes, int64_t t_ms) {
  std::vector<HistogramSample> found;
  if (!DecodeHistogramChunk(bytes, t_ms, t_ms, found).ok() || found.empty()) return nullptr;
  return found[0].histogram;
}

}  // namespace

bool Head::ApplyHistogram(uint32_t index, const HistogramSample& sample) {
  Slot& slot = this->slot(index);
  slot.dirty = true;
  slot.age = 0;
  slot.has_histograms = true;
  slot.first_t_ms = std::min(slot.first_t_ms, sample.t_ms);
  SlotExtras& extras = slot.Extras();
  const OpenHistogramChunk& open = extras.histograms;
  if (!open.empty() && sample.t_ms <= open.max_t_ms()) {
    auto& late = extras.late_histograms;
    const auto place = std::lower_bound(late.begin(), late.end(), sample.t_ms, Earlier);
    if (place != late.end() && place->t_ms == sample.t_ms) return false;
    late.insert(place, sample);
    if (late.size() >= chunk_samples_) SpillHistograms(index);
    return false;
  }
  if (!open.empty() && (open.count() >= chunk_samples_ || open.bytes() >= kHistogramChunkBytes ||
                        BucketOf(sample.t_ms) != BucketOf(open.min_t_ms()))) {
    CloseHistograms(index);
  }
  const size_t before = open.memory_bytes();
  extras.histograms.Append(sample);
  memory_bytes_ += open.memory_bytes() - before;
  if (sample.t_ms < slot.newest_t_ms) return true;  // there is a newer float
  slot.SetNewest(sample.t_ms, std::bit_cast<uint64_t>(sample.histogram->sum), true);
  return true;
}

void Head::CloseHistograms(uint32_t index) {
  OpenHistogramChunk& chunk = slot(index).extras->histograms;
  memory_bytes_ -= chunk.memory_bytes();
  AddClosed(index, ChunkKind::kHistograms, chunk);
}

void Head::SpillHistograms(uint32_t index) {
  const std::vector<HistogramSample> late = std::exchange(slot(index).extras->late_histograms, {});
  OpenHistogramChunk chunk;
  for (const HistogramSample& sample : late) {
    if (!chunk.empty() && BucketOf(sample.t_ms) != BucketOf(chunk.min_t_ms())) {
      AddClosed(index, ChunkKind::kHistograms, chunk);
    }
    chunk.Append(sample);
  }
  AddClosed(index, ChunkKind::kHistograms, chunk);
}

std::shared_ptr<const model::Histogram> Head::HistogramAt(uint32_t index, int64_t t_ms) const {
  const Slot& slot = this->slot(index);
  if (slot.extras == nullptr) return nullptr;
  const SlotExtras& extras = *slot.extras;
  const auto late =
      std::lower_bound(extras.late_histograms.begin(), extras.late_histograms.end(), t_ms, Earlier);
  if (late != extras.late_histograms.end() && late->t_ms == t_ms) return late->histogram;
  if (!extras.histograms.empty() && t_ms >= extras.histograms.min_t_ms() &&
      t_ms <= extras.histograms.max_t_ms()) {
    std::string bytes;
    extras.histograms.Encode(bytes);
    if (auto found = HistogramIn(bytes, t_ms)) return found;
  }
  for (const ClosedChunk& chunk : extras.closed) {
    if (chunk.kind != ChunkKind::kHistograms) continue;
    if (t_ms < chunk.min_t_ms || t_ms > chunk.max_t_ms) continue;
    if (auto found = HistogramIn(chunk.bytes, t_ms)) return found;
  }
  return nullptr;
}

base::Result<> Head::RestoreHistograms(uint32_t index, const HeadRecord& record) {
  if (!record.has_histograms) return {};
  Slot& slot = this->slot(index);
  slot.has_histograms = true;
  if (!record.late_histograms.empty()) slot.Extras().late_histograms = record.late_histograms;
  if (record.open_histograms.empty()) return {};
  std::vector<HistogramSample> samples;
  VEDETTE_TRY_VOID(DecodeHistogramChunk(record.open_histograms, INT64_MIN, INT64_MAX, samples));
  OpenHistogramChunk& chunk = slot.Extras().histograms;
  for (const HistogramSample& sample : samples) chunk.Append(sample);
  memory_bytes_ += chunk.memory_bytes();
  RestoreNewest(index);
  return {};
}

}  // namespace vedette::series
