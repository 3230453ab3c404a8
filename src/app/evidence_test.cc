// That the evidence of what rules find, asked again, gives the numbers of the anomaly.

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/rule_loop.h"
#include "base/json.h"
#include "base/testing/fake_clock.h"
#include "detect/events/monitor.h"
#include "evidence/question.h"
#include "kv/db.h"
#include "query/engine.h"
#include "query/logs/engine.h"
#include "query/testing/memory_store.h"
#include "records/embedded_store.h"
#include "sql/database.h"

namespace vedette::app {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const model::TenantName kTenant("shop");
constexpr int64_t kStart = 1'700'000'040'000;  // a full minute

// Stores with what reads them, rules and event rules over them.
class EvidenceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    monitor_ = *detect::events::Monitor::Open({}, *state_, findings_);
    loop_ = std::make_unique<RuleLoop>(RuleLoop::Parts{
        .io = [this](const model::TenantName&) { return Io(); },
        .bells = bells_,
        .findings = findings_,
        .clock = clock_,
        .metrics = metrics_,
        .open = {},
        .examples =
            [this](const auto& tenant, const auto& rule, const auto& labels, base::TimePoint time) {
              rules::StoredRecords source(*records_, tenant);
              return *rules::ExamplesOf(rule, source, labels, time);
            }});
  }

  rules::EvaluationIo Io() {
    rules::EvaluationIo io;
    io.query = [this](const std::string& promql, base::TimePoint time, base::Duration lookback) {
      query::InstantQuery query;
      query.tenant = kTenant;
      query.text = promql;
      query.time = time;
      query.lookback = lookback;
      return queries_.Instant(query);
    };
    io.append = [this](const model::WriteBatch& batch) -> base::Result<> {
      VEDETTE_TRY_VOID(series_.Append(kTenant, batch, {}));
      return {};
    };
    io.observe = [this](const rules::RecordRule& rule, base::TimePoint time) {
      rules::StoredRecords source(*records_, kTenant);
      return rules::Observer(source).At(rule, time);
    };
    return io;
  }

  void Apply(const std::string& text, rules::RuleContext context = {}) {
    std::vector<yaml::Diagnostic> problems, warnings;
    std::vector<rules::RuleGroup> groups = rules::ParseRuleFile(text, "r.yml", problems, warnings);
    for (const yaml::Diagnostic& problem : problems) ADD_FAILURE() << problem.ToString("r.yml");
    for (rules::RuleGroup& group : groups) group.tenant = kTenant;
    loop_->Apply(std::move(groups), std::move(context));
  }

  void Line(const std::string& message, const std::string& service = "pay",
            std::vector<std::pair<std::string, std::string>> fields = {}) {
    model::LogRecord line;
    line.id = "line-" + std::to_string(++lines_);
    line.time = clock_.Now();
    line.level = model::LogSeverity::kError;
    line.service = service;
    line.message = message;
    line.fields = std::move(fields);
    ASSERT_TRUE(records_->AppendLogs(kTenant, {line}).ok());
  }
  void Set(const std::string& service, double value) {
    series_.Add(kTenant, model::Labels({{"__name__", "x"}, {"service", service}}),
                base::ToMillis(clock_.Now()), value);
  }

  // The rules have their turns until so much later; what is said of an entity last stays in said_.
  void Pass(base::Duration duration) {
    for (const base::TimePoint end = clock_.Now() + duration; clock_.Now() < end;) {
      clock_.Advance(seconds(10));
      loop_->Step(clock_.Now());
    }
    while (findings_.size() > 0) {
      model::Anomaly anomaly = findings_.Pop()->anomaly;
      said_[anomaly.detector + " " + anomaly.entity] = std::move(anomaly);
    }
  }

  // Of the anomaly's evidence what is stored, after it was found to be the same asked again.
  base::Json Checked(const model::Anomaly& anomaly) {
    EXPECT_NE(anomaly.evidence.id, "") << anomaly.summary;
    const auto again = asker_.AskAgain(kTenant, anomaly.evidence);
    EXPECT_TRUE(again.ok()) << anomaly.evidence.query << ": "
                            << (again.ok() ? "" : again.error().message);
    if (again.ok()) {
      EXPECT_EQ(again->same, true) << anomaly.evidence.query << "\n"
                                   << anomaly.evidence.result_json << "\n"
                                   << again->result_json;
    }
    return *base::ParseJson(anomaly.evidence.result_json);
  }

  static std::unique_ptr<kv::Db> MemoryDb() {
    kv::DbOptions options{.path = "/memory", .families = {}, .in_memory = true};
    for (kv::FamilyOptions& family : records::Families()) {
      options.families.push_back(std::move(family));
    }
    return *kv::Db::Open(std::move(options));
  }

  base::FakeClock clock_{base::FromMillis(kStart)};
  query::testing::MemoryStore series_;
  query::Engine queries_{{}, series_, clock_};
  std::unique_ptr<kv::Db> telemetry_ = MemoryDb();
  std::unique_ptr<records::EmbeddedStore> records_ =
      *records::EmbeddedStore::Create(*telemetry_, {.seal_in_background = false});
  query::logs::Engine logs_{*records_, clock_};
  std::unique_ptr<sql::Database> state_ = *sql::Database::Open({.path = ":memory:"});
  base::BoundedQueue<model::AnomalyUpdate> findings_{1000, base::OverflowPolicy::kReject};
  std::unique_ptr<detect::events::Monitor> monitor_;
  const evidence::Asker asker_{
      {.metrics = queries_,
       .logs = logs_,
       .records = *records_,
       .calls = {},
       .clock = clock_,
       .judged = [this](const auto& tenant, const auto& id, base::TimePoint from,
                        base::TimePoint to) { return monitor_->EventJson(tenant, id, from, to); }}};
  base::MetricsRegistry metrics_;
  rules::Bells bells_;
  std::unique_ptr<RuleLoop> loop_;
  std::map<std::string, model::Anomaly> said_;  // by detector and entity
  int lines_ = 0;
};

