#include "score/run.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

#include "base/testing/fake_clock.h"
#include "diagnose/diagnose.h"
#include "diagnose/live/exhibit.h"
#include "diagnose/live/report.h"
#include "diagnose/live/window.h"
#include "incident/engine.h"
#include "score/stores.h"
#include "score/watcher.h"

namespace vedette::score {
namespace {

namespace live = diagnose::live;

constexpr base::Duration kDiscoverEvery = std::chrono::minutes(5);
constexpr base::Duration kDiscoverBefore = std::chrono::minutes(1);  // the story: fresh edges
constexpr base::Duration kSettle = std::chrono::seconds(5);
constexpr size_t kAnomaliesMax = 300;
constexpr size_t kSuspectsMax = 10;

class Theatre {
 public:
  Theatre(sim::Simulator simulator, const EngineUnderTest& under_test, base::FakeClock& clock,
          Stores& stores)
      : simulator_(std::move(simulator)),
        under_test_(under_test),
        clock_(clock),
        stores_(stores),
        watcher_(under_test),
        engine_(under_test.incidents) {}

  base::Result<> Until(base::TimePoint end) {
    while (clock_.Now() < end) VEDETTE_TRY_VOID(Step());
    return {};
  }
  base::Result<> Discover();
  // Looks once more at all that is open.
  base::Result<> Finish();

  std::vector<Found> TakeFound();
  const sim::Simulator& simulator() const { return simulator_; }
  uint64_t samples() const { return samples_; }
  std::vector<Rollout> TakeRollouts() { return std::move(rollouts_); }

 private:
  struct Course {
    Found found;
    model::Incident incident;
    std::set<std::string> known;  // anomalies that were noted
  };

  base::Result<> Step();
  template <typename What>
  void Decide(What what);
  void Note(const incident::Decisions& decisions);
  void NoteSigns(Course& course);
  base::Result<> Look();
  static std::optional<base::TimePoint> ToldSinceTheLastLook(const Found& found);
  base::Result<Opinion> Diagnose(const Course& course);
  live::Occasion OccasionOf(const Course& course) const;

