#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/import_parity.h"
#include "base/duration.h"
#include "importer/calendar.h"

namespace vedette::app {
namespace {

using ::testing::HasSubstr;

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

TEST(CalendarParity, WhoElseIsOnCallIsNamed) {
  EXPECT_THAT(Compare(Calendar("FREQ=DAILY;INTERVAL=3"), Calendar("FREQ=WEEKLY")),
              HasSubstr("differs: {calendar=\"ops\"} at 2026-11-26T23:00:00.000Z: there ann; "
                        "here nobody\n"));
}

}  // namespace
}  // namespace vedette::app
