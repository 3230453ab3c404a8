#include "diagnose/diagnose.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "diagnose/change_rank.h"
#include "diagnose/claims.h"
#include "diagnose/graph.h"
#include "diagnose/leads.h"
#include "diagnose/load.h"
#include "diagnose/metric_rank.h"
#include "diagnose/movement.h"

namespace vedette::diagnose {
namespace {

constexpr size_t kMaxHypotheses = 10;
constexpr size_t kMaxRuledOut = 3;

constexpr double kMinRuledOut = 1.6;  // what moved less needs no word
constexpr double kMinChangeScore = 1.5;

// Scores to probabilities: exp(score / temperature), with "nothing of these" beside them.
constexpr double kTemperature = 0.5;
constexpr double kNothingScore = 1;
constexpr double kChangeTemperature = 0.7;

// What is left for entities when none of the known changes began it: the cause lies outside.
constexpr double kOutside = 0.3;

// Of the score of the best entity, what that of a changed one must be at least.
constexpr double kShareOfBest = 0.5;

constexpr double kConfirmed = 0.8;
constexpr double kLikely = 0.5;

const Suspect* FindSuspect(const std::vector<Suspect>& suspects, int entity) {
  const auto at = std::find_if(suspects.begin(), suspects.end(),
                               [&](const Suspect& suspect) { return suspect.entity == entity; });
  return at == suspects.end() ? nullptr : &*at;
}

Status StatusOf(bool cause, double probability) {
  if (cause && probability >= kConfirmed) return Status::kConfirmed;
  return cause && probability >= kLikely ? Status::kLikely : Status::kInconclusive;
}

class Judge {
 public:
  Judge(const Evidence& evidence, const CallGraph& graph, const Findings& findings,
        const std::vector<SuspectChange>& changes)
      : evidence_(evidence),
        graph_(graph),
        findings_(findings),
        leads_(GatherLeads(evidence, graph, findings)),
        changes_(changes) {
    if (!evidence.changes_are_all) RuleOutEffects();
  }

  Diagnosis Run() const;

 private:
  void RuleOutEffects();
  bool IsCause(const SuspectChange& change) const;
  Hypothesis Make(const Lead& lead) const;
  Hypothesis Make(const SuspectChange& change) const;
  void AddMetricClaims(const Suspect& suspect, std::vector<Claim>& claims) const;
  std::vector<Hypothesis> OfChanges() const;
  std::vector<Hypothesis> OfEntities(double weight) const;
  void AddRuledOut(std::vector<Hypothesis>& hypotheses) const;

