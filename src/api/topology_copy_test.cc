#include "api/topology_copy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario.h"

namespace vedette::api {
namespace {

using model::EntityKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using topology::Edge;
using topology::Graph;
using topology::Node;

// 0 web, 1 order, 2 orders (a database), 3 mails (a queue), 4 mailer, 5 a pod of order.
std::vector<Node> Nodes() {
  std::vector<Node> nodes(6);
  const std::pair<EntityKind, const char*> ids[] = {
      {EntityKind::kService, "web"},     {EntityKind::kService, "order"},
      {EntityKind::kDatabase, "orders"}, {EntityKind::kQueue, "mails"},
      {EntityKind::kService, "mailer"},  {EntityKind::kPod, "order-1"}};
  for (size_t i = 0; i < nodes.size(); ++i) {
    nodes[i].entity.ref = {ids[i].first, ids[i].second};
  }
  nodes[5].entity.service = "order";
  return nodes;
}

Edge Call(int caller, int callee, double rate, double errors, double latency_ms,
          bool waits = true) {
  Edge edge{.caller = caller, .callee = callee, .waits = waits};
  topology::Traffic& traffic = edge.traffic.emplace();
  traffic.calls_per_second = rate;
  traffic.error_ratio = errors;
  traffic.latency_ms = latency_ms;
  return edge;
}

Graph Shop() {
  return Graph(base::FromMillis(1'700'000'000'000), Nodes(),
               {Call(0, 1, 40, 0.02, 80), Call(1, 2, 80, 0, 10), Call(1, 3, 4, 0, 1, false),
                Call(3, 4, 4, 0.5, 100, false)});
}

const sim::ServiceSpec& Named(const TopologyCopy& copy, const std::string& name) {
  return copy.topology.services.at(sim::IndexOf(copy.topology, name));
}

TEST(TopologyCopy, HasRatesLatenciesFailuresAndPods) {
  const TopologyCopy copy = CopyTopology(Shop(), {});

  EXPECT_THAT(copy.notes, IsEmpty());
  ASSERT_THAT(copy.topology.services, SizeIs(5));
  EXPECT_EQ(Named(copy, "web").entry_rps, 40);
  const sim::ServiceSpec& order = Named(copy, "order");
  EXPECT_EQ(order.entry_rps, 0);
  EXPECT_EQ(order.pods, 1);
  EXPECT_DOUBLE_EQ(order.error_ratio, 0.02);
  EXPECT_NEAR(order.own_latency_s, 0.060, 1e-9) << "80 ms, less two calls of 10 ms";
  EXPECT_EQ(order.workers, 10) << "3.2 requests at a time, three times over";
  ASSERT_THAT(copy.topology.calls, SizeIs(4));
  EXPECT_EQ(copy.topology.calls[0].callee, "orders");
  EXPECT_DOUBLE_EQ(copy.topology.calls[0].calls_per_request, 2);
  EXPECT_TRUE(sim::Validate(copy.topology).ok());
}

TEST(TopologyCopy, TakesFromTheServicesWhatNoCallTells) {
  const TopologyCopy copy = CopyTopology(
      Shop(),
      {{"web", {.calls_per_second = 100, .error_ratio = 0.03, .latency_ms = 300, .pods = 3}},
       {"order", {.calls_per_second = 42, .cpu_ratio = 0.55, .memory_ratio = 0.2}},
       {"mailer", {.calls_per_second = 10, .pods = 2}}});

  const sim::ServiceSpec& web = Named(copy, "web");
  EXPECT_EQ(web.entry_rps, 100);
  EXPECT_EQ(web.pods, 3);
  EXPECT_DOUBLE_EQ(web.error_ratio, 0.03);
  EXPECT_NEAR(web.own_latency_s, 0.268, 1e-9) << "300 ms, less .4 calls of 80 ms";
  EXPECT_EQ(copy.topology.calls.at(1).callee, "order");
  EXPECT_DOUBLE_EQ(copy.topology.calls[1].calls_per_request, 0.4);
  const sim::ServiceSpec& order = Named(copy, "order");
  EXPECT_EQ(order.entry_rps, 0) << "two requests more than the calls are none from outside";
  EXPECT_EQ(order.pods, 1) << "the graph knows one";
  EXPECT_DOUBLE_EQ(order.cpu_ratio, 0.55);
  EXPECT_DOUBLE_EQ(order.memory_ratio, 0.2);
  EXPECT_EQ(Named(copy, "mailer").entry_rps, 6);
  EXPECT_TRUE(sim::Validate(copy.topology).ok());
}

TEST(TopologyCopy, OfACycleTheLeastBusyCallIsLeftOut) {
  const Graph graph(base::FromMillis(0), Nodes(),
                    {Call(0, 1, 10, 0, 5), Call(1, 4, 8, 0, 5), Call(4, 0, 2, 0, 5)});
  const TopologyCopy copy = CopyTopology(graph, {});

  EXPECT_TRUE(sim::Validate(copy.topology).ok());
  EXPECT_THAT(copy.topology.calls, SizeIs(2));
  EXPECT_THAT(copy.notes, ElementsAre(HasSubstr("mailer > web is left out")));
}

TEST(TopologyCopy, IsNothingWithoutACall) {
  EXPECT_THAT(CopyTopology(Graph(base::FromMillis(0), Nodes(), {}), {}).topology.services,
              IsEmpty());
}

// What it gives can be told, and is well until something is wrong with it.
TEST(TopologyCopy, IsAScenarioThatTheSimulatorTells) {
  const std::string yaml = CopyAsScenario(CopyTopology(Shop(), {}));
  const base::Result<sim::Scenario> scenario = sim::ReadScenario("copy.yml", yaml);
  ASSERT_TRUE(scenario.ok()) << scenario.error().message << "\n" << yaml;
  EXPECT_THAT(scenario->faults, SizeIs(1));

  sim::Scenario quiet = *scenario;
  quiet.faults.clear();
  const base::TimePoint start = quiet.options.start;
  sim::Simulator simulator = *sim::Stage(quiet, 1, start);
  for (base::TimePoint at = start; at < start + std::chrono::minutes(20);
       at += quiet.options.step) {
    simulator.Step(at);
  }
  for (const sim::Hurt& hurt : simulator.hurts()) ADD_FAILURE() << hurt.service;
}

}  // namespace
}  // namespace vedette::api
