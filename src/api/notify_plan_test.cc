#include "api/notify_plan.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"

namespace vedette::api {
namespace {

using base::Json;
using notify::routing::Plan;
using notify::routing::TargetKind;
using notify::routing::View;
using PlanRoute = notify::routing::Route;

const base::TimePoint kNow = *base::ParseTime("2026-11-23T10:00:00Z");

PlanRoute To(std::string name, std::string label, std::string value) {
  PlanRoute route;
  route.name = std::move(name);
  route.matchers = {
      *model::Matcher::Create(std::move(label), model::MatchOp::kEqual, std::move(value))};
  return route;
}

// ann and ben take turns each day at 09:00 UTC; on Monday, the 23rd, it is ben's. What concerns
// payments goes to whoever it is, after five minutes to cem and the chat.
Plan Shop() {
  Plan plan;
  plan.receivers = {{"chat", "webhook"}};
  plan.users.resize(1);
  plan.users[0].name = "ann";
  plan.users[0].contacts = {
      {"chat", "@ann", {model::Severity::kCritical}, std::chrono::minutes(2)}};
  notify::routing::Layer layer;
  layer.name = "days";
  layer.start = *notify::routing::ParseLocal("2026-11-02 09:00");
  layer.length = std::chrono::hours(24);
  layer.users = {"ann", "ben"};
  plan.schedules.resize(1);
  plan.schedules[0].name = "primary";
  plan.schedules[0].layers = {layer};
  plan.teams = {{.name = "shop", .members = {"ann", "ben"}, .schedule = "primary"},
                {.name = "all", .members = {"ann", "ben", "cem"}, .schedule = {}}};
  plan.policies.resize(1);
  plan.policies[0].name = "payments";
  plan.policies[0].repeats = 1;
  plan.policies[0].steps = {
      {.targets = {{TargetKind::kSchedule, "primary"}}},
      {.targets = {{TargetKind::kUser, "cem"}, {TargetKind::kReceiver, "chat"}},
       .round_robin = true}};
  plan.routes = {To("payments", "service", "payment"), To("search", "service", "search")};
  plan.routes[0].policy = "payments";
  plan.routes[0].children = {To("nights", "job", "nightly")};
  plan.routes[0].children[0].targets = {{TargetKind::kTeam, "all"}};
  plan.routes[1].targets = {{TargetKind::kTeam, "shop"}};
  return plan;
}

Json Ask(const std::string& method, const std::string& path, std::string body, int status = 200) {
  OnCallSources sources;
  sources.view = [] {
    return std::make_shared<const View>(View{std::make_shared<const Plan>(Shop()), {}});
  };
  net::Request request;
  request.body = std::move(body);
  for (const Route& route : NotifyPlanRoutes(std::make_shared<const OnCallSources>(sources))) {
    if (route.method != method || route.pattern != path) continue;
    const net::Response response = route.handler({request, {"ann", "default", true}, {}, kNow});
    EXPECT_EQ(response.status, status) << response.body;
    return base::ParseJson(response.body).value_or(Json());
  }
  ADD_FAILURE() << "no route " << path;
  return {};
}

Json Try(const Json& labels) {
  return Ask("POST", "/api/v1/notify/route", Json{{"labels", labels}}.dump())["taken"];
}

TEST(NotifyPlan, TellsReceiversPeoplePoliciesAndRoutesAsTheyAreInEffect) {
  const Json plan = Ask("GET", "/api/v1/notify/plan", "");
  EXPECT_EQ(plan["receivers"][0]["channel"], "webhook");
  const Json& contact = plan["users"][0]["contacts"][0];
  EXPECT_EQ(contact["to"], "@ann");
  EXPECT_EQ(contact["after"], "2m");
  EXPECT_EQ(contact["severities"], Json({"critical"}));
  EXPECT_EQ(plan["policies"][0]["steps"][1]["mode"], "round_robin");
  EXPECT_EQ(plan["policies"][0]["steps"][0]["wait"], "5m");
  const Json& route = plan["routes"][0];
  EXPECT_EQ(route["match"], Json({"service=\"payment\""}));
  EXPECT_EQ(route["routes"][0]["notify"][0], (Json{{"kind", "team"}, {"name", "all"}}));
  // Without one of its own: every receiver.
  EXPECT_EQ(plan["catch_all"], Json::array({Json{{"kind", "receiver"}, {"name", "chat"}}}));
}

TEST(NotifyPlan, SaysWhoWouldBeToldOfAPageAndAfterHowLong) {
  const Json taken = Try({{"service", "payment"}});
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0]["route"], "payments");
  const Json& steps = taken[0]["steps"];
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0]["after_seconds"], 0);
  EXPECT_EQ(steps[0]["targets"][0]["people"], Json({"ben"}));
  EXPECT_EQ(steps[1]["after_seconds"], 300);
  EXPECT_EQ(steps[1]["targets"][0]["people"], Json({"cem"}));
  EXPECT_EQ(steps[1]["targets"][1]["people"], Json::array());
}

