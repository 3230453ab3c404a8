#include "diagnose/live/window.h"

#include <algorithm>
#include <cstddef>

namespace vedette::diagnose::live {

base::TimePoint OnsetOf(const std::vector<model::Anomaly>& anomalies, base::TimePoint opened) {
  std::vector<base::TimePoint> starts;
  for (const model::Anomaly& anomaly : anomalies) starts.push_back(anomaly.started_at);
  std::sort(starts.begin(), starts.end());
  base::TimePoint onset = opened;
  size_t most = 0;
  for (size_t first = 0, i = 0; i < starts.size(); ++i) {
    if (i > 0 && starts[i] - starts[i - 1] > kBeginningPauseMax) first = i;
    if (i - first + 1 > most) {
      most = i - first + 1;
      onset = starts[first];
    }
  }
  return onset;
}

std::optional<base::TimePoint> EndOf(const std::vector<model::Anomaly>& anomalies) {
  std::vector<base::TimePoint> ends;
  for (const model::Anomaly& anomaly : anomalies) {
    if (anomaly.state == model::AnomalyState::kOpen) return std::nullopt;
    if (anomaly.ended_at) ends.push_back(*anomaly.ended_at);
  }
  if (ends.empty()) return std::nullopt;
  const auto middle = ends.begin() + static_cast<std::ptrdiff_t>((ends.size() - 1) / 2);
  std::nth_element(ends.begin(), middle, ends.end());
  return *middle;
}

}  // namespace vedette::diagnose::live
