#include "notify/routing/schedule.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tuple>

#include "base/duration.h"
#include "base/random.h"

namespace vedette::notify::routing {
namespace {

using base::TimePoint;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;

TimePoint Utc(std::string_view text) { return *base::ParseTime(text); }
TimeZone Zone(std::string_view name) { return *TimeZone::Find(name); }

Layer Turns(std::string_view start, base::Duration length, std::vector<std::string> users) {
  Layer layer;
  layer.name = "week";
  layer.start = *ParseLocal(start);
  layer.length = length;
  layer.users = std::move(users);
  return layer;
}

Schedule Of(std::string_view zone, std::vector<Layer> layers) {
  return {.name = "primary", .zone = Zone(zone), .layers = std::move(layers)};
}

Override Instead(std::string user, TimePoint from, TimePoint to, std::string replaces = "") {
  Override override;
  override.id = "ov_" + user;
  override.schedule = "primary";
  override.user = std::move(user);
  override.replaces = std::move(replaces);
  override.from = from;
  override.to = to;
  return override;
}

std::vector<std::string> Names(const std::vector<Duty>& duties) {
  std::vector<std::string> names;
  for (const Duty& duty : duties) names.push_back(duty.user);
  return names;
}

TEST(TimeZone, SkippedReadingsAreTheSkipAndDoubledOnesTheFirst) {
  const TimeZone berlin = Zone("Europe/Berlin");

  EXPECT_EQ(berlin.ToUtc(*ParseLocal("2026-03-29 02:30")), Utc("2026-03-29T01:00:00Z"));
  EXPECT_EQ(berlin.ToUtc(*ParseLocal("2026-10-25 02:30")), Utc("2026-10-25T00:30:00Z"));
  EXPECT_EQ(FormatLocal(berlin.ToLocal(Utc("2026-10-25T01:30:00Z"))), "2026-10-25 02:30");
  EXPECT_EQ(TimeZone().ToUtc(*ParseLocal("2026-10-25T02:30")), Utc("2026-10-25T02:30:00Z"));
}

TEST(TimeZone, UnknownNamesAreRefusedAndNeverOpened) {
  for (const char* name : {"", "Europe/Berlln", "../../etc/passwd", "/etc/passwd", "CEST Berlin"}) {
    EXPECT_FALSE(TimeZone::Find(name).ok()) << name;
  }
}

TEST(Schedule, HandsOverAtTheSameWallClockOnBothChangesOfTheClocks) {
  for (const auto& [zone, winter, summer, spring, autumn] :
       {std::tuple("Europe/Berlin", "08:00", "07:00", "2026-03-30", "2026-10-26"),
        std::tuple("America/New_York", "14:00", "13:00", "2026-03-09", "2026-11-02")}) {
    const Schedule schedule =
        Of(zone, {Turns("2026-01-05 09:00", hours(24 * 7), {"ann", "ben", "cem"})});
    for (const std::string day : {spring, autumn}) {
      const bool is_summer = day == spring;
      const TimePoint handover = Utc(day + "T" + (is_summer ? summer : winter) + ":00Z");
      const Duty before = OnCall(schedule, {}, handover - minutes(1));
      const Duty after = OnCall(schedule, {}, handover);
      EXPECT_EQ(before.to, handover) << zone << " " << day;
      EXPECT_NE(before.user, after.user) << zone << " " << day;
      const base::Duration week = hours(24 * 7 + (is_summer ? -1 : 1));
      EXPECT_EQ(OnCall(schedule, {}, handover - week).to, handover) << zone << " " << day;
      EXPECT_EQ(OnCall(schedule, {}, handover - week - minutes(1)).to, handover - week);
    }
  }
}

TEST(Schedule, AnHourlyTurnThatTheClocksSkipIsNobodysAndADoubledOneIsOnePersons) {
  const Schedule schedule = Of("Europe/Berlin", {Turns("2026-01-01 00:00", hours(1), {"a", "b"})});

  const std::vector<Duty> spring =
      Duties(schedule, {}, Utc("2026-03-29T00:00:00Z"), Utc("2026-03-29T02:00:00Z"));
  const std::vector<Duty> autumn =
      Duties(schedule, {}, Utc("2026-10-25T00:00:00Z"), Utc("2026-10-25T03:00:00Z"));

  ASSERT_EQ(spring.size(), 1u);  // 01:00 and 03:00 are turns of the same person
  EXPECT_EQ(spring[0].to - spring[0].from, hours(2));
  ASSERT_EQ(autumn.size(), 2u);
  EXPECT_EQ(autumn[0].to - autumn[0].from, hours(2));
}

TEST(Schedule, OutsideTheHoursOfALayerTheLayerBelowIsOnCall) {
  Layer days = Turns("2026-01-05 00:00", hours(24 * 7), {"day"});
  days.name = "days";
  days.hours = {{.days = *ParseDays("mon-fri"), .from = hours(9), .to = hours(17)}};
  const Schedule schedule =
      Of("Europe/Berlin", {Turns("2026-01-05 00:00", hours(24 * 7), {"night"}), days});

  const std::vector<Duty> duties = Duties(schedule, {}, Utc("2026-11-27T07:00:00Z"),  // a Friday
                                          Utc("2026-11-30T09:00:00Z"));

  EXPECT_THAT(Names(duties), ElementsAre("night", "day", "night", "day"));
  EXPECT_EQ(duties[1].from, Utc("2026-11-27T08:00:00Z"));
  EXPECT_EQ(duties[1].to, Utc("2026-11-27T16:00:00Z"));
  EXPECT_EQ(duties[3].from, Utc("2026-11-30T08:00:00Z"));
}

TEST(Schedule, BeforeTheFirstTurnAndAfterTheEndNobodyIsOnCall) {
  Layer layer = Turns("2026-11-23 09:00", hours(24), {"ann"});
  layer.end = *ParseLocal("2026-11-25 09:00");
  const Schedule schedule = Of("UTC", {layer});

  const std::vector<Duty> duties =
      Duties(schedule, {}, Utc("2026-11-22T00:00:00Z"), Utc("2026-11-27T00:00:00Z"));

  EXPECT_THAT(Names(duties), ElementsAre("", "ann", ""));
  EXPECT_EQ(OnCall(schedule, {}, Utc("2026-11-22T00:00:00Z")).to, Utc("2026-11-23T09:00:00Z"));
}

TEST(Schedule, AnOverrideWinsForItsTimeAndTheLastOneMadeWinsAmongThem) {
  const Schedule schedule = Of("UTC", {Turns("2026-11-23 00:00", hours(24), {"ann", "ben"})});
  Override first = Instead("cem", Utc("2026-11-23T06:00:00Z"), Utc("2026-11-23T12:00:00Z"));
  Override second = Instead("dan", Utc("2026-11-23T10:00:00Z"), Utc("2026-11-23T14:00:00Z"));
  second.created_at = base::FromMillis(1);

  const std::vector<Duty> duties =
      Duties(schedule, {second, first}, Utc("2026-11-23T00:00:00Z"), Utc("2026-11-24T00:00:00Z"));

  EXPECT_THAT(Names(duties), ElementsAre("ann", "cem", "dan", "ann"));
  EXPECT_EQ(duties[1].cause, "override ov_cem");
  EXPECT_EQ(duties[2].from, Utc("2026-11-23T10:00:00Z"));
}

TEST(Schedule, ASwapReplacesOnlyThePersonThatItNames) {
  const Schedule schedule = Of("UTC", {Turns("2026-11-23 00:00", hours(24), {"ann", "ben"})});
  const std::vector<Override> swap = {
      Instead("ben", Utc("2026-11-23T00:00:00Z"), Utc("2026-11-25T00:00:00Z"), "ann"),
      Instead("ann", Utc("2026-11-24T00:00:00Z"), Utc("2026-11-26T00:00:00Z"), "ben")};

  const std::vector<Duty> duties =
      Duties(schedule, swap, Utc("2026-11-23T00:00:00Z"), Utc("2026-11-26T00:00:00Z"));

  EXPECT_THAT(Names(duties), ElementsAre("ben", "ann", "ann"));  // Tuesday instead of Monday
  EXPECT_EQ(duties[1].from, Utc("2026-11-24T00:00:00Z"));
}

// "ann 01-31 09:00, ben 02-28 09:00": who begins when, by the clock of the schedule.
std::string Begins(const Schedule& schedule, std::string_view from, std::string_view to) {
  std::string text;
  for (const Duty& duty : Duties(schedule, {}, Utc(from), Utc(to))) {
    text += text.empty() ? "" : ", ";
    text += duty.user.empty() ? "nobody" : duty.user;
    text += " " + FormatLocal(schedule.zone.ToLocal(duty.from)).substr(5);
  }
  return text;
}

Layer Months(std::string_view start, std::vector<std::string> users) {
  Layer layer = Turns(start, hours(24 * 30), std::move(users));
  layer.monthly = true;
  return layer;
}

TEST(Schedule, AMonthlyTurnBeginsOnTheSameDayAndTimeOrOnTheLastDayOfTheMonth) {
  const Schedule first = Of("Europe/Berlin", {Months("2026-01-01 09:00", {"ann", "ben"})});
  EXPECT_EQ(Begins(first, "2026-03-15T00:00:00Z", "2026-06-15T00:00:00Z"),
            "ann 03-15 01:00, ben 04-01 09:00, ann 05-01 09:00, ben 06-01 09:00");
  const Schedule last = Of("Europe/Berlin", {Months("2026-01-31 09:00", {"ann", "ben", "cem"})});
  EXPECT_EQ(Begins(last, "2026-01-31T08:00:00Z", "2026-05-01T00:00:00Z"),
            "ann 01-31 09:00, ben 02-28 09:00, cem 03-31 09:00, ann 04-30 09:00");
  const Schedule old = Of("UTC", {Months("2000-02-29 00:00", {"ann", "ben"})});
  EXPECT_EQ(OnCall(old, {}, Utc("2025-02-28T00:00:00Z")).to, Utc("2025-03-29T00:00:00Z"));
  EXPECT_EQ(OnCall(old, {}, Utc("2025-02-28T00:00:00Z")).user, "ann");  // 300 months later
  EXPECT_EQ(OnCall(old, {}, Utc("2025-02-27T23:59:00Z")).user, "ben");
}

TEST(Schedule, ATurnOfNobodyKeepsItsPlaceAndLeavesItToTheLayerBelow) {
  Layer turns = Turns("2026-11-02 00:00", hours(24), {"ann", "-", "ben", "-"});
  turns.name = "turns";
  EXPECT_EQ(Begins(Of("UTC", {turns}), "2026-11-02T00:00:00Z", "2026-11-07T00:00:00Z"),
            "ann 11-02 00:00, nobody 11-03 00:00, ben 11-04 00:00, nobody 11-05 00:00, "
            "ann 11-06 00:00");
  const Layer always = Turns("2026-11-01 00:00", hours(24), {"cem"});
  EXPECT_EQ(Begins(Of("UTC", {always, turns}), "2026-11-02T00:00:00Z", "2026-11-05T00:00:00Z"),
            "ann 11-02 00:00, cem 11-03 00:00, ben 11-04 00:00");
}

TEST(Schedule, DaysOfTheMonthAreThoseOnWhichItsHoursBegin) {
  Layer layer = Months("2026-01-01 00:00", {"ann", "ben"});
  layer.days_of_month = {1, 15, -1};
  EXPECT_EQ(Begins(Of("UTC", {layer}), "2026-02-01T00:00:00Z", "2026-03-02T00:00:00Z"),
            "ben 02-01 00:00, nobody 02-02 00:00, ben 02-15 00:00, nobody 02-16 00:00, "
            "ben 02-28 00:00, ann 03-01 00:00");
  layer.days_of_month = {28};
  layer.hours = {{.from = hours(22), .to = hours(6)}};
  EXPECT_EQ(Begins(Of("Europe/Berlin", {layer}), "2026-03-28T12:00:00Z", "2026-04-28T21:00:00Z"),
            "nobody 03-28 13:00, ann 03-28 22:00, nobody 03-29 06:00, ben 04-28 22:00");
  layer.hours = {{.days = *ParseDays("sat"), .from = hours(9), .to = hours(17)}};
  EXPECT_EQ(Begins(Of("UTC", {layer}), "2026-03-01T00:00:00Z", "2026-04-29T00:00:00Z"),
            "nobody 03-01 00:00, ann 03-28 09:00, nobody 03-28 17:00");  // no Saturday in April
}

TEST(Schedule, MonthsAndNobodyAreKeptAndChecked) {
  Plan plan;
  plan.users.emplace_back().name = "ann";
  Layer layer = Months("2026-01-31 09:00", {"ann", "-"});
  layer.days_of_month = {1, -1};
  plan.schedules = {Of("Europe/Berlin", {layer})};

  const base::Result<Plan> read = PlanFromJson(ToJson(plan));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_TRUE(read->schedules[0].layers[0].monthly);
  EXPECT_THAT(read->schedules[0].layers[0].days_of_month, ElementsAre(1, -1));
  EXPECT_EQ(ToJson(*read), ToJson(plan));
  EXPECT_TRUE(Validate(plan).empty());

  plan.users.emplace_back().name = "-";
  plan.schedules[0].layers[0].users = {"-", "-"};
  plan.schedules[0].layers[0].days_of_month = {0, 32};
  std::string problems;
  for (const PlanProblem& problem : Validate(plan)) problems += problem.message + "\n";
  EXPECT_EQ(problems,
            "stands for nobody in the layers of a schedule\n"
            "nobody takes turns: users has only \"-\"\n"
            "0 is no day of the month: 1 to 31, or -1 for the last\n"
            "32 is no day of the month: 1 to 31, or -1 for the last\n");
}

TEST(Schedule, APlanFromBeforeMonthsIsRead) {
  Plan plan;
  plan.schedules = {Of("UTC", {Turns("2026-01-01 09:00", hours(24), {"ann"})})};
  std::string text = ToJson(plan);
  for (const std::string_view field : {",\"days_of_month\":[]", ",\"monthly\":false"}) {
    const size_t at = text.find(field);
    ASSERT_NE(at, std::string::npos) << text;
    text.erase(at, field.size());
  }
  const base::Result<Plan> read = PlanFromJson(text);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_FALSE(read->schedules[0].layers[0].monthly);
}

TEST(Schedule, LoadCountsNightsAndWeekendsByThePersonsOwnClock) {
  Plan plan;
  plan.users.emplace_back().name = "ann";
  plan.users[0].zone = Zone("Asia/Kolkata");
  const Duty day{.from = Utc("2026-11-23T08:00:00Z"),
                 .to = Utc("2026-11-24T00:30:00Z"),
                 .user = "ann",
                 .cause = "layer week"};

  const Load load = LoadOf({day}, plan).at("ann");

  EXPECT_EQ(load.total, hours(16) + minutes(30));
  EXPECT_EQ(load.nights, hours(8));  // 22:00 to 06:00 in Kolkata is 16:30 to 00:30 UTC
  EXPECT_EQ(load.weekends, hours(0));
  EXPECT_EQ(load.shifts, 1);
}

// Whatever the plan: duties follow each other without gap or overlap, and each moment in them gives
// what OnCall gives, until when too.
TEST(Schedule, DutiesAndOnCallAgreeForRandomPlansAroundChangesOfTheClocks) {
  const std::vector<std::string> zones = {"Europe/Berlin", "America/New_York", "UTC",
                                          "Australia/Lord_Howe"};
  const std::vector<TimePoint> changes = {Utc("2026-03-29T01:00:00Z"), Utc("2026-10-25T01:00:00Z"),
                                          Utc("2026-03-08T07:00:00Z"), Utc("2026-11-01T06:00:00Z"),
                                          Utc("2026-04-04T15:00:00Z")};
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    base::Random random(seed);
    std::vector<Layer> layers;
    for (uint64_t i = 0; i <= random.Below(3); ++i) {
      Layer layer = Turns("2026-01-01 09:00", hours(1 + random.Below(200)), {"a", "b", "c"});
      layer.name = std::to_string(i);
      layer.start += minutes(random.Below(24 * 60));
      layer.monthly = random.Below(4) == 0;
      if (random.Below(4) == 0) layer.users[random.Below(3)] = "-";
      if (random.Below(4) == 0) layer.days_of_month = {1, 8, 25, 28, 29, -1};
      if (random.Below(2) == 0) {
        layer.hours.push_back({.days = static_cast<int64_t>(1 + random.Below(127)),
                               .from = minutes(random.Below(24 * 60)),
                               .to = minutes(random.Below(24 * 60))});
      }
      layers.push_back(std::move(layer));
    }
    const Schedule schedule = Of(zones[random.Below(zones.size())], std::move(layers));
    const TimePoint from = changes[random.Below(changes.size())] - hours(36);
    const TimePoint to = from + hours(96);
    const std::vector<Override> overrides = {
        Instead("d", from + hours(random.Below(40)), from + hours(50), random.Below(2) ? "a" : "")};

    const std::vector<Duty> duties = Duties(schedule, overrides, from, to);

    TimePoint expected = from;
    for (const Duty& duty : duties) {
      ASSERT_EQ(duty.from, expected) << "seed " << seed;
      ASSERT_LT(duty.from, duty.to) << "seed " << seed;
      expected = duty.to;
    }
    ASSERT_EQ(expected, to) << "seed " << seed;
    for (int i = 0; i < 40; ++i) {
      const TimePoint time = from + minutes(random.Below(96 * 60));
      const Duty now = OnCall(schedule, overrides, time);
      const auto duty =
          std::find_if(duties.begin(), duties.end(), [&](const Duty& d) { return time < d.to; });
      ASSERT_EQ(now.user, duty->user) << "seed " << seed << " " << base::FormatTime(time);
      ASSERT_EQ(std::min(now.to, to), duty->to) << "seed " << seed;
    }
  }
}

TEST(Hours, EndAndBeginByTheClocksOfTheZone) {
  const Hours night = {{.from = hours(22), .to = hours(7)}};
  const TimeZone berlin = Zone("Europe/Berlin");

  EXPECT_TRUE(Contains(night, berlin, Utc("2026-03-29T02:00:00Z")));
  EXPECT_EQ(NextOutside(night, berlin, Utc("2026-03-28T22:00:00Z")), Utc("2026-03-29T05:00:00Z"));
  EXPECT_EQ(NextOutside(night, berlin, Utc("2026-10-24T22:00:00Z")), Utc("2026-10-25T06:00:00Z"));
  EXPECT_EQ(NextInside(night, berlin, Utc("2026-03-29T05:00:00Z")), Utc("2026-03-29T20:00:00Z"));
  EXPECT_FALSE(
      NextOutside({{.from = hours(0), .to = hours(0)}}, berlin, Utc("2026-01-01T00:00:00Z"))
          .has_value());
  EXPECT_EQ(Describe({.days = *ParseDays("mon-fri"), .from = hours(9), .to = hours(17)}),
            "mon-fri 09:00-17:00");
  EXPECT_FALSE(ParseDays("mom").ok());
  EXPECT_FALSE(ParseClock("24:01").ok());
}

}  // namespace
}  // namespace vedette::notify::routing
