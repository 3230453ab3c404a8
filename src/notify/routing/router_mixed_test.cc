// Incidents whose alerts take different routes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "notify/routing/testing/night.h"

namespace vedette::notify::routing {
namespace {

using model::PageKind;
using model::Severity;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AlertOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Night;
using testing::Teams;
using testing::Way;

const model::Alert kA1 = AlertOf("A1", "a");
const model::Alert kB1 = AlertOf("B1", "b");
const model::Alert kB2 = AlertOf("B2", "b", "critical");

TEST(MixedIncident, EachRouteHearsOfItsAlertsAndTheCatchAllOfWhatNoneTakes) {
  Night night;
  night.Says(PageKind::kOpened, {kA1, kB1, AlertOf("A2", "a")}, 3);
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A1 A2", "b opened warning: B1"));
  night.Says(PageKind::kOpened, {kA1, kB1, AlertOf("A2", "a")}, 0);
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A1 A2", "b opened warning: B1"))
      << "the repeat";
  night.Says(PageKind::kUpdated, {AlertOf("X", "x"), kA1, kB1}, 1);
  EXPECT_THAT(night.Told(), ElementsAre("all opened warning: X"));
  night.Joins(AlertOf("X", "x"));
  EXPECT_THAT(night.Told(), IsEmpty()) << "the page has told it";
}

TEST(MixedIncident, ASeverityThatRisesIsTheRoutesWhoseAlertItIs) {
  Night night;
  night.Says(PageKind::kOpened, {kA1, kB1}, 2);
  night.Told();
  night.Says(PageKind::kSeverityRaised, {kB2, kA1, kB1}, 1, Severity::kCritical);
  EXPECT_THAT(night.Told(), ElementsAre("b severity_raised critical: B2 B1"));
}

// The incident is critical already, so that the engine orders no page.
TEST(MixedIncident, AWorseAlertOfARouteThatIsKnownBeginsItAgain) {
  Night night;
  night.Says(PageKind::kOpened, {AlertOf("A0", "a", "critical"), kB1}, 2, Severity::kCritical);
  EXPECT_THAT(night.Told(), ElementsAre("a opened critical: A0", "b opened warning: B1"));
  night.After(seconds(1)).Joins(kB2);
  EXPECT_THAT(night.Told(), ElementsAre("b opened critical: B2 B1"));
  night.Says(PageKind::kUpdated, {AlertOf("A9", "a"), AlertOf("B9", "b"), kB1, kB2}, 2,
             Severity::kCritical);
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A9", "b updated critical: B9 B1 B2"));
}

TEST(MixedIncident, AnotherAlertOfARouteThatIsKnownIsToldAWhileLater) {
  Night night;
  night.Says(PageKind::kOpened, {kA1, kB1}, 2);
  night.Told();
  night.After(minutes(1)).Joins(AlertOf("A2", "a")).Joins(AlertOf("A3", "a"));
  EXPECT_THAT(night.Told(), IsEmpty());
  night.After(minutes(4));
  EXPECT_THAT(night.Told(), ElementsAre("a updated warning: A2 A3 A1"));
  night.After(hours(1));
  EXPECT_THAT(night.Told(), IsEmpty());
  night.Joins(AlertOf("A4", "a"));
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A4 A1 A2 A3")) << "it begins again";
}

// A group that is critical already tells of a worse alert of another team by an update.
TEST(MixedIncident, AnUpdateBeginsTheRouteWhoseAlertsAreWorseOrNew) {
  Night night;
  night.Says(PageKind::kOpened, {AlertOf("A0", "a", "critical"), kB1}, 2, Severity::kCritical);
  night.Told();
  night.After(seconds(1));
  night.Says(PageKind::kUpdated, {kB2, AlertOf("X", "x"), AlertOf("A0", "a", "critical"), kB1}, 2,
             Severity::kCritical);
  EXPECT_THAT(night.Told(), ElementsAre("all opened warning: X", "b opened critical: B2 B1"));
}

TEST(MixedIncident, ADoorThatIsToldByOneRouteHearsOfTheEndOfAnother) {
  Plan plan = Teams();
  plan.routes[0].targets = {{TargetKind::kReceiver, "b"}};
  Night night(std::move(plan));
  night.Says(PageKind::kOpened, {kA1, kB1}, 2);
  night.Told();
  night.After(seconds(1)).Says(PageKind::kOpened, {kA1, night.Ended(kB1)}, 0);
  EXPECT_THAT(night.Told(), ElementsAre("b opened warning: A1 B1(ended)"));
}

TEST(MixedIncident, AnEndIsToldToWhoHeardOfTheAlertWhateverTheNextPageIs) {
  Night night;
  const model::Alert m1 = AlertOf("M1", "m");
  night.Says(PageKind::kOpened, {m1, kA1}, 2);
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A1", "am opened warning: M1"));
  night.Says(PageKind::kOpened, {kA1, night.Ended(m1)}, 0);
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A1", "am resolved warning: M1(ended)"));
  night.Says(PageKind::kResolved, {night.Ended(kA1)}, 0);
  EXPECT_THAT(night.Told(), ElementsAre("a resolved warning: A1(ended)"))
      << "a form of alerts has nothing more to say, and nothing of others";
}

TEST(MixedIncident, ADoorOfTwoRoutesHearsOfTheEndsOfBoth) {
  Plan plan = Teams();
  plan.routes[0].targets = {{TargetKind::kReceiver, "b"}};
  Night night(std::move(plan));
  night.Says(PageKind::kOpened, {kA1, kB1}, 2);
  EXPECT_THAT(night.Told(), ElementsAre("b opened warning: A1", "b opened warning: B1"));
  night.Says(PageKind::kResolved, {night.Ended(kA1), night.Ended(kB1)}, 0);
  EXPECT_THAT(night.Told(), ElementsAre("b resolved warning: A1(ended) B1(ended)"));
}

// The engine says of each alert of a page too that it has joined.
TEST(MixedIncident, WhatAPageHasToldIsNoNewsLater) {
  Night night;
  night.Says(PageKind::kOpened, {kA1, kB1}, 2).Joins(kA1).Joins(kB1);
  night.Told();
  night.After(hours(1));
  EXPECT_THAT(night.Told(), IsEmpty());
}

// By the severity of its own alerts, whatever else the incident has.
TEST(MixedIncident, HoursOfARouteHoldWhatIsLessAndNewsToo) {
  Plan plan = Teams();
  plan.routes[0].hours = {{.days = kEveryDay, .from = hours(12), .to = hours(18)}};
  Night night(std::move(plan));
  night.Says(PageKind::kOpened, {kA1, kB2}, 2, Severity::kCritical);
  EXPECT_THAT(night.Told(), ElementsAre("b opened critical: B2"));
  night.After(hours(2));
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A1"));
  night.After(hours(7)).Says(PageKind::kUpdated, {AlertOf("A2", "a"), kA1, kB2}, 1);
  EXPECT_THAT(night.Told(), IsEmpty());
  night.After(hours(17));
  EXPECT_THAT(night.Told(), ElementsAre("a updated warning: A2 A1"));
}

TEST(MixedIncident, NewsDoesNotWakeWhoSleeps) {
  Plan plan = Teams();
  User ann;
  ann.name = "ann";
  ann.contacts = {{.receiver = "b", .to = "ann", .severities = {}}};
  ann.quiet = QuietHours{.hours = {{.days = kEveryDay, .from = hours(22), .to = hours(6)}},
                         .below = Severity::kCritical};
  plan.users = {ann};
  plan.routes[0].targets = {{TargetKind::kUser, "ann"}};
  Night night(std::move(plan));
  night.Says(PageKind::kOpened, {kA1}, 1);
  EXPECT_THAT(night.Told(), ElementsAre("b opened warning: A1"));
  night.After(hours(13)).Says(PageKind::kUpdated, {AlertOf("A2", "a"), kA1}, 1);
  EXPECT_THAT(night.Told(), IsEmpty());
  night.After(hours(7));
  EXPECT_THAT(night.Told(), ElementsAre("b updated warning: A2 A1"));
}

}  // namespace
}  // namespace vedette::notify::routing
