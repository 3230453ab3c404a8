#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "topology/graph.h"

namespace vedette::topology {

// Places for drawing a graph in layers from left to right, callers before callees, with few
// crossings. Pure and deterministic; 1,000 nodes take some tens of milliseconds.

struct LayoutOptions {
  double layer_gap = 240;  // between the centres of neighbouring layers
  double node_gap = 64;    // between the centres of two nodes of a layer
  double bend_gap = 20;    // the same where a line passes
  int sweeps = 8;          // over all layers, to undo crossings
  size_t bends_max = 20'000;
  // More new nodes than this share, and everything is placed afresh.
  double new_share_max = 0.3;
};

struct Point {
  double x = 0;
  double y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

struct Placement {
  int layer = 0;
  Point at;
};

struct Layout {
  std::vector<Placement> nodes;           // as in the graph
  std::vector<std::vector<Point>> lines;  // of each edge: its ends and its bends, caller first
  std::vector<bool> back;                 // edges that close a cycle: from right to left
  int layers = 0;
  // The corners of all.
  Point low;
  Point high;
};

// Where the nodes of earlier layouts were, by id.
using KnownPlaces = std::map<std::string, Placement, std::less<>>;

// Nodes that `known` has keep their places while few are new; the others find room beside their
// neighbours.
Layout MakeLayout(const Graph& graph, const KnownPlaces& known = {},
                  const LayoutOptions& options = {});

// The places of a layout, to be known the next time.
KnownPlaces PlacesOf(const Graph& graph, const Layout& layout);

}  // namespace vedette::topology
