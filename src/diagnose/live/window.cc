#include "diagnose/live/window.h"

#include <algorithm>
#include <cstddef>

namespace vedette::diagnose::live {
namespace {

struct Beginning {
  base::TimePoint first;
  base::TimePoint last;
};

// The one that most share, the earlier one of equals; nothing without anomalies.
std::optional<Beginning> BeginningOf(const std::vector<model::Anomaly>& anomalies) {
  std::vector<base::TimePoint> starts;
  for (const model::Anomaly& anomaly : anomalies) starts.push_back(anomaly.started_at);
  std::sort(starts.begin(), starts.end());
  std::optional<Beginning> beginning;
  size_t most = 0;
  for (size_t first = 0, i = 0; i < starts.size(); ++i) {
    if (i > 0 && starts[i] - starts[i - 1] > kBeginningPauseMax) first = i;
    if (i - first + 1 <= most) continue;
    most = i - first + 1;
    beginning = {.first = starts[first], .last = starts[i]};
  }
  return beginning;
}

// A rule may look at hours: it stays long after what it tells of.
bool IsRule(const model::Anomaly& anomaly) {
  return anomaly.kind == model::AnomalyKind::kRule || anomaly.kind == model::AnomalyKind::kAlert;
}

}  // namespace

base::TimePoint OnsetOf(const std::vector<model::Anomaly>& anomalies, base::TimePoint opened) {
  const std::optional<Beginning> beginning = BeginningOf(anomalies);
  return beginning ? beginning->first : opened;
}

std::optional<base::TimePoint> EndOf(const std::vector<model::Anomaly>& anomalies) {
  const std::optional<Beginning> beginning = BeginningOf(anomalies);
  std::vector<base::TimePoint> ends, ends_of_rules;
  for (const model::Anomaly& anomaly : anomalies) {
    if (anomaly.started_at < beginning->first || anomaly.started_at > beginning->last) continue;
    const bool open = anomaly.state == model::AnomalyState::kOpen || !anomaly.ended_at;
    (IsRule(anomaly) ? ends_of_rules : ends)
        .push_back(open ? base::TimePoint::max() : *anomaly.ended_at);
  }
  if (ends.empty()) ends.swap(ends_of_rules);
  if (ends.empty()) return std::nullopt;
  // Of an even number both in the middle must have ended.
  std::sort(ends.begin(), ends.end());
  if (ends[ends.size() / 2] == base::TimePoint::max()) return std::nullopt;
  return ends[(ends.size() - 1) / 2];
}

}  // namespace vedette::diagnose::live
