#include "topology/book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::topology {
namespace {

using model::Dependency;
using model::Entity;
using model::EntityKind;
using model::EntityRef;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr base::TimePoint kStart = base::FromMillis(1'700'000'000'000);

EntityRef Service(std::string name) { return {EntityKind::kService, std::move(name)}; }

Dependency Calls(std::string caller, std::string callee) {
  return {.caller = Service(std::move(caller)), .callee = Service(std::move(callee))};
}

Entity PodAt(std::string name, std::string service, std::string address) {
  Entity pod{.ref = {EntityKind::kPod, std::move(name)}, .service = std::move(service)};
  pod.addresses.push_back(std::move(address));
  return pod;
}

Traffic Measured(Origin origin, double rate, base::TimePoint at) {
  Traffic traffic;
  traffic.calls_per_second = rate;
  traffic.origin = origin;
  traffic.at = at;
  return traffic;
}

TEST(Book, JoinsWhatSeveralOriginsTell) {
  Book book;
  book.See(Calls("web", "pay"), Origin::kSpans, kStart);
  book.See(Calls("web", "pay"), Origin::kIstio, kStart + minutes(1));
  book.See(Entity{.ref = Service("pay"), .owner = "money"}, Origin::kApi, kStart);

  const Graph graph = book.Draw(kStart + minutes(1));

  ASSERT_EQ(graph.edges().size(), 1u);
  EXPECT_TRUE(graph.edges()[0].origins.Has(Origin::kSpans));
  EXPECT_TRUE(graph.edges()[0].origins.Has(Origin::kIstio));
  EXPECT_EQ(graph.edges()[0].first_seen, kStart);
  EXPECT_EQ(graph.edges()[0].last_seen, kStart + minutes(1));
  EXPECT_EQ(graph.node(graph.Find("pay")).entity.owner, "money");
}

TEST(Book, ShowsTheMostExactMeasurementThatIsFresh) {
  Book book;
  book.See(Calls("web", "pay"), Origin::kIstio, kStart, Measured(Origin::kIstio, 100, kStart));
  book.See(Calls("web", "pay"), Origin::kSpans, kStart + minutes(4),
           Measured(Origin::kSpans, 7, kStart + minutes(4)));

  EXPECT_EQ(book.Draw(kStart + minutes(4)).edges()[0].traffic->calls_per_second, 100);
  EXPECT_EQ(book.Draw(kStart + minutes(6)).edges()[0].traffic->calls_per_second, 7);
  EXPECT_FALSE(book.Draw(kStart + minutes(10)).edges()[0].traffic.has_value());
}

TEST(Book, BelievesTheConfigurationAboutOwnersWhoeverSpeaksLast) {
  Book book;
  book.See(Entity{.ref = Service("pay"), .owner = "config"}, Origin::kConfig, kStart);
  book.See(Entity{.ref = Service("pay"), .owner = "api", .tier = "1"}, Origin::kApi, kStart);
  book.See(Entity{.ref = Service("pay"), .owner = "kube"}, Origin::kKubernetes, kStart);

  const Graph graph = book.Draw(kStart);

  EXPECT_EQ(graph.node(0).entity.owner, "config");
  EXPECT_EQ(graph.node(0).entity.tier, "1");
}

TEST(Book, ForgetsEdgesAndPodsThatNobodySeesButNotWhatIsDeclared) {
  Book book;
  book.See(Calls("web", "pay"), Origin::kSpans, kStart);
  book.See(Calls("web", "user"), Origin::kApi, kStart);
  book.See(PodAt("pay-1", "pay", "10.0.0.1"), Origin::kMetrics, kStart);

  book.Age(kStart + hours(2));
  EXPECT_EQ(book.Draw(kStart).Find("pay-1"), -1);
  EXPECT_EQ(book.edges(), 2u);
  EXPECT_FALSE(book.AtAddress("10.0.0.1").has_value());

  book.Age(kStart + hours(25));
  EXPECT_THAT(book.Draw(kStart).CalleesOf("web"), ElementsAre("user"));

  book.Age(kStart + hours(24 * 8));
  EXPECT_EQ(book.Draw(kStart).Find("pay"), -1);
  EXPECT_NE(book.Draw(kStart).Find("user"), -1);
}

TEST(Book, KeepsLateNewsAsLongAsOthers) {
  Book book;
  const base::TimePoint long_ago = kStart - hours(1000);
  book.See(Calls("web", "pay"), Origin::kSpans, long_ago, std::nullopt, kStart);

  book.Age(kStart + hours(23));
  ASSERT_EQ(book.edges(), 1u);
  EXPECT_EQ(book.Draw(kStart).edges()[0].last_seen, long_ago);
  book.Age(kStart + hours(25));
  EXPECT_EQ(book.edges(), 0u);
}

TEST(Book, GivesAnAddressToWhomItWasLastToldOf) {
  Book book;
  book.See(PodAt("pay-1", "pay", "10.0.0.1"), Origin::kMetrics, kStart);
  EXPECT_EQ(book.AtAddress("10.0.0.1"), Service("pay"));

  book.See(PodAt("user-9", "user", "10.0.0.1"), Origin::kMetrics, kStart + minutes(1));

  EXPECT_EQ(book.AtAddress("10.0.0.1"), Service("user"));
  const Graph graph = book.Draw(kStart);
  EXPECT_THAT(graph.node(graph.Find("pay-1")).entity.addresses, IsEmpty());
  // The first of them going away takes nothing from the second.
  book.Forget({EntityKind::kPod, "pay-1"});
  EXPECT_EQ(book.AtAddress("10.0.0.1"), Service("user"));
}

TEST(Book, ForgetsANodeWithItsEdges) {
  Book book;
  book.See(Calls("web", "pay"), Origin::kApi, kStart);

  EXPECT_TRUE(book.Forget(Service("pay")));
  EXPECT_FALSE(book.Forget(Service("pay")));
  EXPECT_EQ(book.edges(), 0u);
  EXPECT_FALSE(book.ForgetEdge(Service("web"), Service("pay")));
}

TEST(Book, RetractsWhatOnlyTheConfigurationSaid) {
  Book book;
  book.See(Calls("web", "pay"), Origin::kConfig, kStart);
  book.See(Calls("web", "pay"), Origin::kSpans, kStart);
  book.See(Calls("web", "old"), Origin::kConfig, kStart);
  book.See(Entity{.ref = Service("pay"), .owner = "money"}, Origin::kConfig, kStart);

  book.Retract(Origin::kConfig);

  const Graph graph = book.Draw(kStart);
  EXPECT_THAT(graph.CalleesOf("web"), ElementsAre("pay"));
  EXPECT_EQ(graph.Find("old"), -1);
  EXPECT_EQ(graph.node(graph.Find("pay")).entity.owner, "");
}

TEST(Book, HasRoomForSoManyAndCountsTheRest) {
  Book book({.entities_max = 2, .edges_max = 1});

  EXPECT_TRUE(book.See(Calls("a", "b"), Origin::kApi, kStart));
  EXPECT_FALSE(book.See(Calls("b", "a"), Origin::kApi, kStart));
  EXPECT_FALSE(book.See(Entity{.ref = Service("c")}, Origin::kApi, kStart));
  EXPECT_TRUE(book.See(Entity{.ref = Service("a")}, Origin::kApi, kStart));
  EXPECT_EQ(book.refused(), 2u);
}

TEST(Book, SaysWhetherMoreThanTimesHasChanged) {
  Book book;
  book.See(Calls("web", "pay"), Origin::kSpans, kStart);
  const uint64_t before = book.structure();

  book.See(Calls("web", "pay"), Origin::kSpans, kStart + minutes(1),
           Measured(Origin::kSpans, 1, kStart));
  book.Age(kStart + minutes(2));
  EXPECT_EQ(book.structure(), before);

  book.See(Entity{.ref = Service("pay"), .owner = "money"}, Origin::kApi, kStart);
  EXPECT_GT(book.structure(), before);
}

TEST(Book, GoesOnFromWhatItDrew) {
  Book book;
  book.See(PodAt("pay-1", "pay", "10.0.0.1"), Origin::kMetrics, kStart);
  book.See(Calls("web", "pay"), Origin::kIstio, kStart, Measured(Origin::kIstio, 5, kStart));
  book.See(Entity{.ref = Service("pay"), .owner = "money"}, Origin::kApi, kStart);

  Book again(BookOptions(), book.Draw(kStart));

  EXPECT_EQ(again.AtAddress("10.0.0.1"), Service("pay"));
  again.See(Entity{.ref = Service("pay"), .owner = "kube"}, Origin::kKubernetes, kStart);
  const Graph graph = again.Draw(kStart);
  EXPECT_EQ(graph.node(graph.Find("pay")).entity.owner, "money");
  EXPECT_EQ(graph.edges()[0].traffic->calls_per_second, 5);
}

}  // namespace
}  // namespace vedette::topology
