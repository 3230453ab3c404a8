#include "diagnose/metric_rank.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <tuple>

namespace vedette::diagnose {
namespace {

constexpr double kExplained = 0.7;     // of what a callee did, how much is taken off
constexpr double kSameMovement = 0.6;  // correlation from which a leaf is a view of its sibling
constexpr double kOffPath = 0.5;       // weight of what the symptom's entity does not reach
constexpr double kUnknownKind = 0.5;   // weight of a metric of which nothing is known
constexpr double kMinPeak = 1;
constexpr double kMinView = 0.7;      // score from which a leaf may be a view of a sibling
constexpr double kMinResource = 1.4;  // ln(1 + 3)

bool Spreads(MetricKind kind) {
  return kind == MetricKind::kLatency || kind == MetricKind::kErrors ||
         kind == MetricKind::kAvailability || kind == MetricKind::kSaturation;
}

bool SameMetric(const Series& series, const Symptom& symptom) {
  return series.metric == symptom.metric && series.statistic == symptom.statistic;
}

// Series that several entities report value for value are those of something that they share.
std::vector<bool> Shared(const Evidence& evidence) {
  const std::hash<double> hash;
  const auto key = [&](const Series& series) {
    size_t sum = 0;
    for (const double value : series.window) sum = sum * 1000003 + hash(value);
    return std::tuple(series.metric, series.statistic, sum);
  };
  std::map<std::tuple<std::string, std::string, size_t>, std::vector<size_t>> alike;
  std::vector<bool> shared(evidence.series.size(), false);
  for (size_t i = 0; i < evidence.series.size(); ++i) {
    const std::vector<double>& window = evidence.series[i].window;
    const auto differs = [&](double value) { return value != window.front(); };
    if (window.empty() || std::none_of(window.begin(), window.end(), differs)) continue;
    alike[key(evidence.series[i])].push_back(i);
  }
  for (const auto& [unused, series] : alike) {
    for (const size_t i : series) shared[i] = series.size() > 1;
  }
  return shared;
}

class Ranker {
 public:
  Ranker(const Evidence& evidence, const Frame& frame, CallGraph& graph)
      : evidence_(evidence), frame_(frame), graph_(graph) {}

  std::vector<Suspect> Run();

 private:
  void FindSymptom();
  void MeasureAll();
  void Consider(size_t series, bool preferred);
  void NoteResource(int entity, const Movement& movement);
  void ConsiderCalls();
  void Blame(int entity, double own, double follows, bool network, Movement movement);
  void MarkPath();
  void Explain();
  bool IsViewOf(int leaf, int sibling) const;
  double Magnitude(double deviation) const {
    return std::log1p(std::min(std::max(0.0, deviation), evidence_.deviation_max));
  }
  Suspect& At(int entity) { return suspects_[static_cast<size_t>(entity)]; }
  const Suspect& At(int entity) const { return suspects_[static_cast<size_t>(entity)]; }

