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

// Some series in turn, beside the way of the samples, which costs those nothing.
void ShardDetector::TellSources() {
  if (shared_.sources == nullptr) return;
  const auto own = shared_.sources->own_names();
  std::map<std::pair<uint32_t, std::string_view>, int64_t> heard;  // tenant and name
  const uint32_t end = watches_.end();
  for (uint32_t looked = 0; looked < std::min(end, kHeardPerTick); ++looked) {
    if (next_heard_ >= end) next_heard_ = 0;
    const Watch& watch = watches_[next_heard_++];
    const int64_t last_ms = watch.series.state.last_ms;
    if (watch.labels.empty() || last_ms == 0) continue;
    const auto labels = model::LabelsView::FromCanonical(watch.labels);
    const std::string_view name = SourceOf(labels);
    if (name.empty()) continue;
    if (SourceBoard::IsOwn(*own, tenants_[watch.tenant], labels.metric_name())) continue;
    int64_t& known = heard[{watch.tenant, name}];
    known = std::max(known, last_ms);
  }
  for (const auto& [source, last_ms] : heard) {
    shared_.sources->Heard(tenants_[source.first], "metrics", source.second,
                           base::FromMillis(last_ms));
  }
}

}  // namespace vedette::detect
