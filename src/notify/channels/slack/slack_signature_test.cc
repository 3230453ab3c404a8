#include "notify/channels/slack/slack_signature.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/digest.h"

namespace vedette::notify::channels {
namespace {

// The example of Slack's documentation.
constexpr char kSecret[] = "8f742231b10e8888abcd99yyyzzz85a5";
constexpr char kStamp[] = "1531420618";
constexpr char kBody[] =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&"
    "channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&"
    "command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2F"
    "T1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121."
    "803a0bc887a14d10d2c447fce8b6703c";
constexpr char kSignature[] = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
const base::TimePoint kNow = base::FromMillis(1'531'420'620'000);

net::Headers HeadersOf(std::string stamp, std::string signature) {
  net::Headers headers;
  headers.Add("X-Slack-Request-Timestamp", std::move(stamp));
  headers.Add("X-Slack-Signature", std::move(signature));
  return headers;
}

TEST(SlackSignature, RefusesAnythingElse) {
  const auto believed = [](const net::Headers& headers, std::string_view body,
                           base::TimePoint now = kNow, const char* secret = kSecret) {
    return MakeSlackCheck(secret)(headers, body, now).ok();
  };
  EXPECT_TRUE(believed(HeadersOf(kStamp, kSignature), kBody));
  EXPECT_FALSE(believed({}, kBody));
  EXPECT_FALSE(believed(HeadersOf(kStamp, ""), kBody));
  EXPECT_FALSE(believed(HeadersOf("", kSignature), kBody));
  EXPECT_FALSE(believed(HeadersOf("1531420619", kSignature), kBody));
  EXPECT_FALSE(believed(HeadersOf("+153142061", kSignature), kBody));
  EXPECT_FALSE(believed(HeadersOf(kStamp, kSignature), std::string(kBody) + "x"));
  EXPECT_FALSE(believed(HeadersOf(kStamp, kSignature), kBody, kNow, "another"));
  EXPECT_FALSE(believed(HeadersOf(kStamp, kSignature), kBody, kNow + std::chrono::minutes(6)));
  EXPECT_FALSE(believed(HeadersOf(kStamp, kSignature), kBody, kNow - std::chrono::minutes(6)));
  std::string upper = kSignature;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_FALSE(believed(HeadersOf(kStamp, upper), kBody));
  for (size_t i = 0; i < sizeof kSignature - 1; ++i) {
    std::string changed = kSignature;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_FALSE(believed(HeadersOf(kStamp, changed), kBody)) << i;
  }
}

}  // namespace
}  // namespace vedette::notify::channels
