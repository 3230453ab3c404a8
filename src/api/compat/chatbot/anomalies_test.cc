#include "api/compat/chatbot/anomalies.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "api/testing/ask_routes.h"
#include "base/duration.h"
#include "base/json.h"

namespace vedette::api::compat::chatbot {
namespace {

using std::chrono::minutes;

const base::TimePoint kNow = *base::ParseTime("2026-11-21T12:00:00Z");

class ChatbotAnomalies : public testing::Test {
 protected:
  // One that began so many minutes ago and lasted that long; 0: it is open.
  void Add(const std::string& metric, double value, model::Severity severity, int ago, int lasted) {
    model::Anomaly anomaly;
    anomaly.id = "an_" + std::to_string(++count_);
    anomaly.tenant = "shop";
    anomaly.entity = "node-1";
    anomaly.labels = model::Labels({{"__name__", metric}});
    anomaly.severity = severity;
    anomaly.observed = value;
    anomaly.started_at = anomaly.updated_at = kNow - minutes(ago);
    anomaly.summary = metric + " is out of range";
    anomaly.evidence.id = "ev_" + std::to_string(count_);
    anomaly.evidence.taken_at = anomaly.started_at;
    ASSERT_TRUE(store_->Save({model::AnomalyTransition::kOpened, anomaly}).ok());
    if (lasted == 0) return;
    anomaly.state = model::AnomalyState::kClosed;
    anomaly.ended_at = anomaly.started_at + minutes(lasted);
    ASSERT_TRUE(store_->Save({model::AnomalyTransition::kClosed, anomaly}).ok());
  }
  base::Json Ask(const std::string& method, const std::string& path, const std::string& body = {}) {
    const net::Response response = AskRoutes(routes_, method, path, body, "application/json", kNow);
    EXPECT_EQ(response.status, 200) << response.body;
    return base::ParseJson(response.body).value();
  }

  int count_ = 0;
  std::unique_ptr<sql::Database> database_ = *sql::Database::Open({.path = ":memory:"});
  std::unique_ptr<detect::AnomalyStore> store_ = *detect::AnomalyStore::Open(*database_);
  std::vector<Route> routes_ = AnomalyRoutes(*store_);
};

constexpr auto kWarning = model::Severity::kWarning;
constexpr auto kCritical = model::Severity::kCritical;

TEST_F(ChatbotAnomalies, CurrentIsWhatIsOpenOrEndedWithinTheMinutes) {
  Add("kafka_consumer_lag", 2.5e6, kCritical, 600, 0);
  Add("flink_task_backpressure", 0.9, kWarning, 20, 17);
  Add("clickhouse_disk_usage", 85, kWarning, 60, 10);
  Add("clickhouse_parts_count", 9, model::Severity::kInfo, 1, 0);
  base::Json json = Ask("POST", "/anomalies/current", R"({"last_minutes":5})");
  EXPECT_EQ(json["query_minutes"], 5);
  ASSERT_EQ(json["result"].size(), 2U) << json;
  EXPECT_EQ(json["result"][0]["component"], "flink");
  EXPECT_EQ(json["result"][1]["metric_name"], "kafka_consumer_lag");
  EXPECT_EQ(json["result"][1]["value"], 2.5e6);
  EXPECT_EQ(json["result"][1]["evidence_id"], "ev_1");
  EXPECT_NE(json["anomalies"].get<std::string>().find("kafka_consumer_lag is out of range"),
            std::string::npos);
  EXPECT_EQ(Ask("GET", "/anomalies/current?component=kafka")["result"].size(), 1U);
}

TEST_F(ChatbotAnomalies, SummaryCountsByComponent) {
  Add("kafka_consumer_lag", 2.5e6, kCritical, 600, 30);
  Add("kafka_consumer_lag", 2.5e6, kWarning, 100, 10);
  Add("flink_task_backpressure", 0.9, kWarning, 20, 0);
  Add("clickhouse_disk_usage", 85, kWarning, 60 * 30, 10);
  const base::Json json = Ask("GET", "/anomalies/summary");
  EXPECT_EQ(json["query_hours"], 24);
  const base::Json& result = json["result"];
  EXPECT_EQ(result["total"], 3);
  EXPECT_EQ(result["components"]["kafka"]["critical"], 1);
  EXPECT_EQ(result["components"]["kafka"]["affected_metrics"], 1);
  EXPECT_EQ(result["components"]["kafka"]["mean_minutes_to_resolve"], 20);
  EXPECT_TRUE(result["components"]["flink"]["mean_minutes_to_resolve"].is_null());
  EXPECT_EQ(result["top_metrics"][0]["metric_name"], "kafka_consumer_lag");
  EXPECT_EQ(result["top_metrics"][0]["anomalies"], 2);
}

TEST_F(ChatbotAnomalies, PatternsCarryTheirEvidence) {
  Add("kafka_consumer_lag", 2.5e6, kCritical, 60, 0);
  Add("flink_task_backpressure", 0.9, kWarning, 59, 0);
  const base::Json json = Ask("POST", "/anomalies/patterns", R"({"hours":2})");
  ASSERT_EQ(json["result"].size(), 1U) << json;
  EXPECT_EQ(json["result"][0]["pattern"], "cascade_failure");
  EXPECT_EQ(json["result"][0]["evidence_ids"], base::Json::array({"ev_1", "ev_2"}));
  EXPECT_EQ(Ask("GET", "/anomalies/patterns?hours=0.5")["result"].size(), 1U)
      << "both are still open";
}

TEST_F(ChatbotAnomalies, StatusIsOfWhatIsOpen) {
  EXPECT_EQ(Ask("GET", "/system/status")["status"], "HEALTHY");
  Add("flink_task_backpressure", 0.9, kWarning, 59, 0);
  EXPECT_EQ(Ask("GET", "/system/status")["status"], "WARNING");
  Add("kafka_consumer_lag", 2.5e6, kCritical, 60, 0);
  Add("clickhouse_disk_usage", 95, kCritical, 60, 5);
  const base::Json json = Ask("GET", "/system/status");
  EXPECT_EQ(json["status"], "CRITICAL");
  EXPECT_EQ(json["critical_anomalies"], 1);
  EXPECT_EQ(json["total_anomalies"], 2);
  EXPECT_EQ(json["components"]["kafka"], "ISSUES");
  EXPECT_EQ(json["components"]["clickhouse"], "HEALTHY");
}

TEST_F(ChatbotAnomalies, ClickHousesOwnEndpointIsClickHouse) {
  Add("ClickHouseMetrics_HTTPConnection", 600, kCritical, 10, 0);
  const base::Json status = Ask("GET", "/system/status")["components"];
  EXPECT_EQ(status["clickhouse"], "ISSUES") << status;
  EXPECT_EQ(status.size(), 3U) << status;
  EXPECT_EQ(Ask("GET", "/anomalies/current?component=ClickHouse&last_minutes=5")["result"].size(),
            1U);
}

TEST_F(ChatbotAnomalies, RefusesSpansThatAreNone) {
  for (const std::string path : {"/anomalies/current?last_minutes=0", "/anomalies/summary?hours=x",
                                 "/anomalies/patterns?hours=99999"}) {
    EXPECT_EQ(AskRoutes(routes_, "GET", path, "", "", kNow).status, 400) << path;
  }
}

}  // namespace
}  // namespace vedette::api::compat::chatbot
