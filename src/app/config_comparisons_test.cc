#include "app/config_comparisons.h"

#include <gtest/gtest.h>

#include "app/config.h"
#include "base/duration.h"

namespace vedette::app {
namespace {

std::optional<std::string> NoEnvironment(std::string_view) { return std::nullopt; }

Config Read(std::string_view text, std::vector<std::string>& problems) {
  std::vector<yaml::Diagnostic> found;
  const yaml::EnvironmentLookup environment = NoEnvironment;
  Config config = ReadConfig(text, ".", environment, found);
  for (const yaml::Diagnostic& problem : found) problems.push_back(problem.ToString("f"));
  return config;
}

Config Read(std::string_view text) {
  std::vector<std::string> problems;
  Config config = Read(text, problems);
  for (const std::string& problem : problems) ADD_FAILURE() << problem;
  return config;
}

std::string Next(const ComparisonSchedule& schedule, std::string_view after) {
  const auto next = schedule.NextAfter(*base::ParseTime(after));
  return next ? base::FormatTime(*next) : "never";
}

TEST(Comparisons, WithoutConfigurationThereIsOneThatRunsWhenAsked) {
  const Config config = Read("");
  ASSERT_EQ(config.comparisons.size(), 1U);
  EXPECT_EQ(config.comparisons[0].comparison.name, "weekly");
  EXPECT_EQ(Next(config.comparisons[0].schedule, "2026-11-21T12:00:00Z"), "never");
}

TEST(Comparisons, TheTargetIsTheTimeOfTheRunToo) {
  const ComparisonSchedule schedule =
      Read("comparisons: [{name: a, target: '18:30', time_zone: Asia/Kolkata}]")
          .comparisons[0]
          .schedule;

  EXPECT_EQ(Next(schedule, "2026-11-21T12:59:59Z"), "2026-11-21T13:00:00.000Z");
  EXPECT_EQ(Next(schedule, "2026-11-21T13:00:00Z"), "2026-11-22T13:00:00.000Z");
  const auto reference = [&](std::string_view run) {
    return base::FormatTime(schedule.ReferenceAt(*base::ParseTime(run)));
  };
  EXPECT_EQ(reference("2026-11-21T13:00:00Z"), "2026-11-21T13:00:00.000Z");
  EXPECT_EQ(reference("2026-11-21T09:00:00Z"), "2026-11-20T13:00:00.000Z");  // not yet: yesterday's
}

TEST(Comparisons, ARunMayComeAfterItsTargetOrAtAnyInterval) {
  const Config config = Read(R"(
comparisons:
  - {name: later, target: '18:00', at: '19:00'}
  - {name: often, every: 30m}
)");
  EXPECT_EQ(Next(config.comparisons[0].schedule, "2026-11-21T18:30:00Z"),
            "2026-11-21T19:00:00.000Z");
  EXPECT_EQ(Next(config.comparisons[1].schedule, "2026-11-21T18:31:00Z"),
            "2026-11-21T19:00:00.000Z");
}

TEST(Comparisons, EveryThirdDayIsThatOverTheEndOfAMonth) {
  const ComparisonSchedule schedule =
      Read("comparisons: [{name: a, at: '06:00', days: 3}]").comparisons[0].schedule;
  base::TimePoint at = *schedule.NextAfter(*base::ParseTime("2026-11-20T00:00:00Z"));
  for (int i = 0; i < 20; ++i) {
    const base::TimePoint next = *schedule.NextAfter(at);
    EXPECT_EQ(next - at, std::chrono::hours(72));
    at = next;
  }
}

TEST(Comparisons, GroupsAreReadAndSkipsReachThem) {
  const Config config = Read(R"(
comparisons:
  - name: mine
    window: 30m
    offset: 1d
    requests:
      - name: shop
        selector: 'shop_requests_total{env="prod"}'
        key: [service]
        code: code
        limits: {5xx: {count: 20, percent: 40}}
        in_a_row: {0DC: {count: 1, points: 2}}
    skip_errors: [internal-]
    skip_cpu: [batch-]
    cpu_divisor: 2
    alert: {severity: critical, labels: {team: shop}, lasts: 2h}
)");
  ASSERT_TRUE(config.comparisons[0].alert.has_value());
  EXPECT_EQ(config.comparisons[0].alert->severity, model::Severity::kCritical);
  EXPECT_EQ(config.comparisons[0].alert->labels, model::Labels({{"team", std::string("shop")}}));
  EXPECT_EQ(config.comparisons[0].alert->lasts, std::chrono::hours(2));
  const release::compare::Comparison& mine = config.comparisons[0].comparison;
  ASSERT_EQ(mine.requests.size(), 1U);
  EXPECT_EQ(mine.requests[0].limits.at("5xx").percent, 40);
  EXPECT_EQ(mine.requests[0].limits.at("5xx").unseen, 20);  // as the count, unless given
  EXPECT_EQ(mine.requests[0].in_a_row.at("0DC").points, 2);
  EXPECT_EQ(mine.requests[0].skip, std::vector<std::string>{"internal-"});
  EXPECT_EQ(mine.levels[0].skip, std::vector<std::string>{"batch-"});
  EXPECT_TRUE(mine.levels[0].query.ends_with(") / 2"));
  EXPECT_TRUE(mine.levels[1].skip.empty());
}

TEST(Comparisons, SkipsReachLevelsHoweverTheirNamesAreWritten) {
  const Config config = Read(R"(
comparisons:
  - name: mine
    window: 30m
    offset: 1d
    levels:
      - {name: Pod Memory, query: pod_memory, key: [pod], rise: 10}
      - {name: cpu of pods, query: pod_cpu, key: [pod], rise: 10}
    skip_cpu: [batch-]
    skip_memory: [cache-]
)");

  const release::compare::Comparison& mine = config.comparisons[0].comparison;
  EXPECT_EQ(mine.levels[0].skip, std::vector<std::string>{"cache-"});
  EXPECT_EQ(mine.levels[1].skip, std::vector<std::string>{"batch-"});
}

TEST(Comparisons, WhatIsWrongIsNamed) {
  std::vector<std::string> problems;
  Read(R"(
comparisons:
  - {name: a/b, every: 10s, window: 30d, target: '25:00', time_zone: Nowhere/Else, tenant: '**'}
  - {name: c, every: 1h, at: '06:00', requests: [{name: x}]}
  - {name: d, alert: {severity: bad, lasts: 1s}}
)",
       problems);
  EXPECT_EQ(problems.size(), 11U);
  for (const std::string& problem : problems) {
    EXPECT_TRUE(problem.find("comparisons[") != std::string::npos) << problem;
  }
}

TEST(Releases, AreConfigured) {
  const Config config = Read(R"(
releases:
  watch: 1h
  false_alarms: 0.01
  severity: warning
  request_metrics: [shop_requests_total]
)");
  EXPECT_EQ(config.releases.watch, std::chrono::hours(1));
  EXPECT_EQ(config.releases.severity, model::Severity::kWarning);
  EXPECT_EQ(config.releases.request_metrics.size(), 1U);
  std::vector<std::string> problems;
  Read("releases: {watch: 1m}", problems);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_TRUE(problems[0].find("releases.watch") != std::string::npos) << problems[0];
}

}  // namespace
}  // namespace vedette::app
