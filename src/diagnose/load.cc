#include "diagnose/load.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "diagnose/robust.h"

namespace vedette::diagnose {
namespace {

constexpr double kGrown = 1.5;  // times the usual: more than a day's wave does in an hour
// Of what is answered, and that over what the callers are asked for. While pods are replaced their
// last rates are still counted beside those of the others, which makes it two thirds more at most.
constexpr double kMore = 1.8;
constexpr double kBeyondAsked = 1.5;
constexpr double kMinDeviation = 5;
constexpr double kLoaded = 1.2;  // from which on more work is worth a word
constexpr size_t kRowsLate = 1;  // rates are taken over more than a row

// The requests to an entity over the rows.
struct Arrivals {
  size_t series = 0;
  std::optional<Movement> movement;
  double growth = 1;
  bool outcome_known = false;  // which of them failed
  double answered = 1;         // growth of those that did not
  double answered_deviation = 0;
};

class LoadFinder {
 public:
  LoadFinder(const Evidence& evidence, const Frame& frame, const CallGraph& graph)
      : evidence_(evidence), frame_(frame), graph_(graph) {}

  std::vector<Demand> Run();

 private:
  using Metric = std::pair<std::string, std::string>;  // and statistic
  void FindArrivals();
  const Series* FailedShareOf(const Series& requests) const;
  Arrivals Measured(size_t series) const;
  void MeasureAnswers(const Series& requests, Arrivals& arrivals) const;
  std::optional<size_t> SickSince(const std::string& entity) const;
  Demand& Add(const std::string& entity, const Arrivals& shown_by);
  void CheckOutside(int entity);
  void CheckCaller(int callee);
  std::vector<std::string> LoadedBelow(int entity) const;
  const Arrivals* Of(int entity) const;

