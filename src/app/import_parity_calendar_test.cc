#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/import_parity.h"
#include "base/duration.h"
#include "importer/calendar.h"

namespace vedette::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const base::TimePoint kNow = *base::ParseTime("2026-11-22T12:00:00Z");

std::string Calendar(const std::string& rule) {
  std::string out = "BEGIN:VCALENDAR\nX-WR-CALNAME:ops\n";
  const char* const people[] = {"ann", "ben", "cem"};
  for (int i = 0; i < 3; ++i) {
    out += fmt::format(
        "BEGIN:VEVENT\nUID:{0}\nDTSTART;TZID=America/New_York:202611{1}T180000\n"
        "DTEND;TZID=America/New_York:202611{2}T060000\nRRULE:{3}\n"
        "ATTENDEE:mailto:{0}@example.org\nSUMMARY:nights\nEND:VEVENT\n",
        people[i], 23 + i, 24 + i, rule);
  }
  return out + "END:VCALENDAR\n";
}

std::string Compare(const std::string& text, const std::string& other) {
  const importer::Imported imported = *importer::ImportCalendar(other, kNow);
  std::vector<yaml::Diagnostic> problems;
  const Config config = ReadConfig(imported.config, ".", {}, problems);
  for (const yaml::Diagnostic& problem : problems) ADD_FAILURE() << problem.ToString("result");
  return ParityText(*CompareWithCalendar(text, imported, config, kNow));
}

TEST(CalendarParity, WhatWasMadeOfACalendarHasTheSamePeopleAtEachHour) {
  for (const char* rule : {"FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2",
                           "FREQ=DAILY;INTERVAL=3;COUNT=5", "FREQ=MONTHLY"}) {
    EXPECT_EQ(Compare(Calendar(rule), Calendar(rule)), "parity: 1344 hours, 0 differences\n")
        << rule;
  }
}

// Weekends from Friday to Monday, and the nights between them.
std::string Weekends(const std::string& nights, const std::string& weekends,
                     const std::string& end) {
  const auto event = [](const char* who, const char* from, const std::string& to,
                        const std::string& rule) {
    return fmt::format(
        "BEGIN:VEVENT\nUID:{0}{1}\nDTSTART;TZID=America/New_York:{1}\n"
        "DTEND;TZID=America/New_York:{2}\nRRULE:FREQ=WEEKLY;{3}\n"
        "ATTENDEE:mailto:{0}@example.org\nSUMMARY:duty\nEND:VEVENT\n",
        who, from, to, rule);
  };
  std::string out = "BEGIN:VCALENDAR\nX-WR-CALNAME:ops\n";
  out += event("ann", "20261125T180000", "20261126T080000", nights + "BYDAY=MO,TU,WE,TH");
  out += event("ben", "20261127T180000", "20261130T" + end, weekends);
  if (!nights.empty()) {
    out += event("cem", "20261130T180000", "20261201T080000", nights + "BYDAY=MO,TU,WE,TH");
  }
  if (!weekends.empty()) out += event("dag", "20261204T180000", "20261207T" + end, weekends);
  return out + "END:VCALENDAR\n";
}

TEST(CalendarParity, WeekendsBesideNightsGoOnForGood) {
  const std::string every_second = "INTERVAL=2;";
  for (const char* end : {"080000", "180000"}) {
    for (const std::string& nights : {std::string(), every_second}) {
      for (const std::string& weekends : {std::string(), every_second}) {
        const std::string text = Weekends(nights, weekends, end);
        EXPECT_EQ(Compare(text, text), "parity: 1344 hours, 0 differences\n") << text;
        EXPECT_THAT(importer::ImportCalendar(text, kNow)->config, Not(HasSubstr("end:"))) << text;
      }
    }
  }
}

TEST(CalendarParity, WhoElseIsOnCallIsNamed) {
  EXPECT_THAT(Compare(Calendar("FREQ=DAILY;INTERVAL=3"), Calendar("FREQ=WEEKLY")),
              HasSubstr("differs: {calendar=\"ops\"} at 2026-11-26T23:00:00.000Z: there ann; "
                        "here nobody\n"));
}

}  // namespace
}  // namespace vedette::app
