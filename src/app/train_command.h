#pragma once

#include <string>
#include <vector>

#include "app/ask.h"
#include "base/result.h"

namespace vedette::app {

// vedette train: has models learn the services, in a running server, or from the data folder of a
// stopped one and on this process. Progress goes to stderr. The text to print: a table, or with
// --json what each service's training came to. Blocking, for minutes.
struct TrainCommand {
  std::vector<std::string> services;   // none: all
  std::vector<std::string> detectors;  // none: the configured ones
  std::string from;                    // RFC 3339 or seconds since 1970; empty: as configured
  std::string to;                      // empty: now; of a stopped server its newest sample
  std::string step;                    // empty: as configured
  uint64_t seed = 1;
  std::string data_dir;     // empty: ask the server
  std::string config_file;  // of the stopped server; empty: the defaults
};
base::Result<std::string> TrainModels(const TrainCommand& command, const AskOptions& options);

}  // namespace vedette::app
