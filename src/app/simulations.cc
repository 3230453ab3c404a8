#include "app/simulations.h"

#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "app/scenarios.h"
#include "base/id.h"

namespace vedette::app {
namespace {

// A short number: people read it out to each other.
uint64_t DrawSeed() {
  std::array<std::byte, 2> bytes{};
  base::FillSecureRandom(bytes);
  return std::to_integer<uint64_t>(bytes[0]) * 256 + std::to_integer<uint64_t>(bytes[1]);
}

// One that ships, or the text itself: never a file of the server's machine.
base::Result<sim::Scenario> ScenarioOf(const std::string& text) {
  if (text.find_first_of(":\n") != std::string::npos) return sim::ReadScenario("scenario", text);
  for (sim::Scenario& scenario : ShippedScenarios()) {
    if (scenario.name == text) return std::move(scenario);
  }
  return base::NotFound("there is no scenario \"" + text + "\"");
}

}  // namespace

void Simulations::Attach(DemoFeeder& feeder, ScaledClock& clock) {
  base::MutexLock lock(mutex_);
  feeder_ = &feeder;
  clock_ = &clock;
}

void Simulations::Detach() {
  base::MutexLock lock(mutex_);
  feeder_ = nullptr;
  clock_ = nullptr;
}

bool Simulations::IsAvailable() const {
  base::MutexLock lock(mutex_);
  return feeder_ != nullptr;
}

base::Result<> Simulations::Start(const api::SimulationRequest& request) {
  VEDETTE_TRY(const sim::Scenario scenario, ScenarioOf(request.scenario));
  base::MutexLock lock(mutex_);
  if (feeder_ == nullptr) return base::Unavailable("the demonstration ends");
  VEDETTE_TRY_VOID(feeder_->Tell(scenario, request.seed.value_or(DrawSeed())));
  if (request.speed) clock_->SetSpeed(*request.speed);
  return {};
}

void Simulations::End() {
  base::MutexLock lock(mutex_);
  if (feeder_ != nullptr) feeder_->EndStory();
}

std::optional<api::SimulationStory> Simulations::Story() const {
  base::MutexLock lock(mutex_);
  if (feeder_ == nullptr) return std::nullopt;
  std::optional<DemoFeeder::Story> told = feeder_->story();
  if (!told) return std::nullopt;
  return api::SimulationStory{.scenario = std::move(told->scenario),
                              .seed = told->seed,
                              .speed = clock_->speed(),
                              .begin = told->begin,
                              .end = told->end,
                              .now = clock_->Now(),
                              .truth = std::move(told->truth)};
}

std::vector<api::Route> Simulations::Routes(const incident::journal::Journal& journal,
                                            const detect::AnomalyStore& anomalies,
                                            const diagnose::live::DiagnosisStore& diagnoses) {
  return api::SimulationRoutes({.available = [this] { return IsAvailable(); },
                                .scenarios = ShippedScenarios,
                                .start = [this](const auto& request) { return Start(request); },
                                .stop = [this] { End(); },
                                .story = [this] { return Story(); },
                                .journal = journal,
                                .anomalies = anomalies,
                                .diagnoses = diagnoses});
}

}  // namespace vedette::app
