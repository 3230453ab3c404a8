#include "learn/graph_network.h"

#include <fmt/core.h>

#include "learn/ops.h"

namespace vedette::learn {
namespace {

std::vector<Neighbours::Look> TurnedAround(const std::vector<CallGraph::Call>& calls) {
  std::vector<Neighbours::Look> looks;
  for (const auto& [caller, callee] : calls) looks.emplace_back(callee, caller);
  return looks;
}

}  // namespace

CallGraph::CallGraph(size_t nodes, const std::vector<Call>& calls)
    : callees(nodes, calls), callers(nodes, TurnedAround(calls)) {}

GraphNetwork::Heads::Heads(Builder builder, const std::string& name, size_t in, size_t width)
    : looking(builder, name + ".looking", in, width),
      seen(builder, name + ".seen", in, width),
      a(builder.Matrix(name + ".a", 1, width)) {}

Var GraphNetwork::Heads::operator()(const Weights& weights, Var x, GraphShape shape) const {
  // One after the other: in which order arguments are evaluated, compilers choose.
  const Var mine = looking(weights, x);
  const Var theirs = seen(weights, x);
  return GraphAttention(mine, theirs, weights(a), shape);
}

GraphNetwork::Layer::Layer(Builder builder, const std::string& name, size_t in, size_t hidden)
    : down(builder, name + ".down", in, hidden / 2),
      up(builder, name + ".up", in, hidden / 2),
      self(builder, name + ".self", in, hidden) {}

GraphNetwork::GraphNetwork(size_t features, const NetworkOptions& options, base::Random& random)
    : heads_(options.heads), dropout_(options.dropout) {
  const Builder builder{parameters_, random};
  size_t width = features;
  for (size_t i = 0; i < options.layers; ++i) {
    layers_.emplace_back(builder, fmt::format("layer{}", i), width, options.graph_hidden);
    width = options.graph_hidden;
  }
  out_.emplace_back(builder, "out", width, 2);
}

Var GraphNetwork::LogOdds(const Weights& weights, const CallGraph& graph, const Moments& moments,
                          base::Random* random) const {
  const auto shape = [&](const Neighbours& neighbours) {
    return GraphShape{.neighbours = &neighbours, .copies = moments.copies, .heads = heads_ / 2};
  };
  Var x = weights.tape().Constant(moments.features);
  for (const Layer& layer : layers_) {
    const Var down = layer.down(weights, x, shape(graph.callees));
    const Var up = layer.up(weights, x, shape(graph.callers));
    const Var self = layer.self(weights, x);
    x = Dropout(Elu(Add(ConcatCols(down, up), self)), dropout_, random);
  }
  return out_.front()(weights, x);
}

Var GraphNetwork::Loss(Tape& tape, const CallGraph& graph, const Moments& moments,
                       base::Random* random) {
  const Var odds = LogOdds(Weights(tape, true), graph, moments, random);
  const Var trouble = CrossEntropy(SliceCols(odds, 0, 1), moments.trouble);
  return Add(trouble, CrossEntropy(SliceCols(odds, 1, 1), moments.root));
}

NodeScores GraphNetwork::Score(const CallGraph& graph, const Moments& moments) const {
  Tape tape;
  const Var odds = LogOdds(Weights(tape, false), graph, moments, nullptr);
  return {.trouble = SliceCols(odds, 0, 1).value(), .root = SliceCols(odds, 1, 1).value()};
}

}  // namespace vedette::learn
