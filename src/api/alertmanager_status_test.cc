#include "api/alertmanager_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json.h"

namespace vedette::api {
namespace {

using notify::routing::Plan;
using notify::routing::TargetKind;
using ::testing::HasSubstr;
using ::testing::Not;
using PlanRoute = notify::routing::Route;

PlanRoute To(std::string name, const std::vector<std::string>& matchers,
             std::vector<notify::routing::Target> targets) {
  PlanRoute route;
  route.name = std::move(name);
  for (const std::string& text : matchers) route.matchers.push_back(*model::Matcher::Parse(text));
  route.targets = std::move(targets);
  return route;
}

// ann is reached by sms and chat; nobody can reach ben; what no route takes goes to the hook.
Plan Shop() {
  Plan plan;
  plan.receivers = {{"hook", "webhook"}, {"chat", "slack"}, {"sms", "gateway"}};
  plan.users.resize(2);
  plan.users[0].name = "ann";
  plan.users[0].contacts = {{"sms", "+1", {}, {}}, {"chat", "@ann", {}, {}}};
  plan.users[1].name = "ben";
  plan.policies.resize(1);
  plan.policies[0].name = "payments";
  plan.policies[0].steps = {{.targets = {{TargetKind::kUser, "ann"}}}};
  plan.catch_all = {{TargetKind::kReceiver, "hook"}};
  plan.routes = {To("payments", {"service=payment"}, {}),
                 To("also", {"team=~\"a|b\""}, {{TargetKind::kReceiver, "chat"}}),
                 To("nobody", {"w=\"say \\\"hi\\\"\""}, {{TargetKind::kUser, "ben"}})};
  plan.routes[0].policy = "payments";
  plan.routes[0].children = {To("nights", {"job=nightly"}, {{TargetKind::kReceiver, "sms"}})};
  plan.routes[1].go_on = true;
  return plan;
}

// Also what `amtool config routes test` says of it: payment > chat,sms; payment+nightly > sms;
// team=a > chat,hook.
TEST(AlertmanagerConfig, WritesARouteForEachReceiverThatMayHear) {
  Plan plan = Shop();
  incident::EngineOptions options;
  options.alert_grouping = incident::AlertGrouping{.group_by = {"alertname", "service"}};
  options.grouping_rules = {
      {.name = "nights",
       .match = {},
       .grouping = {.group_by = {"job"}, .repeat_interval = std::chrono::hours(12)}}};

  EXPECT_EQ(AlertmanagerConfig(plan, options), R"(route:
  receiver: "hook"
  group_by: ["alertname", "service"]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  routes:
  - receiver: "chat"
    matchers:
    - "service=\"payment\""
    routes:
    - receiver: "sms"
      matchers:
      - "job=\"nightly\""
      group_by: ["job"]
      group_wait: 30s
      group_interval: 5m
      repeat_interval: 12h
    - receiver: "chat"
      continue: true
    - receiver: "sms"
  - receiver: "chat"
    matchers:
    - "team=~\"a|b\""
    continue: true
  - receiver: "hook"
    matchers:
    - "w=\"say \\\"hi\\\"\""
receivers:
- name: "hook"
- name: "chat"
- name: "sms"
)");
}

TEST(AlertmanagerConfig, WithoutRoutesAllReceiversHear) {
  Plan plan;
  plan.receivers = {{"a", "webhook"}, {"b", "webhook"}};

  EXPECT_EQ(AlertmanagerConfig(plan, {}), R"(route:
  receiver: "a"
  group_by: ["service"]
  group_wait: 0s
  repeat_interval: 4h
  routes:
  - receiver: "a"
    continue: true
  - receiver: "b"
receivers:
- name: "a"
- name: "b"
)");
}

TEST(AlertmanagerConfig, ThereIsAReceiverWhereThereIsNobody) {
  EXPECT_THAT(AlertmanagerConfig({}, {}), HasSubstr("receivers:\n- name: none\n"));
  Plan plan = Shop();
  plan.catch_all = {{TargetKind::kUser, "ben"}};
  EXPECT_THAT(AlertmanagerConfig(plan, {}), HasSubstr("route:\n  receiver: \"none\"\n"));
  EXPECT_THAT(AlertmanagerConfig(plan, {}), HasSubstr("- name: \"sms\"\n- name: none\n"));
}

TEST(AlertmanagerConfig, ARouteThatTellsNobodyLeadsToAReceiverThatDoesNothing) {
  Plan plan = Shop();
  plan.routes = {To("quiet", {"team=a"}, {})};
  plan.routes[0].nobody = true;
  plan.routes[0].children = {To("below", {"job=b"}, {})};

  const std::string config = AlertmanagerConfig(plan, {});

  EXPECT_THAT(config, HasSubstr("  - receiver: \"none\"\n    matchers:\n    - \"team=\\\"a\\\"\"\n"
                                "    routes:\n    - receiver: \"none\"\n"));
  EXPECT_THAT(config, HasSubstr("- name: none\n"));
}

TEST(AlertmanagerConfig, LeavesOutWhatAnAlertmanagerCannotSpellAndSaysSo) {
  Plan plan = Shop();
  plan.routes = {To("odd", {"\"kubernetes.io/name\"=x"}, {{TargetKind::kReceiver, "sms"}})};

  const std::string config = AlertmanagerConfig(plan, {});

  EXPECT_THAT(config, HasSubstr("  # \"odd\" is left out"));
  EXPECT_THAT(config, HasSubstr("  routes:\n"));
  EXPECT_THAT(config, HasSubstr("    []\n"));
  EXPECT_THAT(config, Not(HasSubstr("kubernetes")));
}

TEST(AlertmanagerStatus, ShowsThePlanThatIsInEffect) {
  const Route route =
      AlertmanagerStatusRoute({.plan = [] { return std::make_shared<const Plan>(Shop()); },
                               .options = [] { return incident::EngineOptions(); },
                               .version = "1",
                               .started_at = base::FromMillis(1'700'000'000'000)});
  const net::Request request;

  const net::Response response = route.handler({request, {"ann", "default"}, {}, {}});

  const base::Json status = *base::ParseJson(response.body);
  EXPECT_EQ(status["config"]["original"], AlertmanagerConfig(Shop(), {}));
  EXPECT_EQ(status["uptime"], "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(status["versionInfo"]["version"], "vedette 1");
  EXPECT_EQ(status["cluster"]["status"], "disabled");
}

}  // namespace
}  // namespace vedette::api
