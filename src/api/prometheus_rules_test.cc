#include "api/prometheus_rules.h"

#include <gtest/gtest.h>
#include <string>

#include <nlohmann/json.hpp>

namespace vedette::api {
namespace {

using nlohmann::json;

rules::GroupStatus GroupOf(const std::string& name, const std::string& file) {
  rules::RuleStatus alert;
  alert.alerting = true;
  alert.name = name + "Down";
  alert.query = "up == 0";
  alert.labels = {{"severity", "page"}};
  alert.for_duration = base::Duration(90'000);
  alert.state = rules::AlertState::kFiring;
  alert.health = rules::RuleHealth::kOk;
  alert.on_ingest = name == "a";
  alert.polled_because = name == "a" ? "" : "a subquery";
  alert.last_evaluation = base::FromMillis(1000);
  alert.alerts.push_back({.labels = model::Labels({{"alertname", alert.name}}),
                          .annotations = {{"summary", "it is down"}},
                          .state = rules::AlertState::kFiring,
                          .active_at = base::FromMillis(0),
                          .keep_firing_since = std::nullopt,
                          .value = 1.5});
  rules::RuleStatus record;
  record.name = "job:up:sum";
  record.query = "sum by (job) (up)";
  rules::GroupStatus group;
  group.name = name;
  group.file = file;
  group.interval = base::Duration(60'000);
  group.rules = {alert, record};
  return group;
}

class RulesRoute : public testing::Test {
 protected:
  static net::Response Ask(const std::string& path, const std::string& parameters = "") {
    const auto source = [](const model::TenantName& tenant) {
      std::vector<rules::GroupStatus> groups;
      if (tenant == "acme") groups = {GroupOf("a", "one.yml"), GroupOf("b", "two.yml")};
      return groups;
    };
    net::Request request;
    request.query = net::ParseParameters(parameters).value_or(net::Parameters());
    for (const Route& route : RuleRoutes(source)) {
      if (route.pattern != path) continue;
      EXPECT_EQ(route.permission, Permission::kRead);
      return route.handler(
          Call{.request = request, .caller = {"test", "acme"}, .path_values = {}, .now = {}});
    }
    return net::TextResponse(404, "");
  }
  static json Groups(const std::string& parameters = "") {
    return json::parse(Ask("/api/v1/rules", parameters).body)["data"]["groups"];
  }
  // "a:aDown,job:up:sum b:..."
  static std::string Names(const std::string& parameters) {
    std::string names;
    for (const json& group : Groups(parameters)) {
      names += group["name"].get<std::string>() + ":";
      for (const json& rule : group["rules"]) names += rule["name"].get<std::string>() + ",";
      names += " ";
    }
    return names;
  }
};

TEST_F(RulesRoute, ListsRulesInPrometheusForm) {
  const json group = Groups()[0];
  EXPECT_EQ(group["file"], "one.yml");
  EXPECT_EQ(group["interval"], 60);
  EXPECT_EQ(group["rules"][0],
            json::parse(R"({"state":"firing","name":"aDown","query":"up == 0","duration":90,
                "keepFiringFor":0,"onIngest":true,"labels":{"severity":"page"},"annotations":{},
                "alerts":[{"labels":{"alertname":"aDown"},
                    "annotations":{"summary":"it is down"},"state":"firing",
                    "activeAt":"1970-01-01T00:00:00.000Z","value":"1.5e+00"}],
                "health":"ok","evaluationTime":0,
                "lastEvaluation":"1970-01-01T00:00:01.000Z","type":"alerting"})"));
  EXPECT_EQ(group["rules"][1],
            json::parse(R"~({"name":"job:up:sum","query":"sum by (job) (up)","health":"unknown",
                "evaluationTime":0,"lastEvaluation":"0001-01-01T00:00:00Z","type":"recording"})~"));
}

TEST_F(RulesRoute, SaysWhyAnAlertIsPolled) {
  const json polled = Groups()[1]["rules"][0];
  EXPECT_EQ(polled["onIngest"], false);
  EXPECT_EQ(polled["polledBecause"], "a subquery");
  EXPECT_FALSE(Groups()[0]["rules"][0].contains("polledBecause"));
  EXPECT_FALSE(Groups()[0]["rules"][1].contains("onIngest"));  // a recording rule
}

TEST_F(RulesRoute, Filters) {
  EXPECT_EQ(Names(""), "a:aDown,job:up:sum, b:bDown,job:up:sum, ");
  EXPECT_EQ(Names("type=alert"), "a:aDown, b:bDown, ");
  EXPECT_EQ(Names("type=record&rule_group[]=b"), "b:job:up:sum, ");
  EXPECT_EQ(Names("rule_name[]=bDown"), "b:bDown, ");
  EXPECT_EQ(Names("file[]=one.yml"), "a:aDown,job:up:sum, ");
  EXPECT_EQ(Names("match[]={severity=\"page\"}"), "a:aDown, b:bDown, ");
  EXPECT_EQ(Groups("exclude_alerts=true")[0]["rules"][0]["alerts"].size(), 0U);
}

TEST_F(RulesRoute, GivesGroupsPageByPage) {
  const json first = json::parse(Ask("/api/v1/rules", "group_limit=1").body)["data"];
  ASSERT_EQ(first["groups"].size(), 1U);
  const std::string token = first["groupNextToken"];
  const json second =
      json::parse(Ask("/api/v1/rules", "group_limit=1&group_next_token=" + token).body)["data"];
  EXPECT_EQ(second["groups"][0]["name"], "b");
  EXPECT_FALSE(second.contains("groupNextToken"));
}

TEST_F(RulesRoute, RefusesWrongParameters) {
  for (const char* parameters :
       {"type=x", "exclude_alerts=maybe", "group_limit=0", "group_limit=x", "group_next_token=abc",
        "match[]={", "group_limit=1&group_next_token=abc"}) {
    const net::Response response = Ask("/api/v1/rules", parameters);
    EXPECT_EQ(response.status, 400) << parameters;
    EXPECT_NE(response.body.find("bad_data"), std::string::npos);
  }
}

TEST_F(RulesRoute, ListsAlerts) {
  const json alerts = json::parse(Ask("/api/v1/alerts").body)["data"]["alerts"];
  ASSERT_EQ(alerts.size(), 2U);
  EXPECT_EQ(alerts[1]["labels"]["alertname"], "bDown");
}

}  // namespace
}  // namespace vedette::api
