#pragma once

#include <array>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "model/labels.h"
#include "model/write_batch.h"
#include "sim/plant.h"
#include "sim/topology.h"

namespace vedette::sim {

// What the libraries of calling services count: look-ups in their caches that hit and miss
// (cache_requests_total), connections of their pools in use and their limit
// (client_connections_in_use, _max). Has a chance of its own, so that the rest of a simulation is
// the same with it and without. Not thread-safe.
class ClientMetrics {
 public:
  // REQUIRES: Validate(topology) succeeded.
  ClientMetrics(const Topology& topology, uint64_t seed);

  void Write(base::TimePoint now, base::Duration passed, const std::vector<ServiceLoad>& loads,
             const std::vector<CallLoad>& calls, model::WriteBatch& out);

 private:
  struct Client {
    size_t call;  // in the topology
    size_t caller;
    double connections_max;                       // 0: no pool
    std::array<model::Labels, 2> lookups_series;  // that hit and miss
    model::Labels connections_series;
    model::Labels connections_max_series;
    std::array<double, 2> lookups{};
  };

  std::vector<Client> clients_;  // with a cache or a pool
  base::Random random_;
};

}  // namespace vedette::sim
