#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "topology/graph.h"

namespace vedette::topology {

// A graph as bytes (docs/formats/topology.md), compressed where that makes them shorter. Times are
// kept to the millisecond. Pure functions.
std::string EncodeGraph(const Graph& graph);

// kDataLoss for bytes that are not what EncodeGraph makes, or of a later version.
base::Result<Graph> DecodeGraph(std::string_view bytes);

}  // namespace vedette::topology
