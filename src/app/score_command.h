#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "score/report.h"

namespace vedette::app {

struct ScoreCommand {
  std::vector<std::string> scenarios;  // names or files; empty: all that ship
  std::string config_file;             // whose detection and incidents are scored; empty: defaults
  uint64_t seed = 1;                   // the first one
  int seeds = 2;                       // of each scenario
  int jobs = 1;                        // runs at a time
  bool json = false;
  bool list = false;  // the scenarios that ship, and no more
  score::Bounds bounds;
};

// Runs each scenario with each seed and prints the score. Exit status: 0, 1 when a bound is not
// kept, 4 when it could not be run.
int RunScore(const ScoreCommand& command);

}  // namespace vedette::app
