#include "topology/layout.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "base/random.h"
#include "topology/layers.h"
#include "topology/layout_book.h"
#include "topology/testing/graphs.h"

namespace vedette::topology {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::Pointwise;

Graph Random(uint64_t seed, int nodes, int calls) {
  base::Random random(seed);
  std::vector<std::pair<std::string, std::string>> pairs;
  for (int i = 0; i < calls; ++i) {
    const auto a = random.Below(static_cast<uint64_t>(nodes));
    const auto b = random.Below(static_cast<uint64_t>(nodes));
    pairs.emplace_back("s" + std::to_string(a), "s" + std::to_string(b));
  }
  return GraphOf(pairs, {"alone-1", "alone-2", "alone-3"});
}

Placement Of(const Graph& graph, const Layout& layout, std::string_view name) {
  return layout.nodes[static_cast<size_t>(graph.Find(name))];
}

// Nodes do not overlap, and calls go to the right unless they close a cycle.
void ExpectSound(const Graph& graph, const Layout& layout) {
  ASSERT_EQ(layout.nodes.size(), graph.nodes().size());
  ASSERT_EQ(layout.lines.size(), graph.edges().size());
  std::set<std::pair<double, double>> places;
  for (size_t i = 0; i < layout.nodes.size(); ++i) {
    const Point at = layout.nodes[i].at;
    EXPECT_TRUE(places.insert({at.x, at.y}).second) << graph.nodes()[i].name();
  }
  double before_x = -1e9;
  double before_y = -1e9;
  for (const auto& [x, y] : places) {
    if (x == before_x) EXPECT_GE(y - before_y, LayoutOptions().node_gap - 1.5);
    before_x = x;
    before_y = y;
  }
  for (size_t i = 0; i < graph.edges().size(); ++i) {
    const Edge& edge = graph.edges()[i];
    const Point from = layout.nodes[static_cast<size_t>(edge.caller)].at;
    const Point to = layout.nodes[static_cast<size_t>(edge.callee)].at;
    EXPECT_EQ(layout.lines[i].front(), from);
    EXPECT_EQ(layout.lines[i].back(), to);
    EXPECT_EQ(from.x > to.x, static_cast<bool>(layout.back[i]));
  }
}

TEST(Layout, PutsCallersLeftOfCallees) {
  const Graph graph = GraphOf({{"web", "order"}, {"order", "payment"}, {"web", "payment"}});

  const Layout layout = MakeLayout(graph);

  ExpectSound(graph, layout);
  EXPECT_EQ(layout.layers, 3);
  EXPECT_EQ(Of(graph, layout, "web").layer, 0);
  EXPECT_EQ(Of(graph, layout, "order").layer, 1);
  EXPECT_EQ(Of(graph, layout, "payment").layer, 2);
  // The long call passes by the node in between.
  EXPECT_EQ(layout.lines[static_cast<size_t>(graph.FindEdge(2, 1))].size(), 3u);
}

TEST(Layout, TurnsRoundWhatClosesACycle) {
  const Graph graph = GraphOf({{"entry", "a"}, {"a", "b"}, {"b", "c"}, {"c", "a"}});

  const Layout layout = MakeLayout(graph);

  ExpectSound(graph, layout);
  EXPECT_EQ(std::ranges::count(layout.back, true), 1);
  EXPECT_TRUE(layout.back[static_cast<size_t>(graph.FindEdge(graph.Find("c"), graph.Find("a")))]);
}

TEST(Layout, HasAPlaceForNodesWithoutEdgesAndForNothing) {
  const Graph lonely = GraphOf({}, {"a", "b", "c"});

  ExpectSound(lonely, MakeLayout(lonely));
  EXPECT_TRUE(MakeLayout(Graph()).nodes.empty());
}

TEST(Layout, OfAnyGraphIsSound) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    const Graph graph = Random(seed, 5 + static_cast<int>(seed) * 4, static_cast<int>(seed) * 8);
    SCOPED_TRACE(seed);
    ExpectSound(graph, MakeLayout(graph));
  }
}

TEST(Layout, KeepsAllPlacesOfTheSameGraph) {
  const Graph graph = Random(7, 60, 150);
  const Layout first = MakeLayout(graph);

  const Layout second = MakeLayout(graph, PlacesOf(graph, first));

  for (size_t i = 0; i < first.nodes.size(); ++i) {
    EXPECT_EQ(first.nodes[i].at, second.nodes[i].at) << graph.nodes()[i].name();
  }
  EXPECT_EQ(first.lines, second.lines);
}

TEST(Layout, MovesNothingWhenAServiceComesOrGoes) {
  const Graph before = GraphOf({{"web", "order"}, {"web", "user"}, {"order", "payment"}}, {"cron"});
  const Layout first = MakeLayout(before);
  const Graph after = GraphOf({{"web", "order"},
                               {"web", "user"},
                               {"order", "stock"},
                               {"order", "payment"},
                               {"user", "database:users"}},
                              {"cron", "batch"});

  const Layout second = MakeLayout(after, PlacesOf(before, first));

  ExpectSound(after, second);
  for (const char* name : {"web", "order", "user", "payment", "cron"}) {
    EXPECT_EQ(Of(before, first, name).at, Of(after, second, name).at) << name;
  }
}

