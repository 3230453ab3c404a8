#include "app/maintenance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/duration.h"

namespace vedette::app {
namespace {

using incident::SilenceCommand;
using ::testing::IsEmpty;
using ::testing::SizeIs;

base::TimePoint At(const char* text) { return *base::ParseTime(text); }

std::vector<MaintenanceWindow> Read(const std::string& text,
                                    std::vector<yaml::Diagnostic>* problems = nullptr) {
  std::vector<yaml::Diagnostic> found;
  std::vector<MaintenanceWindow> windows;
  yaml::ReadYaml(text, {}, found, [&](yaml::YamlReader& root) {
    root.ReadList("maintenance", [&](yaml::YamlReader& reader) {
      windows.push_back(ReadMaintenanceWindow(reader));
    });
  });
  if (problems != nullptr) *problems = found;
  return windows;
}

// Saturdays at 02:00 in Berlin, which is 01:00 UTC in winter and 00:00 UTC in summer.
const char* const kWeekly =
    "maintenance: [{name: db, matchers: ['service=\"db\"'], days: [saturday], at: '02:00', "
    "for: 2h, time_zone: Europe/Berlin}]";

TEST(Maintenance, AWeeklyWindowFollowsTheClocksOfItsZone) {
  const auto windows = Read(kWeekly);

  const auto winter = SilencesOf(windows, At("2026-11-27T12:00:00Z"), At("2026-11-28T12:00:00Z"));
  ASSERT_THAT(winter, SizeIs(1));
  EXPECT_EQ(winter[0].starts_at, At("2026-11-28T01:00:00Z"));
  EXPECT_EQ(winter[0].ends_at, At("2026-11-28T03:00:00Z"));
  const auto summer = SilencesOf(windows, At("2026-07-03T12:00:00Z"), At("2026-07-04T12:00:00Z"));
  ASSERT_THAT(summer, SizeIs(1));
  EXPECT_EQ(summer[0].starts_at, At("2026-07-04T00:00:00Z"));
  EXPECT_NE(summer[0].id, winter[0].id);
}

TEST(Maintenance, AWindowThatHasBegunIsStillOne) {
  const auto silences =
      SilencesOf(Read(kWeekly), At("2026-11-28T02:00:00Z"), At("2026-11-28T03:00:00Z"));

  EXPECT_THAT(silences, SizeIs(1));
}

TEST(Maintenance, EachWindowIsPutOnceAndEndsWhenItLeavesTheConfiguration) {
  const auto windows = Read(kWeekly);
  const base::TimePoint now = At("2026-11-28T00:30:00Z");

  const auto first = MaintenanceCommands(windows, {}, now);
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].kind, SilenceCommand::Kind::kPut);
  EXPECT_EQ(first[0].silence.window, "db");
  EXPECT_THAT(MaintenanceCommands(windows, {first[0].silence}, now), IsEmpty());
  const auto gone = MaintenanceCommands({}, {first[0].silence}, now);
  ASSERT_THAT(gone, SizeIs(1));
  EXPECT_EQ(gone[0].kind, SilenceCommand::Kind::kExpire);
}

TEST(Maintenance, WhatAPersonEndedEarlyStaysEnded) {
  const auto windows = Read(kWeekly);
  const base::TimePoint now = At("2026-11-28T01:30:00Z");
  model::Silence ended = MaintenanceCommands(windows, {}, now).at(0).silence;
  ended.ends_at = now;

  EXPECT_THAT(MaintenanceCommands(windows, {ended}, now), IsEmpty());
}

TEST(Maintenance, MistakesAreProblems) {
  for (const char* text : {
           "maintenance: [{name: a, matchers: ['x=y']}]",
           "maintenance: [{name: a, matchers: [], from: 2026-01-01T00:00:00Z, to: "
           "2026-01-02T00:00:00Z}]",
           "maintenance: [{name: a, matchers: ['x=y'], from: 2026-01-02T00:00:00Z, to: "
           "2026-01-01T00:00:00Z}]",
           "maintenance: [{name: a, matchers: ['x=y'], days: [caturday], at: '02:00', for: 1h}]",
           "maintenance: [{name: a, matchers: ['x=y'], days: [sunday], at: '02:00', for: 1h, "
           "time_zone: Moon}]",
       }) {
    std::vector<yaml::Diagnostic> problems;
    Read(text, &problems);
    EXPECT_FALSE(problems.empty()) << text;
  }
}

}  // namespace
}  // namespace vedette::app
