#include "notify/channels/discord/discord.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "notify/delivery/testing/contract.h"
#include "notify/wording/text.h"

namespace vedette::notify::channels {
namespace {

using delivery::FirstAttempt;
using delivery::PageAbout;
using delivery::Verdict;

constexpr char kUrl[] = "https://discord.com/api/webhooks/1/private";

base::Json MessageOf(const model::Page& page) {
  delivery::TestParts parts;
  Discord channel(kUrl, parts());
  EXPECT_EQ(channel.Send(page, FirstAttempt()).verdict, Verdict::kDelivered);
  const base::Result<base::Json> json = base::ParseJson(parts.http.requests()[0].body);
  EXPECT_TRUE(json.ok());
  return json.ok() ? *json : base::Json();
}

TEST(Discord, PostsAnEmbedThatMentionsNobody) {
  const base::Json message = MessageOf(PageAbout("in_1"));

  EXPECT_EQ(message["allowed_mentions"]["parse"], base::Json::array());
  const base::Json& embed = message["embeds"][0];
  EXPECT_EQ(embed["url"], "https://vedette.example/incidents/in_1");
  EXPECT_EQ(embed["color"], 0xd73a49);
  EXPECT_EQ(embed["fields"][0]["value"], "payment, order");
  EXPECT_EQ(embed["footer"]["text"], "key in_1:opened:1");
}

TEST(Discord, StaysWithinEachLimitWhateverThePageHolds) {
  const base::Json message = MessageOf(delivery::HostilePage());

  const base::Json& embed = message["embeds"][0];
  const auto length = [](const base::Json& text) {
    return wording::Utf16Units(text.get<std::string>());
  };
  size_t all =
      length(embed["title"]) + length(embed["description"]) + length(embed["footer"]["text"]);
  EXPECT_LE(length(embed["title"]), 256u);
  EXPECT_LE(length(embed["description"]), 4096u);
  for (const base::Json& field : embed["fields"]) {
    EXPECT_LE(length(field["value"]), 1024u);
    all += length(field["name"]) + length(field["value"]);
  }
  EXPECT_LE(all, 6000u);
}

TEST(Discord, WaitsAsLongAsTheBodySays) {
  delivery::TestParts parts;
  net::Response busy = net::JsonResponse(
      429, R"({"message":"You are being rate limited.","retry_after":0.65,"global":false})");
  busy.headers.Add("Retry-After", "1");
  parts.http.Reply(std::move(busy));

  const delivery::Answer answer = Discord(kUrl, parts()).Send(PageAbout("in_1"), FirstAttempt());

  EXPECT_EQ(answer.verdict, Verdict::kRetry);
  EXPECT_EQ(answer.retry_after, std::chrono::milliseconds(651));
  EXPECT_EQ(answer.detail, "HTTP 429, You are being rate limited.");
}

TEST(Discord, KeepsTheContractOfChannels) {
  delivery::ExpectContract({.make =
                                [](const std::string& url, const delivery::ChannelParts& parts) {
                                  return std::make_unique<Discord>(url + "/private", parts);
                                },
                            .good = net::TextResponse(204, ""),
                            .secret = "private"});
}

}  // namespace
}  // namespace vedette::notify::channels
