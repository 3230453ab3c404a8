#include "base/duration.h"

#include <gtest/gtest.h>

namespace vedette::base {
namespace {

TEST(ParseDuration, ReadsGoAndPrometheusForms) {
  const struct {
    const char* text;
    int64_t millis;
  } cases[] = {{"0", 0},
               {"0s", 0},
               {"250ms", 250},
               {"90s", 90'000},
               {"1h30m", 5400'000},
               {"1.5h", 5400'000},
               {"1d", 86'400'000},
               {"2w", 1'209'600'000},
               {"1y", 31'536'000'000}};
  for (const auto& [text, millis] : cases) {
    const Result<Duration> duration = ParseDuration(text);
    ASSERT_TRUE(duration.ok()) << text;
    EXPECT_EQ(duration->count(), millis) << text;
  }
}

TEST(ParseDuration, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "5", "s", "-1s", "+1s", "1 s", "1x", "1s ", "1e3s",
                           "99999999999999y", "nans", "1h30"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
}

TEST(FormatDuration, IsReadBackExactly) {
  for (const int64_t millis : {0, 1, 250, 1000, 90'000, 5'400'000, 86'400'001, 123'456'789}) {
    const std::string text = FormatDuration(Duration(millis));
    ASSERT_TRUE(ParseDuration(text).ok()) << text;
    EXPECT_EQ(ParseDuration(text)->count(), millis) << text;
  }
  EXPECT_EQ(FormatDuration(Duration(5'400'000)), "1h30m");
}

TEST(FormatTime, IsRfc3339WithMilliseconds) {
  EXPECT_EQ(FormatTime(FromMillis(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatTime(FromMillis(1'700'000'000'123)), "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(FormatTime(FromMillis(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatTime(FromMillis(-62'167'219'200'000)), "0000-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatTime(FromMillis(253'402'300'799'999)), "9999-12-31T23:59:59.999Z");
}

TEST(FormatTime, TellsOtherYearsInMilliseconds) {
  EXPECT_EQ(FormatTime(FromMillis(INT64_MIN)), "-9223372036854775808 ms");
  EXPECT_EQ(FormatTime(FromMillis(-62'167'219'200'001)), "-62167219200001 ms");
  EXPECT_EQ(FormatTime(FromMillis(253'402'300'800'000)), "253402300800000 ms");
  EXPECT_EQ(FormatTime(FromMillis(INT64_MAX)), "9223372036854775807 ms");
}

TEST(ParseTime, ReadsRfc3339AndSeconds) {
  const struct {
    const char* text;
    int64_t millis;
  } cases[] = {{"1970-01-01T00:00:00Z", 0},
               {"2023-11-14T22:13:20.123Z", 1'700'000'000'123},
               {"2023-11-14T22:13:20.123999999Z", 1'700'000'000'123},
               {"2023-11-15T00:13:20+02:00", 1'700'000'000'000},
               {"2023-11-14 22:13:20Z", 1'700'000'000'000},
               {"1700000000", 1'700'000'000'000},
               {"1700000000.5", 1'700'000'000'500},
               {"-1", -1000}};
  for (const auto& [text, millis] : cases) {
    const Result<TimePoint> time = ParseTime(text);
    ASSERT_TRUE(time.ok()) << text;
    EXPECT_EQ(ToMillis(*time), millis) << text;
  }
}

TEST(ParseTime, RefusesWhatIsNoTime) {
  for (const char* text : {"", "now", "2023-02-30T00:00:00Z", "2023-11-14T24:00:00Z",
                           "2023-11-14T22:13:20", "2023-11-14T22:13:20.Z", "1e400", "12x",
                           "2023-11-14T22:13:20+25:00", "99999999999999999999"}) {
    EXPECT_FALSE(ParseTime(text).ok()) << text;
  }
}

}  // namespace
}  // namespace vedette::base
