// What a layout of the service graph costs, in CPU time: the goal is 1,000 nodes in 300 ms.
//   build/release/bench/topology_layout_bench
// Graphs are layered as those of services are: each node calls some of the next layers, and one in
// fifty calls closes a cycle. "known" is the layout when nine in ten nodes have their place.

#include <benchmark/benchmark.h>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "topology/layers.h"
#include "topology/layout.h"
#include "topology/testing/graphs.h"

namespace vedette::topology {
namespace {

Graph Plant(int nodes, int calls_per_node) {
  base::Random random(7);
  const int layers = 8;
  std::vector<Node> made(static_cast<size_t>(nodes));
  for (int i = 0; i < nodes; ++i) {
    made[static_cast<size_t>(i)].entity.ref.name = "s" + std::to_string(i);
  }
  std::vector<Edge> edges;
  for (int i = 0; i < nodes; ++i) {
    for (int k = 0; k < calls_per_node; ++k) {
      const int ahead = 1 + static_cast<int>(random.Below(100)) / 70;
      const int layer = i * layers / nodes + (random.Below(50) == 0 ? -1 : ahead);
      if (layer < 0 || layer >= layers) continue;
      const int callee = layer * nodes / layers +
                         static_cast<int>(random.Below(static_cast<uint64_t>(nodes / layers)));
      edges.push_back({.caller = i, .callee = callee});
    }
  }
  return Graph(base::FromMillis(0), std::move(made), std::move(edges));
}

void Fresh(benchmark::State& state) {
  const Graph graph = Plant(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  for (auto _ : state) benchmark::DoNotOptimize(MakeLayout(graph));
  state.counters["edges"] = static_cast<double>(graph.edges().size());
}
BENCHMARK(Fresh)->Args({100, 3})->Args({300, 3})->Args({1000, 2})->Args({1000, 5})->Args({5000, 3});

void Known(benchmark::State& state) {
  const Graph graph = Plant(static_cast<int>(state.range(0)), 3);
  KnownPlaces known = PlacesOf(graph, MakeLayout(graph));
  int number = 0;
  std::erase_if(known, [&](const auto&) { return number++ % 10 == 0; });
  for (auto _ : state) benchmark::DoNotOptimize(MakeLayout(graph, known));
}
BENCHMARK(Known)->Arg(1000)->Arg(5000);

// How many crossings are left of those that chance would have.
void Crossings(benchmark::State& state) {
  const Graph graph = Plant(static_cast<int>(state.range(0)), 3);
  std::vector<Link> links;
  for (const Edge& edge : graph.edges()) links.emplace_back(edge.caller, edge.callee);
  const std::vector<bool> back = FindBackLinks(graph.size(), links);
  for (size_t i = 0; i < links.size(); ++i) {
    if (back[i]) std::swap(links[i].first, links[i].second);
  }
  const std::vector<int> layer = AssignLayers(graph.size(), links);
  size_t before = 0;
  size_t after = 0;
  for (auto _ : state) {
    Layered layered = MakeLayered(graph.size(), links, layer, LayoutOptions().bends_max);
    before = CountCrossings(layered);
    ReduceCrossings(layered, LayoutOptions().sweeps);
    after = CountCrossings(layered);
  }
  state.counters["before"] = static_cast<double>(before);
  state.counters["after"] = static_cast<double>(after);
}
BENCHMARK(Crossings)->Arg(100)->Arg(1000);

}  // namespace
}  // namespace vedette::topology

BENCHMARK_MAIN();
