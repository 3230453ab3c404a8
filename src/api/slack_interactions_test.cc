#include "api/slack_interactions.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <set>

namespace vedette::api {
namespace {

class SlackRoutesTest : public ::testing::Test {
 protected:
  SlackRoutesTest() {
    auto plan = std::make_shared<notify::routing::Plan>();
    notify::routing::User& ann = plan->users.emplace_back();
    ann.name = "ann";
    ann.contacts.emplace_back().to = "U9";
    view_ = std::make_shared<notify::routing::View>(notify::routing::View{plan, {}});
  }
  net::Response Post(std::string body, std::string_view what = "interactions") {
    net::Request request;
    request.method = "POST";
    request.body = std::move(body);
    const std::vector<Route> routes = SlackRoutes(
        {.check = [this](const auto&, auto, auto) { return checked_; },
         .chat = {.unresolved = [this](const auto&) -> base::Result<std::vector<model::Incident>> {
                    return incidents_;
                  },
                  .command =
                      [this](incident::Command command) {
                        commands_.push_back(std::move(command));
                        return answer_;
                      },
                  .view = [this] { return view_; },
                  .external_url = "https://vedette.example"},
         .is_new = [this](auto id, auto) { return seen_.insert(std::string(id)).second; },
         .say =
             [this](const notify::delivery::Saying& saying) {
               said_.push_back(saying);
               return base::Result<>();
             }});
    for (const Route& route : routes) {
      if (!route.pattern.ends_with(what)) continue;
      return route.handler({.request = request, .caller = {}, .path_values = {}, .now = {}});
    }
    return {};
  }
  static std::string Pressed(std::string action, std::string value, std::string user = "alice") {
    return fmt::format(
        "payload=%7B%22type%22%3A%22block_actions%22%2C%22user%22%3A%7B%22id%22%3A%22U1%22%2C"
        "%22username%22%3A%22{}%22%7D%2C%22actions%22%3A%5B%7B%22action_id%22%3A%22{}%22%2C"
        "%22value%22%3A%22{}%22%7D%5D%7D",
        user, action, value);
  }

  base::Result<model::TenantName> checked_ = model::TenantName(model::kDefaultTenant);
  base::Result<model::Incident> answer_ = model::Incident{};
  std::vector<incident::Command> commands_;
  std::vector<model::Incident> incidents_;
  std::shared_ptr<notify::routing::View> view_;
  std::set<std::string> seen_;
  std::vector<notify::delivery::Saying> said_;
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

TEST_F(SlackRoutesTest, ACommandIsAnsweredToThePersonOrToAllWhenItDidSomething) {
  model::Incident& incident = incidents_.emplace_back();
  incident.id = "in_0001";
  incident.title = "a < b";
  answer_->id = "in_0001";
  const std::string who = "&user_id=U9&user_name=annb";
  EXPECT_EQ(Post("command=%2Fvedette&text=status" + who, "commands").body,
            "{\"response_type\":\"ephemeral\",\"text\":\"`n_0001` "
            "<https://vedette.example/incidents/in_0001|a &lt; b>: info, open\"}");
  EXPECT_TRUE(commands_.empty());

  const net::Response response = Post("command=%2Fvedette&text=ack+0001" + who, "commands");
  EXPECT_NE(response.body.find("in_channel"), std::string::npos);
  ASSERT_EQ(commands_.size(), 1u);
  EXPECT_EQ(commands_[0].actor, "ann");
  EXPECT_EQ(commands_[0].incident_id, "in_0001");
  EXPECT_EQ(commands_[0].tenant, "default");

  checked_ = base::Unauthenticated("the signature is wrong");
  EXPECT_EQ(Post("command=%2Fvedette&text=ack+0001" + who, "commands").status, 401);
  EXPECT_EQ(commands_.size(), 1u);
}

TEST_F(SlackRoutesTest, AMentionIsAnsweredInItsThreadOnce) {
  const std::string event =
      R"({"type":"event_callback","event_id":"Ev1","event":{"type":"app_mention","user":"U9",)"
      R"("text":"<@U0> status","channel":"C1","ts":"17.5"}})";
  EXPECT_EQ(Post(event, "events").status, 200);
  EXPECT_EQ(Post(event, "events").status, 200);
  ASSERT_EQ(said_.size(), 1u);
  EXPECT_EQ(said_[0].channel, "C1");
  EXPECT_EQ(said_[0].thread, "17.5");
  EXPECT_EQ(said_[0].text, "All is well: no incident is open.");
}

TEST_F(SlackRoutesTest, OtherEventsAreTakenWithoutAWord) {
  EXPECT_EQ(Post(R"({"type":"url_verification","challenge":"abc"})", "events").body,
            "{\"challenge\":\"abc\"}");
  for (const char* body :
       {R"({"event":{"type":"message","text":"ack","channel":"C1"}})",
        R"({"event":{"type":"app_mention","bot_id":"B1","text":"status"}})", R"({"event":[]})"}) {
    EXPECT_EQ(Post(body, "events").status, 200) << body;
  }
  EXPECT_EQ(Post("x", "events").status, 400);
  EXPECT_EQ(Post("[]", "events").status, 400);
  EXPECT_TRUE(said_.empty());
}

TEST_F(SlackRoutesTest, WordsActInTheTenantOfTheReceiverThatSignedThem) {
  checked_ = model::TenantName("bank");
  model::Incident incident;
  incident.id = "in_0042";
  incidents_.push_back(incident);

  Post("text=ack+0042&user_id=U9", "commands");

  ASSERT_EQ(commands_.size(), 1u);
  EXPECT_EQ(commands_[0].tenant, "bank");
}

}  // namespace
}  // namespace vedette::api
