// How a shard's detector tells who still sends: see SourceBoard.

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "detect/detector.h"
#include "detect/source_board.h"

namespace vedette::detect {
namespace {

constexpr uint32_t kHeardPerTick = 8192;  // series that are looked at

}  // namespace

int64_t ShardDetector::LastOf(uint32_t slot) const {
  const uint32_t index = slots_[slot];
  const bool judged =
      index != kUnwatched && watches_[index].signal.reading != baseline::Reading::kSkip;
  return AsOf(judged ? watches_[index].series.state.last_ms : known_[slot].last_ms);
}

// Some series in turn, beside the way of the samples, which costs those nothing.
void ShardDetector::TellSources() {
  if (shared_.sources == nullptr) return;
  const auto own = shared_.sources->own_names();
  std::map<std::pair<uint32_t, std::string_view>, int64_t> heard;  // tenant and name
  const auto end = static_cast<uint32_t>(known_.size());
  for (uint32_t looked = 0; looked < std::min(end, kHeardPerTick); ++looked) {
    if (next_heard_ >= end) next_heard_ = 0;
    const uint32_t slot = next_heard_++;
    const Known& known = known_[slot];
    if (known.labels.empty()) continue;
    const int64_t last_ms = LastOf(slot);
    if (last_ms == 0) continue;
    const auto labels = model::LabelsView::FromCanonical(known.labels);
    const std::string_view name = SourceOf(labels);
    if (name.empty()) continue;
    if (SourceBoard::IsOwn(*own, tenants_[known.tenant], labels.metric_name())) continue;
    int64_t& newest_ms = heard[{known.tenant, name}];
    newest_ms = std::max(newest_ms, last_ms);
  }
  for (const auto& [source, last_ms] : heard) {
    shared_.sources->Heard(tenants_[source.first], "metrics", source.second,
                           base::FromMillis(last_ms));
  }
}

}  // namespace vedette::detect