  sim::Simulator simulator_;
  const EngineUnderTest& under_test_;
  base::FakeClock& clock_;
  Stores& stores_;
  Watcher watcher_;
  incident::Engine engine_;
  int64_t seq_ = 0;
  uint64_t samples_ = 0;
  std::vector<Rollout> rollouts_;
  base::TimePoint discovered_at_;
  std::map<std::string, model::Anomaly> anomalies_;
  std::map<std::string, Course> courses_;  // by the incident's id, which grows
};

base::Result<> Theatre::Discover() {
  const model::TenantName tenant(model::kDefaultTenant);
  const base::TimePoint now = clock_.Now();
  VEDETTE_TRY_VOID(stores_.DiscoverTopology(now));
  discovered_at_ = now;
  const topology::Snapshot graph = stores_.atlas().Now(tenant);
  if (graph == nullptr) return {};
  incident::Dependencies dependencies{tenant, {}};
  for (const topology::Edge& edge : graph->edges()) {
    if (!edge.waits) continue;
    dependencies.edges.emplace_back(graph->node(edge.caller).name(),
                                    graph->node(edge.callee).name());
  }
  Decide(std::move(dependencies));
  return {};
}

base::Result<> Theatre::Step() {
  clock_.Advance(simulator_.options().step);
  const sim::Tick tick = simulator_.Step(clock_.Now());
  samples_ += tick.metrics.sample_count();
  for (const model::Change& change : tick.changes) {
    if (change.kind == "deployment") rollouts_.push_back({change.service, change.time});
  }
  VEDETTE_TRY_VOID(stores_.Take(tick));
  if (clock_.Now() - discovered_at_ >= kDiscoverEvery) VEDETTE_TRY_VOID(Discover());
  for (model::AnomalyUpdate& update : watcher_.Watch(tick.metrics, clock_.Now())) {
    anomalies_[update.anomaly.id] = update.anomaly;
    Decide(std::move(update));
  }
  Decide(incident::Tick{});
  return Look();
}

template <typename What>
void Theatre::Decide(What what) {
  Note(engine_.Step({.seq = ++seq_,
                     .time = clock_.Now(),
                     .fresh_id = fmt::format("{:026}", seq_),
                     .what = std::move(what)}));
}

void Theatre::Note(const incident::Decisions& decisions) {
  for (const model::Incident& incident : decisions.changed) {
    const auto [place, added] = courses_.try_emplace(incident.id);
    Course& course = place->second;
    course.incident = incident;
    if (added) course.found.opened_at = clock_.Now();
    course.found.title = incident.title;
    course.found.severity = incident.severity;
    course.found.entities = incident.entities;
    course.found.resolved_at = incident.resolved_at;
    NoteSigns(course);
  }
  for (const model::Page& page : decisions.pages) {
    const bool opened = page.kind == model::PageKind::kOpened;
    if (!opened && page.kind != model::PageKind::kSeverityRaised) continue;
    Found& found = courses_[page.incident_id].found;
    found.told_at.push_back(clock_.Now());
    found.signs.push_back({std::string(page.labels.Get("service")), clock_.Now()});
    if (!opened) continue;
    if (!found.paged_at) found.paged_at = clock_.Now();
    ++found.pages;
  }
}

void Theatre::NoteSigns(Course& course) {
  for (const std::string& id : course.incident.anomaly_ids) {
    const auto anomaly = anomalies_.find(id);
    if (anomaly == anomalies_.end() || !course.known.insert(id).second) continue;
    course.found.signs.push_back({anomaly->second.entity, clock_.Now()});
  }
}

std::optional<base::TimePoint> Theatre::ToldSinceTheLastLook(const Found& found) {
  if (!found.first) return std::nullopt;
  const base::TimePoint looked = found.later.empty() ? found.first->at : found.later.back().at;
  const auto told = std::upper_bound(found.told_at.begin(), found.told_at.end(), looked);
  return told == found.told_at.end() ? std::nullopt : std::optional(*told);
}

base::Result<> Theatre::Look() {
  for (auto& [id, course] : courses_) {
    Found& found = course.found;
    const bool over = found.resolved_at.has_value();
    const auto due = [&](base::TimePoint since) {
      return over || clock_.Now() - since >= under_test_.diagnose_after;
    };
    if (!found.first && due(found.opened_at)) {
      VEDETTE_TRY(found.first, Diagnose(course));
    }
    if (const auto told = ToldSinceTheLastLook(found); told && due(*told)) {
      VEDETTE_TRY(Opinion opinion, Diagnose(course));
      found.later.push_back(std::move(opinion));
    }
    if (over && !found.last) {
      VEDETTE_TRY(found.last, Diagnose(course));
    }
  }
  return {};
}

base::Result<> Theatre::Finish() {
  for (auto& [id, course] : courses_) {
    if (course.found.last) continue;
    VEDETTE_TRY(course.found.last, Diagnose(course));
    if (!course.found.first) course.found.first = course.found.last;
  }
  return {};
}

live::Occasion Theatre::OccasionOf(const Course& course) const {
  std::vector<model::Anomaly> anomalies;
  for (const std::string& id : course.incident.anomaly_ids) {
    const auto anomaly = anomalies_.find(id);
    if (anomalies.size() >= kAnomaliesMax) break;
    if (anomaly != anomalies_.end()) anomalies.push_back(anomaly->second);
  }
  live::Occasion occasion =
      live::OccasionOf(course.incident, std::move(anomalies), clock_.Now() - kSettle);
  std::vector<model::Anomaly> others;
  for (const auto& [id, anomaly] : anomalies_) {
    const base::TimePoint end = anomaly.ended_at.value_or(clock_.Now());
    if (end >= occasion.onset - live::kTroublesLook && anomaly.started_at <= occasion.end) {
      others.push_back(anomaly);
    }
  }
  live::AddOthers(occasion, others);
  return occasion;
}

base::Result<Opinion> Theatre::Diagnose(const Course& course) {
  VEDETTE_TRY_VOID(stores_.DiscoverTopology(clock_.Now()));
  const live::Occasion occasion = OccasionOf(course);
  const live::Gathered gathered = live::Gather(occasion, stores_.Sources(), live::GatherLimits{});
  const diagnose::Diagnosis diagnosis = diagnose::Diagnose(gathered.tables);
  const live::Exhibits exhibits(occasion, gathered, diagnosis, stores_.asker(), clock_.Now());
  const live::Report report = live::Conclude(gathered, diagnosis, exhibits, clock_.Now());
  Opinion opinion{
      .at = clock_.Now(), .status = report.status, .summary = report.summary, .suspects = {}};
  for (const live::RankedHypothesis& hypothesis : report.hypotheses) {
    if (hypothesis.status == diagnose::Status::kRuledOut) continue;
    if (opinion.suspects.size() >= kSuspectsMax) break;
    opinion.suspects.push_back({.entity = hypothesis.entity,
                                .probability = hypothesis.probability,
                                .status = std::string(diagnose::StatusName(hypothesis.status))});
  }
  return opinion;
}

std::vector<Found> Theatre::TakeFound() {
  std::vector<Found> all;
  for (auto& [id, course] : courses_) all.push_back(std::move(course.found));
  return all;
}

}  // namespace

base::Result<Outcome> RunScenario(const sim::Scenario& scenario, uint64_t seed,
                                  const EngineUnderTest& engine) {
  // One day further on with each seed, so that every day of the week has its turn.
  const base::TimePoint start =
      sim::SimulatorOptions().start + std::chrono::hours(24) * static_cast<int64_t>(seed % 7);
  VEDETTE_TRY(sim::Simulator simulator, sim::Stage(scenario, seed, start));
  base::FakeClock clock(start);
  VEDETTE_TRY(const std::unique_ptr<Stores> stores, Stores::Open(clock, engine.calls));
  Theatre theatre(std::move(simulator), engine, clock, *stores);
  Outcome run;
  run.scenario = scenario.name;
  run.seed = seed;
  run.begin = start + scenario.warm_up;
  run.end = run.begin + scenario.lasts;
  VEDETTE_TRY_VOID(theatre.Until(run.begin - std::min(kDiscoverBefore, scenario.warm_up)));
  VEDETTE_TRY_VOID(theatre.Discover());
  VEDETTE_TRY_VOID(theatre.Until(run.end));
  VEDETTE_TRY_VOID(theatre.Finish());
  run.truth = theatre.simulator().truth();
  run.rollouts = theatre.TakeRollouts();
  run.found = theatre.TakeFound();
  run.samples = theatre.samples();
  return run;
}

}  // namespace vedette::score
