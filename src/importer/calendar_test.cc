#include "importer/calendar.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/duration.h"

namespace vedette::importer {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const base::TimePoint kNow = *base::ParseTime("2026-11-22T12:00:00Z");

std::string Calendar(const std::string& events) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Payments\r\n" + events +
         "END:VCALENDAR\r\n";
}

std::string Event(const std::string& uid, const std::string& lines) {
  return "BEGIN:VEVENT\r\nUID:" + uid + "\r\n" + lines + "END:VEVENT\r\n";
}

std::string Weekly(const std::string& who, const std::string& from, const std::string& to) {
  return fmt::format(
      "DTSTART;TZID=Europe/Berlin:{}\r\nDTEND;TZID=Europe/Berlin:{}\r\n"
      "RRULE:FREQ=WEEKLY;INTERVAL=2\r\nATTENDEE:mailto:{}\r\nSUMMARY:On call\r\n",
      from, to, who);
}

TEST(ImportCalendar, TurnsOfTheSameLengthAreALayer) {
  const base::Result<Imported> imported = ImportCalendar(
      Calendar(Event("a", Weekly("Ann@example.org", "20261123T090000", "20261130T090000")) +
               Event("b", Weekly("ben@example.org", "20261130T090000", "20261207T090000"))),
      kNow);
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported->config, HasSubstr("    - name: \"Payments\"\n"
                                          "      time_zone: \"Europe/Berlin\"\n"
                                          "      layers:\n"
                                          "        - name: \"turns\"\n"
                                          "          start: \"2026-11-23 09:00\"\n"
                                          "          rotation: \"7d\"\n"
                                          "          users: [\"ann\", \"ben\"]\n"));
  EXPECT_THAT(imported->config, HasSubstr("email: \"ann@example.org\""));
  EXPECT_THAT(imported->config, HasSubstr("notify: [\"schedule Payments\"]"));
  const std::string report = ReportText(imported->report, "duty.ics");
  EXPECT_THAT(report, HasSubstr("carried over: event a, 29 times: \"On call\": user ann"));
  EXPECT_THAT(report, HasSubstr("left: routes"));
  EXPECT_THAT(report, Not(HasSubstr("follow no rule")));
}

TEST(ImportCalendar, HoursThatComeAgainEachSecondWeekAreLayersWithHours) {
  const auto days = [](const std::string& who, const std::string& from, const std::string& to) {
    return fmt::format(
        "DTSTART;TZID=Europe/Berlin:{}\r\nDTEND;TZID=Europe/Berlin:{}\r\n"
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU\r\nSUMMARY:On call: {} (first)\r\n",
        from, to, who);
  };
  const base::Result<Imported> imported =
      ImportCalendar(Calendar(Event("a", days("Ann Berg", "20261123T090000", "20261123T170000")) +
                              Event("b", days("Ben Ode", "20261130T090000", "20261130T170000"))),
                     kNow);
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported->config, HasSubstr("          start: \"2026-11-23 09:00\"\n"
                                          "          rotation: \"7d\"\n"
                                          "          users: [\"Ann-Berg\", \"Ben-Ode\"]\n"
                                          "          hours:\n"
                                          "            - days: [\"mon\"]\n"
                                          "              from: \"09:00\"\n"));
  EXPECT_THAT(ReportText(imported->report, "duty.ics"),
              HasSubstr("changed: person Ann Berg: the calendar does not say how to reach"));
}

TEST(ImportCalendar, ATurnThatSomebodyElseTakesIsALayerThatWins) {
  const base::Result<Imported> imported = ImportCalendar(
      Calendar(Event("a", "EXDATE;TZID=Europe/Berlin:20261207T090000\r\n" +
                              Weekly("ann@example.org", "20261123T090000", "20261130T090000")) +
               Event("b", Weekly("ben@example.org", "20261130T090000", "20261207T090000")) +
               Event("c",
                     "DTSTART;TZID=Europe/Berlin:20261207T090000\r\n"
                     "DTEND;TZID=Europe/Berlin:20261214T090000\r\nSUMMARY:Cem\r\n")),
      kNow);
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported->config, HasSubstr("          users: [\"ann\", \"ben\"]\n"
                                          "        - name: \"instead-1\"\n"
                                          "          start: \"2026-12-07 09:00\"\n"
                                          "          end: \"2026-12-14 09:00\"\n"
                                          "          rotation: \"7d\"\n"
                                          "          users: [\"Cem\"]\n"));
  const std::string report = ReportText(imported->report, "duty.ics");
  EXPECT_THAT(report, HasSubstr("changed: schedule Payments: 1 of its turns not as the others"));
  EXPECT_THAT(report, Not(HasSubstr("import the calendar again")));
}

TEST(ImportCalendar, WhatFollowsNoRuleIsALayerForEachDuty) {
  const base::Result<Imported> imported = ImportCalendar(
      Calendar(
          Event("a", "DTSTART:20261201T080000Z\r\nDTEND:20261202T080000Z\r\nSUMMARY:Ann\r\n") +
          Event("b", "DTSTART:20261205T080000Z\r\nDTEND:20261205T120000Z\r\nSUMMARY:Ben\r\n") +
          Event("c", "DTSTART:20261201T090000Z\r\nDTEND:20261201T100000Z\r\nSUMMARY:Cem\r\n") +
          Event("d", "DTSTART:20261206T090000Z\r\nDTEND:20261206T100000Z\r\nSUMMARY:(nobody)\r\n") +
          Event("e", "DTSTART:20260101T090000Z\r\nDTEND:20260101T100000Z\r\nSUMMARY:Ann\r\n")),
      kNow);
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported->config, HasSubstr("        - name: \"duty-2\"\n"
                                          "          start: \"2026-12-05 08:00\"\n"
                                          "          end: \"2026-12-05 12:00\"\n"));
  EXPECT_THAT(imported->config, HasSubstr("- name: \"Payments-2\""));
  const std::string report = ReportText(imported->report, "duty.ics");
  EXPECT_THAT(report, HasSubstr("changed: schedule Payments: its duties follow no rule"));
  EXPECT_THAT(report, HasSubstr("changed: schedule Payments-2: duties at the same time"));
  EXPECT_THAT(report, HasSubstr("left: event d: it names nobody"));
  EXPECT_THAT(report, HasSubstr("left: event e: it is over"));
}

