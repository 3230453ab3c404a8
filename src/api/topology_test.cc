#include "api/topology.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/testing/ask_routes.h"
#include "base/json.h"

namespace vedette::api {
namespace {

using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

class TopologyRoutesTest : public ::testing::Test {
 protected:
  TopologyRoutesTest() {
    database_ = *sql::Database::Open({.path = ":memory:"});
    atlas_ = *topology::Atlas::Open(*database_, {});
    routes_ = TopologyRoutes(
        {.atlas = *atlas_,
         .layouts = layouts_,
         .refresh = [this](const auto&, auto) { ++refreshed_; },
         .health = [this](const auto&, auto) -> base::Result<HealthByEntity> { return health_; },
         .levels = [this](const auto&, auto) { return levels_; },
         .changes = [this](const auto&, auto changes) -> base::Result<> {
           changes_ = std::move(changes);
           return {};
         }});
  }

  base::Json Ask(std::string method, const std::string& path, std::string body = "") {
    const net::Response response = AskRoutes(routes_, std::move(method), "/api/v1/topology" + path,
                                             std::move(body), "application/json", now_);
    status_ = response.status;
    auto json = base::ParseJson(response.body.empty() ? "{}" : response.body);
    EXPECT_TRUE(json.ok()) << response.body;
    return json.ok() ? *json : base::Json();
  }
  base::Json Get(const std::string& path) { return Ask("GET", path); }
  void Post(std::string body) {
    Ask("POST", "", std::move(body));
    EXPECT_EQ(status_, 200);
  }
  void PostShop() {
    Post(R"({"services":[{"name":"web","owner":"front"},{"name":"order","tier":"1"}],
      "edges":[{"caller":"web","callee":"order"},{"caller":"order","callee":"payment"},
               {"caller":"order","callee":"queue:mails"},
               {"caller":"queue:mails","callee":"mailer"}]})");
  }
  static std::vector<std::string> Ids(const base::Json& answer) {
    std::vector<std::string> ids;
    for (const base::Json& node : answer["nodes"]) ids.push_back(node["id"]);
    return ids;
  }
  static base::Json NodeOf(const base::Json& answer, std::string_view id) {
    for (const base::Json& node : answer["nodes"]) {
      if (node["id"] == id) return node;
    }
    ADD_FAILURE() << id;
    return {};
  }

