#include "release/rates.h"

#include <cmath>
#include <gtest/gtest.h>

#include "base/random.h"
#include "release/levels.h"

namespace vedette::release {
namespace {

using base::Random;

// Binomial: the gaps between bad requests are geometric.
Tally Draw(double total, double ratio, Random& random) {
  Tally tally{total, 0};
  double at = 0;
  while ((at += 1 + std::floor(std::log(1 - random.Uniform()) / std::log(1 - ratio))) <= total) {
    ++tally.bad;
  }
  return tally;
}

// A release in steps of 50 requests, after 60,000 of the old version.
RateInput Release(double old_ratio, double new_ratio, size_t steps, Random& random,
                  double beside = 0) {
  RateInput input;
  for (int i = 0; i < 12; ++i) input.before.push_back(Draw(5000, old_ratio, random));
  for (size_t i = 0; i < steps; ++i) {
    input.fresh.push_back(Draw(50, new_ratio, random));
    input.beside.push_back(Draw(beside, old_ratio, random));
  }
  return input;
}

// The share of bad requests of both versions and the one that serves beside changes at the release.
RateInput Weather(double before, double since, size_t steps, Random& random, double beside) {
  RateInput input = Release(before, since, steps, random);
  for (Tally& step : input.beside) step = Draw(beside, since, random);
  return input;
}

RateInput Counts(Tally before, Tally fresh) {
  RateInput input;
  input.before = {before};
  input.fresh = {fresh};
  return input;
}

TEST(RateTest, FindsADoublingOfHalfAPercentWithinTwoThousandRequests) {
  const RateResult result = TestRate(Counts({100'000, 500}, {2000, 20}), {.level = 0.04});

  EXPECT_EQ(result.outcome, Outcome::kWorse);
  EXPECT_NEAR(result.factor, 2, 1e-9);
  EXPECT_GT(*result.factor_low, 1);
  EXPECT_LT(*result.factor_low, 1.2);
}

TEST(RateTest, HalfOfAllDoublingsAreFoundByThen) {
  Random random(1);
  int found = 0;
  for (int i = 0; i < 400; ++i) {
    const RateResult result = TestRate(Release(0.005, 0.01, 40, random), {});
    found += result.outcome == Outcome::kWorse ? 1 : 0;
  }
  EXPECT_GT(found, 210);  // 57 %; the best test of a fixed size, looked at once, finds 84 %
}

TEST(RateTest, AtMostTheLevelOfHarmlessReleasesIsEverWorse) {
  constexpr int kReleases = 2000;
  const struct {
    double ratio;
    size_t steps;
  } cases[] = {{0.0005, 60}, {0.005, 200}, {0.05, 60}};
  for (const auto& [ratio, steps] : cases) {
    Random random(2);
    int worse = 0;
    for (int i = 0; i < kReleases; ++i) {
      // Half of them beside the old version, with a fifth to twice its traffic.
      const double beside = i % 2 == 0 ? 0 : 25 * (1 + i % 10);
      const RateResult result = TestRate(Release(ratio, ratio, steps, random, beside), {});
      worse += result.outcome == Outcome::kWorse ? 1 : 0;
    }
    EXPECT_LE(worse, kReleases * RateOptions{}.level) << ratio;
  }
}

TEST(RateTest, ErrorsThatWereNeverSeenBeforeAreFound) {
  const RateResult result = TestRate(Counts({50'000, 0}, {400, 4}), {});

  EXPECT_EQ(result.outcome, Outcome::kWorse);
  EXPECT_TRUE(std::isinf(result.factor));
}

TEST(RateTest, TwoErrorsDecideNothing) {
  EXPECT_NE(TestRate(Counts({50'000, 0}, {10, 2}), {}).outcome, Outcome::kWorse);
}

TEST(RateTest, SaysHowManyMoreRequestsItNeeds) {
  const RateResult thin = TestRate(Counts({100'000, 500}, {100, 0}), {});
  ASSERT_EQ(thin.outcome, Outcome::kUndecided);
  EXPECT_GT(thin.needs, 1000);
  EXPECT_LT(thin.needs, 5000);

  const RateResult enough =
      TestRate(Counts({100'000, 500}, {100 + thin.needs, std::floor(0.005 * thin.needs)}), {});
  EXPECT_EQ(enough.outcome, Outcome::kNotWorse);
}

TEST(RateTest, NothingToCompareWithIsNoData) {
  EXPECT_EQ(TestRate(Counts({0, 0}, {1000, 10}), {}).outcome, Outcome::kNoData);
  EXPECT_EQ(TestRate(Counts({1000, 1}, {0, 0}), {}).outcome, Outcome::kUndecided);
}

TEST(RateTest, TroubleOfBothVersionsIsNotTheReleases) {
  Random random(3);
  int blamed = 0;
  for (int i = 0; i < 200; ++i) {
    const RateResult beside = TestRate(Weather(0.005, 0.02, 80, random, 50), {});
    EXPECT_GT(beside.beside_drift, 2);
    blamed += beside.outcome == Outcome::kWorse ? 1 : 0;
    EXPECT_EQ(TestRate(Weather(0.005, 0.02, 80, random, 0), {}).outcome, Outcome::kWorse);
  }
  EXPECT_LT(blamed, 30);  // those in which it struck the new one first
}

TEST(RateTest, WhatOtherServicesAndWeeksDoAnywayIsNotTheReleases) {
  Random random(4);
  RateInput input = Release(0.005, 0.015, 100, random);
  EXPECT_EQ(TestRate(input, {}).outcome, Outcome::kWorse);

  input.others = {{100'000, 500}, {100'000, 1600}};
  EXPECT_NE(TestRate(input, {}).outcome, Outcome::kWorse);

  input.others = {};
  input.weeks = {{100'000, 500}, {100'000, 1600}};
  const RateResult usual = TestRate(input, {});
  EXPECT_NE(usual.outcome, Outcome::kWorse);
  EXPECT_NEAR(usual.weeks_drift, 3.2, 0.1);
}

TEST(RateTest, AShareThatWandersByItselfNeedsMoreEvidence) {
  RateInput input = Counts({0, 0}, {2000, 24});
  input.before = {{5000, 5},  {5000, 50}, {5000, 10}, {5000, 45},
                  {5000, 40}, {5000, 8},  {5000, 50}, {5000, 3}};
  const RateResult result = TestRate(input, {});

  EXPECT_GT(result.dispersion, 10);
  EXPECT_EQ(result.outcome, Outcome::kUndecided);
}

TEST(RateTest, ADifferenceThatDoesNotMatterIsNotWorse) {
  const RateResult result = TestRate(Counts({10'000'000, 50'000}, {5'000'000, 27'500}), {});

  EXPECT_NEAR(result.factor, 1.1, 1e-9);
  EXPECT_LT(*result.factor_high, 1.5);
  EXPECT_EQ(result.outcome, Outcome::kNotWorse);
}

TEST(RateTest, RemembersTheStepThatDecided) {
  RateInput input = Counts({100'000, 500}, {500, 2});
  for (int i = 0; i < 4; ++i) input.fresh.push_back({500, 50});
  for (int i = 0; i < 400; ++i) input.fresh.push_back({500, 0});
  const RateResult result = TestRate(input, {});

  EXPECT_EQ(result.outcome, Outcome::kWorse);
  EXPECT_EQ(result.decided_at, 1U);
}

std::vector<double> Blocks(size_t count, double mean, Random& random) {
  std::vector<double> blocks(count);
  for (double& block : blocks) block = mean * (1 + random.Normal() / 20);
  return blocks;
}

TEST(LevelTest, FindsARiseByAThird) {
  Random random(5);
  const LevelResult result =
      TestLevel({Blocks(72, 0.4, random), Blocks(24, 0.53, random)}, {.level = 0.0025});

  EXPECT_EQ(result.outcome, Outcome::kWorse);
  EXPECT_LT(result.decided_at.value_or(99), 8U);
}

TEST(LevelTest, AtMostTheLevelOfEqualBlocksIsEverWorse) {
  Random random(6);
  int worse = 0;
  for (int i = 0; i < 2000; ++i) {
    const LevelResult result = TestLevel({Blocks(24, 0.4, random), Blocks(24, 0.4, random)},
                                         {.level = 0.05, .rise_min = 0});
    worse += result.outcome == Outcome::kWorse ? 1 : 0;
  }
  EXPECT_LE(worse, 100);
}

TEST(LevelTest, EqualValuesAreNotWorse) {
  EXPECT_EQ(TestLevel({std::vector<double>(24, 1), std::vector<double>(24, 1)}, {}).outcome,
            Outcome::kNotWorse);
  EXPECT_EQ(TestLevel({std::vector<double>(24, 1), {1.0}}, {}).outcome, Outcome::kUndecided);
  EXPECT_EQ(TestLevel({{1, 1}, {1.0}}, {}).outcome, Outcome::kNoData);
}

}  // namespace
}  // namespace vedette::release