TEST_F(EvidenceTest, OfAnAlertIsTheValueOfItsOwnSeries) {
  Apply("groups: [{name: g, interval: 1m, rules: [{alert: High, expr: x > 2}]}]");
  Set("pay", 7);
  Set("ship", 5);
  Pass(minutes(2));
  for (const auto& [service, value] : {std::pair("pay", 7.0), {"ship", 5.0}}) {
    const model::Anomaly& anomaly = said_[std::string("High ") + service];
    EXPECT_EQ(anomaly.observed, value);
    EXPECT_EQ(Checked(anomaly)["observed"][0][1], value);
  }
  model::Evidence wrong = said_["High pay"].evidence;
  base::Json seen = *base::ParseJson(wrong.result_json);
  seen["observed"][0][1] = 5;  // that of the other service
  wrong.result_json = base::DumpJson(seen);
  const auto again = asker_.AskAgain(kTenant, wrong);
  EXPECT_EQ(again->same, false);
  EXPECT_EQ(again->points->same, 0U);
  EXPECT_EQ(again->points->total, 1U);
}

TEST_F(EvidenceTest, OfAnAlertThatIsKeptFiringIsOfWhenItHadItsValue) {
  Apply(
      "groups: [{name: g, interval: 1m, rules: [{alert: High, expr: x > 2, keep_firing_for: "
      "1h}]}]");
  Set("pay", 7);
  Pass(minutes(2));
  Set("pay", 1);
  Pass(minutes(20));
  const model::Anomaly& anomaly = said_["High pay"];
  EXPECT_EQ(anomaly.state, model::AnomalyState::kOpen);
  EXPECT_LT(anomaly.evidence.to, clock_.Now() - minutes(15));
  EXPECT_EQ(Checked(anomaly)["observed"][0][1], anomaly.observed);
}

TEST_F(EvidenceTest, OfAnAlertOfDelayedQueriesIsOfTheTimeThatWasAsked) {
  rules::RuleContext context;
  context.query_offset = minutes(3);
  Apply("groups: [{name: g, interval: 1m, rules: [{alert: High, expr: x > 2}]}]", context);
  Set("pay", 7);
  Pass(minutes(4));
  Set("pay", 9);
  Pass(minutes(2));
  EXPECT_EQ(said_["High pay"].observed, 7);
  Checked(said_["High pay"]);
}

