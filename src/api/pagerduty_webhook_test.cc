#include "api/pagerduty_webhook.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace vedette::api {
namespace {

using incident::CommandKind;

class PagerDutyRoutesTest : public ::testing::Test {
 protected:
  net::Response Post(std::string body) {
    net::Request request;
    request.method = "POST";
    request.body = std::move(body);
    const auto view = std::make_shared<notify::routing::View>(
        notify::routing::View{std::make_shared<notify::routing::Plan>(), {}});
    const std::vector<Route> routes = PagerDutyRoutes(
        {.check = [this](const auto&, auto, auto) { return receiver_; },
         .tenant_of = [](auto receiver, auto id) -> base::Result<std::optional<model::TenantName>> {
           if (receiver != "pd" || id != "in_1") return std::optional<model::TenantName>();
           return std::optional<model::TenantName>("bank");
         },
         .command = [this](incident::Command command) -> base::Result<model::Incident> {
           commands_.push_back(std::move(command));
           return answer_;
         },
         .view = [view] { return view; }});
    return routes.at(0).handler({.request = request, .caller = {}, .path_values = {}, .now = {}});
  }
  // As PagerDuty's documentation shows it, shortened.
  static std::string Event(std::string type, std::string key = "in_1",
                           std::string agent = "user_reference") {
    return fmt::format(R"({{"event":{{"id":"01","event_type":"{}","resource_type":"incident",)"
                       R"("occurred_at":"2026-11-21T20:00:00Z",)"
                       R"("agent":{{"id":"P1","type":"{}","summary":"Ann Berg"}},)"
                       R"("data":{{"id":"PG1","type":"incident","status":"acknowledged",)"
                       R"("incident_key":"{}","title":"payment"}}}}}})",
                       type, agent, key);
  }

  base::Result<std::string> receiver_ = std::string("pd");
  base::Result<model::Incident> answer_ = model::Incident{};
  std::vector<incident::Command> commands_;
};

TEST_F(PagerDutyRoutesTest, WhatAPersonDoesThereIsDoneHere) {
  EXPECT_EQ(Post(Event("incident.acknowledged")).body, R"({"status":"ok"})");
  EXPECT_EQ(Post(Event("incident.resolved")).body, R"({"status":"ok"})");
  ASSERT_EQ(commands_.size(), 2u);
  EXPECT_EQ(commands_[0].kind, CommandKind::kAcknowledge);
  EXPECT_EQ(commands_[0].tenant, "bank");
  EXPECT_EQ(commands_[0].incident_id, "in_1");
  EXPECT_EQ(commands_[0].actor, "pagerduty:AnnBerg");
  EXPECT_EQ(commands_[1].kind, CommandKind::kResolve);
}

TEST_F(PagerDutyRoutesTest, ANoteIsAComment) {
  Post(R"({"event":{"event_type":"incident.annotated","agent":null,"data":)"
       R"({"incident":{"incident_key":"in_1"},"content":"rolled back"}}})");
  ASSERT_EQ(commands_.size(), 1u);
  EXPECT_EQ(commands_[0].kind, CommandKind::kComment);
  EXPECT_EQ(commands_[0].text, "rolled back");
}

TEST_F(PagerDutyRoutesTest, NothingHappensWithoutAGoodSignature) {
  receiver_ = base::Unauthenticated("the signature is wrong");
  EXPECT_EQ(Post(Event("incident.resolved")).status, 401);
  EXPECT_TRUE(commands_.empty());
}

TEST_F(PagerDutyRoutesTest, OthersAreIgnored) {
  for (const std::string& body :
       {Event("incident.acknowledged", "in_1", "service_reference"),
        Event("incident.acknowledged", "in_2"), Event("incident.acknowledged", "their-own"),
        Event("incident.priority_updated"), std::string(R"({"event":{"event_type":"pagey.ping"}})"),
        std::string("{}"),
        std::string(R"({"event":{"event_type":"incident.annotated","data":1}})")}) {
    EXPECT_EQ(Post(body).body, R"({"status":"ignored"})") << body;
  }
  EXPECT_EQ(Post("[]").status, 400);
  EXPECT_TRUE(commands_.empty());
}

TEST_F(PagerDutyRoutesTest, OnlyWhatMayWorkLaterIsAskedForAgain) {
  answer_ = base::FailedPrecondition("the incident is resolved");
  EXPECT_EQ(Post(Event("incident.acknowledged")).status, 200);
  answer_ = base::Unavailable("the disk is full");
  EXPECT_EQ(Post(Event("incident.acknowledged")).status, 503);
}

}  // namespace
}  // namespace vedette::api
