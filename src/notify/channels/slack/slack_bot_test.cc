#include "notify/channels/slack/slack_bot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "notify/delivery/testing/contract.h"

namespace vedette::notify::channels {
namespace {

using delivery::FirstAttempt;
using delivery::PageAbout;
using delivery::Verdict;
using model::PageKind;
using ::testing::ElementsAre;

constexpr char kToken[] = "xoxb-1-2-private";
const SlackBotSettings kSettings{.bot_token = kToken, .channel = "#ops", .buttons = true};
constexpr char kPosted[] = R"({"ok":true,"channel":"C0OPS","ts":"1700000000.000100"})";

// Slack's web API, as far as messages go: it knows which it has.
class FakeSlack {
 public:
  explicit FakeSlack(net::FakeClient& client) {
    client.SetHandler([this](const net::ClientRequest& request) { return Answer(request); });
  }
  base::Result<net::Response> Answer(const net::ClientRequest& request) {
    EXPECT_EQ(request.headers.Get("Authorization"), std::string("Bearer ") + kToken);
    const base::Json body = *base::ParseJson(request.body);
    const std::string method = request.url.substr(request.url.rfind('/') + 1);
    calls.push_back(method + (body.contains("thread_ts") ? " in thread" : ""));
    bodies.push_back(body);
    if (!error.empty()) {
      return net::JsonResponse(200, R"({"ok":false,"error":")" + std::exchange(error, "") + "\"}");
    }
    if (method == "chat.update" && gone) {
      return net::JsonResponse(200, R"({"ok":false,"error":"message_not_found"})");
    }
    return net::JsonResponse(200, kPosted);
  }

