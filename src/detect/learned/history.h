#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "learn/matrix.h"
#include "model/tenant.h"
#include "query/engine.h"

namespace vedette::detect::learned {

// What a model of a service learns from and is asked about: a few of its metrics at equal steps.

// One column. What is asked has one answer at most.
struct Metric {
  std::string name;      // of the series: "process_cpu_usage"
  std::string promql;    // "avg(process_cpu_usage{service=\"payment\"})"
  bool counter = false;  // what is asked is made of the series' increase
  friend bool operator==(const Metric&, const Metric&) = default;
};

// Row i is what was true at start + i * step; what is not known is NaN.
struct History {
  std::vector<Metric> metrics;
  base::TimePoint start;
  base::Duration step{60'000};
  learn::Matrix values;

  size_t rows() const { return values.rows(); }
  base::TimePoint TimeOf(size_t row) const {
    return start + step * static_cast<base::Duration::rep>(row);
  }
};

// The labels that say of which service a series is: the first that it has.
inline constexpr std::array<std::string_view, 4> kServiceLabels = {"service", "service_name", "app",
                                                                   "job"};

inline constexpr size_t kMetricsMax = 16;
inline constexpr size_t kRowsMax = 40'320;  // four weeks of minutes

// The series of a service that say most about it, at most `limit`: by what their names tell of
// failures, latency, saturation, availability and traffic, then the others; means of latency in
// place of sums, and failures apart where a counter has a code. Looks at what there was at `at`, by
// the first of the labels that names the service then.
base::Result<std::vector<Metric>> FindMetrics(query::Engine& queries,
                                              const model::TenantName& tenant,
                                              const std::string& service, base::TimePoint at,
                                              base::Duration step, size_t limit);

// What can be told of most services, whatever their metrics are called. The values are in files.
enum class Vital : uint8_t {
  kTraffic = 0,
  kErrorShare = 1,  // failures among all there is, or whatever else tells of failures
  kLatency = 2,
  kCpu = 3,
  kMemory = 4,
};
inline constexpr size_t kVitals = 5;
std::string_view VitalName(Vital vital);  // "traffic", "error_share", "latency", "cpu", "memory"
using VitalMetrics = std::array<std::optional<Metric>, kVitals>;

// Of the metrics that FindMetrics chooses from, the one that tells each vital best; failures as
// their share of the traffic where both are counted.
base::Result<VitalMetrics> FindVitals(query::Engine& queries, const model::TenantName& tenant,
                                      const std::string& service, base::TimePoint at,
                                      base::Duration step);

// Asks for each step from `from` to `to`, both rounded down to whole steps; a metric without a
// question stays unknown. Errors: kInvalidArgument for a range without a step or beyond kRowsMax;
// those of the engine.
struct HistoryRequest {
  model::TenantName tenant;
  base::TimePoint from;
  base::TimePoint to;
  base::Duration step{60'000};
  base::SteadyPoint deadline = base::SteadyPoint::max();
  std::function<bool()> cancelled = {};
};
base::Result<History> ReadHistory(query::Engine& queries, const HistoryRequest& request,
                                  std::vector<Metric> metrics);

// Without the rows from before there was anything: from the first that knows half of the metrics
// that are asked for.
History FromWhereKnown(const History& history);

}  // namespace vedette::detect::learned
