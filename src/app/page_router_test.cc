#include "app/page_router.h"

#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include <nlohmann/json.hpp>

#include "api/notify_plan.h"
#include "api/router.h"
#include "auth/audit_log.h"
#include "base/duration.h"
#include "base/json.h"
#include "notify/delivery/dispatcher.h"
#include "notify/delivery/ledger.h"
#include "notify/delivery/outbox.h"
#include "notify/routing/store/store.h"

namespace vedette::app {
namespace {

using base::Json;
using notify::routing::Layer;
using notify::routing::Plan;
using notify::routing::TargetKind;

const base::TimePoint kNow = *base::ParseTime("2026-11-23T10:00:00Z");

// ann and ben take turns each day at 09:00 UTC; ben has Monday, the 23rd.
Plan Shop() {
  Plan plan;
  plan.receivers = {{"chat", "webhook"}, {"sms", "sms"}};
  plan.users.resize(2);
  plan.users[0].name = "ann";
  plan.users[0].email = "ann@example.org";
  plan.users[0].contacts = {{"chat", "@ann", {}, {}}, {"sms", "+1", {}, {}}};
  plan.users[1].name = "ben";
  plan.users[1].contacts = {{"chat", "@ben", {}, {}}};
  Layer layer;
  layer.name = "days";
  layer.start = *notify::routing::ParseLocal("2026-11-02 09:00");
  layer.length = std::chrono::hours(24);
  layer.users = {"ann", "ben"};
  plan.schedules.resize(1);
  plan.schedules[0].name = "primary";
  plan.schedules[0].layers = {layer};
  plan.teams.resize(1);
  plan.teams[0].name = "shop";
  plan.teams[0].members = {"ann", "ben"};
  plan.teams[0].schedule = "primary";
  plan.routes.resize(1);
  plan.routes[0].name = "all";
  plan.routes[0].targets = {{TargetKind::kSchedule, "primary"}};
  return plan;
}

// A router over a database in memory, with a thread that does what the engine's would.
class PageRouterTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Database::Open({.path = ":memory:"});
    ASSERT_TRUE(notify::delivery::Dispatcher::Migrate(*database_).ok());
    audit_.emplace(*auth::AuditLog::Create(*database_));
    Begin();
  }
  void TearDown() override { End(); }

  void Begin() {
    metrics_ = std::make_unique<base::MetricsRegistry>();
    router_ = *PageRouter::Open(*database_, *metrics_);
    router_->SetPlan(Shop());
    routes_ = api::OnCallRoutes(router_->Sources());
    routes_.push_back(
        api::NotifyCheckRoute({.view = [this] { return router_->view(); },
                               .live = [](const auto&...) { return notify::routing::Live(); }}));
    ending_ = false;
    engine_ = std::thread([this] {
      while (!ending_) {
        Round({});
        std::this_thread::yield();
      }
    });
  }
  void End() {
    ending_ = true;
    if (engine_.joinable()) engine_.join();
    router_->Close();
  }
  void Round(const incident::Decisions& decisions) {
    std::vector<incident::Input> inputs;
    for (incident::RoutingInput& input : router_->TakeInputs()) {
      inputs.push_back({.seq = 1, .time = kNow, .fresh_id = {}, .what = std::move(input)});
    }
    if (!router_->Decide(kNow, inputs, decisions)) return;
    EXPECT_TRUE(
        database_
            ->Transact([&](sql::Session& session) { return router_->Write(session, kNow, kNow); })
            .ok());
    router_->Tell();
  }

  net::Response Ask(const std::string& method, const std::string& path, std::string body = "",
                    const std::string& query = "") {
    net::Request request;
    request.method = method;
    request.path = path;
    request.query = *net::ParseParameters(query);
    request.body = std::move(body);
    for (const api::Route& route : routes_) {
      std::vector<std::pair<std::string, std::string>> values;
      if (route.method != method || !api::MatchPattern(route.pattern, path, values)) continue;
      return route.handler({request, {"ann", "default", true}, values, kNow});
    }
    return net::TextResponse(404, "no route");
  }
  Json Get(const std::string& path, const std::string& query = "") {
    const net::Response response = Ask("GET", path, "", query);
    EXPECT_EQ(response.status, 200) << path << ": " << response.body;
    return base::ParseJson(response.body).value_or(Json());
  }

  std::unique_ptr<sql::Database> database_;
  std::optional<auth::AuditLog> audit_;
  std::unique_ptr<base::MetricsRegistry> metrics_;
  std::unique_ptr<PageRouter> router_;
  std::vector<api::Route> routes_;
  std::atomic<bool> ending_{false};
  std::thread engine_;
};

constexpr const char* kOverrides = "/api/v1/schedules/primary/overrides";

