#include "notify/channels/telegram/telegram.h"

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

constexpr char kToken[] = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";
const TelegramSettings kSettings{.bot_token = kToken, .chat_id = "-100123"};
constexpr char kOk[] = R"({"ok":true,"result":{"message_id":7}})";

base::Json MessageOf(const model::Page& page, delivery::Attempt attempt = FirstAttempt()) {
  delivery::TestParts parts;
  parts.http.Reply(net::JsonResponse(200, kOk));
  Telegram channel(kSettings, parts());
  EXPECT_EQ(channel.Send(page, attempt).verdict, Verdict::kDelivered);
  EXPECT_EQ(parts.http.requests()[0].url,
            std::string("https://api.telegram.org/bot") + kToken + "/sendMessage");
  const base::Result<base::Json> json = base::ParseJson(parts.http.requests()[0].body);
  EXPECT_TRUE(json.ok());
  return json.ok() ? *json : base::Json();
}

TEST(Telegram, SendsHtml) {
  model::Page page = PageAbout("in_1");
  page.title = "a < b & <b>bold</b>";

  const base::Json message = MessageOf(page);

  EXPECT_EQ(message["chat_id"], "-100123");
  EXPECT_EQ(message["parse_mode"], "HTML");
  const auto text = message["text"].get<std::string>();
  EXPECT_TRUE(text.starts_with(
      "<b>\xF0\x9F\x9A\xA8 Critical: a &lt; b &amp; &lt;b&gt;bold&lt;/b&gt;</b>\n"))
      << text;
  EXPECT_NE(text.find("<a href=\"https://vedette.example/incidents/in_1\">"), std::string::npos);
}

TEST(Telegram, GoesToAPersonsChat) {
  delivery::Attempt attempt = FirstAttempt();
  attempt.to = "4711";
  EXPECT_EQ(MessageOf(PageAbout("in_1"), attempt)["chat_id"], "4711");
}

TEST(Telegram, StaysWithinTheLimitWhateverThePageHolds) {
  delivery::Attempt attempt = FirstAttempt(std::chrono::hours(48));
  attempt.replaced = 1'000'000;
  std::string text = MessageOf(delivery::HostilePage(), attempt)["text"].get<std::string>();
  // Telegram counts what is left once tags and entities are read.
  std::string read;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '<') {
      i = text.find('>', i);
    } else if (text[i] == '&') {
      i = text.find(';', i);
      read += '?';
    } else {
      read += text[i];
    }
  }
  EXPECT_LE(wording::Utf16Units(read), 4096u);
  EXPECT_GT(wording::Utf16Units(read), 2000u);
}

TEST(Telegram, ReadsTheAnswer) {
  struct Case {
    int status;
    std::string body;
    Verdict want;
    std::optional<base::Duration> wait;
  };
  const Case cases[] = {
      {200, "<html>log in", Verdict::kRetry, {}},
      {200, R"({"ok":false})", Verdict::kRetry, {}},
      {429,
       R"({"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5",)"
       R"("parameters":{"retry_after":5}})",
       Verdict::kRetry, std::chrono::seconds(5)},
      {400, R"({"ok":false,"description":"Bad Request: chat not found"})", Verdict::kRetry, {}},
      {400,
       R"({"ok":false,"description":"Bad Request: message is too long"})",
       Verdict::kRefused,
       {}},
      {401, R"({"ok":false,"description":"Unauthorized"})", Verdict::kRetry, {}},
      {403,
       R"({"ok":false,"description":"Forbidden: bot was blocked by the user"})",
       Verdict::kRetry,
       {}},
      {429, R"({"parameters":{"retry_after":99999999999999}})", Verdict::kRetry, {}},
      {400, R"([1])", Verdict::kRefused, {}},
  };
  for (const Case& c : cases) {
    delivery::TestParts parts;
    parts.http.Reply(net::JsonResponse(c.status, c.body));
    const delivery::Answer answer =
        Telegram(kSettings, parts()).Send(PageAbout("in_1"), FirstAttempt());
    EXPECT_EQ(answer.verdict, c.want) << c.body;
    EXPECT_EQ(answer.retry_after, c.wait) << c.body;
  }
}

TEST(Telegram, KeepsTheContractOfChannels) {
  delivery::ExpectContract(
      {.make =
           [](const std::string& url, const delivery::ChannelParts& parts) {
             return std::make_unique<Telegram>(
                 TelegramSettings{.bot_token = kToken, .chat_id = "1", .api_url = url}, parts);
           },
       .good = net::JsonResponse(200, kOk),
       .secret = kToken});
}

}  // namespace
}  // namespace vedette::notify::channels
