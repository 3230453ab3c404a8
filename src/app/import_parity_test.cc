#include "app/import_parity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "importer/alertmanager.h"
#include "importer/alertmanager_tree.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A Tuesday, 12:00 UTC.
constexpr base::TimePoint kNow = base::FromMillis(1'700'568'000'000);

constexpr char kConfig[] = R"(
route:
  receiver: everyone
  routes:
    - matchers: ['service=~"pay|cart"']
      receiver: shop
      continue: true
      routes: [{match: {severity: critical}, receiver: pager}]
    - match: {job: batch}
      receiver: shop
      mute_time_intervals: [noon]
    - {matchers: ['noise="yes"'], receiver: blackhole}
receivers:
  - {name: everyone, webhook_configs: [{url: 'http://127.0.0.1:1/a'}]}
  - name: shop
    webhook_configs: [{url: 'http://127.0.0.1:1/b'}]
    slack_configs: [{api_url: 'https://hooks.slack.com/services/x'}]
  - {name: pager, pagerduty_configs: [{routing_key: k}]}
  - {name: blackhole}
inhibit_rules:
  - source_matchers: ['alertname="Down"']
    target_matchers: ['severity="warning"']
    equal: [cluster]
time_intervals:
  - name: noon
    time_intervals: [{times: [{start_time: '11:00', end_time: '13:00'}]}]
)";

ParityResult Compare(const std::string& text, std::vector<ParityAlert> stream = {}) {
  const auto imported = importer::ImportAlertmanager(text);
  EXPECT_TRUE(imported.ok());
  std::vector<yaml::Diagnostic> problems;
  const Config config = ReadConfig(imported->config, ".", {}, problems);
  EXPECT_TRUE(problems.empty()) << problems[0].ToString("result");
  const auto result = CompareWithAlertmanager(text, *imported, config, std::move(stream), kNow);
  EXPECT_TRUE(result.ok());
  return *result;
}

TEST(ImportParity, WhatWasCarriedOverTellsTheSame) {
  const ParityResult result = Compare(kConfig);
  EXPECT_GT(result.alerts, 1'000u);
  EXPECT_EQ(ParityText(result),
            "parity: " + std::to_string(result.alerts) + " alerts, 0 differences\n");
}

TEST(ImportParity, AStreamGoesThroughInhibitionAndMuteTimes) {
  const auto stream = ReadParityStream(R"([
    {"labels": {"alertname": "Down", "cluster": "a"},
     "startsAt": "2023-11-21T12:00:00Z", "endsAt": "2023-11-21T13:00:00Z"},
    {"labels": {"alertname": "Slow", "cluster": "a", "severity": "warning"},
     "startsAt": "2023-11-21T12:30:00Z"},
    {"labels": {"alertname": "Slow", "cluster": "b", "severity": "warning"},
     "startsAt": "2023-11-21T12:30:00Z"},
    {"labels": {"alertname": "Slow", "cluster": "a", "severity": "warning"},
     "startsAt": "2023-11-21T13:30:00Z"},
    {"labels": {"alertname": "Late", "job": "batch"},
     "startsAt": "2023-11-21T12:30:00Z"}])",
                                       kNow);
  ASSERT_TRUE(stream.ok());
  const ParityResult result = Compare(kConfig, *stream);
  EXPECT_EQ(result.alerts, 5u);
  EXPECT_THAT(result.differences, IsEmpty());
}

TEST(ImportParity, TimesAndBlackHolesAreThoseOfTheirRouteOnly) {
  std::string text = kConfig;
  const size_t at = text.find("    - match: {job: batch}");
  text.insert(at, "    - {match: {severity: critical}, receiver: pager}\n");
  const ParityResult result = Compare(text);
  EXPECT_THAT(result.differences, IsEmpty());
  std::string active = kConfig;
  active.replace(active.find("mute_time_intervals: [noon]"), 27, "active_time_intervals: [noon]");
  EXPECT_THAT(Compare(active).differences, IsEmpty());
}

TEST(ImportParity, WhatCouldNotBeCarriedOverIsListed) {
  std::string text = kConfig;
  text.replace(text.find("[{times:"), 8, "[{months: [november], times:");
  const ParityResult result = Compare(text);
  ASSERT_FALSE(result.differences.empty());
  EXPECT_THAT(ParityText(result), HasSubstr("there nobody; here shop, shop-2\n"));
}

TEST(ImportParity, ReadsTheFormsOfAlertmanager) {
  EXPECT_EQ(ReadParityStream(R"({"alerts":[{"labels":{"a":"b"}}]})", kNow)->size(), 1u);
  EXPECT_EQ(ReadParityStream("{\"labels\":{\"a\":\"b\"}}\n\n{\"labels\":{}}\n", kNow)->size(), 2u);
  EXPECT_FALSE(ReadParityStream(R"([{"labels":{"a":1}}])", kNow).ok());
  EXPECT_FALSE(ReadParityStream(R"([5])", kNow).ok());
  EXPECT_FALSE(ReadParityStream("no json", kNow).ok());
}

TEST(AlertmanagerTree, TakesTheDeepestRouteThatMatchesAndGoesOnWhereItSaysSo) {
  const auto tree = importer::AlertmanagerTree::Read(kConfig);
  ASSERT_TRUE(tree.ok());
  const auto told = [&](std::vector<std::pair<std::string, std::string>> labels) {
    return tree->Receivers(model::Labels(std::move(labels)), kNow);
  };
  EXPECT_THAT(told({{"service", "pay"}, {"severity", "critical"}}), ElementsAre("pager"));
  EXPECT_THAT(told({{"noise", "yes"}, {"service", "pay"}}), ElementsAre("shop", "blackhole"));
  EXPECT_THAT(told({{"job", "batch"}}), IsEmpty());
  EXPECT_THAT(told({{"service", "x"}}), ElementsAre("everyone"));
}

TEST(AlertmanagerTree, TimesCountWeekdaysDaysFromTheEndAndMonths) {
  importer::AmTimes times;
  times.weekdays = {{1, 5}};
  EXPECT_TRUE(times.Holds(kNow));
  EXPECT_FALSE(times.Holds(kNow + std::chrono::days(4)));
  times = {};
  times.days = {{-10, -1}};  // 21 to 30 November
  EXPECT_TRUE(times.Holds(kNow));
  EXPECT_FALSE(times.Holds(kNow - std::chrono::days(1)));
  times = {};
  times.months = {{12, 12}};
  EXPECT_FALSE(times.Holds(kNow));
  EXPECT_TRUE(times.Holds(kNow + std::chrono::days(12)));
}

}  // namespace
}  // namespace vedette::app
