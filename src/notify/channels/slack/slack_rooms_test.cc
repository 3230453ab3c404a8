#include "notify/channels/slack/slack_rooms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "notify/channels/slack/slack_bot.h"
#include "notify/delivery/testing/contract.h"

namespace vedette::notify::channels {
namespace {

using delivery::Attempt;
using delivery::FirstAttempt;
using delivery::PageAbout;
using delivery::Verdict;
using model::PageKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Slack's web API as far as the bot uses it.
class FakeSlack {
 public:
  explicit FakeSlack(net::FakeClient& client) {
    client.SetHandler([this](const net::ClientRequest& request) { return Answer(request); });
  }
  base::Result<net::Response> Answer(const net::ClientRequest& request) {
    const std::string method = request.url.substr(request.url.rfind('/') + 1);
    bodies.push_back(request.body);
    const auto json = base::ParseJson(request.body);
    const std::string channel = json.ok() ? json->value("channel", "") : "";
    calls.push_back(channel.empty() ? method : method + " " + channel);
    if (method == fails) return net::JsonResponse(200, R"({"ok":false,"error":"name_taken"})");
    if (method == "conversations.create") {
      return net::JsonResponse(200, R"({"ok":true,"channel":{"id":"C0ROOM","name":"inc"}})");
    }
    if (method == "files.getUploadURLExternal") {
      return net::JsonResponse(
          200, R"({"ok":true,"upload_url":"https://files.slack.example/put","file_id":"F1"})");
    }
    if (method == "put") return net::TextResponse(200, "OK - 3");
    return net::JsonResponse(200, R"({"ok":true,"channel":")" +
                                      (channel == "#status" ? "C0STATUS" : channel) +
                                      R"(","ts":"17.1"})");
  }
  std::vector<std::string> Take() { return std::exchange(calls, {}); }

