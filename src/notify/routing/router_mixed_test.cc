// Incidents whose alerts take different routes.

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "notify/routing/router.h"

namespace vedette::notify::routing {
namespace {

using model::PageKind;
using model::Severity;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Route Way(std::string team, std::string receiver) {
  Route route;
  route.name = team;
  route.matchers = {*model::Matcher::Parse("team=" + team)};
  route.targets = {{TargetKind::kReceiver, std::move(receiver)}};
  return route;
}

Plan Teams() {
  Plan plan;
  plan.receivers = {{"a", "webhook"}, {"b", "webhook"}, {"am", "alertmanager"}, {"all", "webhook"}};
  plan.routes = {Way("a", "a"), Way("b", "b"), Way("m", "am")};
  plan.catch_all = {{TargetKind::kReceiver, "all"}};
  return plan;
}

model::Alert AlertOf(const std::string& name, const std::string& team,
                     const std::string& severity = "warning") {
  model::Alert alert;
  alert.labels = model::Labels({{"alertname", name}, {"team", team}, {"severity", severity}});
  return alert;
}

// One incident, told to a router that starts on a Monday at 10:00 UTC.
class Night {
 public:
  explicit Night(Plan plan = Teams()) {
    EXPECT_THAT(Validate(plan), IsEmpty());
    router.SetPlan(std::make_shared<const Plan>(std::move(plan)));
  }

  Night& Says(PageKind kind, std::vector<model::Alert> alerts, int64_t fresh,
              Severity severity = Severity::kWarning) {
    model::Page page;
    page.kind = kind;
    page.tenant = "default";
    page.incident_id = "in_1";
    page.dedup_key = "in_1:" + std::string(model::PageKindName(kind)) + ":" + std::to_string(++n_);
    page.severity = severity;
    page.alerts = std::move(alerts);
    page.alerts_new = fresh;
    page.decided_at = now;
    router.OnPage(page, now);
    router.Advance(now);
    return *this;
  }
  Night& Joins(const model::Alert& alert) {
    model::Page page;
    page.kind = PageKind::kUpdated;
    page.tenant = "default";
    page.incident_id = "in_1";
    page.labels = alert.labels;
    page.severity = model::SeverityOfAlert(alert.labels);
    page.alerts = {alert};
    page.alerts_new = 1;
    page.decided_at = now;
    router.OnWidened(page, now);
    router.Advance(now);
    return *this;
  }
  Night& After(base::Duration wait) {
    now += wait;
    router.Advance(now);
    return *this;
  }
  model::Alert Ended(model::Alert alert) const {
    alert.ends_at = now;
    return alert;
  }

  // "b severity_raised critical: B2 B3(ended)", since the last call, by receiver.
  std::vector<std::string> Told() {
    std::vector<std::string> told;
    for (const Notice& notice : router.Take().notices) {
      EXPECT_TRUE(keys_.insert(notice.receiver + notice.page.dedup_key).second)
          << notice.page.dedup_key;
      std::string line = notice.receiver + " " +
                         std::string(model::PageKindName(notice.page.kind)) + " " +
                         std::string(model::SeverityName(notice.page.severity)) + ":";
      for (const model::Alert& alert : notice.page.alerts) {
        line += " " + std::string(alert.labels.Get("alertname"));
        if (alert.ResolvedAt(now)) line += "(ended)";
      }
      told.push_back(std::move(line));
    }
    std::sort(told.begin(), told.end());
    return told;
  }

  Router router;
  base::TimePoint now = base::FromMillis(1'795'428'000'000);

 private:
  int n_ = 0;
  std::set<std::string> keys_;
};

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
  EXPECT_THAT(night.Told(), ElementsAre("b opened critical: B1 B2"));
  night.Says(PageKind::kUpdated, {AlertOf("A9", "a"), AlertOf("B9", "b"), kB1, kB2}, 2,
             Severity::kCritical);
  EXPECT_THAT(night.Told(), ElementsAre("a updated warning: A9", "b updated critical: B9 B1 B2"));
}

TEST(MixedIncident, AnotherAlertOfARouteThatIsKnownIsToldAWhileLater) {
  Night night;
  night.Says(PageKind::kOpened, {kA1, kB1}, 2);
  night.Told();
  night.After(minutes(1)).Joins(AlertOf("A2", "a")).Joins(AlertOf("A3", "a"));
  EXPECT_THAT(night.Told(), IsEmpty());
  night.After(minutes(4));
  EXPECT_THAT(night.Told(), ElementsAre("a updated warning: A1 A2 A3"));
  night.After(hours(1));
  EXPECT_THAT(night.Told(), IsEmpty());
  night.Joins(AlertOf("A4", "a"));
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A1 A2 A3 A4")) << "it begins again";
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
  EXPECT_THAT(night.Told(), ElementsAre("b opened warning: A1", "b updated warning: B1(ended)"));
}

TEST(MixedIncident, AnEndIsToldToWhoHeardOfTheAlertWhateverTheNextPageIs) {
  Night night;
  const model::Alert m1 = AlertOf("M1", "m");
  night.Says(PageKind::kOpened, {m1, kA1}, 2);
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A1", "am opened warning: M1"));
  night.Says(PageKind::kOpened, {kA1, night.Ended(m1)}, 0);
  EXPECT_THAT(night.Told(), ElementsAre("a opened warning: A1", "am updated warning: M1(ended)"));
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
