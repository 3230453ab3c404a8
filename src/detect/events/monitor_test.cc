#include "detect/events/monitor.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"

namespace vedette::detect::events {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr base::TimePoint kStart{base::Duration(1'700'000'000'000)};

class MonitorTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Database::Open({.path = ":memory:"});
    Restart({});
  }
  void Restart(const MonitorOptions& options) {
    monitor_ = *Monitor::Open(options, *database_, findings_);
  }
  LogEntry Take(const std::string& source, std::string_view data, base::TimePoint at = kStart) {
    auto entry = monitor_->Take("acme", {source, "job", *base::ParseJson(data), nullptr}, at);
    EXPECT_TRUE(entry.ok()) << entry.error().message;
    return *entry;
  }
  std::vector<model::AnomalyUpdate> Findings() {
    std::vector<model::AnomalyUpdate> updates;
    while (findings_.size() > 0) updates.push_back(*findings_.Pop());
    return updates;
  }

  std::unique_ptr<sql::Database> database_;
  base::BoundedQueue<model::AnomalyUpdate> findings_{1000, base::OverflowPolicy::kReject};
  std::unique_ptr<Monitor> monitor_;
};

TEST_F(MonitorTest, KeepsWhatItFoundOverARestart) {
  const LogEntry taken = Take("billing", R"({"status":"success","password":"x"})");
  EXPECT_EQ(taken.event_id.size(), 16U);
  Restart({});
  const LogPage page = *monitor_->List({.tenant = "acme"});
  ASSERT_EQ(page.entries.size(), 1U);
  const LogEntry& entry = page.entries[0];
  EXPECT_EQ(entry.event_id, taken.event_id);
  EXPECT_EQ(entry.data_json, R"({"status":"success","password":"***"})");
  EXPECT_EQ(entry.verdict.failed_rules, std::vector<std::string>{"SILENT_FAILURE"});
  EXPECT_EQ(entry.verdict.decision, Decision::kRetry);
  EXPECT_EQ(monitor_->List({.tenant = "other"})->total, 0);
}

TEST_F(MonitorTest, EvidenceIsTheWorstEventAsItIsListedAlsoFromTheArchive) {
  Take("billing", R"({"status":"success"})");
  const LogEntry worst =
      Take("billing", R"({"cpu_usage":99,"latency":9999,"token":"x"})", kStart + seconds(1));
  Take("billing", R"({"status":"success"})", kStart + seconds(2));
  const model::Evidence evidence = Findings().back().anomaly.evidence;
  EXPECT_EQ(evidence.language, "events");
  EXPECT_EQ(evidence.query, worst.event_id);
  const auto ask = [&](const model::TenantName& tenant) {
    return monitor_->EventJson(tenant, evidence.query, evidence.from, evidence.to);
  };
  EXPECT_EQ(*ask("acme"), evidence.result_json);
  const base::Json shown = *base::ParseJson(evidence.result_json);
  EXPECT_EQ(shown["input_snapshot"]["token"], "***");
  EXPECT_EQ(shown["monitoring_result"]["failed_rules"],
            base::Json::array({"CPU_USAGE_EXCEEDED", "LATENCY_EXCEEDED"}));
  EXPECT_EQ(shown["monitoring_result"]["status"], "CRITICAL");

  ASSERT_EQ(*monitor_->CleanUp("acme", kStart + hours(1)), 3);
  EXPECT_EQ(*ask("acme"), evidence.result_json);
  EXPECT_EQ(ask("other").error().code, base::ErrorCode::kNotFound);
}

TEST_F(MonitorTest, RemembersASourcesNumbersOverARestart) {
  for (int i = 0; i < 10; ++i) Take("billing", i % 2 == 0 ? R"({"size":1})" : R"({"size":2})");
  Restart({});
  EXPECT_EQ(Take("billing", R"({"size":50})").verdict.raw_score, 0.1);
  EXPECT_EQ(Take("other", R"({"size":50})").verdict.raw_score, 0);
}

