#include "incident/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "incident/testing/script.h"

namespace vedette::incident {
namespace {

using model::IncidentState;
using model::Severity;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Script;

TEST(Grouping, AnomaliesOfOneServiceShareAnIncident) {
  Script script;

  script.Opens("payment", Severity::kCritical, "an_1");
  script.At(200).Opens("payment", Severity::kWarning, "an_2");

  ASSERT_EQ(script.order.size(), 1u);
  EXPECT_THAT(script.Incident().anomaly_ids, ElementsAre("an_1", "an_2"));
  EXPECT_THAT(script.Incident().open_anomaly_ids, ElementsAre("an_1", "an_2"));
  EXPECT_THAT(script.Incident().entities, ElementsAre("payment"));
}

TEST(Grouping, OneCauseOnSeveralServicesIsOneIncidentAndOnePage) {
  Script script;

  script.Opens("payment").At(40).Opens("order").At(80).Opens("api-gateway");

  ASSERT_EQ(script.order.size(), 1u);
  EXPECT_THAT(script.Incident().entities, ElementsAre("payment", "order", "api-gateway"));
  EXPECT_EQ(script.Incident().title, "payment: error ratio 0.41, expected 0 to 0.03 (+2 services)");
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
}

TEST(Grouping, AServiceThatFailsLaterHasItsOwnIncident) {
  Script script;

  script.Opens("payment").At(61).Opens("order");

  EXPECT_EQ(script.order.size(), 2u);
}

TEST(Grouping, WhatBeganTogetherBelongsTogetherThoughItIsFoundLater) {
  Script script;
  script.Opens("payment");
  model::Anomaly late = testing::ErrorRatio("order", Severity::kCritical, "an_late");
  late.started_at = script.inputs[0].time + std::chrono::seconds(30);

  script.At(200).Feed(model::AnomalyUpdate{model::AnomalyTransition::kOpened, late});

  EXPECT_EQ(script.order.size(), 1u);
}

TEST(Grouping, AChainOfServicesEndsAfterItsSpan) {
  Script script;

  for (int i = 0; i <= 20; ++i) script.At(i * 50).Opens("service-" + std::to_string(i));

  ASSERT_EQ(script.order.size(), 2u);
  EXPECT_EQ(script.Incident(0).entities.size(), 13u);  // up to 600 s
}

TEST(Grouping, AcrossServicesCanBeSwitchedOff) {
  Script script(EngineOptions{.group_across_services = false});

  script.Opens("payment").Opens("order");

  EXPECT_EQ(script.order.size(), 2u);
}

TEST(Grouping, TenantsNeverShareAnIncident) {
  Script script;
  script.Opens("payment");
  model::Anomaly other = testing::ErrorRatio("payment", Severity::kCritical, "an_2");
  other.tenant = "other";

  script.Feed(model::AnomalyUpdate{model::AnomalyTransition::kOpened, other});

  EXPECT_EQ(script.order.size(), 2u);
}

TEST(Grouping, AnomaliesBelowTheOpeningSeverityAreNobodysBusiness) {
  Script script;

  script.Opens("payment", Severity::kInfo);
  EXPECT_THAT(script.order, IsEmpty());
  script.At(10).Updates("payment", Severity::kWarning);

  EXPECT_EQ(script.order.size(), 1u);
}

TEST(Lifecycle, ResolvesItselfWhenAllAnomaliesHaveBeenClosedForAWhile) {
  Script script;
  script.Opens("payment", Severity::kCritical, "an_1").Opens("order", Severity::kCritical, "an_2");

  script.At(100).Closes("payment", "an_1").TickUntil(300);
  EXPECT_EQ(script.Incident().state, IncidentState::kOpen);
  script.Closes("order", "an_2").TickUntil(359);
  EXPECT_EQ(script.Incident().state, IncidentState::kOpen);
  script.TickUntil(360);

  EXPECT_EQ(script.Incident().state, IncidentState::kResolved);
  EXPECT_EQ(script.Incident().resolved_by, "vedette");
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved"));
  EXPECT_THAT(script.RowKinds(),
              ElementsAre("opened", "anomaly_opened", "anomaly_opened", "grouped", "anomaly_closed",
                          "anomaly_closed", "resolved"));
}

TEST(Lifecycle, PeopleAcknowledgeAndResolve) {
  Script script;
  script.Opens("payment");

  script.At(60).Says(CommandKind::kAcknowledge);
  EXPECT_EQ(script.Incident().state, IncidentState::kAcknowledged);
  EXPECT_EQ(script.Incident().acknowledged_by, "ann");
  script.At(90).Says(CommandKind::kComment, "looking at the deploy");
  script.At(120).Says(CommandKind::kResolve, "rolled back");

  EXPECT_EQ(script.Incident().state, IncidentState::kResolved);
  EXPECT_EQ(script.Incident().resolved_by, "ann");
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "acknowledged", "resolved"));
  EXPECT_THAT(script.PageKeys(),
              ElementsAre(script.order[0] + ":opened:1", script.order[0] + ":acknowledged:1",
                          script.order[0] + ":resolved:1"));
}