  base::TimePoint now_ = kNow;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<topology::Atlas> atlas_;
  topology::LayoutBook layouts_;
  HealthByEntity health_;
  ServiceLevels levels_;
  std::vector<model::Change> changes_;
  int refreshed_ = 0;
  std::vector<Route> routes_;
  int status_ = 0;
};

TEST_F(TopologyRoutesTest, AnswersWithWhatWasPosted) {
  PostShop();

  const base::Json graph = Get("");

  EXPECT_EQ(refreshed_, 1);
  EXPECT_THAT(Ids(graph), ElementsAre("service:mailer", "service:order", "service:payment",
                                      "service:web", "queue:mails"));
  EXPECT_EQ(NodeOf(graph, "service:web")["owner"], "front");
  EXPECT_EQ(NodeOf(graph, "service:order")["tier"], "1");
  EXPECT_EQ(NodeOf(graph, "service:order")["origins"], base::Json({"api"}));
  // Nobody watches it: it is not said to be well.
  EXPECT_EQ(NodeOf(graph, "service:order")["state"], "unknown");
  ASSERT_EQ(graph["edges"].size(), 4u);
  EXPECT_EQ(graph["edges"][0]["caller"], "service:order");
  EXPECT_TRUE(graph["edges"][0]["calls_per_second"].is_null());
  EXPECT_EQ(graph["edges"][0]["first_seen"], "2023-11-14T22:13:20.000Z");
}

TEST_F(TopologyRoutesTest, ShowsHowManyCallsAnEdgeCarriesAndHowManyFail) {
  topology::News news{.entities = {}, .edges = {}, .at = kNow};
  news.edges.push_back({.dependency = {.caller = model::ParseEntityRef("web"),
                                       .callee = model::ParseEntityRef("order")},
                        .first = kNow,
                        .last = kNow,
                        .traffic = topology::Traffic{.calls_per_second = 40,
                                                     .error_ratio = 0.25,
                                                     .latency_ms = 12.5,
                                                     .latency_p95_ms = std::nullopt,
                                                     .origin = topology::Origin::kIstio,
                                                     .at = kNow}});
  ASSERT_TRUE(
      atlas_->Tell("shop", news, topology::Origin::kIstio, kNow, topology::Atlas::Durable::kSoon)
          .ok());

  const base::Json graph = Get("");

  const base::Json& edge = graph["edges"][0];
  EXPECT_EQ(edge["calls_per_second"], 40);
  EXPECT_EQ(edge["error_ratio"], 0.25);
  EXPECT_EQ(edge["latency_ms"], 12.5);
  EXPECT_EQ(edge["state"], "critical");
  EXPECT_EQ(edge["measured_by"], "istio");
  EXPECT_EQ(NodeOf(graph, "service:order")["calls_per_second"], 40);
  EXPECT_EQ(NodeOf(graph, "service:order")["state"], "ok");
  // A part of the graph says the same of the node.
  EXPECT_EQ(NodeOf(Get("/callees?entity=order"), "service:order")["calls_per_second"], 40);
}

TEST_F(TopologyRoutesTest, AnswersAsItWas) {
  PostShop();
  now_ = kNow + minutes(10);
  Post(R"({"caller":"web","callee":"user"})");

  EXPECT_EQ(Get("")["edges"].size(), 5u);
  EXPECT_EQ(Get(fmt::format("?at={}", base::ToMillis(kNow) / 1000 + 60))["edges"].size(), 4u);
  EXPECT_EQ(Get(fmt::format("?at={}", base::ToMillis(kNow) / 1000 - 60))["edges"].size(), 0u);
  EXPECT_EQ(Get("/history")["snapshots"].size(), 2u);
  Get("?at=yesterday");
  EXPECT_EQ(status_, 400);
}

TEST_F(TopologyRoutesTest, FindsNeighboursPathsAndWhoIsHurt) {
  PostShop();

  EXPECT_THAT(
      Ids(Get("/neighbourhood?entity=order&hops=1")),
      UnorderedElementsAre("service:order", "service:web", "service:payment", "queue:mails"));
  EXPECT_THAT(Ids(Get("/neighbourhood?entity=order&hops=1&direction=callers")),
              UnorderedElementsAre("service:order", "service:web"));
  EXPECT_EQ(Get("/neighbourhood?entity=order&hops=9&limit=2")["left_out"], 3);
  EXPECT_THAT(Ids(Get("/callers?entity=payment")),
              UnorderedElementsAre("service:order", "service:payment"));
  const base::Json path = Get("/path?from=web&to=mailer");
  EXPECT_EQ(path["found"], true);
  EXPECT_EQ(path["nodes"],
            base::Json({"service:web", "service:order", "queue:mails", "service:mailer"}));
  EXPECT_EQ(path["edges"].size(), 3u);
  const base::Json back = Get("/path?from=payment&to=web");
  EXPECT_EQ(back["reversed"], true);
  EXPECT_EQ(Get("/path?from=payment&to=mailer")["found"], false);
  const base::Json radius = Get("/blast-radius?entity=payment");
  EXPECT_EQ(radius["affected"][0]["id"], "service:order");
  EXPECT_EQ(radius["affected"][1]["through"], "service:order");
  EXPECT_EQ(radius["entry_points"], base::Json({"service:web"}));
}

TEST_F(TopologyRoutesTest, LaysOutFromLeftToRightAndKeepsItsPlaces) {
  PostShop();
  const base::Json before = Get("/layout");
  Post(R"({"caller":"web","callee":"user"})");

  const base::Json after = Get("/layout");

  EXPECT_LT(NodeOf(before, "service:web")["x"], NodeOf(before, "service:order")["x"]);
  EXPECT_EQ(NodeOf(before, "service:order")["layer"], 1);
  for (const std::string& id : Ids(before)) {
    EXPECT_EQ(NodeOf(before, id)["x"], NodeOf(after, id)["x"]) << id;
    EXPECT_EQ(NodeOf(before, id)["y"], NodeOf(after, id)["y"]) << id;
  }
  ASSERT_EQ(after["edges"].size(), 5u);
  EXPECT_EQ(after["edges"][0]["points"].size(), 2u);
  EXPECT_EQ(after["edges"][0]["back"], false);
  EXPECT_GT(after["width"], 0);
  EXPECT_THAT(Ids(Get("/layout?focus=payment&hops=1")),
              UnorderedElementsAre("service:order", "service:payment"));
  EXPECT_EQ(Get("/layout?limit=2")["left_out"], 4);
  EXPECT_THAT(Ids(Get("/layout?kind=queue")), ElementsAre("queue:mails"));
}

TEST_F(TopologyRoutesTest, ColoursNodesByWhatIsOpen) {
  Post(R"([{"caller":"web","callee":"order"},{"kind":"pod","name":"order-1","service":"order"}])");
  health_["order"] = {.score = 0.8, .open_anomalies = 1, .open_incidents = 1};
  health_["shop/order-1"] = {.score = 0.95, .open_anomalies = 2, .open_incidents = 0};

  const base::Json graph = Get("");

  EXPECT_EQ(NodeOf(graph, "service:order")["state"], "critical");
  EXPECT_EQ(NodeOf(graph, "service:order")["open_anomalies"], 3);
  EXPECT_EQ(NodeOf(graph, "pod:order-1")["severity_score"], 0.95);
  EXPECT_EQ(NodeOf(graph, "service:web")["open_incidents"], 0);
  // Pods are not drawn, but the service is as bad as they are.
  EXPECT_EQ(NodeOf(Get("/layout"), "service:order")["state"], "critical");
}

TEST_F(TopologyRoutesTest, TellsOfAServiceWhatItCountsItselfWhereNoCallIsMeasured) {
  Post(R"([{"caller":"web","callee":"order"},
           {"caller":"order","callee":"payment","calls_per_second":10,"error_ratio":0.5}])");
  levels_["web"] = {.calls_per_second = 40, .error_ratio = 0.2, .latency_ms = 1200};
  levels_["payment"] = {.calls_per_second = 99, .error_ratio = 0, .latency_ms = 30};

