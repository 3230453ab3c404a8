// Afresh: layers.h's five steps. With places that are known: a node that still belongs to its layer
// stays where it was, and only what is new looks for the nearest free place beside its neighbours,
// so that a map does not jump when a service comes or goes. Lines follow from the places alone;
// they pass the layers between their ends where there is room.

#include "topology/layout.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "topology/layers.h"

namespace vedette::topology {
namespace {

constexpr int kAlone = -1;          // the layer of nodes without edges: a block below all others
constexpr size_t kFewNew = 2;       // that never are a reason to place everything afresh
constexpr int kSettlingSweeps = 8;  // in which nodes move to the mean of their neighbours

size_t At(int i) { return static_cast<size_t>(i); }

// The nodes that have edges, numbered from 0, and their links from left to right.
struct Connected {
  std::vector<int> nodes;  // their numbers in the graph
  std::vector<Link> links;
  std::vector<int> layer;
};

Connected TakeConnected(const Graph& graph, std::vector<bool>& back) {
  std::vector<int> number(At(graph.size()), -1);
  Connected connected;
  const auto number_of = [&](int node) {
    int& known = number[At(node)];
    if (known < 0) {
      known = static_cast<int>(connected.nodes.size());
      connected.nodes.push_back(node);
    }
    return known;
  };
  for (const Edge& edge : graph.edges()) {
    const int caller = number_of(edge.caller);
    connected.links.emplace_back(caller, number_of(edge.callee));
  }
  const int count = static_cast<int>(connected.nodes.size());
  back = FindBackLinks(count, connected.links);
  for (size_t i = 0; i < back.size(); ++i) {
    if (back[i]) std::swap(connected.links[i].first, connected.links[i].second);
  }
  connected.layer = AssignLayers(count, connected.links);
  return connected;
}

// The height of each node of `layered`, bends included.
std::vector<double> Settle(const Layered& layered, const LayoutOptions& options) {
  std::vector<double> height(At(layered.size()), 0);
  const auto settle = [&](const std::vector<int>& layer, const auto& wish) {
    std::vector<double> wanted;
    std::vector<double> gaps;
    for (const int node : layer) {
      const bool bend = node >= layered.real;
      const bool bend_before = !gaps.empty() && layer[gaps.size() - 1] >= layered.real;
      gaps.push_back(bend && bend_before   ? options.bend_gap
                     : bend || bend_before ? (options.bend_gap + options.node_gap) / 2
                                           : options.node_gap);
      wanted.push_back(wish(node));
    }
    const std::vector<double> places = SpreadOut(wanted, gaps);
    for (size_t i = 0; i < layer.size(); ++i) height[At(layer[i])] = places[i];
  };
  const auto mean_of = [&](int node, const std::vector<int>& one, const std::vector<int>& other) {
    double sum = 0;
    for (const int neighbour : one) sum += height[At(neighbour)];
    for (const int neighbour : other) sum += height[At(neighbour)];
    const size_t count = one.size() + other.size();
    return count == 0 ? height[At(node)] : sum / static_cast<double>(count);
  };
  for (const std::vector<int>& layer : layered.order) {
    settle(layer, [](int) { return 0.0; });
  }
  static const std::vector<int> kNone;
  for (int sweep = 0; sweep < kSettlingSweeps; ++sweep) {
    const bool rightwards = sweep % 2 == 0;
    const bool last = sweep + 1 == kSettlingSweeps;
    for (size_t k = 0; k < layered.order.size(); ++k) {
      const size_t i = rightwards ? k : layered.order.size() - 1 - k;
      settle(layered.order[i], [&](int node) {
        const std::vector<int>& left = layered.left[At(node)];
        const std::vector<int>& right = layered.right[At(node)];
        if (last) return mean_of(node, left, right);
        return rightwards ? mean_of(node, left, kNone) : mean_of(node, right, kNone);
      });
    }
  }
  return height;
}

// What is taken of each column: the heights of its nodes.
class Columns {
 public:
  explicit Columns(double gap) : gap_(gap) {}

  void Take(int column, double y) { taken_[column].insert(y); }

  // The height next to `wanted` that is `room` away from all nodes of the column.
  double NearestFree(int column, double wanted, double room) const {
    const auto found = taken_.find(column);
    if (found == taken_.end()) return wanted;
    const std::set<double>& taken = found->second;
    const double up = Search(taken, wanted, room, -1);
    const double down = Search(taken, wanted, room, 1);
    return wanted - up < down - wanted ? up : down;
  }
  double node_gap() const { return gap_; }

