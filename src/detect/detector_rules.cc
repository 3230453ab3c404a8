// How a shard's detector applies the rules that people configured: limits and absence.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "detect/detector.h"
#include "detect/wording.h"
#include "model/sample.h"

namespace vedette::detect {
namespace {

double ScoreOf(model::Severity severity) {
  switch (severity) {
    case model::Severity::kCritical: return 0.95;
    case model::Severity::kWarning: return 0.8;
    case model::Severity::kInfo: break;
  }
  return 0.5;
}

// The evidence of a rule: the values that it compared, and the question that gives them again.
void Show(const Readings& readings, bool as_rate, double low, double high, base::TimePoint now,
          model::Anomaly& anomaly) {
  model::Evidence& evidence = anomaly.evidence;
  evidence.query = QueryOf(anomaly.labels, as_rate, readings.longest_pause());
  evidence.to = evidence.taken_at = now;
  if (readings.size() > 0) {
    evidence.from = std::min(evidence.from, base::FromMillis(readings[0].t_ms));
    evidence.to = std::max(now, base::FromMillis(readings[readings.size() - 1].t_ms));
  }
  evidence.result_json = RecentJson(readings, low, high);
}

// What a limit leaves: from nothing up to it, or from it on.
Compared Beside(const rules::Rule& rule, double observed, double limit) {
  if (rule.bound == rules::Bound::kAbove) return {observed, std::min(0.0, limit), limit};
  return {observed, limit, std::max(limit, 0.0)};
}

// By the values alone: which of its limits a rule holds against them changes.
bool IsFarther(const rules::Rule& rule, const Compared& one, const Compared& other) {
  return rule.bound == rules::Bound::kAbove ? one.observed > other.observed
                                            : one.observed < other.observed;
}

}  // namespace

// From now on the series is under these rules. What was under the same rule before goes on, the
// rest of it ends.
void ShardDetector::TakeUnderRules(uint32_t index, std::span<const uint16_t> matching,
                                   const rules::RuleSet* before) {
  Watch& watch = watches_[index];
  std::vector<RuleWatch> old = std::exchange(watch.rules, {});
  absence_.erase(index);
  for (const uint16_t number : matching) {
    const rules::Rule& rule = rules_->rules()[number];
    const auto same = std::ranges::find_if(
        old, [&](const RuleWatch& watched) { return before->rules()[watched.rule] == rule; });
    if (same != old.end()) {
      watch.rules.push_back(std::move(*same));
      watch.rules.back().rule = number;
      old.erase(same);
    } else {
      BeginRule(index, number);
    }
    if (rule.kind == rules::RuleKind::kAbsence) absence_.insert(index);
  }
  known_thresholds_.clear();
  for (RuleWatch& watched : old) EndRule(watch, watched);
  watch.has_rules = !watch.rules.empty();
  Release(index);
}

void ShardDetector::BeginRule(uint32_t index, uint16_t number) {
  const rules::Rule& rule = rules_->rules()[number];
  RuleWatch watched;
  watched.rule = number;
  for (auto& [name, state] : known_thresholds_) {
    if (name == rule.name) watched.threshold = state;
  }
  watched.open = Adopt(index, rule.name);
  if (watched.open != nullptr) {
    watched.threshold.broken = true;
    watched.threshold.severity = watched.open->anomaly.severity;
    watched.threshold.since_ms = base::ToMillis(watched.open->anomaly.started_at);
    watched.open->as_rate = rule.per_second;
  }
  watches_[index].rules.push_back(std::move(watched));
}

void ShardDetector::EndRule(const Watch& watch, RuleWatch& watched) {
  if (watched.open == nullptr) return;
  const base::TimePoint end =
      base::FromMillis(std::max(AsOf(watch.series.state.last_ms), watched.threshold.as_of_ms));
  Close(*watched.open, end, end);
  watched.open.reset();
  watched.threshold = {};
}

// All series at once, so that there is one set of rules at any time: a tenth of a second for a
// million of them, when somebody has changed the rules.
void ShardDetector::TakeRules() {
  if (shared_.rule_board == nullptr || shared_.rule_board->version() == rules_version_) return;
  rules_version_ = shared_.rule_board->version();
  const auto before = std::exchange(rules_, shared_.rule_board->rules());
  if (before == rules_) return;
  for (uint32_t slot = 0; slot < known_.size(); ++slot) {
    if (known_[slot].labels.empty()) continue;
    const auto labels = model::LabelsView::FromCanonical(known_[slot].labels);
    const std::vector<uint16_t> matching = rules_->Matching(labels);
    uint32_t& index = slots_[slot];
    if (index == kUnwatched) {
      if (matching.empty()) continue;
      index = AddWatch(known_[slot].tenant, labels, {.reading = baseline::Reading::kSkip});
    }
    TakeUnderRules(index, matching, before.get());
    const bool idle =
        matching.empty() && watches_[index].signal.reading == baseline::Reading::kSkip;
    if (idle) RemoveWatch(std::exchange(index, kUnwatched));
  }
}

// The store has something newer. For rules that is what they took last, unless it lay ahead of the
// clock; a recent one is a sign of life in any case.
void ShardDetector::OnLate(std::span<const series::ObservedSample> samples) {
  for (const series::ObservedSample& sample : samples) {
    if (sample.slot >= slots_.size() || slots_[sample.slot] == kUnwatched) continue;
    if (sample.t_ms < now_ms_ - kLateMs) continue;
    Watch& watch = watches_[slots_[sample.slot]];
    if (!std::isnan(sample.value)) watch.arrival_tick = tick_;
    if (watch.has_rules) ApplyRules(slots_[sample.slot], sample, true);
  }
}

void ShardDetector::ApplyRules(uint32_t index, const series::ObservedSample& sample, bool live) {
  for (RuleWatch& watched : watches_[index].rules) {
    // What was replayed before the time was known may have lain ahead of it.
    watched.threshold.as_of_ms = AsOf(watched.threshold.as_of_ms);
    if (RuleOf(watched).kind == rules::RuleKind::kThreshold) {
      ApplyThreshold(index, watched, sample, live);
    } else {
      EndAbsence(index, watched, sample);
    }
  }
}

void ShardDetector::ApplyThreshold(uint32_t index, RuleWatch& watched,
                                   const series::ObservedSample& sample, bool live) {
  const rules::Rule& rule = RuleOf(watched);
  const int64_t before_ms = watched.threshold.last_ms;
  const rules::ThresholdVerdict verdict =
      rules::Step(rule, watched.threshold, sample.t_ms, sample.value, AsOf(sample.t_ms));
  if (verdict.judged) watched.readings.Add(sample.t_ms, verdict.observed, before_ms);
  if (!live || !verdict.judged) return;
  const base::TimePoint now = base::FromMillis(watched.threshold.as_of_ms);
  Watch& watch = watches_[index];
  if (!watched.threshold.broken) {
    if (watched.open == nullptr) return;
    Close(*watched.open, base::FromMillis(watched.threshold.clean_since_ms), now);
    watched.open.reset();
    Release(index);
    return;
  }
  // On its way back: what was worst stays to be read.
  if (!verdict.limit) return;
  const bool critical = watched.threshold.severity == model::Severity::kCritical;
  const double limit = critical || !rule.warning ? *verdict.limit : *rule.warning;
  const Compared compared = Beside(rule, verdict.observed, limit);
  const bool opens = watched.open == nullptr;
  const bool worse = verdict.change == rules::ThresholdChange::kWorse;
  if (opens) {
    watched.open = std::make_unique<Reported>();
    watched.open->as_rate = rule.per_second;
    watched.open->anomaly = Begin(watch, model::AnomalyKind::kThreshold, rule.name,
                                  base::FromMillis(watched.threshold.since_ms), now);
    watched.open->worst = compared;
    open_.insert(index);
  } else {
    if (IsFarther(rule, compared, watched.open->worst)) watched.open->worst = compared;
    if (!worse && now - watched.open->last_report < options_.update_every) return;
  }
  model::Anomaly& anomaly = watched.open->anomaly;
  anomaly.updated_at = now;
  anomaly.severity = watched.threshold.severity;
  anomaly.score = ScoreOf(anomaly.severity);
  anomaly.observed = compared.observed;
  anomaly.expected_low = compared.low;
  anomaly.expected_high = compared.high;
  anomaly.summary = ThresholdSummary(anomaly, limit, rule.per_second);
  Show(watched.readings, rule.per_second, anomaly.expected_low, anomaly.expected_high, now,
       anomaly);
  opens ? reporter_.Opened(*watched.open, now) : TellAgain(*watched.open, now, worse);
}

void ShardDetector::EndAbsence(uint32_t index, RuleWatch& watched,
                               const series::ObservedSample& sample) {
  if (!rules::Follows(watched.threshold, sample.t_ms)) return;
  watched.ended = model::IsStale(sample.value);
  if (std::isnan(sample.value)) return;
  const int64_t before_ms = std::exchange(watched.threshold.last_ms, sample.t_ms);
  watched.threshold.as_of_ms = AsOf(sample.t_ms);
  watched.readings.Add(sample.t_ms, sample.value, before_ms);
  const base::TimePoint now = base::FromMillis(watched.threshold.as_of_ms);
  // Replayed after a restart, the values from before the silence do not end it.
  if (watched.open == nullptr || now <= watched.open->anomaly.started_at) return;
  reporter_.Closed(*watched.open, now, now);
  watched.open.reset();
  Release(index);
}

void ShardDetector::OpenAbsence(Watch& watch, RuleWatch& watched, base::TimePoint now) {
  const rules::Rule& rule = RuleOf(watched);
  watched.open = std::make_unique<Reported>();
  model::Anomaly& anomaly = watched.open->anomaly;
  const base::TimePoint last = base::FromMillis(watched.threshold.as_of_ms);
  anomaly = Begin(watch, model::AnomalyKind::kAbsence, rule.name,
                  watched.threshold.last_ms > 0 ? last : *watched.last_arrival, now);
  anomaly.severity = rule.severity;
  anomaly.score = ScoreOf(rule.severity);
  anomaly.summary = AbsenceSummary(anomaly);
  constexpr double kAny = std::numeric_limits<double>::infinity();
  Show(watched.readings, false, -kAny, kAny, now, anomaly);
  reporter_.Opened(*watched.open, now);
}

void ShardDetector::CheckAbsence(uint32_t index, base::TimePoint now) {
  Watch& watch = watches_[index];
  for (RuleWatch& watched : watch.rules) {
    const rules::Rule& rule = RuleOf(watched);
    if (rule.kind != rules::RuleKind::kAbsence) continue;
    if (watch.arrival_tick == tick_) watched.last_arrival = now;
    if (!watched.last_arrival) {  // found at start-up: armed by its first value, or by its past
      if (watched.open != nullptr) watched.last_arrival = now;
      continue;
    }
    const base::Duration silent = now - *watched.last_arrival;
    if (watched.open != nullptr) {
      if (silent < rule.forget_after) continue;
      reporter_.Closed(*watched.open, now, now);
      watched.open.reset();
      watched.last_arrival.reset();
      Release(index);
    } else if (watched.ended && !rule.stale_is_absent) {
      watched.last_arrival.reset();
    } else if (silent > SilenceLimit(watch, rule.lasts)) {
      open_.insert(index);
      OpenAbsence(watch, watched, now);
    }
  }
}

}  // namespace vedette::detect
