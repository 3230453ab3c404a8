#include "diagnose/span_time.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include "diagnose/robust.h"

namespace vedette::diagnose {
namespace {

constexpr size_t kMinCalls = 3;
constexpr size_t kMinUsual = 2;
constexpr double kMinRatio = 1.5;
constexpr double kUsualHigh = 0.9;  // quantile of the usual times that the median must exceed
constexpr double kAllCalls = 0.8;   // share of slower callees from which the caller is the cause
constexpr double kExplains = 0.3;   // of an entity's added time, by somebody it calls
constexpr double kHolds = 1;  // times a caller's usual duration: what it waits so long for fills it
constexpr double kSmallestTime = 1;  // in the unit of the spans, against divisions by nothing

// Work: own time of an operation (no callee), or the time between a call and the callee's answer.
struct Work {
  std::string entity;
  std::string callee;
  std::string operation;
  auto operator<=>(const Work&) const = default;
};
using Times = std::map<Work, std::vector<double>>;

Times TimesOf(const TraceSet& set) {
  std::vector<double> children(set.spans.size(), 0);
  std::vector<const Span*> remote(set.spans.size(), nullptr);
  for (const Span& span : set.spans) {
    if (span.parent < 0) continue;
    const auto parent = static_cast<size_t>(span.parent);
    if (!std::isnan(span.duration)) children[parent] += span.duration;
    if (span.entity != set.spans[parent].entity && !remote[parent]) remote[parent] = &span;
  }
  Times times;
  for (size_t i = 0; i < set.spans.size(); ++i) {
    const Span& span = set.spans[i];
    if (std::isnan(span.duration)) continue;
    const double own = std::max(0.0, span.duration - children[i]);
    if (remote[i]) {
      times[{span.entity, remote[i]->entity, remote[i]->operation}].push_back(own);
    } else {
      times[{span.entity, "", span.operation}].push_back(own);
    }
  }
  return times;
}

// How long requests to an entity take, with all that it waits for.
std::map<std::string, std::vector<double>> RequestsOf(const TraceSet& set) {
  std::map<std::string, std::vector<double>> requests;
  for (const Span& span : set.spans) {
    if (std::isnan(span.duration)) continue;
    if (span.parent >= 0 && set.spans[static_cast<size_t>(span.parent)].entity == span.entity) {
      continue;
    }
    requests[span.entity].push_back(span.duration);
  }
  return requests;
}

struct Slower {
  Work work;
  double usual = 0;
  double now = 0;
  double added = 0;  // over all calls
  double trust = 0;  // 1 - 1 / the fewer of the calls compared: two calls are half a proof
};

double High(std::vector<double> values) {
  const auto at = static_cast<size_t>(kUsualHigh * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(at), values.end());
  return values[at];
}

class TimeRanker {
 public:
  TimeRanker(const TraceSet& usual, const TraceSet& now)
      : now_(now),
        usual_times_(TimesOf(usual)),
        usual_requests_(RequestsOf(usual)),
        requests_(RequestsOf(now)) {}

  std::vector<SlowEntity> Run();

 private:
  void Compare();
  std::string Blamed(const Slower& slower) const;
  std::set<std::string> CalledBy(const std::string& entity) const;
  bool Holds(const std::string& entity, double added) const;

  const TraceSet& now_;
  Times usual_times_;
  const std::map<std::string, std::vector<double>> usual_requests_;  // durations, by entity
  const std::map<std::string, std::vector<double>> requests_;
  std::vector<Slower> slower_;
  std::map<std::string, std::set<std::string>> callees_;  // with times to compare
  std::map<std::string, std::set<std::string>> slow_callees_;
};

void TimeRanker::Compare() {
  for (const auto& [work, times] : TimesOf(now_)) {
    const auto usual = usual_times_.find(work);
    if (usual == usual_times_.end()) continue;
    if (times.size() < kMinCalls || usual->second.size() < kMinUsual) continue;
    if (!work.callee.empty()) callees_[work.entity].insert(work.callee);
    const double before = std::max(Median(usual->second), kSmallestTime), after = Median(times);
    if (after <= kMinRatio * before || after < High(usual->second)) continue;
    if (!work.callee.empty()) slow_callees_[work.entity].insert(work.callee);
    const auto calls = static_cast<double>(times.size());
    const double fewer = std::min(calls, static_cast<double>(usual->second.size()));
    slower_.push_back({work, before, after, (after - before) * calls, 1 - 1 / fewer});
  }
}

std::string TimeRanker::Blamed(const Slower& slower) const {
  if (slower.work.callee.empty()) return slower.work.entity;
  const size_t all = callees_.at(slower.work.entity).size();
  const size_t slow = slow_callees_.at(slower.work.entity).size();
  const bool everywhere =
      all >= 2 && static_cast<double>(slow) >= kAllCalls * static_cast<double>(all);
  return everywhere ? slower.work.entity : slower.work.callee;
}

// Everybody that the entity calls, directly or not.
std::set<std::string> TimeRanker::CalledBy(const std::string& entity) const {
  std::set<std::string> reached;
  std::vector<std::string> next = {entity};
  while (!next.empty()) {
    const auto callees = callees_.find(next.back());
    next.pop_back();
    if (callees == callees_.end()) continue;
    for (const std::string& callee : callees->second) {
      if (callee != entity && reached.insert(callee).second) next.push_back(callee);
    }
  }
  return reached;
}

// Whether that much time, spread over the entity's requests, keeps each of them for as long again
// as it usually takes. Then its workers are held by those that it waits for, and that others wait
// for a worker is no time of its own, however long.
bool TimeRanker::Holds(const std::string& entity, double added) const {
  const auto usual = usual_requests_.find(entity);
  const auto now = requests_.find(entity);
  if (usual == usual_requests_.end() || now == requests_.end()) return false;
  const double each = added / static_cast<double>(now->second.size());
  return each >= kHolds * std::max(Median(usual->second), kSmallestTime);
}

std::vector<SlowEntity> TimeRanker::Run() {
  Compare();
  std::map<std::string, double> added;
  std::map<std::string, const Slower*> slowest;
  for (const Slower& slower : slower_) {
    const std::string entity = Blamed(slower);
    added[entity] += slower.added;
    const Slower*& most = slowest[entity];
    if (!most || slower.added > most->added) most = &slower;
  }
  double all = 0;
  std::map<std::string, double> left = added;
  for (auto& [entity, time] : left) {
    for (const std::string& callee : CalledBy(entity)) {
      const auto other = added.find(callee);
      if (other == added.end()) continue;
      if (other->second >= kExplains * added[entity] || Holds(entity, other->second)) time = 0;
    }
    all += time;
  }
  std::vector<SlowEntity> ranking;
  for (const auto& [entity, time] : left) {
    if (time <= 0) continue;
    const Slower& most = *slowest[entity];
    ranking.push_back({.entity = entity,
                       .score = most.trust * std::log(most.now / most.usual) * time / all,
                       .network = !most.work.callee.empty(),
                       .operation = most.work.operation,
                       .peer = most.work.callee == entity ? most.work.entity : most.work.callee,
                       .usual = most.usual,
                       .now = most.now});
  }
  std::sort(ranking.begin(), ranking.end(), [](const SlowEntity& a, const SlowEntity& b) {
    return std::tie(b.score, a.entity) < std::tie(a.score, b.entity);
  });
  return ranking;
}

}  // namespace

std::vector<SlowEntity> RankByTime(const TraceSet& usual, const TraceSet& now) {
  if (usual.spans.empty() || now.spans.empty()) return {};
  return TimeRanker(usual, now).Run();
}

}  // namespace vedette::diagnose
