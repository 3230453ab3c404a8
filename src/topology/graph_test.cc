#include "topology/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::topology {
namespace {

using model::EntityKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Node NodeOf(EntityKind kind, std::string name, std::string service = "") {
  Node node;
  node.entity.ref = {kind, std::move(name)};
  node.entity.service = std::move(service);
  return node;
}

Edge Between(int caller, int callee) { return {.caller = caller, .callee = callee}; }

Graph Shop() {
  return Graph(base::FromMillis(1000),
               {NodeOf(EntityKind::kQueue, "orders"), NodeOf(EntityKind::kService, "web"),
                NodeOf(EntityKind::kService, "order"), NodeOf(EntityKind::kPod, "order-1", "order"),
                NodeOf(EntityKind::kDatabase, "order")},
               {Between(1, 2), Between(2, 0), Between(2, 4)});
}

TEST(Graph, FindsNodesByIdAndByNameWithServicesFirst) {
  const Graph graph = Shop();

  EXPECT_EQ(graph.node(graph.Find("order")).kind(), EntityKind::kService);
  EXPECT_EQ(graph.node(graph.Find("database:order")).kind(), EntityKind::kDatabase);
  EXPECT_EQ(graph.node(graph.Find("orders")).kind(), EntityKind::kQueue);
  EXPECT_EQ(graph.Find("nobody"), -1);
  EXPECT_EQ(graph.Find(EntityKind::kNode, "order"), -1);
  EXPECT_EQ(Graph().Find("order"), -1);
}

TEST(Graph, KnowsCallersAndCallees) {
  const Graph graph = Shop();

  EXPECT_THAT(graph.CalleesOf("order"), ElementsAre("order", "orders"));
  EXPECT_THAT(graph.CallersOf("order"), ElementsAre("web"));
  EXPECT_THAT(graph.CallersOf("database:order"), ElementsAre("order"));
  EXPECT_THAT(graph.CallersOf("web"), IsEmpty());
  EXPECT_THAT(graph.CallersOf("nobody"), IsEmpty());
}

TEST(Graph, KnowsThePodsOfAService) {
  const Graph graph = Shop();

  EXPECT_THAT(graph.MembersOf(graph.Find("order")), ElementsAre(graph.Find("pod:order-1")));
  EXPECT_THAT(graph.MembersOf(graph.Find("web")), IsEmpty());
}

TEST(Graph, LeavesOutWhatMakesNoSense) {
  const Graph graph(base::FromMillis(0),
                    {NodeOf(EntityKind::kService, "a"), NodeOf(EntityKind::kService, "b"),
                     NodeOf(EntityKind::kService, "a")},
                    {Between(0, 1), Between(2, 1), Between(0, 2), Between(-1, 1), Between(0, 3)});

  EXPECT_EQ(graph.size(), 2);
  ASSERT_EQ(graph.edges().size(), 1u);
  EXPECT_EQ(graph.FindEdge(0, 1), 0);
  EXPECT_EQ(graph.FindEdge(1, 0), -1);
}

TEST(Graph, TakesCycles) {
  const Graph graph(base::FromMillis(0),
                    {NodeOf(EntityKind::kService, "a"), NodeOf(EntityKind::kService, "b")},
                    {Between(0, 1), Between(1, 0)});

  EXPECT_THAT(graph.CalleesOf("a"), ElementsAre("b"));
  EXPECT_THAT(graph.CallersOf("a"), ElementsAre("b"));
}

TEST(EntityRef, IsReadFromAnIdOrAName) {
  EXPECT_EQ(model::ParseEntityRef("queue:orders").id(), "queue:orders");
  EXPECT_EQ(model::ParseEntityRef("payment").id(), "service:payment");
  EXPECT_EQ(model::ParseEntityRef("urn:payment").id(), "service:urn:payment");
  EXPECT_EQ(model::ParseEntityRef("queue:").id(), "service:queue:");
}

}  // namespace
}  // namespace vedette::topology
