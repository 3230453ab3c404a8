#include "sources/exposition/number.h"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace vedette::sources::exposition {
namespace {

TEST(ParseValue, ReadsWhatGoPrints) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<std::pair<std::string, double>> cases = {
      {"0", 0},
      {"+1", 1},
      {"-1.5", -1.5},
      {"1e3", 1000},
      {"1.7e+09", 1.7e9},
      {".5", .5},
      {"5.", 5},
      {"0x1p4", 16},
      {"-0X1.8p1", -3},
      {"Inf", infinity},
      {"+Inf", infinity},
      {"-inf", -infinity},
      {"1e-400", 0},
      {"-1e-400", -0.0},
      {"4.9e-324", 5e-324},
      {"INFINITY", infinity},
      {"1.7976931348623157e308", 1.7976931348623157e308},
  };
  for (const auto& [text, want] : cases) {
    const auto value = ParseValue(text);
    ASSERT_TRUE(value.has_value()) << text;
    EXPECT_EQ(std::bit_cast<uint64_t>(*value), std::bit_cast<uint64_t>(want)) << text;
  }
  ASSERT_TRUE(ParseValue("NaN").has_value());
  EXPECT_TRUE(std::isnan(*ParseValue("NaN")));
}

TEST(ParseValue, RefusesEverythingElse) {
  for (const std::string text :
       {"", "+", "-", "--1", "+-1", "1 ", " 1", "1x", "0x", "0xg", "0xinf", "nan(1)", "1_000",
        "1e999", "-1e999", "1,5", "one", "1e", "infi"}) {
    EXPECT_FALSE(ParseValue(text).has_value()) << text;
  }
  EXPECT_FALSE(ParseValue(std::string(400, '9')).has_value());
}

TEST(ParseInteger, ReadsTheWholeRangeAndNothingMore) {
  EXPECT_EQ(ParseInteger("9223372036854775807"), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(ParseInteger("-9223372036854775808"), std::numeric_limits<int64_t>::min());
  for (const std::string text : {"", "9223372036854775808", "1.0", "+1", "1e3", "x"}) {
    EXPECT_FALSE(ParseInteger(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace vedette::sources::exposition