TEST(Lifecycle, RepeatedCommandsChangeNothingAndAreNoError) {
  Script script;
  script.Opens("payment").Says(CommandKind::kAcknowledge);
  const int64_t revision = script.Incident().revision;

  script.Says(CommandKind::kAcknowledge);
  EXPECT_TRUE(script.last_answer.ok());
  EXPECT_EQ(script.Incident().revision, revision);
  script.Says(CommandKind::kResolve).Says(CommandKind::kResolve);
  EXPECT_TRUE(script.last_answer.ok());

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "acknowledged", "resolved"));
}

TEST(Lifecycle, RefusesWhatTheStateForbids) {
  Script script;
  script.Opens("payment").Says(CommandKind::kResolve);

  script.Says(CommandKind::kAcknowledge);
  EXPECT_EQ(script.last_answer.error().code, base::ErrorCode::kFailedPrecondition);
  script.Says(CommandKind::kResolve, "", "in_unknown");
  EXPECT_EQ(script.last_answer.error().code, base::ErrorCode::kNotFound);
  script.Says(CommandKind::kComment);
  EXPECT_EQ(script.last_answer.error().field, "text");
  script.Says(CommandKind::kComment, std::string(40'001, 'x'));
  EXPECT_EQ(script.last_answer.error().field, "text");
}

TEST(Lifecycle, WhatAPersonResolvedStaysResolvedUnlessItGetsWorse) {
  Script script;
  script.Opens("payment", Severity::kWarning).Says(CommandKind::kResolve);

  script.At(30).Updates("payment", Severity::kWarning);
  EXPECT_EQ(script.Incident().state, IncidentState::kResolved);
  script.At(60).Updates("payment", Severity::kCritical);

  EXPECT_EQ(script.Incident().state, IncidentState::kOpen);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
}

TEST(Lifecycle, ANewAnomalyAfterAPersonsResolutionIsNews) {
  Script script;
  script.Opens("payment", Severity::kCritical, "an_1").Says(CommandKind::kResolve);

  script.At(30).Opens("payment", Severity::kCritical, "an_2");

  EXPECT_EQ(script.order.size(), 2u);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved", "opened"));
}

TEST(Lifecycle, WhatAPersonReopenedWaitsForAPerson) {
  Script script;
  script.Opens("payment").At(10).Closes("payment").TickUntil(80);
  ASSERT_EQ(script.Incident().state, IncidentState::kResolved);

  script.Says(CommandKind::kReopen, "still slow").TickUntil(2000);
  EXPECT_EQ(script.Incident().state, IncidentState::kOpen);
  script.Says(CommandKind::kResolve);

  EXPECT_EQ(script.Incident().state, IncidentState::kResolved);
}

TEST(Paging, OnlyIncidentsThatReachThePageSeverity) {
  Script script;
  script.Opens("payment", Severity::kWarning).At(10).Closes("payment").TickUntil(100);

  EXPECT_EQ(script.Incident().state, IncidentState::kResolved);
  EXPECT_THAT(script.pages, IsEmpty());
}

TEST(Paging, RisingToThePageSeverityOpensOnce) {
  Script script;
  script.Opens("payment", Severity::kWarning);

  script.At(10)
      .Updates("payment", Severity::kCritical)
      .At(20)
      .Updates("payment", Severity::kCritical);

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
  EXPECT_EQ(script.pages[0].severity, Severity::kCritical);
  EXPECT_THAT(script.RowKinds(), ElementsAre("opened", "anomaly_opened", "severity_changed"));
}

TEST(Paging, RisingFurtherSaysSo) {
  Script script(EngineOptions{.page_severity = Severity::kWarning});

  script.Opens("payment", Severity::kWarning).At(10).Updates("payment", Severity::kCritical);

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "severity_raised"));
}

