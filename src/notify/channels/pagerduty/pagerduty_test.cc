#include "notify/channels/pagerduty/pagerduty.h"

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

constexpr char kKey[] = "0123456789abcdef0123456789abcdef";
constexpr char kTaken[] = R"({"status":"success","message":"Event processed","dedup_key":"in_1"})";

base::Json EventOf(const net::ClientRequest& request) {
  const base::Result<base::Json> json = base::ParseJson(request.body);
  EXPECT_TRUE(json.ok()) << request.body;
  return json.ok() ? *json : base::Json();
}

TEST(PagerDuty, TriggersAnEventWithTheIncidentAsItsKey) {
  delivery::TestParts parts;
  PagerDuty channel({.routing_key = kKey}, parts());

  EXPECT_EQ(channel.Send(PageAbout("in_1"), FirstAttempt()).verdict, Verdict::kDelivered);

  ASSERT_EQ(parts.http.request_count(), 1u);
  EXPECT_EQ(parts.http.requests()[0].url, "https://events.pagerduty.com/v2/enqueue");
  const base::Json event = EventOf(parts.http.requests()[0]);
  EXPECT_EQ(event["routing_key"], kKey);
  EXPECT_EQ(event["event_action"], "trigger");
  EXPECT_EQ(event["dedup_key"], "in_1");
  EXPECT_EQ(event["client_url"], "https://vedette.example/incidents/in_1");
  EXPECT_EQ(event["links"][0]["href"], "https://vedette.example/incidents/in_1");
  EXPECT_EQ(event["payload"]["summary"], "payment: error ratio 0.41, expected 0 to 0.03");
  EXPECT_EQ(event["payload"]["source"], "payment");
  EXPECT_EQ(event["payload"]["severity"], "critical");
  EXPECT_EQ(event["payload"]["timestamp"], "2023-11-14T22:13:00.000Z");
  EXPECT_EQ(event["payload"]["custom_details"]["services"], "payment, order");
}

TEST(PagerDuty, ActsAsThePageSays) {
  const std::pair<PageKind, const char*> cases[] = {{PageKind::kOpened, "trigger"},
                                                    {PageKind::kSeverityRaised, "trigger"},
                                                    {PageKind::kAcknowledged, "acknowledge"},
                                                    {PageKind::kResolved, "resolve"}};
  for (const auto& [kind, want] : cases) {
    delivery::TestParts parts;
    PagerDuty channel({.routing_key = kKey}, parts());
    channel.Send(PageAbout("in_1", kind), FirstAttempt());
    EXPECT_EQ(EventOf(parts.http.requests()[0])["event_action"], want);
  }
}

TEST(PagerDuty, OpensNothingForASilenceThatEnds) {
  delivery::TestParts parts;
  PagerDuty channel({.routing_key = kKey}, parts());
  model::Page page = PageAbout("", PageKind::kSilenceExpiring);

  EXPECT_EQ(channel.Send(page, FirstAttempt()).detail, "not sent: it is about no incident");
  EXPECT_EQ(parts.http.request_count(), 0u);
}

TEST(PagerDuty, TriggersFirstWhatItNeverHeardOf) {
  delivery::TestParts parts;
  PagerDuty channel({.routing_key = kKey}, parts());
  delivery::Attempt attempt = FirstAttempt(std::chrono::hours(1));
  attempt.replaced = 3;

  channel.Send(PageAbout("in_1", PageKind::kAcknowledged), attempt);

  ASSERT_EQ(parts.http.request_count(), 2u);
  const base::Json first = EventOf(parts.http.requests()[0]);
  EXPECT_EQ(first["event_action"], "trigger");
  EXPECT_EQ(first["payload"]["custom_details"]["late"],
            "This message is 3600 s old. It stands for 3 earlier ones.");
  EXPECT_EQ(EventOf(parts.http.requests()[1])["event_action"], "acknowledge");
}

TEST(PagerDuty, AWrongKeyIsTriedAgainAndABadEventIsNot) {
  const auto verdict = [](std::string error) {
    delivery::TestParts parts;
    parts.http.Reply(net::JsonResponse(
        400, R"({"status":"invalid event","message":"Event object is invalid","errors":[")" +
                 error + "\"]}"));
    return PagerDuty({.routing_key = kKey}, parts()).Send(PageAbout("in_1"), FirstAttempt());
  };
  const delivery::Answer key =
      verdict("Length of 'routing_key' is incorrect (should be 32 characters)");
  EXPECT_EQ(key.verdict, Verdict::kRetry);
  EXPECT_NE(key.detail.find("should be 32 characters"), std::string::npos) << key.detail;
  EXPECT_EQ(verdict("'payload.summary' is missing or blank").verdict, Verdict::kRefused);
}

TEST(PagerDuty, StaysWithinTheLimitsWhateverThePageHolds) {
  delivery::TestParts parts;
  PagerDuty channel({.routing_key = kKey}, parts());

  channel.Send(delivery::HostilePage(), FirstAttempt());

  const net::ClientRequest request = parts.http.requests()[0];
  EXPECT_LT(request.body.size(), 512u << 10);
  EXPECT_LE(EventOf(request)["payload"]["summary"].get<std::string>().size(), 1024u * 3);
}

TEST(PagerDuty, KeepsTheContractOfChannels) {
  delivery::ExpectContract(
      {.make =
           [](const std::string& url, const delivery::ChannelParts& parts) {
             return std::make_unique<PagerDuty>(
                 PagerDutySettings{.routing_key = kKey, .url = url + "/v2/enqueue"}, parts);
           },
       .good = net::JsonResponse(202, kTaken),
       .secret = kKey});
}

}  // namespace
}  // namespace vedette::notify::channels
