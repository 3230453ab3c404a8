#include "diagnose/robust.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

#include "base/random.h"

namespace vedette::diagnose {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::vector<double> NormalValues(uint64_t seed, size_t count) {
  base::Random random(seed);
  std::vector<double> values;
  for (size_t i = 0; i < count; ++i) values.push_back(10 + 2 * random.Normal());
  return values;
}

TEST(Robust, TheScaleOfANormalSeriesIsItsStandardDeviation) {
  const Usual usual = Describe(NormalValues(1, 20'000));
  EXPECT_NEAR(usual.center, 10, 0.1);
  EXPECT_NEAR(usual.up, 2, 0.15);
  EXPECT_NEAR(usual.down, 2, 0.15);
}

TEST(Robust, AFifthOfWildValuesMovesTheCenterLittle) {
  std::vector<double> values = NormalValues(2, 1000);
  for (size_t i = 0; i < 200; ++i) values[i] = 1e6;
  EXPECT_NEAR(Describe(values).center, 10.6, 0.5);
}

TEST(Robust, MissingValuesAreLeftOut) {
  EXPECT_EQ(Describe({kMissing, 1, kMissing, 2, 3}).count, 3u);
  EXPECT_EQ(Describe({kMissing, 1, kMissing, 2, 3}).center, 2);
  EXPECT_EQ(Describe({kMissing}).count, 0u);
  EXPECT_TRUE(std::isnan(Median({kMissing})));
  EXPECT_TRUE(std::isnan(Deviation(Describe({1, 2, 3}), kMissing)));
}

TEST(Robust, AConstantSeriesHasAScaleThatFollowsItsUnit) {
  const Usual percent = Describe(std::vector<double>(50, 100.0));
  const Usual share = Describe(std::vector<double>(50, 1.0));
  EXPECT_NEAR(Deviation(percent, 98), Deviation(share, 0.98), 1e-9);
  EXPECT_LT(Deviation(percent, 98), -10);
}

TEST(Robust, SomethingFromNothingIsFarWhateverItsSize) {
  const Usual zeros = Describe(std::vector<double>(50, 0.0));
  EXPECT_EQ(Deviation(zeros, 0), 0);
  EXPECT_EQ(Deviation(zeros, 1e-9), kFromNothing);
  EXPECT_EQ(Deviation(zeros, 23), kFromNothing);
  EXPECT_EQ(BeyondRecord(zeros, 0), 0);
  EXPECT_EQ(BeyondRecord(zeros, 1), kFromNothing);
}

TEST(Robust, TheSidesOfASkewedSeriesHaveTheirOwnScales) {
  base::Random random(3);
  std::vector<double> values;
  for (int i = 0; i < 5000; ++i) values.push_back(random.Exponential(1));
  const Usual usual = Describe(values);
  EXPECT_GT(usual.up, 1.4 * usual.down);
}

TEST(Robust, BeyondRecordIsMeasuredOnTheSameSide) {
  const Usual usual = Describe({8, 9, 10, 10, 10, 11, 20});
  EXPECT_DOUBLE_EQ(BeyondRecord(usual, 30), 2);
  EXPECT_DOUBLE_EQ(BeyondRecord(usual, 4), 3);
}

TEST(Robust, CorrelationKnowsNoUnitAndSurvivesConstants) {
  const std::vector<double> x = {1, 2, 3, 4}, flat = {5, 5, 5, 5};
  const std::vector<double> y = {1000, 2000, 3000, 4000}, down = {4, 3, 2, 1};
  EXPECT_NEAR(Correlation(x, y), 1, 1e-12);
  EXPECT_NEAR(Correlation(x, down), -1, 1e-12);
  EXPECT_EQ(Correlation(x, flat), 0);
}

}  // namespace
}  // namespace vedette::diagnose
