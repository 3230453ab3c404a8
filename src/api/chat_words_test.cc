#include "api/chat_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::api {
namespace {

using incident::CommandKind;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

notify::routing::User Ann() {
  notify::routing::User user;
  user.name = "ann";
  user.full_name = "Ann Berg";
  user.contacts.emplace_back().to = "U1";
  return user;
}

class ChatWordsTest : public ::testing::Test {
 protected:
  ChatWordsTest() {
    Opens("in_01ABCD1111", "payment: errors", 1);
    auto plan = std::make_shared<notify::routing::Plan>();
    plan->users = {Ann()};
    plan->schedules.resize(2);
    plan->schedules[0].name = "payments";
    notify::routing::Layer& layer = plan->schedules[0].layers.emplace_back();
    layer.length = std::chrono::hours(24);
    layer.users = {"ann"};
    plan->schedules[1].name = "empty";
    notify::routing::Team& shop = plan->teams.emplace_back();
    shop.name = "shop";
    shop.schedule = "payments";
    view_ = std::make_shared<notify::routing::View>(notify::routing::View{plan, {}});
  }
  void Opens(std::string id, std::string title, int minute) {
    model::Incident incident;
    incident.id = std::move(id);
    incident.title = std::move(title);
    incident.started_at = kNow + std::chrono::minutes(minute);
    incidents_.push_back(std::move(incident));
  }
  ChatReply Say(std::string text) {
    return AnswerInChat(
        {.unresolved = [this](const auto&) -> base::Result<std::vector<model::Incident>> {
           return incidents_;
         },
         .command = [this](incident::Command command) -> base::Result<model::Incident> {
           commands_.push_back(command);
           for (const model::Incident& incident : incidents_) {
             if (incident.id == command.incident_id) return incident;
           }
           return base::NotFound("no such incident");
         },
         .view = [this] { return view_; },
         .external_url = ""},
        {.tenant = "default", .actor = "ben", .text = std::move(text)}, kNow);
  }
  std::string Acted() { return commands_.empty() ? "" : commands_.back().incident_id; }

  std::vector<model::Incident> incidents_;
  std::shared_ptr<notify::routing::View> view_;
  std::vector<incident::Command> commands_;
};

TEST_F(ChatWordsTest, OneOpenIncidentNeedsNoName) {
  const ChatReply reply = Say("ack");
  EXPECT_TRUE(reply.for_all);
  EXPECT_THAT(reply.text, StartsWith("ben acknowledged `CD1111` payment: errors"));
  EXPECT_EQ(commands_.at(0).kind, CommandKind::kAcknowledge);
  EXPECT_EQ(commands_.at(0).actor, "ben");
  Say("resolve rolled back the release");
  EXPECT_EQ(commands_.at(1).kind, CommandKind::kResolve);
  EXPECT_EQ(commands_.at(1).text, "rolled back the release");
}

TEST_F(ChatWordsTest, SeveralNeedOne) {
  Opens("in_01ABCD2222", "order: latency", 2);
  const ChatReply asked = Say("ack");
  EXPECT_FALSE(asked.for_all);
  EXPECT_THAT(asked.text, HasSubstr("which one?"));
  EXPECT_THAT(asked.text, HasSubstr("`CD2222` order: latency"));
  EXPECT_TRUE(commands_.empty());

  Say("ack 2222");
  EXPECT_EQ(Acted(), "in_01ABCD2222");
  Say("ACK in_01abcd1111");
  EXPECT_EQ(Acted(), "in_01ABCD1111");
  Say("ack last");
  EXPECT_EQ(Acted(), "in_01ABCD2222");
  Say("comment 1111 looking at it");
  EXPECT_EQ(Acted(), "in_01ABCD1111");
  EXPECT_EQ(commands_.back().text, "looking at it");
}

TEST_F(ChatWordsTest, AWrongNameTouchesNothing) {
  EXPECT_THAT(Say("ack 9999").text, HasSubstr("no incident that is open ends like that"));
  EXPECT_THAT(Say("resolve in_9999").text, HasSubstr("ends like that"));
  Opens("in_09991111", "order: latency", 2);
  EXPECT_THAT(Say("ack 1111").text, HasSubstr("several incidents end like that"));
  EXPECT_THAT(Say("comment last").text, HasSubstr("What is the comment?"));
  incidents_.clear();
  EXPECT_THAT(Say("ack").text, HasSubstr("nothing is open"));
  EXPECT_TRUE(commands_.empty());
}

TEST_F(ChatWordsTest, WhatIsTakenIsNotTakenAgainByMistake) {
  incidents_[0].state = model::IncidentState::kAcknowledged;
  EXPECT_THAT(Say("ack").text, HasSubstr("has been acknowledged"));
  Say("resolve");
  EXPECT_EQ(Acted(), "in_01ABCD1111");
}

TEST_F(ChatWordsTest, SaysWhoIsOnCall) {
  EXPECT_THAT(Say("oncall").text, HasSubstr("*payments*: Ann Berg until "));
  EXPECT_THAT(Say("oncall").text, HasSubstr("*empty*: nobody"));
  EXPECT_THAT(Say("oncall shop").text, StartsWith("*payments*: Ann Berg"));
  EXPECT_THAT(Say("oncall <x>").text, HasSubstr("`&lt;x&gt;`"));
}

TEST_F(ChatWordsTest, OtherwiseHelps) {
  EXPECT_THAT(Say("").text, HasSubstr("`ack [id]`"));
  EXPECT_THAT(Say("dance").text, StartsWith("I do not know `dance`."));
  EXPECT_THAT(Say("status").text, HasSubstr("payment: errors"));
}

TEST_F(ChatWordsTest, PeopleOfAChatAreUsersWhereTheyAreKnown) {
  notify::routing::Plan plan;
  plan.users = {Ann()};
  EXPECT_EQ(ChatActor(plan, "slack", "U1", "x"), "ann");
  EXPECT_EQ(ChatActor(plan, "pagerduty", "P1", "Ann Berg"), "ann");
  EXPECT_EQ(ChatActor(plan, "slack", "U2",
                      "b\no\x1b"
                      "b"),
            "slack:bob");
  EXPECT_EQ(ChatActor(plan, "slack", "", ""), "slack:unknown");
}

}  // namespace
}  // namespace vedette::api
