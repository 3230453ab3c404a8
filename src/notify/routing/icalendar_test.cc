#include "notify/routing/icalendar.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/duration.h"

namespace vedette::notify::routing {
namespace {

using ::testing::Contains;
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
      Wrapped("BEGIN:VEVENT\nUID:1\nSUMMARY:hourly\nDTSTART:20261123T090000Z\n"
              "DTEND:20261123T100000Z\nRRULE:FREQ=HOURLY\nEND:VEVENT\n"
              "BEGIN:VEVENT\nUID:2\nDTSTART:20261123T090000Z\nEND:VEVENT\n"
              "BEGIN:VEVENT\nUID:3\nDTSTART:20261123T090000Z\nDTEND:20261122\nEND:VEVENT\n"
              "BEGIN:VEVENT\nUID:4\nDTSTART:tomorrow\nDTEND:20261122\nEND:VEVENT\n"
              "BEGIN:VEVENT\nUID:6\nDTEND:20261122\nEND:VEVENT\n"
              "BEGIN:VEVENT\nUID:7\nDTSTART:20261122\nSTATUS:cancelled\nEND:VEVENT\n"
              "BEGIN:VEVENT\nUID:8\nDTSTART;TZID=Mars:20261122T090000\nEND:VEVENT\n"
              "BEGIN:VEVENT\nUID:9\nDTSTART:20261122\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY\n"
              "END:VEVENT\n"
              "BEGIN:VEVENT\nUID:10\nDTSTART:20261122\nDURATION:-P1D\nEND:VEVENT\n"
              "BEGIN:VEVENT\nUID:11\nDTSTART:20261122\nRDATE:20261123/P1D\nEND:VEVENT\n"
              "BEGIN:VEVENT\nUID:5\n"),
      TimeZone());

  ASSERT_TRUE(calendar.ok());
  EXPECT_THAT(calendar->events, IsEmpty());
  EXPECT_THAT(calendar->left_out,
              ElementsAre("\"hourly\" (1): it repeats by FREQ=HOURLY, which is not read",
                          HasSubstr("no end"), HasSubstr("before"), HasSubstr("tomorrow"),
                          HasSubstr("(6): it has no start"), HasSubstr("cancelled"),
                          HasSubstr("is no time zone"), HasSubstr("several rules"),
                          HasSubstr("(10): it ends before"), HasSubstr("(11): RDATE:"),
                          HasSubstr("cut short")));
  EXPECT_FALSE(ParseCalendar("hello: world", TimeZone()).ok());
  EXPECT_FALSE(ParseCalendar("", TimeZone()).ok());
}

// "11-23T08:00/09:00 ..." in UTC of what an event becomes.
std::string Times(const Calendar& calendar) {
  std::string text;
  for (const CalendarEvent& event : calendar.events) {
    const std::string from = base::FormatTime(event.from);
    text += (text.empty() ? "" : " ") + from.substr(5, 11) + "/" +
            base::FormatTime(event.to).substr(11, 5);
  }
  return text;
}

std::string Event(const std::string& lines, const std::string& uid = "1") {
  return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nSUMMARY:ann\r\n" + lines + "END:VEVENT\r\n";
}

Calendar Read(const std::string& events, std::string_view now, std::string_view zone = "UTC") {
  const base::Result<Calendar> calendar =
      ParseCalendar(Wrapped(events), *TimeZone::Find(zone), Utc(now));
  EXPECT_TRUE(calendar.ok()) << events;
  return calendar.ok() ? *calendar : Calendar();
}

