#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "model/labels.h"
#include "model/span.h"
#include "model/write_batch.h"
#include "sim/plant.h"
#include "sim/topology.h"

namespace vedette::sim {

// What the calls between simulated services leave behind: spans of some requests, and the counters
// of a mesh that sees all of them. Has a chance of its own, so that the rest of a simulation is the
// same with it and without. Not thread-safe.
class Tracer {
 public:
  // REQUIRES: Validate(topology) succeeded.
  Tracer(const Topology& topology, uint64_t seed);

  // Spans of `traces` requests that ended within `passed` before `now`. `pods` has the name of a
  // pod of each service that takes requests now.
  void AddSpans(base::TimePoint now, base::Duration passed, int traces,
                const std::vector<ServiceLoad>& loads, const std::vector<CallLoad>& calls,
                const std::vector<std::string>& pods, std::vector<model::Span>& out);

  // istio_requests_total and istio_request_duration_milliseconds of each call edge, as the callees'
  // proxies report them.
  void AddMeshMetrics(base::TimePoint now, base::Duration passed,
                      const std::vector<ServiceLoad>& loads, const std::vector<CallLoad>& calls,
                      model::WriteBatch& out);

 private:
  struct Edge {
    size_t caller;
    size_t callee;
    bool waits;
    double timeout_s;
    std::array<model::Labels, 2> requests_series;  // 200 and 503
    model::Labels sum_series;
    model::Labels count_series;
    std::array<double, 2> requests{};
    double sum_ms = 0;
  };
  struct Request;

  // What a service does of itself for a request.
  double OwnSeconds(size_t service, const Request& request) const;
  std::string SpanId();
  // The spans of one request to a service, below `parent`; says when it ended and whether it
  // failed.
  struct Outcome {
    int64_t end_ns = 0;
    bool failed = false;
  };
  Outcome Serve(Request& request, size_t service, const std::string& parent, int64_t start_ns,
                bool message);

  std::vector<std::string> services_;
  std::vector<double> entry_rps_;
  std::vector<Edge> edges_;
  base::Random random_;
};

}  // namespace vedette::sim
