#include "diagnose/onset.h"

#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

#include "base/random.h"

namespace vedette::diagnose {
namespace {

Series Of(std::vector<double> window) {
  return {.entity = "a",
          .callee = {},
          .metric = "m",
          .statistic = {},
          .baseline = {},
          .window = std::move(window)};
}

std::vector<double> Noise(uint64_t seed, size_t rows) {
  base::Random random(seed);
  std::vector<double> values;
  for (size_t i = 0; i < rows; ++i) values.push_back(random.Normal());
  return values;
}

TEST(FindShift, FindsTheRowWhereAFewOfManySeriesShift) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<Series> series;
    for (uint64_t i = 0; i < 20; ++i) series.push_back(Of(Noise(seed * 100 + i, 200)));
    for (size_t i = 0; i < 4; ++i) {
      for (size_t row = 120; row < 200; ++row) series[i].window[row] += 6;
    }
    const std::optional<size_t> shift = FindShift(series, 200);
    ASSERT_TRUE(shift);
    EXPECT_NEAR(static_cast<double>(*shift), 120, 3) << seed;
  }
}

TEST(FindShift, OneWildValueIsNoShift) {
  std::vector<Series> series = {Of(Noise(5, 100)), Of(Noise(6, 100))};
  for (size_t row = 50; row < 100; ++row) series[0].window[row] += 5;
  series[1].window[20] = 1e12;
  EXPECT_NEAR(static_cast<double>(*FindShift(series, 100)), 50, 2);
}

TEST(FindShift, MissingValuesAndConstantsSayNothing) {
  EXPECT_FALSE(FindShift({Of(std::vector<double>(50, 3.0))}, 50));
  EXPECT_FALSE(
      FindShift({Of(std::vector<double>(50, std::numeric_limits<double>::quiet_NaN()))}, 50));
  EXPECT_FALSE(FindShift({}, 50));
  EXPECT_FALSE(FindShift({Of({1, 2, 3})}, 3));
}

TEST(FirstSustained, ASingleRowIsNotEnough) {
  EXPECT_FALSE(FirstSustained({0, 9, 0, 0, 0, 0, 0, 0}, 6));
  EXPECT_EQ(FirstSustained({0, 9, 0, 0, 0, 7, 8, 9, 9, 9}, 6), 5u);
  EXPECT_EQ(FirstSustained({0, 7, 0, 8, 9, 9, 0, 0, 0}, 6), 1u);  // four of five
  EXPECT_EQ(FirstSustained({0, 0, -9, -9}, 6), 2u);               // the table ends
}

}  // namespace
}  // namespace vedette::diagnose
