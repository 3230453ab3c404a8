#include "notify/routing/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/duration.h"

namespace vedette::notify::routing {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const base::TimePoint kNow = *base::ParseTime("2026-11-23T10:00:00Z");

Route To(std::string name, std::vector<std::string> matchers, bool go_on = false) {
  Route route;
  route.name = std::move(name);
  for (const std::string& text : matchers) route.matchers.push_back(*model::Matcher::Parse(text));
  route.targets = {{TargetKind::kReceiver, "chat"}};
  route.go_on = go_on;
  return route;
}

Plan WithReceiver() {
  Plan plan;
  plan.receivers = {{"chat", "webhook"}};
  return plan;
}

std::vector<std::string> Subjects(const Plan& plan, const std::vector<Override>& overrides = {}) {
  std::vector<std::string> subjects;
  for (const Finding& finding : Check(plan, overrides, kNow)) {
    subjects.push_back(finding.kind + " " + finding.subject);
  }
  return subjects;
}

TEST(Check, FindsRoutesThatAnEarlierOneLeavesNothingOf) {
  Plan plan = WithReceiver();
  plan.routes = {To("go-on", {}, true),
                 To("payments", {"service=~\"payment|checkout\""}),
                 To("narrower", {"service=payment", "severity=critical"}),
                 To("other", {"service=order"}),
                 To("torn", {"service=stock", "service!=stock"}),
                 To("rest", {}),
                 To("late", {"team=shop"})};

  EXPECT_THAT(Subjects(plan), ElementsAre("never_matches route narrower",
                                          "never_matches route torn", "never_matches route late"));
}

TEST(Check, FindsPeopleWithoutAContactAndWhatNothingLeadsTo) {
  Plan plan = WithReceiver();
  plan.users.resize(3);
  plan.users[0].name = "ann";
  plan.users[1].name = "ben";
  plan.users[1].contacts = {{"chat", "", {model::Severity::kWarning}, hours(0)}};
  plan.users[2].name = "cem";
  plan.users[2].contacts = {{"chat", "", {}, hours(0)}};
  Policy policy;
  policy.name = "lonely";
  policy.steps = {{.targets = {{TargetKind::kUser, "ann"}, {TargetKind::kUser, "ben"}}}};
  plan.policies = {policy};

  EXPECT_THAT(Subjects(plan), UnorderedElementsAre("no_contact user ann", "no_contact user ben",
                                                   "unused policy lonely", "nobody policy lonely"));
}

TEST(Check, FindsGapsOfTheNextThirtyDaysUnlessAnOverrideFillsThem) {
  Plan plan = WithReceiver();
  plan.users.resize(1);
  plan.users[0].name = "ann";
  plan.users[0].contacts = {{"chat", "", {}, hours(0)}};
  Layer layer;
  layer.name = "days";
  layer.start = *ParseLocal("2026-11-01 00:00");
  layer.end = *ParseLocal("2026-12-10 00:00");
  layer.length = hours(24);
  layer.users = {"ann"};
  Schedule schedule;
  schedule.name = "primary";
  schedule.layers = {layer};
  plan.schedules = {schedule};
  plan.routes = {To("all", {})};
  plan.routes[0].targets = {{TargetKind::kSchedule, "primary"}};
  Override filling;
  filling.schedule = "primary";
  filling.user = "ann";
  filling.from = *base::ParseTime("2026-12-10T00:00:00Z");
  filling.to = filling.from + hours(24 * 30);

  EXPECT_THAT(Subjects(plan), ElementsAre("gap schedule primary"));
  EXPECT_THAT(Subjects(plan, {filling}), IsEmpty());
}

TEST(Check, SaysThatWithoutAReceiverNobodyIsTold) {
  EXPECT_THAT(Subjects(Plan()), ElementsAre("nobody notify"));
  EXPECT_THAT(Subjects(WithReceiver()), IsEmpty());
}

}  // namespace
}  // namespace vedette::notify::routing