 private:
  // The first free height from `y` on, upwards (-1) or downwards (1).
  static double Search(const std::set<double>& taken, double y, double room, int step) {
    constexpr double kSlack = 1e-6;
    for (;;) {
      const auto above = taken.lower_bound(y - room + kSlack);
      if (above == taken.end() || *above >= y + room - kSlack) return y;
      if (step > 0) {
        y = *std::prev(taken.lower_bound(y + room - kSlack)) + room;
      } else {
        y = *above - room;
      }
    }
  }

  const double gap_;
  std::map<int, std::set<double>> taken_;
};

class Placer {
 public:
  Placer(const Graph& graph, const KnownPlaces& known, const LayoutOptions& options)
      : graph_(graph), options_(options), connected_(TakeConnected(graph, layout_.back)) {
    layout_.nodes.assign(At(graph.size()), {.layer = kAlone, .at = {}});
    known_.resize(At(graph.size()));
    for (int i = 0; i < graph.size(); ++i) {
      const auto found = known.find(graph.node(i).entity.ref.id());
      if (found != known.end()) known_[At(i)] = found->second;
    }
  }

  Layout Place() {
    for (size_t i = 0; i < connected_.nodes.size(); ++i) {
      PlacementOf(connected_.nodes[i]).layer = connected_.layer[i];
      layout_.layers = std::max(layout_.layers, connected_.layer[i] + 1);
    }
    if (!PlaceBesideKnown()) PlaceAfresh();
    PlaceLonely();
    DrawLines();
    FindCorners();
    return std::move(layout_);
  }

 private:
  Placement& PlacementOf(int node) { return layout_.nodes[At(node)]; }
  int ColumnOf(const Placement& placement) const {
    return static_cast<int>(std::lround(placement.at.x / options_.layer_gap));
  }

  void PlaceAfresh() {
    Layered layered = MakeLayered(static_cast<int>(connected_.nodes.size()), connected_.links,
                                  connected_.layer, options_.bends_max);
    ReduceCrossings(layered, options_.sweeps);
    const std::vector<double> height = Settle(layered, options_);
    for (size_t i = 0; i < connected_.nodes.size(); ++i) {
      Placement& placement = PlacementOf(connected_.nodes[i]);
      // Whole numbers read better, and survive a JSON round trip.
      placement.at = {options_.layer_gap * placement.layer, std::round(height[i])};
    }
  }

  // By how many columns the layers lie to the right of where they would lie afresh: as most known
  // nodes say.
  std::optional<int> Shift() const {
    std::map<int, int> votes;
    for (const int node : connected_.nodes) {
      const auto& known = known_[At(node)];
      if (!known || known->layer == kAlone) continue;
      ++votes[ColumnOf(*known) - layout_.nodes[At(node)].layer];
    }
    if (votes.empty()) return std::nullopt;
    return std::ranges::max_element(votes, {}, &std::pair<const int, int>::second)->first;
  }

  // False when too little is known.
  bool PlaceBesideKnown() {
    const std::optional<int> shift = Shift();
    if (!shift) return false;
    Columns columns(options_.node_gap);
    std::vector<int> fresh;
    std::vector<bool> placed(At(graph_.size()), false);
    for (const int node : connected_.nodes) {
      Placement& placement = PlacementOf(node);
      const int column = placement.layer + *shift;
      const auto& known = known_[At(node)];
      placement.at.x = options_.layer_gap * column;
      if (!known || known->layer == kAlone || ColumnOf(*known) != column) {
        fresh.push_back(node);
        continue;
      }
      placement.at.y = known->at.y;
      columns.Take(column, known->at.y);
      placed[At(node)] = true;
    }
    const auto many = options_.new_share_max * static_cast<double>(connected_.nodes.size());
    if (fresh.size() > kFewNew && static_cast<double>(fresh.size()) > many) return false;
    for (const int node : fresh) {
      Placement& placement = PlacementOf(node);
      const double wanted = MeanOfNeighbours(node, placed);
      placement.at.y = columns.NearestFree(placement.layer + *shift, wanted, columns.node_gap());
      columns.Take(placement.layer + *shift, placement.at.y);
      placed[At(node)] = true;
    }
    return true;
  }