TEST(NotifyPlan, ATeamIsItsScheduleOrAllOfItsMembers) {
  EXPECT_EQ(Try({{"service", "search"}})[0]["steps"][0]["targets"][0]["people"], Json({"ben"}));
  const Json nights = Try({{"service", "payment"}, {"job", "nightly"}})[0];
  EXPECT_EQ(nights["route"], "payments/nights");
  EXPECT_EQ(nights["steps"][0]["targets"][0]["people"], Json({"ann", "ben", "cem"}));
}

TEST(NotifyPlan, WhatNoRouteTakesGoesToTheCatchAll) {
  const Json taken = Try({{"service", "unknown"}});
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0]["route"], notify::routing::kCatchAll);
  EXPECT_EQ(taken[0]["steps"][0]["targets"][0]["name"], "chat");
}

TEST(NotifyPlan, IsCheckedAgainstWhatIsLiveOfTheCallersTenant) {
  std::string asked;
  NotifyCheckSources sources;
  sources.view = [] {
    return std::make_shared<const View>(View{std::make_shared<const Plan>(Shop()), {}});
  };
  sources.live = [&](const Plan& plan, const model::TenantName& tenant, base::TimePoint now) {
    asked = tenant;
    EXPECT_EQ(plan.routes.size(), 2u);
    EXPECT_EQ(now, kNow);
    notify::routing::Live live;
    live.values["service"] = {"payment"};
    live.alerts = {{"alert an_1", model::Severity::kWarning,
                    model::Labels({{"service", "search"}, {"team", "x"}})}};
    return live;
  };
  const Route route = NotifyCheckRoute(std::move(sources));
  EXPECT_EQ(route.pattern, "/api/v1/notify/check");
  EXPECT_EQ(route.permission, Permission::kRead);
  const net::Request request;

  const net::Response response = route.handler({request, {"ann", "shop", false}, {}, kNow});

  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(asked, "shop");
  const Json findings = (*base::ParseJson(response.body))["findings"];
  const auto find = [&](const std::string& kind) {
    for (const Json& finding : findings) {
      if (finding["kind"] == kind) return finding;
    }
    return Json();
  };
  EXPECT_EQ(find("no_live_label")["subject"], "route search");
  EXPECT_EQ(find("no_live_label")["labels"], Json::object());
  const Json alert = find("alert_reaches_nobody");
  EXPECT_EQ(alert["subject"], "alert an_1") << "ann takes critical pages only";
  EXPECT_EQ(alert["labels"], (Json{{"service", "search"}, {"team", "x"}}));
}

TEST(NotifyPlan, RefusesLabelsThatAreNone) {
  for (const char* body : {"[]", "{}", "{\"labels\": []}", "{\"labels\": {\"a\": 1}}", "{"}) {
    const Json answer = Ask("POST", "/api/v1/notify/route", body, 400);
    EXPECT_EQ(answer["error"]["code"], "invalid_argument") << body;
  }
}

}  // namespace
}  // namespace vedette::api
