#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "incident/testing/script.h"

namespace vedette::incident {
namespace {

using model::IncidentPhase;
using model::IncidentState;
using model::Severity;
using std::chrono::minutes;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Script;
using ::testing::SizeIs;

std::vector<IncidentPhase> PhasesOf(const model::Incident& incident) {
  std::vector<IncidentPhase> phases;
  for (const model::PhaseStart& phase : incident.phases) phases.push_back(phase.phase);
  return phases;
}

EngineOptions Apart() { return {.group_across_services = false}; }

TEST(Phases, FollowTheLifeAndThePeople) {
  Script script;
  script.Opens("payment");
  EXPECT_EQ(model::IncidentStatus(script.Incident()), "firing");
  script.At(60).Says(CommandKind::kAcknowledge);
  EXPECT_EQ(model::IncidentStatus(script.Incident()), "acknowledged");
  script.At(90).Says(CommandKind::kSetPhase, "", "", "triage");
  EXPECT_EQ(model::IncidentStatus(script.Incident()), "investigating");
  script.At(120).Says(CommandKind::kSetPhase, "", "", "mitigation");
  EXPECT_EQ(model::IncidentStatus(script.Incident()), "mitigating");
  script.At(180).Says(CommandKind::kResolve);
  EXPECT_EQ(model::IncidentStatus(script.Incident()), "resolved");
  script.At(200).Says(CommandKind::kSetPhase, "", "", "post_mortem");

  EXPECT_THAT(
      PhasesOf(script.Incident()),
      ElementsAre(IncidentPhase::kDetection, IncidentPhase::kTriage, IncidentPhase::kMitigation,
                  IncidentPhase::kResolution, IncidentPhase::kPostMortem));
  script.Says(CommandKind::kSetPhase, "", "", "lunch");
  EXPECT_FALSE(script.last_answer.ok());
}

TEST(Phases, AReopenedIncidentBeginsAgain) {
  Script script;
  script.Opens("payment").Says(CommandKind::kAcknowledge).Says(CommandKind::kResolve);

  script.At(10).Says(CommandKind::kReopen, "not over");

  EXPECT_EQ(script.Incident().state, IncidentState::kOpen);
  EXPECT_EQ(PhasesOf(script.Incident()).back(), IncidentPhase::kDetection);
}

TEST(People, RolesTasksAndLinksAreKept) {
  Script script;
  script.Opens("payment");

  script.Says(CommandKind::kAssignRole, "ann", "", "commander");
  script.Says(CommandKind::kAssignRole, "bob", "", "communications");
  script.Says(CommandKind::kAssignRole, "", "", "communications");
  script.Says(CommandKind::kAddTask, "roll back", "", "carl");
  script.Says(CommandKind::kAddTask, "write to customers");
  script.Says(CommandKind::kFinishTask, "", "", "1");
  script.Says(CommandKind::kAddLink, "dashboard", "", "https://example.org/d");

  const model::Incident& incident = script.Incident();
  EXPECT_EQ(incident.roles, (std::map<std::string, std::string>{{"commander", "ann"}}));
  ASSERT_THAT(incident.tasks, SizeIs(2));
  EXPECT_EQ(incident.tasks[0].assignee, "carl");
  EXPECT_EQ(incident.tasks[0].done_by, "ann");
  EXPECT_FALSE(incident.tasks[1].done_at.has_value());
  ASSERT_THAT(incident.links, SizeIs(1));
  for (const auto& [kind, target] : {std::pair{CommandKind::kFinishTask, "7"},
                                     std::pair{CommandKind::kAddLink, "javascript:alert(1)"},
                                     std::pair{CommandKind::kAddTask, ""}}) {
    script.Says(kind, "", "", target);
    EXPECT_FALSE(script.last_answer.ok()) << target;
  }
}

TEST(StillOpen, WhatAPersonResolvedWhileItFiresIsOpenedAgain) {
  EngineOptions options;
  options.repeat_interval = minutes(10);
  Script script(options);
  script.Opens("payment", Severity::kCritical, "an_1").At(5).Says(CommandKind::kResolve);
  EXPECT_THAT(script.RowTexts("page_held"), ElementsAre(HasSubstr("anomalies open: 1; it opens")));

  script.TickUntil(604);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved"));
  script.TickUntil(606);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved", "opened"));
  EXPECT_EQ(script.Incident().state, IncidentState::kOpen);
  EXPECT_THAT(script.RowTexts("reopened"), ElementsAre(HasSubstr("resolved by ann")));

  script.Says(CommandKind::kResolve).At(700).Closes("payment", "an_1").TickUntil(5000);
  EXPECT_EQ(script.Incident().state, IncidentState::kResolved);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved", "opened", "resolved"));
  EXPECT_EQ(script.engine.counts().incidents_in_memory, 0) << "and is forgotten";
}

TEST(StillOpen, WhatAPersonResolvedIsNotOpenedAgainWhileItIsSilenced) {
  EngineOptions options;
  options.repeat_interval = minutes(10);
  Script script(options);
  script.Opens("payment").Silences({"service=payment"}, 0, 900).Says(CommandKind::kResolve);

  script.TickUntil(890);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved"));
  script.TickUntil(1201);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved", "opened"));
}

TEST(Merge, OneTakesOverTheOther) {
  Script script(Apart());
  script.Opens("payment", Severity::kWarning, "an_1").Opens("order", Severity::kCritical, "an_2");
  ASSERT_THAT(script.order, SizeIs(2));

  script.Says(CommandKind::kMerge, "same cause", script.order[0], script.order[1]);

  ASSERT_TRUE(script.last_answer.ok()) << script.last_answer.error().message;
  EXPECT_THAT(script.Incident(0).open_anomaly_ids, ElementsAre("an_1", "an_2"));
  EXPECT_EQ(script.Incident(0).severity, Severity::kCritical);
  EXPECT_EQ(script.Incident(1).state, IncidentState::kResolved);
  EXPECT_EQ(script.Incident(1).merged_into, script.order[0]);
  EXPECT_THAT(script.Incident(1).open_anomaly_ids, IsEmpty());
  script.At(10).Opens("order", Severity::kCritical, "an_3");
  EXPECT_THAT(script.order, SizeIs(2)) << "its services come along";
  EXPECT_THAT(script.RowTexts("merged", 0), ElementsAre(HasSubstr("same cause")));
}

TEST(Merge, NeedsTwoThatAreOpen) {
  Script script(Apart());
  script.Opens("payment").Opens("order");

  script.Says(CommandKind::kMerge, "", script.order[0], script.order[0]);
  EXPECT_FALSE(script.last_answer.ok());
  script.Says(CommandKind::kMerge, "", script.order[0], "in_unknown");
  EXPECT_FALSE(script.last_answer.ok());
  script.Says(CommandKind::kResolve, "", script.order[1]);
  script.Says(CommandKind::kMerge, "", script.order[0], script.order[1]);
  EXPECT_FALSE(script.last_answer.ok());
}

TEST(Split, WhatLeavesHasAnIncidentOfItsOwn) {
  Script script;
  script.Opens("payment", Severity::kCritical, "an_1").Opens("order", Severity::kCritical, "an_2");
  ASSERT_THAT(script.order, SizeIs(1));

  script.Says(CommandKind::kSplit, "", script.order[0], "", {"an_2"});

  ASSERT_THAT(script.order, SizeIs(2));
  EXPECT_THAT(script.Incident(0).open_anomaly_ids, ElementsAre("an_1"));
  EXPECT_THAT(script.Incident(1).open_anomaly_ids, ElementsAre("an_2"));
  EXPECT_THAT(script.Incident(1).entities, ElementsAre("order"));
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "updated", "opened"));
  EXPECT_THAT(script.pages[1].text, HasSubstr("1 of its anomalies is part of"));
  EXPECT_THAT(script.Incident(0).entities, ElementsAre("payment"));
  EXPECT_THAT(script.Incident(0).title, Not(HasSubstr("service")));
  script.At(10).Closes("order", "an_2").TickUntil(80);
  EXPECT_EQ(script.Incident(1).state, IncidentState::kResolved);
  EXPECT_EQ(script.Incident(0).state, IncidentState::kOpen);
}