  const Evidence& evidence_;
  const Frame& frame_;
  CallGraph& graph_;
  std::optional<Movement> symptom_;
  std::vector<Suspect> suspects_;  // by entity
};

void Ranker::FindSymptom() {
  if (const std::optional<size_t> series = SymptomSeries(evidence_)) {
    symptom_ = Measure(evidence_, frame_, *series);
  }
}

void Ranker::Consider(size_t index, bool preferred) {
  std::optional<Movement> movement = Measure(evidence_, frame_, index);
  if (!movement) return;
  double own = 0, follows = 1;
  if (symptom_) {
    follows = Correlation(movement->deviations, symptom_->deviations);
    own = movement->peak >= kMinPeak ? std::max(0.0, follows) * Magnitude(movement->peak) : 0;
  } else {
    own = Magnitude(movement->level);
  }
  if (!preferred && movement->kind == MetricKind::kUnknown) own *= kUnknownKind;
  const int entity = graph_.Find(evidence_.series[index].entity);
  NoteResource(entity, *movement);
  Blame(entity, own, follows, false, *std::move(movement));
}

// Memory drifts by itself more than the processor does: it counts half. What fills up does so also
// when a callee is slow: it counts less than what nobody else can use up.
double ResourceShare(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCpu:
    case MetricKind::kResource: return 1;
    case MetricKind::kSaturation: return 0.8;
    case MetricKind::kMemory: return 0.5;
    default: return 0;
  }
}

void Ranker::NoteResource(int entity, const Movement& movement) {
  const auto weight = [this](const Movement& one) {
    return ResourceShare(one.kind) * Magnitude(one.level);
  };
  if (weight(movement) < kMinResource) return;
  std::optional<Movement>& resource = At(entity).resource;
  At(entity).starved |= movement.kind == MetricKind::kCpu || movement.kind == MetricKind::kMemory;
  if (!resource || weight(movement) > weight(*resource)) resource = movement;
}

void Ranker::Blame(int entity, double own, double follows, bool network, Movement movement) {
  Suspect& suspect = At(entity);
  if (suspect.movement && own <= suspect.own) return;
  suspect.own = own;
  suspect.follows = follows;
  suspect.by_level = !symptom_;
  suspect.network = network;
  suspect.movement = std::move(movement);
}

// What the callers of an entity wait for it, less what it knows of itself.
void Ranker::ConsiderCalls() {
  std::map<std::pair<std::string, std::string>, double> known;
  for (size_t i = 0; i < evidence_.series.size(); ++i) {
    const Series& series = evidence_.series[i];
    if (series.callee.empty() || SideOfMetric(series.metric) != CallSide::kCallee) continue;
    const std::optional<Movement> movement = Measure(evidence_, frame_, i);
    if (!movement) continue;
    double& level = known[{series.entity, series.callee}];
    level = std::max(level, Magnitude(movement->level));
  }
  for (size_t i = 0; i < evidence_.series.size(); ++i) {
    const Series& series = evidence_.series[i];
    if (series.callee.empty() || SideOfMetric(series.metric) != CallSide::kCaller) continue;
    std::optional<Movement> movement = Measure(evidence_, frame_, i);
    if (!movement || movement->kind != MetricKind::kLatency) continue;
    const double waited = Magnitude(movement->level) - known[{series.entity, series.callee}];
    Blame(graph_.Find(series.callee), std::max(0.0, waited), 1, true, *std::move(movement));
  }
}

// An entity with a series of the symptom's own metric is judged by that one alone.
void Ranker::MeasureAll() {
  std::vector<bool> preferred(suspects_.size(), false);
  if (symptom_) {
    for (const Series& series : evidence_.series) {
      if (SameMetric(series, *evidence_.symptom)) {
        preferred[static_cast<size_t>(graph_.Find(series.entity))] = true;
      }
    }
  }
  const std::vector<bool> shared = Shared(evidence_);
  for (size_t i = 0; i < evidence_.series.size(); ++i) {
    const Series& series = evidence_.series[i];
    if (!series.callee.empty()) continue;
    const bool by_symptom = preferred[static_cast<size_t>(graph_.Find(series.entity))];
    if (by_symptom ? !SameMetric(series, *evidence_.symptom)
                   : shared[i] || KindOfMetric(series.metric) == MetricKind::kTraffic) {
      continue;
    }
    Consider(i, by_symptom);
  }
  if (!symptom_) ConsiderCalls();
}

void Ranker::MarkPath() {
  if (!evidence_.symptom) return;
  const int origin = graph_.Find(evidence_.symptom->entity);
  if (origin < 0) return;
  const std::vector<int> distances = graph_.Distances(origin);
  for (Suspect& suspect : suspects_) {
    suspect.on_path = distances[static_cast<size_t>(suspect.entity)] >= 0;
    if (!suspect.on_path) suspect.own *= kOffPath;
  }
}

bool Ranker::IsViewOf(int leaf, int sibling) const {
  const Suspect& one = At(leaf);
  const Suspect& other = At(sibling);
  return leaf != sibling && graph_.Callees(leaf).empty() && !graph_.Callees(sibling).empty() &&
         one.movement && other.movement && one.movement->kind == other.movement->kind &&
         Correlation(one.movement->deviations, other.movement->deviations) >= kSameMovement;
}

void Ranker::Explain() {
  for (Suspect& suspect : suspects_) {
    suspect.score = suspect.own;
    if (!suspect.movement || suspect.own <= 0) continue;
    if (suspect.network || (!symptom_ && !Spreads(suspect.movement->kind))) continue;
    double explained = 0;
    const auto explain = [&](int other, bool outside) {
      if (At(other).own <= explained) return;
      explained = At(other).own;
      suspect.explained_by = other;
      suspect.seen_from_outside = outside;
    };
    for (const int callee : graph_.Callees(suspect.entity)) explain(callee, false);
    const bool view = suspect.own >= kMinView && graph_.Callees(suspect.entity).empty();
    for (const int caller : view ? graph_.Callers(suspect.entity) : std::vector<int>()) {
      for (const int sibling : graph_.Callees(caller)) {
        if (IsViewOf(suspect.entity, sibling)) explain(sibling, true);
      }
    }
    suspect.score = suspect.own - kExplained * explained;
  }
}

std::vector<Suspect> Ranker::Run() {
  // The symptom of the whole system: along the calls it reaches everything.
  const bool whole_system =
      evidence_.symptom && !evidence_.calls.empty() && graph_.Find(evidence_.symptom->entity) < 0;
  for (const Series& series : evidence_.series) {
    graph_.Add(series.entity);
    if (!series.callee.empty()) graph_.Add(series.callee);
  }
  suspects_.resize(static_cast<size_t>(graph_.size()));
  for (int entity = 0; entity < graph_.size(); ++entity) At(entity).entity = entity;
  FindSymptom();
  MeasureAll();
  if (!whole_system) MarkPath();
  Explain();
  std::erase_if(suspects_, [&](const Suspect& suspect) {
    return !suspect.movement ||
           (whole_system && graph_.Name(suspect.entity) == evidence_.symptom->entity);
  });
  std::sort(suspects_.begin(), suspects_.end(), [](const Suspect& a, const Suspect& b) {
    return std::tuple(-a.score, a.entity) < std::tuple(-b.score, b.entity);
  });
  return std::move(suspects_);
}

}  // namespace

std::vector<Suspect> RankByMetrics(const Evidence& evidence, const Frame& frame, CallGraph& graph) {
  return Ranker(evidence, frame, graph).Run();
}

}  // namespace vedette::diagnose
