#pragma once

#include <span>
#include <vector>

#include "base/clock.h"
#include "sim/topology.h"

namespace vedette::sim {

// What is wrong inside a service at a moment; neutral by default.
struct Disturbance {
  double latency = 1;       // factor on all of the service's time
  double errors = 1;        // factor on its usual share of failures
  double errors_max = 0.9;  // bound of the product
  double extra_errors = 0;  // added to its own errors: requests that hit a dead pod
};

struct ServiceLoad {
  double rps = 0;
  double latency_s = 0;  // mean, including what it waits for
  double error_ratio = 0;
};

// How requests, slowness and failures run through the call graph. Load goes down the edges: a
// request makes its calls, a failing one makes fewer, and callers retry what fails. Trouble goes
// up: a caller that waits is slower by its callee's extra time and fails in proportion to the share
// of its requests that need the callee, damped by its retries. What a caller sees of a callee lags
// by some seconds (pools drain, queues fill), so a chain of three fails one after the other.
// Deterministic; not thread-safe.
class Flow {
 public:
  // REQUIRES: Validate(topology) succeeded.
  explicit Flow(const Topology& topology);

  // Moves on by `passed` with traffic at `entry_factor` of the specification.
  // REQUIRES: one disturbance per service, in the topology's order.
  void Advance(base::Duration passed, double entry_factor,
               std::span<const Disturbance> disturbances);

  // Per service, in the topology's order.
  const std::vector<ServiceLoad>& loads() const { return loads_; }
  // The same without disturbances, for traffic as specified.
  const std::vector<ServiceLoad>& healthy() const { return healthy_; }

 private:
  struct Edge {
    size_t caller;
    size_t callee;
    double calls;
    bool waits;
    double seen_latency_s = 0;  // the callee's, as the caller feels it by now
    double seen_errors = 0;
  };

  void SettleHealthy(const Topology& topology);
  void PushLoadDown(double entry_factor);
  void PullTroubleUp(std::span<const Disturbance> disturbances);

  std::vector<double> entry_rps_;
  std::vector<double> own_latency_s_;
  std::vector<double> own_errors_;
  std::vector<Edge> edges_;  // by caller, callers first
  std::vector<size_t> order_;
  std::vector<ServiceLoad> loads_;
  std::vector<ServiceLoad> healthy_;
};

}  // namespace vedette::sim
