#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "model/tenant.h"
#include "query/engine.h"

namespace vedette::api {

// What the metrics of a service say of itself, whoever calls it; nothing where they do not.
struct ServiceLevel {
  std::optional<double> calls_per_second = {};  // that it serves
  std::optional<double> error_ratio = {};
  std::optional<double> latency_ms = {};  // mean
  std::optional<double> cpu_ratio = {};   // of the share of a pod
  std::optional<double> memory_ratio = {};
  int pods = 0;  // that answer; 0: not known
};
using ServiceLevels = std::map<std::string, ServiceLevel, std::less<>>;

// Of the two minutes before `at`, by the names that metrics of services usually have
// (release::NamesFor). Of a service that has several of a kind the first counts. A question that
// fails is left out. Thread-safe.
ServiceLevels AskServiceLevels(query::Engine& queries, const model::TenantName& tenant,
                               base::TimePoint at);

}  // namespace vedette::api