TEST(ICalendar, EventsRepeatByTheClocksOfTheirZone) {
  const std::string berlin = ";TZID=Europe/Berlin:";
  const struct {
    const char* what;
    std::string lines;
    const char* now;
    const char* expected;
  } cases[] = {
      {"nine in the morning before and after the clocks change",
       "DTSTART" + berlin + "20261019T090000\r\nDTEND" + berlin +
           "20261019T170000\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n",
       "2026-10-01T00:00:00Z", "10-19T07:00/15:00 10-26T08:00/16:00"},
      {"a night over the change lasts an hour longer, and one in spring an hour less",
       "DTSTART" + berlin + "20261024T220000\r\nDTEND" + berlin + "20261025T070000\r\nRDATE" +
           berlin + "20260328T220000,20260329T220000\r\n",
       "2026-01-01T00:00:00Z", "03-28T21:00/05:00 03-29T20:00/05:00 10-24T20:00/06:00"},
      {"hours of a DURATION are hours",
       "DTSTART" + berlin + "20260328T220000\r\nDURATION:PT9H\r\nRRULE:FREQ=DAILY;COUNT=2\r\n",
       "2026-01-01T00:00:00Z", "03-28T21:00/06:00 03-29T20:00/05:00"},
      {"days of a DURATION are days",
       "DTSTART" + berlin + "20260328T090000\r\nDURATION:P1D\r\nRRULE:FREQ=DAILY;COUNT=2\r\n",
       "2026-01-01T00:00:00Z", "03-28T08:00/07:00 03-29T07:00/07:00"},
      {"a reading that the clocks skip is the moment at which they skip it",
       "DTSTART" + berlin + "20260328T023000\r\nDTEND" + berlin +
           "20260328T040000\r\nRRULE:FREQ=DAILY;COUNT=2\r\n",
       "2026-01-01T00:00:00Z", "03-28T01:30/03:00 03-29T01:00/02:00"},
      {"what the clocks skip as a whole does not take place",
       "DTSTART" + berlin + "20260328T020000\r\nDTEND" + berlin +
           "20260328T023000\r\nRRULE:FREQ=DAILY;COUNT=3\r\n",
       "2026-01-01T00:00:00Z", "03-28T01:00/01:30 03-30T00:00/00:30"},
      {"an end in another zone is turned to that of the start",
       "DTSTART" + berlin +
           "20261019T090000\r\nDTEND:20261019T150000Z\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n",
       "2026-10-01T00:00:00Z", "10-19T07:00/15:00 10-26T08:00/16:00"},
      {"days alone, with an EXDATE that is one",
       "DTSTART;VALUE=DATE:20261024\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE;VALUE=DATE:20261024\r\n",
       "2026-10-01T00:00:00Z", "10-25T00:00/00:00 10-26T00:00/00:00"},
      {"the last Friday of months, but for one, and once more",
       "DTSTART" + berlin +
           "20260925T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;"
           "UNTIL=20261127T080000Z\r\nEXDATE" +
           berlin + "20261030T090000\r\nRDATE" + berlin + "20261002T120000\r\n",
       "2026-09-01T00:00:00Z", "09-25T07:00/08:00 10-02T10:00/11:00 11-27T08:00/09:00"},
      {"an EXDATE in UTC, and one of a whole day",
       "DTSTART" + berlin +
           "20261026T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=4\r\n"
           "EXDATE:20261027T080000Z\r\nEXDATE;VALUE=DATE:20261028\r\n",
       "2026-10-01T00:00:00Z", "10-26T08:00/09:00 10-29T08:00/09:00"},
      {"one that began before now is there until it ends",
       "DTSTART:20261019T090000Z\r\nDTEND:20261020T090000Z\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n",
       "2026-10-27T08:59:00Z", "10-26T09:00/09:00 11-02T09:00/09:00"},
  };
  for (const auto& each : cases) {
    const Calendar calendar = Read(Event(each.lines), each.now);
    EXPECT_EQ(Times(calendar), each.expected) << each.what;
  }
}

