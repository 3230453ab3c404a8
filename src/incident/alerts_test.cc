#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <utility>

#include "incident/testing/script.h"

namespace vedette::incident {
namespace {

using model::IncidentState;
using model::PageKind;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Script;
using ::testing::SizeIs;

using Labels = std::vector<std::pair<std::string, std::string>>;

const Labels kSlow = {{"alertname", "Slow"}, {"service", "payment"}, {"severity", "critical"}};

EngineOptions Grouped(std::vector<std::string> by = {"alertname"}) {
  EngineOptions options;
  options.alert_grouping = AlertGrouping{.group_by = std::move(by),
                                         .group_wait = seconds(30),
                                         .group_interval = minutes(5),
                                         .repeat_interval = std::chrono::hours(4)};
  return options;
}

EngineOptions WithRule() {
  EngineOptions options = Grouped();
  options.grouping_rules = {{.name = "pay",
                             .match = {*model::Matcher::Parse("service=payment")},
                             .grouping = {.group_by = {"service"},
                                          .group_wait = seconds(5),
                                          .group_interval = seconds(60),
                                          .repeat_interval = minutes(10)}}};
  return options;
}

TEST(Alerts, ARuleGroupsItsAlertsByItsOwnLabelsAndTimes) {
  Script script(WithRule());
  const Labels full = {{"alertname", "Full"}, {"service", "payment"}, {"severity", "critical"}};
  const Labels other = {{"alertname", "Slow"}, {"service", "cart"}, {"severity", "critical"}};

  script.Fires(kSlow, 86'400).Fires(full, 86'400).Fires(other, 86'400);

  ASSERT_THAT(script.order, SizeIs(2)) << "two alerts of payment, one of cart";
  script.TickUntil(5);
  ASSERT_THAT(script.pages, SizeIs(1));
  EXPECT_THAT(script.pages[0].alerts, SizeIs(2));
  EXPECT_TRUE(script.pages[0].grouped);
  EXPECT_EQ(script.pages[0].group_labels.ToString(), "{service=\"payment\"}");
  EXPECT_THAT(script.RowTexts("grouped"), Contains(HasSubstr("pay of notify")));
  script.TickUntil(30);
  ASSERT_THAT(script.pages, SizeIs(2));
  EXPECT_EQ(script.pages[1].group_labels.ToString(), "{alertname=\"Slow\"}");
  script.TickUntil(700);
  ASSERT_THAT(script.pages, SizeIs(3)) << "the first repeats after ten minutes";
  EXPECT_EQ(script.pages[2].incident_id, script.order[0]);
}

TEST(Alerts, WhatComesInOneRequestIsOneMessageAlsoWithoutAWait) {
  EngineOptions options = Grouped();
  options.alert_grouping->group_wait = seconds(0);
  Script script(options);
  const Labels other = {{"alertname", "Slow"}, {"service", "cart"}, {"severity", "critical"}};

  script.Fires(kSlow, 3'600).Fires(other, 3'600).TickUntil(1);

  ASSERT_THAT(script.pages, SizeIs(1));
  EXPECT_THAT(script.pages[0].alerts, SizeIs(2));
}

// The groups that a rule has made go on by the waits of all when it is gone.
TEST(Alerts, ARuleThatIsTakenAwayLeavesItsGroups) {
  Script script(WithRule());
  script.Fires(kSlow, 86'400).TickUntil(5);
  ASSERT_THAT(script.pages, SizeIs(1));

  script.Feed(Grouped()).TickUntil(4'000);
  EXPECT_THAT(script.pages, SizeIs(1)) << "no repeat after ten minutes";
  script.At(4'010).Ends(kSlow).TickUntil(4'400);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved"));
}

TEST(Alerts, OneThatFiresIsAnAnomalyAnIncidentAndAPage) {
  Script script;

  script.Fires(kSlow);

  ASSERT_THAT(script.order, SizeIs(1));
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
  ASSERT_THAT(script.anomalies, SizeIs(1));
  EXPECT_EQ(script.anomalies[0].anomaly.kind, model::AnomalyKind::kAlert);
  EXPECT_EQ(script.anomalies[0].anomaly.entity, "payment");
  EXPECT_EQ(script.pages[0].labels.Get("alertname"), "Slow");
  EXPECT_EQ(script.pages[0].priority, 1);
  ASSERT_THAT(script.pages[0].alerts, SizeIs(1));
  EXPECT_EQ(script.OnlyAlert().incident_id, script.order[0]);
}

TEST(Alerts, PageWhateverTheirSeverityForSomebodyWroteTheRule) {
  Script script;

  script.Fires({{"alertname", "CertificateExpires"}, {"severity", "info"}});

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
  EXPECT_EQ(script.pages[0].severity, model::Severity::kInfo);
}

TEST(Alerts, ToldAgainTheyLastAndEndWhenNobodyTellsThemAnyMore) {
  Script script;

  script.Fires(kSlow, 120).At(100).Fires(kSlow, 120).TickUntil(219);
  EXPECT_THAT(script.alerts, SizeIs(1));
  script.TickUntil(220);

  EXPECT_THAT(script.alerts, IsEmpty());
  EXPECT_THAT(script.order, SizeIs(1));
  ASSERT_THAT(script.anomalies, SizeIs(2));
  EXPECT_EQ(script.anomalies[1].transition, model::AnomalyTransition::kClosed);
  EXPECT_EQ(script.anomalies[0].anomaly.id, script.anomalies[1].anomaly.id);
  script.TickUntil(290);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved"));
}

TEST(Alerts, ASenderMayEndThemEarlier) {
  Script script;

  script.Fires(kSlow).At(60).Ends(kSlow);

  EXPECT_THAT(script.alerts, IsEmpty());
  EXPECT_EQ(script.anomalies.back().anomaly.state, model::AnomalyState::kClosed);
}

TEST(Alerts, AnEndThatComesEarlierThanToldBeforeCounts) {
  Script script;

  script.Fires(kSlow, 300).At(10).Fires(kSlow, 20).TickUntil(30);

  EXPECT_THAT(script.alerts, IsEmpty());
}

TEST(Alerts, WithoutAnEndTheyHaveTheResolveTimeout) {
  Script script;
  model::Alert alert;
  alert.tenant = "default";
  alert.labels = model::Labels(kSlow);

  script.Feed(alert).TickUntil(299);
  EXPECT_THAT(script.alerts, SizeIs(1));
  script.TickUntil(300);

  EXPECT_THAT(script.alerts, IsEmpty());
}

TEST(Alerts, TwoIdenticalSendersAreOne) {
  Script script;

  for (int i = 0; i < 10; ++i) script.At(i * 30).Fires(kSlow).Fires(kSlow);

  EXPECT_THAT(script.anomalies, SizeIs(1));
  EXPECT_EQ(script.Notifications(), 1);
}

TEST(Alerts, OneThatIsOverBeforeAnybodyHeardIsNothing) {
  Script script;

  script.Ends(kSlow);

  EXPECT_THAT(script.order, IsEmpty());
  EXPECT_TRUE(script.last_answer.ok());
}

TEST(Alerts, BeyondTheLimitTheyAreRefusedAndLeaveNothing) {
  Script script(EngineOptions{.open_anomalies_max = 1});
  script.Fires(kSlow);

  script.Fires({{"alertname", "Other"}});

  ASSERT_FALSE(script.last_answer.ok());
  EXPECT_EQ(script.last_answer.error().code, base::ErrorCode::kResourceExhausted);
  EXPECT_THAT(script.order, SizeIs(1));
}

TEST(Alerts, AStartGivesThemTimeToBeToldAgain) {
  Script script;
  script.Fires(kSlow, 60);

  script.At(59).Feed(Start{}).TickUntil(358);
  EXPECT_THAT(script.alerts, SizeIs(1));
  script.TickUntil(359);

  EXPECT_THAT(script.alerts, IsEmpty());
}

TEST(AlertGroups, WaitThenTellAllAtOnce) {
  Script script(Grouped());

  for (int i = 0; i < 5; ++i) {
    script.At(i).Fires({{"alertname", "Down"}, {"instance", std::to_string(i)}});
  }
  script.TickUntil(29);
  EXPECT_THAT(script.pages, IsEmpty());
  script.TickUntil(30);

  ASSERT_THAT(script.pages, SizeIs(1));
  EXPECT_THAT(script.pages[0].alerts, SizeIs(5));
  EXPECT_EQ(script.pages[0].group_labels, model::Labels({std::pair("alertname", "Down")}));
  EXPECT_EQ(script.pages[0].labels.Get("instance"), "") << "they do not agree on it";
  ASSERT_THAT(script.order, SizeIs(1));
  EXPECT_THAT(script.RowTexts("grouped"), ElementsAre(HasSubstr("alertname=\"Down\"")));
}

TEST(AlertGroups, AreApartByTheirLabels) {
  Script script(Grouped({"alertname", "cluster"}));

  script.Fires({{"alertname", "Down"}, {"cluster", "a"}});
  script.Fires({{"alertname", "Down"}, {"cluster", "b"}});
  script.Fires({{"alertname", "Down"}});

  EXPECT_THAT(script.order, SizeIs(3));
}

TEST(AlertGroups, ThreeDotsKeepEachAlertApart) {
  Script script(Grouped({"..."}));

  script.Fires({{"alertname", "Down"}, {"pod", "a"}}).Fires({{"alertname", "Down"}, {"pod", "b"}});

  EXPECT_THAT(script.order, SizeIs(2));
}

TEST(AlertGroups, OneThatHasFiredForLongDoesNotWait) {
  Script script(Grouped());
  model::Alert old;
  old.tenant = "default";
  old.labels = model::Labels(kSlow);
  old.starts_at = base::FromMillis(1'700'000'000'000);

  script.At(100).Feed(old).TickUntil(101);

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
}

TEST(AlertGroups, TellWhatIsNewAtTheInterval) {
  Script script(Grouped());
  const Labels second = {{"alertname", "Slow"}, {"service", "order"}};
  script.Fires(kSlow, 3600).TickUntil(40);

  script.Fires(second, 3600).TickUntil(329);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
  script.TickUntil(330);

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "updated"));
  script.At(400).Ends(second).TickUntil(700);
  ASSERT_THAT(script.PageKinds(), ElementsAre("opened", "updated", "updated"));
  const std::vector<model::Alert>& told = script.pages[2].alerts;
  EXPECT_EQ(std::count_if(told.begin(), told.end(),
                          [&](const auto& a) { return a.ends_at <= script.engine.now(); }),
            1);
}

TEST(AlertGroups, EndWhenAllHasEndedAndSaySo) {
  Script script(Grouped());
  script.Fires(kSlow, 3600).TickUntil(40);

  script.Ends(kSlow).TickUntil(330);

  EXPECT_EQ(script.Incident().state, IncidentState::kResolved);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved"));
  EXPECT_THAT(script.pages[1].alerts, SizeIs(1));
}

TEST(AlertGroups, OneThatEndsWithinTheWaitIsNeverTold) {
  Script script(Grouped());

  script.Fires(kSlow, 20).TickUntil(60);

  EXPECT_THAT(script.pages, IsEmpty());
  EXPECT_EQ(script.Incident().state, IncidentState::kResolved);
}

TEST(AlertGroups, RepeatWhatNobodyTakes) {
  Script script(Grouped());
  script.Fires(kSlow, 100'000).TickUntil(30);

  script.TickUntil(4 * 3600 + 29);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
  script.TickUntil(4 * 3600 + 330);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "opened"));
  script.Says(CommandKind::kAcknowledge).TickUntil(9 * 3600);

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "opened", "acknowledged"));
}

