#include "notify/channels/alertmanager/alertmanager.h"

#include <gtest/gtest.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "notify/delivery/testing/contract.h"

namespace vedette::notify::channels {
namespace {

using delivery::FirstAttempt;
using delivery::PageAbout;
using delivery::Verdict;
using model::PageKind;

const AlertmanagerSettings kSettings{.url = "https://am.example/hook",
                                     .login = {.bearer_token = "s3cret"}};

base::Json MessageOf(const model::Page& page, AlertmanagerSettings settings = kSettings,
                     delivery::Attempt attempt = FirstAttempt()) {
  delivery::TestParts parts;
  Alertmanager channel(std::move(settings), parts());
  EXPECT_EQ(channel.Send(page, attempt).verdict, Verdict::kDelivered);
  if (parts.http.request_count() == 0) return {};
  const base::Result<base::Json> json = base::ParseJson(parts.http.requests()[0].body);
  EXPECT_TRUE(json.ok());
  return json.ok() ? *json : base::Json();
}

model::Alert AlertNamed(const std::string& instance, base::TimePoint ends_at = {}) {
  model::Alert alert;
  alert.labels = model::Labels(
      {{"alertname", "Down"}, {"instance", instance}, {"job", "api"}, {"severity", "page"}});
  alert.annotations = model::Labels({{"summary", instance + " is down"}});
  alert.starts_at = base::FromMillis(1'699'999'000'000);
  alert.ends_at = ends_at;
  alert.generator_url = "https://prom.example/graph";
  return alert;
}

TEST(Alertmanager, SaysTheAlertsOfAPageInItsForm) {
  model::Page page = PageAbout("in_1", PageKind::kUpdated);
  page.alerts = {AlertNamed("a"), AlertNamed("b", page.decided_at - std::chrono::seconds(5))};
  page.grouped = true;
  page.group_labels = model::Labels({std::pair("job", "api")});
  page.alerts_left_out = 3;

  const base::Json message = MessageOf(page);

  EXPECT_EQ(message["version"], "4");
  EXPECT_EQ(message["status"], "firing");
  EXPECT_EQ(message["receiver"], "ops");
  EXPECT_EQ(message["truncatedAlerts"], 3);
  EXPECT_EQ(message["externalURL"], "https://vedette.example");
  EXPECT_EQ(message["groupLabels"], base::Json({{"job", "api"}}));
  EXPECT_EQ(message["commonLabels"],
            base::Json({{"alertname", "Down"}, {"job", "api"}, {"severity", "page"}}));
  EXPECT_EQ(message["commonAnnotations"], base::Json::object());
  ASSERT_EQ(message["alerts"].size(), 2u);
  const base::Json& firing = message["alerts"][0];
  EXPECT_EQ(firing["status"], "firing");
  EXPECT_EQ(firing["labels"]["instance"], "a");
  EXPECT_EQ(firing["annotations"]["summary"], "a is down");
  EXPECT_EQ(firing["startsAt"], "2023-11-14T21:56:40.000Z");
  EXPECT_EQ(firing["endsAt"], "0001-01-01T00:00:00Z");
  EXPECT_EQ(firing["generatorURL"], "https://prom.example/graph");
  EXPECT_EQ(firing["fingerprint"], model::Fingerprint(page.alerts[0].labels));
  EXPECT_EQ(message["alerts"][1]["status"], "resolved");
  EXPECT_EQ(message["alerts"][1]["endsAt"], "2023-11-14T22:13:15.000Z");
}

TEST(Alertmanager, AnIncidentWithoutAlertsIsOneForEachService) {
  model::Page page = PageAbout("in_1");
  const base::Json opened = MessageOf(page);
  page.severity = model::Severity::kWarning;
  page.kind = PageKind::kResolved;
  const base::Json resolved = MessageOf(page);

  ASSERT_EQ(opened["alerts"].size(), 2u);
  EXPECT_EQ(opened["alerts"][1]["labels"]["service"], "order");
  EXPECT_EQ(opened["commonLabels"]["alertname"], "Incident");
  EXPECT_EQ(opened["commonLabels"]["severity"], "critical");
  EXPECT_FALSE(opened["commonLabels"].contains("service"));
  EXPECT_EQ(opened["commonAnnotations"]["summary"], page.title);
  EXPECT_EQ(opened["groupLabels"], base::Json({{"incident_id", "in_1"}}));
  model::Page all = PageAbout("in_1", PageKind::kOpened);
  all.grouped = true;
  EXPECT_EQ(MessageOf(all)["groupLabels"], base::Json::object()) << "one group of all alerts";
  EXPECT_EQ(resolved["status"], "resolved");
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(resolved["alerts"][i]["status"], "resolved");
    EXPECT_EQ(resolved["alerts"][i]["fingerprint"], opened["alerts"][i]["fingerprint"]);
    EXPECT_NE(resolved["alerts"][i]["endsAt"], "0001-01-01T00:00:00Z");
  }
}

TEST(Alertmanager, CountsTheAlertsBeyondItsLimit) {
  model::Page page = PageAbout("in_1");
  for (int i = 0; i < 5; ++i) page.alerts.push_back(AlertNamed(std::to_string(i)));

  const base::Json message = MessageOf(page, {.url = "http://h/", .max_alerts = 2});

  EXPECT_EQ(message["alerts"].size(), 2u);
  EXPECT_EQ(message["truncatedAlerts"], 3);
}

TEST(Alertmanager, LeavesOutWhatItsFormCannotSay) {
  EXPECT_TRUE(MessageOf(PageAbout("in_1", PageKind::kAcknowledged)).is_null());
  EXPECT_TRUE(MessageOf(PageAbout("in_1", PageKind::kResolved),
                        {.url = "http://h/", .send_resolved = false})
                  .is_null());
  delivery::Attempt attempt = FirstAttempt(std::chrono::hours(1));
  attempt.replaced = 2;
  const base::Json late = MessageOf(PageAbout("in_1", PageKind::kAcknowledged), kSettings, attempt);
  EXPECT_EQ(late["status"], "firing") << "the pages it stands for were never sent";
  EXPECT_EQ(late["commonAnnotations"]["late"],
            "This message is 3600 s old. It stands for 2 earlier ones.");
}

TEST(Alertmanager, SaysNothingOfEndsWhereTheyAreNotWanted) {
  const AlertmanagerSettings settings{.url = "http://h/", .send_resolved = false};
  model::Page page = PageAbout("in_1", PageKind::kUpdated);
  page.alerts = {AlertNamed("a"), AlertNamed("b", page.decided_at - std::chrono::seconds(5))};

  EXPECT_TRUE(MessageOf(page, settings).is_null()) << "only an end is new";
  page.alerts_new = 1;
  const base::Json message = MessageOf(page, settings);
  ASSERT_EQ(message["alerts"].size(), 1u);
  EXPECT_EQ(message["alerts"][0]["labels"]["instance"], "a");
  EXPECT_EQ(message["truncatedAlerts"], 0);
}

TEST(Alertmanager, StaysBoundedWhateverThePageHolds) {
  const base::Json message = MessageOf(delivery::HostilePage());

  EXPECT_LT(message.dump().size(), 3u << 20);
  EXPECT_EQ(message["alerts"].size() + message["truncatedAlerts"].get<size_t>(), 50u);
}

TEST(Alertmanager, KeepsTheContractOfChannels) {
  delivery::ExpectContract(
      {.make =
           [](const std::string& url, const delivery::ChannelParts& parts) {
             return std::make_unique<Alertmanager>(
                 AlertmanagerSettings{.url = url, .login = {.bearer_token = "s3cret"}}, parts);
           },
       .good = net::TextResponse(200, ""),
       .secret = "s3cret"});
}

}  // namespace
}  // namespace vedette::notify::channels
