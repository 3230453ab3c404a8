#include "api/compat/monitoring/routes.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "api/testing/ask_routes.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/testing/fake_clock.h"
#include "ingest/testing/fake_stores.h"

namespace vedette::api::compat::monitoring {
namespace {

using detect::events::Monitor;

const base::TimePoint kNow = *base::ParseTime("2026-11-21T12:00:00Z");

class MonitoringRoutes : public testing::Test {
 protected:
  net::Response Ask(std::string method, const std::string& path, std::string body = {}) {
    return AskRoutes(routes_, std::move(method), "/api/v1/monitoring" + path, std::move(body),
                     "application/json", now_);
  }
  static base::Json Parse(const net::Response& response) {
    auto json = base::ParseJson(response.body);
    EXPECT_TRUE(json.ok()) << response.body;
    return json.ok() ? *json : base::Json();
  }
  base::Json Post(const std::string& source, const std::string& data) {
    const net::Response response =
        Ask("POST", "/events",
            R"({"source":")" + source + R"(","event_type":"job","data":)" + data +
                R"(,"metadata":{"region":"eu"}})");
    EXPECT_EQ(response.status, 201) << response.body;
    return Parse(response);
  }

  base::TimePoint now_ = kNow;
  base::FakeClock clock_{kNow};
  base::MetricsRegistry registry_;
  ingest::FakeSeriesStore series_;
  ingest::FakeRecordStore records_;
  ingest::Ingester ingester_{series_, records_, clock_, registry_,
                             std::make_shared<const ingest::Limits>()};
  std::unique_ptr<sql::Database> database_ = *sql::Database::Open({.path = ":memory:"});
  base::BoundedQueue<model::AnomalyUpdate> findings_{100, base::OverflowPolicy::kReject};
  std::unique_ptr<Monitor> monitor_ = *Monitor::Open({}, *database_, findings_);
  std::vector<Route> routes_ = Routes(*monitor_, ingester_);
};

TEST_F(MonitoringRoutes, AnEventComesBackJudgedWithAllItsFields) {
  const base::Json log = Post("billing", R"({"status":"success","result":null})");
  EXPECT_EQ(log["timestamp"], "2026-11-21T12:00:00.000Z");
  EXPECT_EQ(log["event_id"].get<std::string>().size(), 16U);
  EXPECT_EQ(log["source"], "billing");
  EXPECT_EQ(log["event_type"], "job");
  EXPECT_EQ(log["metadata"]["region"], "eu");
  EXPECT_TRUE(log["input_snapshot"]["result"].is_null());
  EXPECT_TRUE(log["llm_analysis"].is_null());
  const base::Json& result = log["monitoring_result"];
  EXPECT_EQ(result["status"], "WARNING");
  EXPECT_EQ(result["severity_score"], 0.7);
  EXPECT_EQ(result["raw_score"], 0.7);
  EXPECT_EQ(result["failed_rules"], base::Json::array({"INVALID_OUTPUT", "SILENT_FAILURE"}));
  EXPECT_EQ(result["decision"], "RETRY");
  EXPECT_EQ(result["detected_issues"].size(), 2U);
  EXPECT_FALSE(result["reasoning"].get<std::string>().empty());
}

TEST_F(MonitoringRoutes, ListsByStatusSourceAndTime) {
  Post("a", "{}");
  Post("a", R"({"x":null})");
  now_ += std::chrono::minutes(1);
  Post("b", R"({"cpu_usage":99,"latency":9999})");
  base::Json page = Parse(Ask("GET", "/logs?status=WARNING&status=CRITICAL&limit=1"));
  EXPECT_EQ(page["total_count"], 2);
  EXPECT_EQ(page["returned_count"], 1);
  EXPECT_EQ(page["logs"][0]["source"], "b");
  EXPECT_EQ(Parse(Ask("GET", "/logs?source=a&offset=1"))["returned_count"], 1);
  page = Parse(Ask("POST", "/logs/query",
                   R"({"start_time":"2026-11-21T12:00:30","status":["CRITICAL"],"limit":5})"));
  EXPECT_EQ(page["total_count"], 1);
}

TEST_F(MonitoringRoutes, SaysHealthAndNumbers) {
  EXPECT_TRUE(Parse(Ask("GET", "/health"))["last_update"].is_null());
  Post("a", "{}");
  Post("b", R"({"cpu_usage":99,"latency":9999})");
  const base::Json health = Parse(Ask("GET", "/health"));
  EXPECT_EQ(health["current_status"], "CRITICAL");
  EXPECT_EQ(health["severity_score"], 0.9);
  EXPECT_EQ(health["total_events_processed"], 2);
  EXPECT_EQ(health["recent_issues"].size(), 2U);
  const base::Json stats = Parse(Ask("GET", "/stats"));
  EXPECT_EQ(stats["total_logs"], 2);
  EXPECT_EQ(stats["status_distribution"]["CRITICAL"], 1);
  EXPECT_EQ(stats["unique_sources"], 2);
  EXPECT_EQ(stats["avg_severity"], 0.45);
  EXPECT_EQ(stats["oldest_log"], "2026-11-21T12:00:00.000Z");
  for (int i = 0; i < 5; ++i) Post("c", "{}");
  EXPECT_EQ(Parse(Ask("GET", "/stats"))["avg_severity"], 0.129) << "three decimals, as each score";
}

TEST_F(MonitoringRoutes, JudgesAgainAndCleansUp) {
  Post("a", R"({"x":null})");
  now_ += std::chrono::hours(2);
  Post("a", "{}");
  base::Json again = Parse(Ask("POST", "/analysis/re-evaluate?lookback_minutes=180"));
  EXPECT_EQ(again["re_evaluated_count"], 2);
  EXPECT_EQ(again["summary"]["warning"], 1);
  EXPECT_EQ(again["summary"]["normal"], 1);
  EXPECT_EQ(Parse(Ask("POST", "/maintenance/cleanup?older_than_hours=1"))["removed_count"], 1);
  EXPECT_EQ(Parse(Ask("GET", "/logs"))["total_count"], 1);
  EXPECT_EQ(Parse(Ask("GET", "/logs?archived=true"))["total_count"], 1);
}

TEST_F(MonitoringRoutes, NamesWhatIsWrong) {
  const auto field = [](const net::Response& response) {
    EXPECT_EQ(response.status, 422) << response.body;
    return Parse(response)["field"];
  };
  EXPECT_EQ(field(Ask("POST", "/events", R"({"event_type":"t","data":{}})")), "source");
  EXPECT_EQ(field(Ask("POST", "/events", R"({"source":"s","event_type":"t"})")), "data");
  EXPECT_EQ(field(Ask("GET", "/logs?limit=0")), "limit");
  EXPECT_EQ(field(Ask("GET", "/logs?status=BAD")), "status");
  EXPECT_EQ(field(Ask("GET", "/logs?archived=yes")), "archived");
  EXPECT_EQ(field(Ask("POST", "/logs/query", R"({"archived":"true"})")), "archived");
  EXPECT_EQ(field(Ask("POST", "/logs/query", R"({"start_time":"soon"})")), "start_time");
  EXPECT_EQ(field(Ask("POST", "/analysis/re-evaluate?lookback_minutes=9999")), "lookback_minutes");
  EXPECT_EQ(field(Ask("POST", "/maintenance/cleanup?older_than_hours=0")), "older_than_hours");
  EXPECT_EQ(Ask("POST", "/events", "{").status, 422);
  EXPECT_EQ(Ask("POST", "/analysis/llm", "{}").status, 503);
  EXPECT_EQ(Ask("GET", "").status, 200);
}

}  // namespace
}  // namespace vedette::api::compat::monitoring