TEST_F(PageRouterTest, SaysWhoIsOnCallUntilWhenAndWhoIsNext) {
  const Json schedule = Get("/api/v1/schedules")["schedules"][0];
  EXPECT_EQ(schedule["on_call"]["user"], "ben");
  EXPECT_EQ(schedule["on_call"]["until"], "2026-11-24T09:00:00.000Z");
  EXPECT_EQ(schedule["next"]["user"], "ann");
  const Json team = Get("/api/v1/oncall")["teams"][0];
  EXPECT_EQ(team["team"], "shop");
  EXPECT_EQ(team["on_call"]["user"], "ben");
  const Json shifts =
      Get("/api/v1/schedules/primary/shifts", "from=2026-11-23T09:00:00Z&to=2026-11-25T09:00:00Z");
  EXPECT_EQ(shifts["shifts"].size(), 2u);
  EXPECT_EQ(shifts["gaps"].size(), 0u);
  EXPECT_EQ(shifts["load"][0]["hours"], 24.0);
  EXPECT_EQ(shifts["load"][0]["night_hours"], 8.0);
  EXPECT_EQ(Ask("GET", "/api/v1/schedules/none").status, 404);
  EXPECT_EQ(Ask("GET", "/api/v1/schedules/primary/shifts", "", "to=2020-01-01T00:00:00Z").status,
            400);
}

TEST_F(PageRouterTest, AnOverrideIsDurableWhenItIsAnsweredAndAudited) {
  const net::Response made = Ask("POST", kOverrides, R"({"user":"ann","reason":"wedding",
      "from":"2026-11-23T00:00:00Z","to":"2026-11-23T12:00:00Z"})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(Get("/api/v1/schedules/primary")["on_call"]["user"], "ann");

  End();
  Begin();

  const Json overrides = Get(kOverrides)["overrides"];
  ASSERT_EQ(overrides.size(), 1u);
  EXPECT_EQ(overrides[0]["user"], "ann");
  EXPECT_EQ(overrides[0]["by"], "ann");
  const std::string id = overrides[0]["id"];
  EXPECT_EQ(Ask("DELETE", std::string(kOverrides) + "/" + id).status, 200);
  EXPECT_EQ(Ask("DELETE", std::string(kOverrides) + "/" + id).status, 404);
  EXPECT_EQ(Get("/api/v1/schedules/primary")["on_call"]["user"], "ben");
  const std::vector<auth::AuditEntry> audit = *audit_->List(0, 10);
  ASSERT_EQ(audit.size(), 2u);
  EXPECT_EQ(audit[0].action, "override.delete");
  EXPECT_EQ(audit[1].action, "override.create");
  EXPECT_EQ(audit[1].actor, "ann");
}

TEST_F(PageRouterTest, ASwapIsTwoOverridesOrNone) {
  const net::Response swap = Ask("POST", kOverrides, R"({"user":"ann","replaces":"ben",
      "from":"2026-11-23T09:00:00Z","to":"2026-11-24T09:00:00Z",
      "in_return":{"from":"2026-11-24T09:00:00Z","to":"2026-11-25T09:00:00Z"}})");
  ASSERT_EQ(swap.status, 201) << swap.body;
  const Json schedule = Get("/api/v1/schedules/primary");
  EXPECT_EQ(schedule["on_call"]["user"], "ann");
  EXPECT_EQ(schedule["next"]["user"], "ben");

  const net::Response half = Ask("POST", kOverrides, R"({"user":"ann","replaces":"ben",
      "from":"2026-11-26T09:00:00Z","to":"2026-11-27T09:00:00Z",
      "in_return":{"from":"2026-11-28T09:00:00Z","to":"2026-11-28T09:00:00Z"}})");
  EXPECT_EQ(half.status, 400) << half.body;
  EXPECT_EQ(Get(kOverrides)["overrides"].size(), 2u);
}

TEST_F(PageRouterTest, WhatIsWrongWithAnOverrideIsNamed) {
  const auto field = [&](const char* body) {
    const net::Response response = Ask("POST", kOverrides, body);
    EXPECT_EQ(response.status, 400) << response.body;
    return base::ParseJson(response.body)->at("error").value("field", "");
  };
  EXPECT_EQ(field(R"({"from":"2026-11-23T00:00:00Z","to":"2026-11-24T00:00:00Z"})"), "user");
  EXPECT_EQ(field(R"({"user":"eve","from":"2026-11-23T00:00:00Z","to":"2026-11-24T00:00:00Z"})"),
            "user");
  EXPECT_EQ(field(R"({"user":"ann","from":"noon","to":"2026-11-24T00:00:00Z"})"), "from");
  EXPECT_EQ(field(R"({"user":"ann","from":"2026-11-25T00:00:00Z","to":"2026-11-24T00:00:00Z"})"),
            "to");
}

