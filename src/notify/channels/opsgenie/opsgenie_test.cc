#include "notify/channels/opsgenie/opsgenie.h"

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

constexpr char kKey[] = "eb243592-faa2-4ba2-a551q-1afdf565c889";

base::Json BodyOf(const net::ClientRequest& request) {
  const base::Result<base::Json> json = base::ParseJson(request.body);
  EXPECT_TRUE(json.ok()) << request.body;
  return json.ok() ? *json : base::Json();
}

std::vector<std::string> CallsFor(PageKind kind, int64_t replaced = 0) {
  delivery::TestParts parts;
  parts.http.SetHandler([](const net::ClientRequest&) { return net::JsonResponse(202, "{}"); });
  Opsgenie channel({.api_key = kKey}, parts());
  delivery::Attempt attempt = FirstAttempt();
  attempt.replaced = replaced;
  EXPECT_EQ(channel.Send(PageAbout("in_1", kind), attempt).verdict, Verdict::kDelivered);
  std::vector<std::string> calls;
  for (const net::ClientRequest& request : parts.http.requests()) {
    calls.push_back(request.method + " " + request.url.substr(24));
    EXPECT_EQ(request.headers.Get("Authorization"), std::string("GenieKey ") + kKey);
  }
  return calls;
}

TEST(Opsgenie, CreatesAnAlertWithTheIncidentAsAlias) {
  delivery::TestParts parts;
  Opsgenie channel({.api_key = kKey, .teams = {"payments"}, .tags = {"prod"}}, parts());
  model::Page page = PageAbout("in_1");
  page.priority = 2;

  EXPECT_EQ(channel.Send(page, FirstAttempt()).verdict, Verdict::kDelivered);

  const base::Json alert = BodyOf(parts.http.requests()[0]);
  EXPECT_EQ(alert["message"], "payment: error ratio 0.41, expected 0 to 0.03");
  EXPECT_EQ(alert["alias"], "in_1");
  EXPECT_EQ(alert["priority"], "P2");
  EXPECT_EQ(alert["entity"], "payment");
  EXPECT_EQ(alert["responders"][0]["name"], "payments");
  EXPECT_EQ(alert["tags"], base::Json({"critical", "prod"}));
  EXPECT_EQ(alert["details"]["incident_url"], "https://vedette.example/incidents/in_1");
}

TEST(Opsgenie, FollowsTheIncident) {
  using Calls = std::vector<std::string>;
  const std::string alias = "POST /v2/alerts/in_1/";
  EXPECT_EQ(CallsFor(PageKind::kOpened), Calls{"POST /v2/alerts"});
  EXPECT_EQ(CallsFor(PageKind::kAcknowledged), Calls{alias + "acknowledge?identifierType=alias"});
  EXPECT_EQ(CallsFor(PageKind::kResolved), Calls{alias + "close?identifierType=alias"});
  EXPECT_EQ(CallsFor(PageKind::kSeverityRaised),
            (Calls{"POST /v2/alerts", "PUT /v2/alerts/in_1/priority?identifierType=alias"}));
  EXPECT_EQ(CallsFor(PageKind::kAcknowledged, 2),
            (Calls{"POST /v2/alerts", alias + "acknowledge?identifierType=alias"}));
}

TEST(Opsgenie, StopsAtTheCallThatFails) {
  delivery::TestParts parts;
  parts.http.Reply(net::JsonResponse(503, "{}"));
  Opsgenie channel({.api_key = kKey}, parts());

  const delivery::Answer answer =
      channel.Send(PageAbout("in_1", PageKind::kSeverityRaised), FirstAttempt());

  EXPECT_EQ(answer.verdict, Verdict::kRetry);
  EXPECT_EQ(parts.http.request_count(), 1u);
}

TEST(Opsgenie, StaysWithinTheLimitsWhateverThePageHolds) {
  delivery::TestParts parts;
  Opsgenie channel({.api_key = kKey}, parts());

  channel.Send(delivery::HostilePage(), FirstAttempt());

  const base::Json alert = BodyOf(parts.http.requests()[0]);
  EXPECT_LE(alert["message"].get<std::string>().size(), 130u * 3);
  EXPECT_LE(alert["description"].get<std::string>().size(), 15'000u * 3);
  EXPECT_LE(alert["details"].dump().size(), 2u * 8000);
  EXPECT_LE(alert["entity"].get<std::string>().size(), 512u * 3);
}

TEST(Opsgenie, KeepsTheContractOfChannels) {
  delivery::ExpectContract(
      {.make =
           [](const std::string& url, const delivery::ChannelParts& parts) {
             return std::make_unique<Opsgenie>(OpsgenieSettings{.api_key = kKey, .url = url},
                                               parts);
           },
       .good = net::JsonResponse(202, R"({"result":"Request will be processed","took":0.1})"),
       .secret = kKey});
}

}  // namespace
}  // namespace vedette::notify::channels
