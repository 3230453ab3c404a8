#pragma once

#include <string>
#include <vector>

#include "sim/topology.h"
#include "topology/graph.h"

namespace vedette::api {

struct TopologyCopy {
  sim::Topology topology;          // valid, or without services
  std::vector<std::string> notes;  // what was left out, and why
};

// What a graph knows of services, databases and queues, as a system for the simulator: who calls
// whom how often, how long each works itself, how often it fails and how many pods it has, by the
// traffic of the last minutes. Who is called by nobody gets as many requests as it makes of its
// busiest call. What nobody has measured is as in sim::ServiceSpec; workers are enough for three
// times the load. The 200 busiest; of a cycle the least busy call is left out. Pure.
TopologyCopy CopyTopology(const topology::Graph& graph);

// GET /api/v1/topology/scenario: the copy, with one fault, as YAML that sim::ReadScenario takes.
std::string CopyAsScenario(const TopologyCopy& copy);

}  // namespace vedette::api
