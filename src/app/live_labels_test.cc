#include "app/live_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>

#include "base/duration.h"
#include "query/testing/memory_store.h"

namespace vedette::app {
namespace {

using notify::routing::Live;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::UnorderedElementsAre;

const base::TimePoint kNow = *base::ParseTime("2026-11-23T10:00:00Z");

// A tenant with one alert, one anomaly, one rule and a few series.
class LiveLabelsTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Database::Open({.path = ":memory:"});
    anomalies_ = *detect::AnomalyStore::Open(*database_);
    plan_.routes.resize(1);
    for (const char* text : {"service=x", "team=x", "severity=page", "priority=P9", "entity=x",
                             "region=x", "heartbeat=x"}) {
      plan_.routes[0].matchers.push_back(*model::Matcher::Parse(text));
    }
    Keep("an_alert", model::AnomalyKind::kAlert, {{"service", "order"}, {"team", "shop"}});
  }

  void Keep(const std::string& id, model::AnomalyKind kind,
            std::vector<std::pair<std::string, std::string>> labels,
            std::optional<base::TimePoint> ended = {}) {
    model::AnomalyUpdate update;
    update.anomaly.id = id;
    update.anomaly.tenant = "default";
    update.anomaly.kind = kind;
    update.anomaly.severity = model::Severity::kWarning;
    update.anomaly.labels = model::Labels(std::move(labels));
    update.anomaly.entity = std::string(update.anomaly.labels.Get("service"));
    update.anomaly.started_at = update.anomaly.updated_at =
        ended.value_or(kNow) - std::chrono::hours(1);
    ASSERT_TRUE(anomalies_->Save(update).ok());
    if (!ended) return;
    update.transition = model::AnomalyTransition::kClosed;
    update.anomaly.state = model::AnomalyState::kClosed;
    update.anomaly.ended_at = ended;
    ASSERT_TRUE(anomalies_->Save(update).ok());
  }

  Live Look(const model::TenantName& tenant = "default") {
    rules::GroupStatus group;
    group.rules.resize(2);
    group.rules[0].alerting = true;
    group.rules[0].name = "Late";
    group.rules[0].labels = {{"severity", "critical"}, {"team", "search"}};
    group.rules[1].name = "recorded";
    const LiveSources sources{
        .anomalies = *anomalies_,
        .series = series_,
        .rules = [&](const auto& t) { return std::vector(t == "default" ? 1 : 0, group); },
        .services = [](const auto&) { return std::vector<std::string>{"stock"}; }};
    return LiveOf(sources, plan_, options_, heartbeats_, tenant, kNow);
  }
  static std::vector<std::string> Subjects(const Live& live) {
    std::vector<std::string> subjects;
    for (const Live::Alert& alert : live.alerts) subjects.push_back(alert.subject);
    return subjects;
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<detect::AnomalyStore> anomalies_;
  query::testing::MemoryStore series_;
  notify::routing::Plan plan_;
  incident::EngineOptions options_;
  std::vector<heartbeat::Expected> heartbeats_;
};

TEST_F(LiveLabelsTest, KnowsOpenAlertsRulesAndHeartbeatsAsRoutesSeeThem) {
  Keep("an_warning", model::AnomalyKind::kBaseline, {{"service", "payment"}});
  Keep("an_closed", model::AnomalyKind::kAlert, {{"service", "old"}}, kNow);
  heartbeats_.resize(2);
  heartbeats_[0].name = "backup";
  heartbeats_[1].name = "theirs";
  heartbeats_[1].tenant = "other";

  const Live live = Look();

  EXPECT_THAT(Subjects(live),
              UnorderedElementsAre("alert an_alert", "rule Late", "heartbeat backup"))
      << "warnings of detectors page nobody";
  EXPECT_EQ(live.alerts[0].labels.ToString(),
            "{entity=\"order\",priority=\"P3\",service=\"order\",severity=\"warning\","
            "team=\"shop\",tenant=\"default\"}");
  EXPECT_EQ(live.alerts[1].severity, model::Severity::kCritical);
  EXPECT_EQ(live.alerts[1].labels.Get("alertname"), "Late");
  EXPECT_EQ(live.alerts[1].labels.Get("service"), "") << "that is of the series";
  options_.page_severity = model::Severity::kWarning;
  EXPECT_THAT(Subjects(Look()), Contains("alert an_warning"));
}

TEST_F(LiveLabelsTest, KnowsTheValuesOfLabelsThatRoutesLookAt) {
  Keep("an_closed", model::AnomalyKind::kAlert, {{"service", "old"}, {"other", "x"}}, kNow);
  Keep("an_ancient", model::AnomalyKind::kAlert, {{"service", "gone"}},
       kNow - std::chrono::days(40));
  series_.Add("default", model::Labels({{"__name__", "up"}, {"service", "payment"}}),
              base::ToMillis(kNow), 1);
  series_.Add("default", model::Labels({{"__name__", "up"}, {"job", "node"}}), base::ToMillis(kNow),
              1);

  const Live live = Look();

  EXPECT_THAT(live.values.at("service"),
              ElementsAre("node", "old", "order", "payment", "stock", "vedette"));
  EXPECT_THAT(live.values.at("team"), ElementsAre("search", "shop"));
  EXPECT_THAT(live.values.at("severity"), ElementsAre("critical", "info", "warning"));
  EXPECT_THAT(live.values.at("entity"), IsSupersetOf({"order", "payment", "stock"}));
  EXPECT_FALSE(live.values.contains("region")) << "nothing has it";
  EXPECT_FALSE(live.values.contains("other")) << "no route looks at it";
}

TEST_F(LiveLabelsTest, OfWhatTheIndexCannotTellNothingIsKnown) {
  series_.FailNext(base::ResourceExhausted("too many series"));

  const Live live = Look();

  EXPECT_FALSE(live.values.contains("entity")) << "the first that is asked";
  EXPECT_TRUE(live.values.contains("team"));
}

TEST_F(LiveLabelsTest, ATenantKnowsNothingOfOthers) {
  const Live live = Look("other");

  EXPECT_EQ(live.tenant, "other");
  EXPECT_TRUE(live.alerts.empty());
  EXPECT_FALSE(live.values.contains("team"));
}

TEST(LiveOfRules, TakesTheLabelsThatAreFixed) {
  rules::RuleGroup group;
  group.tenant = "shop";
  group.rules.resize(2);
  group.rules[0].alerting = true;
  group.rules[0].name = "Late";
  group.rules[0].labels = {{"severity", "{{ $labels.s }}"}, {"team", "a"}, {"x", "{{ 1 }}"}};
  group.rules[1].name = "recorded";

  const Live live = LiveOfRules({group});

  ASSERT_EQ(live.alerts.size(), 1u);
  EXPECT_EQ(live.alerts[0].subject, "rule Late");
  EXPECT_EQ(live.alerts[0].labels.Get("team"), "a");
  EXPECT_EQ(live.alerts[0].labels.Get("tenant"), "shop");
  EXPECT_EQ(live.alerts[0].labels.Get("x"), "");
  EXPECT_EQ(live.alerts[0].severity, model::Severity::kCritical) << "the worst that it may be";
}

}  // namespace
}  // namespace vedette::app
