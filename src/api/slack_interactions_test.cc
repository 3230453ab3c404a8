#include "api/slack_interactions.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace vedette::api {
namespace {

class SlackRoutesTest : public ::testing::Test {
 protected:
  net::Response Post(std::string body) {
    net::Request request;
    request.method = "POST";
    request.body = std::move(body);
    const std::vector<Route> routes = SlackRoutes(
        [this](const net::Headers&, std::string_view, base::TimePoint) { return checked_; },
        [this](incident::Command command) {
          commands_.push_back(std::move(command));
          return answer_;
        });
    return routes.at(0).handler({.request = request, .caller = {}, .path_values = {}, .now = {}});
  }
  static std::string Pressed(std::string action, std::string value, std::string user = "alice") {
    return fmt::format(
        "payload=%7B%22type%22%3A%22block_actions%22%2C%22user%22%3A%7B%22id%22%3A%22U1%22%2C"
        "%22username%22%3A%22{}%22%7D%2C%22actions%22%3A%5B%7B%22action_id%22%3A%22{}%22%2C"
        "%22value%22%3A%22{}%22%7D%5D%7D",
        user, action, value);
  }

  base::Result<> checked_;
  base::Result<model::Incident> answer_ = model::Incident{};
  std::vector<incident::Command> commands_;
};

TEST_F(SlackRoutesTest, AButtonActsOnTheIncidentOfItsMessage) {
  EXPECT_EQ(Post(Pressed("vedette_acknowledge", "bank+in_1")).status, 200);
  EXPECT_EQ(Post(Pressed("vedette_resolve", "default+in_2", "b%5Cu000ao%5Cu001bb")).status, 200);

  ASSERT_EQ(commands_.size(), 2u);
  EXPECT_EQ(commands_[0].kind, incident::CommandKind::kAcknowledge);
  EXPECT_EQ(commands_[0].tenant, "bank");
  EXPECT_EQ(commands_[0].incident_id, "in_1");
  EXPECT_EQ(commands_[0].actor, "slack:alice");
  EXPECT_EQ(commands_[1].kind, incident::CommandKind::kResolve);
  EXPECT_EQ(commands_[1].actor, "slack:bob");
}

TEST_F(SlackRoutesTest, NothingHappensWithoutAGoodSignature) {
  checked_ = base::Unauthenticated("the signature is wrong");
  EXPECT_EQ(Post(Pressed("vedette_acknowledge", "default+in_1")).status, 401);
  EXPECT_TRUE(commands_.empty());
}

TEST_F(SlackRoutesTest, WhatIsOverIsFineAndWhatIsNotStoredIsNot) {
  answer_ = base::FailedPrecondition("the incident is resolved");
  EXPECT_EQ(Post(Pressed("vedette_acknowledge", "default+in_1")).status, 200);
  answer_ = base::Unavailable("the disk is full");
  EXPECT_EQ(Post(Pressed("vedette_acknowledge", "default+in_1")).status, 503);
}

TEST_F(SlackRoutesTest, OtherThingsAreIgnoredOrRefused) {
  EXPECT_EQ(Post(Pressed("open_link", "default+in_1")).status, 200);
  EXPECT_EQ(Post(Pressed("vedette_resolve", "in_1")).status, 200);
  EXPECT_EQ(Post("payload=%7B%22type%22%3A%22view_closed%22%7D").status, 200);
  EXPECT_EQ(Post("payload=%7B%22actions%22%3A%5B1%2C%5B%5D%2Cnull%5D%7D").status, 200);
  EXPECT_EQ(Post("").status, 400);
  EXPECT_EQ(Post("payload=x").status, 400);
  EXPECT_EQ(Post("payload=%5B%5D").status, 400);
  EXPECT_EQ(Post("payload=%zz").status, 400);
  EXPECT_TRUE(commands_.empty());
}

}  // namespace
}  // namespace vedette::api
