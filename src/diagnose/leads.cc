#include "diagnose/leads.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

namespace vedette::diagnose {
namespace {

// From these on an entity is a cause rather than noise: a score, and how far beyond the worst of
// the baseline it went. Chosen so that fewer than one fault-free period in ten has such an entity.
constexpr double kMinScore = 1.6;
constexpr double kMinBeyondRecord = 1.2;
constexpr double kMinScoreOfLevel = 1.5;
constexpr double kMinTime = 1.2;
// What added time and lost events say beyond a metric of the same strength.
constexpr double kTimeLift = 1.5;
constexpr double kPairLift = 0.8;
constexpr double kLaterPairs = 0.5;  // of entities above the deepest one
// What more work says beyond a metric of the same strength, and what it leaves to those that have
// it: they are slow and full because of it.
constexpr double kDemandLift = 0.8;
constexpr double kLoaded = 0.3;
constexpr size_t kRowsBefore = 1;  // who moved earlier than this before the load, moved for itself

bool IsCause(const Evidence& evidence, const Suspect& suspect) {
  const Movement& movement = *suspect.movement;
  if (suspect.by_level || evidence.series[movement.series].baseline.empty()) {
    return suspect.score >= kMinScoreOfLevel;
  }
  return suspect.score >= kMinScore && movement.sustained &&
         movement.beyond_record >= kMinBeyondRecord;
}

class Gatherer {
 public:
  Gatherer(const Evidence& evidence, const CallGraph& graph, const Findings& findings)
      : evidence_(evidence), graph_(graph), findings_(findings) {}

  std::vector<Lead> Run();

 private:
  void AddMetrics();
  void AddTime();
  void AddPairs();
  void AddLostCalls();
  void AddDemand();
  void Relieve(const Demand& demand);
  bool Starved(const std::string& entity) const;
  Lead& Of(const std::string& entity);
  static void Raise(Lead& lead, double score, const std::string& region, bool cause);

  const Evidence& evidence_;
  const CallGraph& graph_;
  const Findings& findings_;
  std::vector<Lead> leads_;  // in the order of the findings
  std::map<std::string, size_t> numbers_;
};

Lead& Gatherer::Of(const std::string& entity) {
  const auto [at, added] = numbers_.try_emplace(entity, leads_.size());
  if (added) leads_.push_back({.entity = entity, .region = {}});
  return leads_[at->second];
}

void Gatherer::Raise(Lead& lead, double score, const std::string& region, bool cause) {
  lead.cause |= cause;
  if (score <= lead.score) return;
  lead.score = score;
  if (!region.empty()) lead.region = region;
}

void Gatherer::AddMetrics() {
  for (const Suspect& suspect : findings_.suspects) {
    Lead& lead = Of(graph_.Name(suspect.entity));
    lead.metric = &suspect;
    lead.score = suspect.score;
    lead.cause = IsCause(evidence_, suspect);
    if (suspect.network) {
      lead.region = "network";
    } else if (suspect.resource) {
      lead.region = evidence_.series[suspect.resource->series].metric;
    }
  }
}

bool Gatherer::Starved(const std::string& entity) const {
  const auto at = numbers_.find(entity);
  return at != numbers_.end() && leads_[at->second].metric && leads_[at->second].metric->starved;
}

void Gatherer::AddTime() {
  for (const SlowEntity& slow : findings_.slow) {
    if (slow.score < kMinTime) continue;
    const double score = std::min(slow.score, std::log1p(evidence_.deviation_max)) + kTimeLift;
    const bool of_peer = slow.network && Starved(slow.peer) && !Starved(slow.entity);
    Lead& lead = Of(of_peer ? slow.peer : slow.entity);
    lead.time = &slow;
    Raise(lead, score, slow.network && !Starved(lead.entity) ? "network" : "", true);
  }
}

void Gatherer::AddPairs() {
  for (const LostPair& pair : findings_.lost) {
    Lead& lead = Of(pair.entity);
    if (lead.pair) continue;
    lead.pair = &pair;
    const bool deepest = pair.entity == findings_.lost.front().entity;
    double score = 0;
    for (const LostPair& other : findings_.lost) {
      if (other.entity == pair.entity) score = std::max(score, other.score);
    }
    Raise(lead, deepest ? score + kPairLift : score * kLaterPairs, pair.before + "_" + pair.after,
          deepest);
  }
}

void Gatherer::AddLostCalls() {
  for (const LostCalls& calls : findings_.lost_calls) {
    Lead& lead = Of(calls.caller);
    if (lead.calls) continue;
    lead.calls = &calls;
    Raise(lead, std::log1p(-calls.deviation) + kPairLift, "", true);
  }
}

// What the load explains is taken off those that have it, unless they moved before it came.
void Gatherer::Relieve(const Demand& demand) {
  for (Lead& lead : leads_) {
    if (std::find(demand.loaded.begin(), demand.loaded.end(), lead.entity) == demand.loaded.end()) {
      continue;
    }
    const std::optional<size_t> moved =
        lead.metric != nullptr ? lead.metric->movement->onset : std::nullopt;
    if (moved && demand.onset && *moved + kRowsBefore < *demand.onset) continue;
    lead.demand = &demand;
    if (lead.score > 0) lead.score *= kLoaded;
    lead.cause = false;
  }
}

void Gatherer::AddDemand() {
  for (const Demand& demand : findings_.demands) {
    Relieve(demand);
    Lead& lead = Of(demand.entity);
    if (lead.demand != nullptr && lead.demand->entity != demand.entity) continue;
    lead.demand = &demand;
    lead.cause = true;
    lead.region = kTrafficRegion;
    const double deviation = std::min(demand.deviation, evidence_.deviation_max);
    lead.score = std::max(lead.score, std::log1p(deviation) + kDemandLift);
  }
}

std::vector<Lead> Gatherer::Run() {
  AddMetrics();
  AddTime();
  AddPairs();
  AddLostCalls();
  AddDemand();
  std::stable_sort(leads_.begin(), leads_.end(),
                   [](const Lead& a, const Lead& b) { return a.score > b.score; });
  return std::move(leads_);
}

}  // namespace

std::vector<Lead> GatherLeads(const Evidence& evidence, const CallGraph& graph,
                              const Findings& findings) {
  return Gatherer(evidence, graph, findings).Run();
}

}  // namespace vedette::diagnose