  const base::Json graph = Get("");

  EXPECT_EQ(NodeOf(graph, "service:web")["calls_per_second"], 40);
  EXPECT_EQ(NodeOf(graph, "service:web")["error_ratio"], 0.2);
  EXPECT_EQ(NodeOf(graph, "service:web")["latency_ms"], 1200);
  EXPECT_EQ(NodeOf(graph, "service:payment")["calls_per_second"], 10) << "as its caller saw it";
  EXPECT_EQ(NodeOf(graph, "service:payment")["latency_ms"], 30) << "which no caller told";
  EXPECT_TRUE(NodeOf(graph, "service:order")["calls_per_second"].is_null());
}

TEST_F(TopologyRoutesTest, SaysWhatBecameOfEachItem) {
  const base::Json answer = Ask("POST", "", R"([{"name":"web"},{"caller":"web"}])");

  EXPECT_EQ(status_, 207);
  EXPECT_EQ(answer["accepted"], 1);
  EXPECT_EQ(answer["ids"], base::Json({"service:web"}));
  EXPECT_EQ(answer["rejected"][0]["index"], 1);
  EXPECT_EQ(answer["rejected"][0]["field"], "callee");
  Ask("POST", "", "{");
  EXPECT_EQ(status_, 400);
}

TEST_F(TopologyRoutesTest, TakesObjectsOfKubernetesAndTheirChanges) {
  Post(R"({"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"pay-7c9f8d6b5",
    "annotations":{"deployment.kubernetes.io/revision":"4"},
    "ownerReferences":[{"kind":"Deployment","name":"pay"}]},"spec":{"replicas":1}})");
  ASSERT_EQ(changes_.size(), 1u);
  EXPECT_EQ(changes_[0].service, "pay");

  Post(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"pay-0"}})");
  EXPECT_EQ(NodeOf(Get(""), "pod:pay-0")["service"], "pay");
  Post(
      R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"pay-0"},"status":{"phase":"Failed"}})");
  EXPECT_THAT(Ids(Get("?kind=pod")), ElementsAre());
}