TEST(Layout, MovesNothingWhenACallerComesInFront) {
  const Graph before = GraphOf({{"web", "order"}, {"web", "user"}, {"order", "payment"}});
  const Layout first = MakeLayout(before);
  const Graph after =
      GraphOf({{"balancer", "web"}, {"web", "order"}, {"web", "user"}, {"order", "payment"}});

  const Layout second = MakeLayout(after, PlacesOf(before, first));

  ExpectSound(after, second);
  EXPECT_EQ(Of(before, first, "payment").at, Of(after, second, "payment").at);
  EXPECT_LT(Of(after, second, "balancer").at.x, Of(after, second, "web").at.x);
  EXPECT_EQ(Of(after, second, "balancer").layer, 0);
}

TEST(Layout, StaysSoundWhileAGraphGrowsAndShrinks) {
  KnownPlaces known;
  for (uint64_t step = 0; step < 40; ++step) {
    const int nodes = 20 + static_cast<int>(step % 10) * 3;
    const Graph graph = Random(3, nodes, 40 + static_cast<int>(step % 7) * 5);
    const Layout layout = MakeLayout(graph, known);
    SCOPED_TRACE(step);
    ExpectSound(graph, layout);
    known = PlacesOf(graph, layout);
  }
}

TEST(LayoutBook, RemembersEachViewByItself) {
  LayoutBook book(2);
  const Graph small = GraphOf({{"a", "b"}, {"a", "c"}});
  const Graph large = GraphOf({{"a", "b"}, {"a", "c"}, {"a", "bb"}});
  const Layout before = book.Place("one", small);
  book.Place("two", large);

  const Layout after = book.Place("one", large);

  EXPECT_EQ(Of(small, before, "b").at, Of(large, after, "b").at);
  EXPECT_EQ(Of(small, before, "c").at, Of(large, after, "c").at);
}

TEST(SpreadOut, KeepsOrderAndDistanceAsCloseAsItCan) {
  const std::vector<double> gaps(4, 10);

  EXPECT_THAT(SpreadOut(std::vector{0.0, 20.0, 40.0, 60.0}, gaps),
              Pointwise(DoubleEq(), {0.0, 20.0, 40.0, 60.0}));
  EXPECT_THAT(SpreadOut(std::vector{0.0, 0.0, 0.0, 0.0}, gaps),
              Pointwise(DoubleEq(), {-15.0, -5.0, 5.0, 15.0}));
  EXPECT_THAT(SpreadOut(std::vector{50.0, 0.0, 100.0, 100.0}, gaps),
              Pointwise(DoubleEq(), {20.0, 30.0, 95.0, 105.0}));
}

TEST(ReduceCrossings, FindsAnOrderWithoutAnyWhereThereIsOne) {
  // Two stars whose leaves lie crosswise.
  const std::vector<Link> links = {{0, 2}, {0, 4}, {1, 3}, {1, 5}};
  Layered layered = MakeLayered(6, links, AssignLayers(6, links), 100);
  ASSERT_EQ(CountCrossings(layered), 1u);

  ReduceCrossings(layered, 4);

  EXPECT_EQ(CountCrossings(layered), 0u);
}

TEST(CountCrossings, CountsPairsLikeTheDefinition) {
  base::Random random(5);
  for (int round = 0; round < 20; ++round) {
    std::vector<Link> links;
    for (int i = 0; i < 30; ++i) {
      links.emplace_back(static_cast<int>(random.Below(8)), 8 + static_cast<int>(random.Below(8)));
    }
    const Layered layered =
        MakeLayered(16, links, {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1}, 0);
    size_t want = 0;
    for (size_t a = 0; a < links.size(); ++a) {
      for (size_t b = a + 1; b < links.size(); ++b) {
        const auto [from_a, to_a] = links[a];
        const auto [from_b, to_b] = links[b];
        want += (from_a < from_b && to_a > to_b) || (from_a > from_b && to_a < to_b) ? 1 : 0;
      }
    }
    EXPECT_EQ(CountCrossings(layered), want);
  }
}

TEST(AssignLayers, MovesASourceTowardsWhatItCalls) {
  // 4 calls only the last of a chain.
  const std::vector<Link> links = {{0, 1}, {1, 2}, {2, 3}, {4, 3}};

  EXPECT_THAT(AssignLayers(5, links), ElementsAre(0, 1, 2, 3, 2));
}

TEST(MakeLayered, GivesNoBendsBeyondItsLimit) {
  const std::vector<Link> links = {{0, 1}, {1, 2}, {2, 3}, {0, 3}};

  EXPECT_EQ(MakeLayered(4, links, AssignLayers(4, links), 10).size(), 6);
  EXPECT_EQ(MakeLayered(4, links, AssignLayers(4, links), 1).size(), 4);
}

}  // namespace
}  // namespace vedette::topology
