#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/severity.h"

namespace vedette::release {

// What releases are judged by (`releases` in the configuration; docs/guide/releases.md).
struct Options {
  bool enabled = true;
  std::vector<std::string> kinds = {"deployment", "rollback"};  // of changes that are releases
  base::Duration watch = std::chrono::hours(4);                 // how long after it
  base::Duration before = std::chrono::hours(3);  // how much of the time before it is compared
  int weeks = 3;                                  // and of how many weeks

  double false_alarms = 0.05;  // of harmless releases, the share that may ever be called bad
  double missed = 0.05;        // of harmful ones, the share that may be called good
  // What "good" excludes: so many times the old share of errors, at least so much above it.
  double error_factor = 2;
  double error_points = 0.005;
  double latency_factor = 2;  // the same for the share of slow requests
  double latency_points = 0.05;
  double level_rise = 0.25;  // of CPU, memory or mean latency, from which it matters

  model::Severity severity = model::Severity::kCritical;  // of the incident of a bad release
  bool open_incidents = true;

  // Looked for before those that are known anyway.
  std::vector<std::string> request_metrics;
  std::vector<std::string> error_metrics;
  std::vector<std::string> latency_metrics;  // without _bucket
  std::vector<std::string> cpu_metrics;
  std::vector<std::string> memory_metrics;
  std::vector<std::string> service_labels;
  std::vector<std::string> version_labels;

  size_t watched_max = 500;  // releases at a time, all tenants together
  size_t kept_max = 20'000;  // in the database; beyond, the oldest go

  friend bool operator==(const Options&, const Options&) = default;
};

// kInvalidArgument with the field of the configuration.
base::Result<> Validate(const Options& options);

}  // namespace vedette::release
