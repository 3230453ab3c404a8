#include "notify/channels/pagerduty/pagerduty_signature.h"

#include <gtest/gtest.h>

#include "base/digest.h"

namespace vedette::notify::channels {
namespace {

const base::TimePoint kNow = base::FromMillis(1'700'000'000'000);  // 2023-11-14T22:13:20Z
constexpr char kBody[] =
    R"({"event":{"id":"01","event_type":"incident.acknowledged","occurred_at":"2023-11-14T22:13:00Z"}})";

bool Believed(std::string signatures, std::string_view body = kBody, base::TimePoint now = kNow) {
  net::Headers headers;
  if (!signatures.empty()) headers.Add("X-PagerDuty-Signature", std::move(signatures));
  return MakePagerDutyCheck("secret")(headers, body, now).ok();
}

std::string Signed(std::string_view body = kBody, const char* secret = "secret") {
  return "v1=" + base::HmacSha256Hex(secret, body);
}

TEST(PagerDutySignature, BelievesOneGoodSignatureOfSeveral) {
  EXPECT_TRUE(Believed(Signed()));
  EXPECT_TRUE(Believed(Signed(kBody, "old") + "," + Signed()));
  EXPECT_TRUE(Believed(Signed() + ", " + Signed(kBody, "new")));
}

TEST(PagerDutySignature, RefusesAnythingElse) {
  EXPECT_FALSE(Believed(""));
  EXPECT_FALSE(Believed("v1="));
  EXPECT_FALSE(Believed("v0=" + base::HmacSha256Hex("secret", kBody)));
  EXPECT_FALSE(Believed(Signed(kBody, "another")));
  EXPECT_FALSE(Believed(Signed(), std::string(kBody) + " "));
  const std::string good = Signed();
  for (size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_FALSE(Believed(changed)) << i;
  }
}

TEST(PagerDutySignature, RefusesWhatIsOldOrSaysNotWhenItWas) {
  EXPECT_FALSE(Believed(Signed(), kBody, kNow + std::chrono::minutes(5)));
  EXPECT_FALSE(Believed(Signed(), kBody, kNow - std::chrono::minutes(6)));
  for (const char* body : {"", "[]", "{}", R"({"event":1})", R"({"event":{}})",
                           R"({"event":{"occurred_at":"yesterday"}})"}) {
    EXPECT_FALSE(Believed(Signed(body), body)) << body;
  }
}

}  // namespace
}  // namespace vedette::notify::channels
