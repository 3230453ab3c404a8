#include "topology/graph.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace vedette::topology {
namespace {

using model::EntityKind;

// Of each node, where its edges begin in a list that is sorted by that end.
std::vector<int> BeginsOf(size_t nodes, const std::vector<Edge>& edges, int Edge::* end) {
  std::vector<int> begins(nodes + 1, 0);
  for (const Edge& edge : edges) ++begins[static_cast<size_t>(edge.*end) + 1];
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  return begins;
}

std::span<const int> Part(const std::vector<int>& list, const std::vector<int>& begins, int node) {
  const auto at = static_cast<size_t>(node);
  const auto begin = static_cast<size_t>(begins[at]);
  return std::span(list).subspan(begin, static_cast<size_t>(begins[at + 1]) - begin);
}

}  // namespace

std::string_view OriginName(Origin origin) {
  static constexpr std::string_view kNames[kOrigins] = {"spans",         "istio",   "linkerd",
                                                        "service_graph", "clients", "metrics",
                                                        "kubernetes",    "config",  "api"};
  const auto at = static_cast<size_t>(origin);
  return at < kOrigins ? kNames[at] : std::string_view();
}

Graph::Graph(base::TimePoint time, std::vector<Node> nodes, std::vector<Edge> edges) : time_(time) {
  const size_t count = nodes.size();
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  const auto ref = [&](int i) -> const model::EntityRef& {
    return nodes[static_cast<size_t>(i)].entity.ref;
  };
  std::ranges::stable_sort(order, {}, ref);
  std::vector<int> number(count);  // of each node as it came
  for (const int i : order) {
    if (nodes_.empty() || nodes_.back().entity.ref != ref(i)) {
      nodes_.push_back(std::move(nodes[static_cast<size_t>(i)]));
    }
    number[static_cast<size_t>(i)] = static_cast<int>(nodes_.size()) - 1;
  }
  const auto known = [&](int i) { return i >= 0 && static_cast<size_t>(i) < count; };
  for (Edge& edge : edges) {
    if (!known(edge.caller) || !known(edge.callee)) continue;
    edge.caller = number[static_cast<size_t>(edge.caller)];
    edge.callee = number[static_cast<size_t>(edge.callee)];
    if (edge.caller != edge.callee) edges_.push_back(std::move(edge));
  }
  const auto ends = [](const Edge& edge) { return std::pair(edge.caller, edge.callee); };
  std::ranges::stable_sort(edges_, {}, ends);
  const auto twice = std::ranges::unique(edges_, {}, ends);
  edges_.erase(twice.begin(), twice.end());

  out_.resize(edges_.size());
  std::iota(out_.begin(), out_.end(), 0);
  in_ = out_;
  std::ranges::stable_sort(in_, {}, [&](int i) { return edge(i).callee; });
  out_begin_ = BeginsOf(nodes_.size(), edges_, &Edge::caller);
  in_begin_ = BeginsOf(nodes_.size(), edges_, &Edge::callee);
}

int Graph::Find(EntityKind kind, std::string_view name) const {
  const auto key = [](const Node& node) {
    return std::pair<EntityKind, std::string_view>(node.kind(), node.name());
  };
  const std::pair wanted(kind, name);
  const auto found = std::ranges::lower_bound(nodes_, wanted, {}, key);
  if (found == nodes_.end() || key(*found) != wanted) return -1;
  return static_cast<int>(found - nodes_.begin());
}

int Graph::Find(std::string_view id_or_name) const {
  const size_t colon = id_or_name.find(':');
  if (colon != std::string_view::npos) {
    if (const auto kind = model::ParseEntityKind(id_or_name.substr(0, colon))) {
      const int found = Find(*kind, id_or_name.substr(colon + 1));
      if (found >= 0) return found;
    }
  }
  for (int i = 0; i < model::kEntityKinds; ++i) {
    const int found = Find(static_cast<EntityKind>(i), id_or_name);
    if (found >= 0) return found;
  }
  return -1;
}

std::span<const int> Graph::EdgesFrom(int node) const { return Part(out_, out_begin_, node); }
std::span<const int> Graph::EdgesTo(int node) const { return Part(in_, in_begin_, node); }

int Graph::FindEdge(int caller, int callee) const {
  const std::span<const int> from = EdgesFrom(caller);
  const auto found =
      std::ranges::lower_bound(from, callee, {}, [&](int i) { return edge(i).callee; });
  return found != from.end() && edge(*found).callee == callee ? *found : -1;
}

std::vector<int> Graph::CalleesOf(int node) const {
  std::vector<int> callees;
  for (const int i : EdgesFrom(node)) callees.push_back(edge(i).callee);
  return callees;
}

std::vector<int> Graph::CallersOf(int node) const {
  std::vector<int> callers;
  for (const int i : EdgesTo(node)) callers.push_back(edge(i).caller);
  return callers;
}

std::vector<std::string> Graph::CalleesOf(std::string_view id_or_name) const {
  std::vector<std::string> names;
  const int node_number = Find(id_or_name);
  if (node_number < 0) return names;
  for (const int callee : CalleesOf(node_number)) names.push_back(node(callee).name());
  return names;
}

std::vector<std::string> Graph::CallersOf(std::string_view id_or_name) const {
  std::vector<std::string> names;
  const int node_number = Find(id_or_name);
  if (node_number < 0) return names;
  for (const int caller : CallersOf(node_number)) names.push_back(node(caller).name());
  return names;
}

std::vector<int> Graph::MembersOf(int number) const {
  std::vector<int> members;
  const Node& whole = node(number);
  for (int i = 0; i < size(); ++i) {
    const model::Entity& entity = node(i).entity;
    const bool of_service =
        whole.kind() == EntityKind::kService && entity.service == whole.name() && i != number;
    const bool on_node = whole.kind() == EntityKind::kNode && entity.node == whole.name();
    if (of_service || on_node) members.push_back(i);
  }
  return members;
}

}  // namespace vedette::topology
