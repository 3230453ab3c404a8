// Sugiyama's method in five steps: turn round what closes a cycle, put nodes in layers, give long
// links a bend in each layer that they pass, order the layers so that few links cross, and find
// coordinates. (Sugiyama, Tagawa, Toda 1981; medians: Eades, Wormald 1994; counting crossings with
// an accumulator tree: Barth, Juenger, Mutzel 2002.) Coordinates come from alternating sweeps: a
// node wants to be at the mean of its neighbours, and isotonic regression finds the closest places
// that keep order and distance. Brandes and Koepf's four passes are faster still, but align at the
// price of width, and 1,000 nodes take a few milliseconds either way.

#include "topology/layers.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace vedette::topology {
namespace {

size_t At(int i) { return static_cast<size_t>(i); }

// Of each node, where its links lead, as numbers of links.
std::vector<std::vector<int>> LinksFrom(int nodes, std::span<const Link> links) {
  std::vector<std::vector<int>> out(At(nodes));
  for (size_t i = 0; i < links.size(); ++i) {
    out[At(links[i].first)].push_back(static_cast<int>(i));
  }
  return out;
}

// The nodes so that links lead forwards only. REQUIRES: no cycle.
std::vector<int> ForwardOrder(int nodes, std::span<const Link> links,
                              const std::vector<std::vector<int>>& out) {
  std::vector<int> waiting(At(nodes), 0);
  for (const Link& link : links) ++waiting[At(link.second)];
  std::vector<int> order;
  for (int i = 0; i < nodes; ++i) {
    if (waiting[At(i)] == 0) order.push_back(i);
  }
  for (size_t k = 0; k < order.size(); ++k) {
    for (const int link : out[At(order[k])]) {
      const int to = links[At(link)].second;
      if (--waiting[At(to)] == 0) order.push_back(to);
    }
  }
  return order;
}

// Their middle, or nothing to go by (-1).
double MedianPlace(const std::vector<int>& neighbours, const std::vector<int>& place) {
  if (neighbours.empty()) return -1;
  std::vector<int> places;
  for (const int neighbour : neighbours) places.push_back(place[At(neighbour)]);
  std::ranges::sort(places);
  const size_t middle = places.size() / 2;
  if (places.size() % 2 == 1) return places[middle];
  if (places.size() == 2) return (places[0] + places[1]) / 2.0;
  // Between the two middle ones, nearer to the side where the others lie closer together.
  const double left = places[middle - 1] - places.front();
  const double right = places.back() - places[middle];
  if (left + right == 0) return (places[middle - 1] + places[middle]) / 2.0;
  return (places[middle - 1] * right + places[middle] * left) / (left + right);
}

// Sorts one layer by the medians of its neighbours on one side; nodes without any stay where they
// are.
void SortLayer(std::vector<int>& layer, const std::vector<std::vector<int>>& neighbours,
               std::vector<int>& place) {
  std::vector<std::pair<double, int>> movable;
  for (const int node : layer) {
    const double median = MedianPlace(neighbours[At(node)], place);
    if (median >= 0) movable.emplace_back(median, node);
  }
  std::ranges::stable_sort(movable, {}, &std::pair<double, int>::first);
  size_t next = 0;
  for (size_t i = 0; i < layer.size(); ++i) {
    if (!neighbours[At(layer[i])].empty()) layer[i] = movable[next++].second;
  }
  for (size_t i = 0; i < layer.size(); ++i) place[At(layer[i])] = static_cast<int>(i);
}

std::vector<int> PlacesIn(const Layered& layered) {
  std::vector<int> place(layered.layer.size(), 0);
  for (const std::vector<int>& layer : layered.order) {
    for (size_t i = 0; i < layer.size(); ++i) place[At(layer[i])] = static_cast<int>(i);
  }
  return place;
}

}  // namespace

std::vector<bool> FindBackLinks(int nodes, std::span<const Link> links) {
  enum class State : uint8_t { kNew, kOpen, kDone };
  const std::vector<std::vector<int>> out = LinksFrom(nodes, links);
  std::vector<bool> has_callers(At(nodes), false);
  for (const Link& link : links) has_callers[At(link.second)] = true;
  std::vector<State> state(At(nodes), State::kNew);
  std::vector<bool> back(links.size(), false);
  std::vector<std::pair<int, size_t>> stack;  // a node, and its next link to follow
  const auto walk = [&](int start) {
    if (state[At(start)] != State::kNew) return;
    state[At(start)] = State::kOpen;
    stack.emplace_back(start, 0);
    while (!stack.empty()) {
      auto& [node, next] = stack.back();
      if (next == out[At(node)].size()) {
        state[At(node)] = State::kDone;
        stack.pop_back();
        continue;
      }
      const int link = out[At(node)][next++];
      const int to = links[At(link)].second;
      if (state[At(to)] == State::kOpen) back[At(link)] = true;
      if (state[At(to)] != State::kNew) continue;
      state[At(to)] = State::kOpen;
      stack.emplace_back(to, 0);
    }
  };
  for (int i = 0; i < nodes; ++i) {
    if (!has_callers[At(i)]) walk(i);
  }
  for (int i = 0; i < nodes; ++i) walk(i);
  return back;
}