  const Evidence& evidence_;
  const CallGraph& graph_;
  const Findings& findings_;
  const std::vector<Lead> leads_;
  std::vector<SuspectChange> changes_;
};

// Where a change is to blame or nothing, what moved there is enough. Else a change of something
// whose movement a callee explains, or that moved little beside another, is a coincidence.
void Judge::RuleOutEffects() {
  for (SuspectChange& change : changes_) {
    if (!change.ruled_out.empty() || leads_.empty() || !leads_.front().cause) continue;
    const std::string& entity = evidence_.changes[change.change].entity;
    const auto lead = std::find_if(leads_.begin(), leads_.end(),
                                   [&](const Lead& one) { return one.entity == entity; });
    const double score = lead == leads_.end() ? 0 : lead->score;
    if (score >= kShareOfBest * leads_.front().score) continue;
    const Suspect* const by = lead == leads_.end() || lead->metric == nullptr
                                  ? nullptr
                                  : FindSuspect(findings_.suspects, lead->metric->explained_by);
    change.ruled_out =
        by != nullptr ? fmt::format("what moved of {} is explained by {}, which it calls", entity,
                                    graph_.Name(by->entity))
                      : fmt::format("{} moved little beside {}", entity, leads_.front().entity);
  }
  std::sort(changes_.begin(), changes_.end(), [](const SuspectChange& a, const SuspectChange& b) {
    return std::tuple(!a.ruled_out.empty(), -a.score, a.change) <
           std::tuple(!b.ruled_out.empty(), -b.score, b.change);
  });
}

bool Judge::IsCause(const SuspectChange& change) const {
  return change.ruled_out.empty() && change.score >= kMinChangeScore;
}

void Judge::AddMetricClaims(const Suspect& suspect, std::vector<Claim>& claims) const {
  claims.push_back(MetricClaim(evidence_, suspect));
  const Series& series = evidence_.series[suspect.movement->series];
  if (evidence_.symptom && !suspect.by_level && series.entity != evidence_.symptom->entity) {
    claims.push_back(SymptomClaim(evidence_, suspect));
  }
  if (const Suspect* by = FindSuspect(findings_.suspects, suspect.explained_by)) {
    claims.push_back(ExplainedClaim(graph_, suspect, *by));
  }
}

Hypothesis Judge::Make(const Lead& lead) const {
  Hypothesis hypothesis;
  hypothesis.entity = lead.entity;
  hypothesis.region = lead.region;
  if (lead.demand) hypothesis.claims.push_back(DemandClaim(evidence_, *lead.demand));
  if (lead.time) hypothesis.claims.push_back(TimeClaim(*lead.time));
  if (lead.pair) hypothesis.claims.push_back(PairClaim(*lead.pair));
  if (lead.calls) hypothesis.claims.push_back(LostCallsClaim(*lead.calls));
  if (lead.metric) AddMetricClaims(*lead.metric, hypothesis.claims);
  return hypothesis;
}

Hypothesis Judge::Make(const SuspectChange& change) const {
  Hypothesis hypothesis;
  hypothesis.entity = evidence_.changes[change.change].entity;
  hypothesis.region = evidence_.changes[change.change].id;
  hypothesis.claims.push_back(ChangeClaim(evidence_, change));
  if (change.moved_series) hypothesis.claims.push_back(MovedClaim(evidence_, change));
  return hypothesis;
}

std::vector<Hypothesis> Judge::OfChanges() const {
  double sum = std::exp(kNothingScore / kChangeTemperature);
  for (const SuspectChange& change : changes_) {
    if (change.ruled_out.empty()) sum += std::exp(change.score / kChangeTemperature);
  }
  std::vector<Hypothesis> hypotheses;
  for (const SuspectChange& change : changes_) {
    if (!IsCause(change) || hypotheses.size() == kMaxHypotheses) break;
    Hypothesis hypothesis = Make(change);
    hypothesis.probability = std::exp(change.score / kChangeTemperature) / sum;
    hypothesis.status = StatusOf(true, hypothesis.probability);
    hypotheses.push_back(std::move(hypothesis));
  }
  return hypotheses;
}

// `weight` is the probability that is left for them.
std::vector<Hypothesis> Judge::OfEntities(double weight) const {
  double sum = std::exp(kNothingScore / kTemperature);
  for (const Lead& lead : leads_) {
    if (lead.score > 0) sum += std::exp(lead.score / kTemperature);
  }
  std::vector<Hypothesis> hypotheses;
  for (const Lead& lead : leads_) {
    if (lead.score <= 0 || hypotheses.size() == kMaxHypotheses) break;
    Hypothesis hypothesis = Make(lead);
    hypothesis.probability = weight * std::exp(lead.score / kTemperature) / sum;
    hypothesis.status = StatusOf(lead.cause, hypothesis.probability);
    hypotheses.push_back(std::move(hypothesis));
  }
  return hypotheses;
}

// What moved or was changed, and why it is not the cause: worth as much as the cause.
void Judge::AddRuledOut(std::vector<Hypothesis>& hypotheses) const {
  size_t added = 0;
  for (const Lead& lead : leads_) {
    if (lead.score > 0 || lead.metric->own < kMinRuledOut || added == kMaxRuledOut) continue;
    if (!FindSuspect(findings_.suspects, lead.metric->explained_by)) continue;
    ++added;
    Hypothesis hypothesis = Make(lead);
    hypothesis.status = Status::kRuledOut;
    hypotheses.push_back(std::move(hypothesis));
  }
  for (const SuspectChange& change : changes_) {
    if (change.ruled_out.empty() || added == 2 * kMaxRuledOut) continue;
    ++added;
    Hypothesis hypothesis = Make(change);
    hypothesis.status = Status::kRuledOut;
    hypothesis.region.clear();
    hypotheses.push_back(std::move(hypothesis));
  }
}

Diagnosis Judge::Run() const {
  Diagnosis diagnosis;
  diagnosis.hypotheses = OfChanges();
  const bool changed = !diagnosis.hypotheses.empty();
  const bool outside = !changed && !changes_.empty() && evidence_.changes_are_all;
  double left = outside ? kOutside : 1;
  for (const Hypothesis& hypothesis : diagnosis.hypotheses) left -= hypothesis.probability;
  std::vector<Hypothesis> entities = OfEntities(left);
  const bool caused =
      std::any_of(leads_.begin(), leads_.end(), [](const Lead& lead) { return lead.cause; });
  // Where changes are known and none of them began it, the cause lies outside of what we see.
  diagnosis.abstained = outside || (!changed && !caused);
  if (diagnosis.abstained) {
    for (Hypothesis& hypothesis : entities) hypothesis.status = Status::kInconclusive;
  }
  if (caused || changed) {
    std::move(entities.begin(), entities.end(), std::back_inserter(diagnosis.hypotheses));
  }
  std::stable_sort(
      diagnosis.hypotheses.begin(), diagnosis.hypotheses.end(),
      [](const Hypothesis& a, const Hypothesis& b) { return a.probability > b.probability; });
  AddRuledOut(diagnosis.hypotheses);
  return diagnosis;
}

}  // namespace

Diagnosis Diagnose(const Evidence& evidence) {
  if (evidence.times.empty())
    return {.abstained = true, .hypotheses = {}, .onset = {}, .usual_until = {}, .until = {}};
  const Frame frame = FrameOf(evidence);
  CallGraph graph(evidence.calls);
  const Findings findings{.suspects = RankByMetrics(evidence, frame, graph),
                          .slow = RankByTime(evidence.usual_traces, evidence.traces),
                          .lost = FindLostPairs(evidence.usual_traces, evidence.traces),
                          .lost_calls = FindLostCalls(evidence, frame),
                          .demands = FindDemand(evidence, frame, graph)};
  const std::vector<SuspectChange> changes = RankChanges(evidence, frame, graph);
  Diagnosis diagnosis = Judge(evidence, graph, findings, changes).Run();
  diagnosis.onset = evidence.times[frame.incident];
  if (frame.quiet < frame.incident) diagnosis.usual_until = evidence.times[frame.quiet];
  diagnosis.until = evidence.times[frame.last - 1];
  return diagnosis;
}

}  // namespace vedette::diagnose
