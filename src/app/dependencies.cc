#include "app/dependencies.h"

#include <string>
#include <utility>

namespace vedette::app {

base::Result<> TellDependencies(topology::Atlas& atlas, EngineLoop& loop) {
  for (const std::string& tenant : atlas.Tenants()) {
    const topology::Snapshot graph = atlas.Now(tenant);
    if (graph == nullptr) continue;
    incident::Dependencies dependencies{model::TenantName(tenant), {}};
    for (const topology::Edge& edge : graph->edges()) {
      if (!edge.waits) continue;  // what is behind a queue does not make its senders suffer
      dependencies.edges.emplace_back(graph->node(edge.caller).name(),
                                      graph->node(edge.callee).name());
    }
    loop.SetDependencies(std::move(dependencies));
  }
  return {};
}

}  // namespace vedette::app