  std::vector<std::string> calls;
  std::vector<std::string> bodies;
  std::string fails;
};

SlackBotSettings Settings() {
  SlackBotSettings settings{.bot_token = "xoxb-1", .channel = "C0OPS"};
  settings.rooms.rooms = SlackRoomSettings{.invite = {"U1", "U2"}, .archive = true};
  settings.rooms.stakeholders = SlackStakeholderSettings{.channel = "#status"};
  return settings;
}

TEST(SlackRooms, AnIncidentGetsAChannelWithItsPeopleThatIsFollowedAndArchived) {
  delivery::TestParts parts;
  FakeSlack slack(parts.http);
  SlackBotSettings settings = Settings();
  settings.rooms.stakeholders.reset();
  SlackBot channel(settings, parts());

  EXPECT_EQ(channel.Send(PageAbout("in_01ABCDEF"), FirstAttempt()).verdict, Verdict::kDelivered);
  EXPECT_THAT(slack.Take(),
              ElementsAre("chat.postMessage C0OPS", "conversations.create",
                          "conversations.setTopic C0ROOM", "conversations.invite C0ROOM",
                          "chat.postMessage C0ROOM", "chat.postMessage C0OPS"));
  EXPECT_THAT(slack.bodies[1], HasSubstr("inc-2023-11-14-payment-abcdef"));
  EXPECT_THAT(slack.bodies[3], HasSubstr("\"U1,U2\""));
  EXPECT_THAT(slack.bodies[5], HasSubstr("<#C0ROOM>"));

  channel.Send(PageAbout("in_01ABCDEF", PageKind::kAcknowledged), FirstAttempt());
  EXPECT_THAT(slack.Take(), ElementsAre("chat.update C0OPS", "chat.postMessage C0OPS",
                                        "chat.postMessage C0ROOM"));
  // Over for this receiver, and not for others.
  model::Page in_part = PageAbout("in_01ABCDEF", PageKind::kResolved);
  in_part.state = model::IncidentState::kAcknowledged;
  channel.Send(in_part, FirstAttempt());
  EXPECT_EQ(slack.calls.back(), "chat.postMessage C0ROOM");
  channel.Send(PageAbout("in_01ABCDEF", PageKind::kResolved), FirstAttempt());
  EXPECT_EQ(slack.calls.back(), "conversations.archive C0ROOM");
}

TEST(SlackRooms, AChannelThatACrashMadeAlreadyIsUsed) {
  delivery::TestParts parts;
  FakeSlack slack(parts.http);
  slack.fails = "conversations.create";
  SlackBotSettings settings = Settings();
  settings.rooms.stakeholders.reset();
  SlackBot channel(settings, parts());

  EXPECT_EQ(channel.Send(PageAbout("in_01ABCDEF"), FirstAttempt()).verdict, Verdict::kDelivered);
  EXPECT_THAT(slack.Take(), ElementsAre("chat.postMessage C0OPS", "conversations.create",
                                        "chat.postMessage #inc-2023-11-14-payment-abcdef",
                                        "chat.postMessage C0OPS"));
}

TEST(SlackRooms, LesserIncidentsTestPagesAndPersonsOpenNoChannel) {
  delivery::TestParts parts;
  FakeSlack slack(parts.http);
  SlackBot channel(Settings(), parts());
  model::Page warning = PageAbout("in_01ABCDEF");
  warning.severity = model::Severity::kWarning;
  channel.Send(warning, FirstAttempt());
  channel.Send(PageAbout("test_01ABCDEF"), FirstAttempt());
  Attempt attempt = FirstAttempt();
  attempt.to = "U0ANN";
  channel.Send(PageAbout("in_02ABCDEF"), attempt);

  EXPECT_THAT(slack.Take(), ElementsAre("chat.postMessage C0OPS", "chat.postMessage C0OPS",
                                        "chat.postMessage U0ANN"));
}

TEST(SlackRooms, StakeholdersSeeOneMessageInPlainWordsThatIsKeptUpToDate) {
  delivery::TestParts parts;
  FakeSlack slack(parts.http);
  SlackBotSettings settings = Settings();
  settings.rooms.rooms.reset();
  SlackBot channel(settings, parts());

  channel.Send(PageAbout("in_01ABCDEF"), FirstAttempt());
  EXPECT_THAT(slack.Take(), ElementsAre("chat.postMessage C0OPS", "chat.postMessage #status"));
  EXPECT_THAT(slack.bodies[1], HasSubstr("Being looked into"));
  EXPECT_THAT(slack.bodies[1], ::testing::Not(HasSubstr("0.41")));
  model::Page in_part = PageAbout("in_01ABCDEF", PageKind::kResolved);
  in_part.state = model::IncidentState::kOpen;
  channel.Send(in_part, FirstAttempt());
  EXPECT_THAT(slack.Take(), ElementsAre("chat.update C0OPS", "chat.postMessage C0OPS"));
  channel.Send(PageAbout("in_01ABCDEF", PageKind::kResolved), FirstAttempt());
  EXPECT_THAT(slack.Take(), ElementsAre("chat.update C0OPS", "chat.postMessage C0OPS",
                                        "chat.update C0STATUS", "chat.postMessage C0STATUS"));
  EXPECT_THAT(slack.bodies.back(), HasSubstr("*Resolved*: payment, order"));
  EXPECT_THAT(slack.bodies.back(), HasSubstr("lasted 20s"));
}

TEST(SlackRooms, WhatAPersonWritesGoesToTheStakeholdersThreadAndAFileToTheMessages) {
  delivery::TestParts parts;
  FakeSlack slack(parts.http);
  SlackBot channel(Settings(), parts());
  channel.Send(PageAbout("in_01ABCDEF"), FirstAttempt());
  slack.Take();
  const auto update = MakeSlackUpdate("xoxb-1", std::string(kSlackApiUrl));
  const auto upload = MakeSlackUpload("xoxb-1", std::string(kSlackApiUrl));
  const delivery::Commission commission{.incident_id = "in_01ABCDEF",
                                        .text = "<!channel> back at noon",
                                        .file_name = "gr\xc3\xa4ph 1.png",
                                        .file = "png"};

  EXPECT_TRUE(update(parts(), commission).ok());
  EXPECT_THAT(slack.Take(), ElementsAre("chat.postMessage C0STATUS"));
  EXPECT_THAT(slack.bodies.back(), ::testing::Not(HasSubstr("<!channel>")));

  EXPECT_TRUE(upload(parts(), commission).ok());
  EXPECT_THAT(slack.Take(),
              ElementsAre("files.getUploadURLExternal", "put", "files.completeUploadExternal"));
  EXPECT_EQ(slack.bodies[slack.bodies.size() - 3], "filename=gr%C3%A4ph%201.png&length=3");
  EXPECT_EQ(slack.bodies[slack.bodies.size() - 2], "png");
  EXPECT_THAT(slack.bodies.back(), HasSubstr("\"channel_id\":\"C0OPS\",\"thread_ts\":\"17.1\""));
}

TEST(SlackRooms, OfAnIncidentThatNobodyWasToldOfNothingIsSent) {
  delivery::TestParts parts;
  FakeSlack slack(parts.http);
  const delivery::Commission commission{
      .incident_id = "in_9", .text = "x", .file_name = "f", .file = "f"};
  EXPECT_EQ(MakeSlackUpdate("t", "https://slack.example")(parts(), commission).error().code,
            base::ErrorCode::kNotFound);
  EXPECT_EQ(MakeSlackUpload("t", "https://slack.example")(parts(), commission).error().code,
            base::ErrorCode::kNotFound);
  EXPECT_THAT(slack.calls, IsEmpty());
}

}  // namespace
}  // namespace vedette::notify::channels
