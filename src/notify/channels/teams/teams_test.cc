#include "notify/channels/teams/teams.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "notify/delivery/testing/contract.h"

namespace vedette::notify::channels {
namespace {

using delivery::FirstAttempt;
using delivery::PageAbout;
using delivery::Verdict;

constexpr char kUrl[] = "https://prod-1.westeurope.logic.azure.com/workflows/x?sig=private";

base::Json CardOf(const model::Page& page, delivery::Attempt attempt = FirstAttempt()) {
  delivery::TestParts parts;
  Teams channel(kUrl, parts());
  EXPECT_EQ(channel.Send(page, attempt).verdict, Verdict::kDelivered);
  EXPECT_EQ(parts.http.requests()[0].url, kUrl);
  EXPECT_LE(parts.http.requests()[0].body.size(), 28u << 10) << "Teams takes no more";
  const base::Result<base::Json> json = base::ParseJson(parts.http.requests()[0].body);
  EXPECT_TRUE(json.ok());
  if (!json.ok()) return {};
  EXPECT_EQ((*json)["type"], "message");
  const base::Json& attachment = (*json)["attachments"][0];
  EXPECT_EQ(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
  return attachment["content"];
}

TEST(Teams, PostsAnAdaptiveCard) {
  const base::Json card = CardOf(PageAbout("in_1"), FirstAttempt(std::chrono::hours(1)));

  EXPECT_EQ(card["type"], "AdaptiveCard");
  const base::Json& body = card["body"];
  ASSERT_EQ(body.size(), 6u);
  const base::Json& title = body[0]["inlines"][0];
  EXPECT_EQ(title["text"],
            "\xF0\x9F\x9A\xA8 Critical: payment: error ratio 0.41, expected 0 to 0.03");
  EXPECT_EQ(title["color"], "attention");
  EXPECT_EQ(body[2]["inlines"][0]["text"], "Services: ");
  EXPECT_EQ(body[2]["inlines"][1]["text"], "payment, order");
  EXPECT_EQ(body[5]["inlines"][1]["text"], "This message is 3600 s old.");
  EXPECT_EQ(card["actions"][0]["url"], "https://vedette.example/incidents/in_1");
}

TEST(Teams, ReadsNoMarkupAndStaysWithinTheLimitWhateverThePageHolds) {
  const base::Json card = CardOf(delivery::HostilePage());

  for (const base::Json& block : card["body"]) EXPECT_EQ(block["type"], "RichTextBlock");
}

TEST(Teams, SeesTheFailureThatAnOldConnectorHides) {
  delivery::TestParts parts;
  parts.http.Reply(net::TextResponse(
      200,
      "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP "
      "error 429 with ContextId ..."));
  EXPECT_EQ(Teams(kUrl, parts()).Send(PageAbout("in_1"), FirstAttempt()).verdict, Verdict::kRetry);
}

TEST(Teams, KeepsTheContractOfChannels) {
  delivery::ExpectContract({.make =
                                [](const std::string& url, const delivery::ChannelParts& parts) {
                                  return std::make_unique<Teams>(url + "/w?sig=private", parts);
                                },
                            .good = net::TextResponse(202, ""),
                            .secret = "sig=private"});
}

}  // namespace
}  // namespace vedette::notify::channels