TEST_F(MonitorTest, FindsBySourceStatusAndTime) {
  Take("a", "{}");
  Take("a", R"({"x":null})", kStart + seconds(1));
  Take("b", R"({"cpu_usage":99,"latency":9999})", kStart + seconds(2));
  EXPECT_EQ(monitor_->List({.tenant = "acme", .source = "a"})->total, 2);
  const LogPage bad = *monitor_->List(
      {.tenant = "acme", .statuses = {Status::kWarning, Status::kCritical}, .limit = 1});
  EXPECT_EQ(bad.total, 2);
  ASSERT_EQ(bad.entries.size(), 1U);
  EXPECT_EQ(bad.entries[0].source, "b") << "newest first";
  EXPECT_EQ(monitor_->List({.tenant = "acme", .from = kStart + seconds(1)})->total, 2);
  EXPECT_EQ(monitor_->List({.tenant = "acme", .limit = 10, .offset = 2})->entries.size(), 1U);
}

TEST_F(MonitorTest, HealthIsTheWorstOfTheLastEventsAndItsIssuesAreTheNewest) {
  EXPECT_EQ(monitor_->GetHealth("acme")->status, Status::kNormal);
  for (int i = 0; i < 8; ++i) Take("a", R"({"f)" + std::to_string(i) + R"(":null})");
  const Health health = *monitor_->GetHealth("acme");
  EXPECT_EQ(health.status, Status::kWarning);
  EXPECT_EQ(health.severity_score, 0.7);
  EXPECT_EQ(health.events, 8);
  ASSERT_EQ(health.recent_issues.size(), 5U);
  EXPECT_EQ(health.recent_issues[0], "Invalid output in 'f7': null");
  for (int i = 0; i < 100; ++i) Take("a", "{}");
  EXPECT_EQ(monitor_->GetHealth("acme")->status, Status::kNormal);
}

TEST_F(MonitorTest, ReevaluationJudgesAgainWithTheRulesAsTheyAre) {
  Take("a", R"({"cpu_usage":80})");
  Take("a", R"({"cpu_usage":80})", kStart + minutes(10));
  MonitorOptions strict;
  strict.rules.limits = {{"cpu_usage", 70}};
  Restart(strict);
  const Reevaluation result =
      *monitor_->Reevaluate("acme", kStart + minutes(5), kStart + minutes(11));
  EXPECT_EQ(result.events, 1);
  EXPECT_EQ(result.by_status[1], 1);
  const LogPage page = *monitor_->List({.tenant = "acme"});
  EXPECT_EQ(page.entries[0].verdict.failed_rules, std::vector<std::string>{"CPU_USAGE_EXCEEDED"});
  EXPECT_TRUE(page.entries[1].verdict.failed_rules.empty()) << "older than asked for";
}

TEST_F(MonitorTest, OtherRulesJudgeTheLastHourAgain) {
  Take("a", R"({"cpu_usage":80})");
  MonitorOptions strict;
  strict.rules.limits = {{"cpu_usage", 70}};
  ASSERT_TRUE(monitor_->Reconfigure(strict, kStart + minutes(1)).ok());
  EXPECT_EQ(monitor_->List({.tenant = "acme", .statuses = {Status::kWarning}})->total, 1);
}

