#include "app/diagnosing.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/json_writer.h"
#include "base/log.h"
#include "diagnose/diagnose.h"
#include "diagnose/live/report.h"
#include "diagnose/live/similar.h"
#include "diagnose/live/window.h"

namespace vedette::app {
namespace {

namespace live = diagnose::live;

constexpr base::Duration kAnewPause = std::chrono::minutes(1);
constexpr size_t kAnomaliesMax = 300;  // of an incident
constexpr int64_t kOthersMax = 1000;
constexpr int64_t kOpenAtStartMax = 200;
constexpr base::Duration kPoll = std::chrono::seconds(1);

double MillisSince(base::SteadyPoint start, base::SteadyPoint end) {
  return std::chrono::duration<double, std::milli>(end - start).count();
}

void CollectEvidence(const live::Report& report, std::vector<model::Evidence>& out) {
  for (const live::RankedHypothesis& hypothesis : report.hypotheses) {
    for (const live::EvidencedClaim& claim : hypothesis.claims) out.push_back(claim.evidence);
  }
  for (const live::InputReport& input : report.inputs) {
    if (input.evidence) out.push_back(*input.evidence);
  }
}

}  // namespace

Diagnosing::Diagnosing(Parts parts, Options options)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      logs_(parts_.records, parts_.clock),
      asker_({.metrics = parts_.queries,
              .logs = logs_,
              .records = parts_.records,
              .calls = parts_.calls,
              .clock = parts_.clock,
              .judged = parts_.judged}),
      made_(parts_.metrics.AddCounter("vedette_diagnoses_total", "Diagnoses of incidents made.")),
      failed_(parts_.metrics.AddCounter("vedette_diagnoses_failed_total",
                                        "Diagnoses that could not be made or kept.")),
      seconds_(parts_.metrics.AddHistogram("vedette_diagnosis_seconds",
                                           "What a diagnosis took, with the gathering.",
                                           {0.01, 0.03, 0.1, 0.3, 1, 3, 10})) {}

base::Result<std::unique_ptr<Diagnosing>> Diagnosing::Open(Parts parts, Options options) {
  std::unique_ptr<Diagnosing> diagnosing(new Diagnosing(std::move(parts), std::move(options)));
  VEDETTE_TRY(diagnosing->store_, live::DiagnosisStore::Open(diagnosing->parts_.database));
  return diagnosing;
}

void Diagnosing::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Diagnosing::Stop() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void Diagnosing::SetImpactOptions(live::ImpactOptions options) {
  base::MutexLock lock(mutex_);
  impact_ = std::move(options);
}

base::Duration Diagnosing::GapAfter(int runs) const {
  base::Duration gap = options_.gap_min;
  for (int i = 1; i < runs && gap < options_.gap_max; ++i) gap *= 2;
  return std::min(gap, options_.gap_max);
}

void Diagnosing::Schedule(Waiting& waiting, base::Duration after) {
  const base::SteadyPoint due = waits_.Steady() + after;
  if (!waiting.due || due < *waiting.due) waiting.due = due;
}

// What is over and was looked at goes first.
void Diagnosing::MakeRoom() {
  if (waiting_.size() < options_.waiting_max) return;
  std::erase_if(waiting_, [](const auto& entry) { return !entry.second.due; });
}

void Diagnosing::Notice(const model::Incident& incident) {
  base::MutexLock lock(mutex_);
  const Key key(incident.tenant, incident.id);
  const bool fresh = !waiting_.contains(key);
  if (fresh) {
    MakeRoom();
    if (waiting_.size() >= options_.waiting_max) return;
  }
  Waiting& waiting = waiting_[key];
  const bool over = incident.state == model::IncidentState::kResolved;
  const bool ends = over && !waiting.resolved;
  const bool declared = fresh && incident.anomaly_ids.empty();
  const bool grew = declared || incident.anomaly_ids.size() > waiting.anomalies;
  const bool renamed = std::exchange(waiting.title, incident.title) != incident.title;
  if (grew && renamed && waits_.Steady() - waiting.anew >= kAnewPause) {
    waiting.anew = waits_.Steady();  // it is about something else now
    waiting.runs = 0;
  }
  waiting.resolved = over;
  waiting.anomalies = std::max(waiting.anomalies, incident.anomaly_ids.size());
  if ((!ends && !grew) || (waiting.runs >= options_.runs_max && !ends)) return;
  Schedule(waiting, waiting.runs == 0 ? options_.first_after : GapAfter(waiting.runs));
  wake_.NotifyAll();
}

std::optional<Diagnosing::Key> Diagnosing::Next() {
  base::MutexLock lock(mutex_);
  while (!stopping_) {
    auto first = waiting_.end();
    for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
      if (at->second.due && (first == waiting_.end() || *at->second.due < *first->second.due)) {
        first = at;
      }
    }
    const base::SteadyPoint now = waits_.Steady();
    if (first != waiting_.end() && *first->second.due <= now) {
      Waiting& waiting = first->second;
      waiting.due.reset();
      ++waiting.runs;
      // The first rows tell little: it is looked at again when there are more.
      const bool again = !waiting.resolved && waiting.runs < options_.runs_max;
      if (again) Schedule(waiting, 2 * GapAfter(waiting.runs));
      return first->first;
    }
    wake_.WaitUntil(mutex_, first == waiting_.end() ? now + kPoll : *first->second.due);
  }
  return std::nullopt;
}

