#include "score/tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "score/report.h"

namespace vedette::score {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

const base::TimePoint kStart = base::FromMillis(1'800'000'000'000);

sim::Incident Fault(const std::string& service, base::Duration at) {
  sim::Incident fault;
  fault.id = "sim-" + service;
  fault.type = sim::IncidentType::kMemoryLeak;
  fault.service = service;
  fault.started_at = kStart + at;
  fault.ended_at = kStart + at + minutes(5);
  fault.affected = {{service, kStart + at + seconds(20)}};
  return fault;
}

Found Opened(const std::string& service, base::Duration at, bool paged) {
  Found found;
  found.title = service + " is ill";
  found.entities = {service};
  found.opened_at = kStart + at;
  if (paged) found.paged_at = found.opened_at + seconds(5);
  found.pages = paged ? 1 : 0;
  return found;
}

Opinion Saying(const std::vector<Suspect>& suspects) {
  return {.at = kStart, .status = "likely", .summary = "", .suspects = suspects};
}

Outcome One() {
  Outcome run;
  run.scenario = "one";
  run.seed = 3;
  run.begin = kStart;
  run.end = kStart + minutes(30);
  run.truth = {Fault("order", minutes(2)), Fault("user", minutes(12))};
  run.found = {Opened("order", minutes(2) + seconds(50), true)};
  run.found[0].first = Saying({{.entity = "payment", .probability = 0.65, .status = "likely"},
                               {.entity = "order", .probability = 0.25, .status = "inconclusive"}});
  run.found[0].last = Saying({{.entity = "order", .probability = 0.85, .status = "likely"}});
  return run;
}

TEST(Score, CountsWhatWasFoundAndWhen) {
  const Tally tally = Count({One()});

  EXPECT_EQ(tally.all.faults, 2U);
  EXPECT_EQ(tally.all.found.hits, 1U);
  EXPECT_EQ(tally.all.found.of, 2U);
  EXPECT_EQ(tally.page_precision.value(), 1.0);
  EXPECT_THAT(tally.all.found_after, ElementsAre(base::Duration(seconds(30))));
  EXPECT_THAT(tally.all.paged_after, ElementsAre(base::Duration(seconds(35))));
  EXPECT_EQ(tally.all.top1.value(), 0.0);
  EXPECT_EQ(tally.all.top3.value(), 1.0);
  EXPECT_EQ(tally.all.last_top1.value(), 1.0);
  EXPECT_EQ(tally.by_type.at("memory_leak").faults, 2U);
}

TEST(Score, APageThatBelongsToNoFaultIsFalse) {
  Outcome run = One();
  run.found.push_back(Opened("analytics", minutes(3), true));  // not hurt by it
  run.found.push_back(Opened("user", minutes(25), true));      // long over
  run.found.push_back(Opened("inventory", minutes(26), false));

  const Tally tally = Count({run});

  EXPECT_EQ(tally.page_precision.hits, 1U);
  EXPECT_EQ(tally.page_precision.of, 3U);
  EXPECT_EQ(tally.precision.of, 4U);
  EXPECT_THAT(tally.false_pages,
              ElementsAre("one, seed 3: analytics is ill", "one, seed 3: user is ill"));
}

// An incident of a rollout of `web` at one minute, which nobody was told of.
Found Rollout() {
  Found found = Opened("web", minutes(1), false);
  found.signs = {{.entity = "web", .at = found.opened_at}};
  found.first = Saying({{.entity = "web", .probability = 0.9, .status = "confirmed"}});
  found.first->at = found.opened_at + seconds(60);
  return found;
}

TEST(Score, CountsAFaultThatAnIncidentOfAnotherThingTookIn) {
  Outcome run = One();
  run.found = {Rollout()};
  Found& found = run.found[0];
  found.entities.emplace_back("order");
  found.signs.push_back({.entity = "order", .at = kStart + minutes(2) + seconds(40)});
  found.paged_at = kStart + minutes(2) + seconds(45);
  found.told_at = {*found.paged_at};
  found.pages = 1;
  found.later = {Saying({{.entity = "web", .probability = 0.9, .status = "confirmed"}}),
                 Saying({{.entity = "order", .probability = 0.9, .status = "confirmed"}})};
  found.later[0].at = kStart + minutes(2);  // it knew nothing of it
  found.later[1].at = kStart + minutes(4);

  const Tally tally = Count({run});

  EXPECT_EQ(tally.all.found.hits, 1U);
  EXPECT_THAT(tally.all.found_after, ElementsAre(base::Duration(seconds(20))));
  EXPECT_THAT(tally.all.paged_after, ElementsAre(base::Duration(seconds(25))));
  EXPECT_EQ(tally.page_precision.value(), 1.0);
  EXPECT_EQ(tally.all.top1.value(), 1.0);
}

TEST(Score, AnOlderIncidentCountsOnlyForWhatItTookInAndTold) {
  Outcome run = One();
  run.found = {Rollout()};
  run.found[0].entities.emplace_back("order");  // before the fault
  run.found[0].signs.push_back({.entity = "order", .at = kStart + minutes(1)});
  // In the fault's time, and before it hurt anything.
  run.found[0].signs.push_back({.entity = "order", .at = kStart + minutes(2) + seconds(5)});
  run.found[0].paged_at = kStart + minutes(1);
  run.found[0].told_at = {kStart + minutes(1)};
  EXPECT_EQ(Count({run}).all.found.hits, 0U);
  EXPECT_EQ(Count({run}).page_precision.value(), 0.0);

  run.found[0].signs.push_back({.entity = "order", .at = kStart + minutes(3)});
  EXPECT_EQ(Count({run}).all.found.hits, 1U);
  EXPECT_EQ(Count({run}).all.paged.hits, 0U);
  EXPECT_EQ(Count({run}).page_precision.value(), 0.0);
}

TEST(Score, ASecondPageOfTheSameFaultIsRepeated) {
  Outcome run = One();
  run.found.push_back(Opened("order", minutes(4), true));
  const Tally tally = Count({run});
  EXPECT_EQ(tally.repeated_pages, 1U);
  EXPECT_EQ(tally.page_precision.value(), 1.0);
}

TEST(Score, WhatNobodyCouldSeeIsNotMissed) {
  Outcome run = One();
  run.truth[1].affected.clear();
  const Tally tally = Count({run});
  EXPECT_EQ(tally.all.faults, 2U);
  EXPECT_EQ(tally.all.found.value(), 1.0);
}

TEST(Score, FaultsAtTheSameTimeHaveNoSingleRoot) {
  Outcome run = One();
  run.truth[1].started_at = run.truth[0].started_at;
  const Tally tally = Count({run});
  EXPECT_EQ(tally.all.top1.of, 0U);
  EXPECT_EQ(tally.reliability.count(), 0U);
}

TEST(Score, UnknownNamesNobody) {
  Outcome run = One();
  run.found[0].first->status = "unknown";
  const Tally tally = Count({run});
  EXPECT_EQ(tally.all.top3.value(), 0.0);
  EXPECT_EQ(tally.all.unknown, 1U);
}

TEST(Score, UnknownIsRightWhereNothingIsToBlame) {
  Outcome run = One();
  run.found.push_back(Opened("user", minutes(25), false));
  run.found.back().first = Saying({{.entity = "user", .probability = 0.6, .status = "likely"}});
  run.found.push_back(Opened("user", minutes(26), false));
  run.found.back().first = Saying({});
  run.found.back().first->status = "unknown";
  const Tally tally = Count({run});
  EXPECT_EQ(tally.unknown.hits, 1U);
  EXPECT_EQ(tally.unknown.of, 2U);
  const auto json = base::ParseJson(ToJson({run}, tally, {}));
  ASSERT_TRUE(json.ok()) << json.error().message;
  EXPECT_EQ((*json)["scenarios"][0]["without_fault"].size(), 2U);
}

TEST(Score, WhoIsRolledOutIsRightlyNamedWhereNothingElseHappened) {
  Outcome run = One();
  run.rollouts = {{.service = "user", .at = kStart + minutes(24)}};
  run.found.push_back(Opened("user", minutes(25), false));
  run.found.back().first = Saying({{.entity = "user", .probability = 0.9, .status = "likely"}});
  run.found.push_back(Opened("user", minutes(26), false));
  run.found.back().first = Saying({{.entity = "order", .probability = 0.9, .status = "likely"}});
  run.found.push_back(Opened("user", minutes(35), false));  // long after it
  run.found.back().first = Saying({{.entity = "user", .probability = 0.9, .status = "likely"}});
  run.found.push_back(Opened("payment", minutes(25), false));  // not of it
  run.found.back().first = Saying({{.entity = "user", .probability = 0.9, .status = "likely"}});
  const Tally tally = Count({run});
  EXPECT_EQ(tally.rollouts.hits, 1U);
  EXPECT_EQ(tally.rollouts.of, 2U);
  EXPECT_EQ(tally.unknown.hits, 0U);
  EXPECT_EQ(tally.unknown.of, 2U);
  const auto json = base::ParseJson(ToJson({run}, tally, {}));
  ASSERT_TRUE(json.ok()) << json.error().message;
  EXPECT_EQ((*json)["rollouts_named"]["of"], 2);
  EXPECT_EQ((*json)["unknown"], 0) << "of the faults";
}

TEST(Score, ReliabilityComparesWhatWasStatedWithWhatWasRight) {
  const Reliability reliability = Count({One()}).reliability;
  EXPECT_EQ(reliability.bins[6].count, 1U);
  EXPECT_EQ(reliability.bins[6].right, 0U);
  EXPECT_EQ(reliability.bins[2].right, 1U);
  EXPECT_NEAR(*reliability.error(), (0.65 + 0.75) / 2, 1e-9);
  EXPECT_NEAR(*reliability.brier(), (0.65 * 0.65 + 0.75 * 0.75) / 2, 1e-9);
}

TEST(Score, DelaysAreOrderStatistics) {
  std::vector<base::Duration> all;
  for (int i = 10; i >= 1; --i) all.emplace_back(seconds(i));
  EXPECT_EQ(DelaysOf(all).median, seconds(5));
  EXPECT_EQ(DelaysOf(all).p90, seconds(9));
  EXPECT_EQ(DelaysOf(all).worst, seconds(10));
  EXPECT_EQ(DelaysOf({}).median, std::nullopt);
}

TEST(Score, SaysWhichBoundsAreNotKept) {
  const auto broken = [tally = Count({One()})](auto set) {
    Bounds bounds;
    set(bounds);
    return Broken(tally, bounds);
  };
  EXPECT_TRUE(broken([](Bounds&) {}).empty());
  EXPECT_TRUE(broken([](Bounds& b) {
                b.precision = 1;
                b.recall = 0.5;
                b.delay = seconds(35);
              }).empty());
  EXPECT_THAT(broken([](Bounds& b) { b.recall = 0.6; }), ElementsAre(HasSubstr("50.0 %")));
  EXPECT_THAT(broken([](Bounds& b) { b.delay = seconds(34); }), ElementsAre(HasSubstr("35s")));
  EXPECT_THAT(broken([](Bounds& b) { b.top1 = 0.1; }), ElementsAre(HasSubstr("top-1")));
  EXPECT_THAT(broken([](Bounds& b) { b.calibration_error = 0.1; }),
              ElementsAre(HasSubstr("0.700")));
  Bounds none;
  none.recall = 0;
  EXPECT_THAT(Broken(Count({}), none), ElementsAre(HasSubstr("not known")));
}

TEST(Score, TellsPeopleAndPrograms) {
  const std::vector<Outcome> runs = {One()};
  const Tally tally = Count(runs);
  EXPECT_THAT(ToText(tally, {"x"}), HasSubstr("Below its bound: x"));
  EXPECT_THAT(ToText(tally, {}), HasSubstr("memory_leak"));
  const auto json = base::ParseJson(ToJson(runs, tally, {}));
  ASSERT_TRUE(json.ok()) << json.error().message;
  EXPECT_EQ((*json)["recall"]["value"], 0.5);
  EXPECT_EQ((*json)["scenarios"][0]["faults"][0]["truth"]["service"], "order");
  EXPECT_EQ((*json)["scenarios"][0]["faults"][0]["rank"], 2);
  EXPECT_TRUE((*json)["scenarios"][0]["faults"][1]["rank"].is_null());
}

}  // namespace
}  // namespace vedette::score