TEST_F(MonitorTest, OtherRulesEndLowerRaiseAndOpenAnomalies) {
  MonitorOptions rules;
  rules.rules.limits = {{"cpu_usage", 90}, {"latency", 3000}};
  Restart(rules);
  Take("ends", R"({"cpu_usage":95})");
  Take("falls", R"({"cpu_usage":95,"latency":9999})");
  Take("rises", R"({"cpu_usage":80,"latency":9999})");
  Take("opens", R"({"cpu_usage":80})");
  Take("stays", R"({"x":null})");
  EXPECT_EQ(Findings().size(), 4U);

  rules.rules.limits = {{"cpu_usage", 99}, {"latency", 3000}};
  ASSERT_TRUE(monitor_->Reconfigure(rules, kStart + minutes(1)).ok());
  auto updates = Findings();
  ASSERT_EQ(updates.size(), 2U);
  EXPECT_EQ(updates[0].anomaly.entity, "ends");
  EXPECT_EQ(updates[0].transition, model::AnomalyTransition::kClosed);
  EXPECT_EQ(updates[0].anomaly.ended_at, kStart + minutes(1));
  EXPECT_EQ(updates[1].anomaly.entity, "falls");
  EXPECT_EQ(updates[1].transition, model::AnomalyTransition::kUpdated);
  EXPECT_EQ(updates[1].anomaly.severity, model::Severity::kWarning);
  EXPECT_EQ(updates[1].anomaly.updated_at, kStart + minutes(1))
      << "newer than what was said before";

  rules.rules.limits = {{"cpu_usage", 70}, {"latency", 3000}};
  ASSERT_TRUE(monitor_->Reconfigure(rules, kStart + minutes(2)).ok());
  updates = Findings();
  ASSERT_EQ(updates.size(), 4U);
  EXPECT_EQ(updates[0].anomaly.entity, "ends");
  EXPECT_EQ(updates[0].transition, model::AnomalyTransition::kOpened);
  EXPECT_EQ(updates[1].anomaly.entity, "falls");
  EXPECT_EQ(updates[2].anomaly.entity, "opens");
  EXPECT_EQ(updates[2].anomaly.started_at, kStart);
  EXPECT_EQ(updates[3].anomaly.entity, "rises");
  EXPECT_EQ(updates[3].anomaly.severity, model::Severity::kCritical);
}

TEST_F(MonitorTest, JudgedAgainAnAnomalyEndsWithAsManyNormalEventsAsEver) {
  MonitorOptions rules;
  rules.rules.limits = {{"cpu_usage", 70}};
  Restart(rules);
  Take("a", R"({"cpu_usage":95})");
  for (int i = 1; i <= 2; ++i) Take("a", R"({"cpu_usage":80})", kStart + seconds(i));
  Findings();
  rules.rules.limits = {{"cpu_usage", 90}};
  ASSERT_TRUE(monitor_->Reconfigure(rules, kStart + minutes(1)).ok());
  EXPECT_EQ(Findings().at(0).transition, model::AnomalyTransition::kUpdated) << "two were normal";
  Take("a", R"({"cpu_usage":80})", kStart + minutes(2));
  EXPECT_EQ(Findings().at(0).transition, model::AnomalyTransition::kClosed) << "the third";
  rules.rules.limits = {{"cpu_usage", 96}};
  ASSERT_TRUE(monitor_->Reconfigure(rules, kStart + minutes(3)).ok());
  EXPECT_TRUE(Findings().empty()) << "it had ended";
}

TEST_F(MonitorTest, ACleanUpArchivesBeforeItDeletes) {
  for (int i = 0; i < 1200; ++i)
    Take("a", R"({"n":)" + std::to_string(i) + "}", kStart + seconds(i));
  EXPECT_EQ(*monitor_->CleanUp("acme", kStart + seconds(1100)), 1100);
  EXPECT_EQ(monitor_->List({.tenant = "acme"})->total, 100);
  const LogPage archived = *monitor_->List({.tenant = "acme",
                                            .from = kStart + seconds(1090),
                                            .limit = 3,
                                            .offset = 1,
                                            .archived = true});
  EXPECT_EQ(archived.total, 10);
  ASSERT_EQ(archived.entries.size(), 3U);
  EXPECT_EQ(archived.entries[0].data_json, R"({"n":1098})");
  EXPECT_EQ(monitor_->GetHealth("acme")->events, 1200);
  ASSERT_TRUE(monitor_->DeleteTenant("acme").ok());
  EXPECT_EQ(monitor_->List({.tenant = "acme", .archived = true})->total, 0);
}

TEST_F(MonitorTest, KeepsNoMoreRowsThanItMay) {
  MonitorOptions few;
  few.logs_max = 50;
  Restart(few);
  for (int i = 0; i < 300; ++i) Take("a", "{}");
  EXPECT_EQ(monitor_->List({.tenant = "acme"})->total, 50);
  EXPECT_EQ(monitor_->List({.tenant = "acme", .archived = true})->total, 250);
}