TEST(Split, WhatIsLeftIsNamedAfterTheRest) {
  Script script;
  script.Opens("payment", Severity::kCritical, "an_1")
      .Opens("order", Severity::kWarning, "an_2")
      .Opens("cart", Severity::kCritical, "an_3");
  ASSERT_THAT(script.Incident(0).title, HasSubstr("payment"));

  script.Says(CommandKind::kSplit, "", script.order[0], "", {"an_1"});

  EXPECT_THAT(script.Incident(0).entities, ElementsAre("order", "cart"));
  EXPECT_THAT(script.Incident(0).title, AllOf(HasSubstr("cart"), HasSubstr("(+1 service)")));
  script.At(10).Closes("cart", "an_3").Closes("order", "an_2").TickUntil(80);
  EXPECT_EQ(script.pages.back().labels.Get("service"), "cart");
}

TEST(Split, LeavesOneAtLeast) {
  Script script;
  script.Opens("payment", Severity::kCritical, "an_1");

  script.Says(CommandKind::kSplit, "", script.order[0], "", {"an_1"});
  EXPECT_FALSE(script.last_answer.ok());
  script.Says(CommandKind::kSplit, "", script.order[0], "", {"an_9"});
  EXPECT_FALSE(script.last_answer.ok());
  script.Says(CommandKind::kSplit, "", script.order[0]);
  EXPECT_FALSE(script.last_answer.ok());
}

