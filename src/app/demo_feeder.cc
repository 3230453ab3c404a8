#include "app/demo_feeder.h"

#include <algorithm>
#include <utility>

#include "base/files.h"
#include "base/log.h"
#include "model/tenant.h"
#include "sim/incident.h"

namespace vedette::app {
namespace {

// A clock whose speed changes while somebody waits for it is looked at again this often.
constexpr std::chrono::milliseconds kLookAgain{250};

}  // namespace

base::Result<sim::Simulator> FaultsByChance(const DemoFeeder::Options& options,
                                            base::TimePoint now) {
  sim::SimulatorOptions simulation;
  simulation.seed = options.seed;
  simulation.step = options.step;
  simulation.start = now - options.history;
  simulation.incidents_per_hour = options.incidents_per_hour;
  simulation.probability_per_cycle = options.probability_per_cycle;
  simulation.weights = options.weights;
  simulation.first_incident_after = options.history + std::chrono::minutes(10);
  simulation.min_gap = std::chrono::minutes(5);
  simulation.traces_per_step = options.traces_per_step;
  simulation.mesh_metrics = true;
  VEDETTE_TRY(sim::Simulator simulator, sim::Simulator::Create(simulation));
  // Whoever watches should not wait: chance decides only about what comes later.
  constexpr auto kFirst = sim::IncidentType::kCascadingFailure;
  if (sim::IncidentsPerHour(simulation) > 0 &&
      simulation.weights[static_cast<size_t>(kFirst)] > 0) {
    VEDETTE_TRY_VOID(simulator.Inject(kFirst, "payment", now + options.first_incident_after,
                                      std::chrono::minutes(3)));
  }
  return simulator;
}

DemoFeeder::DemoFeeder(Options options, ingest::Ingester& ingester, const ScaledClock& clock)
    : options_(std::move(options)), ingester_(ingester), clock_(clock) {}

DemoFeeder::~DemoFeeder() { Stop(); }

base::Result<sim::Simulator> DemoFeeder::MakeSimulator() const {
  if (options_.scenario) {
    return sim::Stage(*options_.scenario, options_.seed, clock_.Now() - options_.scenario->warm_up);
  }
  return FaultsByChance(options_, clock_.Now());
}

base::Result<> DemoFeeder::Start() {
  {
    base::MutexLock lock(stage_);
    VEDETTE_TRY(sim::Simulator simulator, MakeSimulator());
    last_ = simulator.options().start;
    simulator_.emplace(std::move(simulator));
    if (options_.scenario) {
      const base::TimePoint begin = last_ + options_.scenario->warm_up;
      story_ = Story{.scenario = options_.scenario->name,
                     .seed = options_.seed,
                     .begin = begin,
                     .end = begin + options_.scenario->lasts,
                     .truth = {}};
    }
  }
  // While the history is written the present moves on: catch up with it.
  while (last_ + options_.step <= clock_.Now()) {
    last_ += options_.step;
    VEDETTE_TRY_VOID(Feed(last_));
  }
  thread_ = std::thread([this] { Run(); });
  return {};
}

void DemoFeeder::Stop() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void DemoFeeder::Run() {
  while (WaitUntil(last_ + options_.step)) {
    last_ += options_.step;
    const base::Result<> fed = Feed(last_);
    if (!fed.ok())
      base::LogWarning("the demonstration lost a step", {{"error", fed.error().message}});
    SaveTruth();
  }
}

sim::Tick DemoFeeder::Step(base::TimePoint time) {
  base::MutexLock lock(stage_);
  const bool over =
      story_ && !options_.scenario && time >= story_->end && time <= story_->end + options_.step;
  if (over) simulator_->SetIncidentsPerHour(sim::IncidentsPerHour(simulator_->options()));
  return simulator_->Step(time);
}

base::Result<> DemoFeeder::Feed(base::TimePoint time) {
  const model::TenantName tenant(model::kDefaultTenant);
  sim::Tick tick = Step(time);
  VEDETTE_TRY_VOID(ingester_.Write(tenant, tick.metrics));
  if (!tick.logs.empty()) VEDETTE_TRY_VOID(ingester_.WriteLogs(tenant, std::move(tick.logs)));
  if (!tick.spans.empty()) VEDETTE_TRY_VOID(ingester_.WriteSpans(tenant, std::move(tick.spans)));
  if (!tick.changes.empty()) {
    VEDETTE_TRY_VOID(ingester_.WriteChanges(tenant, std::move(tick.changes)));
  }
  if (!tick.events.empty()) {
    VEDETTE_TRY_VOID(ingester_.WriteEvents(tenant, std::move(tick.events)));
  }
  return {};
}

base::Result<> DemoFeeder::Tell(const sim::Scenario& scenario, uint64_t seed) {
  base::MutexLock lock(stage_);
  const base::TimePoint now = clock_.Now();
  if (!simulator_) return base::FailedPrecondition("the history is still being written");
  if (story_ && now < story_->end) {
    return base::FailedPrecondition("the scenario " + story_->scenario + " is being told");
  }
  simulator_->SetIncidentsPerHour(0);
  simulator_->EndIncidents(now);
  if (const base::Result<> told = sim::Tell(scenario, seed, now, *simulator_); !told.ok()) {
    simulator_->EndIncidents(now);
    simulator_->SetIncidentsPerHour(sim::IncidentsPerHour(simulator_->options()));
    return told.error();
  }
  story_ = Story{.scenario = scenario.name,
                 .seed = seed,
                 .begin = now,
                 .end = now + scenario.lasts,
                 .truth = {}};
  return {};
}

void DemoFeeder::EndStory() {
  base::MutexLock lock(stage_);
  const base::TimePoint now = clock_.Now();
  if (!simulator_ || !story_ || now >= story_->end) return;
  simulator_->EndIncidents(now);
  simulator_->SetIncidentsPerHour(sim::IncidentsPerHour(simulator_->options()));
  story_->end = now;
}

std::optional<DemoFeeder::Story> DemoFeeder::story() const {
  base::MutexLock lock(stage_);
  if (!story_ || !simulator_) return std::nullopt;
  Story story = *story_;
  for (const sim::Incident& incident : simulator_->truth()) {
    if (incident.started_at >= story.begin && incident.started_at <= story.end) {
      story.truth.push_back(incident);
    }
  }
  return story;
}

bool DemoFeeder::WaitUntil(base::TimePoint time) {
  base::MutexLock lock(mutex_);
  while (!stopping_) {
    const std::chrono::duration<double, std::milli> left = time - clock_.Now();
    if (left.count() <= 0) return true;
    const auto wait = std::chrono::duration_cast<std::chrono::steady_clock::duration>(
        std::min<std::chrono::duration<double, std::milli>>(left / clock_.speed(), kLookAgain));
    wake_.WaitUntil(mutex_, clock_.Steady() + wait);
  }
  return false;
}

void DemoFeeder::SaveTruth() {
  if (options_.truth_file.empty()) return;
  std::string truth;
  {
    base::MutexLock lock(stage_);
    truth = sim::ToJson(simulator_->truth());
  }
  if (truth == saved_truth_) return;
  if (const auto written = base::ReplaceFile(options_.truth_file, truth + "\n"); !written.ok()) {
    base::LogWarning("the truth was not written", {{"error", written.error().message}});
  }
  saved_truth_ = std::move(truth);
}

}  // namespace vedette::app
