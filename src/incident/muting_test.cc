#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tuple>
#include <utility>

#include "incident/inhibition.h"
#include "incident/label_index.h"
#include "incident/testing/script.h"

namespace vedette::incident {
namespace {

using model::IncidentState;
using model::PageKind;
using model::Severity;
using model::SilenceState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Script;
using ::testing::SizeIs;

std::vector<model::Matcher> Matchers(std::vector<std::string> texts) {
  std::vector<model::Matcher> matchers;
  for (const std::string& text : texts) matchers.push_back(*model::Matcher::Parse(text));
  return matchers;
}

EngineOptions Inhibiting() {
  EngineOptions options;
  options.group_across_services = false;
  options.inhibit_rules = {{.source = Matchers({"alertname=\"ClusterDown\""}),
                            .target = Matchers({"severity=\"warning\""}),
                            .equal = {"cluster"}}};
  return options;
}

TEST(LabelIndex, FindsWhatTheMostSelectiveMatcherLeaves) {
  LabelIndex index;
  index.Add(1, model::Labels({{"a", "1"}, {"b", "x"}}));
  index.Add(2, model::Labels({{"a", "2"}, {"b", "x"}}));
  index.Add(3, model::Labels({std::pair("b", "y")}));

  EXPECT_THAT(index.Candidates(Matchers({"b=\"x\"", "a=\"2\""})), ElementsAre(2));
  EXPECT_THAT(index.Candidates(Matchers({"b=~\"x|y\""})), ElementsAre(1, 2, 3));
  EXPECT_THAT(index.Candidates(Matchers({"c=\"z\""})), IsEmpty());
  EXPECT_THAT(index.Candidates(Matchers({"b!=\"x\"", "a!=\"\""})), ElementsAre(1, 2));
  EXPECT_THAT(index.Candidates(Matchers({"b!=\"x\""})), IsEmpty()) << "it needs no label";
  index.Remove(2, model::Labels({{"a", "2"}, {"b", "x"}}));
  EXPECT_THAT(index.Candidates(Matchers({"b=\"x\""})), ElementsAre(1));
}

TEST(Silence, MutesOnlyWithinItsWindow) {
  Script script;
  script.Silences({"service=\"payment\""}, 10, 100);

  script.At(5).Opens("payment", Severity::kCritical, "an_before");
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
  script.At(20).Tick();
  EXPECT_TRUE(script.Incident().suppressed);
  script.At(99).Tick();
  EXPECT_TRUE(script.Incident().suppressed);
  script.At(100).Tick();

  EXPECT_FALSE(script.Incident().suppressed);
  EXPECT_THAT(script.RowTexts("silenced"), ElementsAre(HasSubstr("1 of the open anomalies")));
  EXPECT_THAT(script.RowTexts("unsilenced"), SizeIs(1));
}

TEST(Silence, WhatItHidesPagesWhenItEnds) {
  Script script;
  script.Silences({"service=\"payment\""}, 0, 600);

  script.At(10).Opens("payment");
  EXPECT_THAT(script.pages, IsEmpty());
  EXPECT_THAT(script.RowTexts("page_held"), ElementsAre(HasSubstr("silenced by ann")));
  EXPECT_EQ(script.OnlyAlert().silenced_by, std::vector{script.SilenceOf(0)});
  script.At(600).Tick();

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
}

TEST(Silence, HidesNothingElse) {
  Script script(EngineOptions{.group_across_services = false});
  script.Silences({"service=\"payment\""}, 0, 600);

  script.At(10).Opens("order");

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
}

TEST(Silence, EndedByAPersonItShowsWhatItHid) {
  Script script;
  script.Silences({"service=\"payment\""}, 0, 600).At(10).Opens("payment");

  script.At(20).Expires(script.SilenceOf(0));

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
  EXPECT_EQ(script.silences.begin()->second.StateAt(script.engine.now()), SilenceState::kExpired);
  script.Expires(script.SilenceOf(0));
  EXPECT_TRUE(script.last_answer.ok()) << "once more is fine";
}

TEST(Silence, UntilResolvedEndsWithWhatItHid) {
  Script script;
  script.Silences({"service=\"payment\""}, 0, 86'400, true);
  script.At(10).Opens("payment", Severity::kCritical, "an_1");
  script.At(20).Opens("payment", Severity::kCritical, "an_2");

  script.At(30).Closes("payment", "an_1");
  EXPECT_EQ(script.silences.begin()->second.StateAt(script.engine.now()), SilenceState::kActive);
  script.At(40).Closes("payment", "an_2");

  EXPECT_EQ(script.silences.begin()->second.StateAt(script.engine.now()), SilenceState::kExpired);
  script.At(50).Opens("payment", Severity::kCritical, "an_3");
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
}

TEST(Silence, WarnsBeforeItEndsIfItHidesSomething) {
  Script script;
  script.Silences({"service=\"payment\""}, 0, 3600);
  script.Silences({"service=\"idle\""}, 0, 3600);
  script.At(10).Opens("payment");

  script.TickUntil(3600 - 15 * 60 - 1);
  EXPECT_THAT(script.pages, IsEmpty());
  script.TickUntil(3600 - 15 * 60 + 100);

  ASSERT_THAT(script.PageKinds(), ElementsAre("silence_expiring"));
  EXPECT_EQ(script.pages[0].labels.Get("service"), "payment");
  EXPECT_THAT(script.pages[0].text, HasSubstr("ann"));
  EXPECT_EQ(script.pages[0].incident_id, "");
}

TEST(Silence, ChangesInPlaceKeepTheIdAndOthersMakeANewOne) {
  Script script;
  script.Silences({"service=\"payment\""}, 0, 600);
  const std::string id = script.SilenceOf(0);

  script.At(10).Silences({"service=\"payment\""}, 0, 1200, false, id);
  EXPECT_TRUE(script.last_answer.ok());
  EXPECT_THAT(script.silences, SizeIs(1));
  script.At(20).Silences({"service=\"order\""}, 20, 1200, false, id);

  ASSERT_THAT(script.silences, SizeIs(2));
  EXPECT_EQ(script.silences[id].StateAt(script.engine.now()), SilenceState::kExpired);
  script.At(30).Silences({"service=\"order\""}, 20, 1200, false, "unknown");
  ASSERT_FALSE(script.last_answer.ok());
  EXPECT_EQ(script.last_answer.error().code, base::ErrorCode::kNotFound);
}

TEST(Silence, RefusesWhatCannotBeMeant) {
  Script script;
  script.At(100);

  for (const auto& [matchers, from, to] :
       {std::tuple{std::vector<std::string>{}, 100, 200},
        std::tuple{std::vector<std::string>{"a=~\".*\""}, 100, 200},
        std::tuple{std::vector<std::string>{"a=\"b\""}, 200, 150},
        std::tuple{std::vector<std::string>{"a=\"b\""}, 10, 50}}) {
    script.Silences(matchers, from, to);
    EXPECT_FALSE(script.last_answer.ok()) << from << " " << to;
  }
  EXPECT_THAT(script.silences, IsEmpty());
}

TEST(Silence, IsForgottenAfterItsRetention) {
  Script script;
  script.Silences({"service=\"payment\""}, 0, 10);

  script.At(10).Tick().At(10 + 5 * 86'400).Tick();

  EXPECT_THAT(script.silences.begin()->second.matchers, IsEmpty());
  EXPECT_EQ(script.engine.counts().silences, 0);
}

TEST(Silence, OneThatBeganAndEndedWhileNobodyLookedHidesNothing) {
  Script script;
  script.Opens("payment").Silences({"service=\"payment\""}, 10, 20);

  script.At(3600).Tick();

  EXPECT_FALSE(script.Incident().suppressed);
  script.At(6 * 86'400).Tick();
  EXPECT_EQ(script.engine.counts().silences, 0);
}

TEST(Silence, BySeverityEndsForWhatBecomesWorse) {
  Script script(EngineOptions{.page_severity = Severity::kWarning});
  script.Silences({"severity=\"warning\""}, 0, 600);

  script.At(10).Opens("payment", Severity::kWarning);
  EXPECT_THAT(script.pages, IsEmpty());
  script.At(20).Updates("payment", Severity::kCritical);

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
}

TEST(Inhibition, HoldsBackTheTargetWhileTheSourceFires) {
  Script script(Inhibiting());
  script.Fires({{"alertname", "ClusterDown"}, {"cluster", "a"}, {"severity", "critical"}}, 100);

  script.Fires({{"alertname", "PodDown"}, {"cluster", "a"}, {"severity", "warning"}}, 1000);
  script.Fires({{"alertname", "NodeDown"}, {"cluster", "b"}, {"severity", "warning"}}, 1000);

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "opened"));
  EXPECT_THAT(script.RowTexts("page_held", 1), ElementsAre(HasSubstr("held back by the alert")));
  script.At(100).Tick();
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "opened", "opened"));
}

TEST(Inhibition, ComesAlsoWhenTheSourceComesLater) {
  Script script(Inhibiting());
  script.Fires({{"alertname", "PodDown"}, {"cluster", "a"}, {"severity", "warning"}});
  EXPECT_THAT(script.OnlyAlert().inhibited_by, IsEmpty());

  script.At(5).Fires({{"alertname", "ClusterDown"}, {"cluster", "a"}, {"severity", "critical"}});

  EXPECT_THAT(script.alerts.begin()->second.inhibited_by,
              ElementsAre(model::Fingerprint(model::Labels(
                  {{"alertname", "ClusterDown"}, {"cluster", "a"}, {"severity", "critical"}}))));
}

TEST(Inhibition, ALabelThatBothLackIsEqual) {
  Script script(Inhibiting());

  script.Fires({{"alertname", "ClusterDown"}, {"severity", "critical"}});
  script.Fires({{"alertname", "PodDown"}, {"severity", "warning"}});

  EXPECT_EQ(script.Notifications(), 1);
}

TEST(Inhibition, WhatBothSidesMatchHoldsItselfNotBack) {
  EngineOptions options = Inhibiting();
  options.inhibit_rules[0].source = Matchers({"severity=\"warning\""});
  Script script(options);

  script.Fires({{"alertname", "A"}, {"severity", "warning"}});
  script.Fires({{"alertname", "B"}, {"severity", "warning"}});

  ASSERT_THAT(script.alerts, SizeIs(2));
  for (const auto& [id, alert] : script.alerts) EXPECT_THAT(alert.inhibited_by, IsEmpty()) << id;
}

TEST(Inhibition, NewRulesAreLookedAtWithTheNextInput) {
  EngineOptions options = Inhibiting();
  const std::vector<InhibitRule> rules = std::exchange(options.inhibit_rules, {});
  Script script(options);
  script.Fires({{"alertname", "ClusterDown"}, {"cluster", "a"}, {"severity", "critical"}});
  script.Fires({{"alertname", "PodDown"}, {"cluster", "a"}, {"severity", "warning"}});
  options.inhibit_rules = rules;

  script.At(5).Feed(options);
  script.At(10).Tick();

  EXPECT_EQ(script.engine.counts().muted, 1);
}

}  // namespace
}  // namespace vedette::incident
