#include "notify/routing/icalendar.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/duration.h"

namespace vedette::notify::routing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

base::TimePoint Utc(std::string_view text) { return *base::ParseTime(text); }

std::string Wrapped(std::string_view events) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + std::string(events) + "END:VCALENDAR\r\n";
}

Plan TwoPeople() {
  Plan plan;
  plan.users.resize(2);
  plan.users[0].name = "ann";
  plan.users[0].full_name = "Ann, of the Bergs";
  plan.users[0].email = "ann@example.org";
  plan.users[1].name = "ben";
  return plan;
}

TEST(ICalendar, WhatIsWrittenIsReadBack) {
  Schedule schedule;
  schedule.name = "primary";
  const Plan plan = TwoPeople();
  const std::vector<Duty> duties = {
      {Utc("2026-11-23T08:00:00Z"), Utc("2026-11-24T08:00:00Z"), "ann", "layer week"},
      {Utc("2026-11-24T08:00:00Z"), Utc("2026-11-25T08:00:00Z"), "", ""},
      {Utc("2026-11-25T08:00:00Z"), Utc("2026-11-26T08:00:30Z"), "ben", "override ov_1"}};

  const std::string text = WriteCalendar(schedule, duties, plan, Utc("2026-11-23T00:00:00Z"));
  const base::Result<Calendar> calendar = ParseCalendar(text, TimeZone());

  ASSERT_TRUE(calendar.ok()) << calendar.error().message;
  EXPECT_THAT(calendar->left_out, IsEmpty());
  ASSERT_EQ(calendar->events.size(), 2u);
  EXPECT_EQ(calendar->events[0].summary, "primary: Ann, of the Bergs");
  EXPECT_EQ(calendar->events[0].from, duties[0].from);
  EXPECT_EQ(calendar->events[0].to, duties[0].to);
  EXPECT_EQ(PersonOf(calendar->events[0], plan), &plan.users[0]);
  EXPECT_EQ(PersonOf(calendar->events[1], plan), &plan.users[1]);
  size_t longest = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find("\r\n", at);
    longest = std::max(longest, end - at);
    at = end + 2;
  }
  EXPECT_LE(longest, 75u);
  EXPECT_EQ(text, WriteCalendar(schedule, duties, plan, Utc("2026-11-23T00:00:00Z")));
}

TEST(ICalendar, TimesAreInTheirZoneElseInTheSchedules) {
  const base::Result<Calendar> calendar = ParseCalendar(
      Wrapped("BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:ben\r\n"
              "DTSTART;TZID=America/New_York:20261123T090000\r\nDTEND:20261123T150000Z\r\n"
              "BEGIN:VALARM\r\nSUMMARY:not this\r\nEND:VALARM\r\nEND:VEVENT\r\n"
              "BEGIN:VEVENT\r\nUID:2\r\nSUMM\r\n ARY:on call:\r\n  ben\r\n"
              "DTSTART;VALUE=DATE:20261124\r\nDTEND;VALUE=DATE:20261125\r\nEND:VEVENT\r\n"),
      *TimeZone::Find("Europe/Berlin"));

  ASSERT_TRUE(calendar.ok());
  ASSERT_EQ(calendar->events.size(), 2u);
  EXPECT_EQ(calendar->events[0].from, Utc("2026-11-23T14:00:00Z"));
  EXPECT_EQ(calendar->events[0].to, Utc("2026-11-23T15:00:00Z"));
  EXPECT_EQ(calendar->events[0].summary, "ben");
  EXPECT_EQ(calendar->events[1].summary, "on call: ben");
  EXPECT_EQ(calendar->events[1].from, Utc("2026-11-23T23:00:00Z"));
  EXPECT_EQ(calendar->events[1].to, Utc("2026-11-24T23:00:00Z"));
}

TEST(ICalendar, WhatCannotBeTakenIsLeftOutAndNamed) {
  const base::Result<Calendar> calendar = ParseCalendar(
      Wrapped("BEGIN:VEVENT\nUID:1\nSUMMARY:weekly\nDTSTART:20261123T090000Z\n"
              "DTEND:20261123T100000Z\nRRULE:FREQ=WEEKLY\nEND:VEVENT\n"
              "BEGIN:VEVENT\nUID:2\nDTSTART:20261123T090000Z\nEND:VEVENT\n"
              "BEGIN:VEVENT\nUID:3\nDTSTART:20261123T090000Z\nDTEND:20261122\nEND:VEVENT\n"
              "BEGIN:VEVENT\nUID:4\nDTSTART:tomorrow\nDTEND:20261122\nEND:VEVENT\n"
              "BEGIN:VEVENT\nUID:5\n"),
      TimeZone());

  ASSERT_TRUE(calendar.ok());
  EXPECT_THAT(calendar->events, IsEmpty());
  EXPECT_THAT(calendar->left_out,
              ElementsAre(HasSubstr("it repeats"), HasSubstr("no end"), HasSubstr("before"),
                          HasSubstr("tomorrow"), HasSubstr("cut short")));
  EXPECT_FALSE(ParseCalendar("hello: world", TimeZone()).ok());
  EXPECT_FALSE(ParseCalendar("", TimeZone()).ok());
}

TEST(ICalendar, AnEventThatNamesSeveralPeopleNamesNobody) {
  const Plan plan = TwoPeople();
  CalendarEvent event;

  event.summary = "ann for ben";
  EXPECT_EQ(PersonOf(event, plan), nullptr);
  event.attendee = "ann@example.org";
  EXPECT_EQ(PersonOf(event, plan), &plan.users[0]);
  event = {};
  event.summary = "Benedikt";
  EXPECT_EQ(PersonOf(event, plan), nullptr);
}

}  // namespace
}  // namespace vedette::notify::routing
