#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "learn/tape.h"

namespace vedette::learn {

// Of each node of a graph whom it looks at: itself first, then others in ascending order, each
// once. Immutable, so that many may read it.
class Neighbours {
 public:
  using Look = std::pair<size_t, size_t>;  // who looks, at whom

  Neighbours() = default;
  // REQUIRES: all are below `nodes`.
  Neighbours(size_t nodes, std::vector<Look> looks);

  size_t nodes() const { return begin_.empty() ? 0 : begin_.size() - 1; }
  size_t size() const { return seen_.size(); }  // looks of all nodes together
  std::span<const size_t> Of(size_t node) const {
    return std::span(seen_).subspan(begin_[node], begin_[node + 1] - begin_[node]);
  }
  // The place of a node's first look among all.
  size_t BeginOf(size_t node) const { return begin_[node]; }

 private:
  std::vector<size_t> begin_;
  std::vector<size_t> seen_;
};

// How rows are nodes: row c * nodes + i is node i in copy c of the graph.
struct GraphShape {
  const Neighbours* neighbours = nullptr;  // outlives the tape
  size_t copies = 1;
  size_t heads = 1;
  size_t rows() const { return neighbours->nodes() * copies; }
};

// Attention over a graph (GATv2: Brody, Alon, Yahav 2022), in `heads` groups of columns: node i
// weighs each j that it looks at by the softmax of a . LeakyReLU(looking_i + seen_j), and gets the
// weighted sum of seen_j. `looking` and `seen` have a row for each node, `a` is one row as wide.
Var GraphAttention(Var looking, Var seen, Var a, GraphShape shape);

}  // namespace vedette::learn
