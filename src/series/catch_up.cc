#include "series/catch_up.h"

#include <algorithm>
#include <string>
#include <vector>

namespace vedette::series {
namespace {

constexpr uint32_t kSlotsPerSlice = 64;

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
  state.observer->OnSeries(index, slot.tenant->name, slot.labels());
  if (slot.chunk.empty()) return;
  std::string bytes;
  slot.chunk.Encode(bytes);
  SampleColumns samples;
  if (!DecodeChunk(bytes, INT64_MIN, INT64_MAX, samples).ok()) return;
  std::vector<ObservedSample> observed;
  observed.reserve(samples.t_ms.size());
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    observed.push_back({index, samples.t_ms[i], samples.values[i]});
  }
  state.observer->OnSamples(observed, false);
}

}  // namespace vedette::series
