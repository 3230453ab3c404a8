// What becomes of an escalation while alerts end, come back and are silenced, receivers refuse and
// the configuration changes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "notify/routing/testing/night.h"

namespace vedette::notify::routing {
namespace {

using model::IncidentState;
using model::PageKind;
using model::Severity;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AlertOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Night;
using ::testing::Not;
using testing::Teams;
using testing::Way;

const model::Alert kA1 = AlertOf("A1", "a");
const model::Alert kA2 = AlertOf("A2", "a");
const model::Alert kB1 = AlertOf("B1", "b");

// Team a: its receiver, five minutes later b's, then that for all.
Plan Steps() {
  Plan plan = Teams();
  Policy policy;
  policy.name = "steps";
  for (const char* receiver : {"a", "b", "all"}) {
    policy.steps.push_back({.targets = {{TargetKind::kReceiver, receiver}},
                            .round_robin = false,
                            .patience = minutes(5)});
  }
  plan.policies = {policy};
  plan.routes[0].targets.clear();
  plan.routes[0].policy = "steps";
  return plan;
}

TEST(LiveIncident, AnAlertWhoseEndIsPutOffFiresInEachStep) {
  Night night(Steps());
  model::Alert alert = kA1;
  alert.ends_at = night.now + minutes(4);
  night.Says(PageKind::kOpened, {alert}, 1);
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A1"));
  alert.ends_at = night.now + minutes(8);
  night.After(minutes(4)).Is(alert, true).After(minutes(1));
  EXPECT_THAT(night.Told(), ElementsAre("b opened warning: A1"));
}

TEST(LiveIncident, ASilenceHoldsTheEscalationAndItsEndLetsItGoOn) {
  Night night(Steps());
  night.Says(PageKind::kOpened, {kA1}, 1);
  night.Told();
  night.After(minutes(1)).Is(kA1, true, true).After(minutes(30));
  EXPECT_THAT(night.Told(), IsEmpty());
  EXPECT_THAT(night.remarks, Contains("held"));
  night.Is(kA1, true, false);
  EXPECT_THAT(night.Told(), ElementsAre("b opened warning: A1"));
  night.After(minutes(5));
  EXPECT_THAT(night.Told(), ElementsAre("all opened warning: A1"));
}

TEST(LiveIncident, ATeamAllOfWhoseAlertsHaveEndedIsCalledNoMore) {
  Night night(Steps());
  night.Says(PageKind::kOpened, {kA1, AlertOf("M1", "m")}, 2);
  night.Told();
  night.After(minutes(1)).Is(kA1, false).After(hours(1));
  EXPECT_THAT(night.Told(), IsEmpty());
  EXPECT_THAT(night.remarks, Contains("over"));
  night.Is(kA1, true).Joins(kA1);
  EXPECT_THAT(night.Told(), ElementsAre("b opened warning: A1")) << "before they heard of its end";
}

// Or a pager would ring on until another team's alert has ended.
TEST(LiveIncident, TheEndOfTheLastAlertOfATeamResolvesTheIncidentForIt) {
  const model::Alert b2 = AlertOf("B2", "b");
  Night night;
  night.Says(PageKind::kOpened, {kA1, kB1, b2}, 3);
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A1", "b opened warning: B1 B2"));
  night.After(hours(1)).Is(kB1, false).Says(PageKind::kUpdated, {night.Ended(kB1), b2, kA1}, 0);
  EXPECT_THAT(night.Told(), ElementsAre("b updated warning: B1(ended) B2"));
  night.After(hours(1)).Is(b2, false).Says(PageKind::kUpdated, {night.Ended(b2), kA1}, 0);
  EXPECT_THAT(night.Told(), ElementsAre("b resolved warning: B2(ended)"));
  night.After(hours(1)).Says(PageKind::kUpdated, {kB1, kA1}, 1);
  EXPECT_THAT(night.Told(), ElementsAre("b opened warning: B1")) << "nothing fired for it";
  night.After(hours(1)).Says(PageKind::kResolved, {night.Ended(kB1), night.Ended(kA1)}, 0);
  EXPECT_THAT(night.Told(),
              ElementsAre("a resolved warning: A1(ended)", "b resolved warning: B1(ended)"));
}

TEST(LiveIncident, AReceiverThatFollowsTheIncidentHearsOfItsEndToo) {
  Plan plan = Teams();
  plan.receivers[1].follows = true;
  Night night(plan);
  night.Says(PageKind::kOpened, {kA1, kB1}, 2).After(minutes(5)).Is(kB1, false);
  night.Says(PageKind::kUpdated, {night.Ended(kB1), kA1}, 0);
  night.Told();
  night.After(minutes(5)).Says(PageKind::kResolved, {night.Ended(kA1)}, 0);
  EXPECT_THAT(night.Told(), ElementsAre("a resolved warning: A1(ended)", "b resolved warning:"));
}

// What all had in common when the incident was opened were the labels of one alert.
TEST(LiveIncident, TheEscalationOfTheFirstDoesNotGoOnForTheSecond) {
  Night night(Steps());
  night.common = kA1.labels;
  night.Says(PageKind::kOpened, {kA1}, 1).Joins(AlertOf("M1", "m"));
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A1", "am opened warning: M1"));
  night.After(minutes(1)).Is(kA1, false).After(hours(1));
  EXPECT_THAT(night.Told(), IsEmpty());
}

TEST(LiveIncident, WhatEndsAndComesBackIsNewsToWhoHeardOfIt) {
  Night night;
  night.Says(PageKind::kOpened, {kA1}, 1);
  night.Told();
  night.After(minutes(1)).Is(kA1, false).After(minutes(1)).Joins(kA2).Is(kA2, false);
  night.After(minutes(10));
  EXPECT_THAT(night.Told(), ElementsAre("a resolved warning: A1(ended)")) << "nobody knew of A2";
  night.After(minutes(6)).Joins(kA1);
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A1"));
}

TEST(LiveIncident, WhatRefusesTheAlertsOfTwoTeamsSendsBothToTheCatchAll) {
  Night night;
  night.Says(PageKind::kOpened, {kA1, kB1}, 2);
  night.Told();
  night.Takes("a", false).Takes("b", false);
  EXPECT_THAT(night.Told(), ElementsAre("all opened warning: A1", "all opened warning: B1"));
  night.Joins(AlertOf("X1", "x"));
  EXPECT_THAT(night.Told(), ElementsAre("all opened warning: X1")) << "which no route takes";
}

TEST(LiveIncident, TheRefusalOfOneMessageIsThatOfItsRoute) {
  Plan plan = Teams();
  plan.routes[1].targets = {{TargetKind::kReceiver, "a"}};
  Night night(std::move(plan));
  night.Says(PageKind::kOpened, {kA1, kB1}, 2);
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A1", "a opened warning: B1"));
  const std::string first = night.notices[0].page.dedup_key;
  const bool of_a = night.notices[0].page.alerts[0].labels == kA1.labels;
  night.Takes("a", true, night.notices[1].page.dedup_key).Takes("a", false, first);
  EXPECT_THAT(night.Told(),
              ElementsAre(of_a ? "all opened warning: A1" : "all opened warning: B1"));
}

TEST(LiveIncident, TwoPoliciesThatEndAtOneDoorHaveBothReachedIt) {
  Plan plan = Steps();
  plan.routes[1].targets.clear();
  plan.routes[1].policy = "steps";
  plan.routes[1].matchers = plan.routes[0].matchers;
  plan.routes[0].go_on = true;
  Night night(std::move(plan));
  night.Says(PageKind::kOpened, {kA1}, 1);
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A1")) << "once";
  night.Takes("a", true).After(minutes(5)).After(minutes(5)).After(minutes(5));
  EXPECT_THAT(night.Told(), ElementsAre("all opened warning: A1", "b opened warning: A1"));
  EXPECT_THAT(night.remarks, Not(Contains("fell_back")));
}

TEST(LiveIncident, RoutesWithOneReceiverShareItsFiveMinutes) {
  Plan plan = Teams();
  plan.routes[1].targets = {{TargetKind::kReceiver, "a"}};
  Night night(std::move(plan));
  night.Says(PageKind::kOpened, {kA1, kB1}, 2);
  night.Told();
  for (int i = 0; i < 20; ++i) {
    night.After(seconds(1)).Joins(AlertOf("N" + std::to_string(i), i % 2 == 0 ? "a" : "b"));
  }
  EXPECT_THAT(night.Told(), IsEmpty());
  night.After(minutes(5));
  EXPECT_THAT(night.Told(), ::testing::SizeIs(2)) << "one of each route";
  night.After(hours(1));
  EXPECT_THAT(night.Told(), IsEmpty());
}

TEST(LiveIncident, NewsOfOneRouteIsNotLostToAMessageOfAnother) {
  Plan plan = Teams();
  plan.routes[1].targets = {{TargetKind::kReceiver, "a"}};
  Night night(std::move(plan));
  night.Says(PageKind::kOpened, {kA1}, 1);
  night.Told();
  night.After(minutes(1)).Joins(kA2).Joins(kB1);
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: B1"));
  night.After(minutes(5));
  EXPECT_THAT(night.Told(), ElementsAre("a updated warning: A2 A1"));
}

Plan DayHours() {
  Plan plan = Teams();
  plan.routes[0].hours = {{.days = kEveryDay, .from = hours(9), .to = hours(17)}};
  plan.routes[0].defer_below = Severity::kCritical;
  return plan;
}

TEST(LiveIncident, AnEndOutsideOfTheHoursIsToldWhenTheyBegin) {
  Night night(DayHours());
  night.Says(PageKind::kOpened, {kA1, kB1}, 2);
  night.Told();
  night.After(hours(8)).Says(PageKind::kUpdated, {night.Ended(kA1), kA2, kB1}, 0);
  EXPECT_THAT(night.Told(), IsEmpty());
  night.After(hours(16));
  EXPECT_THAT(night.Told(), ElementsAre("a updated warning: A2 A1(ended)"));
}

TEST(LiveIncident, WhatEndsBeforeTheHoursIsNotTold) {
  Night night(DayHours());
  night.After(hours(8)).Says(PageKind::kOpened, {kA1, kB1}, 2);
  EXPECT_THAT(night.Told(), ElementsAre("b opened warning: B1"));
  night.Is(kA1, false).After(hours(16));
  EXPECT_THAT(night.Told(), IsEmpty());
}

TEST(LiveIncident, TheHoursOfOneRouteDoNotHoldTheNewsOfAnother) {
  Plan plan = DayHours();
  plan.routes[1].targets = {{TargetKind::kReceiver, "a"}};
  Night night(std::move(plan));
  night.Says(PageKind::kOpened, {kB1, kA1}, 2);
  night.Told();
  night.After(hours(8)).Says(PageKind::kUpdated, {AlertOf("B2", "b"), kA2, kA1, kB1}, 2);
  EXPECT_THAT(night.Told(), ElementsAre("a updated warning: B2 B1"));
  night.After(hours(16));
  EXPECT_THAT(night.Told(), ElementsAre("a updated warning: A2 A1"));
}

TEST(LiveIncident, WhoWasToldHearsOfTheEndThoughTheRouteHasAnotherNameByThen) {
  Night night;
  night.Says(PageKind::kOpened, {AlertOf("M1", "m"), kB1}, 2);
  night.Told();
  Plan plan = Teams();
  plan.routes[2].name = "renamed";
  night.Configures(plan);
  EXPECT_THAT(night.Told(), IsEmpty()) << "there was no escalation";
  night.Says(PageKind::kResolved, {night.Ended(AlertOf("M1", "m")), night.Ended(kB1)}, 0);
  EXPECT_THAT(night.Told(),
              ElementsAre("am resolved warning: M1(ended)", "b resolved warning: B1(ended)"));
}

TEST(LiveIncident, AnEscalationWhoseRouteIsGoneGoesToWhoTakesItNow) {
  Night night(Steps());
  night.Says(PageKind::kOpened, {kA1}, 1);
  night.Told();
  Plan plan = Steps();
  plan.routes[0].name = "others";
  plan.routes[0].policy.clear();
  plan.routes[0].targets = {{TargetKind::kReceiver, "b"}};
  night.After(minutes(1)).Configures(plan);
  EXPECT_THAT(night.Told(), ElementsAre("b opened warning: A1"));
  plan.routes[0] = Way("others", "");
  plan.routes[0].targets.clear();
  plan.routes[0].nobody = true;
  night.Configures(plan).After(hours(1));
  EXPECT_THAT(night.Told(), IsEmpty());
}

TEST(LiveIncident, ARouteThatTellsNobodyAnyMoreEscalatesNoFurther) {
  Night night(Steps());
  night.Says(PageKind::kOpened, {kA1}, 1);
  night.Told();
  Plan plan = Steps();
  plan.routes[0].policy.clear();
  plan.routes[0].nobody = true;
  night.Configures(plan).After(hours(1));
  EXPECT_THAT(night.Told(), IsEmpty());
}

TEST(LiveIncident, AMessageIsNamedAfterTheAlertsThatItIsAbout) {
  Night night;
  night.Says(PageKind::kOpened, {AlertOf("Down", "a", "critical"), kB1}, 2, Severity::kCritical);
  ASSERT_THAT(night.Told(), ::testing::SizeIs(2));
  const Notice& to_b = night.notices[0].receiver == "b" ? night.notices[0] : night.notices[1];
  EXPECT_EQ(to_b.page.title, "B1");
  EXPECT_EQ(to_b.page.severity, Severity::kWarning);
  EXPECT_EQ(to_b.page.priority, 3);
  EXPECT_EQ(to_b.page.labels.Get("severity"), "warning");
  EXPECT_EQ(to_b.page.labels.Get("team"), "b");
  EXPECT_THAT(to_b.page.text, HasSubstr("part of in_1"));
}

TEST(LiveIncident, WhatJoinsWhatSomebodyHasInHandIsNewsToWhoKnows) {
  Night night;
  night.Says(PageKind::kOpened, {kA1}, 1);
  night.Told();
  night.Says(PageKind::kAcknowledged, {kA1}, 0).Incident(IncidentState::kAcknowledged);
  night.Told();
  night.After(minutes(6)).Joins(kA2);
  EXPECT_THAT(night.Told(), ElementsAre("a updated warning: A2 A1"));
  night.Joins(kB1);
  EXPECT_THAT(night.Told(), ElementsAre("b opened warning: B1"));
  night.Takes("b", false);
  EXPECT_THAT(night.Told(), ElementsAre("all opened warning: B1")) << "b has refused it";
}

TEST(LiveIncident, WhatIsAcknowledgedBeforeAnybodyWasToldTakesItsRoutesWhenItGetsWorse) {
  Night night(DayHours());
  night.After(hours(8)).Says(PageKind::kOpened, {kA1}, 1);
  night.Incident(IncidentState::kAcknowledged);
  EXPECT_THAT(night.Told(), IsEmpty());
  night.Says(PageKind::kSeverityRaised, {AlertOf("A2", "a", "critical"), kA1}, 1,
             Severity::kCritical);
  EXPECT_THAT(night.Told(), ElementsAre("a opened critical: A2 A1"));
}

// It was told to those who know, for whom it is not.
TEST(LiveIncident, AWorseAlertOfAnotherTeamIsToldToItThoughSomebodyHasTheIncidentInHand) {
  Night night;
  night.Says(PageKind::kOpened, {kA1}, 1);
  night.Says(PageKind::kAcknowledged, {kA1}, 0).Incident(IncidentState::kAcknowledged);
  night.Told();
  const model::Alert worse = AlertOf("B2", "b", "critical");
  night.Says(PageKind::kSeverityRaised, {worse, kA1}, 1, Severity::kCritical);
  EXPECT_THAT(night.Told(), ElementsAre("b opened critical: B2"));
  night.After(hours(1)).Says(PageKind::kSeverityRaised, {worse, kA1}, 0, Severity::kCritical);
  EXPECT_THAT(night.Told(), ElementsAre("b severity_raised critical: B2")) << "no escalation";
}

TEST(LiveIncident, WhoKnowsHearsThatTheAlertsArePartOfAnotherIncident) {
  Night night;
  night.Says(PageKind::kOpened, {kA1, kB1}, 2);
  night.Told();
  night.Says(PageKind::kUpdated, {kA1}, 1);
  EXPECT_THAT(night.Told(), ElementsAre("a updated warning: A1"));
}

TEST(LiveIncident, BeyondTheLimitTheCatchAllHearsOfAllAlerts) {
  Night night(Teams(), {.cases_max = 0});
  night.Says(PageKind::kOpened, {kA1, kB1}, 2);
  EXPECT_THAT(night.Told(), ElementsAre("all opened warning: A1 B1"));
}

TEST(LiveIncident, AMergeLetsBothEscalationsGoOn) {
  Night night(Steps());
  night.Says(PageKind::kOpened, {kA1}, 1);
  model::Page other;
  other.tenant = "default";
  other.incident_id = "in_2";
  other.dedup_key = "in_2:opened:1";
  other.alerts = {kB1};
  other.severity = Severity::kWarning;
  other.decided_at = night.now;
  night.router.OnPage(other, night.now);
  night.Told();
  model::Incident merged;
  merged.id = "in_1";
  merged.tenant = "default";
  merged.state = IncidentState::kResolved;
  merged.merged_into = "in_2";
  night.router.OnIncident(merged, night.now);
  night.After(minutes(5));
  EXPECT_THAT(night.Told(), ElementsAre("b opened warning: A1"));
}

}  // namespace
}  // namespace vedette::notify::routing