std::string Series(const std::string& who, const std::string& from, const std::string& to,
                   const std::string& rule) {
  return fmt::format(
      "DTSTART;TZID=Europe/Berlin:{}\r\nDTEND;TZID=Europe/Berlin:{}\r\nRRULE:{}\r\n"
      "ATTENDEE:mailto:{}@example.org\r\nSUMMARY:On call\r\n",
      from, to, rule, who);
}

TEST(ImportCalendar, AWeekendEachWeekIsALayerBesideTheNights) {
  const base::Result<Imported> imported = ImportCalendar(
      Calendar(Event("a", Series("ann", "20261126T180000", "20261127T080000",
                                 "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH")) +
               Event("b", Series("ben", "20261127T180000", "20261130T080000", "FREQ=WEEKLY"))),
      kNow);
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported->config, HasSubstr("          start: \"2026-11-26 18:00\"\n"
                                          "          rotation: \"7d\"\n"
                                          "          users: [\"ben\"]\n"
                                          "          hours:\n"
                                          "            - days: [\"fri\"]\n"
                                          "              from: \"18:00\"\n"
                                          "              to: \"24:00\"\n"
                                          "            - days: [\"sat\"]\n"));
  EXPECT_THAT(ReportText(imported->report, "duty.ics"),
              AllOf(Not(HasSubstr("no rule")), Not(HasSubstr("as the others"))));
}

TEST(ImportCalendar, DaysAndALongWeekendAreNoTurnsWithExceptions) {
  const base::Result<Imported> imported = ImportCalendar(
      Calendar(Event("a", Series("ann", "20261123T080000", "20261124T080000",
                                 "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH")) +
               Event("b", Series("ben", "20261127T080000", "20261130T080000", "FREQ=WEEKLY"))),
      kNow);
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported->config,
              AllOf(HasSubstr("week-2"), Not(HasSubstr("instead")), Not(HasSubstr("end:"))));
}

TEST(ImportCalendar, FiveDaysOfEachWeekAreNoTurnsOfFiveDays) {
  const base::Result<Imported> imported = ImportCalendar(
      Calendar(Event("a", Series("ann", "20261123T080000", "20261128T080000", "FREQ=WEEKLY"))),
      kNow);
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported->config,
              AllOf(HasSubstr("week-1"), Not(HasSubstr("instead")), Not(HasSubstr("end:"))));
}

TEST(ImportCalendar, WhoHasDeclinedARoomAndAllButTheFirstAreNotOnCall) {
  const std::string day =
      "DTSTART:20261201T080000Z\r\nDTEND:20261202T080000Z\r\nSUMMARY:On call\r\n";
  const std::string declined = "ATTENDEE;PARTSTAT=DECLINED;CN=Ann:mailto:ann@example.org\r\n";
  const base::Result<Imported> imported =
      ImportCalendar(Calendar(Event("a", day + declined +
                                             "ATTENDEE;CUTYPE=ROOM:mailto:room@example.org\r\n"
                                             "ATTENDEE;CN=Ben Ode:mailto:ben@example.org\r\n"
                                             "ATTENDEE;CN=Cem:mailto:cem@example.org\r\n"
                                             "ATTENDEE:mailto:dag@example.org\r\n") +
                              Event("b", day + declined)),
                     kNow);
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported->config, HasSubstr("    - name: \"ben\"\n"
                                          "      full_name: \"Ben Ode\"\n"));
  for (const char* other : {"ann", "room", "cem", "dag", "Ann", "On-call"}) {
    EXPECT_THAT(imported->config, Not(HasSubstr(fmt::format("name: \"{}", other))));
  }
  const std::string report = ReportText(imported->report, "duty.ics");
  EXPECT_THAT(report,
              HasSubstr("changed: event: \"On call\" (a): 2 others who attend it are left out"));
  EXPECT_THAT(report, HasSubstr("left: event b: whom it names has declined"));
}

std::string ErrorOf(const std::string& events) {
  const base::Result<Imported> imported = ImportCalendar(Calendar(events), kNow);
  return imported.ok() ? "" : imported.error().message;
}

TEST(ImportCalendar, SaysWhyItHasNobody) {
  const std::string over = "DTSTART:20260101T090000Z\r\nDTEND:20260101T100000Z\r\nSUMMARY:Ann\r\n";
  const std::string nobody =
      "DTSTART:20261206T090000Z\r\nDTEND:20261206T100000Z\r\nSUMMARY:(x)\r\n";

  EXPECT_EQ(ErrorOf(""), "it has no events");
  EXPECT_EQ(ErrorOf(Event("a", over)), "all of its events are over");
  EXPECT_EQ(ErrorOf(Event("a", over) + Event("b", over + "RRULE:FREQ=DAILY;COUNT=3\r\n")),
            "all of its events are over");
  EXPECT_EQ(ErrorOf(Event("a", over) + Event("b", nobody)),
            "no event of it that is not over names a person");
  EXPECT_FALSE(ImportCalendar("a: b", kNow).ok());
}

}  // namespace
}  // namespace vedette::importer
