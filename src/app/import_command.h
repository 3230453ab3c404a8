#pragma once

#include <string>

#include "base/result.h"

namespace vedette::app {

// vedette import: another system's configuration as one of Vedette.
struct ImportOptions {
  std::string system;  // "alertmanager", "pagerduty", "opsgenie", "grafana-oncall", "icalendar"
  std::string file;
  std::string out;     // where the configuration goes; empty: standard output
  std::string report;  // where the report goes; empty: standard error
  // Sends a stream of alerts through both configurations, and lists in the report who would be told
  // differently.
  bool parity = false;
  std::string stream = {};  // a file of alerts; empty: made of what the configuration has
};

// Reads, writes and reports; what of the result would not be a valid configuration stands in the
// report too. Returns what goes to standard output.
base::Result<std::string> Import(const ImportOptions& options);

}  // namespace vedette::app
