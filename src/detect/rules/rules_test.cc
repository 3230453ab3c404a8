#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

#include "detect/rules/rule.h"
#include "detect/rules/threshold.h"
#include "model/sample.h"

namespace vedette::detect::rules {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

Rule Above(double warning, double critical) {
  Rule rule;
  rule.name = "r";
  rule.metric = "m";
  rule.warning = warning;
  rule.critical = critical;
  rule.close_points = 1;
  rule.close_after = seconds(0);
  return rule;
}

// Feeds values ten seconds apart; the changes as letters: . none, B broken, W worse, H holds.
std::string Changes(const Rule& rule, const std::vector<double>& values,
                    ThresholdState* kept = nullptr) {
  ThresholdState state;
  std::string changes;
  int64_t t = 1'000'000;
  for (const double value : values) {
    const ThresholdVerdict verdict = Step(rule, state, t += 10'000, value);
    changes += ".BWH"[static_cast<size_t>(verdict.change)];
  }
  if (kept != nullptr) *kept = state;
  return changes;
}

TEST(Threshold, BreaksBeyondTheLimitAndHoldsAgainAfterwards) {
  EXPECT_EQ(Changes(Above(10, 20), {5, 10, 11, 12, 10, 5}), "..B.H.");
}

TEST(Threshold, GetsWorseOnce) {
  ThresholdState state;
  EXPECT_EQ(Changes(Above(10, 20), {11, 25, 30, 12}, &state), "BW..");
  EXPECT_EQ(state.severity, model::Severity::kCritical);
}

TEST(Threshold, KnowsTheLowSide) {
  Rule rule = Above(0, 0);
  rule.bound = Bound::kBelow;
  rule.warning = 20;
  rule.critical = 5;
  EXPECT_EQ(Changes(rule, {30, 20, 19, 4, 30}), "..BWH");
}

TEST(Threshold, AValueAtAnInclusiveLimitIsBeyondIt) {
  Rule rule = Above(10, 20);
  EXPECT_EQ(Changes(rule, {10, 20, 10}), ".BH");
  rule.inclusive = true;
  EXPECT_EQ(Changes(rule, {9, 10, 20, 9}), ".BWH");
}

TEST(Threshold, WaitsForItsPointsAndItsDuration) {
  Rule points = Above(10, 20);
  points.points = 3;
  EXPECT_EQ(Changes(points, {11, 11, 5, 11, 11, 11, 5, 5, 5}), ".....B..H");

  Rule lasting = Above(10, 20);
  lasting.lasts = seconds(30);
  ThresholdState state;
  EXPECT_EQ(Changes(lasting, {11, 11, 11, 11}, &state), "...B");
  EXPECT_EQ(state.since_ms, 1'010'000);
}

TEST(Threshold, ValuesAroundTheLimitAreOneEpisode) {
  Rule rule;
  rule.warning = 50'000;
  std::vector<double> hovering;
  for (int i = 0; i < 61; ++i) hovering.push_back(i % 2 == 0 ? 50'001 : 49'999);
  EXPECT_EQ(Changes(rule, hovering), "B" + std::string(60, '.'));
}

TEST(Threshold, HoldsAgainAfterFineValuesAsManyAndAsLongAsItSays) {
  Rule rule = Above(10, 20);
  rule.close_points = 3;
  ThresholdState state;
  EXPECT_EQ(Changes(rule, {11, 5, 5, 11, 5, 5, 5}, &state), "B.....H");
  EXPECT_EQ(state.clean_since_ms, 1'050'000) << "its end is the first value that was fine";
  rule.close_after = seconds(40);
  EXPECT_EQ(Changes(rule, {11, 5, 5, 5, 5, 5}), "B....H");
  rule.points = 7;
  rule.lasts = seconds(0);
  EXPECT_EQ(Changes(rule, std::vector<double>(7, 11)) + "|" +
                Changes(rule, {11, 11, 11, 11, 11, 11, 11, 5, 5, 5, 5, 5, 5, 5}),
            "......B|......B......H");
}

TEST(Threshold, HoldsAgainOnlyClearOfTheLimit) {
  Rule rule = Above(10, 20);
  rule.clear = 8;
  EXPECT_EQ(Changes(rule, {11, 9, 9, 8, 9}), "B..H.");
  rule.bound = Bound::kBelow;
  rule.warning = 20;
  rule.critical = 5;
  rule.clear = 25;
  EXPECT_EQ(Changes(rule, {19, 21, 24, 25}), "B..H");
}

TEST(Threshold, ComparesTheRateWhenAsked) {
  Rule rule = Above(5, 50);
  rule.per_second = true;
  EXPECT_EQ(Changes(rule, {1000, 1010, 1110, 1120, 0, 100}), "..BH.B");
}

TEST(Threshold, IgnoresWhatIsNoNumberAndStepsBack) {
  const Rule rule = Above(10, 20);
  ThresholdState state;
  EXPECT_FALSE(Step(rule, state, 1000, std::nan("")).judged);
  EXPECT_FALSE(Step(rule, state, 1000, model::StaleNan()).judged);
  EXPECT_TRUE(Step(rule, state, 2000, 5).judged);
  EXPECT_FALSE(Step(rule, state, 2000, 99).judged);
  EXPECT_FALSE(Step(rule, state, 1000, 99).judged);
}

TEST(Threshold, InfinitiesAreValues) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  Rule rule = Above(10, 20);
  EXPECT_EQ(Changes(rule, {5, kInf, std::nan(""), 5, -kInf}), ".B.H.");
  rule.per_second = true;
  EXPECT_EQ(Changes(rule, {5, kInf, kInf, 7, 8}), ".B..H") << "Inf - Inf is no rate, 7 a reset";
  rule = Above(0, 0);
  rule.bound = Bound::kBelow;
  EXPECT_EQ(Changes(rule, {5, kInf, -kInf, 5}), "..BH");
}

constexpr int64_t kSecond = 1000;
constexpr int64_t kNow = 1'000'000'000;

TEST(Threshold, ATimeAheadOfTheClockBindsNothing) {
  const Rule rule = Above(10, 20);
  ThresholdState state;
  EXPECT_TRUE(Step(rule, state, kNow, 5).judged);
  EXPECT_TRUE(Step(rule, state, kNow + 600 * kSecond, 5, kNow + 10 * kSecond).judged);

  const ThresholdVerdict next = Step(rule, state, kNow + 15 * kSecond, 99);
  EXPECT_EQ(next.change, ThresholdChange::kBroken);
  EXPECT_EQ(state.since_ms, kNow + 15 * kSecond);
  EXPECT_FALSE(Step(rule, state, kNow + 14 * kSecond, 5).judged) << "now times advance again";
  EXPECT_EQ(Step(rule, state, kNow + 30 * kSecond, 5).change, ThresholdChange::kHolds);
}

TEST(Threshold, AClockThatIsAlwaysAheadIsJudgedByWhenValuesCome) {
  Rule rule = Above(10, 20);
  rule.lasts = seconds(30);
  ThresholdState state;
  std::string changes;
  for (int64_t now = kNow; now <= kNow + 40 * kSecond; now += 10 * kSecond) {
    const ThresholdVerdict verdict = Step(rule, state, now + 180 * kSecond, 11, now);
    changes += ".BWH"[static_cast<size_t>(verdict.change)];
  }
  EXPECT_EQ(changes, "...B.");
  EXPECT_EQ(state.since_ms, kNow);
}

TEST(Threshold, NoWaitIsOverBecauseOfAWrongClock) {
  Rule rule = Above(10, 20);
  rule.lasts = seconds(300);
  rule.close_after = seconds(300);
  ThresholdState state;
  Step(rule, state, kNow, 11);
  EXPECT_EQ(Step(rule, state, kNow + 600 * kSecond, 11, kNow + kSecond).change,
            ThresholdChange::kNone);
  EXPECT_EQ(Step(rule, state, kNow + 300 * kSecond, 11).change, ThresholdChange::kBroken);
  Step(rule, state, kNow + 310 * kSecond, 5);
  EXPECT_EQ(Step(rule, state, kNow + 900 * kSecond, 5, kNow + 311 * kSecond).change,
            ThresholdChange::kNone);
  EXPECT_EQ(Step(rule, state, kNow + 610 * kSecond, 5).change, ThresholdChange::kHolds);
}

TEST(Threshold, ThereIsNoRateBetweenAWrongTimeAndARightOne) {
  Rule rule = Above(0, 0);
  rule.bound = Bound::kBelow;
  rule.per_second = true;
  rule.warning = rule.critical = 5;
  ThresholdState state;
  Step(rule, state, kNow, 1000);
  EXPECT_EQ(Step(rule, state, kNow + 10 * kSecond, 1100).observed, 10);
  EXPECT_FALSE(Step(rule, state, kNow + 600 * kSecond, 1200, kNow + 20 * kSecond).judged);
  EXPECT_EQ(Step(rule, state, kNow + 610 * kSecond, 1300, kNow + 30 * kSecond).observed, 10);
  EXPECT_FALSE(Step(rule, state, kNow + 40 * kSecond, 1400).judged);
  EXPECT_EQ(Step(rule, state, kNow + 50 * kSecond, 1500).observed, 10);
}

TEST(RuleSet, FindsTheRulesOfASeries) {
  Rule paid = Above(1, 2);
  paid.name = "paid";
  paid.matchers = {*model::Matcher::Create("service", model::MatchOp::kRegex, "pay.*")};
  Rule all = Above(1, 2);
  all.name = "all";
  const auto set = *RuleSet::Create({paid, all});

  EXPECT_EQ(set->Matching(model::Labels({{"__name__", "m"}, {"service", "payment"}})),
            (std::vector<uint16_t>{0, 1}));
  EXPECT_EQ(set->Matching(model::Labels({{"__name__", "m"}, {"service", "user"}})),
            (std::vector<uint16_t>{1}));
  EXPECT_TRUE(set->Matching(model::Labels(std::vector<std::pair<std::string, std::string>>{
                                {"__name__", "other"}}))
                  .empty());
}

TEST(RuleSet, NamesTheRuleAndTheFieldThatAreWrong) {
  const auto field_of = [](auto change) {
    Rule rule = Above(10, 20);
    change(rule);
    const auto set = RuleSet::Create({rule});
    return set.ok() ? std::string("ok") : set.error().field;
  };
  EXPECT_EQ(field_of([](Rule&) {}), "ok");
  EXPECT_EQ(field_of([](Rule& r) { r.name.clear(); }), "detection.rules.name");
  EXPECT_EQ(field_of([](Rule& r) { r.metric.clear(); }), "detection.rules.metric");
  EXPECT_EQ(field_of([](Rule& r) { r.warning = r.critical = std::nullopt; }),
            "detection.rules.critical");
  EXPECT_EQ(field_of([](Rule& r) { r.warning = 30; }), "detection.rules.warning");
  EXPECT_EQ(field_of([](Rule& r) { r.points = 0; }), "detection.rules.points");
  EXPECT_EQ(field_of([](Rule& r) { r.clear = 11; }), "detection.rules.clear");
  EXPECT_EQ(field_of([](Rule& r) { r.close_points = 0; }), "detection.rules.close_points");
  EXPECT_EQ(field_of([](Rule& r) { r.close_after = minutes(-1); }), "detection.rules.close_after");
  EXPECT_EQ(field_of([](Rule& r) { r.lasts = minutes(-1); }), "detection.rules.for");
  EXPECT_EQ(RuleSet::Create({Above(1, 2), Above(1, 2)}).error().field, "detection.rules.name");
}

TEST(RuleSet, ShipsRulesThatAreValid) {
  ASSERT_TRUE(RuleSet::Create(DefaultRules()).ok());
  EXPECT_EQ(Changes(DefaultRules()[0], {1, 0, 1, 0, 0, 1, 1}), "....B.H");
}

}  // namespace
}  // namespace vedette::detect::rules
