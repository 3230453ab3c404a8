#include "api/ack_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notify/delivery/dispatcher.h"

namespace vedette::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

class AckPagesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Database::Open({.path = ":memory:"});
    ASSERT_TRUE(notify::delivery::Dispatcher::Migrate(*database_).ok());
    links_ = *notify::delivery::AckLinks::Open(*database_);
    incident_.id = "in_1";
    incident_.title = "payment: <b>slow</b>";
    incident_.severity = model::Severity::kCritical;
    token_ = links_->Sign({.tenant = "bank",
                           .incident_id = "in_1",
                           .page_key = "in_1:opened:1",
                           .receiver = "mail",
                           .to = "ann@example.org",
                           .expires_at = kNow + std::chrono::hours(1)});
  }
  net::Response Ask(const std::string& method, const std::string& token,
                    base::TimePoint now = kNow) {
    net::Request request;
    request.method = method;
    const std::vector<Route> routes = AckPageRoutes(
        {.links = *links_,
         .find = [this](const auto& tenant, auto id) -> base::Result<model::Incident> {
           if (tenant != "bank" || id != incident_.id) return base::NotFound("no such incident");
           return incident_;
         },
         .command = [this](incident::Command command) -> base::Result<model::Incident> {
           commands_.push_back(command);
           if (refuses_) return base::Unavailable("the disk is full");
           incident_.state = model::IncidentState::kAcknowledged;
           incident_.acknowledged_by = command.actor;
           return incident_;
         },
         .person = [](auto, auto to) { return to == "ann@example.org" ? "ann" : ""; }});
    for (const Route& route : routes) {
      if (route.method != method) continue;
      return route.handler({.request = request,
                            .caller = {"anonymous", {}},
                            .path_values = {{"token", token}},
                            .now = now});
    }
    return {};
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<notify::delivery::AckLinks> links_;
  model::Incident incident_;
  std::string token_;
  bool refuses_ = false;
  std::vector<incident::Command> commands_;
};

TEST_F(AckPagesTest, LookingChangesNothing) {
  const net::Response response = Ask("GET", token_);
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr("Acknowledge as ann"));
  EXPECT_THAT(response.body, HasSubstr("payment: &lt;b&gt;slow&lt;/b&gt;"));
  EXPECT_THAT(response.body, Not(HasSubstr("<script")));
  EXPECT_THAT(std::string(response.headers.Get("Content-Security-Policy")),
              HasSubstr("default-src 'none'"));
  EXPECT_TRUE(commands_.empty());
}

TEST_F(AckPagesTest, TheButtonAcknowledgesOnceByName) {
  EXPECT_THAT(Ask("POST", token_).body, HasSubstr("ann has it."));
  ASSERT_EQ(commands_.size(), 1u);
  EXPECT_EQ(commands_[0].kind, incident::CommandKind::kAcknowledge);
  EXPECT_EQ(commands_[0].tenant, "bank");
  EXPECT_EQ(commands_[0].incident_id, "in_1");
  EXPECT_EQ(commands_[0].actor, "ann");
  EXPECT_EQ(commands_[0].text, "by the link in the message to ann@example.org");

  incident_.state = model::IncidentState::kOpen;  // reopened
  const net::Response again = Ask("POST", token_);
  EXPECT_EQ(again.status, 410);
  EXPECT_THAT(again.body, HasSubstr("ann acknowledged with it"));
  EXPECT_EQ(Ask("GET", token_).status, 410);
  EXPECT_EQ(commands_.size(), 1u);
}

TEST_F(AckPagesTest, AnAddressOfNobodyInParticularStandsForItself) {
  const std::string token = links_->Sign({.tenant = "bank",
                                          .incident_id = "in_1",
                                          .page_key = "k",
                                          .receiver = "ops",
                                          .to = "",
                                          .expires_at = kNow + std::chrono::hours(1)});
  Ask("POST", token);
  EXPECT_EQ(commands_.at(0).actor, "mail:ops");
}

TEST_F(AckPagesTest, OthersAreRefused) {
  EXPECT_EQ(Ask("POST", token_, kNow + std::chrono::hours(1)).status, 410);
  EXPECT_EQ(Ask("POST", token_ + "0").status, 403);
  EXPECT_EQ(Ask("GET", "x").status, 403);
  EXPECT_TRUE(commands_.empty());
}

TEST_F(AckPagesTest, WhatIsOverNeedsNobody) {
  incident_.state = model::IncidentState::kResolved;
  EXPECT_THAT(Ask("GET", token_).body, HasSubstr("It is resolved."));
  EXPECT_THAT(Ask("POST", token_).body, HasSubstr("There is nothing to do"));
  EXPECT_TRUE(commands_.empty());
}

TEST_F(AckPagesTest, WhatWasNotStoredCanBeTriedAgain) {
  refuses_ = true;
  EXPECT_EQ(Ask("POST", token_).status, 503);
  refuses_ = false;
  EXPECT_EQ(Ask("POST", token_).status, 200);
  incident_.id = "in_2";
  EXPECT_EQ(Ask("GET", links_->Sign({.tenant = "bank",
                                     .incident_id = "in_1",
                                     .page_key = "k",
                                     .receiver = "ops",
                                     .to = "",
                                     .expires_at = kNow + std::chrono::hours(1)}))
                .status,
            404);
}

}  // namespace
}  // namespace vedette::api