std::vector<int> AssignLayers(int nodes, std::span<const Link> links) {
  const std::vector<std::vector<int>> out = LinksFrom(nodes, links);
  const std::vector<int> order = ForwardOrder(nodes, links, out);
  std::vector<int> layer(At(nodes), 0);
  std::vector<int> callers(At(nodes), 0);
  for (const Link& link : links) ++callers[At(link.second)];
  for (const int node : order) {
    for (const int link : out[At(node)]) {
      int& callee = layer[At(links[At(link)].second)];
      callee = std::max(callee, layer[At(node)] + 1);
    }
  }
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    const std::vector<int>& leading = out[At(*it)];
    // With more links behind it than ahead, moving right would make more of them longer.
    if (leading.empty() || callers[At(*it)] >= static_cast<int>(leading.size())) continue;
    int room = layer[At(links[At(leading.front())].second)];
    for (const int link : leading) room = std::min(room, layer[At(links[At(link)].second)]);
    layer[At(*it)] = room - 1;
  }
  return layer;
}

Layered MakeLayered(int nodes, std::span<const Link> links, const std::vector<int>& layer,
                    size_t bends_max) {
  Layered layered;
  layered.real = nodes;
  layered.layer = layer;
  layered.bends.resize(links.size());
  std::vector<size_t> shortest(links.size());
  std::iota(shortest.begin(), shortest.end(), size_t{0});
  const auto length = [&](size_t i) {
    return layer[At(links[i].second)] - layer[At(links[i].first)];
  };
  std::ranges::stable_sort(shortest, {}, length);
  size_t bends = 0;
  layered.left.resize(At(nodes));
  layered.right.resize(At(nodes));
  const auto join = [&](int from, int to) {
    layered.right[At(from)].push_back(to);
    layered.left[At(to)].push_back(from);
  };
  for (const size_t i : shortest) {
    const auto [from, to] = links[i];
    const auto needed = At(length(i) - 1);
    if (bends + needed > bends_max) break;
    bends += needed;
    int last = from;
    for (int at = layer[At(from)] + 1; at < layer[At(to)]; ++at) {
      const int bend = layered.size();
      layered.layer.push_back(at);
      layered.left.emplace_back();
      layered.right.emplace_back();
      layered.bends[i].push_back(bend);
      join(last, bend);
      last = bend;
    }
    join(last, to);
  }
  const int layers = layered.layer.empty() ? 0 : 1 + std::ranges::max(layered.layer);
  layered.order.resize(At(layers));
  for (int i = 0; i < layered.size(); ++i) layered.order[At(layered.layer[At(i)])].push_back(i);
  return layered;
}

size_t CountCrossings(const Layered& layered) {
  const std::vector<int> place = PlacesIn(layered);
  size_t crossings = 0;
  std::vector<size_t> tree;
  std::vector<int> ends;  // of the links of one layer, by their beginnings
  for (const std::vector<int>& layer : layered.order) {
    ends.clear();
    int width = 0;
    for (const int node : layer) {
      const size_t first = ends.size();
      for (const int to : layered.right[At(node)]) ends.push_back(place[At(to)]);
      std::sort(ends.begin() + static_cast<std::ptrdiff_t>(first), ends.end());
    }
    for (const int end : ends) width = std::max(width, end + 1);
    // A Fenwick tree of the ends so far: those below the next one cross it.
    tree.assign(At(width) + 1, 0);
    for (size_t seen = 0; seen < ends.size(); ++seen) {
      size_t not_above = 0;
      for (size_t i = At(ends[seen]) + 1; i > 0; i &= i - 1) not_above += tree[i];
      crossings += seen - not_above;
      for (size_t i = At(ends[seen]) + 1; i < tree.size(); i += i & (~i + 1)) ++tree[i];
    }
  }
  return crossings;
}

void ReduceCrossings(Layered& layered, int sweeps) {
  std::vector<std::vector<int>> best = layered.order;
  size_t fewest = CountCrossings(layered);
  std::vector<int> place = PlacesIn(layered);
  for (int sweep = 0; sweep < sweeps && fewest > 0; ++sweep) {
    if (sweep % 2 == 0) {
      for (size_t i = 1; i < layered.order.size(); ++i) {
        SortLayer(layered.order[i], layered.left, place);
      }
    } else {
      for (size_t i = layered.order.size() - 1; i-- > 0;) {
        SortLayer(layered.order[i], layered.right, place);
      }
    }
    const size_t crossings = CountCrossings(layered);
    if (crossings >= fewest) continue;
    fewest = crossings;
    best = layered.order;
  }
  layered.order = std::move(best);
}

std::vector<double> SpreadOut(std::span<const double> wanted, std::span<const double> gaps) {
  // With the gaps taken out, the places must only not go down: pool adjacent violators.
  struct Pool {
    double sum;
    size_t count;
    double mean() const { return sum / static_cast<double>(count); }
  };
  std::vector<double> offset(wanted.size(), 0);
  std::vector<Pool> pools;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (i > 0) offset[i] = offset[i - 1] + gaps[i];
    pools.push_back({wanted[i] - offset[i], 1});
    while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
      const Pool last = pools.back();
      pools.pop_back();
      pools.back().sum += last.sum;
      pools.back().count += last.count;
    }
  }
  std::vector<double> places;
  places.reserve(wanted.size());
  for (const Pool& pool : pools) {
    for (size_t i = 0; i < pool.count; ++i) places.push_back(pool.mean() + offset[places.size()]);
  }
  return places;
}

}  // namespace vedette::topology