TEST(ICalendar, ADayOrAnEventWithALengthNeedsNoEnd) {
  const Calendar calendar = Read(Event("DTSTART;VALUE=DATE:20261025\r\n") +
                                     Event("DTSTART:20261202T090000Z\r\nDURATION:PT8H\r\n"),
                                 "2026-10-01T00:00:00Z", "Europe/Berlin");

  EXPECT_EQ(Times(calendar), "10-24T22:00/23:00 12-02T09:00/17:00");  // a day of 25 hours
  EXPECT_THAT(calendar.left_out, IsEmpty());
}

TEST(ICalendar, AnOccurrenceThatWasChangedReplacesItsOwn) {
  const std::string series = Event(
      "DTSTART;TZID=Europe/Berlin:20261019T090000\r\nDURATION:PT1H\r\n"
      "RRULE:FREQ=WEEKLY;COUNT=4\r\n");
  const std::string moved = Event(
      "RECURRENCE-ID;TZID=Europe/Berlin:20261026T090000\r\n"
      "DTSTART:20261027T120000Z\r\nDTEND:20261027T130000Z\r\n");
  const std::string gone = Event(
      "RECURRENCE-ID:20261102T080000Z\r\nSTATUS:CANCELLED\r\n"
      "DTSTART:20261102T080000Z\r\nDTEND:20261102T090000Z\r\n");
  const std::string other =
      Event("RECURRENCE-ID:20261109T080000Z\r\nDTSTART:20261109T080000Z\r\nDURATION:PT5M\r\n", "2");

  const Calendar calendar = Read(moved + series + gone + other, "2026-10-01T00:00:00Z");
  EXPECT_EQ(Times(calendar),
            "10-27T12:00/13:00 10-19T07:00/08:00 11-09T08:00/09:00 11-09T08:00/08:05");
  EXPECT_THAT(calendar.left_out, ElementsAre("\"ann\" (1): cancelled"));
  EXPECT_EQ(Times(Read(moved + series + gone, "2026-11-01T00:00:00Z")), "11-09T08:00/09:00");
}

TEST(ICalendar, AChangeOfAllThatFollowEndsTheSeriesAndIsNamed) {
  const Calendar calendar =
      Read(Event("DTSTART:20261019T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\n") +
               Event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261102T090000Z\r\n"
                     "DTSTART:20261102T120000Z\r\nDURATION:PT1H\r\n"),
           "2026-10-01T00:00:00Z");

  EXPECT_EQ(Times(calendar), "10-19T09:00/10:00 10-26T09:00/10:00 11-02T12:00/13:00");
  EXPECT_THAT(calendar.left_out, ElementsAre(HasSubstr("it changes all that follow it")));
}

TEST(ICalendar, WhatIsOverAndWhatIsFarOffIsLeftOutAndNamed) {
  const std::string weekly = "DTSTART:20220103T090000Z\r\nDURATION:P7D\r\nRRULE:FREQ=WEEKLY\r\n";
  const Calendar calendar =
      Read(Event(weekly) + Event("DTSTART:20220103T090000Z\r\nDURATION:PT1H\r\n"
                                 "RRULE:FREQ=WEEKLY;UNTIL=20230101T000000Z\r\n",
                                 "2"),
           "2026-11-23T00:00:00Z");

  ASSERT_EQ(calendar.events.size(), 59u);  // 400 days and the week that is on
  EXPECT_EQ(calendar.events.front().from, Utc("2026-11-16T09:00:00Z"));
  EXPECT_EQ(calendar.events.back().from, Utc("2027-12-27T09:00:00Z"));
  EXPECT_THAT(calendar.left_out,
              ElementsAre("\"ann\" (1): what was over by 2026-11-23; what begins after 2027-12-28: "
                          "import the calendar again by then",
                          "\"ann\" (2): it is over"));
}

