#include "importer/calendar.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/duration.h"

namespace vedette::importer {
namespace {

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
  EXPECT_THAT(imported->config, HasSubstr("          start: \"2026-11-23 00:00\"\n"
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
  EXPECT_THAT(report,
              HasSubstr("changed: schedule Payments: 1 of its turns not as the others"));
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

TEST(ImportCalendar, RefusesWhatIsNoneOrNamesNobody) {
  EXPECT_FALSE(ImportCalendar("a: b", kNow).ok());
  EXPECT_FALSE(ImportCalendar(Calendar(""), kNow).ok());
}

}  // namespace
}  // namespace vedette::importer
