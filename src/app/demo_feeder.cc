#include "app/demo_feeder.h"

#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/log.h"
#include "model/change.h"
#include "model/tenant.h"
#include "sim/incident.h"

namespace vedette::app {

namespace {

// The events that tell of something that was altered, as changes.
std::vector<model::Change> ChangesAmong(const std::vector<model::Event>& events) {
  constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
      {"deployment", "deployment"},
      {"config_change", "config"},
      {"feature_flag", "feature_flag"},
      {"cloud_event", "cloud_event"}};
  std::vector<model::Change> changes;
  for (const model::Event& event : events) {
    for (const auto& [type, kind] : kKinds) {
      if (event.type != type) continue;
      model::Change change;
      change.time = event.time;
      change.service = event.service;
      change.kind = kind;
      change.title = event.message;
      change.author = "simulator";
      change.data_json = event.data_json;
      changes.push_back(std::move(change));
    }
  }
  return changes;
}

}  // namespace

DemoFeeder::DemoFeeder(Options options, ingest::Ingester& ingester, const base::Clock& clock)
    : options_(std::move(options)), ingester_(ingester), clock_(clock) {}

DemoFeeder::~DemoFeeder() { Stop(); }

base::Result<> DemoFeeder::Start() {
  sim::SimulatorOptions simulation;
  simulation.seed = options_.seed;
  simulation.step = options_.step;
  simulation.start = clock_.Now() - options_.history;
  simulation.incidents_per_hour = options_.incidents_per_hour;
  simulation.first_incident_after = options_.history + std::chrono::minutes(10);
  simulation.min_gap = std::chrono::minutes(5);
  simulation.traces_per_step = options_.traces_per_step;
  simulation.mesh_metrics = true;
  VEDETTE_TRY(sim::Simulator simulator, sim::Simulator::Create(simulation));
  simulator_.emplace(std::move(simulator));
  // Whoever watches should not wait: chance decides only about what comes later.
  VEDETTE_TRY_VOID(simulator_->Inject(sim::IncidentType::kCascadingFailure, "payment",
                                      clock_.Now() + options_.first_incident_after,
                                      std::chrono::minutes(3)));
  last_ = simulation.start;
  // While the history is written the present moves on: catch up with it.
  while (last_ + options_.step <= clock_.Now()) {
    last_ += options_.step;
    VEDETTE_TRY_VOID(Feed(*simulator_, last_));
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
    const base::Result<> fed = Feed(*simulator_, last_);
    if (!fed.ok())
      base::LogWarning("the demonstration lost a step", {{"error", fed.error().message}});
    SaveTruth(*simulator_);
  }
}

base::Result<> DemoFeeder::Feed(sim::Simulator& simulator, base::TimePoint time) {
  const model::TenantName tenant(model::kDefaultTenant);
  sim::Tick tick = simulator.Step(time);
  VEDETTE_TRY_VOID(ingester_.Write(tenant, tick.metrics));
  if (!tick.logs.empty()) VEDETTE_TRY_VOID(ingester_.WriteLogs(tenant, std::move(tick.logs)));
  if (!tick.spans.empty()) VEDETTE_TRY_VOID(ingester_.WriteSpans(tenant, std::move(tick.spans)));
  std::vector<model::Change> changes = ChangesAmong(tick.events);
  if (!changes.empty()) VEDETTE_TRY_VOID(ingester_.WriteChanges(tenant, std::move(changes)));
  if (!tick.events.empty()) {
    VEDETTE_TRY_VOID(ingester_.WriteEvents(tenant, std::move(tick.events)));
  }
  return {};
}

bool DemoFeeder::WaitUntil(base::TimePoint time) {
  base::MutexLock lock(mutex_);
  while (!stopping_) {
    const std::chrono::duration<double, std::milli> left = time - clock_.Now();
    if (left.count() <= 0) return true;
    const auto wait =
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(left / options_.speed);
    wake_.WaitUntil(mutex_, clock_.Steady() + wait);
  }
  return false;
}

void DemoFeeder::SaveTruth(const sim::Simulator& simulator) {
  if (options_.truth_file.empty()) return;
  std::string truth = sim::ToJson(simulator.truth());
  if (truth == saved_truth_) return;
  // Renamed into place, so that nobody reads half of it.
  const std::string unfinished = options_.truth_file + ".new";
  std::ofstream(unfinished, std::ios::binary | std::ios::trunc) << truth << "\n";
  std::error_code error;
  std::filesystem::rename(unfinished, options_.truth_file, error);
  if (error) base::LogWarning("the truth was not written", {{"error", error.message()}});
  saved_truth_ = std::move(truth);
}

}  // namespace vedette::app