TEST(Paging, SaysWhatIsWrongSinceWhenAndWhoElse) {
  Script script;
  script.Opens("payment", Severity::kWarning).Opens("order", Severity::kCritical);

  EXPECT_EQ(script.pages[0].title, "order: error ratio 0.41, expected 0 to 0.03 (+1 service)");
  EXPECT_EQ(script.pages[0].text,
            "order: error ratio 0.41, expected 0 to 0.03. Since 2023-11-14T22:13:20.000Z. Also "
            "affected: payment. Anomalies open: 2 of 2.");
}

TEST(Paging, RepeatsUntilSomebodyAcknowledges) {
  Script script(EngineOptions{.repeat_interval = std::chrono::minutes(5)});

  script.Opens("payment").TickUntil(650);
  EXPECT_THAT(script.PageKeys(),
              ElementsAre(script.order[0] + ":opened:1", script.order[0] + ":opened:2",
                          script.order[0] + ":opened:3"));
  script.Says(CommandKind::kAcknowledge).TickUntil(3000);

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "opened", "opened", "acknowledged"));
}

// What is left of an incident does not keep people from hearing of the next one.
TEST(Grouping, ANewWaveAfterTheWorstIsOverIsANewIncident) {
  Script script;
  script.Opens("payment").Opens("payment", Severity::kWarning, "an_slow").At(60).Closes("payment");
  script.TickUntil(60 + 299);
  ASSERT_EQ(script.order.size(), 1u);

  script.At(400).Opens("payment", Severity::kCritical, "an_again");

  EXPECT_EQ(script.order.size(), 2u);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "opened"));
  script.At(420).Opens("payment", Severity::kCritical, "an_more");
  EXPECT_EQ(script.order.size(), 2u) << "of the same wave";
}

// A blip that has just ended unnoticed is not to make two pages of one cascade.
TEST(Grouping, WhatEndedUnheardIsNotReopenedBesideWhatBeginsNow) {
  Script script;
  script.Opens("payment", Severity::kWarning, "an_blip").At(30);
  script.Closes("payment", "an_blip").TickUntil(100);
  ASSERT_EQ(script.Incident().state, IncidentState::kResolved);

  script.At(200).Opens("order", Severity::kCritical, "an_order");
  script.Opens("payment", Severity::kCritical, "an_payment");

  EXPECT_EQ(script.order.size(), 2u);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
}

// A warning that has gone on for long is not to make two pages of one cascade.
TEST(Grouping, WhatNobodyKnowsOfIsAsNewAsWhatJoinsItAfterAPause) {
  Script script;
  script.Opens("gateway", Severity::kWarning, "an_old").TickUntil(1200);
  script.At(1205).Opens("gateway", Severity::kWarning, "an_gateway");
  script.At(1210).Opens("order", Severity::kWarning, "an_order");
  EXPECT_EQ(script.order.size(), 1u);
  script.At(1230).Opens("gateway", Severity::kCritical, "an_gateway");
  script.Opens("order", Severity::kCritical, "an_order").TickUntil(1900);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));

  // People know of it now, and look at what it was about: more after a pause may be another matter.
  script.At(2500).Opens("gateway", Severity::kWarning, "an_late");
  script.At(2505).Opens("user", Severity::kCritical, "an_user");
  EXPECT_EQ(script.order.size(), 2u);
}

