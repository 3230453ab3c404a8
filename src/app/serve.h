#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/simulator.h"

namespace vedette::app {

// The commands that run until they are told to end.

struct ServeOptions {
  std::string config_file;
  std::string data_dir;  // instead of the file's
  std::string listen;    // instead of the file's
};

// vedette serve: SIGTERM and SIGINT end it, SIGHUP reads the configuration again. Exit status.
int Serve(const ServeOptions& options);

struct DemoOptions {
  ServeOptions serve;
  uint64_t seed = 7;
  double speed = 1;
  double incidents_per_hour = 6;
  std::optional<double> probability_per_cycle;  // in its place
  sim::Weights weights = sim::SimulatorOptions().weights;
  std::string scenario;  // a name or a file; empty: faults by chance
  std::string truth_file;
};

// vedette demo: the server, fed by the simulator: two hours of quiet history at once, then live.
int Demo(const DemoOptions& options);

}  // namespace vedette::app