TEST(Declare, IsPagedHasItsServicesAndIsOverWhenAPersonSaysSo) {
  Script script;
  script.Declares("users cannot pay", Severity::kCritical, {"checkout", "payment", "checkout"});

  ASSERT_THAT(script.order, SizeIs(1));
  EXPECT_EQ(script.Incident().title, "checkout: users cannot pay (+1 service)");
  EXPECT_THAT(script.Incident().entities, ElementsAre("checkout", "payment"));
  EXPECT_THAT(script.RowKinds(), ElementsAre("opened", "declared"));
  ASSERT_THAT(script.PageKinds(), ElementsAre("opened"));
  EXPECT_EQ(script.pages[0].labels.Get("service"), "checkout");
  EXPECT_EQ(script.pages[0].labels.Get("severity"), "critical");

  script.TickUntil(3 * 3600);
  EXPECT_EQ(script.Incident().state, IncidentState::kOpen);
  script.Says(CommandKind::kResolve);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved"));
}

TEST(Declare, WhatIsFoundOfItsServicesJoinsItHoweverLateAndDoesNotEndIt) {
  Script script(Apart());
  script.Declares("users cannot pay", Severity::kWarning, {"checkout"});

  script.At(3000).Opens("checkout", Severity::kCritical, "an_1").Opens("cart");
  ASSERT_THAT(script.order, SizeIs(2)) << "cart is another's";
  EXPECT_THAT(script.Incident(0).open_anomaly_ids, ElementsAre("an_1"));
  EXPECT_EQ(script.Incident(0).severity, Severity::kCritical);
  EXPECT_THAT(script.RowTexts("severity_changed", 0), ElementsAre("warning to critical"));

  script.At(3100).Closes("checkout", "an_1").TickUntil(9000);
  EXPECT_EQ(script.Incident(0).state, IncidentState::kOpen);
}

TEST(Declare, IsRepeatedUntilSomebodyTakesItAndPagedAgainWhenItIsReopened) {
  EngineOptions options;
  options.repeat_interval = minutes(10);
  options.reopened_page_after = minutes(2);
  Script script(options);
  script.Declares("slow", Severity::kWarning, {}).TickUntil(610);
  EXPECT_EQ(script.Incident().title, "slow");
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "opened"));

  script.Says(CommandKind::kResolve).At(700).Says(CommandKind::kReopen).TickUntil(830);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "opened", "resolved", "opened"));
}

TEST(Declare, NeedsATitleAndRoom) {
  EngineOptions options;
  options.open_incidents_max = 1;
  Script script(options);
  script.Declares(" \n", Severity::kCritical, {});
  EXPECT_EQ(script.last_answer.error().field, "title");
  script.Declares(std::string(161, 'x'), Severity::kCritical, {});
  EXPECT_EQ(script.last_answer.error().field, "title");
  script.Declares("a", Severity::kCritical, std::vector<std::string>(51, "x"));
  EXPECT_EQ(script.last_answer.error().field, "entities");
  EXPECT_THAT(script.order, IsEmpty());

  script.Declares("a", Severity::kCritical, {}).Declares("b", Severity::kCritical, {});
  EXPECT_EQ(script.last_answer.error().code, base::ErrorCode::kResourceExhausted);
  EXPECT_THAT(script.order, SizeIs(1));
}

