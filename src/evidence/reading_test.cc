#include "evidence/reading.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

namespace vedette::evidence {
namespace {

constexpr std::string_view kMatrix =
    R"({"resultType":"matrix","result":[{"metric":{},"values":)"
    R"([[0,"1"],[1,"1.5"],[2,"1"],[3,"0.5"],[4,"1"],[5,"1"],[6,"9"],[7,"11"],[8,"10"],[9,"99"]]}]})";

Reading ReadingOfTest(Reading::Rule rule) {
  Reading reading;
  reading.rule = rule;
  reading.usual_until = base::FromMillis(6'000);
  reading.from = base::FromMillis(6'000);
  reading.to = base::FromMillis(9'000);
  return reading;
}

TEST(Reading, ReadsLevelsAsMediansWithTheirDistance) {
  Reading reading = ReadingOfTest(Reading::Rule::kLevel);
  ASSERT_TRUE(Take(reading, kMatrix).ok());
  EXPECT_EQ(reading.before, 1);
  EXPECT_EQ(reading.after, 10);
  ASSERT_TRUE(reading.deviation.has_value());
  EXPECT_GT(*reading.deviation, 10);
}

TEST(Reading, ReadsMeansAndSums) {
  Reading mean = ReadingOfTest(Reading::Rule::kMean);
  ASSERT_TRUE(Take(mean, kMatrix).ok());
  EXPECT_EQ(mean.before, 1);
  EXPECT_EQ(mean.after, 10);
  EXPECT_FALSE(mean.deviation.has_value());
  Reading sum = ReadingOfTest(Reading::Rule::kSum);
  ASSERT_TRUE(Take(sum, kMatrix).ok());
  EXPECT_EQ(sum.before, 6);
  EXPECT_EQ(sum.after, 30);
}

TEST(Reading, IsTheSameFromRowsAndFromTheirJson) {
  std::vector<base::TimePoint> times;
  std::vector<double> values = {1, 1.5, 1, 0.5, 1, 1, 9, 11, 10, 99};
  for (size_t i = 0; i < values.size(); ++i) {
    times.push_back(base::FromMillis(static_cast<int64_t>(i) * 1000));
  }
  Reading of_rows = ReadingOfTest(Reading::Rule::kLevel);
  Take(of_rows, times, values);
  Reading of_json = ReadingOfTest(Reading::Rule::kLevel);
  ASSERT_TRUE(Take(of_json, kMatrix).ok());
  EXPECT_EQ(of_rows.before, of_json.before);
  EXPECT_EQ(of_rows.after, of_json.after);
  EXPECT_EQ(of_rows.deviation, of_json.deviation);
}

TEST(Reading, LeavesOutWhatIsMissing) {
  const std::vector<base::TimePoint> times = {base::FromMillis(0), base::FromMillis(7'000)};
  const std::vector<double> values = {std::numeric_limits<double>::quiet_NaN(), 5};
  Reading reading = ReadingOfTest(Reading::Rule::kLevel);
  Take(reading, times, values);
  EXPECT_FALSE(reading.before.has_value());
  EXPECT_EQ(reading.after, 5);
  EXPECT_FALSE(reading.deviation.has_value());
}

TEST(Reading, TravelsWithTheAnswerThatItIsOf) {
  Reading reading = ReadingOfTest(Reading::Rule::kLevel);
  ASSERT_TRUE(Take(reading, kMatrix).ok());
  const std::optional<Reading> again = ReadingOf(WithReading(kMatrix, reading));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->rule, reading.rule);
  EXPECT_EQ(again->usual_until, reading.usual_until);
  EXPECT_EQ(again->to, reading.to);
  EXPECT_EQ(again->before, reading.before);
  EXPECT_EQ(again->deviation, reading.deviation);
  EXPECT_FALSE(ReadingOf(kMatrix).has_value());
  EXPECT_FALSE(ReadingOf("no JSON").has_value());
  EXPECT_TRUE(ReadingOf(WithReading("{}", reading)).has_value());
}

TEST(Reading, ReadsNothingOffOtherAnswers) {
  Reading reading = ReadingOfTest(Reading::Rule::kLevel);
  EXPECT_FALSE(Take(reading, "[").ok());
  ASSERT_TRUE(Take(reading, R"({"result":[{"values":[["x",1],3]}]})").ok());
  EXPECT_FALSE(reading.before.has_value());
}

}  // namespace
}  // namespace vedette::evidence
