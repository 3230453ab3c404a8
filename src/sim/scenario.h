#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sim/simulator.h"

namespace vedette::sim {

// A story for the simulator, as people write it in YAML (docs/guide/simulation.md): a system, what
// goes wrong in it and when, and what only looks as if. Plain values; times count from the
// beginning of the story, which is when its warm-up is over.

struct PlannedFault {
  IncidentType type = IncidentType::kCpuSpike;
  std::vector<std::string> services;  // the seed chooses one
  base::Duration at{0};
  base::Duration jitter{0};  // the seed puts it off by up to this
  base::Duration lasts{0};
  std::string variant;
  double strength = 1;
};

struct Scenario {
  std::string name;                                   // [a-z0-9_-], 1 to 64
  std::string about;                                  // one sentence
  base::Duration warm_up = std::chrono::minutes(75);  // quiet: detectors learn what is usual
  base::Duration lasts = std::chrono::minutes(20);
  SimulatorOptions options;  // but its seed and start
  std::vector<PlannedFault> faults;
  std::vector<HarmlessPlan> changes;  // `at` counts from TimePoint{}
};

// Reads a scenario. The error's message has one line per problem: "file:line:column: message".
base::Result<Scenario> ReadScenario(std::string_view file, std::string_view text);

// The section `topology` of a scenario with these services and calls. REQUIRES: Validate succeeded.
std::string TopologyAsYaml(const Topology& topology);

// Has a simulator that runs tell the story from `begin` on, in its own system. kInvalidArgument
// when that lacks a service of the story.
base::Result<> Tell(const Scenario& scenario, uint64_t seed, base::TimePoint begin,
                    Simulator& simulator);

// The simulator at the beginning of the warm-up, which starts at `start`, with all that is to come.
// Equal seeds give equal histories.
base::Result<Simulator> Stage(const Scenario& scenario, uint64_t seed, base::TimePoint start);

}  // namespace vedette::sim