TEST_F(PageRouterTest, ACalendarGoesOutAndComesBackAsOverridesOnce) {
  const net::Response calendar = Ask("GET", "/api/v1/schedules/primary.ics");
  ASSERT_EQ(calendar.status, 200);
  EXPECT_EQ(calendar.headers.Get("Content-Type"), "text/calendar; charset=utf-8");

  const std::string path = "/api/v1/schedules/primary/import";
  const Json first = *base::ParseJson(Ask("POST", path, calendar.body).body);
  const Json again = *base::ParseJson(Ask("POST", path, calendar.body).body);

  EXPECT_GT(first["imported"], 90);
  EXPECT_EQ(first["left_out"].size(), 0u);
  EXPECT_EQ(again["imported"], 0);
  EXPECT_EQ(again["left_out"].size(), first["imported"]);
  EXPECT_EQ(Ask("POST", path, "hello").status, 400);
}

TEST_F(PageRouterTest, ATestPageReachesTheOutboxAndTheTrail) {
  const net::Response response = Ask("POST", "/api/v1/notify/test", R"({"user":"ann"})");
  ASSERT_EQ(response.status, 202) << response.body;
  const std::string id = base::ParseJson(response.body)->at("id");
  std::vector<notify::delivery::Letter> letters;
  std::vector<notify::routing::store::TrailRow> trail;
  ASSERT_TRUE(database_
                  ->Read([&](sql::Session& session) -> base::Result<> {
                    VEDETTE_TRY(letters, notify::delivery::ReadLetters(
                                             session, {.tenant = "default", .incident_ids = {id}}));
                    VEDETTE_TRY(trail,
                                notify::routing::store::ReadTrail(session, "default", {id}, 10));
                    return {};
                  })
                  .ok());
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_EQ(letters[1].address.receiver, "chat");
  EXPECT_EQ(letters[1].address.to, "@ann");
  EXPECT_EQ(letters[0].address.channel, "sms");
  EXPECT_EQ(trail.size(), 2u);
  EXPECT_EQ(Ask("POST", "/api/v1/notify/test", R"({"user":"eve"})").status, 404);
  EXPECT_EQ(Ask("POST", "/api/v1/notify/test", "{}").status, 400);
}

TEST_F(PageRouterTest, TheLedgerHasTheChainOfAnOrderAndWhoAcknowledged) {
  End();
  incident::Decisions opened;
  model::Page& page = opened.pages.emplace_back();
  page.dedup_key = "in_1:opened:1";
  page.tenant = "default";
  page.incident_id = "in_1";
  page.severity = model::Severity::kCritical;
  page.entities = {"payment"};
  page.labels = model::Labels({{"alertname", "Late"}, {"service", "payment"}});
  page.decided_at = kNow;
  incident::Decisions acknowledged;
  model::Incident& incident = acknowledged.changed.emplace_back();
  incident.id = "in_1";
  incident.tenant = "default";
  incident.state = model::IncidentState::kAcknowledged;
  model::TimelineEntry& entry = incident.timeline.emplace_back();
  entry.time = kNow;
  entry.kind = "acknowledged";
  entry.actor = "ann";
  entry.text = "on it";

  Round(opened);
  Round(acknowledged);

  std::vector<notify::delivery::LedgerRow> order;
  std::vector<notify::delivery::LedgerRow> answer;
  int64_t rows = 0;
  ASSERT_TRUE(database_
                  ->Read([&](sql::Session& session) -> base::Result<> {
                    VEDETTE_TRY(order, notify::delivery::ReadLedger(session, "in_1:opened:1",
                                                                    "chat", 10, "@ben"));
                    VEDETTE_TRY(answer, notify::delivery::ReadLedger(session, "in_1", "", 10));
                    VEDETTE_TRY(rows, notify::delivery::VerifyLedger(session));
                    return {};
                  })
                  .ok());
  ASSERT_EQ(order.size(), 1u);
  EXPECT_EQ(order[0].event, "ordered");
  EXPECT_THAT(
      order[0].detail,
      testing::StartsWith("signal payment > rule Late > group service payment > route all"));
  ASSERT_EQ(answer.size(), 1u);
  EXPECT_EQ(answer[0].event, "acknowledged");
  EXPECT_EQ(answer[0].detail, "ann: on it");
  EXPECT_GE(rows, 2);
}

TEST_F(PageRouterTest, TheCheckAnswersWhatIsWrongWithThePlan) {
  EXPECT_EQ(Get("/api/v1/notify/check")["findings"].size(), 0u);
  Plan plan = Shop();
  plan.users[1].contacts.clear();
  router_->SetPlan(plan);
  const Json findings = Get("/api/v1/notify/check")["findings"];
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]["subject"], "user ben");
}

TEST_F(PageRouterTest, AfterTheEndOfTheLoopChangesAreRefused) {
  End();
  EXPECT_EQ(Ask("POST", kOverrides, R"({"user":"ann","from":"2026-11-23T00:00:00Z",
      "to":"2026-11-23T12:00:00Z"})")
                .status,
            503);
}

}  // namespace
}  // namespace vedette::app