TEST(AlertGroups, AnomaliesAreStillGroupedByService) {
  Script script(Grouped());

  script.Fires(kSlow).Opens("payment");

  EXPECT_THAT(script.order, SizeIs(2));
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened")) << "the anomaly's, at once";
}

// What N3 of the promises asks: 10,000 alerts in 10 s over 20 services.
TEST(AlertStorm, IsFortyNotificationsAtMostAndTheFirstComesAtOnce) {
  const base::TimePoint start = base::FromMillis(1'700'000'000'000);
  const char* const severities[] = {"warning", "critical", "info"};
  Engine engine(EngineOptions{.group_across_services = false});
  std::vector<model::Page> pages;
  for (int64_t i = 0; i < 10'000; ++i) {
    model::Alert alert;
    alert.tenant = "default";
    alert.labels = model::Labels({{"alertname", "A" + std::to_string(i % 7)},
                                  {"service", "s" + std::to_string(i % 20)},
                                  {"severity", severities[i % 3]},
                                  {"pod", std::to_string(i)}});
    const Input input{.seq = i + 1,
                      .time = start + base::Duration(i),
                      .fresh_id = fmt::format("{:026}", i),
                      .what = std::move(alert)};
    ASSERT_TRUE(engine.Apply(input).ok());
    if (i % 256 != 255 && i != 9'999) continue;
    Decisions decisions = engine.Take();
    std::ranges::move(decisions.pages, std::back_inserter(pages));
  }

  EXPECT_EQ(engine.counts().open_anomalies, 10'000);
  EXPECT_LE(pages.size(), 40u);
  const auto first = std::ranges::find(pages, model::Severity::kCritical, &model::Page::severity);
  ASSERT_NE(first, pages.end());
  EXPECT_LE(first->decided_at - start, seconds(5));
}

TEST(AlertGroups, TheLatestWordAboutAnEndCounts) {
  Script script(Grouped());
  script.Fires(kSlow, 3600).TickUntil(40);
  script.Ends(kSlow).At(50).Ends(kSlow);
  script.TickUntil(330);

  ASSERT_THAT(script.PageKinds(), ElementsAre("opened", "resolved"));
  ASSERT_THAT(script.pages[1].alerts, SizeIs(1));
  EXPECT_EQ(script.pages[1].alerts[0].ends_at - script.inputs[0].time, seconds(50));
}

TEST(AlertGroups, WhatFiresAgainBeforeItsEndWasToldIsNoNews) {
  Script script(Grouped());
  script.Fires(kSlow, 3600).TickUntil(40);
  script.Ends(kSlow).At(60).Fires(kSlow, 3600).TickUntil(1000);

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
  EXPECT_THAT(script.RowTexts("page_held"), ElementsAre(HasSubstr("no news")));
  script.Ends(kSlow).TickUntil(1600);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved"));
}

TEST(AlertGroups, WhatFiresAgainBeforeAnybodyHeardOfItIsNews) {
  Script script(Grouped());
  const Labels other = {{"alertname", "Slow"}, {"service", "cart"}, {"severity", "critical"}};
  script.Fires(kSlow, 3600).TickUntil(40);
  script.Fires(other, 3600).At(50).Ends(other).At(60).Fires(other, 3600).TickUntil(1000);

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "updated"));
}

