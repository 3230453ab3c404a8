#include "diagnose/graph.h"

#include <gtest/gtest.h>

namespace vedette::diagnose {
namespace {

TEST(CallGraph, DistancesFollowTheCallsThroughCycles) {
  CallGraph graph({{"a", "b"}, {"b", "c"}, {"c", "a"}, {"x", "a"}});
  const std::vector<int> distances = graph.Distances(graph.Find("a"));
  EXPECT_EQ(distances[static_cast<size_t>(graph.Find("a"))], 0);
  EXPECT_EQ(distances[static_cast<size_t>(graph.Find("c"))], 2);
  EXPECT_EQ(distances[static_cast<size_t>(graph.Find("x"))], -1);
  EXPECT_EQ(graph.DistancesUpwards(graph.Find("a"))[static_cast<size_t>(graph.Find("x"))], 1);
}

TEST(CallGraph, RepeatedCallsAndCallsToOneselfCountOnce) {
  CallGraph graph({{"a", "b"}, {"a", "b"}, {"a", "a"}});
  EXPECT_EQ(graph.Callees(graph.Find("a")).size(), 1u);
  EXPECT_EQ(graph.Callers(graph.Find("b")).size(), 1u);
  EXPECT_EQ(graph.Find("nobody"), -1);
  EXPECT_EQ(graph.Distances(-1), std::vector<int>(2, -1));
}

}  // namespace
}  // namespace vedette::diagnose
