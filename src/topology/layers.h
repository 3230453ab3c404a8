#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace vedette::topology {

// The steps of layout.cc on bare numbers. Private to topology; pure.

using Link = std::pair<int, int>;  // from, to

// The links that close a cycle, so that without them, or turned round, there is none: what a
// depth-first walk finds leading back to where it came from. It begins with nodes to which no link
// leads. Linear time.
std::vector<bool> FindBackLinks(int nodes, std::span<const Link> links);

// Of each node its layer: 0 for those without links to them, else behind all from which links lead;
// then those with room move right, towards where their links lead, if that makes links shorter.
// REQUIRES: no cycle. Linear time.
std::vector<int> AssignLayers(int nodes, std::span<const Link> links);

// Nodes in layers, with links between neighbouring layers only: longer ones have a bend in each
// layer between. Nodes behind the first `real` are bends.
struct Layered {
  int real = 0;
  std::vector<int> layer;               // of each node
  std::vector<std::vector<int>> left;   // of each node, its neighbours in the layer before
  std::vector<std::vector<int>> right;  // and in the layer behind
  std::vector<std::vector<int>> bends;  // of each link, from left to right
  std::vector<std::vector<int>> order;  // of each layer, its nodes from top to bottom

  int size() const { return static_cast<int>(layer.size()); }
};

// Links are taken from left to right; the longest get no bends once there are `bends_max`.
Layered MakeLayered(int nodes, std::span<const Link> links, const std::vector<int>& layer,
                    size_t bends_max);

// Reorders the layers so that fewer links cross: sweeps by the median of the neighbours, the best
// order seen wins. O(sweeps * links * log(nodes)).
void ReduceCrossings(Layered& layered, int sweeps);

// How many pairs of links between neighbouring layers cross. O(links * log(nodes)).
size_t CountCrossings(const Layered& layered);

// Where nodes of one layer go that would like to be at `wanted` and must be `gap` apart from the
// one before (gaps[0] does not count), in the given order: the closest by least squares.
std::vector<double> SpreadOut(std::span<const double> wanted, std::span<const double> gaps);

}  // namespace vedette::topology
