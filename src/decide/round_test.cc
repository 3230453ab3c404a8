#include "decide/round.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/duration.h"
#include "incident/testing/script.h"

namespace vedette::decide {
namespace {

using incident::Input;
using notify::routing::Plan;
using notify::routing::Router;
using notify::routing::TargetKind;

const base::TimePoint kNow = *base::ParseTime("2026-11-23T10:00:00Z");

// Everything that a plan may have.
Plan FullPlan() {
  Plan plan;
  plan.receivers = {{"chat", "webhook"}, {"sms", "gateway"}};
  notify::routing::User ann;
  ann.name = "ann";
  ann.full_name = "Ann Berg";
  ann.zone = *notify::routing::TimeZone::Find("Europe/Berlin");
  ann.contacts = {{"chat", "@ann", {}, {}},
                  {"sms", "+1", {model::Severity::kCritical}, std::chrono::minutes(2)}};
  ann.quiet = notify::routing::QuietHours{
      .hours = {{.days = 31, .from = std::chrono::hours(22), .to = std::chrono::hours(7)}},
      .below = model::Severity::kCritical};
  plan.users = {ann};
  notify::routing::Layer layer;
  layer.name = "weeks";
  layer.start = *notify::routing::ParseLocal("2026-11-02 09:00");
  layer.length = std::chrono::hours(168);
  layer.users = {"ann"};
  layer.end = *notify::routing::ParseLocal("2027-01-01 00:00");
  plan.schedules.resize(1);
  plan.schedules[0].name = "primary";
  plan.schedules[0].zone = ann.zone;
  plan.schedules[0].layers = {layer};
  plan.teams.resize(1);
  plan.teams[0].name = "shop";
  plan.teams[0].members = {"ann"};
  plan.teams[0].schedule = "primary";
  plan.policies.resize(1);
  plan.policies[0].name = "pager";
  plan.policies[0].steps = {
      {.targets = {{TargetKind::kSchedule, "primary"}}, .round_robin = true, .patience = {}}};
  plan.policies[0].repeats = 2;
  plan.routes.resize(1);
  plan.routes[0].name = "all";
  plan.routes[0].matchers = {*model::Matcher::Parse("service=~\"a|b\"")};
  plan.routes[0].policy = "pager";
  plan.routes[0].go_on = true;
  plan.routes[0].children.resize(1);
  plan.routes[0].children[0].name = "jobs";
  plan.routes[0].children[0].targets = {{TargetKind::kReceiver, "chat"}};
  plan.catch_all = {{TargetKind::kReceiver, "chat"}};
  return plan;
}

std::vector<Input> Tell(std::vector<decltype(Input::what)> whats) {
  std::vector<Input> inputs;
  for (auto& what : whats) {
    inputs.push_back({std::ssize(inputs) + 1, kNow, std::string(26, '0'), std::move(what)});
  }
  return inputs;
}

TEST(Plans, ReadBackAsTheyWere) {
  const std::string text = ToJson(FullPlan());

  const base::Result<Plan> again = notify::routing::PlanFromJson(text);

  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(ToJson(*again), text);
  EXPECT_TRUE(again->users[0].zone == FullPlan().users[0].zone);
  EXPECT_EQ(again->schedules[0].layers[0].start, FullPlan().schedules[0].layers[0].start);
  for (const char* bad : {"", "[]", "{}", R"({"receivers":1})"}) {
    EXPECT_EQ(notify::routing::PlanFromJson(bad).error().code, base::ErrorCode::kDataLoss) << bad;
  }
}

TEST(Route, TellsTheRouterInTheOrderOfTheInputs) {
  Router router;
  const notify::routing::Override override{.id = "ov_1",
                                           .schedule = "primary",
                                           .user = "ann",
                                           .replaces = {},
                                           .from = kNow,
                                           .to = kNow + std::chrono::hours(1),
                                           .reason = {},
                                           .created_by = "ann",
                                           .created_at = kNow};
  notify::routing::Override unknown = override;
  unknown.id = "ov_2";
  unknown.schedule = "none";
  const auto inputs =
      Tell({OverridesInput({override}), PlanInput(FullPlan()), OverridesInput({override}),
            OverridesInput({override, unknown}), RemovalInput("ov_none")});

  const std::vector<RoutingAnswer> answers = Route(router, inputs, {}, kNow);

  ASSERT_EQ(answers.size(), 5u);
  EXPECT_EQ(answers[0].error().code, base::ErrorCode::kNotFound);  // there was no plan yet
  EXPECT_TRUE(answers[1].ok());
  EXPECT_TRUE(answers[2].ok());
  EXPECT_EQ(answers[3].error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ(answers[4].error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ(ToJson(router.plan()), ToJson(FullPlan()));
}

TEST(Route, ATestIsToldAndItsKeysAreAnswered) {
  Router router;
  const auto inputs = Tell({PlanInput(FullPlan()), TestInput({.id = "test_1",
                                                              .tenant = "default",
                                                              .target = {TargetKind::kUser, "ann"},
                                                              .asked_by = "ben"})});

  const std::vector<RoutingAnswer> answers = Route(router, inputs, {}, kNow);

  ASSERT_TRUE(answers[1].ok()) << answers[1].error().message;
  EXPECT_THAT(*answers[1], testing::ElementsAre("test_1:test", "test_1:test:2"));
  EXPECT_EQ(router.Take().notices.size(), 2u);
}

TEST(Machine, GoesOnAsItWasKept) {
  Machine machine{incident::Engine(incident::EngineOptions{}), Router()};
  model::Anomaly anomaly = incident::testing::ErrorRatio("a", model::Severity::kCritical, "an_1");
  machine.Run(Tell(
      {PlanInput(FullPlan()), model::AnomalyUpdate{model::AnomalyTransition::kOpened, anomaly}}));

  base::Result<Machine> again =
      Machine::Restore(machine.engine.Snapshot(), RouterToText(machine.router));

  ASSERT_TRUE(again.ok()) << again.error().message;
  std::vector<Input> later = Tell({incident::Tick{}});
  later[0].time = kNow + std::chrono::hours(5);
  const auto one = machine.Run(later);
  const auto other = again->Run(later);
  EXPECT_FALSE(one.outcome.notices.empty());
  EXPECT_EQ(Digest(one.decisions, one.outcome), Digest(other.decisions, other.outcome));
  EXPECT_EQ(RouterToText(machine.router), RouterToText(again->router));
}

TEST(Digest, DiffersWithAnyPartOfADecision) {
  incident::Decisions decisions;
  decisions.changed.resize(1);
  decisions.pages.resize(1);
  decisions.alerts.resize(1);
  decisions.silences.resize(1);
  notify::routing::Outcome outcome;
  outcome.notices.resize(1);
  outcome.remarks.resize(1);
  const std::string before = Digest(decisions, outcome);
  const auto differs = [&](auto change) {
    incident::Decisions d = decisions;
    notify::routing::Outcome o = outcome;
    change(d, o);
    return Digest(d, o) != before;
  };

  EXPECT_EQ(Digest(decisions, outcome), before);
  EXPECT_TRUE(differs([](auto& d, auto&) { d.changed[0].title = "x"; }));
  EXPECT_TRUE(differs([](auto& d, auto&) { d.changed[0].timeline.resize(1); }));
  EXPECT_TRUE(differs([](auto& d, auto&) { d.pages[0].text = "x"; }));
  EXPECT_TRUE(differs([](auto& d, auto&) { d.pages[0].decided_at = kNow; }));
  EXPECT_TRUE(differs([](auto& d, auto&) { d.alerts[0].silenced_by = {"x"}; }));
  EXPECT_TRUE(differs([](auto& d, auto&) { d.silences[0].ends_at = kNow; }));
  EXPECT_TRUE(differs([](auto&, auto& o) { o.notices[0].to = "x"; }));
  EXPECT_TRUE(differs([](auto&, auto& o) { o.notices[0].why = "x"; }));
  EXPECT_TRUE(differs([](auto&, auto& o) { o.remarks[0].kind = "x"; }));
  // What ends one text does not begin the next.
  EXPECT_TRUE(differs([](auto& d, auto&) { d.changed[0].id = "a"; }));
  incident::Decisions one = decisions;
  one.changed[0].id = "a";
  one.changed[0].tenant = "b";
  incident::Decisions other = decisions;
  other.changed[0].id = "ab";
  EXPECT_NE(Digest(one, outcome), Digest(other, outcome));
}

TEST(Route, WhatIsMergedIntoWhatSomebodyHasInHandIsNotEscalated) {
  Plan plan;
  plan.receivers = {{"chat", "webhook"}, {"sms", "gateway"}};
  plan.policies.resize(1);
  plan.policies[0].name = "pager";
  for (const char* receiver : {"chat", "sms"}) {
    plan.policies[0].steps.push_back({.targets = {{TargetKind::kReceiver, receiver}},
                                      .round_robin = false,
                                      .patience = std::chrono::minutes(5)});
  }
  plan.routes.resize(1);
  plan.routes[0].name = "all";
  plan.routes[0].policy = "pager";
  Router router;
  router.SetPlan(std::make_shared<const Plan>(plan));
  model::Page page;
  page.tenant = "default";
  page.incident_id = "in_2";
  page.dedup_key = "in_2:opened:1";
  router.OnPage(page, kNow);
  ASSERT_EQ(router.Take().notices.size(), 1u);
  incident::Decisions decisions;
  decisions.changed.resize(2);
  decisions.changed[0].id = "in_1";
  decisions.changed[0].tenant = decisions.changed[1].tenant = "default";
  decisions.changed[0].state = model::IncidentState::kAcknowledged;
  decisions.changed[1].id = "in_2";
  decisions.changed[1].state = model::IncidentState::kResolved;
  decisions.changed[1].merged_into = "in_1";

  Route(router, {}, decisions, kNow);
  router.Advance(kNow + std::chrono::hours(1));

  EXPECT_TRUE(router.Take().notices.empty());
}

}  // namespace
}  // namespace vedette::decide
