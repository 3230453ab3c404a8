#include "notify/routing/check.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/duration.h"

namespace vedette::notify::routing {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
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

std::vector<std::string> Subjects(const Plan& plan, const std::vector<Override>& overrides = {},
                                  const Live& live = {}) {
  std::vector<std::string> subjects;
  for (const Finding& finding : Check(plan, overrides, kNow, live)) {
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

// ann hears of everything, ben of warnings only, nobody can reach cem.
Plan WithPeople() {
  Plan plan = WithReceiver();
  plan.users.resize(3);
  plan.users[0].name = "ann";
  plan.users[0].contacts = {{"chat", "", {}, hours(0)}};
  plan.users[1].name = "ben";
  plan.users[1].contacts = {{"chat", "", {model::Severity::kWarning}, hours(0)}};
  plan.users[2].name = "cem";
  return plan;
}

Route ToUser(std::string name, std::vector<std::string> matchers, std::string user) {
  Route route = To(std::move(name), std::move(matchers));
  route.targets = {{TargetKind::kUser, std::move(user)}};
  return route;
}

TEST(Check, FindsRoutesThatLeadToNobody) {
  Plan plan = WithPeople();
  Policy policy;
  policy.name = "lonely";
  policy.steps = {{.targets = {{TargetKind::kUser, "cem"}}}};
  plan.policies = {policy};
  plan.routes = {ToUser("targets", {"a=1"}, "cem"), To("policy", {"a=2"}),
                 ToUser("warnings", {"a=3"}, "ben"), ToUser("all", {"a=4"}, "ann")};
  plan.routes[1].targets.clear();
  plan.routes[1].policy = "lonely";
  plan.routes[1].children = {To("inherits", {"b=1"})};
  plan.routes[1].children[0].targets.clear();
  plan.routes[3].children = {ToUser("child", {"b=1"}, "cem")};

  EXPECT_THAT(Subjects(plan),
              ElementsAre("nobody route targets", "nobody route policy", "nobody route all/child",
                          "no_contact user ben", "no_contact user cem", "nobody policy lonely"));
}

TEST(Check, ATeamWithAScheduleIsItsSchedule) {
  Plan plan = WithPeople();
  plan.teams = {{.name = "shop", .members = {"ann", "cem"}, .schedule = "primary"}};
  Layer layer;
  layer.start = *ParseLocal("2026-11-01 00:00");
  layer.length = hours(24);
  layer.users = {"cem"};
  plan.schedules.resize(1);
  plan.schedules[0].name = "primary";
  plan.schedules[0].layers = {layer};
  plan.routes = {To("shop", {"a=1"})};
  plan.routes[0].targets = {{TargetKind::kTeam, "shop"}};

  EXPECT_THAT(Subjects(plan),
              ElementsAre("nobody route shop", "no_contact user ben", "no_contact user cem"));
}

TEST(Check, FindsACatchAllThatCatchesNothing) {
  Plan plan = WithPeople();
  plan.users.resize(1);
  plan.users[0].contacts.clear();
  plan.catch_all = {{TargetKind::kUser, "ann"}};

  EXPECT_THAT(Subjects(plan), ElementsAre("nobody catch-all", "no_contact user ann"));
}

TEST(Check, FindsRoutesForValuesThatNothingLiveHas) {
  Plan plan = WithReceiver();
  plan.routes = {To("right", {"service=payment", "team!=none"}),
                 To("typo", {"service=paymnet"}),
                 To("regex", {"service=~\"pay.*\""}),
                 To("bad-regex", {"service=~\"stock|order\""}),
                 To("unknown", {"region=eu"}),
                 To("optional", {"service=~\"stock|\""}),
                 To("parent", {"service=payment", "job=x"}),
                 To("other", {"tenant=acme", "service=paymnet"})};
  plan.routes[6].children = {To("child", {"job=y"})};
  Live live;
  live.tenant = "default";
  live.values = {{"service", {"payment", "search"}}, {"job", {"x"}}, {"empty", {}}};
  const auto found = [&](const Live& seen) {
    std::vector<std::string> messages;
    for (const Finding& finding : Check(plan, {}, kNow, seen)) {
      if (finding.kind == "no_live_label") messages.push_back(finding.subject);
    }
    return messages;
  };

  EXPECT_THAT(found(live), ElementsAre("route typo", "route bad-regex", "route parent/child"));
  EXPECT_THAT(found({}), IsEmpty()) << "nothing is known";
}

TEST(Check, SaysWhichValuesThereAre) {
  Plan plan = WithReceiver();
  plan.routes = {To("typo", {"service=x"})};
  Live live;
  live.values["service"] = {"a", "b", "c", "d", "e", "f", "g"};

  const std::vector<Finding> findings = Check(plan, {}, kNow, live);

  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0].message, HasSubstr("has service=\"x\"; known are a, b, c, d, e and 2"));
}

TEST(Check, FindsAlertsThatReachNobodyAtTheirSeverity) {
  Plan plan = WithPeople();
  plan.catch_all = {{TargetKind::kUser, "ben"}};
  plan.routes = {ToUser("nobody", {"w=1"}, "cem"), ToUser("warnings", {"w=2"}, "ben"),
                 ToUser("both", {"w=3"}, "cem"), ToUser("both-again", {"w=3"}, "ann")};
  plan.routes[2].go_on = true;
  const auto alert = [](std::string subject, model::Severity severity, std::string value) {
    return Live::Alert{std::move(subject), severity, model::Labels({{"w", std::move(value)}})};
  };
  Live live;
  live.alerts = {alert("alert 1", model::Severity::kWarning, "1"),
                 alert("alert 2", model::Severity::kWarning, "2"),
                 alert("rule 2", model::Severity::kCritical, "2"),
                 alert("alert 3", model::Severity::kCritical, "3"),
                 alert("alert 4", model::Severity::kCritical, "4")};

  std::vector<Finding> findings = Check(plan, {}, kNow, live);
  std::erase_if(findings, [](const auto& f) { return f.kind != "alert_reaches_nobody"; });

  ASSERT_EQ(findings.size(), 3u);
  EXPECT_EQ(findings[0].subject, "alert 1");
  EXPECT_EQ(findings[0].labels.ToString(), "{w=\"1\"}");
  EXPECT_THAT(findings[0].message, HasSubstr("only the catch-all is told"));
  EXPECT_EQ(findings[1].subject, "rule 2");
  EXPECT_THAT(findings[1].message, HasSubstr("nobody is told"));
  EXPECT_EQ(findings[2].subject, "alert 4") << "no route takes it";
}

TEST(Check, SaysWhereARouteTellsNobodyOnPurpose) {
  Plan plan = WithPeople();
  plan.catch_all = {{TargetKind::kUser, "ann"}};
  Route quiet;
  quiet.name = "quiet";
  quiet.nobody = true;
  plan.routes = {quiet};
  Live live;
  live.alerts = {{"alert 1", model::Severity::kCritical, {}}};

  std::vector<Finding> findings = Check(plan, {}, kNow, live);
  std::erase_if(findings, [](const auto& f) { return f.kind != "alert_reaches_nobody"; });

  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0].message, HasSubstr("goes to quiet, which tells nobody: nobody is told"));
}

TEST(Check, CountsTheAlertsBeyondTheFirst) {
  Plan plan = WithPeople();
  plan.routes = {ToUser("nobody", {}, "cem")};
  Live live;
  live.alerts.resize(60);

  const std::vector<Finding> findings = Check(plan, {}, kNow, live);

  EXPECT_EQ(std::count_if(findings.begin(), findings.end(),
                          [](const auto& f) { return f.kind == "alert_reaches_nobody"; }),
            51);
  EXPECT_EQ(findings.back().message, "10 more reach nobody");
}

TEST(Check, NamesTheLabelsThatRoutesLookAt) {
  Plan plan = WithReceiver();
  plan.routes = {To("a", {"service=x", "team=y"})};
  plan.routes[0].children = {To("b", {"env!=prod"})};

  EXPECT_THAT(MatchedLabels(plan), ElementsAre("env", "service", "team"));
}

}  // namespace
}  // namespace vedette::notify::routing
