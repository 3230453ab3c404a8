#include "notify/channels/slack/slack.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/utf8.h"
#include "notify/channels/slack/slack_message.h"
#include "notify/delivery/testing/contract.h"

namespace vedette::notify::channels {
namespace {

using delivery::Verdict;

constexpr char kUrl[] = "https://hooks.slack.com/services/T0/B0/private-token";

base::Json MessageOf(const model::Page& page, base::Duration delay = base::Duration(0)) {
  delivery::TestParts parts;
  const std::string text = Slack(kUrl, parts()).Preview(page, delivery::FirstAttempt(delay));
  base::Result<base::Json> json = base::ParseJson(text);
  EXPECT_TRUE(json.ok()) << text;
  return json.ok() ? *json : base::Json();
}

TEST(SlackMessage, SaysWhatIsWrongInBlocks) {
  const base::Json message = MessageOf(delivery::PageAbout("in_1"));

  const std::string title =
      ":rotating_light: Critical: payment: error ratio 0.41, expected 0 to 0.03";
  EXPECT_EQ(message["text"], title);
  const base::Json& blocks = message["blocks"];
  ASSERT_EQ(blocks.size(), 5u);
  EXPECT_EQ(blocks[0]["type"], "header");
  EXPECT_EQ(blocks[0]["text"]["text"], title);
  EXPECT_EQ(blocks[1]["text"]["type"], "mrkdwn");
  EXPECT_EQ(blocks[2]["fields"][0]["text"], "*Services*\npayment, order");
  EXPECT_EQ(blocks[2]["fields"][1]["text"], "*Since*\n2023-11-14T22:13:00.000Z");
  EXPECT_EQ(blocks[3]["elements"][0]["url"], "https://vedette.example/incidents/in_1");
  EXPECT_EQ(blocks[4]["elements"][0]["text"], "key in_1:opened:1");
}

TEST(SlackMessage, SaysTheKindWithAWordAndAShape) {
  model::Page page = delivery::PageAbout("in_1", model::PageKind::kResolved);
  EXPECT_TRUE(
      MessageOf(page)["text"].get<std::string>().starts_with(":white_check_mark: Resolved: "));
  page.kind = model::PageKind::kAcknowledged;
  EXPECT_TRUE(MessageOf(page)["text"].get<std::string>().starts_with(":eyes: Acknowledged: "));
  page.kind = model::PageKind::kOpened;
  page.severity = model::Severity::kWarning;
  EXPECT_TRUE(MessageOf(page)["text"].get<std::string>().starts_with(":warning: Warning: "));
}

TEST(SlackMessage, SaysWhenItIsLate) {
  EXPECT_EQ(MessageOf(delivery::PageAbout("in_1"),
                      std::chrono::hours(2))["blocks"][2]["fields"][3]["text"],
            "*Late*\nThis message is 7200 s old.");
}

TEST(SlackMessage, EscapesAndStaysWithinSlacksLimits) {
  model::Page page = delivery::PageAbout("in_1");
  page.title = "<!channel> & <https://evil.example|click> " + std::string(1000, '>');
  page.text = std::string(10'000, '&');
  page.entities.assign(500, "<service>");

  const base::Json message = MessageOf(page);

  const std::string text = message.dump();
  EXPECT_EQ(text.find("<!channel>"), std::string::npos);
  EXPECT_EQ(text.find("<https"), std::string::npos);
  EXPECT_LE(message["blocks"][0]["text"]["text"].get<std::string>().size(), 150u);
  EXPECT_LE(message["blocks"][1]["text"]["text"].get<std::string>().size(), 3000u);
  EXPECT_NE(message["blocks"][2]["fields"][0]["text"].get<std::string>().find("and 490 more"),
            std::string::npos);
}

TEST(SlackText, CutsBetweenCharactersAndEscapes) {
  EXPECT_EQ(SlackText("a<b>&c", 100), "a&lt;b&gt;&amp;c");
  EXPECT_EQ(SlackText("abcdef", 6), "abcdef");
  EXPECT_EQ(SlackText("abcdefg", 6), "abc...");
  std::string mixed;
  for (int i = 0; i < 30; ++i) mixed += "\xE2\x82\xAC&";
  for (size_t max = 4; max < 120; ++max) {
    const std::string cut = SlackText(mixed, max);
    EXPECT_TRUE(base::IsValidUtf8(cut)) << max;
    const size_t amp = cut.rfind('&');
    if (amp != std::string::npos) {
      EXPECT_EQ(cut.substr(amp, 5), "&amp;") << max;
    }
  }
}

TEST(Slack, TellsFailuresApart) {
  const auto reply = [](int status, std::string body, std::string retry_after = "") {
    net::Response response{.status = status, .headers = {}, .body = std::move(body)};
    if (!retry_after.empty()) response.headers.Add("Retry-After", retry_after);
    return base::Result<net::Response>(std::move(response));
  };
  struct Case {
    base::Result<net::Response> reply;
    Verdict want;
    std::string detail;
  };
  const Case cases[] = {
      {reply(200, "ok"), Verdict::kDelivered, "HTTP 200"},
      {reply(200, "<html>log in"), Verdict::kRetry, "HTTP 200, but not Slack's 'ok'"},
      {reply(429, "rate_limited", "1"), Verdict::kRetry, "HTTP 429, rate_limited"},
      {reply(400, "invalid_payload"), Verdict::kRefused, "HTTP 400, invalid_payload"},
      {reply(404, "no_service"), Verdict::kRetry, "HTTP 404, no_service"},
      {reply(503, "<html>secret"), Verdict::kRetry, "HTTP 503"},
      {base::DeadlineExceeded("hooks.slack.com: no answer in 10s"), Verdict::kRetry,
       "hooks.slack.com: no answer in 10s"},
      {base::Unavailable("hooks.slack.com: connection reset"), Verdict::kRetry,
       "hooks.slack.com: connection reset"},
  };
  for (const Case& c : cases) {
    delivery::TestParts parts;
    parts.http.SetHandler([&](const net::ClientRequest&) { return c.reply; });
    Slack slack(kUrl, parts());

    const delivery::Answer answer =
        slack.Send(delivery::PageAbout("in_1"), delivery::FirstAttempt());

    EXPECT_EQ(answer.verdict, c.want) << c.detail;
    EXPECT_EQ(answer.detail, c.detail);
    EXPECT_EQ(parts.http.requests()[0].url, kUrl);
    if (answer.status == 429) {
      EXPECT_EQ(answer.retry_after, std::chrono::seconds(1));
    }
  }
}

TEST(Slack, KeepsTheContractOfChannels) {
  delivery::ExpectContract({.make =
                                [](const std::string& url, const delivery::ChannelParts& parts) {
                                  return std::make_unique<Slack>(url + "/private-token", parts);
                                },
                            .good = net::TextResponse(200, "ok"),
                            .secret = "private-token"});
}

}  // namespace
}  // namespace vedette::notify::channels
