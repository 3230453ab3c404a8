#include "diagnose/live/window.h"

#include <algorithm>
#include <cstddef>
#include <tuple>

namespace vedette::diagnose::live {
namespace {

constexpr base::Duration kAftermath = std::chrono::minutes(2);  // rates look back over it

// A rule may look at hours: it stays long after what it tells of.
bool IsRule(const model::Anomaly& anomaly) {
  return anomaly.kind == model::AnomalyKind::kRule || anomaly.kind == model::AnomalyKind::kAlert;
}

bool IsOpen(const model::Anomaly& anomaly) {
  return anomaly.state == model::AnomalyState::kOpen || !anomaly.ended_at;
}

// Anomalies that began together.
struct Beginning {
  base::TimePoint first;
  base::TimePoint last;
  int worst_open = -1;  // its severity; -1: all is over
  size_t open = 0;
  size_t count = 0;

  void Add(const model::Anomaly& anomaly, bool may_hold) {
    last = anomaly.started_at;
    ++count;
    if (!may_hold || !IsOpen(anomaly)) return;
    ++open;
    worst_open = std::max(worst_open, static_cast<int>(anomaly.severity));
  }
  bool MattersMoreThan(const Beginning& other) const {
    return std::tuple(worst_open, open, count) >
           std::tuple(other.worst_open, other.open, other.count);
  }
};

// See OnsetOf; nothing without anomalies.
std::optional<Beginning> BeginningOf(const std::vector<model::Anomaly>& anomalies) {
  std::vector<const model::Anomaly*> sorted;
  for (const model::Anomaly& anomaly : anomalies) sorted.push_back(&anomaly);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->started_at < b->started_at; });
  const bool only_rules = std::all_of(anomalies.begin(), anomalies.end(), IsRule);
  std::vector<Beginning> beginnings;
  for (const model::Anomaly* anomaly : sorted) {
    const bool together =
        !beginnings.empty() && anomaly->started_at - beginnings.back().last <= kBeginningPauseMax;
    if (!together) beginnings.push_back({.first = anomaly->started_at, .last = {}});
    beginnings.back().Add(*anomaly, only_rules || !IsRule(*anomaly));
  }
  if (beginnings.empty()) return std::nullopt;
  // The first of equals.
  return *std::max_element(
      beginnings.begin(), beginnings.end(),
      [](const Beginning& a, const Beginning& b) { return b.MattersMoreThan(a); });
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
    (IsRule(anomaly) ? ends_of_rules : ends)
        .push_back(IsOpen(anomaly) ? base::TimePoint::max() : *anomaly.ended_at);
  }
  if (ends.empty()) ends.swap(ends_of_rules);
  if (ends.empty()) return std::nullopt;
  // Of an even number both in the middle must have ended.
  std::sort(ends.begin(), ends.end());
  if (ends[ends.size() / 2] == base::TimePoint::max()) return std::nullopt;
  return ends[(ends.size() - 1) / 2];
}

std::vector<Stretch> TroublesBefore(const std::vector<model::Anomaly>& anomalies,
                                    base::TimePoint onset) {
  std::vector<Stretch> all;
  for (const model::Anomaly& anomaly : anomalies) {
    if (IsRule(anomaly) || IsOpen(anomaly) || anomaly.severity < model::Severity::kWarning)
      continue;
    if (anomaly.started_at >= onset - kBeginningPauseMax || *anomaly.ended_at > onset) continue;
    all.push_back({anomaly.started_at, std::min(*anomaly.ended_at + kAftermath, onset)});
  }
  std::sort(all.begin(), all.end(),
            [](const Stretch& a, const Stretch& b) { return a.from < b.from; });
  std::vector<Stretch> apart;
  for (const Stretch& stretch : all) {
    if (apart.empty() || stretch.from > apart.back().to) {
      apart.push_back(stretch);
    } else {
      apart.back().to = std::max(apart.back().to, stretch.to);
    }
  }
  return apart;
}

}  // namespace vedette::diagnose::live
