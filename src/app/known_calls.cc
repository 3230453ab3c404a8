#include "app/known_calls.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "model/entity.h"

namespace vedette::app {
namespace {

bool TakesPart(model::EntityKind kind) {
  return kind == model::EntityKind::kService || kind == model::EntityKind::kDatabase ||
         kind == model::EntityKind::kQueue || kind == model::EntityKind::kExternal;
}

std::string SourceOf(topology::Origins origins) {
  for (int i = 0; i < topology::kOrigins; ++i) {
    const auto origin = static_cast<topology::Origin>(i);
    if (origins.Has(origin)) return std::string(topology::OriginName(origin));
  }
  return "topology";
}

}  // namespace

base::Result<std::vector<evidence::CallsSeen>> KnownCalls(records::Store& spans,
                                                          topology::Snapshots* topology,
                                                          const model::TenantName& tenant,
                                                          base::TimePoint from,
                                                          base::TimePoint to) {
  VEDETTE_TRY(std::vector<evidence::CallsSeen> calls,
              evidence::CallsInSpans(spans, tenant, from, to));
  if (topology == nullptr) return calls;
  std::set<std::pair<std::string, std::string>> seen;
  for (const evidence::CallsSeen& call : calls) seen.emplace(call.caller, call.callee);
  VEDETTE_TRY(const topology::Snapshot graph, topology->At(tenant, to));
  for (const topology::Edge& edge : graph->edges()) {
    const topology::Node& caller = graph->node(edge.caller);
    const topology::Node& callee = graph->node(edge.callee);
    if (!edge.waits || !TakesPart(caller.kind()) || !TakesPart(callee.kind())) continue;
    if (!seen.emplace(caller.name(), callee.name()).second) continue;
    evidence::CallsSeen call;
    call.caller = caller.name();
    call.callee = callee.name();
    call.source = SourceOf(edge.origins);
    calls.push_back(std::move(call));
  }
  std::sort(calls.begin(), calls.end(), [](const auto& a, const auto& b) {
    return std::tie(a.caller, a.callee) < std::tie(b.caller, b.callee);
  });
  return calls;
}

detect::learned::Calls CallsOf(const topology::Graph& graph) {
  detect::learned::Calls calls;
  for (const topology::Edge& edge : graph.edges()) {
    const topology::Node& caller = graph.node(edge.caller);
    const topology::Node& callee = graph.node(edge.callee);
    if (!TakesPart(caller.kind()) || !TakesPart(callee.kind())) continue;
    calls.emplace_back(caller.name(), callee.name());
  }
  return calls;
}

}  // namespace vedette::app
