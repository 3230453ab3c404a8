#pragma once

#include "api/topology.h"
#include "base/json_writer.h"
#include "topology/graph.h"
#include "topology/layout.h"

namespace vedette::api {

// Nodes and edges of a graph as JSON (openapi.json: TopologyNode, TopologyEdge, PlacedNode,
// PlacedEdge). Holds references to the graphs. Not thread-safe.
class TopologyWriter {
 public:
  // `graph` is what is written, a part of `whole`: how much arrives at a node, and how it is, do
  // not depend on the part. What nobody measured of the calls to a service is as it says itself.
  TopologyWriter(const topology::Graph& graph, const topology::Graph& whole,
                 const HealthByEntity& health, const ServiceLevels& levels);

  void WriteNode(base::JsonWriter& json, int node) const;
  void WriteEdge(base::JsonWriter& json, int edge) const;
  // "nodes" and "edges".
  void WriteAll(base::JsonWriter& json) const;
  void WriteAllPlaced(base::JsonWriter& json, const topology::Layout& layout) const;

 private:
  void WriteNodeFields(base::JsonWriter& json, int node) const;
  void WriteEdgeFields(base::JsonWriter& json, int edge) const;

  const topology::Graph& graph_;
  const topology::Graph& whole_;
  const ServiceLevels& levels_;
  std::vector<EntityHealth> health_;  // of each node of the whole
};

}  // namespace vedette::api
