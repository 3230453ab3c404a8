#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "diagnose/claims.h"
#include "diagnose/live/exhibit.h"
#include "diagnose/live/report.h"
#include "model/quantity.h"

namespace vedette::diagnose::live {
namespace {

constexpr size_t kHypothesesMax = 8;
constexpr size_t kClaimsMax = 8;
constexpr size_t kFormsPerEntity = 3;
constexpr uint64_t kFormsLeast = 3;   // lines of a form that are worth a word
constexpr double kFormsMore = 4;      // times as many as before
constexpr double kMovedLeast = 3;     // robust standard deviations
constexpr int64_t kRowsAround = 3;    // of the onset
constexpr double kSilentShare = 0.7;  // of the probability of a caller and of who fell silent below
constexpr double kLikelyFrom = 0.5;

class Concluder {
 public:
  Concluder(const Gathered& gathered, const Diagnosis& diagnosis, const Exhibits& exhibits,
            base::TimePoint now)
      : gathered_(gathered), diagnosis_(diagnosis), exhibits_(exhibits), now_(now) {}

  Report Run();

 private:
  std::optional<EvidencedClaim> OfMetric(const Claim& claim);
  std::optional<EvidencedClaim> OfEdge(const Claim& claim);
  std::optional<EvidencedClaim> OfChange(const Claim& claim);
  std::optional<EvidencedClaim> OfSpans(const Claim& claim);
  std::optional<EvidencedClaim> OfPair(const Claim& claim);
  std::optional<EvidencedClaim> Evidenced(const Claim& claim);
  void AddForms(const std::string& entity, std::vector<EvidencedClaim>& claims);
  RankedHypothesis Rank(const Hypothesis& hypothesis);
  void AddStopped(Report& report);
  const StoppedSource* FindStopped(const std::string& entity) const;
  const StoppedSource* SilentBelow(const std::string& caller) const;
  RankedHypothesis OfSilence(const StoppedSource& stopped, const std::string& caller) const;
  void BlameSilence(Report& report) const;
  std::string HowItStands(const std::string& entity) const;
  const model::Change* FindChange(const std::string& id) const;
  std::string NameOfChange(const std::string& id) const;
  std::string RuledOut(const Report& report) const;
  std::string Summarise(const Report& report) const;

