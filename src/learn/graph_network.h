#pragma once

#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

#include "base/random.h"
#include "learn/graph_ops.h"
#include "learn/layers.h"
#include "learn/network.h"
#include "learn/tape.h"

namespace vedette::learn {

// Who calls whom. Immutable.
struct CallGraph {
  using Call = std::pair<size_t, size_t>;  // caller, callee

  CallGraph() = default;
  // REQUIRES: all are below `nodes`.
  CallGraph(size_t nodes, const std::vector<Call>& calls);

  size_t nodes() const { return callees.nodes(); }
  Neighbours callees;  // each node looks at whom it calls
  Neighbours callers;  // and at who calls it
};

// Several moments of one graph: a row for each node in each, in the order of GraphShape.
struct Moments {
  size_t copies = 0;
  Matrix features;
  Matrix trouble;  // one column: 1 where a node is in trouble; may be empty when not learning
  Matrix root;     // the same: 1 where the trouble began
};

// Log odds of each node, in one column each.
struct NodeScores {
  Matrix trouble;
  Matrix root;
};

// The graph network of source system S2: two layers of GATv2 with ELU, and a linear layer that
// says of each node how likely it is in trouble, and how likely the trouble began there. Of the
// heads of a layer one half looks at whom a node calls, the other half at who calls it: causes and
// victims differ by nothing else. What a node itself is like goes past each attention by a linear
// way of its own, since an average over neighbours cannot tell whose each part was. Learns from
// labels; any graph will do, also another than the one that it learnt. Not thread-safe while
// learning; Score may be called by many.
class GraphNetwork {
 public:
  // Uses graph_hidden, layers, heads and dropout. REQUIRES: features > 0, an even number of heads,
  // graph_hidden divisible by it. The same seed of `random` makes the same network.
  GraphNetwork(size_t features, const NetworkOptions& options, base::Random& random);

  // `random` for dropout; null for a judgement without it. The graph outlives the tape.
  Var Loss(Tape& tape, const CallGraph& graph, const Moments& moments, base::Random* random);
  NodeScores Score(const CallGraph& graph, const Moments& moments) const;

  Parameters& parameters() { return parameters_; }
  const Parameters& parameters() const { return parameters_; }

 private:
  // The heads that look one way.
  struct Heads {
    Heads(Builder builder, const std::string& name, size_t in, size_t width);
    Var operator()(const Weights& weights, Var x, GraphShape shape) const;
    const Linear looking, seen;
    Parameter& a;
  };
  struct Layer {
    Layer(Builder builder, const std::string& name, size_t in, size_t hidden);
    const Heads down, up;
    const Linear self;
  };
  Var LogOdds(const Weights& weights, const CallGraph& graph, const Moments& moments,
              base::Random* random) const;

  Parameters parameters_;
  const size_t heads_;
  const double dropout_;
  std::deque<Layer> layers_;
  std::deque<Linear> out_;  // one; made after the layers, as its weights come after theirs
};

}  // namespace vedette::learn