void Diagnosing::Run() {
  const base::Result<incident::journal::IncidentPage> open = parts_.journal.List(
      {.tenant = model::TenantName(model::kDefaultTenant),
       .states = {model::IncidentState::kOpen, model::IncidentState::kAcknowledged},
       .with_timeline = false,
       .limit = kOpenAtStartMax});
  if (open.ok()) {
    for (const model::Incident& incident : open->incidents) Notice(incident);
  } else {
    base::IgnoreError(open, "incidents are diagnosed when they change");
  }
  while (const std::optional<Key> key = Next()) {
    const base::Result<> done = Diagnose(*key);
    if (done.ok()) continue;
    failed_.Add();
    base::LogWarning("an incident could not be diagnosed",
                     {{"incident", key->second}, {"error", done.error().message}});
  }
}

base::Result<live::Occasion> Diagnosing::OccasionOf(const Key& key, base::TimePoint now) const {
  const auto& [tenant, id] = key;
  VEDETTE_TRY(const model::Incident incident, parts_.journal.Find(tenant, id));
  std::vector<model::Anomaly> anomalies;
  for (const std::string& anomaly_id : incident.anomaly_ids) {
    if (anomalies.size() >= kAnomaliesMax) break;
    base::Result<model::Anomaly> anomaly = parts_.anomalies.Get(tenant, anomaly_id);
    if (anomaly.ok()) anomalies.push_back(*std::move(anomaly));
  }
  live::Occasion occasion = live::OccasionOf(incident, std::move(anomalies), now - options_.settle);
  VEDETTE_TRY(const detect::AnomalyPage others,
              parts_.anomalies.List({.tenant = tenant,
                                     .from = occasion.onset - live::kTroublesLook,
                                     .to = occasion.end,
                                     .limit = kOthersMax}));
  live::AddOthers(occasion, others.anomalies);
  return occasion;
}

base::Result<> Diagnosing::Diagnose(const Key& key) {
  base::MutexLock one_at_a_time(running_);
  live::ImpactOptions impact_options;
  {
    base::MutexLock lock(mutex_);
    impact_options = impact_;
  }
  const base::TimePoint now = parts_.clock.Now();
  const base::SteadyPoint begun = waits_.Steady();
  VEDETTE_TRY(const live::Occasion occasion, OccasionOf(key, now));
  const live::Gathered gathered = live::Gather(occasion,
                                               {.series = parts_.series,
                                                .metrics = parts_.queries,
                                                .logs = logs_,
                                                .records = parts_.records,
                                                .calls = parts_.calls,
                                                .clock = waits_},
                                               options_.limits);
  const base::SteadyPoint gathered_at = waits_.Steady();
  const diagnose::Diagnosis diagnosis = diagnose::Diagnose(gathered.tables);
  const base::SteadyPoint diagnosed_at = waits_.Steady();
  const live::Exhibits exhibits(occasion, gathered, diagnosis, asker_, now);
  live::Report report = live::Conclude(gathered, diagnosis, exhibits, now);
  const live::UnitSource unit_of = [&](std::string_view metric, bool as_rate) {
    return parts_.unit_of(key.first, metric, as_rate);
  };
  const live::Impact impact =
      live::Assess(occasion, gathered, report, exhibits, impact_options, unit_of);
  report.engine_ms = MillisSince(gathered_at, diagnosed_at);
  report.total_ms = MillisSince(begun, waits_.Steady());
  live::NewDiagnosis stored{.tenant = key.first, .incident_id = key.second, .report = &report};
  base::JsonWriter body(stored.body), impact_body(stored.impact);
  live::Write(report, body.BeginObject());
  body.EndObject();
  live::Write(impact, report, impact_body.BeginObject());
  impact_body.EndObject();
  stored.features = live::FeaturesOf(occasion, report);
  CollectEvidence(report, stored.evidence);
  live::CollectEvidence(impact, stored.evidence);
  VEDETTE_TRY(const int64_t revision, store_->Save(stored));
  made_.Add();
  seconds_.Observe(report.total_ms / 1000);
  if (parts_.made) parts_.made(key.first, key.second, revision);
  return {};
}

base::Result<> Diagnosing::DiagnoseNow(const model::TenantName& tenant,
                                       const std::string& incident_id) {
  return Diagnose({tenant, incident_id});
}

}  // namespace vedette::app
