#include "detect/detector.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "base/id.h"
#include "detect/baseline/severity.h"
#include "detect/wording.h"
#include "model/sample.h"

namespace vedette::detect {
namespace {

constexpr std::string_view kBaselineName = "baseline";
constexpr size_t kPrefetchAhead = 2;
constexpr int kContextIntervals = 10;  // that evidence shows before the deviation

bool IsAlarm(const baseline::Episode& episode) { return episode.open && episode.alarmed; }

bool IsStrict(const baseline::Levels& levels, const baseline::Episode& episode) {
  return episode.open && static_cast<double>(episode.nats) >= levels.strict;
}

// Of which time the newest quantile is: from the one before it. Scrapes are taken together as it
// takes, so that this is not always the same.
base::Duration PooledBy(const Watch& watch) {
  const baseline::SeriesState& state = watch.series.state;
  if (state.recent_size < 2) return IntervalOf(watch);
  const size_t last = (state.recent_next + state.kRecent - 1) % state.kRecent;
  const size_t before = (last + state.kRecent - 1) % state.kRecent;
  const uint32_t between_ms = state.recent_ms[last] - state.recent_ms[before];
  return base::Duration(between_ms);
}

// What others have to pay for a weight.
double ExcessAt(uint8_t step) { return std::max(0.0, WeightAt(step) - 1); }

}  // namespace

ShardDetector::ShardDetector(DetectorOptions options, Shared shared)
    : options_(std::move(options)),
      shared_(std::move(shared)),
      rules_(shared_.rules),
      reporter_(shared_.queue, options_.waiting_max, shared_.metrics) {
  TakeFeedback();
  SetLevels();
}

ShardDetector::~ShardDetector() { KeepLast(); }

void ShardDetector::SetLevels() {
  // Without feedback all series have the same weight.
  const bool weighed = feedback_ != nullptr && !feedback_->empty();
  const size_t first = weighed ? 0 : kNeutralStep;
  const size_t last = weighed ? levels_.size() - 1 : kNeutralStep;
  for (size_t step = first; step <= last; ++step) {
    if (shared_.budget != nullptr) {
      levels_[step] = shared_.budget->levels(WeightAt(static_cast<uint8_t>(step)));
    }
    levels_[step].deviation = options_.report_score;
  }
}

Standing ShardDetector::StandingOf(const Watch& watch) const {
  if (feedback_ == nullptr || feedback_->empty()) return {};
  const model::LabelsView labels = model::LabelsView::FromCanonical(watch.labels);
  return feedback_->Of(tenants_[watch.tenant], EntityOf(labels), labels.metric_name());
}

void ShardDetector::Weigh(Watch& watch) {
  const uint8_t step = StandingOf(watch).step;
  if (step == watch.weight_step) return;
  if (shared_.budget != nullptr) {
    shared_.budget->AddExcess(ExcessAt(step) - ExcessAt(watch.weight_step));
  }
  watch.weight_step = step;
}

// Gives series the weights of new feedback, so many in a tick.
void ShardDetector::TakeFeedback() {
  if (shared_.feedback == nullptr) return;
  const uint64_t version = shared_.feedback->version();
  if (version != feedback_version_) {
    feedback_version_ = version;
    feedback_ = shared_.feedback->table();
    next_weighed_ = 0;
  }
  constexpr uint32_t kWeighedPerTick = 50'000;
  for (uint32_t i = 0; i < kWeighedPerTick && next_weighed_ < watches_.end(); ++i) {
    Watch& watch = watches_[next_weighed_++];
    if (!watch.labels.empty()) Weigh(watch);
  }
}

uint32_t ShardDetector::InternTenant(std::string_view tenant) {
  const auto it = tenant_ids_.find(tenant);
  if (it != tenant_ids_.end()) return it->second;
  const auto id = static_cast<uint32_t>(tenants_.size());
  tenants_.emplace_back(tenant);
  tenant_ids_.emplace(tenant, id);
  return id;
}

void ShardDetector::OnSeries(uint32_t slot, std::string_view tenant, model::LabelsView labels) {
  if (slots_.size() <= slot) {
    slots_.resize(static_cast<size_t>(slot) + 1, kUnwatched);
    known_.resize(static_cast<size_t>(slot) + 1);
  }
  if (!known_[slot].labels.empty()) OnSeriesGone(slot);
  known_[slot] = {labels.bytes(), InternTenant(tenant)};
  baseline::Signal signal = baseline::ClassifySignal(labels);
  if (!options_.baseline_enabled) {
    signal.reading = baseline::Reading::kSkip;
  } else if (options_.histograms) {
    histograms_.Add(slot, tenant, labels);
  }
  const std::vector<uint16_t> matching = rules_->Matching(labels);
  if (signal.reading == baseline::Reading::kSkip && matching.empty()) return;
  slots_[slot] = AddWatch(known_[slot].tenant, labels, signal);
  TakeUnderRules(slots_[slot], matching);
}

// A series comes under watch. Its rules are for the caller to add.
uint32_t ShardDetector::AddWatch(uint32_t tenant, model::LabelsView labels,
                                 const baseline::Signal& signal) {
  const uint32_t index = watches_.Add();
  Watch& watch = watches_[index];
  known_thresholds_.clear();
  watch.signal = signal;
  watch.tenant = tenant;
  watch.labels = labels.bytes();
  watch.open = Adopt(index, kBaselineName);
  if (signal.reading != baseline::Reading::kSkip) Restore(watch, tenants_[tenant], labels);
  Weigh(watch);
  if (shared_.metrics != nullptr) shared_.metrics->watched.Add(1);
  if (shared_.budget != nullptr) shared_.budget->AddSeries(1, baseline::MayPage(signal) ? 1 : 0);
  return index;
}

// What the last run left open of a series and a detector; null if nothing.
std::unique_ptr<Reported> ShardDetector::Adopt(uint32_t index, std::string_view detector) {
  if (shared_.adopted == nullptr || shared_.adopted->empty()) return nullptr;
  const Watch& watch = watches_[index];
  std::optional<model::Anomaly> known = shared_.adopted->Take(
      tenants_[watch.tenant], model::LabelsView::FromCanonical(watch.labels), detector);
  if (!known) return nullptr;
  open_.insert(index);
  if (shared_.metrics != nullptr) shared_.metrics->open.Add(1);
  auto reported = std::make_unique<Reported>();
  reported->last_report = known->updated_at;
  reported->anomaly = *std::move(known);
  BeginWorst(*reported);
  reported->as_rate = watch.signal.reading == baseline::Reading::kCounter;
  return reported;
}

bool ShardDetector::MayLeave(uint32_t slot) const {
  if (const HistogramBook::Histogram* histogram = histograms_.Of(slot)) {
    for (const uint32_t index : histogram->owner) {
      if (index != HistogramBook::kNone && open_.contains(index)) return false;
    }
  }
  if (slot >= slots_.size() || slots_[slot] == kUnwatched) return true;
  const Watch& watch = watches_[slots_[slot]];
  return !open_.contains(slots_[slot]) &&
         std::none_of(watch.rules.begin(), watch.rules.end(),
                      [](const RuleWatch& rule) { return rule.last_arrival.has_value(); });
}

void ShardDetector::OnSeriesGone(uint32_t slot) {
  if (slot >= slots_.size()) return;
  known_[slot] = {};
  for (const uint32_t index : histograms_.Remove(slot)) {
    if (index != HistogramBook::kNone) RemoveWatch(index);
  }
  if (slots_[slot] != kUnwatched) RemoveWatch(std::exchange(slots_[slot], kUnwatched));
}

void ShardDetector::RemoveWatch(uint32_t index) {
  Watch& watch = watches_[index];
  const base::TimePoint last = base::FromMillis(watch.series.state.last_ms);
  if (watch.open != nullptr) Close(*watch.open, last, last);
  for (RuleWatch& watched : watch.rules) EndRule(watch, watched);
  open_.erase(index);
  absence_.erase(index);
  KeepGone(watch);
  if (shared_.metrics != nullptr) shared_.metrics->watched.Add(-1);
  if (shared_.budget != nullptr) {
    shared_.budget->AddSeries(-1, baseline::MayPage(watch.signal) ? -1 : 0);
    shared_.budget->AddExcess(-ExcessAt(watch.weight_step));
  }
  watches_.Remove(index);
}

// All of it: a processor that sees gaps no longer guesses what comes next (lines that a value
// hardly ever touches left out: 190 ns a value and not 160, of 100,000 series).
void ShardDetector::Prefetch(uint32_t slot) const {
  if (slot >= slots_.size() || slots_[slot] == kUnwatched) return;
  constexpr size_t kLine = 64;
  const Watch& watch = watches_[slots_[slot]];
  const char* end = reinterpret_cast<const char*>(&watch + 1);
  for (const char* at = reinterpret_cast<const char*>(&watch); at < end; at += kLine) {
    __builtin_prefetch(at, 1);
  }
}

void ShardDetector::Take(std::span<const series::ObservedSample> samples, Source source) {
  const bool live = source == Source::kLive;
  if (!live && shared_.states != nullptr) shared_.states->Replayed(samples.size());
  for (size_t i = 0; i < samples.size(); ++i) {
    if (i + kPrefetchAhead < samples.size()) Prefetch(samples[i + kPrefetchAhead].slot);
    const series::ObservedSample& sample = samples[i];
    if (sample.slot >= slots_.size()) continue;
    const uint32_t index = slots_[sample.slot];
    const bool judged =
        index != kUnwatched && watches_[index].signal.reading != baseline::Reading::kSkip;
    if (!judged && live && histograms_.Knows(sample.slot)) histograms_.Take(sample);
    if (!judged && !std::isnan(sample.value)) known_[sample.slot].last_ms = sample.t_ms;
    if (index == kUnwatched) continue;
    Watch& watch = watches_[index];
    if (!std::isnan(sample.value)) watch.arrival_tick = tick_;
    if (judged) Judge(index, sample.t_ms, sample.value, source);
    if (watch.has_rules) ApplyRules(index, sample, live);
  }
  if (live) JudgeQuantiles();
}

void ShardDetector::Judge(uint32_t index, int64_t t_ms, double value, Source source) {
  Watch& watch = watches_[index];
  const baseline::Episode before = watch.series.episode;
  const baseline::Finding finding =
      baseline::Step(options_.baseline, watch.signal, LevelsOf(watch), watch.series, t_ms, value);
  if (finding.verdict.judged) {
    tested_ms_ += static_cast<double>(watch.series.state.interval_ms);
    ++tested_;
  }
  if (source != Source::kLive) watch.replayed_ms = std::max(watch.replayed_ms, t_ms);
  if (source == Source::kPast || !finding.verdict.taken) return;
  if (watch.open == nullptr && watch.series.since_ms == 0) return;
  CountDiscovery(LevelsOf(watch), before, watch.series.episode, t_ms);
  Reconcile(index, finding, base::FromMillis(t_ms), source);
}

model::Anomaly ShardDetector::Begin(const Watch& watch, model::AnomalyKind kind,
                                    std::string_view detector, base::TimePoint started,
                                    base::TimePoint now) const {
  model::Anomaly anomaly;
  const model::LabelsView labels = model::LabelsView::FromCanonical(watch.labels);
  anomaly.id = "an_" + base::NewId(now);
  anomaly.tenant = tenants_[watch.tenant];
  anomaly.kind = kind;
  anomaly.entity = EntityOf(labels);
  anomaly.labels = model::Labels(labels);
  anomaly.started_at = started;
  anomaly.updated_at = now;
  anomaly.detector = detector;
  anomaly.evidence.id = "ev_" + base::NewId(now);
  anomaly.evidence.from = started - IntervalOf(watch) * kContextIntervals;
  return anomaly;
}

void ShardDetector::CountDiscovery(const baseline::Levels& levels, const baseline::Episode& before,
                                   const baseline::Episode& episode, int64_t t_ms) {
  if (shared_.metrics != nullptr && IsAlarm(episode) && !IsAlarm(before)) {
    shared_.metrics->surprises.Add();
  }
  // What happened long ago, and is told now, says nothing of what goes on.
  if (t_ms < now_ms_ - NoiseBudget::kMemory.count()) return;
  if (IsStrict(levels, episode) && !IsStrict(levels, before)) ++discovered_;
}

Compared ShardDetector::CompareNow(const Watch& watch, const baseline::Finding& finding) {
  const baseline::Verdict& verdict = finding.verdict;
  const baseline::Episode& episode = watch.series.episode;
  if (watch.series.state.phase == baseline::Phase::kOpen) {
    return {watch.series.state.sustained, verdict.low, verdict.high};
  }
  return {verdict.observed, static_cast<double>(episode.low), static_cast<double>(episode.high)};
}

// Fills what changes while an anomaly lasts.
void ShardDetector::Describe(const Watch& watch, const baseline::Finding& finding,
                             Reported& reported, base::TimePoint now) const {
  const baseline::SeriesState& state = watch.series.state;
  const Compared compared = CompareNow(watch, finding);
  model::Anomaly& anomaly = reported.anomaly;
  anomaly.updated_at = now;
  anomaly.score = std::max(anomaly.score, baseline::ScoreOf(LevelsOf(watch), watch.series));
  anomaly.severity = model::SeverityOf(anomaly.score);
  anomaly.observed = compared.observed;
  anomaly.expected_low = compared.low;
  anomaly.expected_high = compared.high;
  anomaly.summary = DeviationSummary(anomaly, reported.as_rate);
  anomaly.evidence.query = watch.quantile > 0
                               ? QuantileQueryOf(anomaly.labels, PooledBy(watch))
                               : QueryOf(anomaly.labels, reported.as_rate, IntervalOf(watch));
  anomaly.evidence.to = now;
  anomaly.evidence.taken_at = now;
  const Grounds grounds = GroundsOf(watch.series, LevelsOf(watch), StandingOf(watch));
  anomaly.evidence.result_json =
      RecentJson(state, anomaly.expected_low, anomaly.expected_high, &grounds, HistogramOf(watch));
}

// The same again for the same anomaly, also in another run.
std::string IdOf(const model::Anomaly& anomaly) {
  std::string thing = anomaly.tenant;
  thing.append(1, '\0').append(anomaly.detector).append(1, '\0').append(anomaly.labels.bytes());
  return base::DerivedId(anomaly.started_at, thing);
}

void ShardDetector::OpenDeviation(uint32_t index, const baseline::Finding& finding,
                                  base::TimePoint now) {
  Watch& watch = watches_[index];
  const base::TimePoint since = base::FromMillis(watch.series.since_ms);
  auto opened = std::make_unique<Reported>();
  opened->as_rate = watch.signal.reading == baseline::Reading::kCounter;
  opened->anomaly = Begin(watch, model::AnomalyKind::kBaseline, kBaselineName, since, now);
  const std::string id = IdOf(opened->anomaly);
  opened->anomaly.id = "an_" + id;
  opened->anomaly.evidence.id = "ev_" + id;
  const bool may_be_known =
      shared_.adopted != nullptr && watch.series.since_ms <= watch.replayed_ms;
  if (may_be_known &&
      shared_.adopted->WasClosedBefore(opened->anomaly.tenant, opened->anomaly.id)) {
    watch.told_since_ms = watch.series.since_ms;
    return;
  }
  watch.open = std::move(opened);
  Describe(watch, finding, *watch.open, now);
  BeginWorst(*watch.open);
  open_.insert(index);
  reporter_.Opened(*watch.open, now);
}

void ShardDetector::CloseDeviation(uint32_t index, base::TimePoint now) {
  Watch& watch = watches_[index];
  const base::TimePoint ended = base::FromMillis(watch.series.ended_ms);
  Close(*watch.open, ended >= watch.open->anomaly.started_at ? ended : now, now);
  watch.open.reset();
  Release(index);
}

// Of what has a value it says the worst from now on, not the last.
void ShardDetector::Close(Reported& reported, base::TimePoint ended, base::TimePoint now) {
  const model::AnomalyKind kind = reported.anomaly.kind;
  if (kind == model::AnomalyKind::kBaseline || kind == model::AnomalyKind::kThreshold) {
    TellWorst(reported);
    reported.anomaly.summary = SummaryOfOver(reported.anomaly, reported.as_rate);
  }
  reporter_.Closed(reported, ended, now);
}

// After a restart that left too little to learn from, what was expected then still is.
void ShardDetector::ResumeAdopted(Watch& watch, base::TimePoint now) {
  const model::Anomaly& anomaly = watch.open->anomaly;
  const int side = anomaly.observed < anomaly.expected_low ? -1 : 1;
  watch.series.since_ms = base::ToMillis(anomaly.started_at);
  baseline::Seed(watch.series.state, base::ToMillis(now), anomaly.expected_low,
                 anomaly.expected_high, side, watch.series.since_ms);
}

// Brings what was reported in line with what is said of the series now: one anomaly, as long as the
// baseline's deviation or the episode of its surprise lasts.
void ShardDetector::Reconcile(uint32_t index, const baseline::Finding& finding, base::TimePoint now,
                              Source source) {
  Watch& watch = watches_[index];
  baseline::SeriesDetector& series = watch.series;
  const bool untold = source == Source::kUntold;
  if (watch.open != nullptr && series.state.phase == baseline::Phase::kLearning) {
    if (!untold) ResumeAdopted(watch, now);
    return;
  }
  // What the last run said later proves that it has said all before.
  if (untold && watch.open != nullptr && now < watch.open->anomaly.started_at) return;
  if (series.since_ms == 0) {
    if (watch.open == nullptr) return;
    CloseDeviation(index, now);
  } else if (series.since_ms == watch.told_since_ms) {
    if (!untold) baseline::Abandon(series);  // the last run closed it for want of values
    return;
  } else if (!finding.verdict.judged) {
    return;
  } else if (watch.open == nullptr) {
    OpenDeviation(index, finding, now);
  } else {
    UpdateDeviation(watch, finding, now);
  }
  watch.said = reporter_.said();
}

// Says of what goes on how it is now. Past data in a hurry has its own time, in which years pass in
// a minute: once in a tick is enough of them.
void ShardDetector::TellAgain(Reported& reported, base::TimePoint now, bool worse) {
  if (std::exchange(reported.repeated_tick, tick_) != tick_ || worse) {
    reporter_.Updated(reported, now);
  } else {
    reported.last_report = now;
  }
}

void ShardDetector::UpdateDeviation(Watch& watch, const baseline::Finding& finding,
                                    base::TimePoint now) {
  const baseline::SeriesState& state = watch.series.state;
  const baseline::Episode& episode = watch.series.episode;
  NoteWorst(*watch.open, CompareNow(watch, finding));
  const bool deviates = state.phase == baseline::Phase::kOpen;
  const bool returning =
      (!deviates || state.normal_points > 0) && (!episode.open || episode.normal_points > 0);
  const double score = baseline::ScoreOf(LevelsOf(watch), watch.series);
  const bool grows = score > watch.open->anomaly.score;  // told with the next report at the latest
  if (returning && !grows) return;                       // what was worst stays to be read
  const bool worse = model::SeverityOf(score) > watch.open->anomaly.severity;
  const bool due = worse || now - watch.open->last_report >= options_.update_every;
  if (grows || due) Describe(watch, finding, *watch.open, now);
  if (due) TellAgain(*watch.open, now, worse);
}

void ShardDetector::Release(uint32_t index) {
  const Watch& watch = watches_[index];
  const bool any = watch.open != nullptr ||
                   std::any_of(watch.rules.begin(), watch.rules.end(),
                               [](const RuleWatch& rule) { return rule.open != nullptr; });
  if (!any) open_.erase(index);
}

// Deviations of series that have stopped end with the series.
void ShardDetector::CloseSilent(base::TimePoint now) {
  std::vector<uint32_t> emptied;
  for (const uint32_t index : open_) {
    Watch& watch = watches_[index];
    const bool arrived = watch.arrival_tick == tick_;
    const auto silent = [&](Reported& reported) {
      if (arrived || reported.last_arrival.time_since_epoch().count() == 0) {
        reported.last_arrival = now;
      }
      return now - reported.last_arrival > SilenceLimit(watch, options_.close_silent_after);
    };
    if (watch.open != nullptr && silent(*watch.open)) {
      baseline::Abandon(watch.series);
      Close(*watch.open, base::FromMillis(AsOf(watch.series.state.last_ms)), now);
      watch.open.reset();
    }
    for (RuleWatch& watched : watch.rules) {
      if (RuleOf(watched).kind != rules::RuleKind::kThreshold || watched.open == nullptr) continue;
      if (!silent(*watched.open)) continue;
      Close(*watched.open, base::FromMillis(watched.threshold.as_of_ms), now);
      watched.open.reset();
      watched.threshold = {};
    }
    emptied.push_back(index);
  }
  for (const uint32_t index : emptied) Release(index);
}

void ShardDetector::CloseOrphans(base::TimePoint now) {
  if (shared_.adopted == nullptr) return;
  if (!orphans_due_) orphans_due_ = now + options_.adopt_within;
  if (now < *orphans_due_ || shared_.adopted->empty()) return;
  for (model::Anomaly& anomaly : shared_.adopted->TakeOrphans()) {
    Reported reported;
    const base::TimePoint last = anomaly.updated_at;
    reported.anomaly = std::move(anomaly);
    if (shared_.metrics != nullptr) shared_.metrics->open.Add(1);
    reporter_.Closed(reported, last, now);
  }
}

// On time is also what comes before the next tick, which a clock that runs faster has late.
void ShardDetector::SetNow(base::TimePoint now) {
  const int64_t before_ms = std::exchange(now_ms_, base::ToMillis(now));
  if (before_ms == 0) return;
  present_ms_ = now_ms_ + std::max(kClocksDiffer.count(), 2 * (now_ms_ - before_ms));
}

void ShardDetector::OnTick(base::TimePoint now) {
  SetNow(now);
  reporter_.Flush();
  reporter_.CountKept();
  if (shared_.budget != nullptr) {
    shared_.budget->Tested(base::Duration(static_cast<int64_t>(std::exchange(tested_ms_, 0))),
                           std::exchange(tested_, 0));
    shared_.budget->Discovered(std::exchange(discovered_, 0));
    shared_.budget->Settle(now);
    TakeFeedback();
    SetLevels();
    if (shared_.metrics != nullptr) {
      const baseline::Levels& levels = levels_[kNeutralStep];
      shared_.metrics->alarm_nats.Set(levels.alarm);
      shared_.metrics->listed_nats.Set(levels.listed);
      shared_.metrics->critical_nats.Set(levels.critical);
    }
  }
  KeepStates();
  TellSources();
  TakeRules();
  for (const uint32_t index : absence_) CheckAbsence(index, now);
  CloseSilent(now);
  CloseOrphans(now);
  ++tick_;
}

}  // namespace vedette::detect