  const Evidence& evidence_;
  const Frame& frame_;
  const CallGraph& graph_;
  std::map<std::string, Arrivals> arrivals_;  // by entity
  // By entity and metric of requests, the share of them that fails.
  std::map<std::pair<std::string_view, std::string_view>, const Series*> failed_shares_;
  std::vector<Demand> demands_;
};

// The median of some rows over that of the usual ones.
struct Growth {
  double times = 1;
  double deviation = 0;
};

Growth GrowthOf(const Series& series, const std::vector<double>& window, const Frame& frame,
                const std::vector<double>& baseline) {
  const auto row = [&](size_t at) { return window.begin() + static_cast<ptrdiff_t>(at); };
  const Usual usual = Describe(
      series.baseline.empty() ? std::vector<double>(window.begin(), row(frame.quiet)) : baseline);
  const double now = Median({row(frame.incident), row(frame.last)});
  if (usual.count == 0 || !(usual.center > 0) || std::isnan(now)) return {};
  return {now / usual.center, Deviation(usual, now)};
}

std::vector<double> Answered(const std::vector<double>& requests,
                             const std::vector<double>& failed_share) {
  std::vector<double> answered(requests.size(), std::numeric_limits<double>::quiet_NaN());
  for (size_t i = 0; i < std::min(requests.size(), failed_share.size()); ++i) {
    answered[i] = requests[i] * (1 - std::clamp(failed_share[i], 0.0, 1.0));
  }
  return answered;
}

// Whether the requests may have grown at all: cheap, for systems of thousands of services.
bool MayHaveGrown(const Series& series, const Frame& frame) {
  const auto mean = [&](const std::vector<double>& values, size_t from, size_t to) {
    double sum = 0;
    size_t count = 0;
    for (size_t row = from; row < std::min(to, values.size()); ++row) {
      if (std::isnan(values[row])) continue;
      sum += values[row];
      ++count;
    }
    return count == 0 ? 0 : sum / static_cast<double>(count);
  };
  const double usual = series.baseline.empty() ? mean(series.window, 0, frame.quiet)
                                               : mean(series.baseline, 0, series.baseline.size());
  return mean(series.window, frame.incident, frame.last) > kLoaded * usual;
}

const Series* LoadFinder::FailedShareOf(const Series& requests) const {
  const auto at = failed_shares_.find({requests.entity, requests.metric});
  return at == failed_shares_.end() ? nullptr : at->second;
}

void LoadFinder::MeasureAnswers(const Series& requests, Arrivals& arrivals) const {
  const Series* const failed = FailedShareOf(requests);
  if (failed == nullptr) return;
  arrivals.outcome_known = true;
  const Growth growth = GrowthOf(requests, Answered(requests.window, failed->window), frame_,
                                 Answered(requests.baseline, failed->baseline));
  arrivals.answered = growth.times;
  arrivals.answered_deviation = growth.deviation;
}

Arrivals LoadFinder::Measured(size_t index) const {
  const Series& series = evidence_.series[index];
  Arrivals arrivals{.series = index, .movement = Measure(evidence_, frame_, index)};
  arrivals.growth = GrowthOf(series, series.window, frame_, series.baseline).times;
  MeasureAnswers(series, arrivals);
  return arrivals;
}

// Each entity by a metric of requests that says which of them failed, where it has one, and of
// these by the one that most of the entities have.
void LoadFinder::FindArrivals() {
  std::map<Metric, size_t> entities;
  const auto counts = [](const Series& series) {
    return series.callee.empty() && CountsRequests(series.metric);
  };
  for (const Series& series : evidence_.series) {
    if (counts(series)) ++entities[{series.metric, series.statistic}];
    const std::string_view metric = series.metric;
    if (!series.callee.empty() || !metric.ends_with(kFailedShare)) continue;
    failed_shares_[{series.entity, metric.substr(0, metric.size() - kFailedShare.size())}] =
        &series;
  }
  using Worth = std::pair<bool, size_t>;  // whether failures are told, how common it is
  std::map<std::string, std::pair<Worth, size_t>> best;  // by entity, with its series
  for (size_t i = 0; i < evidence_.series.size(); ++i) {
    const Series& series = evidence_.series[i];
    if (!counts(series)) continue;
    const Worth worth(FailedShareOf(series) != nullptr,
                      entities[{series.metric, series.statistic}]);
    const auto [at, added] = best.try_emplace(series.entity, worth, i);
    if (!added && worth > at->second.first) at->second = {worth, i};
  }
  for (const auto& [entity, choice] : best) {
    const bool grown = MayHaveGrown(evidence_.series[choice.second], frame_);
    arrivals_[entity] = grown ? Measured(choice.second) : Arrivals();
  }
}

const Arrivals* LoadFinder::Of(int entity) const {
  const auto at = arrivals_.find(graph_.Name(entity));
  return at == arrivals_.end() ? nullptr : &at->second;
}

// The first row in which the entity was slow or failed.
std::optional<size_t> LoadFinder::SickSince(const std::string& entity) const {
  std::optional<size_t> first;
  for (size_t i = 0; i < evidence_.series.size(); ++i) {
    const Series& series = evidence_.series[i];
    if (series.entity != entity || !series.callee.empty()) continue;
    const MetricKind kind = KindOfMetric(series.metric);
    if (kind != MetricKind::kLatency && kind != MetricKind::kErrors) continue;
    const std::optional<Movement> movement = Measure(evidence_, frame_, i);
    if (movement && movement->onset) first = std::min(first.value_or(SIZE_MAX), *movement->onset);
  }
  return first;
}

std::vector<std::string> LoadFinder::LoadedBelow(int entity) const {
  std::vector<std::string> loaded;
  const std::vector<int> distances = graph_.Distances(entity);
  for (int other = 0; other < graph_.size(); ++other) {
    if (other == entity || distances[static_cast<size_t>(other)] < 0) continue;
    const Arrivals* const arrivals = Of(other);
    if (arrivals != nullptr && arrivals->growth >= kLoaded) loaded.push_back(graph_.Name(other));
  }
  return loaded;
}

Demand& LoadFinder::Add(const std::string& entity, const Arrivals& shown_by) {
  Demand& demand = demands_.emplace_back();
  demand.entity = entity;
  demand.series = shown_by.series;
  demand.growth = shown_by.growth;
  demand.before = shown_by.movement->usual.center;
  demand.after = shown_by.movement->level_value;
  demand.deviation = shown_by.movement->level;
  demand.onset = shown_by.movement->onset;
  return demand;
}

void LoadFinder::CheckOutside(int entity) {
  const Arrivals* const arrivals = Of(entity);
  if (!graph_.Callers(entity).empty() || graph_.Callees(entity).empty()) return;
  if (arrivals == nullptr || !arrivals->movement || arrivals->growth < kGrown) return;
  const Movement& movement = *arrivals->movement;
  if (movement.direction < 0 || movement.level < kMinDeviation || !movement.onset) return;
  const std::optional<size_t> sick = SickSince(graph_.Name(entity));
  if (sick && *movement.onset > *sick + kRowsLate) return;
  Demand& demand = Add(graph_.Name(entity), *arrivals);
  demand.own_growth = arrivals->growth;
  demand.loaded = LoadedBelow(entity);
}

void LoadFinder::CheckCaller(int callee) {
  const Arrivals* const asked = Of(callee);
  if (asked == nullptr || !asked->movement || asked->movement->direction < 0) return;
  if (!asked->outcome_known) return;  // they may all be retries
  if (asked->answered < kMore || asked->answered_deviation < kMinDeviation) return;
  const std::optional<size_t> sick = SickSince(graph_.Name(callee));
  if (sick && (!asked->movement->onset || *asked->movement->onset > *sick)) return;
  const std::vector<int>& callers = graph_.Callers(callee);
  if (callers.size() != 1 || callers.front() == callee) return;
  const Arrivals* const caller = Of(callers.front());
  if (caller == nullptr || asked->answered < kBeyondAsked * std::max(1.0, caller->growth)) return;
  Demand& demand = Add(graph_.Name(callers.front()), *asked);
  demand.callee = graph_.Name(callee);
  demand.own_growth = caller->growth;
  demand.loaded = LoadedBelow(callee);
  demand.loaded.push_back(demand.callee);
}

std::vector<Demand> LoadFinder::Run() {
  FindArrivals();
  for (int entity = 0; entity < graph_.size(); ++entity) {
    CheckOutside(entity);
    CheckCaller(entity);
  }
  std::sort(demands_.begin(), demands_.end(), [](const Demand& a, const Demand& b) {
    return std::tie(b.deviation, a.entity, a.callee) < std::tie(a.deviation, b.entity, b.callee);
  });
  return std::move(demands_);
}

}  // namespace

std::vector<Demand> FindDemand(const Evidence& evidence, const Frame& frame,
                               const CallGraph& graph) {
  if (evidence.calls.empty() || SymptomSeries(evidence)) return {};
  return LoadFinder(evidence, frame, graph).Run();
}

}  // namespace vedette::diagnose
