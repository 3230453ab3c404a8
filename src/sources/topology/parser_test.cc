#include "sources/topology/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::sources::topology {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

ParsedTopology Good(const std::string& body) {
  auto parsed = Parse(body, kNow);
  EXPECT_TRUE(parsed.ok()) << parsed.error().message;
  return parsed.ok() ? *std::move(parsed) : ParsedTopology();
}

std::vector<std::string> Edges(const ParsedTopology& parsed) {
  std::vector<std::string> edges;
  for (const auto& [edge, calls, errors, latency] : parsed.edges) {
    edges.push_back(edge.caller.id() + (edge.waits ? " > " : " ~ ") + edge.callee.id());
  }
  return edges;
}

TEST(TopologyParser, ReadsEntitiesWithWhatTheyCall) {
  const ParsedTopology parsed =
      Good(R"({"name":"order","owner":"checkout","tier":1,"version":"2.1",)"
           R"("calls":["payment","database:orders","queue:mails"],"addresses":["10.0.0.7"]})");

  ASSERT_EQ(parsed.entities.size(), 1u);
  EXPECT_EQ(parsed.entities[0].ref.id(), "service:order");
  EXPECT_EQ(parsed.entities[0].owner, "checkout");
  EXPECT_EQ(parsed.entities[0].tier, "1");
  EXPECT_EQ(parsed.entities[0].version, "2.1");
  EXPECT_THAT(parsed.entities[0].addresses, ElementsAre("10.0.0.7"));
  EXPECT_THAT(Edges(parsed),
              ElementsAre("service:order > service:payment", "service:order > database:orders",
                          "service:order > queue:mails"));
  EXPECT_THAT(parsed.ids, ElementsAre("service:order"));
}

TEST(TopologyParser, ReadsEdgesUnderTheNamesThatPeopleGiveTheirEnds) {
  const ParsedTopology parsed = Good(
      R"([{"caller":"web","callee":"order"},{"from":"order","to":"queue:mails"},)"
      R"({"source":"queue:mails","target":"mailer"},{"client":"a","server":"b","waits":false}])");

  EXPECT_THAT(Edges(parsed),
              ElementsAre("service:web > service:order", "service:order > queue:mails",
                          "queue:mails ~ service:mailer", "service:a ~ service:b"));
  EXPECT_THAT(parsed.ids, ElementsAre("web>order", "order>mails", "mails>mailer", "a>b"));
}

TEST(TopologyParser, ReadsWhatSomebodyMeasuredOfAnEdge) {
  const ParsedTopology parsed =
      Good(R"({"from":"web","to":"order","rate":40,"error_ratio":0.02,"latency_ms":12.5})");

  ASSERT_EQ(parsed.edges.size(), 1u);
  EXPECT_EQ(parsed.edges[0].calls_per_second, 40);
  EXPECT_EQ(parsed.edges[0].error_ratio, 0.02);
  EXPECT_EQ(parsed.edges[0].latency_ms, 12.5);
}

TEST(TopologyParser, ReadsAWholeTopologyAtOnce) {
  const ParsedTopology parsed =
      Good(R"({"services":["web",{"name":"order"}],"databases":[{"name":"orders"}],)"
           R"("entities":[{"name":"stripe.com","kind":"external"}],)"
           R"("edges":[{"caller":"order","callee":"database:orders"}]})");

  std::vector<std::string> ids;
  for (const model::Entity& entity : parsed.entities) ids.push_back(entity.ref.id());
  EXPECT_THAT(
      ids, ElementsAre("service:web", "service:order", "database:orders", "external:stripe.com"));
  EXPECT_THAT(Edges(parsed), ElementsAre("service:order > database:orders"));
  EXPECT_EQ(parsed.items, 5u);
}