TEST_F(TopologyRoutesTest, ARollbackCountsWhenKubernetesHadToldOfTheService) {
  const auto post = [&](const std::string& name) {
    Post(R"({"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":")" + name +
         R"(-7c9f8d6b5","creationTimestamp":"2023-08-01T00:00:00Z","annotations":{
           "deployment.kubernetes.io/revision":"9","deployment.kubernetes.io/revision-history":"4"},
         "ownerReferences":[{"kind":"Deployment","name":")" +
         name + R"("}]},"spec":{"replicas":3}})");
    return changes_.at(0).status;
  };
  EXPECT_EQ(post("pay"), "success");
  EXPECT_LT(changes_.at(0).time, kNow - std::chrono::hours(24));
  Post(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"}})");
  EXPECT_EQ(post("web"), "success") << "the rest of the first sight";
  now_ = kNow + minutes(10);
  EXPECT_EQ(post("web"), "rolled_back");
  EXPECT_EQ(changes_.at(0).time, now_);
}

TEST_F(TopologyRoutesTest, AnotherImageOfAWorkloadIsADeployment) {
  const auto post = [&](const std::string& name, const std::string& tag) {
    changes_.clear();
    Post(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":")" + name +
         R"("},"spec":{"template":{"metadata":{"labels":{"app":"pay"}},
           "spec":{"containers":[{"image":"pay:)" +
         tag + R"("}]}}}})");
    return changes_.size();
  };
  EXPECT_EQ(post("pay", "1.4"), 0u);
  EXPECT_EQ(post("pay", "1.4"), 0u);
  EXPECT_EQ(post("pay", "1.5"), 1u);
  EXPECT_EQ(changes_.at(0).version, "1.5");
  EXPECT_EQ(post("pay", "1.5"), 0u);
  EXPECT_EQ(post("pay-canary", "1.6"), 1u) << "of a service that ran another";
  EXPECT_EQ(post("pay", "1.5"), 0u);
  EXPECT_EQ(post("pay-canary", "1.6"), 0u);
  EXPECT_EQ(post("pay", "1.4"), 1u) << "back again";
}

TEST_F(TopologyRoutesTest, ForgetsWhatItIsTold) {
  PostShop();

  Ask("DELETE", "/edges?caller=web&callee=order");
  EXPECT_EQ(status_, 204);
  Ask("DELETE", "/edges?caller=web&callee=order");
  EXPECT_EQ(status_, 404);
  EXPECT_EQ(Get("")["edges"].size(), 3u);
}

TEST_F(TopologyRoutesTest, NamesTheParameterAtFault) {
  PostShop();
  const std::pair<const char*, int> cases[] = {{"/neighbourhood", 400},
                                               {"/neighbourhood?entity=nobody", 404},
                                               {"/neighbourhood?entity=web&hops=0", 400},
                                               {"/neighbourhood?entity=web&direction=up", 400},
                                               {"/path?from=web", 400},
                                               {"/blast-radius?entity=nobody", 404},
                                               {"/layout?limit=100000", 400},
                                               {"/layout?focus=nobody", 404},
                                               {"?kind=planet", 400}};
  for (const auto& [path, status] : cases) {
    const base::Json answer = Get(path);
    EXPECT_EQ(status_, status) << path;
    EXPECT_TRUE(answer.contains("error")) << path;
  }
}

}  // namespace
}  // namespace vedette::api
