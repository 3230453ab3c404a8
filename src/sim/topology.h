#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace vedette::sim {

// The simulated system: services and who calls whom. Plain values.

// A service when nothing is wrong with it.
struct ServiceSpec {
  std::string name;
  int pods = 3;
  double entry_rps = 0;         // requests per second from outside, before the daily shape
  double own_latency_s = 0.05;  // mean time in the service itself, without what it waits for
  double error_ratio = 0.01;    // of its requests, including what its callees cause
  double cpu_ratio = 0.3;       // of a pod's share, at the spec's load
  double memory_ratio = 0.4;
  double memory_bytes_max = 512.0 * 1024 * 1024;  // a pod's limit
  int workers = 8;                                // requests that a pod serves at a time
  int queue = 32;                                 // that wait for a worker, per pod; the rest: 503
};

// `caller` makes `calls_per_request` calls to `callee` for each request that it serves. When it
// does not wait (a queue lies between them), trouble of the callee stays with the callee.
struct CallEdge {
  std::string caller;
  std::string callee;
  double calls_per_request = 1;  // that the warm cache lets through
  bool waits = true;
  double timeout_s = 2;   // the caller gives up; the callee does the work all the same
  int retries = 1;        // after no answer in time, no connection or a 503
  double cache_hits = 0;  // share of look-ups that the caller answers itself
  int connections = 0;    // of a pod of the caller, in use at a time; 0: any number
};

struct Topology {
  std::vector<ServiceSpec> services;
  std::vector<CallEdge> calls;
};

// The seven services of the shop: 100 requests per second arrive at api-gateway and fan out.
//
//   api-gateway --.5--> user
//               --.4--> order --.6--> payment -.3-> (notification)
//                             --1---> inventory
//                             -.8-> (notification), -1-> (analytics)     (...) = does not wait
Topology ShopTopology();

// kInvalidArgument that names the service or edge: none or more than 200 services, unknown or
// repeated names, pods outside 1..100, ratios outside [0, 1), a cycle.
base::Result<> Validate(const Topology& topology);

// The services' indices, callers before callees. REQUIRES: Validate succeeded.
std::vector<size_t> CallersFirst(const Topology& topology);

// The index of a service, or services.size().
size_t IndexOf(const Topology& topology, const std::string& name);

}  // namespace vedette::sim
