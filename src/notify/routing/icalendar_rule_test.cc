#include "notify/routing/icalendar_rule.h"

#include <algorithm>
#include <cctype>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "base/random.h"
#include "notify/routing/icalendar_zone.h"

namespace vedette::notify::routing {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::HasSubstr;

constexpr int64_t kSteps = 1'000'000;

LocalTime Local(std::string_view text) { return *ParseLocal(text); }

RepeatRule Rule(std::string_view text) {
  const base::Result<RepeatRule> rule = RepeatRule::Parse(text, TimeZone());
  EXPECT_TRUE(rule.ok()) << text << ": " << rule.error().message;
  return *rule;
}

// The days on which occurrences begin from `first` on, without the century: "26-11-23 26-11-30".
std::string DaysOf(std::string_view rule, std::string_view first, std::string_view to) {
  int64_t steps = kSteps;
  const LocalTime begin = Local(first);
  std::string text;
  for (const LocalTime start : Rule(rule).Between(begin, begin, Local(to), steps).list) {
    text += (text.empty() ? "" : " ") + FormatLocal(start).substr(2, 8);
    EXPECT_EQ(start - Midnight(start), begin - Midnight(begin)) << rule;
  }
  return text;
}

TEST(RepeatRule, BeginsOnTheDaysThatItNames) {
  const struct {
    const char* rule;
    const char* first;
    const char* to;
    const char* expected;
  } cases[] = {
      {"FREQ=DAILY", "2026-02-27 09:00", "2026-03-03", "26-02-27 26-02-28 26-03-01 26-03-02"},
      {"FREQ=DAILY;INTERVAL=3;COUNT=3", "2026-02-27 09:00", "2027-01-01",
       "26-02-27 26-03-02 26-03-05"},
      {"FREQ=DAILY;BYMONTH=1;BYDAY=SA,SU;COUNT=3", "2026-01-03 09:00", "2027-01-01",
       "26-01-03 26-01-04 26-01-10"},
      {"FREQ=DAILY;UNTIL=20261125T090000Z", "2026-11-23 09:00", "2027-01-01",
       "26-11-23 26-11-24 26-11-25"},
      {"FREQ=DAILY;UNTIL=20261125T085959Z", "2026-11-23 09:00", "2027-01-01", "26-11-23 26-11-24"},
      {"FREQ=DAILY;UNTIL=20261125", "2026-11-23 09:00", "2027-01-01", "26-11-23 26-11-24 26-11-25"},
      {"FREQ=WEEKLY", "2026-11-24 09:00", "2026-12-09", "26-11-24 26-12-01 26-12-08"},
      {"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-12-01 09:00", "2027-01-01",
       "26-12-01 26-12-15 26-12-29"},
      {"FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=5", "2026-11-25 09:00", "2027-01-01",
       "26-11-25 26-11-27 26-11-30 26-12-02 26-12-04"},
      // The first day of the week decides which Sunday belongs to which week.
      {"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05 09:00", "1998-01-01",
       "97-08-05 97-08-10 97-08-19 97-08-24"},
      {"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05 09:00", "1998-01-01",
       "97-08-05 97-08-17 97-08-19 97-08-31"},
      // The first one counts though the rule does not have it.
      {"FREQ=WEEKLY;BYDAY=TU;COUNT=3", "2026-11-23 09:00", "2027-01-01",
       "26-11-23 26-11-24 26-12-01"},
      {"FREQ=MONTHLY;COUNT=3", "2026-12-01 09:00", "2027-12-01", "26-12-01 27-01-01 27-02-01"},
      {"FREQ=MONTHLY", "2026-01-31 09:00", "2026-08-01", "26-01-31 26-03-31 26-05-31 26-07-31"},
      {"FREQ=MONTHLY;BYMONTHDAY=1,15,-1", "2026-02-01 09:00", "2026-03-20",
       "26-02-01 26-02-15 26-02-28 26-03-01 26-03-15"},
      {"FREQ=MONTHLY;BYDAY=1FR,-1MO", "2026-01-02 09:00", "2026-03-01",
       "26-01-02 26-01-26 26-02-06 26-02-23"},
      {"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-02-13 09:00", "2026-12-01",
       "26-02-13 26-03-13 26-11-13"},
      {"FREQ=MONTHLY;INTERVAL=2;BYDAY=MO;BYSETPOS=1,-1", "2026-01-05 09:00", "2026-04-01",
       "26-01-05 26-01-26 26-03-02 26-03-30"},
      {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-30 09:00", "2026-05-01",
       "26-01-30 26-02-27 26-03-31 26-04-30"},
      {"FREQ=MONTHLY;BYDAY=5MO", "2026-03-30 09:00", "2026-09-01", "26-03-30 26-06-29 26-08-31"},
      {"FREQ=YEARLY;COUNT=3", "2026-11-23 09:00", "2030-01-01", "26-11-23 27-11-23 28-11-23"},
      {"FREQ=YEARLY", "2024-02-29 09:00", "2033-01-01", "24-02-29 28-02-29 32-02-29"},
      {"FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU", "2026-03-29 09:00", "2028-01-01",
       "26-03-29 26-10-25 27-03-28 27-10-31"},
      {"FREQ=YEARLY;BYDAY=20MO", "1997-05-19 09:00", "2000-01-01", "97-05-19 98-05-18 99-05-17"},
      {"FREQ=YEARLY;BYMONTH=1,6", "2026-01-10 09:00", "2027-07-01",
       "26-01-10 26-06-10 27-01-10 27-06-10"},
      {"FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05 09:00",
       "2005-01-01", "96-11-05 00-11-07 04-11-02"},
      {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-02-01 09:00", "2060-01-01", "26-02-01"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(DaysOf(each.rule, each.first, each.to), each.expected) << each.rule;
  }
}

// From wherever one looks, what is seen is a part of the whole.
TEST(RepeatRule, GivesTheSameFromAnyMomentOn) {
  for (const char* text :
       {"FREQ=DAILY;INTERVAL=5", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SU;WKST=SU",
        "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=1,-1", "FREQ=YEARLY;INTERVAL=2;BYDAY=2TU",
        "FREQ=WEEKLY;COUNT=60", "FREQ=MONTHLY;BYDAY=WE;BYSETPOS=2;UNTIL=20240101T000000Z"}) {
    const LocalTime first = Local("2019-05-15 20:00");
    const LocalTime to = Local("2026-01-01");
    int64_t steps = kSteps;
    const std::vector<LocalTime> all = Rule(text).Between(first, first, to, steps).list;
    ASSERT_GT(all.size(), 3u) << text;
    for (LocalTime from = Local("2018-01-01"); from < to; from += days(37)) {
      const auto since = std::ranges::lower_bound(all, from);
      EXPECT_EQ(Rule(text).Between(first, from, to, steps).list,
                std::vector<LocalTime>(since, all.end()))
          << text << " from " << FormatLocal(from);
    }
  }
}

TEST(RepeatRule, SaysWhetherThereMayBeMore) {
  const struct {
    const char* rule;
    bool goes_on;
  } cases[] = {{"FREQ=DAILY", true},
               {"FREQ=DAILY;COUNT=10", false},
               {"FREQ=DAILY;COUNT=11", true},
               {"FREQ=DAILY;UNTIL=20261203T000000Z", false},
               {"FREQ=DAILY;UNTIL=20261203T100000Z", true},
               {"FREQ=YEARLY;BYMONTH=11,12;COUNT=3", true},
               {"FREQ=YEARLY;COUNT=1", false}};
  for (const auto& each : cases) {
    int64_t steps = kSteps;
    const LocalTime first = Local("2026-11-23 09:00");
    EXPECT_EQ(Rule(each.rule).Between(first, first, Local("2026-12-03 09:00"), steps).goes_on,
              each.goes_on)
        << each.rule;
  }
}

TEST(RepeatRule, AnOldRuleCostsNoMoreThanANewOneAndAHostileOneStops) {
  const LocalTime now = Local("2026-01-01");
  int64_t steps = 1'000;
  EXPECT_EQ(
      Rule("FREQ=DAILY").Between(Local("1970-01-01"), now, now + days(400), steps).list.size(),
      400u);
  EXPECT_GT(steps, 500);
  const RepeatRule::Starts stopped = Rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31;COUNT=9")
                                         .Between(Local("1970-01-01"), now, now + days(400), steps);
  EXPECT_TRUE(stopped.too_long);
  steps = kSteps;
  const RepeatRule::Starts rare =
      Rule("FREQ=YEARLY;INTERVAL=10000")
          .Between(Local("9999-01-01"), Local("9999-01-01"), Local("9999-12-31"), steps);
  EXPECT_EQ(rare.list.size(), 1u);
}

// Whatever the rule: what comes is in order, in the window, and each begins at the first one's
// time.
TEST(RepeatRule, RandomRulesStayWithinTheirWindow) {
  const std::vector<std::string> parts = {
      "FREQ=DAILY",        "FREQ=WEEKLY",     "FREQ=MONTHLY",  "FREQ=YEARLY",    "INTERVAL=10000",
      "INTERVAL=7",        "COUNT=1000000",   "COUNT=5",       "BYDAY=MO,-53SU", "BYDAY=TU,FR",
      "BYMONTHDAY=-31,31", "BYMONTHDAY=1,-1", "BYMONTH=2,12",  "BYSETPOS=366",   "BYSETPOS=-1,2",
      "WKST=SU",           "UNTIL=99991231Z", "BYDAY=5MO,1TU", "UNTIL=19700101", "COUNT=x"};
  size_t read = 0;
  for (uint64_t seed = 1; seed <= 3'000; ++seed) {
    base::Random random(seed);
    std::string text = parts[random.Below(4)];
    for (uint64_t i = random.Below(5); i > 0; --i) text += ";" + parts[random.Below(parts.size())];
    const base::Result<RepeatRule> rule = RepeatRule::Parse(text, TimeZone());
    if (!rule.ok()) continue;
    ++read;
    const LocalTime first =
        random.Below(2) == 0 ? Local("1970-01-01 02:30") : Local("9999-12-31 23:59");
    const LocalTime from = first + days(random.Below(20'000));
    const LocalTime to = from + days(400);
    int64_t steps = 50'000;
    const RepeatRule::Starts starts = rule->Between(first, from, to, steps);
    ASSERT_LE(starts.list.size(), 401u) << text;
    for (size_t i = 0; i < starts.list.size(); ++i) {
      const LocalTime start = starts.list[i];
      ASSERT_TRUE(start >= from && start < to) << text;
      ASSERT_TRUE(i == 0 || starts.list[i - 1] < start) << text;
      ASSERT_EQ(start - Midnight(start), first - Midnight(first)) << text;
    }
  }
  EXPECT_GT(read, 500u);
}

TEST(RepeatRule, WhatIsNotReadIsNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"FREQ=HOURLY", "FREQ=HOURLY"},
      {"COUNT=3", "does not say by what"},
      {"", "does not say by what"},
      {"FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO"},
      {"FREQ=YEARLY;BYYEARDAY=100", "BYYEARDAY"},
      {"FREQ=DAILY;BYHOUR=9,17", "BYHOUR"},
      {"FREQ=DAILY;INTERVAL=0", "INTERVAL=0"},
      {"FREQ=DAILY;COUNT=-1", "COUNT=-1"},
      {"FREQ=DAILY;COUNT=99999999999999999999", "COUNT"},
      {"FREQ=WEEKLY;BYDAY=XX", "BYDAY=XX"},
      {"FREQ=WEEKLY;BYDAY=1MO", "numbered weekdays"},
      {"FREQ=MONTHLY;BYDAY=54MO", "BYDAY=54MO"},
      {"FREQ=WEEKLY;BYMONTHDAY=3", "days of the month"},
      {"FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"},
      {"FREQ=MONTHLY;BYMONTHDAY=", "empty BYMONTHDAY"},
      {"FREQ=YEARLY;BYMONTH=-1", "BYMONTH"},
      {"FREQ=DAILY;UNTIL=never", "\"NEVER\" is no time"},
      {"FREQ=DAILY;WKST=X", "weeks from X"},
  };
  for (const auto& [text, expected] : cases) {
    std::string upper(text);
    std::ranges::transform(upper, upper.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const base::Result<RepeatRule> rule = RepeatRule::Parse(upper, TimeZone());
    ASSERT_FALSE(rule.ok()) << text;
    EXPECT_THAT(rule.error().message, HasSubstr(expected)) << text;
  }
}

TEST(CalendarSpan, IsReadAsDaysAndARest) {
  const struct {
    const char* text;
    int days;
    base::Duration rest;
  } cases[] = {{"PT8H", 0, hours(8)},
               {"P1D", 1, base::Duration(0)},
               {"P2W", 14, base::Duration(0)},
               {"P1DT12H30M", 1, hours(12) + minutes(30)},
               {"+PT90S", 0, std::chrono::seconds(90)},
               {"-PT15M", 0, -minutes(15)}};
  for (const auto& each : cases) {
    const base::Result<CalendarSpan> span = ParseCalendarSpan(each.text);
    ASSERT_TRUE(span.ok()) << each.text;
    EXPECT_EQ(span->days, days(each.days)) << each.text;
    EXPECT_EQ(span->rest, each.rest) << each.text;
  }
  for (const char* text : {"", "P", "PT", "8H", "P8H", "PT1D", "P1", "P99999999W", "PT99999999H",
                           "P1X", "P-1D", "PTT1H"}) {
    EXPECT_FALSE(ParseCalendarSpan(text).ok()) << text;
  }
}

TEST(CalendarZone, IsFoundByTheNamesThatProgramsGiveIt) {
  const struct {
    const char* tzid;
    const char* location;
    const char* expected;
  } cases[] = {
      {"Europe/Berlin", "", "Europe/Berlin"},
      {"W. Europe Standard Time", "", "Europe/Berlin"},
      {"w. europe standard time", "", "Europe/Berlin"},
      {"Eastern Standard Time", "", "America/New_York"},
      {"Central Standard Time (Mexico)", "", "America/Mexico_City"},
      {"/freeassociation.sourceforge.net/Europe/Berlin", "", "Europe/Berlin"},
      {"/softwarestudio.org/Olson_20011030_5/America/New_York", "", "America/New_York"},
      {"/x/America/Argentina/Buenos_Aires", "", "America/Argentina/Buenos_Aires"},
      {"Customized Time Zone", "Asia/Tokyo", "Asia/Tokyo"},
      {"UTC-08", "", "Etc/GMT+8"},
      {"UTC", "", "UTC"},
  };
  for (const auto& each : cases) {
    const base::Result<TimeZone> zone = FindCalendarZone(each.tzid, each.location);
    ASSERT_TRUE(zone.ok()) << each.tzid;
    EXPECT_EQ(zone->name(), each.expected) << each.tzid;
  }
  for (const char* tzid : {"Customized Time Zone", "", "/", "Mars Standard Time",
                           "/../../etc/passwd", "Standard Time"}) {
    EXPECT_FALSE(FindCalendarZone(tzid, "").ok()) << tzid;
  }
}

}  // namespace
}  // namespace vedette::notify::routing