  const Gathered& gathered_;
  const Diagnosis& diagnosis_;
  const Exhibits& exhibits_;
  const base::TimePoint now_;
};

std::optional<EvidencedClaim> Concluder::OfMetric(const Claim& claim) {
  const std::vector<Series>& all = gathered_.tables.series;
  const auto series = std::find_if(all.begin(), all.end(), [&](const Series& one) {
    return one.entity == claim.entity && one.metric == claim.subject &&
           one.statistic == claim.statistic;
  });
  if (series == all.end()) return std::nullopt;
  const Exhibit exhibit = exhibits_.OfSeries(static_cast<size_t>(series - all.begin()),
                                             evidence::Reading::Rule::kLevel);
  EvidencedClaim evidenced{claim, exhibit.evidence};
  evidenced.claim.before = exhibit.reading.before;
  evidenced.claim.after = exhibit.reading.after;
  evidenced.claim.deviation = exhibit.reading.deviation;
  return evidenced;
}

// "480 ms", "12.6 s".
std::string Lasting(double ms) { return model::FormatQuantity("_seconds", ms / 1000, false); }

const StoppedSource* Concluder::FindStopped(const std::string& entity) const {
  const auto stopped = std::ranges::find(gathered_.stopped, entity, &StoppedSource::entity);
  return stopped == gathered_.stopped.end() ? nullptr : &*stopped;
}

// Of a callee that explains its caller: as much as its own numbers say.
std::string Concluder::HowItStands(const std::string& entity) const {
  if (const StoppedSource* stopped = FindStopped(entity)) {
    return "which has sent no metrics since " + base::FormatTime(stopped->last_seen);
  }
  std::optional<double> farthest;
  for (const Hypothesis& hypothesis : diagnosis_.hypotheses) {
    for (const Claim& claim : hypothesis.claims) {
      if (claim.kind != ClaimKind::kMetric || claim.entity != entity || !claim.deviation) continue;
      farthest = std::max(farthest.value_or(0), std::abs(*claim.deviation));
    }
  }
  return farthest.value_or(kMovedLeast) < kMovedLeast ? "which hardly moved" : "which moved too";
}

std::optional<EvidencedClaim> Concluder::OfEdge(const Claim& claim) {
  const auto call = std::find_if(gathered_.calls.begin(), gathered_.calls.end(),
                                 [&](const evidence::CallsSeen& one) {
                                   return one.caller == claim.entity && one.callee == claim.subject;
                                 });
  if (call == gathered_.calls.end()) return std::nullopt;
  EvidencedClaim evidenced{claim, exhibits_.OfCalls(*call)};
  evidenced.claim.before = evidenced.claim.after = std::nullopt;
  evidenced.claim.at = call->last_seen;
  evidenced.claim.text = call->calls > 0
                             ? fmt::format("{} calls {} ({} calls, {} failed, {} on average), {}",
                                           call->caller, call->callee, call->calls, call->errors,
                                           Lasting(call->mean_ms), HowItStands(call->callee))
                             : fmt::format("{} calls {} (told by {}), {}", call->caller,
                                           call->callee, call->source, HowItStands(call->callee));
  return evidenced;
}

const model::Change* Concluder::FindChange(const std::string& id) const {
  const auto change = std::find_if(gathered_.changes.begin(), gathered_.changes.end(),
                                   [&](const model::Change& one) { return one.id == id; });
  return change == gathered_.changes.end() ? nullptr : &*change;
}

std::optional<EvidencedClaim> Concluder::OfChange(const Claim& claim) {
  const model::Change* const change = FindChange(claim.subject);
  if (change == nullptr) return std::nullopt;
  return EvidencedClaim{claim, exhibits_.OfChange(*change)};
}

std::optional<EvidencedClaim> Concluder::OfSpans(const Claim& claim) {
  std::optional<model::Evidence> evidence = exhibits_.OfSpans(claim.subject, claim.entity);
  if (!evidence) return std::nullopt;
  EvidencedClaim evidenced{claim, *std::move(evidence)};
  evidenced.claim.text = fmt::format(
      "{} of {} takes {} by itself, usually {} (half of its calls take longer)", claim.subject,
      claim.entity, Lasting(claim.after.value_or(0)), Lasting(claim.before.value_or(0)));
  return evidenced;
}

std::optional<EvidencedClaim> Concluder::OfPair(const Claim& claim) {
  LostPair pair;
  pair.entity = claim.entity;
  pair.operation = claim.pair.at(0);
  pair.before = claim.pair.at(1);
  pair.after = claim.pair.at(2);
  std::optional<model::Evidence> evidence = exhibits_.OfPair(pair);
  if (!evidence) return std::nullopt;
  return EvidencedClaim{claim, *std::move(evidence)};
}

std::optional<EvidencedClaim> Concluder::Evidenced(const Claim& claim) {
  switch (claim.kind) {
    case ClaimKind::kMetric: return OfMetric(claim);
    case ClaimKind::kEdge: return OfEdge(claim);
    case ClaimKind::kChange: return OfChange(claim);
    case ClaimKind::kSpan: return OfSpans(claim);
    case ClaimKind::kEventPair: return OfPair(claim);
    case ClaimKind::kLogTemplate:
    case ClaimKind::kAbsence: break;
  }
  return std::nullopt;
}

// Failures that the entity's logs tell of since, and did not before, or far less.
void Concluder::AddForms(const std::string& entity, std::vector<EvidencedClaim>& claims) {
  std::vector<const LogForm*> forms;
  for (const LogForm& form : gathered_.log_forms) {
    const bool more = static_cast<double>(form.during) >
                      kFormsMore * static_cast<double>(std::max<uint64_t>(form.before, 1));
    if (form.service == entity && form.during >= kFormsLeast && (form.before == 0 || more)) {
      forms.push_back(&form);
    }
  }
  std::sort(forms.begin(), forms.end(), [](const LogForm* a, const LogForm* b) {
    return std::tuple(a->before, b->during, a->pattern) <
           std::tuple(b->before, a->during, b->pattern);
  });
  if (forms.size() > kFormsPerEntity) forms.resize(kFormsPerEntity);
  for (const LogForm* form : forms) {
    std::optional<Exhibit> exhibit = exhibits_.OfLogs(*form);
    if (!exhibit) continue;
    Claim claim;
    claim.kind = ClaimKind::kLogTemplate;
    claim.entity = entity;
    claim.subject = form->pattern;
    claim.before = exhibit->reading.before;
    claim.after = exhibit->reading.after;
    claim.at = exhibit->first_at;
    claim.text = fmt::format("{} writes \"{}\": {} lines since the onset, {} in the time before",
                             entity, form->text, ShownNumber(claim.after.value_or(0)),
                             ShownNumber(claim.before.value_or(0)));
    claims.push_back({std::move(claim), std::move(exhibit->evidence)});
  }
}

RankedHypothesis Concluder::Rank(const Hypothesis& hypothesis) {
  RankedHypothesis ranked{.entity = hypothesis.entity,
                          .probability = hypothesis.probability,
                          .status = hypothesis.status,
                          .region = hypothesis.region,
                          .claims = {}};
  for (const Claim& claim : hypothesis.claims) {
    if (std::optional<EvidencedClaim> evidenced = Evidenced(claim)) {
      ranked.claims.push_back(*std::move(evidenced));
    }
  }
  AddForms(hypothesis.entity, ranked.claims);
  if (ranked.claims.size() > kClaimsMax) ranked.claims.resize(kClaimsMax);
  return ranked;
}

// Whom the caller calls and who fell silent as the incident began; the first of them.
const StoppedSource* Concluder::SilentBelow(const std::string& caller) const {
  const Windows& windows = gathered_.window.windows;
  const base::Duration around = windows.rate + kRowsAround * windows.step;
  const StoppedSource* first = nullptr;
  for (const Call& call : gathered_.tables.calls) {
    if (call.caller != caller || call.callee == caller) continue;
    const StoppedSource* const stopped = FindStopped(call.callee);
    if (stopped == nullptr || !diagnosis_.onset) continue;
    if (std::chrono::abs(stopped->last_seen - *diagnosis_.onset) > around) continue;
    if (first == nullptr || stopped->last_seen < first->last_seen) first = stopped;
  }
  return first;
}

RankedHypothesis Concluder::OfSilence(const StoppedSource& stopped,
                                      const std::string& caller) const {
  Exhibit exhibit = exhibits_.OfSeries(stopped.series, evidence::Reading::Rule::kLevel);
  const Series& series = gathered_.tables.series[stopped.series];
  Claim claim;
  claim.kind = ClaimKind::kAbsence;
  claim.entity = stopped.entity;
  claim.subject = series.metric;
  claim.statistic = series.statistic;
  claim.at = stopped.last_seen;
  claim.before = exhibit.reading.before;
  claim.after = exhibit.reading.after;
  claim.deviation = exhibit.reading.deviation;
  claim.text = fmt::format("{} has sent no metrics since {}, when {}, which calls it, was hurt",
                           stopped.entity, base::FormatTime(stopped.last_seen), caller);
  RankedHypothesis silence{.entity = stopped.entity, .region = {}, .claims = {}};
  silence.claims.push_back({std::move(claim), std::move(exhibit.evidence)});
  return silence;
}

// Who dies sends nothing that could tell of it: a cause whose callee fell silent with the onset is
// more likely hurt by that one. No more than likely, since the silence may be that of a collector.
void Concluder::BlameSilence(Report& report) const {
  std::vector<RankedHypothesis>& hypotheses = report.hypotheses;
  if (diagnosis_.abstained || hypotheses.empty()) return;
  RankedHypothesis& caller = hypotheses.front();
  if (caller.status != Status::kConfirmed && caller.status != Status::kLikely) return;
  const StoppedSource* const stopped = SilentBelow(caller.entity);
  if (stopped == nullptr) return;
  RankedHypothesis silence = OfSilence(*stopped, caller.entity);
  double together = caller.probability;
  for (const RankedHypothesis& other : hypotheses) {
    if (other.entity == stopped->entity && other.status != Status::kRuledOut) {
      together += other.probability;
    }
  }
  silence.probability = kSilentShare * together;
  silence.status = silence.probability >= kLikelyFrom ? Status::kLikely : Status::kInconclusive;
  caller.probability = together - silence.probability;
  caller.status = Status::kInconclusive;
  std::erase_if(hypotheses, [&](const RankedHypothesis& other) {
    return other.entity == stopped->entity && other.status != Status::kRuledOut;
  });
  hypotheses.insert(hypotheses.begin(), std::move(silence));
  std::ranges::stable_sort(hypotheses, {}, [](const RankedHypothesis& one) {
    return std::pair(one.status == Status::kRuledOut, -one.probability);
  });
}

void Concluder::AddStopped(Report& report) {
  for (const StoppedSource& stopped : gathered_.stopped) {
    report.inputs.push_back(
        {{"metrics", InputState::kPartial,
          fmt::format("{} has sent no metrics since {}", stopped.entity,
                      base::FormatTime(stopped.last_seen))},
         exhibits_.OfSeries(stopped.series, evidence::Reading::Rule::kLevel).evidence});
    if (report.inputs.size() > 2 * kHypothesesMax) return;
  }
}

// " Ruled out: order. Ruled out as changes: "raise the pool" of user.": a change that is ruled out
// says nothing against what was changed.
std::string Concluder::RuledOut(const Report& report) const {
  std::vector<std::string> entities, changes;
  for (const RankedHypothesis& hypothesis : report.hypotheses) {
    if (hypothesis.status != Status::kRuledOut) continue;
    const bool is_change =
        !hypothesis.claims.empty() && hypothesis.claims.front().claim.kind == ClaimKind::kChange;
    std::string name = is_change ? NameOfChange(hypothesis.claims.front().claim.subject) + " of " +
                                       hypothesis.entity
                                 : hypothesis.entity;
    std::vector<std::string>& names = is_change ? changes : entities;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(std::move(name));
    }
  }
  std::string text;
  if (!entities.empty()) text += fmt::format(" Ruled out: {}.", fmt::join(entities, ", "));
  if (!changes.empty()) text += fmt::format(" Ruled out as changes: {}.", fmt::join(changes, ", "));
  return text;
}

std::string Concluder::NameOfChange(const std::string& id) const {
  const model::Change* const change = FindChange(id);
  return change == nullptr || change->title.empty() ? id : Quoted(change->title);
}

std::string Concluder::Summarise(const Report& report) const {
  if (report.status == "unknown" || report.hypotheses.empty()) {
    return "Unknown: nothing that was looked at is abnormal enough to be the cause." +
           RuledOut(report);
  }
  const RankedHypothesis& first = report.hypotheses.front();
  std::string text = fmt::format("{} ({}, {:.0f} %)", first.entity, StatusName(first.status),
                                 100 * first.probability);
  if (!first.claims.empty()) text += ": " + first.claims.front().claim.text;
  return text;
}

Report Concluder::Run() {
  Report report;
  report.made_at = now_;
  report.from = gathered_.window.from;
  report.to = gathered_.window.to;
  report.step = gathered_.window.windows.step;
  report.onset = diagnosis_.onset;
  report.series = gathered_.tables.series.size();
  size_t ruled_out = 0;
  for (const Hypothesis& hypothesis : diagnosis_.hypotheses) {
    const bool out = hypothesis.status == Status::kRuledOut;
    if (!out && report.hypotheses.size() >= kHypothesesMax) continue;
    if (out && ++ruled_out > kHypothesesMax) break;
    RankedHypothesis ranked = Rank(hypothesis);
    if (!ranked.claims.empty()) report.hypotheses.push_back(std::move(ranked));
  }
  BlameSilence(report);
  const bool known = !diagnosis_.abstained && !report.hypotheses.empty() &&
                     report.hypotheses.front().status != Status::kRuledOut;
  report.status = known ? StatusName(report.hypotheses.front().status) : "unknown";
  for (const InputNote& note : gathered_.inputs) report.inputs.push_back({note, std::nullopt});
  AddStopped(report);
  report.summary = Summarise(report);
  return report;
}

}  // namespace

Report Conclude(const Gathered& gathered, const Diagnosis& diagnosis, const Exhibits& exhibits,
                base::TimePoint now) {
  return Concluder(gathered, diagnosis, exhibits, now).Run();
}

}  // namespace vedette::diagnose::live
