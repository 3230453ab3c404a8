#include "sim/flow.h"

#include <algorithm>
#include <cmath>

namespace vedette::sim {
namespace {

constexpr double kLagSeconds = 8;      // of a caller behind its callee
constexpr double kAbsorbed = 0.4;      // share of a callee's failures that a retry hides
constexpr double kRetries = 0.5;       // extra calls per failed call
constexpr double kTimeoutSeconds = 2;  // a caller waits no longer
constexpr double kOwnErrorsMin = 0.001;

// The share of a caller's requests that fail because of this callee.
double FailedByCallee(double calls, double callee_errors) {
  return std::min(1.0, calls) * (1 - kAbsorbed) * callee_errors;
}

}  // namespace

Flow::Flow(const Topology& topology) : order_(CallersFirst(topology)) {
  for (const ServiceSpec& spec : topology.services) {
    entry_rps_.push_back(spec.entry_rps);
    own_latency_s_.push_back(spec.own_latency_s);
  }
  for (const size_t caller : order_) {
    for (const CallEdge& call : topology.calls) {
      if (IndexOf(topology, call.caller) != caller) continue;
      edges_.push_back({.caller = caller,
                        .callee = IndexOf(topology, call.callee),
                        .calls = call.calls_per_request,
                        .waits = call.waits});
    }
  }
  loads_.resize(topology.services.size());
  SettleHealthy(topology);
}

// A service's own share of errors is what its callees leave of the specified total.
void Flow::SettleHealthy(const Topology& topology) {
  own_errors_.resize(topology.services.size());
  for (auto it = order_.rbegin(); it != order_.rend(); ++it) {
    const ServiceSpec& spec = topology.services[*it];
    double from_callees = 0;
    loads_[*it].latency_s = own_latency_s_[*it];
    for (Edge& edge : edges_) {
      if (edge.caller != *it) continue;
      edge.seen_latency_s = loads_[edge.callee].latency_s;
      edge.seen_errors = loads_[edge.callee].error_ratio;
      if (!edge.waits) continue;
      loads_[*it].latency_s += edge.calls * edge.seen_latency_s;
      from_callees += FailedByCallee(edge.calls, edge.seen_errors);
    }
    own_errors_[*it] = std::max(kOwnErrorsMin, spec.error_ratio - from_callees);
    loads_[*it].error_ratio = own_errors_[*it] + from_callees;
  }
  PushLoadDown(1);
  healthy_ = loads_;
}

void Flow::PushLoadDown(double entry_factor) {
  for (size_t i = 0; i < loads_.size(); ++i) loads_[i].rps = entry_rps_[i] * entry_factor;
  for (const Edge& edge : edges_) {  // callers first: a caller's rate is complete when it is read
    const double served = loads_[edge.caller].rps * (1 - loads_[edge.caller].error_ratio);
    loads_[edge.callee].rps +=
        served * edge.calls * (1 + kRetries * loads_[edge.callee].error_ratio);
  }
}

void Flow::PullTroubleUp(std::span<const Disturbance> disturbances) {
  for (auto it = order_.rbegin(); it != order_.rend(); ++it) {
    const Disturbance& disturbance = disturbances[*it];
    const double usual = healthy_[*it].error_ratio;
    const double disturbed = std::min(disturbance.errors_max, usual * disturbance.errors);
    const double own =
        own_errors_[*it] + std::max(0.0, disturbed - usual) + disturbance.extra_errors;
    double latency = own_latency_s_[*it];
    double succeeds = 1 - std::min(0.99, own);
    for (const Edge& edge : edges_) {
      if (edge.caller != *it || !edge.waits) continue;
      latency += edge.calls * std::min(edge.seen_latency_s, kTimeoutSeconds);
      succeeds *= 1 - FailedByCallee(edge.calls, edge.seen_errors);
    }
    loads_[*it].latency_s = latency * disturbance.latency;
    loads_[*it].error_ratio = 1 - succeeds;
  }
}

void Flow::Advance(base::Duration passed, double entry_factor,
                   std::span<const Disturbance> disturbances) {
  PullTroubleUp(disturbances);
  const double seconds = static_cast<double>(passed.count()) / 1000;
  const double caught_up = 1 - std::exp(-seconds / kLagSeconds);
  for (Edge& edge : edges_) {
    const ServiceLoad& callee = loads_[edge.callee];
    edge.seen_latency_s += (callee.latency_s - edge.seen_latency_s) * caught_up;
    edge.seen_errors += (callee.error_ratio - edge.seen_errors) * caught_up;
  }
  PushLoadDown(entry_factor);
}

}  // namespace vedette::sim