TEST(Unacknowledge, PagesAgainUnlessSomebodyTakesIt) {
  EngineOptions options;
  options.reopened_page_after = minutes(5);
  Script script(options);
  script.Opens("payment").At(60).Says(CommandKind::kAcknowledge);
  script.At(70).Says(CommandKind::kUnacknowledge, "wrong incident");

  const model::Incident& incident = script.Incident();
  EXPECT_EQ(incident.state, IncidentState::kOpen);
  EXPECT_FALSE(incident.acknowledged_at.has_value());
  EXPECT_EQ(incident.acknowledged_by, "");
  EXPECT_EQ(PhasesOf(incident).back(), IncidentPhase::kDetection);
  EXPECT_THAT(script.RowTexts("unacknowledged"), ElementsAre("wrong incident"));
  script.TickUntil(369);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "acknowledged"));
  script.TickUntil(371);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "acknowledged", "opened"));

  script.Says(CommandKind::kAcknowledge).Says(CommandKind::kUnacknowledge);
  script.Says(CommandKind::kAcknowledge).TickUntil(2000);
  EXPECT_THAT(script.PageKinds(),
              ElementsAre("opened", "acknowledged", "opened", "acknowledged", "acknowledged"));
}

TEST(Unacknowledge, AGroupOfAlertsIsPagedAgainToo) {
  EngineOptions options;
  options.alert_grouping = AlertGrouping{.group_by = {"alertname"}};
  options.reopened_page_after = minutes(5);
  Script script(options);
  script.Fires({{"alertname", "Down"}, {"instance", "a"}}, 7200).TickUntil(60);
  ASSERT_THAT(script.PageKinds(), ElementsAre("opened"));
  script.Says(CommandKind::kAcknowledge).TickUntil(600);
  ASSERT_THAT(script.PageKinds(), ElementsAre("opened", "acknowledged"));

  script.Says(CommandKind::kUnacknowledge).TickUntil(905);

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "acknowledged", "opened"));
}

TEST(Unacknowledge, ChangesNothingThatIsOpenAndNothingThatIsOver) {
  Script script;
  script.Opens("payment").Says(CommandKind::kUnacknowledge);
  EXPECT_TRUE(script.last_answer.ok());
  EXPECT_THAT(script.RowTexts("unacknowledged"), IsEmpty());
  script.Says(CommandKind::kResolve).Says(CommandKind::kUnacknowledge);
  EXPECT_EQ(script.last_answer.error().code, base::ErrorCode::kFailedPrecondition);
}

TEST(Comment, MayTellOfWhatHappenedBefore) {
  Script script;
  const base::TimePoint now = base::FromMillis(1'700'000'000'000) + minutes(60);
  script.Opens("payment").At(3600).Comments("the pool was full", now - minutes(50));

  const model::TimelineEntry& row = script.Incident().timeline.back();
  EXPECT_EQ(row.time, now);
  EXPECT_EQ(row.happened_at, now - minutes(50));
  script.Comments("tomorrow", now + minutes(1));
  EXPECT_EQ(script.last_answer.error().field, "at");
  script.Comments("long ago", now - std::chrono::days(31));
  EXPECT_EQ(script.last_answer.error().field, "at");
  EXPECT_THAT(script.RowTexts("comment"), ElementsAre("the pool was full"));
}

TEST(Star, MarksRowsOfTheTimeline) {
  Script script;
  script.Opens("payment").Says(CommandKind::kComment, "the pool is full");
  const auto rows = static_cast<int64_t>(script.Incident().timeline.size());

  script.Says(CommandKind::kStar, "", "", std::to_string(rows));
  script.Says(CommandKind::kStar, "", "", "1").Says(CommandKind::kStar, "", "", "1");
  EXPECT_THAT(script.Incident().starred, ElementsAre(1, rows));
  script.Says(CommandKind::kUnstar, "", "", "1").Says(CommandKind::kUnstar, "", "", "1");
  EXPECT_THAT(script.Incident().starred, ElementsAre(rows));
  EXPECT_THAT(script.Incident().timeline, SizeIs(rows)) << "a star is no row";
  for (const char* wrong : {"0", "-1", "99", "x", ""}) {
    script.Says(CommandKind::kStar, "", "", wrong);
    EXPECT_EQ(script.last_answer.error().field, "seq") << wrong;
  }
}

}  // namespace
}  // namespace vedette::incident
