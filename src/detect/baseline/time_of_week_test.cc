#include "detect/baseline/time_of_week.h"

#include <cstdint>
#include <gtest/gtest.h>

namespace vedette::detect::baseline {
namespace {

constexpr int64_t kMinute = 60'000;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kWeek = 7 * kDay;
constexpr int64_t kThursday = 2900 * kWeek;  // in 2025

TEST(TimeOfWeek, TellsHalfHoursOfTheDayAndThreeHoursOfTheWeek) {
  const TimeOfWeek begin(kThursday);
  EXPECT_EQ(begin.half_hour, 0U);
  EXPECT_EQ(begin.three_hours, 0U);
  EXPECT_EQ(begin.since_ms, 0U);
  const TimeOfWeek saturday(kThursday + 2 * kDay + 13 * kHour + 47 * kMinute + 5);
  EXPECT_EQ(saturday.half_hour, 27U);
  EXPECT_EQ(saturday.three_hours, 2U * 8 + 4);
  EXPECT_EQ(saturday.since_ms, 17U * kMinute + 5);
  const TimeOfWeek end(kThursday + kWeek - 1);
  EXPECT_EQ(end.half_hour, 47U);
  EXPECT_EQ(end.three_hours, 55U);
  EXPECT_EQ(end.since_ms, 30U * kMinute - 1);
}

TEST(TimeOfWeek, GoesOnBackwardsBeforeTime) {
  const TimeOfWeek before(-1);
  EXPECT_EQ(before.half_hour, 47U);
  EXPECT_EQ(before.three_hours, 55U);
  EXPECT_EQ(before.since_ms, 30U * kMinute - 1);
  EXPECT_EQ(TimeOfWeek(-kWeek).three_hours, 0U);
}

}  // namespace
}  // namespace vedette::detect::baseline
