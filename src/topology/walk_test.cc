#include "topology/walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "topology/testing/graphs.h"

namespace vedette::topology {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::string> Names(const Graph& graph, const std::vector<int>& nodes) {
  std::vector<std::string> names;
  for (const int node : nodes) names.push_back(graph.node(node).name());
  return names;
}

std::vector<std::string> Hurt(const Graph& graph, std::string_view name) {
  std::vector<std::string> hurt;
  for (const Affected& affected : BlastRadius(graph, graph.Find(name))) {
    hurt.push_back(graph.node(affected.node).name() + " " + std::to_string(affected.distance) +
                   " " + std::string(ReachName(affected.how)));
  }
  return hurt;
}

Graph Shop() {
  return GraphOf({{"web", "order"},
                  {"web", "user"},
                  {"order", "payment"},
                  {"order", "queue:mails"},
                  {"queue:mails", "mailer"},
                  {"payment", "database:ledger"}});
}

TEST(Neighbourhood, GoesBothWaysUpToItsHops) {
  const Graph graph = Shop();

  EXPECT_THAT(Names(graph, Neighbourhood(graph, graph.Find("order"), {.hops = 1}).nodes),
              UnorderedElementsAre("order", "web", "payment", "mails"));
  EXPECT_THAT(Names(graph, Neighbourhood(graph, graph.Find("order"),
                                         {.hops = 9, .direction = Direction::kCallers})
                               .nodes),
              ElementsAre("order", "web"));
}

TEST(Neighbourhood, LeavesOutTheFarthestAndCountsThem) {
  const Graph graph = Shop();

  const Found found = Neighbourhood(graph, graph.Find("order"), {.hops = 5, .nodes_max = 4});

  EXPECT_EQ(found.left_out, 3u);
  EXPECT_THAT(Names(graph, found.nodes), UnorderedElementsAre("order", "web", "payment", "mails"));
}

TEST(BlastRadius, ClimbsToThoseWhoWaitForTheAnswer) {
  EXPECT_THAT(Hurt(Shop(), "database:ledger"),
              ElementsAre("payment 1 calls", "order 2 calls", "web 3 calls"));
  EXPECT_THAT(Hurt(Shop(), "web"), IsEmpty());
}

TEST(BlastRadius, OfAQueueHasItsReadersAndWriters) {
  EXPECT_THAT(Hurt(Shop(), "mails"),
              ElementsAre("order 1 calls", "mailer 1 messages", "web 2 calls"));
  // Who sends does not mind whether somebody reads.
  EXPECT_THAT(Hurt(Shop(), "mailer"), IsEmpty());
}

TEST(BlastRadius, OfAMachineGoesThroughItsPods) {
  Node machine;
  machine.entity.ref = {model::EntityKind::kNode, "n1"};
  Node pod;
  pod.entity = {.ref = {model::EntityKind::kPod, "pay-1"}, .service = "payment", .node = "n1"};
  Node service;
  service.entity.ref = {model::EntityKind::kService, "payment"};
  Node caller;
  caller.entity.ref = {model::EntityKind::kService, "web"};
  const Graph graph(base::FromMillis(0), {machine, pod, service, caller},
                    {{.caller = 3, .callee = 2}});

  EXPECT_THAT(Hurt(graph, "n1"),
              ElementsAre("pay-1 1 runs on", "payment 2 belongs to", "web 3 calls"));
}

TEST(BlastRadius, EndsInCycles) {
  const Graph graph = GraphOf({{"a", "b"}, {"b", "c"}, {"c", "a"}});

  EXPECT_THAT(Hurt(graph, "a"), ElementsAre("c 1 calls", "b 2 calls"));
}

TEST(ShortestPath, FollowsTheCalls) {
  const Graph graph = GraphOf({{"a", "b"}, {"b", "c"}, {"c", "d"}, {"a", "x"}, {"x", "d"}});

  EXPECT_THAT(Names(graph, ShortestPath(graph, graph.Find("a"), graph.Find("d"))),
              ElementsAre("a", "x", "d"));
  EXPECT_THAT(ShortestPath(graph, graph.Find("d"), graph.Find("a")), IsEmpty());
  EXPECT_THAT(Names(graph, ShortestPath(graph, graph.Find("a"), graph.Find("a"))),
              ElementsAre("a"));
}

TEST(PartOf, KeepsTheEdgesBetweenItsNodes) {
  const Graph graph = Shop();

  const Graph part = PartOf(graph, std::vector{graph.Find("web"), graph.Find("order")});

  EXPECT_EQ(part.size(), 2);
  ASSERT_EQ(part.edges().size(), 1u);
  EXPECT_THAT(part.CalleesOf("web"), ElementsAre("order"));
  EXPECT_EQ(part.time(), graph.time());
}

}  // namespace
}  // namespace vedette::topology
