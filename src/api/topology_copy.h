#pragma once

#include <string>
#include <vector>

#include "api/service_levels.h"
#include "sim/topology.h"
#include "topology/graph.h"

namespace vedette::api {

struct TopologyCopy {
  sim::Topology topology;          // valid, or without services
  std::vector<std::string> notes;  // what was left out, and why
};

// What a graph knows of services, databases and queues, as a system for the simulator: who calls
// whom how often, how long each works itself, how often it fails and how many pods it has, by the
// traffic of the last minutes. Where a service counts its requests itself, those that no known
// caller makes come from outside; one that does not, and is called by nobody, gets as many as it
// makes of its busiest call. Processor and memory, and what the graph does not know, are as
// services say themselves, else as in sim::ServiceSpec; workers are enough for three times the
// load. The 200 busiest; of a cycle the least busy call is left out. Pure.
TopologyCopy CopyTopology(const topology::Graph& graph, const ServiceLevels& levels);

// GET /api/v1/topology/scenario: the copy, with one fault, as YAML that sim::ReadScenario takes.
std::string CopyAsScenario(const TopologyCopy& copy);

}  // namespace vedette::api
