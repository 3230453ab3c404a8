#include "sim/topology.h"

#include <fmt/format.h>
#include <set>

namespace vedette::sim {

Topology ShopTopology() {
  Topology shop;
  shop.services = {
      {.name = "api-gateway", .entry_rps = 100, .own_latency_s = 0.015, .workers = 32},
      {.name = "user", .own_latency_s = 0.030},
      {.name = "order", .own_latency_s = 0.030, .workers = 32},
      {.name = "payment", .own_latency_s = 0.050},
      {.name = "inventory", .own_latency_s = 0.035},
      {.name = "notification", .own_latency_s = 0.040},
      {.name = "analytics", .own_latency_s = 0.050},
  };
  shop.calls = {
      {.caller = "api-gateway", .callee = "user", .calls_per_request = 0.5},
      {.caller = "api-gateway", .callee = "order", .calls_per_request = 0.4},
      {.caller = "order", .callee = "payment", .calls_per_request = 0.6, .connections = 32},
      {.caller = "order", .callee = "inventory", .calls_per_request = 1.0, .cache_hits = 0.75},
      {.caller = "order", .callee = "notification", .calls_per_request = 0.8, .waits = false},
      {.caller = "payment", .callee = "notification", .calls_per_request = 0.3, .waits = false},
      {.caller = "order", .callee = "analytics", .calls_per_request = 1.0, .waits = false},
  };
  return shop;
}

size_t IndexOf(const Topology& topology, const std::string& name) {
  size_t index = 0;
  while (index < topology.services.size() && topology.services[index].name != name) ++index;
  return index;
}

std::vector<size_t> CallersFirst(const Topology& topology) {
  const size_t count = topology.services.size();
  std::vector<int> waiting_for(count, 0);
  for (const CallEdge& edge : topology.calls) ++waiting_for[IndexOf(topology, edge.callee)];
  std::vector<size_t> order;
  std::vector<bool> placed(count, false);
  for (bool moved = true; moved;) {
    moved = false;
    for (size_t i = 0; i < count; ++i) {
      if (placed[i] || waiting_for[i] > 0) continue;
      placed[i] = moved = true;
      order.push_back(i);
      for (const CallEdge& edge : topology.calls) {
        if (edge.caller == topology.services[i].name) {
          --waiting_for[IndexOf(topology, edge.callee)];
        }
      }
    }
  }
  return order;
}

namespace {

base::Result<> ValidateService(const ServiceSpec& spec) {
  if (spec.name.empty()) return base::InvalidArgument("a service needs a name", "services.name");
  if (spec.pods < 1 || spec.pods > 100) {
    return base::InvalidArgument(
        fmt::format("service {}: pods must be 1 to 100, not {}", spec.name, spec.pods),
        "services.pods");
  }
  for (const double ratio : {spec.error_ratio, spec.cpu_ratio, spec.memory_ratio}) {
    if (!(ratio >= 0 && ratio < 1)) {
      return base::InvalidArgument(
          fmt::format("service {}: ratios must be in [0, 1), not {}", spec.name, ratio),
          "services.ratio");
    }
  }
  if (!(spec.own_latency_s > 0 && spec.own_latency_s < 60) || !(spec.entry_rps >= 0)) {
    return base::InvalidArgument(
        fmt::format("service {}: the latency must be in (0, 60) s and the rate not negative",
                    spec.name),
        "services.own_latency_s");
  }
  if (spec.workers < 1 || spec.workers > 10'000 || spec.queue < 0 || spec.queue > 100'000) {
    return base::InvalidArgument(
        fmt::format("service {}: workers must be 1 to 10000 and the queue 0 to 100000", spec.name),
        "services.workers");
  }
  return {};
}

base::Result<> ValidateCall(const CallEdge& edge) {
  const auto wrong = [&](std::string_view what, std::string field) {
    return base::InvalidArgument(fmt::format("call {} > {}: {}", edge.caller, edge.callee, what),
                                 std::move(field));
  };
  if (!(edge.calls_per_request > 0 && edge.calls_per_request <= 100)) {
    return wrong("calls per request must be in (0, 100]", "calls.calls_per_request");
  }
  if (!(edge.timeout_s > 0 && edge.timeout_s <= 60) || edge.retries < 0 || edge.retries > 10) {
    return wrong("the timeout must be in (0, 60] s, retries 0 to 10", "calls.timeout_s");
  }
  if (!(edge.cache_hits >= 0 && edge.cache_hits < 1) || edge.connections < 0) {
    return wrong("cache hits must be in [0, 1), connections not negative", "calls.cache_hits");
  }
  return {};
}

}  // namespace

base::Result<> Validate(const Topology& topology) {
  constexpr size_t kServicesMax = 200;
  std::set<std::string> names;
  if (topology.services.empty() || topology.services.size() > kServicesMax) {
    return base::InvalidArgument(fmt::format("1 to {} services are needed", kServicesMax),
                                 "services");
  }
  for (const ServiceSpec& spec : topology.services) {
    VEDETTE_TRY_VOID(ValidateService(spec));
    if (!names.insert(spec.name).second) {
      return base::InvalidArgument(fmt::format("service {} occurs twice", spec.name),
                                   "services.name");
    }
  }
  for (const CallEdge& edge : topology.calls) {
    if (!names.contains(edge.caller) || !names.contains(edge.callee)) {
      return base::InvalidArgument(
          fmt::format("call {} > {} names an unknown service", edge.caller, edge.callee), "calls");
    }
    VEDETTE_TRY_VOID(ValidateCall(edge));
  }
  if (CallersFirst(topology).size() != topology.services.size()) {
    return base::InvalidArgument("the calls form a cycle", "calls");
  }
  return {};
}

}  // namespace vedette::sim