TEST_F(EvidenceTest, OfABurstOfLinesIsTheirNumber) {
  Apply("log_bursts: [{name: Burst, window: 5m, baseline: 10m, min_count: 3, interval: 1m}]");
  for (int i = 0; i < 4; ++i) Line("refused by peer " + std::to_string(i));
  for (int i = 0; i < 9; ++i) Line("of another service", "ship");
  Pass(minutes(2));
  const model::Anomaly& anomaly = said_["Burst pay"];
  EXPECT_EQ(anomaly.observed, 4);
  EXPECT_EQ(anomaly.evidence.language, "logs");
  const base::Json seen = Checked(anomaly);
  EXPECT_EQ(seen["result"][0]["values"][0][1], "4");
  ASSERT_EQ(seen["examples"].size(), 4U);
  EXPECT_EQ(seen["examples"][0]["text"].get<std::string>().substr(0, 15), "refused by peer");
  EXPECT_EQ(seen["recorded"], R"(log_burst_lines{rule="Burst",service="pay"})");
}

TEST_F(EvidenceTest, OfABurstByFieldsIsTheNumberOfItsGroupWhereverTheFieldsStand) {
  Apply(
      "log_bursts: [{name: Burst, by: [service, pod], window: 5m, baseline: 10m, min_count: 2, "
      "interval: 1m}]");
  for (int i = 0; i < 3; ++i) Line("refused", "pay", {{"pod", "p-1"}});
  for (int i = 0; i < 2; ++i) Line("refused", "pay", {{"pod", "p-2"}});
  Line(R"({"pod": "p-1", "text": "refused"})");
  Pass(minutes(2));
  model::Anomaly& anomaly = said_["Burst pay"];
  const bool first = anomaly.labels.view().Get("pod") == "p-1";
  EXPECT_EQ(anomaly.observed, first ? 4 : 2);
  EXPECT_EQ(anomaly.evidence.language, "logs");
  Checked(anomaly);
}

TEST_F(EvidenceTest, OfANewKindOfLineIsTheNumberOfItsLines) {
  Apply("new_log_patterns: [{name: New, window: 5m, known_for: 10m, interval: 1m}]");
  Line("all as ever");
  Pass(minutes(20));
  for (int i = 0; i < 3; ++i) Line("disk " + std::to_string(i) + " is broken");
  Line("all as ever");
  Pass(minutes(2));
  const model::Anomaly& anomaly = said_["New pay"];
  EXPECT_EQ(anomaly.observed, 3);
  EXPECT_EQ(anomaly.evidence.language, "logs");
  const base::Json seen = Checked(anomaly);
  EXPECT_EQ(seen["result"][0]["values"][0][1], "3");
  EXPECT_EQ(seen["examples"].size(), 3U);
}

TEST_F(EvidenceTest, OfAContractOverLinesIsItsCountWithSomeOfThem) {
  Apply("contracts: [{name: Rows, logs: 'import', then: rows > 0, interval: 1m}]");
  Line("import done", "pay", {{"rows", "0"}});
  Line("import done", "ship", {{"rows", "0"}});
  Line("import done", "ship", {{"rows", "0"}});
  Pass(minutes(2));
  for (const auto& [service, count] : {std::pair("pay", 1), {"ship", 2}}) {
    const model::Anomaly& anomaly = said_[std::string("Rows ") + service];
    const base::Json seen = Checked(anomaly);
    EXPECT_EQ(seen["observed"][0][1], count);
    EXPECT_EQ(seen["examples"].size(), static_cast<size_t>(count));
  }
}

TEST_F(EvidenceTest, OfAnEventRuleIsTheEventWithWhatFailedAndWasDecided) {
  const auto taken = monitor_->Take(
      kTenant, {"billing", "run", *base::ParseJson(R"({"status":"success","result":null})"), {}},
      clock_.Now());
  ASSERT_TRUE(taken.ok());
  const model::Anomaly anomaly = findings_.Pop()->anomaly;
  EXPECT_EQ(anomaly.evidence.language, "events");
  EXPECT_EQ(anomaly.evidence.query, taken->event_id);
  const base::Json seen = Checked(anomaly);
  EXPECT_EQ(seen["monitoring_result"]["severity_score"], anomaly.observed);
  EXPECT_EQ(seen["monitoring_result"]["decision"], "RETRY");
  EXPECT_EQ(seen["monitoring_result"]["failed_rules"],
            base::Json::array({"INVALID_OUTPUT", "SILENT_FAILURE"}));
  EXPECT_TRUE(seen["input_snapshot"]["result"].is_null());

  ASSERT_EQ(*monitor_->CleanUp(kTenant, clock_.Now() + minutes(1)), 1);
  Checked(anomaly);  // of the archive
  EXPECT_EQ(asker_.AskAgain("other", anomaly.evidence).error().code, base::ErrorCode::kNotFound);
}

}  // namespace
}  // namespace vedette::app
