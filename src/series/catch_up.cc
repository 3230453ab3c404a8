#include "series/catch_up.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "series/selection.h"

namespace vedette::series {
namespace {

constexpr uint32_t kSlotsPerSlice = 64;
constexpr size_t kReplayedMax = 100'000;

// The samples after a time as the observer saw them, in order, stored ones among them. False when
// they cannot be had.
bool ReadAll(const ShardState& state, const Slot& slot, int64_t after_ms, SampleColumns& out) {
  const auto selection = std::make_shared<Selection>(
      Selection::Range{.from_ms = after_ms == INT64_MIN ? INT64_MIN : after_ms + 1, .late = false},
      state.around.db, state.around.families, state.around.metrics.corrupt);
  selection->Add(slot);
  std::vector<std::unique_ptr<SelectedSeries>> series;
  selection->MoveInto(series);
  return series.front()->Read(out, kReplayedMax).ok() && out.histograms.empty();
}

// Whether samples after the time are in closed or stored chunks.
bool HasMore(const Slot& slot, int64_t after_ms) {
  if (after_ms == kReplayMemoryOnly || slot.has_histograms) return false;
  return slot.chunked_ms() > after_ms || slot.disk_max_t_ms > after_ms;
}

bool ReadOpenChunk(const Slot& slot, SampleColumns& out) {
  if (slot.chunk.empty()) return false;
  std::string bytes;
  slot.chunk.Encode(bytes);
  return DecodeChunk(bytes, INT64_MIN, INT64_MAX, out).ok();
}

}  // namespace

void CatchUp::Slice() {
  const uint32_t end = std::min(end_, next_ + kSlotsPerSlice);
  for (; next_ < end; ++next_) {
    if (state_.head.slot(next_).live) Tell(state_, next_);
  }
}

void CatchUp::Tell(ShardState& state, uint32_t index) {
  Slot& slot = state.head.slot(index);
  if (slot.observed) return;
  slot.observed = true;
  const auto untold = state.untold.extract(index);
  state.observer->OnSeries(index, slot.tenant->name, slot.labels());
  SampleColumns samples;
  const int64_t after_ms = state.observer->ReplayAfter(index);
  if (!HasMore(slot, after_ms) || !ReadAll(state, slot, after_ms, samples)) {
    samples.Clear();
    if (!ReadOpenChunk(slot, samples)) return;
  }
  std::vector<ObservedSample> observed;
  observed.reserve(samples.t_ms.size());
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    observed.push_back({index, samples.t_ms[i], samples.values[i]});
  }
  const int64_t from_ms = untold.empty() ? INT64_MAX : untold.mapped();
  const auto begin = std::find_if(observed.begin(), observed.end(),
                                  [&](const ObservedSample& s) { return s.t_ms >= from_ms; });
  if (begin != observed.begin()) state.observer->OnSamples({observed.begin(), begin}, false);
  if (begin != observed.end()) state.observer->OnUntold({begin, observed.end()});
}

}  // namespace vedette::series
