#include "topology/walk.h"

#include <algorithm>
#include <utility>

namespace vedette::topology {
namespace {

using model::EntityKind;

bool IsPart(const Node& node) {
  return node.kind() == EntityKind::kPod || node.kind() == EntityKind::kEndpoint;
}

// Where a walk has been, in order.
class Walked {
 public:
  explicit Walked(const Graph& graph) : steps_(static_cast<size_t>(graph.size()), -1) {}

  // False when it was there before.
  bool Visit(int node, int steps) {
    int& known = steps_[static_cast<size_t>(node)];
    if (known >= 0) return false;
    known = steps;
    order_.push_back(node);
    return true;
  }
  int StepsTo(int node) const { return steps_[static_cast<size_t>(node)]; }
  const std::vector<int>& order() const { return order_; }

 private:
  std::vector<int> steps_;  // -1: not visited
  std::vector<int> order_;
};

// What a neighbourhood begins with beside the node itself.
std::vector<int> Stands(const Graph& graph, int node) {
  const Node& center = graph.node(node);
  std::vector<int> stands;
  const auto add = [&](EntityKind kind, std::string_view name) {
    const int found = name.empty() ? -1 : graph.Find(kind, name);
    if (found >= 0) stands.push_back(found);
  };
  if (IsPart(center)) {
    add(EntityKind::kService, center.entity.service);
    add(EntityKind::kNode, center.entity.node);
  }
  if (center.kind() == EntityKind::kNode) {
    for (const int pod : graph.MembersOf(node)) {
      stands.push_back(pod);
      add(EntityKind::kService, graph.node(pod).entity.service);
    }
  }
  return stands;
}

}  // namespace

Found Neighbourhood(const Graph& graph, int node, const NeighbourhoodOptions& options) {
  Walked walked(graph);
  walked.Visit(node, 0);
  for (const int stand : Stands(graph, node)) walked.Visit(stand, 0);
  for (size_t i = 0; i < walked.order().size(); ++i) {
    const int at = walked.order()[i];
    const int steps = walked.StepsTo(at) + 1;
    if (steps > options.hops) continue;
    if (options.direction != Direction::kCallees) {
      for (const int edge : graph.EdgesTo(at)) walked.Visit(graph.edge(edge).caller, steps);
    }
    if (options.direction != Direction::kCallers) {
      for (const int edge : graph.EdgesFrom(at)) walked.Visit(graph.edge(edge).callee, steps);
    }
  }
  Found found{.nodes = walked.order()};
  if (found.nodes.size() > options.nodes_max) {
    found.left_out = found.nodes.size() - options.nodes_max;
    found.nodes.resize(options.nodes_max);
  }
  return found;
}

std::string_view ReachName(Reach reach) {
  switch (reach) {
    case Reach::kCalls: return "calls";
    case Reach::kMessages: return "messages";
    case Reach::kRunsOn: return "runs on";
    case Reach::kBelongsTo: return "belongs to";
  }
  return "";
}

std::vector<Affected> BlastRadius(const Graph& graph, int node) {
  Walked walked(graph);
  walked.Visit(node, 0);
  std::vector<Affected> affected;
  for (size_t i = 0; i < walked.order().size(); ++i) {
    const int at = walked.order()[i];
    const auto reach = [&](int next, Reach how) {
      const int steps = walked.StepsTo(at) + 1;
      if (walked.Visit(next, steps)) affected.push_back({next, steps, at, how});
    };
    const Node& hurt = graph.node(at);
    if (IsPart(hurt)) {
      const int service = graph.Find(EntityKind::kService, hurt.entity.service);
      if (service >= 0) reach(service, Reach::kBelongsTo);
    }
    if (hurt.kind() == EntityKind::kNode) {
      for (const int pod : graph.MembersOf(at)) reach(pod, Reach::kRunsOn);
    }
    for (const int edge : graph.EdgesTo(at)) {
      if (graph.edge(edge).waits) reach(graph.edge(edge).caller, Reach::kCalls);
    }
    if (hurt.kind() != EntityKind::kQueue) continue;
    for (const int edge : graph.EdgesFrom(at)) reach(graph.edge(edge).callee, Reach::kMessages);
  }
  return affected;
}

std::vector<int> ShortestPath(const Graph& graph, int from, int to) {
  std::vector<int> before(static_cast<size_t>(graph.size()), -1);
  Walked walked(graph);
  walked.Visit(from, 0);
  for (size_t i = 0; i < walked.order().size() && walked.StepsTo(to) < 0; ++i) {
    const int at = walked.order()[i];
    for (const int edge : graph.EdgesFrom(at)) {
      const int callee = graph.edge(edge).callee;
      if (walked.Visit(callee, walked.StepsTo(at) + 1)) before[static_cast<size_t>(callee)] = at;
    }
  }
  std::vector<int> path;
  if (walked.StepsTo(to) < 0) return path;
  for (int at = to; at >= 0; at = before[static_cast<size_t>(at)]) path.push_back(at);
  std::ranges::reverse(path);
  return path;
}

Graph PartOf(const Graph& graph, std::span<const int> nodes) {
  std::vector<int> place(static_cast<size_t>(graph.size()), -1);
  std::vector<Node> kept;
  for (const int node : nodes) {
    if (place[static_cast<size_t>(node)] >= 0) continue;
    place[static_cast<size_t>(node)] = static_cast<int>(kept.size());
    kept.push_back(graph.node(node));
  }
  std::vector<Edge> edges;
  for (Edge edge : graph.edges()) {
    edge.caller = place[static_cast<size_t>(edge.caller)];
    edge.callee = place[static_cast<size_t>(edge.callee)];
    if (edge.caller >= 0 && edge.callee >= 0) edges.push_back(std::move(edge));
  }
  return Graph(graph.time(), std::move(kept), std::move(edges));
}

}  // namespace vedette::topology
