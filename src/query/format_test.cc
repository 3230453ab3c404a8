#include "query/format.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "base/random.h"
#include "query/lexer.h"

namespace vedette::query {
namespace {

std::string ApiFloat(double value) {
  std::string out;
  AppendApiFloat(out, value);
  return out;
}

TEST(Format, FloatsAreGoShortestWithoutExponent) {
  EXPECT_EQ(GoFloat(0), "0");
  EXPECT_EQ(GoFloat(-0.0), "-0");
  EXPECT_EQ(GoFloat(1), "1");
  EXPECT_EQ(GoFloat(0.1), "0.1");
  EXPECT_EQ(GoFloat(-12.5), "-12.5");
  EXPECT_EQ(GoFloat(1e15), "1000000000000000");
  EXPECT_EQ(GoFloat(1e23), "100000000000000000000000");
  EXPECT_EQ(GoFloat(123456789012345680), "123456789012345680");
  EXPECT_EQ(GoFloat(1e-9), "0.000000001");
  EXPECT_EQ(GoFloat(1.25e-7), "0.000000125");
  EXPECT_EQ(GoFloat(-1.5e-10), "-0.00000000015");
  EXPECT_EQ(GoFloat(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(GoFloat(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(GoFloat(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(Format, TheApiUsesExponentsAtTheExtremes) {
  EXPECT_EQ(ApiFloat(1e-7), "1e-07");
  EXPECT_EQ(ApiFloat(1e-6), "0.000001");
  EXPECT_EQ(ApiFloat(1e21), "1e+21");
  EXPECT_EQ(ApiFloat(1e20), "100000000000000000000");
  EXPECT_EQ(ApiFloat(0), "0");
  EXPECT_EQ(ApiFloat(std::numeric_limits<double>::infinity()), "+Inf");
}

TEST(Format, FloatsReadBackExactly) {
  base::Random random(7);
  for (int i = 0; i < 2000; ++i) {
    const double value = random.Normal() * std::pow(10, random.Uniform(-40, 40));
    EXPECT_EQ(std::stod(GoFloat(value)), value);
    EXPECT_EQ(std::stod(ApiFloat(value)), value);
  }
}

TEST(Format, DurationsReadBackExactly) {
  EXPECT_EQ(FormatPromDuration(0), "0s");
  EXPECT_EQ(FormatPromDuration(5'400'000), "1h30m");
  EXPECT_EQ(FormatPromDuration(86'400'000LL * 7), "1w");
  EXPECT_EQ(FormatPromDuration(86'400'000LL * 8), "8d");
  EXPECT_EQ(FormatPromDuration(86'400'000LL * 365), "1y");
  EXPECT_EQ(FormatPromDuration(1), "1ms");
  base::Random random(8);
  for (int i = 0; i < 2000; ++i) {
    const auto ms = static_cast<int64_t>(random.Below(uint64_t{1} << random.Below(43)));
    EXPECT_EQ(ParsePromDuration(FormatPromDuration(ms)).value_or(-1), ms);
  }
}

TEST(Format, QuotesReadBackExactly) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(Unquote(Quote(all)).value_or(""), all);
}

TEST(Format, SecondsHaveThreeDecimals) {
  EXPECT_EQ(FormatSeconds(1'700'000'000'250), "1700000000.250");
  EXPECT_EQ(FormatSeconds(-1), "-0.001");
}

}  // namespace
}  // namespace vedette::query