TEST(TopologyParser, KnowsPodsOfServicesOnNodes) {
  const ParsedTopology parsed =
      Good(R"({"kind":"pod","name":"order-1","service":"order","node":"n1"})");

  ASSERT_EQ(parsed.entities.size(), 1u);
  EXPECT_EQ(parsed.entities[0].ref.id(), "pod:order-1");
  EXPECT_EQ(parsed.entities[0].service, "order");
  EXPECT_EQ(parsed.entities[0].node, "n1");
}

TEST(TopologyParser, RefusesItemsOneByOneAndNamesTheField) {
  const struct {
    const char* item;
    const char* field;
  } cases[] = {{R"({})", "name"},
               {R"({"name":""})", "name"},
               {R"({"name":7})", "name"},
               {R"({"name":"a","kind":"planet"})", "kind"},
               {R"({"name":"a","owner":[]})", "owner"},
               {R"({"name":"a","calls":"b"})", "calls"},
               {R"({"name":"a","calls":["a"]})", "calls"},
               {R"({"name":"a","calls":[1]})", "calls"},
               {R"({"name":"a","addresses":["",""]})", "addresses"},
               {R"({"caller":"a"})", "callee"},
               {R"({"caller":"a","callee":"a"})", "callee"},
               {R"({"caller":"a","callee":"b","waits":"no"})", "waits"},
               {R"({"caller":"a","callee":"b","rate":-1})", "rate"},
               {R"({"caller":"a","callee":"b","error_ratio":2})", "error_ratio"},
               {R"({"caller":"a","callee":"b","latency_ms":"1"})", "latency_ms"},
               {R"(7)", ""},
               {R"({"apiVersion":"v1","kind":"Pod"})", "metadata.name"}};
  for (const auto& c : cases) {
    const ParsedTopology parsed = Good(std::string("[\"good\",") + c.item + "]");
    ASSERT_EQ(parsed.rejected.size(), 1u) << c.item;
    EXPECT_EQ(parsed.rejected[0].field, c.field) << c.item;
    EXPECT_EQ(parsed.rejected[0].index, 1u);
    EXPECT_THAT(parsed.ids, ElementsAre("service:good"));
  }
}

TEST(TopologyParser, RefusesBodiesThatAreNoTopology) {
  EXPECT_FALSE(Parse("", kNow).ok());
  EXPECT_FALSE(Parse("7", kNow).ok());
  EXPECT_FALSE(Parse("{\"edges\":7}", kNow).ok());
  EXPECT_FALSE(Parse(std::string(100, '['), kNow).ok());
  const auto more = Parse("[\"a\",\"b\",\"c\"]", kNow, {.items_max = 2});
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().code, base::ErrorCode::kInvalidArgument) << "no 429: it stays so";
  EXPECT_EQ(more.error().field, "limits.items_per_request");
  const auto larger = Parse("[\"abc\"]", kNow, {.body_bytes_max = 3});
  ASSERT_FALSE(larger.ok());
  EXPECT_EQ(larger.error().message, "the body has 7 bytes; the limit is 3");
  EXPECT_EQ(larger.error().field, "body");
  const auto longish = Parse("[\"abcdef\"]", kNow, {.name_bytes_max = 3});
  ASSERT_TRUE(longish.ok());
  EXPECT_EQ(longish->rejected.size(), 1u);
  EXPECT_THAT(Good("[]").ids, IsEmpty());
}

TEST(TopologyParser, TakesAListOfKubernetesWhoseItemsDoNotSayWhatTheyAre) {
  const ParsedTopology parsed =
      Good(R"({"apiVersion":"v1","kind":"PodList","items":[)"
           R"({"metadata":{"name":"pay-0","labels":{"app":"pay"}},"spec":{"nodeName":"n1"}}]})");

  EXPECT_THAT(parsed.rejected, IsEmpty());
  ASSERT_EQ(parsed.of_kubernetes.size(), 3u);
  EXPECT_EQ(parsed.of_kubernetes[2].ref.id(), "pod:pay-0");
  EXPECT_EQ(parsed.of_kubernetes[2].service, "pay");
}

}  // namespace
}  // namespace vedette::sources::topology
