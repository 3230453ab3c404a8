#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "base/result.h"
#include "detect/anomaly_store.h"
#include "diagnose/live/store.h"
#include "incident/journal/journal.h"
#include "sim/scenario.h"

namespace vedette::api {

// Scenarios of the simulator in a server that shows it: what is told, what is true of it, and what
// Vedette says beside. A fault is found in the incident that took in an anomaly of a service that
// it hurt, which began in its time; that incident may have been open before. What is said of its
// cause counts where it is about that time.

struct SimulationStory {
  std::string scenario;
  uint64_t seed = 0;
  double speed = 1;  // simulated seconds per second
  base::TimePoint begin;
  base::TimePoint end;
  base::TimePoint now;
  std::vector<sim::Incident> truth;  // with what is still to come
};

struct SimulationRequest {
  std::string scenario;          // a name of a scenario that ships, or its text in YAML
  std::optional<uint64_t> seed;  // nothing: drawn
  std::optional<double> speed;   // 1 to 100; nothing: as it is
};

// Thread-safe; all of it outlives the routes.
struct SimulationSources {
  std::function<bool()> available;  // whether this server is fed by the simulator
  std::function<std::vector<sim::Scenario>()> scenarios;
  std::function<base::Result<>(const SimulationRequest&)> start;
  std::function<void()> stop;
  std::function<std::optional<SimulationStory>()> story;
  const incident::journal::Journal& journal;
  const detect::AnomalyStore& anomalies;
  const diagnose::live::DiagnosisStore& diagnoses;
};

// GET    /api/v1/simulation            what is told now or was told last
// POST   /api/v1/simulation            {"scenario", "seed", "speed"}: begins a story
// DELETE /api/v1/simulation            ends its faults
// GET    /api/v1/simulation/scenarios
// All but the first answer 403 where the server is not fed by the simulator.
std::vector<Route> SimulationRoutes(SimulationSources sources);

}  // namespace vedette::api
