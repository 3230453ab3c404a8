#include "sim/client_metrics.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "sim/traffic.h"

namespace vedette::sim {
namespace {

model::Labels LabelsOf(std::string_view metric, const CallEdge& call,
                       std::string_view result = {}) {
  return model::Labels(
      std::vector<std::pair<std::string, std::string>>{{"__name__", std::string(metric)},
                                                       {"job", "shop"},
                                                       {"service", call.caller},
                                                       {"peer", call.callee},
                                                       {"result", std::string(result)}});
}

void Emit(model::WriteBatch& out, const model::Labels& series, base::TimePoint now, double value) {
  out.BeginSeries(series);
  out.Add(base::ToMillis(now), value);
}

}  // namespace

ClientMetrics::ClientMetrics(const Topology& topology, uint64_t seed)
    : random_(seed ^ 0x636c69656e7473) {
  for (size_t i = 0; i < topology.calls.size(); ++i) {
    const CallEdge& call = topology.calls[i];
    if (call.cache_hits <= 0 && call.connections == 0) continue;
    const size_t caller = IndexOf(topology, call.caller);
    clients_.push_back(
        {.call = i,
         .caller = caller,
         .connections_max = static_cast<double>(call.connections) * topology.services[caller].pods,
         .lookups_series = {LabelsOf("cache_requests_total", call, "hit"),
                            LabelsOf("cache_requests_total", call, "miss")},
         .connections_series = LabelsOf("client_connections_in_use", call),
         .connections_max_series = LabelsOf("client_connections_max", call)});
  }
}

void ClientMetrics::Write(base::TimePoint now, base::Duration passed,
                          const std::vector<ServiceLoad>& loads, const std::vector<CallLoad>& calls,
                          model::WriteBatch& out) {
  const double seconds = static_cast<double>(passed.count()) / 1000;
  for (Client& client : clients_) {
    const CallLoad& call = calls[client.call];
    if (call.lookups_per_request > 0) {
      const double served = loads[client.caller].served_rps * seconds;
      const double missed = std::min(call.calls_per_request, call.lookups_per_request);
      client.lookups[0] += DrawPoisson(served * (call.lookups_per_request - missed), random_);
      client.lookups[1] += DrawPoisson(served * missed, random_);
      for (size_t i = 0; i < client.lookups.size(); ++i) {
        Emit(out, client.lookups_series[i], now, client.lookups[i]);
      }
    }
    if (client.connections_max > 0) {
      const double in_use = DrawPoisson(call.connections, random_);
      Emit(out, client.connections_series, now, std::min(in_use, client.connections_max));
      Emit(out, client.connections_max_series, now, client.connections_max);
    }
  }
}

}  // namespace vedette::sim