  double MeanOfNeighbours(int node, const std::vector<bool>& placed) const {
    double sum = 0;
    int count = 0;
    const auto add = [&](int neighbour) {
      if (!placed[At(neighbour)]) return;
      sum += layout_.nodes[At(neighbour)].at.y;
      ++count;
    };
    for (const int edge : graph_.EdgesFrom(node)) add(graph_.edge(edge).callee);
    for (const int edge : graph_.EdgesTo(node)) add(graph_.edge(edge).caller);
    return count == 0 ? 0 : std::round(sum / count);
  }

  // Nodes without edges fill the rows of a block below.
  void PlaceLonely() {
    std::vector<int> lonely;
    for (int i = 0; i < graph_.size(); ++i) {
      if (PlacementOf(i).layer == kAlone) lonely.push_back(i);
    }
    if (lonely.empty()) return;
    double left = 0;
    double top = 0;
    for (size_t i = 0; i < connected_.nodes.size(); ++i) {
      const Point& at = PlacementOf(connected_.nodes[i]).at;
      left = i == 0 ? at.x : std::min(left, at.x);
      top = std::max(i == 0 ? at.y + 2 * options_.node_gap : top, at.y + 2 * options_.node_gap);
    }
    const double side = std::ceil(std::sqrt(static_cast<double>(lonely.size())));
    const int width = std::max({layout_.layers, static_cast<int>(side / 2), 1});
    std::set<std::pair<int, int>> taken;  // column and row
    const auto cell_of = [&](const Point& at) {
      return std::pair(static_cast<int>(std::lround((at.x - left) / options_.layer_gap)),
                       static_cast<int>(std::lround((at.y - top) / options_.node_gap)));
    };
    std::vector<int> fresh;
    for (const int node : lonely) {
      const auto& known = known_[At(node)];
      const bool keeps = known && known->layer == kAlone &&
                         known->at.y >= top - options_.node_gap - 1 &&
                         taken.insert(cell_of(known->at)).second;
      if (!keeps) {
        fresh.push_back(node);
        continue;
      }
      PlacementOf(node).at = known->at;
    }
    int cell = 0;
    for (const int node : fresh) {
      while (taken.contains({cell % width, cell / width})) ++cell;
      PlacementOf(node).at = {left + options_.layer_gap * (cell % width),
                              top + options_.node_gap * (cell / width)};
      ++cell;
    }
  }

  void DrawLines() {
    Columns columns(options_.node_gap);
    for (const int node : connected_.nodes) {
      columns.Take(ColumnOf(PlacementOf(node)), PlacementOf(node).at.y);
    }
    for (const Edge& edge : graph_.edges()) {
      const Point from = PlacementOf(edge.caller).at;
      const Point to = PlacementOf(edge.callee).at;
      std::vector<Point>& line = layout_.lines.emplace_back(1, from);
      const int last = ColumnOf(PlacementOf(edge.callee));
      const int step = to.x > from.x ? 1 : -1;
      for (int i = ColumnOf(PlacementOf(edge.caller)) + step; (last - i) * step > 0; i += step) {
        const double x = options_.layer_gap * i;
        const double straight = from.y + (to.y - from.y) * (x - from.x) / (to.x - from.x);
        line.push_back({x, std::round(columns.NearestFree(i, straight, columns.node_gap() / 2))});
      }
      line.push_back(to);
    }
  }

  void FindCorners() {
    if (layout_.nodes.empty()) return;
    layout_.low = layout_.high = layout_.nodes.front().at;
    const auto take = [&](const Point& at) {
      layout_.low = {std::min(layout_.low.x, at.x), std::min(layout_.low.y, at.y)};
      layout_.high = {std::max(layout_.high.x, at.x), std::max(layout_.high.y, at.y)};
    };
    for (const Placement& placement : layout_.nodes) take(placement.at);
    for (const auto& line : layout_.lines) std::ranges::for_each(line, take);
  }

  const Graph& graph_;
  const LayoutOptions options_;
  Layout layout_;  // before connected_, which fills a part of it
  const Connected connected_;
  std::vector<std::optional<Placement>> known_;  // of each node
};

}  // namespace

Layout MakeLayout(const Graph& graph, const KnownPlaces& known, const LayoutOptions& options) {
  return Placer(graph, known, options).Place();
}

KnownPlaces PlacesOf(const Graph& graph, const Layout& layout) {
  KnownPlaces places;
  for (int i = 0; i < graph.size(); ++i) {
    places.emplace(graph.node(i).entity.ref.id(), layout.nodes[At(i)]);
  }
  return places;
}

}  // namespace vedette::topology
