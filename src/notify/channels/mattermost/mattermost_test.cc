#include "notify/channels/mattermost/mattermost.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "notify/delivery/testing/contract.h"

namespace vedette::notify::channels {
namespace {

using delivery::FirstAttempt;
using delivery::PageAbout;
using delivery::Verdict;

const MattermostSettings kSettings{.url = "https://chat.example/hooks/private"};

base::Json MessageOf(const model::Page& page, MattermostSettings settings = kSettings,
                     delivery::Attempt attempt = FirstAttempt()) {
  delivery::TestParts parts;
  parts.http.Reply(net::TextResponse(200, "ok"));
  Mattermost channel(std::move(settings), parts());
  EXPECT_EQ(channel.Send(page, attempt).verdict, Verdict::kDelivered);
  const base::Result<base::Json> json = base::ParseJson(parts.http.requests()[0].body);
  EXPECT_TRUE(json.ok());
  return json.ok() ? *json : base::Json();
}

TEST(Mattermost, PostsAnAttachmentWithFields) {
  const base::Json message = MessageOf(PageAbout("in_1"));

  const base::Json& attachment = message["attachments"][0];
  EXPECT_EQ(attachment["title_link"], "https://vedette.example/incidents/in_1");
  EXPECT_EQ(attachment["color"], "#d73a49");
  EXPECT_EQ(attachment["title"],
            "\xF0\x9F\x9A\xA8 Critical: payment: error ratio 0.41, expected 0 to 0.03");
  EXPECT_EQ(attachment["fields"][0]["value"], "payment, order");
  EXPECT_FALSE(message.contains("channel"));
}

TEST(Mattermost, GoesToAChannelOrAPerson) {
  MattermostSettings settings = kSettings;
  settings.channel = "ops";
  EXPECT_EQ(MessageOf(PageAbout("in_1"), settings)["channel"], "ops");
  delivery::Attempt attempt = FirstAttempt();
  attempt.to = "@alice";
  EXPECT_EQ(MessageOf(PageAbout("in_1"), settings, attempt)["channel"], "@alice");
}

TEST(Mattermost, MentionsNobodyAndStaysWithinTheLimitWhateverThePageHolds) {
  const std::string text = MessageOf(delivery::HostilePage()).dump();

  EXPECT_LT(text.size(), 3u * 16'383);
  EXPECT_EQ(text.find("@all"), std::string::npos);
  EXPECT_EQ(text.find("[a](https"), std::string::npos);
}

TEST(Mattermost, ALoginPageIsNoDelivery) {
  delivery::TestParts parts;
  parts.http.Reply(net::TextResponse(200, "<html>log in"));
  parts.http.Reply(net::JsonResponse(
      404, R"({"id":"web.incoming_webhook.channel.app_error","message":"no","status_code":404})"));
  Mattermost channel(kSettings, parts());

  EXPECT_EQ(channel.Send(PageAbout("in_1"), FirstAttempt()).verdict, Verdict::kRetry);
  const delivery::Answer answer = channel.Send(PageAbout("in_1"), FirstAttempt());
  EXPECT_EQ(answer.verdict, Verdict::kRetry);
}

TEST(Mattermost, KeepsTheContractOfChannels) {
  delivery::ExpectContract({.make =
                                [](const std::string& url, const delivery::ChannelParts& parts) {
                                  return std::make_unique<Mattermost>(
                                      MattermostSettings{.url = url + "/hooks/private"}, parts);
                                },
                            .good = net::TextResponse(200, "ok"),
                            .secret = "private"});
}

}  // namespace
}  // namespace vedette::notify::channels