TEST(ICalendar, WithoutAPresentTheFilesOwnStampIsIt) {
  const std::string daily = "DTSTART:20220103T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\n";
  const std::string stamp = "DTSTAMP:20261123T120000Z\r\n";

  const auto stamped = ParseCalendar(Wrapped(Event(daily + stamp)), TimeZone());
  const auto bare = ParseCalendar(Wrapped(Event(daily)), TimeZone());
  ASSERT_TRUE(stamped.ok() && bare.ok());
  EXPECT_EQ(stamped->events.front().from, Utc("2026-11-24T09:00:00Z"));
  EXPECT_EQ(stamped->events.size(), 400u);
  EXPECT_EQ(bare->events.front().from, Utc("2022-01-03T09:00:00Z"));
}

TEST(ICalendar, ZonesAreFoundByTheNamesOfOtherPrograms) {
  const std::string zone =
      "BEGIN:VTIMEZONE\r\nTZID:Our office\r\nX-LIC-LOCATION:Asia/Tokyo\r\nBEGIN:STANDARD\r\n"
      "DTSTART:19700101T000000\r\nTZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\n"
      "END:VTIMEZONE\r\n";
  const auto in = [](const std::string& tzid) {
    return Event("DTSTART;TZID=" + tzid + ":20261204T090000\r\nDURATION:PT1H\r\n");
  };

  const Calendar calendar = Read(in("W. Europe Standard Time") + in("\"Our office\"") +
                                     in("/freeassociation.sourceforge.net/America/New_York") + zone,
                                 "2026-10-01T00:00:00Z");
  EXPECT_EQ(Times(calendar), "12-04T08:00/09:00 12-04T00:00/01:00 12-04T14:00/15:00");
  EXPECT_THAT(calendar.left_out, IsEmpty());
}

