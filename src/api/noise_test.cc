#include "api/noise.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace vedette::api {
namespace {

constexpr base::TimePoint kNoon = base::FromMillis(1'700'568'000'000);  // 12:00 UTC
constexpr base::Duration kWeek = std::chrono::days(7);

NoiseMessage Message(std::string incident, std::string person, base::TimePoint at,
                     std::optional<base::Duration> lasted = {}, bool acknowledged = false) {
  NoiseMessage message{.time = at,
                       .person = person,
                       .receiver = "sms",
                       .incident_id = std::move(incident),
                       .rule = "DiskFull",
                       .severity = model::Severity::kWarning,
                       .started_at = at,
                       .acknowledged_at = {},
                       .acknowledged_by = {},
                       .resolved_at = {}};
  if (lasted) message.resolved_at = at + *lasted;
  if (acknowledged) {
    message.acknowledged_at = at + std::chrono::minutes(1);
    message.acknowledged_by = std::move(person);
  }
  return message;
}

notify::routing::Plan PlanOf(int64_t person, int64_t rule) {
  notify::routing::Plan plan;
  plan.noise = {.person_per_week = person, .rule_per_week = rule};
  return plan;
}

TEST(Noise, CountsWhatEachPersonWasAskedAndHowOftenAtNight) {
  const NoiseReport report = CountNoise(
      {Message("in_1", "ann", kNoon, {}, true),
       Message("in_2", "ann", kNoon + std::chrono::hours(11)), Message("in_2", "ben", kNoon)},
      PlanOf(1, 100), kWeek);

  ASSERT_EQ(report.people.size(), 2u);
  EXPECT_EQ(report.people[0].name, "ann");
  EXPECT_EQ(report.people[0].messages, 2);
  EXPECT_EQ(report.people[0].night, 1);
  EXPECT_EQ(report.people[0].incidents, 2);
  EXPECT_EQ(report.people[0].acknowledged, 1);
  EXPECT_EQ(report.people[0].budget, 1);
  EXPECT_EQ(report.people[1].messages, 1);
}

TEST(Noise, ABudgetOfAWeekIsSharedOutToTheTimeThatWasLookedAt) {
  const std::vector<NoiseMessage> one = {Message("in_1", "ann", kNoon)};
  EXPECT_EQ(CountNoise(one, PlanOf(14, 7), 2 * kWeek).people[0].budget, 28);
  EXPECT_EQ(CountNoise(one, PlanOf(14, 7), std::chrono::hours(1)).people[0].budget, 1);
}

TEST(Noise, ARuleOverItsBudgetHasFixesWithWhatTheyWouldHaveSavedAndLost) {
  const std::vector<NoiseMessage> messages = {
      Message("in_1", "ann", kNoon, std::chrono::minutes(3)),
      Message("in_1", "ben", kNoon, std::chrono::minutes(3)),
      Message("in_2", "ann", kNoon, std::chrono::minutes(10), true), Message("in_3", "ann", kNoon)};
  const NoiseReport report = CountNoise(messages, PlanOf(14, 3), kWeek);

  ASSERT_EQ(report.rules.size(), 1u);
  EXPECT_EQ(report.rules[0].tally.name, "DiskFull");
  ASSERT_GE(report.rules[0].fixes.size(), 3u);
  const NoiseFix& best = report.rules[0].fixes[0];
  EXPECT_EQ(best.change, "wait 5m before the first page (for: 5m)");
  EXPECT_EQ(best.messages_less, 2);
  EXPECT_EQ(best.acknowledged_lost, 0);
  const NoiseFix& worst = report.rules[0].fixes.back();
  EXPECT_EQ(worst.acknowledged_lost, 1);

  EXPECT_TRUE(CountNoise(messages, PlanOf(14, 4), kWeek).rules[0].fixes.empty());
}

TEST(Noise, RepeatedPagesOfAnIncidentAreAFixOfTheirOwn) {
  const NoiseReport report =
      CountNoise({Message("in_1", "ann", kNoon, {}, true), Message("in_1", "ann", kNoon, {}, true)},
                 PlanOf(14, 1), kWeek);
  const NoiseFix& fix = report.rules[0].fixes[0];
  EXPECT_EQ(fix.change, "one page for each incident");
  EXPECT_EQ(fix.messages_less, 1);
  EXPECT_EQ(fix.acknowledged_lost, 0);
}

}  // namespace
}  // namespace vedette::api