  std::vector<std::string> calls;
  std::vector<base::Json> bodies;
  std::string error;  // of the next call
  bool gone = false;
};

TEST(SlackBot, PostsAMessageThatItKeepsUpToDateWithAThreadOfReplies) {
  delivery::TestParts parts;
  FakeSlack slack(parts.http);
  SlackBot channel(kSettings, parts());

  EXPECT_EQ(channel.Send(PageAbout("in_1"), FirstAttempt()).verdict, Verdict::kDelivered);
  channel.Send(PageAbout("in_1", PageKind::kSeverityRaised), FirstAttempt());
  channel.Send(PageAbout("in_1", PageKind::kResolved), FirstAttempt(std::chrono::hours(1)));
  channel.Send(PageAbout("in_2"), FirstAttempt());

  EXPECT_THAT(slack.calls,
              ElementsAre("chat.postMessage", "chat.update", "chat.postMessage in thread",
                          "chat.update", "chat.postMessage in thread", "chat.postMessage"));
  EXPECT_EQ(slack.bodies[0]["channel"], "#ops");
  EXPECT_EQ(slack.bodies[1]["channel"], "C0OPS");
  EXPECT_EQ(slack.bodies[1]["ts"], "1700000000.000100");
  EXPECT_EQ(slack.bodies[2]["thread_ts"], "1700000000.000100");
  EXPECT_EQ(slack.bodies[2]["reply_broadcast"], true);
  EXPECT_EQ(slack.bodies[4]["reply_broadcast"], false);
  EXPECT_NE(slack.bodies[4]["text"].get<std::string>().find("3600 s old"), std::string::npos);
}

TEST(SlackBot, RemembersTheMessageOverARestart) {
  delivery::TestParts parts;
  FakeSlack slack(parts.http);
  SlackBot(kSettings, parts()).Send(PageAbout("in_1"), FirstAttempt());
  SlackBot(kSettings, parts()).Send(PageAbout("in_1", PageKind::kResolved), FirstAttempt());

  EXPECT_EQ(slack.calls[1], "chat.update");
}

TEST(SlackBot, PostsAnewWhatSomebodyHasDeleted) {
  delivery::TestParts parts;
  FakeSlack slack(parts.http);
  SlackBot channel(kSettings, parts());
  channel.Send(PageAbout("in_1"), FirstAttempt());
  slack.gone = true;

  EXPECT_EQ(channel.Send(PageAbout("in_1", PageKind::kResolved), FirstAttempt()).verdict,
            Verdict::kDelivered);

  EXPECT_THAT(slack.calls, ElementsAre("chat.postMessage", "chat.update", "chat.postMessage"));
}

TEST(SlackBot, HasButtonsThatFitTheState) {
  delivery::TestParts parts;
  SlackBot channel(kSettings, parts());
  const auto buttons = [&](PageKind kind) {
    const base::Json message =
        *base::ParseJson(channel.Preview(PageAbout("in_1", kind), FirstAttempt()));
    std::string names;
    for (const base::Json& block : message["blocks"]) {
      if (block["type"] != "actions") continue;
      for (const base::Json& button : block["elements"]) {
        names += button["text"]["text"].get<std::string>() + ";";
        if (button.contains("action_id")) {
          EXPECT_EQ(button["value"], "default in_1");
        }
      }
    }
    return names;
  };
  EXPECT_EQ(buttons(PageKind::kOpened), "Acknowledge;Resolve;Open the incident;");
  EXPECT_EQ(buttons(PageKind::kAcknowledged), "Resolve;Open the incident;");
  EXPECT_EQ(buttons(PageKind::kResolved), "Open the incident;");
}

TEST(SlackBot, WritesToAPerson) {
  delivery::TestParts parts;
  FakeSlack slack(parts.http);
  SlackBot channel(kSettings, parts());
  delivery::Attempt attempt = FirstAttempt();
  attempt.to = "U0ALICE";
  channel.Send(PageAbout("in_1"), attempt);
  channel.Send(PageAbout("in_1"), FirstAttempt());

  EXPECT_THAT(slack.calls, ElementsAre("chat.postMessage", "chat.postMessage"));
  EXPECT_EQ(slack.bodies[0]["channel"], "U0ALICE");
}

TEST(SlackBot, TellsFailuresApart) {
  const std::pair<const char*, Verdict> cases[] = {
      {"invalid_auth", Verdict::kRetry},   {"channel_not_found", Verdict::kRetry},
      {"not_in_channel", Verdict::kRetry}, {"internal_error", Verdict::kRetry},
      {"ratelimited", Verdict::kRetry},    {"invalid_blocks", Verdict::kRefused},
      {"msg_too_long", Verdict::kRefused}};
  for (const auto& [error, want] : cases) {
    delivery::TestParts parts;
    FakeSlack slack(parts.http);
    slack.error = error;
    const delivery::Answer answer =
        SlackBot(kSettings, parts()).Send(PageAbout("in_1"), FirstAttempt());
    EXPECT_EQ(answer.verdict, want) << error;
    EXPECT_EQ(answer.detail, std::string("HTTP 200, chat.postMessage, ") + error);
  }
}

TEST(SlackBot, AFailureHalfWayIsTriedAgainWithoutASecondMessage) {
  delivery::TestParts parts;
  FakeSlack slack(parts.http);
  SlackBot channel(kSettings, parts());
  channel.Send(PageAbout("in_1"), FirstAttempt());
  slack.error = "internal_error";
  EXPECT_EQ(channel.Send(PageAbout("in_1", PageKind::kResolved), FirstAttempt()).verdict,
            Verdict::kRetry);
  EXPECT_EQ(channel.Send(PageAbout("in_1", PageKind::kResolved), FirstAttempt()).verdict,
            Verdict::kDelivered);

  EXPECT_THAT(slack.calls, ElementsAre("chat.postMessage", "chat.update", "chat.update",
                                       "chat.postMessage in thread"));
}

TEST(SlackBot, StaysWithinTheLimitsWhateverThePageHolds) {
  delivery::TestParts parts;
  FakeSlack slack(parts.http);
  SlackBot channel(kSettings, parts());
  channel.Send(delivery::HostilePage(), FirstAttempt());
  channel.Send(delivery::HostilePage(PageKind::kSeverityRaised), FirstAttempt());

  EXPECT_THAT(slack.calls,
              ElementsAre("chat.postMessage", "chat.update", "chat.postMessage in thread"));
  for (const base::Json& body : slack.bodies) {
    const std::string text = body.dump();
    EXPECT_LT(text.size(), 40'000u);
    EXPECT_EQ(text.find("<!channel>"), std::string::npos);
  }
}

TEST(SlackBot, KeepsTheContractOfChannels) {
  delivery::ExpectContract(
      {.make =
           [](const std::string& url, const delivery::ChannelParts& parts) {
             return std::make_unique<SlackBot>(
                 SlackBotSettings{.bot_token = kToken, .channel = "#ops", .api_url = url}, parts);
           },
       .good = net::JsonResponse(200, kPosted),
       .secret = "private"});
}

}  // namespace
}  // namespace vedette::notify::channels
