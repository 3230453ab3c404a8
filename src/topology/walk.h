#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "topology/graph.h"

namespace vedette::topology {

// Questions about a graph. Pure; each takes time linear in the graph at most, and cycles are fine.

enum class Direction { kBoth, kCallers, kCallees };

struct NeighbourhoodOptions {
  int hops = 2;
  Direction direction = Direction::kBoth;
  size_t nodes_max = 60;
};

struct Found {
  std::vector<int> nodes;  // nearest first
  size_t left_out = 0;     // beyond nodes_max
};

// The node and what is so many calls away from it. A pod or endpoint stands for its service, a
// machine for the services whose pods run on it.
Found Neighbourhood(const Graph& graph, int node, const NeighbourhoodOptions& options);

// How trouble reaches a node.
enum class Reach {
  kCalls,      // it calls what is in trouble, and waits for the answer
  kMessages,   // it gets its messages from it
  kRunsOn,     // it runs on it
  kBelongsTo,  // it has it as a part
};
std::string_view ReachName(Reach reach);  // "calls", "messages", "runs on", "belongs to"

struct Affected {
  int node = 0;
  int distance = 0;  // steps from the node that fails
  int through = 0;   // the neighbour by which it is reached
  Reach how = Reach::kCalls;
};

// Who is hurt when a node fails, nearest first; without the node itself. Trouble goes from a callee
// to the callers that wait for it, from a queue to those who read it, from a machine to its pods,
// and from a pod or endpoint to its service.
std::vector<Affected> BlastRadius(const Graph& graph, int node);

// The nodes of a shortest way along the calls, both ends included; empty when there is none.
std::vector<int> ShortestPath(const Graph& graph, int from, int to);

// A graph of these nodes and the edges between them.
Graph PartOf(const Graph& graph, std::span<const int> nodes);

}  // namespace vedette::topology
