#pragma once

#include <array>
#include <cstdint>
#include <functional>
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

// Asks for each step from `from` to `to`, both rounded down to whole steps. Errors:
// kInvalidArgument for a range without a step or beyond kRowsMax; those of the engine.
struct HistoryRequest {
  model::TenantName tenant;
  base::TimePoint from;
  base::TimePoint to;
  base::Duration step{60'000};
  std::function<bool()> cancelled = {};
};
base::Result<History> ReadHistory(query::Engine& queries, const HistoryRequest& request,
                                  std::vector<Metric> metrics);

}  // namespace vedette::detect::learned