TEST_F(MonitorTest, ATenantsRowsAreArchivedWhoeverElseSends) {
  MonitorOptions few;
  few.logs_max = 50;
  Restart(few);
  const Event event{"a", "job", base::Json::object(), nullptr};
  for (int i = 0; i < 300; ++i) {
    for (const char* tenant : {"acme", "bank"}) {
      ASSERT_TRUE(monitor_->Take(tenant, event, kStart).ok());
    }
  }
  for (const char* tenant : {"acme", "bank"}) {
    EXPECT_EQ(monitor_->List({.tenant = tenant})->total, 50) << tenant;
  }
}

TEST_F(MonitorTest, NormalEventsOfTheLastRunCountTowardsTheEnd) {
  Take("a", R"({"x":null})");
  std::vector<model::Anomaly> open = {Findings().at(0).anomaly};
  for (int i = 1; i <= 2; ++i) Take("a", "{}", kStart + seconds(i));
  Restart({});
  monitor_->Adopt(open, kStart + minutes(1));
  Take("a", "{}", kStart + minutes(1));
  const auto updates = Findings();
  ASSERT_EQ(updates.size(), 1U) << "the third in a row";
  EXPECT_EQ(updates[0].transition, model::AnomalyTransition::kClosed);
}

TEST_F(MonitorTest, ASourceInTroubleHasOneAnomalyThatEndsWithNormalEvents) {
  Take("a", R"({"x":null})");
  Take("a", R"({"cpu_usage":99,"latency":9999})", kStart + seconds(1));
  Take("a", R"({"x":null})", kStart + seconds(2));
  auto updates = Findings();
  ASSERT_EQ(updates.size(), 2U);
  EXPECT_EQ(updates[0].transition, model::AnomalyTransition::kOpened);
  EXPECT_EQ(updates[0].anomaly.severity, model::Severity::kWarning);
  EXPECT_EQ(updates[0].anomaly.entity, "a");
  EXPECT_EQ(updates[1].transition, model::AnomalyTransition::kUpdated);
  EXPECT_EQ(updates[1].anomaly.severity, model::Severity::kCritical);
  Take("a", "{}", kStart + seconds(3));
  Take("a", R"({"x":null})", kStart + seconds(4));
  for (int i = 5; i < 7; ++i) Take("a", "{}", kStart + seconds(i));
  EXPECT_TRUE(Findings().empty()) << "two normal events are not enough";
  Take("a", "{}", kStart + seconds(7));
  updates = Findings();
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(updates[0].transition, model::AnomalyTransition::kClosed);
}

TEST_F(MonitorTest, ASourceThatFellSilentIsClosedAndOneOfTheLastRunGoesOn) {
  Take("a", R"({"x":null})");
  std::vector<model::Anomaly> open = {Findings().at(0).anomaly};
  Restart({});
  monitor_->Adopt(open, kStart + hours(1));
  EXPECT_TRUE(open.empty());
  Take("a", R"({"cpu_usage":99,"latency":9999})", kStart + hours(1));
  const auto updates = Findings();
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(updates[0].transition, model::AnomalyTransition::kUpdated);
  ASSERT_TRUE(monitor_->Tend(kStart + hours(1) + minutes(29)).ok());
  EXPECT_TRUE(Findings().empty());
  ASSERT_TRUE(monitor_->Tend(kStart + hours(1) + minutes(30)).ok());
  EXPECT_EQ(Findings().at(0).transition, model::AnomalyTransition::kClosed);
}

TEST_F(MonitorTest, RefusesWhatIsNoEvent) {
  const auto field = [&](Event event) {
    return monitor_->Take("acme", std::move(event), kStart).error().field;
  };
  EXPECT_EQ(field({"", "t", base::Json::object(), nullptr}), "source");
  EXPECT_EQ(field({"s", std::string(257, 'x'), base::Json::object(), nullptr}), "event_type");
  EXPECT_EQ(field({"s", "t", base::Json::array(), nullptr}), "data");
  EXPECT_EQ(field({"s", "t", base::Json::object(), "text"}), "metadata");
  EXPECT_EQ(field({"s", "t", {{"big", std::string(70'000, 'x')}}, nullptr}), "data");
}

}  // namespace
}  // namespace vedette::detect::events