TEST(Grouping, WhatWasNotPagedYetGrowsIntoAPage) {
  Script script;
  script.Opens("payment", Severity::kWarning, "an_leak").TickUntil(3600);

  script.Opens("payment", Severity::kCritical, "an_crash");

  EXPECT_EQ(script.order.size(), 1u);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
}

TEST(Limits, IncidentsBeyondTheLimitShareACatchAll) {
  Script script(EngineOptions{.group_across_services = false, .open_incidents_max = 3});

  for (int i = 0; i < 10; ++i) script.Opens("service-" + std::to_string(i));

  ASSERT_EQ(script.order.size(), 4u);
  EXPECT_EQ(script.Incident(3).title, "Too many incidents: 7 further anomalies on 7 services");
  EXPECT_EQ(script.engine.counts().in_catch_all, 7);
  script.TickUntil(1);
  EXPECT_EQ(script.pages.size(), 4u);
}

// Otherwise nobody hears of the worst thing on the day on which there are many.
TEST(Limits, TheCatchAllTellsWhatIsNewAtEachTurn) {
  Script script(EngineOptions{.group_across_services = false, .open_incidents_max = 1});
  script.Opens("a").Opens("b").TickUntil(1);
  ASSERT_THAT(script.PageKinds(), ElementsAre("opened", "opened"));

  script.At(10).Opens("c").Opens("d", Severity::kWarning).TickUntil(300);
  EXPECT_EQ(script.pages.size(), 2u);
  script.TickUntil(302);
  ASSERT_THAT(script.PageKinds(), ElementsAre("opened", "opened", "updated"));
  EXPECT_EQ(script.pages[2].incident_id, script.order[1]);
  EXPECT_EQ(script.pages[2].alerts_new, 2);
  script.Opens("e", Severity::kWarning).TickUntil(1'000);
  EXPECT_EQ(script.pages.size(), 3u) << "a warning is no reason";
  script.Says(CommandKind::kAcknowledge, "", script.order[1]).Opens("f").TickUntil(1'300);
  ASSERT_THAT(script.PageKinds(),
              ElementsAre("opened", "opened", "updated", "acknowledged", "updated"));
  for (const char* service : {"b", "c", "d", "e", "f"}) script.Closes(service);
  script.TickUntil(1'700);
  EXPECT_EQ(script.pages.back().kind, model::PageKind::kResolved);
}

TEST(Limits, AnomaliesBeyondTheLimitAreCountedAndStillRaise) {
  Script script(EngineOptions{.open_anomalies_max = 2});
  for (int i = 0; i < 5; ++i) script.Opens("a", Severity::kWarning, "an_" + std::to_string(i));
  EXPECT_EQ(script.engine.counts().anomalies_extra, 3);
  EXPECT_EQ(script.engine.counts().open_anomalies, 2);

  script.Updates("a", Severity::kCritical, "an_4");

  EXPECT_EQ(script.engine.counts().anomalies_extra, 3);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
}

TEST(Limits, MachineRowsEndBeforeThoseOfPeople) {
  Script script(EngineOptions{.timeline_rows_max = 10});
  for (int i = 0; i < 50; ++i) script.Opens("payment", Severity::kCritical, std::to_string(i));
  EXPECT_EQ(script.Incident().timeline.size(), 10u);

  script.Says(CommandKind::kComment, "busy").Says(CommandKind::kResolve);

  EXPECT_EQ(script.Incident().timeline.size(), 12u);
}

TEST(Limits, ResolvedIncidentsLeaveMemoryAfterTheReopenWindow) {
  Script script;
  script.Opens("payment").At(10).Closes("payment").TickUntil(70);
  EXPECT_EQ(script.engine.counts().incidents_in_memory, 1);

  script.TickUntil(671);

  EXPECT_EQ(script.engine.counts().incidents_in_memory, 0);
  script.Says(CommandKind::kComment, "it was the cache");
  EXPECT_EQ(script.last_answer.error().code, base::ErrorCode::kNotFound);
}

TEST(Limits, PeopleGoOnWithAForgottenIncidentThatIsRecalled) {
  Script script;
  script.Opens("payment").At(10).Closes("payment").TickUntil(800);
  const std::string id = script.order[0];
  const auto recall = [&] {
    const auto rows = static_cast<int64_t>(script.Incident().timeline.size());
    script.Feed(Recall{.incident = script.Incident(), .rows = rows});
  };
  ASSERT_EQ(script.engine.counts().incidents_in_memory, 0);

  recall();
  script.Says(CommandKind::kSetPhase, "", "", "post_mortem");

  EXPECT_TRUE(script.last_answer.ok());
  EXPECT_EQ(script.Incident().phases.back().phase, model::IncidentPhase::kPostMortem);
  EXPECT_EQ(script.Incident().timeline.back().kind, "phase");
  EXPECT_EQ(script.Incident().timeline.back().seq,
            static_cast<int64_t>(script.Incident().timeline.size()));
  script.TickUntil(801);
  EXPECT_EQ(script.engine.counts().incidents_in_memory, 0) << "no longer than it is asked for";

  recall();
  script.Says(CommandKind::kReopen, "it was not over");
  script.TickUntil(900).Opens("payment", Severity::kCritical, "an_2");

  EXPECT_EQ(script.order.size(), 2u) << "only what a person put there is part of what he reopened";
  EXPECT_EQ(script.Incident().state, IncidentState::kOpen);
  script.Says(CommandKind::kResolve, "", id).TickUntil(1000);
  std::vector<std::string> keys = script.PageKeys();
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(std::unique(keys.begin(), keys.end()), keys.end()) << "keys of pages are never reused";
}

TEST(Limits, AForgottenIncidentLeavesNothingBehindWhateverItsLists) {
  Script script(EngineOptions{.anomalies_listed_max = 2});
  for (int i = 0; i < 6; ++i) script.Opens("service-" + std::to_string(i));
  for (int i = 0; i < 6; ++i) script.Closes("service-" + std::to_string(i));
  script.TickUntil(700);
  ASSERT_EQ(script.engine.counts().incidents_in_memory, 0);

  for (int i = 0; i < 6; ++i) script.Opens("service-" + std::to_string(i));

  EXPECT_EQ(script.order.size(), 2u);
  EXPECT_TRUE(Engine::Restore(script.engine.Snapshot()).ok());
}

TEST(Limits, WhatIsForgottenInTheSameBatchIsStillHandedOut) {
  Engine engine(EngineOptions{.resolved_incidents_max = 0});
  const base::TimePoint now = base::FromMillis(1'700'000'000'000);
  ASSERT_TRUE(
      engine
          .Apply({1, now, "A",
                  model::AnomalyUpdate{model::AnomalyTransition::kOpened,
                                       testing::ErrorRatio("a", Severity::kCritical, "an")}})
          .ok());
  ASSERT_TRUE(
      engine.Apply({2, now, "B", Command{CommandKind::kResolve, "default", "in_A", "ann", ""}})
          .ok());

  const Decisions decisions = engine.Take();

  ASSERT_EQ(decisions.changed.size(), 1u);
  EXPECT_EQ(decisions.changed[0].state, IncidentState::kResolved);
  EXPECT_EQ(decisions.changed[0].timeline.size(), 4u);
  EXPECT_EQ(engine.counts().incidents_in_memory, 0);
}

TEST(Deliveries, ShowInTheTimeline) {
  Script script;
  script.Opens("payment");
  DeliveryResult result{.dedup_key = script.pages[0].dedup_key,
                        .incident_id = script.order[0],
                        .tenant = "default",
                        .receiver = "slack",
                        .ok = false,
                        .final = false,
                        .detail = "HTTP 503"};

  script.Feed(result);
  result.ok = result.final = true;
  result.detail = "delivered";
  script.Feed(result);

  const auto& rows = script.Incident().timeline;
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[2].kind, "page_failed");
  EXPECT_EQ(rows[2].text, "slack: it is open (HTTP 503; trying again)");
  EXPECT_EQ(rows[3].kind, "page_sent");
  EXPECT_EQ(rows[3].text, "slack: it is open");
}

TEST(Time, NeverGoesBack) {
  Script script;
  script.At(1000).Opens("payment");

  script.At(0).Closes("payment");
  EXPECT_EQ(script.Incident().updated_at, script.inputs[0].time);
  script.At(30).Tick().At(1059).Tick();
  EXPECT_EQ(script.Incident().state, IncidentState::kOpen);
  script.At(1060).Tick();

  EXPECT_EQ(script.Incident().state, IncidentState::kResolved);
}

TEST(Storm, TenThousandAnomaliesOnTwentyServicesAreAFewPages) {
  for (const bool across : {true, false}) {
    Engine engine(EngineOptions{.group_across_services = across});
    size_t pages = 0;
    const base::TimePoint start = base::FromMillis(1'700'000'000'000);
    for (int i = 0; i < 10'000; ++i) {
      model::Anomaly anomaly = testing::ErrorRatio("service-" + std::to_string(i % 20),
                                                   Severity::kCritical, std::to_string(i));
      anomaly.started_at = start + base::Duration(i);
      ASSERT_TRUE(engine
                      .Apply({i + 1, anomaly.started_at, std::to_string(i),
                              model::AnomalyUpdate{model::AnomalyTransition::kOpened, anomaly}})
                      .ok());
      if (i % 256 == 255) pages += engine.Take().pages.size();
    }
    pages += engine.Take().pages.size();

    EXPECT_LE(pages, across ? 1u : 20u);
    EXPECT_EQ(engine.counts().open_anomalies, 10'000);
  }
}

// Random stories: services that come and go, people who click, time in uneven steps.
// Each way of grouping and holding back has its turn.
EngineOptions OptionsOf(uint64_t seed) {
  EngineOptions options;
  if (seed % 2 == 0) {
    options.alert_grouping = AlertGrouping{.group_by = {"alertname"},
                                           .group_wait = std::chrono::seconds(10),
                                           .group_interval = std::chrono::seconds(60)};
  }
  if (seed % 4 < 2) {
    options.grouping_rules = {{.name = "one",
                               .match = {*model::Matcher::Parse("service=\"service-1\"")},
                               .grouping = {.group_by = {"service"},
                                            .group_wait = std::chrono::seconds(2),
                                            .group_interval = std::chrono::seconds(20)}}};
  }
  if (seed % 3 == 0) {
    options.inhibit_rules = {{.source = {*model::Matcher::Parse("severity=\"critical\"")},
                              .target = {*model::Matcher::Parse("severity!=\"critical\"")},
                              .equal = {"service"}}};
  }
  return options;
}

void TellRandomStory(Script& script, uint64_t seed, int steps) {
  base::Random random(seed);
  int64_t now = 0;
  for (int step = 0; step < steps; ++step) {
    now += static_cast<int64_t>(random.Below(random.Below(10) == 0 ? 400 : 20));
    script.At(now);
    const std::string entity = "service-" + std::to_string(random.Below(4));
    const std::string id = "an_" + entity + std::to_string(random.Below(3));
    const auto severity = static_cast<Severity>(random.Below(3));
    std::string incident;
    if (!script.order.empty()) incident = script.order[random.Below(script.order.size())];
    const int64_t from = now + static_cast<int64_t>(random.Below(2) * 100);
    switch (random.Below(12)) {
      case 8:
      case 9:
        script.Fires({{"alertname", entity}, {"service", "s"}, {"severity", "critical"}},
                     static_cast<int64_t>(random.Below(200)));
        break;
      case 10:
        script.Silences({"alertname=\"" + entity + "\""}, from, from + 150,
                        severity == Severity::kInfo);
        break;
      case 11:
        if (script.silence_order.empty()) break;
        script.Expires(script.silence_order[random.Below(script.silence_order.size())]);
        break;
      case 0:
      case 1: script.Opens(entity, severity, id); break;
      case 2: script.Updates(entity, severity, id); break;
      case 3:
      case 4: script.Closes(entity, id); break;
      case 5: script.Tick(); break;
      case 6: script.Says(static_cast<CommandKind>(random.Below(6)), "text", incident); break;
      case 7:
        script.Feed(DeliveryResult{.dedup_key = incident + ":opened:1",
                                   .incident_id = incident,
                                   .tenant = "default",
                                   .receiver = "hook",
                                   .ok = true,
                                   .detail = "ok"});
        break;
      default: break;
    }
  }
}

TEST(Determinism, FoldingTheSameInputsTwiceGivesTheSame) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    Script script(OptionsOf(seed));
    TellRandomStory(script, seed, 200);
    Engine again(script.engine.options());
    std::vector<std::string> keys;
    for (const Input& input : script.inputs) {
      for (const model::Page& page : again.Step(input).pages) keys.push_back(page.dedup_key);
    }
    EXPECT_EQ(again.Snapshot(), script.engine.Snapshot()) << "seed " << seed;
    EXPECT_EQ(keys, script.PageKeys()) << "seed " << seed;
  }
}

TEST(Determinism, ASnapshotAndTheRestIsTheWhole) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    Script script(OptionsOf(seed));
    TellRandomStory(script, seed, 200);
    Engine engine(script.engine.options());
    std::vector<std::string> keys;
    for (const Input& input : script.inputs) {
      if (input.seq % 37 == 0) {
        base::Result<Engine> restored = Engine::Restore(engine.Snapshot());
        ASSERT_TRUE(restored.ok()) << restored.error().message;
        engine = *std::move(restored);
      }
      base::Result<Input> read = InputFromJson(InputToJson(input));
      ASSERT_TRUE(read.ok()) << read.error().message;
      for (const model::Page& page : engine.Step(*read).pages) keys.push_back(page.dedup_key);
    }
    EXPECT_EQ(engine.Snapshot(), script.engine.Snapshot()) << "seed " << seed;
    EXPECT_EQ(keys, script.PageKeys()) << "seed " << seed;
  }
}

