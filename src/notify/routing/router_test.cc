#include "notify/routing/router.h"

#include <algorithm>
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/duration.h"
#include "notify/routing/testing/story.h"

namespace vedette::notify::routing {
namespace {

using base::TimePoint;
using model::IncidentState;
using model::PageKind;
using model::Severity;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Ask;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Payments;
using testing::Person;
using testing::Reach;
using testing::Story;
using testing::To;
using ::testing::UnorderedElementsAre;

TEST(Router, AnAlertThatJoinsAnIncidentTakesItsOwnRoutesOnce) {
  Plan plan = Payments();
  Route nightly;
  nightly.name = "nightly";
  nightly.matchers = {*model::Matcher::Parse("job=\"nightly\"")};
  nightly.targets = {{TargetKind::kUser, "cem"}};
  plan.routes.push_back(nightly);
  Story story(plan);
  story.Says(PageKind::kOpened, "payment");
  story.Told();
  model::Page joined = story.all.front().page;
  joined.kind = PageKind::kUpdated;
  joined.labels = model::Labels({{"job", "nightly"}, {"service", "batch"}});

  story.router.OnWidened(joined, story.now);
  story.Collect();
  EXPECT_THAT(story.Told(), ElementsAre("cem/sms"));
  story.router.OnWidened(joined, story.now);
  story.Collect();
  EXPECT_THAT(story.Told(), IsEmpty());

  joined.incident_id = "in_unknown";
  story.router.OnWidened(joined, story.now);
  story.Collect();
  EXPECT_THAT(story.Told(), IsEmpty());
}

// Who has the incident in hand has not said that of this alert, and may be of another team.
TEST(Router, AnAlertThatJoinsWhatSomebodyHasInHandIsToldOnceToWhomItsLabelsName) {
  Plan plan = Payments();
  plan.routes.push_back(To("cart", {"service=cart"}, ""));
  plan.routes.back().targets = {{TargetKind::kUser, "cem"}};
  Story story(plan);
  story.Says(PageKind::kOpened, "cart").Says(PageKind::kAcknowledged, "cart");
  story.Told();
  model::Page joined = story.all.front().page;
  joined.labels = model::Labels({{"service", std::string("payment")}});

  story.router.OnWidened(joined, story.now);
  story.Collect();
  EXPECT_THAT(story.Told(), ElementsAre("ben/chat"));
  story.After(hours(1));
  EXPECT_THAT(story.Told(), IsEmpty()) << "no escalation";
  EXPECT_THAT(story.RemarkKinds(), Contains("stopped"));
  story.router.OnWidened(joined, story.now);
  story.Collect();
  EXPECT_THAT(story.Told(), IsEmpty()) << "once";
  story.Says(PageKind::kResolved, "cart");
  EXPECT_THAT(story.Told(), Contains("ben/chat")) << "they hear of the end";
}

model::Alert AlertOf(std::string service) {
  model::Alert alert;
  alert.labels = model::Labels({{"alertname", "Down"}, {"service", std::move(service)}});
  return alert;
}

TEST(Router, WhoIsToldOfAnAlertThatJoinsHearsOfThatAlert) {
  Plan plan = Payments();
  Story story(plan);
  story.Says(PageKind::kOpened, "cart");
  story.Told();
  model::Page joined = story.all.front().page;
  joined.kind = PageKind::kUpdated;
  joined.dedup_key.clear();
  joined.title = "payment: Down";
  joined.alerts = {AlertOf("payment")};
  joined.labels = joined.alerts[0].labels;

  story.router.OnWidened(joined, story.now);
  story.Collect();

  ASSERT_EQ(story.fresh.size(), 1u);
  const model::Page& page = story.fresh[0].page;
  EXPECT_EQ(page.title, "payment: Down");
  EXPECT_EQ(page.kind, PageKind::kOpened);
  EXPECT_EQ(page.alerts.size(), 1u);
  EXPECT_THAT(page.dedup_key, HasSubstr("in_cart:opened:1"));
}

TEST(Router, AReceiverHearsOfTheAlertsThatItsRouteTakesOnly) {
  Plan plan = Payments();
  plan.catch_all = {{TargetKind::kReceiver, "ops"}};
  Route shop = To("shop", {"service=cart"}, "");
  shop.targets = {{TargetKind::kReceiver, "chat"}};
  shop.go_on = true;
  plan.routes = {shop, To("all", {}, "")};
  plan.routes[1].targets = {{TargetKind::kReceiver, "sms"}};
  plan.policies.clear();
  Story story(plan);
  model::Page page;
  page.kind = PageKind::kOpened;
  page.tenant = "default";
  page.incident_id = "in_1";
  page.dedup_key = "in_1:opened:1";
  page.labels = model::Labels({{"service", std::string("cart")}});
  page.severity = Severity::kCritical;
  model::Alert full = AlertOf("cart");
  full.labels = model::Labels({{"alertname", "Full"}, {"service", "cart"}});
  page.alerts = {AlertOf("cart"), AlertOf("search"), full};
  page.alerts_new = 2;
  page.decided_at = story.now;
  story.router.OnPage(page, story.now);
  story.Collect();

  ASSERT_EQ(story.fresh.size(), 2u);
  EXPECT_EQ(story.fresh[0].receiver, "chat");
  EXPECT_EQ(story.fresh[0].page.alerts.size(), 2u);
  EXPECT_EQ(story.fresh[0].page.alerts_new, 2) << "all is new to who has heard of nothing";
  EXPECT_EQ(story.fresh[1].page.alerts.size(), 3u);

  story.Told();
  page.kind = PageKind::kUpdated;
  page.dedup_key = "in_1:updated:1";
  page.alerts = {AlertOf("stock"), AlertOf("cart"), full};
  page.alerts_new = 1;
  story.router.OnPage(page, story.now);
  story.Collect();
  EXPECT_THAT(story.Told(), ElementsAre("sms")) << "nothing new for the shop";
  page.dedup_key = "in_1:updated:2";
  page.alerts = {AlertOf("rack")};
  story.router.OnPage(page, story.now);
  story.Collect();
  EXPECT_THAT(story.Told(), ElementsAre("sms")) << "nor where none of its alerts is left";
}

TEST(Router, ARouteMayTellNobodyAndItsHoursMayHoldForAll) {
  Plan plan = Payments();
  Route quiet = To("quiet", {"service=cart"}, "");
  quiet.nobody = true;
  plan.routes.push_back(quiet);
  plan.routes[0].hours = {{.days = kEveryDay, .from = hours(12), .to = hours(15)}};
  plan.routes[0].defer_all = true;
  Story story(plan);

  story.Says(PageKind::kOpened, "cart").After(hours(1));
  EXPECT_THAT(story.Told(), IsEmpty());
  EXPECT_THAT(story.remarks[0].text, HasSubstr("route quiet tells nobody"));
  Story in_hand(plan);
  in_hand.now += hours(3);
  in_hand.Says(PageKind::kOpened, "payment").Says(PageKind::kAcknowledged, "payment").Told();
  model::Page joined = in_hand.all.front().page;
  joined.labels = model::Labels({{"service", std::string("cart")}});
  in_hand.router.OnWidened(joined, in_hand.now);
  in_hand.Collect();
  EXPECT_THAT(in_hand.Told(), IsEmpty()) << "the catch-all neither";
  story.Says(PageKind::kOpened, "payment");
  EXPECT_THAT(story.Told(), IsEmpty()) << "it is eleven";
  story.After(hours(1));
  EXPECT_THAT(story.Told(), ElementsAre("ben/chat"));
}

TEST(Router, WhoWasToldOfWhatWasTakenOverHearsOfTheEndOfTheOther) {
  Plan plan = Payments();
  plan.routes.push_back(To("cart", {"service=cart"}, ""));
  plan.routes.back().targets = {{TargetKind::kUser, "cem"}};
  Story story(plan);
  story.Says(PageKind::kOpened, "cart").Says(PageKind::kOpened, "payment");
  story.Told();
  model::Incident taken;
  taken.id = "in_cart";
  taken.tenant = "default";
  taken.state = IncidentState::kResolved;
  taken.merged_into = "in_payment";
  story.router.OnIncident(taken, story.now);
  story.Collect();
  EXPECT_EQ(story.router.cases(), 1u);
  // And so again: nothing grows.
  story.Says(PageKind::kOpened, "cart").Told();
  story.router.OnIncident(taken, story.now);
  story.Collect();

  story.Says(PageKind::kResolved, "payment");

  EXPECT_THAT(story.Told(), UnorderedElementsAre("ben/chat", "cem/sms"));
}

TEST(Router, WithNothingButReceiversEachGetsEachPageUnderTheSameKey) {
  Plan plan;
  plan.receivers = {{"ops", "webhook"}, {"chat", "slack"}};
  Story story(plan);

  story.Says(PageKind::kOpened).Says(PageKind::kAcknowledged).Says(PageKind::kResolved);

  EXPECT_THAT(story.Told(), ElementsAre("ops", "chat", "ops", "chat", "ops", "chat"));
  EXPECT_EQ(story.all[0].page.dedup_key, "in_payment:opened:1");
  EXPECT_EQ(story.all[1].page.dedup_key, "in_payment:opened:1");
  EXPECT_EQ(story.all[5].page.dedup_key, "in_payment:resolved:1");
  EXPECT_EQ(story.router.cases(), 0u);
  EXPECT_THAT(story.kept, IsEmpty());
}

TEST(Router, TellsWhoIsOnCallByTheirContactsInOrderAndSaysWhy) {
  Story story(Payments());

  story.Says(PageKind::kOpened);
  EXPECT_THAT(story.Told(), ElementsAre("ben/chat"));
  EXPECT_EQ(story.all[0].to, "@ben");
  EXPECT_EQ(
      story.all[0].why,
      "route payments > policy payments, step 1 > schedule primary (layer days) > ben > chat");
  story.After(minutes(2));
  EXPECT_THAT(story.Told(), ElementsAre("ben/sms"));
}

TEST(Router, EscalatesUntilSomebodyAcknowledgesAndThenNoFurther) {
  Story story(Payments());

  story.Says(PageKind::kOpened).After(minutes(4));
  EXPECT_THAT(story.Told(), ElementsAre("ben/chat", "ben/sms"));
  story.After(minutes(1));
  EXPECT_THAT(story.Told(), ElementsAre("cem/sms"));
  EXPECT_THAT(story.all.back().page.text, HasSubstr("step 2"));
  story.Says(PageKind::kAcknowledged);
  EXPECT_THAT(story.Told(), UnorderedElementsAre("ben/chat", "ben/sms", "cem/sms"));
  story.After(hours(2));
  EXPECT_THAT(story.Told(), IsEmpty());
  story.Says(PageKind::kResolved);
  EXPECT_THAT(story.Told(), UnorderedElementsAre("ben/chat", "ben/sms", "cem/sms"));
}

TEST(Router, AContactWhoseTimeHasNotComeIsSparedByAnAcknowledgement) {
  Story story(Payments());

  story.Says(PageKind::kOpened).After(minutes(1)).Says(PageKind::kAcknowledged).After(hours(1));

  EXPECT_THAT(story.Told(), ElementsAre("ben/chat", "ben/chat"));
}

TEST(Router, RepeatsAllStepsThenFallsBackWhenNothingIsKnownToHaveArrived) {
  Story story(Payments());

  story.Says(PageKind::kOpened).After(minutes(19));
  EXPECT_THAT(story.Told(),
              ElementsAre("ben/chat", "ben/sms", "cem/sms", "ben/chat", "ben/sms", "cem/sms"));
  EXPECT_EQ(story.all[3].page.dedup_key, "in_payment:opened:1:2");
  EXPECT_EQ(story.all[3].round, 2);
  story.After(minutes(1));
  EXPECT_THAT(story.Told(), ElementsAre("sms", "chat", "ops"));
  EXPECT_THAT(story.RemarkKinds(), Contains("fell_back"));
}

TEST(Router, AnEscalationThatArrivedEndsQuietlyUntilTheEnginePagesAgain) {
  Story story(Payments());

  story.Says(PageKind::kOpened).Fails("chat", "@ben", /*ok=*/true).After(hours(1));
  EXPECT_EQ(story.Told().size(), 6u);
  EXPECT_THAT(story.RemarkKinds(), Contains("exhausted"));
  story.Says(PageKind::kOpened);
  EXPECT_THAT(story.Told(), ElementsAre("ben/chat"));
}

TEST(Router, AMessageThatFailedForGoodGivesWayToTheNextContactAndThenTheNextStep) {
  Story story(Payments());

  story.Says(PageKind::kOpened).Fails("chat", "@ben");
  EXPECT_THAT(story.Told(), ElementsAre("ben/chat", "ben/sms"));
  story.Fails("sms", "+2");
  EXPECT_THAT(story.Told(), ElementsAre("cem/sms"));
}

TEST(Router, AStepThatReachesNobodyGivesWayAtOnceAndSaysSo) {
  Plan plan = Payments();
  plan.schedules[0].layers[0].end = *ParseLocal("2026-11-03 09:00");
  Story story(plan);

  story.Says(PageKind::kOpened);

  EXPECT_THAT(story.Told(), ElementsAre("cem/sms"));
  ASSERT_THAT(story.RemarkKinds(), ElementsAre("nobody"));
  EXPECT_THAT(story.remarks[0].text, HasSubstr("schedule primary: nobody is on call"));
}

TEST(Router, ARouteThatReachesNobodyAtAllGoesToTheCatchAll) {
  Plan plan = Payments();
  plan.users[1].contacts.clear();
  plan.users[2].contacts.clear();
  plan.catch_all = {{TargetKind::kReceiver, "ops"}};
  Story story(plan);

  story.Says(PageKind::kOpened);
  EXPECT_THAT(story.Told(), ElementsAre("ops"));
  const size_t remarks = story.remarks.size();
  story.router.OnWidened(story.all.front().page, story.now);
  story.Collect();
  EXPECT_EQ(story.remarks.size(), remarks) << "its own route was taken, and fell back";
  story.Says(PageKind::kResolved);
  EXPECT_THAT(story.Told(), ElementsAre("ops"));
}

TEST(Plan, RoutesSeeTheLabelsOfAnAlertBeforeWhatIsKnownOtherwise) {
  model::Page page;
  page.tenant = "default";
  page.entities = {"cart"};
  page.severity = Severity::kCritical;
  page.priority = 1;
  EXPECT_EQ(RoutingLabels(page).ToString(),
            "{entity=\"cart\",priority=\"P1\",service=\"cart\",severity=\"critical\",tenant="
            "\"default\"}");
  page.labels = model::Labels({{"severity", "page"}, {"tenant", "acme"}, {"priority", "high"}});
  EXPECT_EQ(
      RoutingLabels(page).ToString(),
      "{entity=\"cart\",priority=\"high\",service=\"cart\",severity=\"page\",tenant=\"acme\"}");
}

TEST(Plan, KnowsByWhichReceiversSomebodyMayHear) {
  Plan plan = Payments();
  plan.catch_all = {{TargetKind::kReceiver, "ops"}};
  EXPECT_THAT(ReceiversOf(plan, model::Labels({{"service", std::string("payment")}})),
              ElementsAre("sms", "chat"));
  EXPECT_THAT(ReceiversOf(plan, model::Labels({{"service", std::string("cart")}})),
              ElementsAre("ops"));
}

TEST(Router, WithoutAnyReceiverAPageIsOrderedToNobodySoThatTheLedgerSaysSo) {
  Story story(Plan{});

  story.Says(PageKind::kOpened);

  ASSERT_EQ(story.all.size(), 1u);
  EXPECT_EQ(story.all[0].receiver, "");
  EXPECT_THAT(story.RemarkKinds(), Contains("nobody"));
}

TEST(Router, LowSeveritiesWaitForTheEndOfQuietHoursAndSoDoesTheEscalation) {
  Plan plan = Payments();
  plan.users[1].zone = *TimeZone::Find("America/New_York");  // 05:00 there
  plan.users[1].quiet = QuietHours{.hours = {{.from = hours(22), .to = hours(7)}}};
  Story story(plan);

  story.Says(PageKind::kOpened, "payment", Severity::kWarning).After(hours(2) - seconds(10));
  EXPECT_THAT(story.Told(), IsEmpty());
  EXPECT_THAT(story.RemarkKinds(), Contains("deferred"));
  story.After(seconds(10));
  EXPECT_THAT(story.Told(), ElementsAre("ben/chat", "ben/sms"));
  story.After(minutes(5));
  EXPECT_THAT(story.Told(), ElementsAre("cem/sms"));

  Story critical(plan);
  critical.Says(PageKind::kOpened);
  EXPECT_THAT(critical.Told(), ElementsAre("ben/chat"));
}

TEST(Router, WhatARouteDefersIsToldWhenItsHoursBeginUnlessItEndsBefore) {
  Plan plan = Payments();
  plan.routes[0].hours = {{.days = *ParseDays("mon-fri"), .from = hours(14), .to = hours(17)}};
  Story story(plan);

  story.Says(PageKind::kOpened, "payment", Severity::kWarning).After(hours(3));
  EXPECT_THAT(story.Told(), IsEmpty());
  story.Says(PageKind::kResolved, "payment", Severity::kWarning).After(hours(2));
  EXPECT_THAT(story.Told(), IsEmpty());
  story.Says(PageKind::kOpened, "payment", Severity::kWarning);  // 15:00
  EXPECT_THAT(story.Told(), ElementsAre("ben/chat"));
}

TEST(Router, ASeverityThatRisesBeginsAgainWithTheChannelsOfThatSeverity) {
  Plan plan = Payments();
  plan.users[1].contacts = {Reach("chat", "@ben", seconds(0), {Severity::kWarning}),
                            Reach("sms", "+2", seconds(0), {Severity::kCritical})};
  Story story(plan);

  story.Says(PageKind::kOpened, "payment", Severity::kWarning).After(minutes(6));
  EXPECT_THAT(story.Told(), ElementsAre("ben/chat", "cem/sms"));
  story.Says(PageKind::kSeverityRaised);
  EXPECT_THAT(story.Told(), ElementsAre("ben/sms"));
}

TEST(Router, ASeverityThatRisesAfterAnAcknowledgementIsToldToThoseWhoKnow) {
  Story story(Payments());
  story.Says(PageKind::kOpened, "payment", Severity::kWarning).Says(PageKind::kAcknowledged);
  story.Told();

  story.Says(PageKind::kSeverityRaised).After(hours(1));

  EXPECT_THAT(story.Told(), ElementsAre("ben/chat"));
}

TEST(Router, RoundRobinGoesOnWithTheNextOneAndTheTurnSurvivesARestart) {
  Plan plan = Payments();
  plan.policies[0].steps = {Ask({{TargetKind::kUser, "ann"}, {TargetKind::kUser, "cem"}})};
  plan.policies[0].steps[0].round_robin = true;
  Story story(plan);

  story.Says(PageKind::kOpened).Says(PageKind::kResolved).Says(PageKind::kOpened);
  EXPECT_THAT(story.Told(), ElementsAre("ann/chat", "ann/chat", "cem/sms"));

  Story second(plan);
  ASSERT_TRUE(second.router.Restore(story.router.Snapshot()).ok());
  second.Says(PageKind::kResolved).Says(PageKind::kOpened);
  EXPECT_THAT(second.Told(), ElementsAre("cem/sms", "ann/chat"));
}

TEST(Router, WhoHasNoContactHasNoTurnForThoseWhoCome) {
  Plan plan = Payments();
  plan.users[0].contacts.clear();
  plan.policies[0].steps = {
      Ask({{TargetKind::kUser, "ann"}, {TargetKind::kUser, "ben"}, {TargetKind::kUser, "cem"}})};
  plan.policies[0].steps[0].round_robin = true;
  Story story(plan);
  std::vector<std::string> told;
  for (int i = 0; i < 4; ++i) {
    story.Says(PageKind::kOpened).Says(PageKind::kResolved);
    told.push_back(story.Told().front());
  }
  EXPECT_THAT(told, ElementsAre("ben/chat", "cem/sms", "ben/chat", "cem/sms"));
}

TEST(Router, OverridesDecideWhoIsOnCallFromTheMomentTheyAreMade) {
  Story story(Payments());
  Override override;
  override.id = "ov_1";
  override.schedule = "primary";
  override.user = "cem";
  override.from = story.now - hours(1);
  override.to = story.now + hours(1);

  ASSERT_TRUE(story.router.Add(override, story.now).ok());
  story.Says(PageKind::kOpened);
  EXPECT_THAT(story.Told(), ElementsAre("cem/sms"));
  EXPECT_THAT(story.kept, Contains(::testing::Key("override/ov_1")));
  ASSERT_TRUE(story.router.Remove("ov_1").ok());
  story.Says(PageKind::kResolved).Says(PageKind::kOpened);
  EXPECT_THAT(story.Told(), ElementsAre("cem/sms", "ben/chat"));
  EXPECT_EQ(story.router.Remove("ov_1").error().code, base::ErrorCode::kNotFound);
  override.user = "nobody";
  EXPECT_EQ(story.router.Add(override, story.now).error().field, "user");
  override.user = "cem";
  override.to = override.from;
  EXPECT_EQ(story.router.Add(override, story.now).error().field, "to");
}

TEST(Router, APolicyThatIsGoneAfterAChangeOfThePlanFallsBackToTheCatchAll) {
  Story story(Payments());
  story.Says(PageKind::kOpened);
  Plan bare;
  bare.receivers = {{"ops", "webhook"}};
  story.router.SetPlan(std::make_shared<const Plan>(bare));
  story.Told();

  story.After(minutes(5));

  EXPECT_THAT(story.Told(), ElementsAre("ops")) << "and nothing more by what is gone";
}

TEST(Router, NewsOfAnIncidentFromBeforeItKnewOneGoesToTheCatchAll) {
  Story story(Payments());

  story.Says(PageKind::kResolved);

  EXPECT_THAT(story.Told(), ElementsAre("sms", "chat", "ops"));
}

TEST(Router, BeyondItsLimitsTheCatchAllIsToldAtOnce) {
  Story story(Payments(), {.cases_max = 1});

  story.Says(PageKind::kOpened).Says(PageKind::kOpened, "order");

  EXPECT_THAT(story.Told(), ElementsAre("ben/chat", "sms", "chat", "ops"));
  EXPECT_EQ(story.router.cases(), 1u);
}

TEST(Router, ATestPageGoesToEachContactOfAPersonAndToNobodyElse) {
  Story story(Payments());
  TestPage test;
  test.id = "test_1";
  test.tenant = "default";
  test.target = {TargetKind::kUser, "ann"};
  test.asked_by = "ben";

  const auto keys = story.router.Test(test, story.now);
  story.Collect();

  ASSERT_TRUE(keys.ok());
  EXPECT_THAT(story.Told(), ElementsAre("ann/chat", "ann/sms"));
  EXPECT_EQ(story.router.cases(), 0u);
  test.target = {TargetKind::kUser, "eve"};
  EXPECT_EQ(story.router.Test(test, story.now).error().code, base::ErrorCode::kNotFound);
}

TEST(Router, RestoreRefusesWhatItDidNotWrite) {
  Router router;
  EXPECT_FALSE(router.Restore({{"case/a/b", "{"}}).ok());
  EXPECT_FALSE(router.Restore({{"turn/x", "-1"}}).ok());
  EXPECT_FALSE(router.Restore({{"other", "1"}}).ok());
  Case c;
  c.waiting.emplace_back().who.flow = 1;
  c.flows.resize(1);
  EXPECT_FALSE(router.Restore({{"case/a/b", CaseToJson(c)}}).ok());
  c.flows.resize(2);
  EXPECT_TRUE(router.Restore({{"case/a/b", CaseToJson(c)}}).ok());
  c.flows.back().step = -1;
  EXPECT_FALSE(router.Restore({{"case/a/b", CaseToJson(c)}}).ok());
}

TEST(Plan, KnowsWhoseContactItIsUnlessItIsThatOfSeveral) {
  Plan plan;
  for (const char* name : {"ann", "ben"}) {
    plan.users.emplace_back().name = name;
    plan.users.back().contacts.emplace_back().receiver = "sms";
    plan.users.back().contacts.back().to = name;
    plan.users.back().contacts.emplace_back().receiver = "chat";
  }

  ASSERT_NE(plan.FindUserAt("sms", "ben"), nullptr);
  EXPECT_EQ(plan.FindUserAt("sms", "ben")->name, "ben");
  EXPECT_EQ(plan.FindUserAt("sms", ""), nullptr);
  EXPECT_EQ(plan.FindUserAt("chat", ""), nullptr);
}

}  // namespace
}  // namespace vedette::notify::routing
