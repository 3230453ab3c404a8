#pragma once

#include <string>
#include <utility>
#include <vector>

#include "topology/graph.h"

namespace vedette::topology {

// A graph of the ends of these calls, each an id or a service's name; for tests.
inline Graph GraphOf(const std::vector<std::pair<std::string, std::string>>& calls,
                     const std::vector<std::string>& others = {},
                     base::TimePoint time = base::FromMillis(60'000)) {
  std::vector<Node> nodes;
  std::vector<Edge> edges;
  const auto place_of = [&](const std::string& id) {
    const model::EntityRef ref = model::ParseEntityRef(id);
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i].entity.ref == ref) return static_cast<int>(i);
    }
    Node node;
    node.entity.ref = ref;
    node.origins = Origin::kApi;
    node.first_seen = node.last_seen = time;
    nodes.push_back(std::move(node));
    return static_cast<int>(nodes.size()) - 1;
  };
  for (const auto& [caller, callee] : calls) {
    Edge edge;
    edge.caller = place_of(caller);
    edge.callee = place_of(callee);
    edge.waits = !caller.starts_with("queue:");
    edge.origins = Origin::kApi;
    edge.first_seen = edge.last_seen = time;
    edges.push_back(std::move(edge));
  }
  for (const std::string& id : others) place_of(id);
  return Graph(time, std::move(nodes), std::move(edges));
}

}  // namespace vedette::topology