TEST(Properties, LifeNeverSkipsAStateAndRowsAreWhole) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    Script script(OptionsOf(seed));
    TellRandomStory(script, seed, 400);
    std::map<std::string, model::Incident> before;
    for (const model::Incident& incident : script.history) {
      const auto it = before.find(incident.id);
      if (it != before.end()) {
        EXPECT_FALSE(it->second.state == IncidentState::kResolved &&
                     incident.state == IncidentState::kAcknowledged);
        EXPECT_GT(incident.revision, it->second.revision);
        EXPECT_GE(incident.severity, it->second.severity);
        EXPECT_GE(incident.updated_at, it->second.updated_at);
      }
      EXPECT_EQ(incident.state == IncidentState::kResolved, incident.resolved_at.has_value());
      EXPECT_EQ(incident.state == IncidentState::kAcknowledged,
                incident.acknowledged_at.has_value() && !incident.resolved_at.has_value());
      before[incident.id] = incident;
    }
    for (const auto& [id, incident] : script.incidents) {
      int64_t seq = 0;
      for (const model::TimelineEntry& row : incident.timeline) EXPECT_EQ(row.seq, ++seq);
    }
  }
}

TEST(Properties, PageKeysAreUniqueAndAResolutionFollowsAnOpening) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    Script script(OptionsOf(seed));
    TellRandomStory(script, seed, 400);
    std::set<std::string> keys;
    std::map<std::string, int> owed;
    for (const model::Page& page : script.pages) {
      EXPECT_TRUE(keys.insert(page.dedup_key).second) << page.dedup_key;
      int& count = owed[page.incident_id];
      if (page.kind == model::PageKind::kSilenceExpiring) continue;
      if (page.kind == model::PageKind::kResolved) {
        EXPECT_GT(count, 0) << page.dedup_key;
        count = 0;
      } else if (page.kind != model::PageKind::kAcknowledged) {
        ++count;
      }
    }
  }
}

}  // namespace
}  // namespace vedette::incident