TEST(ICalendar, AHostileFileCostsBoundedTimeAndGivesBoundedEvents) {
  std::string daily;
  for (int i = 0; i < 10; ++i) {
    daily += Event("DTSTART:19700101T090000Z\r\nDURATION:P1D\r\nRRULE:FREQ=DAILY\r\n");
  }
  const Calendar many = Read(daily, "2026-11-23T00:00:00Z");
  EXPECT_EQ(many.events.size(), kCalendarEventsMax);
  EXPECT_THAT(many.left_out, Contains(HasSubstr("there are too many events")));

  std::string counted;
  for (int i = 0; i < 2'000; ++i) {
    counted += Event("DTSTART:19700101\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31;COUNT=9\r\n");
  }
  const Calendar never = Read(counted, "2026-11-23T00:00:00Z");
  EXPECT_THAT(never.events, IsEmpty());
  EXPECT_EQ(never.left_out.size(), 2'000u);
  EXPECT_THAT(never.left_out.back(), HasSubstr("the calendar repeats too much to be read"));
}

TEST(ICalendar, TheEndOfAllTimeIsATimeToo) {
  const std::string last = "DTSTART;TZID=Europe/Berlin:99991231T235959\r\nDURATION:P3660D\r\n";
  const auto calendar = ParseCalendar(
      Wrapped(Event(last) + Event(last + "RRULE:FREQ=YEARLY;INTERVAL=10000\r\n") +
              Event("DTSTAMP:99991231T235959Z\r\n" + last + "RRULE:FREQ=DAILY;COUNT=9\r\n")),
      TimeZone());

  ASSERT_TRUE(calendar.ok());
  EXPECT_EQ(calendar->events.size(), 11u);
  for (const CalendarEvent& event : calendar->events) EXPECT_LT(event.from, event.to);
}

TEST(ICalendar, AddressesAreTheSameInAnyCase) {
  const Plan plan = TwoPeople();
  const Calendar calendar =
      Read(Event("ATTENDEE;CN=X:MAILTO:Ann@Example.org\r\nDTSTART:20261205\r\n") +
               Event("ATTENDEE:mailto:nobody@example.org\r\nDTSTART:20261205\r\n"),
           "2026-10-01T00:00:00Z");

  ASSERT_EQ(calendar.events.size(), 2u);
  EXPECT_EQ(PersonOf(calendar.events[0], plan), &plan.users[0]);
  CalendarEvent event = calendar.events[1];
  event.summary = "on call";
  EXPECT_EQ(PersonOf(event, plan), nullptr);
  Plan three = plan;
  three.users.emplace_back().name = "cem";
  event.summary = "ann for ben";  // who are before cem in the plan
  event.attendee.address = "cem";
  EXPECT_EQ(PersonOf(event, three), &three.users[2]);
}

TEST(ICalendar, TheAttendeeIsTheFirstPersonWhoComes) {
  const std::string room = "ATTENDEE;CUTYPE=ROOM;CN=Blue:mailto:blue@example.org\r\n";
  const std::string group = "ATTENDEE;CUTYPE=GROUP;CN=Ops:mailto:ops@example.org\r\n";
  const std::string no = "ATTENDEE;PARTSTAT=DECLINED;CN=Ann:mailto:ann@example.org\r\n";
  const std::string ben = "ATTENDEE;PARTSTAT=ACCEPTED;CN=\"Ben Ode\":mailto:ben@example.org\r\n";
  const std::string cem = "ATTENDEE:mailto:cem@example.org\r\n";
  const struct {
    std::string attendees;
    const char* address;
    const char* name;
    bool declined;
    std::vector<std::string> left_out;
  } cases[] = {
      {no + ben, "ben@example.org", "Ben Ode", false, {}},
      {"ATTENDEE:mailto:\r\n" + room + group + ben, "ben@example.org", "Ben Ode", false, {}},
      {group, "ops@example.org", "Ops", false, {}},
      {no + group, "ops@example.org", "Ops", false, {}},
      {room, "", "", false, {}},
      {"ATTENDEE;CUTYPE=RESOURCE:mailto:car@example.org\r\n" + no, "", "", true, {}},
      {ben + cem,
       "ben@example.org",
       "Ben Ode",
       false,
       {"\"ann\" (1): 1 other who attends it is left out"}},
      {cem + no + group + ben + ben,
       "cem@example.org",
       "",
       false,
       {"\"ann\" (1): 2 others who attend it are left out"}}};
  for (const char* rule : {"", "RRULE:FREQ=DAILY;COUNT=2\r\n"}) {
    for (const auto& each : cases) {
      const Calendar calendar =
          Read(Event("DTSTART:20261123T090000Z\r\nDURATION:PT1H\r\n" + each.attendees + rule),
               "2026-11-23T00:00:00Z");

      ASSERT_FALSE(calendar.events.empty()) << each.attendees;
      const CalendarEvent& event = calendar.events.back();
      EXPECT_EQ(event.attendee.address, each.address) << each.attendees;
      EXPECT_EQ(event.attendee.name, each.name) << each.attendees;
      EXPECT_EQ(event.declined, each.declined) << each.attendees;
      EXPECT_EQ(calendar.left_out, each.left_out) << each.attendees;
    }
  }
}

TEST(ICalendar, WhoHasDeclinedIsNotPutOnCallByTheSummary) {
  const Plan plan = TwoPeople();
  CalendarEvent event;
  event.summary = "ann";
  EXPECT_EQ(PersonOf(event, plan), &plan.users[0]);

  event.declined = true;

  EXPECT_EQ(PersonOf(event, plan), nullptr);
}

TEST(ICalendar, AnEventThatNamesSeveralPeopleNamesNobody) {
  const Plan plan = TwoPeople();
  CalendarEvent event;

  event.summary = "ann for ben";
  EXPECT_EQ(PersonOf(event, plan), nullptr);
  event.attendee.address = "ann@example.org";
  EXPECT_EQ(PersonOf(event, plan), &plan.users[0]);
  event = {};
  event.summary = "Benedikt";
  EXPECT_EQ(PersonOf(event, plan), nullptr);
}

}  // namespace
}  // namespace vedette::notify::routing
