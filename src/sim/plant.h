#pragma once

#include <span>
#include <vector>

#include "base/clock.h"
#include "sim/mechanism.h"
#include "sim/topology.h"

namespace vedette::sim {

// A service during a step.
struct ServiceLoad {
  double rps = 0;  // requests and messages that came in, retries among them
  double served_rps = 0;
  double latency_s = 0;  // mean of those served: waiting for a worker, work, answers of callees
  double error_ratio = 0;
  double own_error_ratio = 0;  // of all; what its callees did not cause
  double cpu = 0;              // share of its ready pods' processors in use
  double waiting = 0;          // requests that wait for a worker
  double backlog = 0;          // messages that nobody has taken yet
};

// The calls along an edge of the topology during a step.
struct CallLoad {
  double rps = 0;  // attempts that reach the callee
  double error_ratio = 0;
  double latency_s = 0;            // of an attempt, as the caller sees it: its timeout at most
  double calls_per_request = 0;    // first attempts, which grow when a cache is cold
  double lookups_per_request = 0;  // in the cache, where there is one: those that miss are calls
  double connections = 0;          // of all pods of the caller, in use, leaked ones among them
};

// How requests, slowness and failures run through the call graph: a fluid model of queues. A pod
// has processors, workers that hold a request until its callees have answered, and a bounded queue
// in front of them; a call has a timeout, retries, and may have a cache and a pool of connections.
// Load goes down the edges, answers come up, and trouble spreads by what these do: waiting answers
// hold workers, held workers fill queues, full queues refuse, refusals and timeouts are retried,
// and retries are load. Messages wait in a backlog instead.
//
// The wait in front of c servers at a load r is Sakasegawa's approximation,
// r^(sqrt(2(c+1))-1) / (c (1-r)) services (H. Sakasegawa, Ann. Inst. Stat. Math. 29, 1977).
// A caller sees its callee change within seconds, as requests in flight and connections in use are
// replaced. Deterministic; not thread-safe.
class Plant {
 public:
  // REQUIRES: Validate(topology) succeeded.
  explicit Plant(const Topology& topology);

  // Moves on by `passed` with traffic at `entry_factor` of the specification.
  // REQUIRES: one condition per service, in the topology's order.
  void Advance(base::Duration passed, double entry_factor, std::span<const Condition> conditions);

  // Per service and per call, in the topology's order.
  const std::vector<ServiceLoad>& loads() const { return loads_; }
  const std::vector<CallLoad>& calls() const { return call_loads_; }
  // The services without trouble, for traffic as specified.
  const std::vector<ServiceLoad>& healthy() const { return healthy_; }

 private:
  struct Service {
    ServiceSpec spec;
    double own_errors = 0;
    double cpu_per_request = 0;  // of a pod's processors, seconds
  };
  struct Edge {
    size_t index;  // in the topology
    size_t caller;
    size_t callee;
    CallEdge spec;
    // The callee as the caller feels it by now.
    double seen_latency_s = 0;
    double seen_errors = 0;
    double seen_refused = 0;
  };
  // What the calls of a service do to one of its requests.
  struct Waiting {
    double seconds = 0;
    double succeeds = 1;
    double rate_max = 1e12;  // requests per second that its pools of connections let through
  };

  void SettleHealthy();
  void Step(double seconds, double entry_factor, std::span<const Condition> conditions);
  void Call(Edge& edge, const Condition& caller, const Condition& callee, double pods,
            Waiting& waiting);
  void Serve(size_t index, double seconds, const Condition& condition, const Waiting& waiting);
  void SeeCallees(double seconds);

  std::vector<Service> services_;
  std::vector<Edge> edges_;  // callers first
  std::vector<size_t> order_;
  std::vector<double> requests_;  // per service, per second: of this step
  std::vector<double> messages_;
  std::vector<double> refused_;
  std::vector<ServiceLoad> loads_;
  std::vector<CallLoad> call_loads_;
  std::vector<ServiceLoad> healthy_;
};

}  // namespace vedette::sim
