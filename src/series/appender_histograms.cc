#include <algorithm>
#include <bit>
#include <utility>

#include "series/appender.h"

// The parts of Appender for what few requests have: native histograms and exemplars.

namespace vedette::series {
namespace {

// Those of one entry: both lists stand in the order of the entries.
template <typename Item>
std::span<const Item> OfEntry(std::span<const Item> all, uint32_t entry) {
  const auto [first, last] = std::ranges::equal_range(all, entry, {}, &Item::entry);
  return {first, last};
}

// Also of a series that came back from the disk, of which memory has the newest sample alone.
bool IsNewestFloat(const Slot& slot, int64_t t_ms) {
  return t_ms == slot.newest_t_ms && !slot.newest_is_unknown && !slot.newest_is_histogram;
}

}  // namespace

// A series can change from floats to histograms and back within one request: in order of time.
void Appender::CheckMixedEntry(const SubBatch& work, size_t item, uint32_t index) {
  const uint32_t entry = work.items[item].entry;
  const auto samples = work.batch->samples(work.batch->entries()[entry]);
  auto sample = samples.begin();
  const auto check_floats_before = [&](int64_t t_ms) {
    for (; sample != samples.end() && sample->t_ms < t_ms; ++sample) {
      if (Admit(work, item, sample->t_ms, index)) CheckSample(work, index, *sample);
    }
  };
  for (const auto& [_, t_ms, histogram] : OfEntry(work.batch->histograms(), entry)) {
    check_floats_before(t_ms);
    const uint64_t refused = report_.refused();
    if (Admit(work, item, t_ms, index)) {
      CheckHistogram(work, index, {t_ms, std::make_shared<const model::Histogram>(histogram)});
    }
    report_.refused_histograms += report_.refused() - refused;
  }
  check_floats_before(INT64_MAX);
  if (work.items[item].has_exemplars) NoteExemplars(work, item, index);
}

void Appender::CheckHistogram(const SubBatch& work, uint32_t index, HistogramSample sample) {
  Slot& slot = state_.head.slot(index);
  if (sample.t_ms > slot.newest_t_ms) {
    slot.SetNewest(sample.t_ms, std::bit_cast<uint64_t>(sample.histogram->sum), true);
    AcceptHistogram(index, std::move(sample));
  } else if (const model::Histogram* known = KnownHistogram(index, sample.t_ms)) {
    if (*known == *sample.histogram) {
      CountDuplicate();
    } else {
      RefuseConflicting(index, sample.t_ms);
    }
  } else if (KnownValue(index, sample.t_ms).has_value() || IsNewestFloat(slot, sample.t_ms)) {
    RefuseConflicting(index, sample.t_ms);
  } else if (!OutsideWindow(work, index, sample.t_ms)) {
    AcceptHistogram(index, std::move(sample));
  }
}

const model::Histogram* Appender::KnownHistogram(uint32_t index, int64_t t_ms) {
  const auto accepted = histogram_values_.find(SlotTime(index, t_ms));
  if (accepted != histogram_values_.end()) return accepted->second.get();
  found_ = state_.head.HistogramAt(index, t_ms);
  return found_.get();
}

void Appender::AcceptHistogram(uint32_t index, HistogramSample sample) {
  state_.head.slot(index).has_histograms = true;
  histogram_values_.emplace(SlotTime(index, sample.t_ms), sample.histogram);
  histograms_.push_back({index, std::move(sample)});
  ++report_.accepted;
}

void Appender::ApplyHistograms() {
  for (const AcceptedHistogram& accepted : histograms_) {
    state_.head.ApplyHistogram(accepted.slot, accepted.sample);
  }
}

// An exemplar alone makes no series.
void Appender::NoteExemplars(const SubBatch& work, size_t item, uint32_t index) {
  if (index == SlotTable::kNone) return;
  for (const auto& [_, exemplar] : OfEntry(work.batch->exemplars(), work.items[item].entry)) {
    exemplars_.emplace_back(index, &exemplar);
  }
}

void Appender::KeepExemplars() {
  for (const auto& [slot, exemplar] : exemplars_) {
    if (state_.exemplars.Add(slot, *exemplar)) ++report_.exemplars;
  }
}

}  // namespace vedette::series