TEST(AlertGroups, WhoWasToldHearsOfTheEndThoughItIsSilencedByThen) {
  Script script(Grouped());
  script.Fires(kSlow, 3600).TickUntil(40);
  script.Silences({"alertname=~\".+\""}, 40, 7200).At(60).Ends(kSlow).TickUntil(400);

  ASSERT_THAT(script.PageKinds(), ElementsAre("opened", "resolved"));
  ASSERT_THAT(script.pages[1].alerts, SizeIs(1));
  EXPECT_EQ(script.pages[1].alerts[0].labels, model::Labels(kSlow));
}

TEST(AlertGroups, RepeatAsOftenAsAskedFor) {
  EngineOptions options = Grouped();
  options.alert_grouping->group_interval = seconds(60);
  options.alert_grouping->repeat_interval = std::chrono::milliseconds(1);
  Script script(options);
  script.Fires(kSlow, 100'000).TickUntil(3600);

  EXPECT_GE(script.Notifications(), 55) << "nothing flaps";
}

TEST(AlertGroups, DoNotWaitForOneThatHasFiredForLong) {
  Script script(Grouped());
  script.Fires(kSlow, 3600).At(5);
  model::Alert old = script.OnlyAlert().alert;
  old.labels = model::Labels({{"alertname", "Slow"}, {"service", "a"}, {"instance", "2"}});
  old.starts_at -= seconds(100);
  script.Feed(old);

  EXPECT_THAT(script.order, SizeIs(1));
  script.TickUntil(6);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
  EXPECT_THAT(script.pages[0].alerts, SizeIs(2));
}

// Its labels say who shall hear of it, whichever incident it is part of.
TEST(AlertRoutes, AnAlertThatJoinsAnIncidentIsOrderedForWhomItsOwnLabelsName) {
  Engine engine(EngineOptions{});
  int64_t seq = 0;
  const auto fire = [&](const char* service, const char* job) {
    model::Alert alert;
    alert.tenant = "default";
    alert.labels = model::Labels({{"alertname", "A"}, {"job", job}, {"service", service}});
    const Input input{.seq = ++seq,
                      .time = base::FromMillis(1'700'000'000'000 + seq),
                      .fresh_id = fmt::format("{:026}", seq),
                      .what = std::move(alert)};
    EXPECT_TRUE(engine.Apply(input).ok());
    return engine.Take();
  };
  EXPECT_THAT(fire("batch", "nightly").pages, SizeIs(1));
  const Decisions joined = fire("payment", "web");

  EXPECT_THAT(joined.pages, IsEmpty()) << "the incident was paged";
  ASSERT_THAT(joined.widened, SizeIs(1));
  EXPECT_EQ(joined.widened[0].labels.Get("job"), "web");
  EXPECT_EQ(joined.widened[0].incident_id, joined.changed[0].id);
  EXPECT_THAT(fire("payment", "web").widened, IsEmpty()) << "told again, it is the same alert";
}

TEST(AlertRoutes, AnAlertThatWasMutedWhenItJoinedIsOrderedWhenItIsNotAnyMore) {
  Script script;
  script.Silences({"team=\"b\""}, 0, 3600);
  script.Fires({{"alertname", "A"}, {"service", "s"}, {"team", "a"}}, 7200);
  script.Fires({{"alertname", "A"}, {"service", "s"}, {"team", "b"}}, 7200);
  ASSERT_THAT(script.order, SizeIs(1));
  Input tick{.seq = script.engine.seq() + 1,
             .time = script.engine.now() + seconds(3600),
             .fresh_id = {},
             .what = Tick{}};
  const Decisions decisions = script.engine.Step(tick);

  ASSERT_THAT(decisions.widened, SizeIs(1));
  EXPECT_EQ(decisions.widened[0].labels.Get("team"), "b");
  EXPECT_THAT(decisions.widened[0].alerts, SizeIs(1));
}

TEST(AlertRoutes, OneThatJoinsWhatIsAcknowledgedIsOrderedToo) {
  Script script;
  script.Fires({{"alertname", "A"}, {"service", "s"}, {"team", "a"}}, 7200)
      .Says(CommandKind::kAcknowledge);
  model::Alert alert = script.OnlyAlert().alert;
  alert.labels = model::Labels({{"alertname", "A"}, {"service", "s"}, {"team", "b"}});
  const Decisions decisions = script.engine.Step({.seq = script.engine.seq() + 1,
                                                  .time = script.engine.now(),
                                                  .fresh_id = std::string(26, '9'),
                                                  .what = std::move(alert)});
  EXPECT_THAT(decisions.widened, SizeIs(1));
}

// What N6 of the promises asks, with group times that are much too short.
TEST(Flapping, AnAlertThatFlipsForAnHourIsTwelveNotificationsAtMost) {
  EngineOptions options = Grouped();
  options.alert_grouping->group_wait = seconds(1);
  options.alert_grouping->group_interval = seconds(1);
  for (const EngineOptions& each : {EngineOptions(), Grouped(), options}) {
    Script script(each);
    for (int64_t second = 0; second < 3600; ++second) {
      script.At(second);
      if (second % 20 == 0) script.Fires(kSlow);
      if (second % 20 == 10) script.Ends(kSlow);
      script.Tick();
    }
    const int64_t in_the_hour = script.Notifications();
    script.TickUntil(3 * 3600);

    EXPECT_GE(in_the_hour, 1);
    EXPECT_LE(script.Notifications(), 12);
    EXPECT_EQ(script.pages.back().kind, PageKind::kResolved) << "people hear of the end";
  }
}

TEST(Flapping, SaysThatItHoldsPagesBackAndPagesWhatIsWorse) {
  EngineOptions options = Grouped();
  options.alert_grouping->group_wait = options.alert_grouping->group_interval = seconds(1);
  options.flap_pages_max = 3;
  Script script(options);
  for (int i = 0; i < 10; ++i) {
    script.At(20 * i)
        .Fires({{"alertname", "Slow"}})
        .TickUntil(20 * i + 8)
        .Ends({{"alertname", "Slow"}});
    script.TickUntil(20 * i + 19);
  }
  EXPECT_EQ(script.Notifications(), 3);
  EXPECT_THAT(script.RowTexts("page_held"), Contains(HasSubstr("flapping: 3 pages")).Times(1));

  script.At(300).Fires(kSlow).TickUntil(305);

  EXPECT_EQ(script.pages.back().kind, PageKind::kSeverityRaised);
}

}  // namespace
}  // namespace vedette::incident
