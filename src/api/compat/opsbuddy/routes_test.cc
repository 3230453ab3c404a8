#include "api/compat/opsbuddy/routes.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "api/compat/opsbuddy/log_entry.h"
#include "api/testing/ask_routes.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/testing/fake_clock.h"
#include "ingest/testing/fake_stores.h"
#include "query/testing/memory_store.h"

namespace vedette::api::compat::opsbuddy {
namespace {

const base::TimePoint kNow = *base::ParseTime("2026-11-21T12:00:00Z");

class OpsBuddyTest : public testing::Test {
 protected:
  net::Response Ask(std::string method, const std::string& path, std::string body = {},
                    const std::string& type = "application/json") {
    return AskRoutes(routes_, std::move(method), "/api/analytics" + path, std::move(body), type,
                     kNow);
  }
  static base::Json Parse(const net::Response& response) {
    auto json = base::ParseJson(response.body);
    EXPECT_TRUE(json.ok()) << response.body;
    return json.ok() ? *json : base::Json();
  }
  static std::string Log(std::string_view level, std::string_view service, std::string_view time,
                         const std::string& more = {}) {
    return R"({"timestamp":")" + std::string(time) + R"(","level":")" + std::string(level) +
           R"(","logger":"app.main","message":"Upload failed","service":")" + std::string(service) +
           "\"" + more + "}";
  }

  base::FakeClock clock_{kNow};
  base::MetricsRegistry registry_;
  ingest::FakeSeriesStore series_;
  ingest::FakeRecordStore records_;
  ingest::Ingester ingester_{series_, records_, clock_, registry_,
                             std::make_shared<const ingest::Limits>()};
  query::testing::MemoryStore metrics_;
  query::Engine engine_{{}, metrics_, clock_};
  std::vector<Route> routes_ = Routes(ingester_, records_, engine_, {"1.0", kNow});
};

TEST_F(OpsBuddyTest, KeepsARecordWithItsDerivedFields) {
  const net::Response posted = Ask(
      "POST", "/logs/single",
      Log("ERROR", "file-service", "2026-11-21T11:30:05.250",
          R"(,"operation":"upload","host":"h1","user_id":"u7","data":{"size":12.5,"name":"a","n":3})"));
  ASSERT_EQ(posted.status, 200) << posted.body;
  const net::Response found = Ask(
      "POST", "/logs/query", R"({"service":"file-service","level":"ERROR","operation":"upload"})");
  ASSERT_EQ(found.status, 200) << found.body;
  const base::Json json = Parse(found);
  ASSERT_EQ(json["count"], 1);
  const base::Json& log = json["logs"][0];
  EXPECT_EQ(log["log_id"], Parse(posted)["log_id"]);
  EXPECT_EQ(log["timestamp"], "2026-11-21T11:30:05.250Z");
  EXPECT_EQ(log["level"], "ERROR");
  EXPECT_EQ(log["logger"], "app.main");
  EXPECT_EQ(log["operation"], "upload");
  EXPECT_EQ(log["data"]["size"], 12.5);
  EXPECT_EQ(log["schema_version"], "1.0");
  EXPECT_EQ(log["received_at"], "2026-11-21T12:00:00.000Z");
  EXPECT_EQ(log["hour"], 11);
  EXPECT_EQ(log["day_of_week"], "Saturday");
  EXPECT_EQ(log["date"], "2026-11-21");
  EXPECT_EQ(log["is_weekend"], true);
  EXPECT_EQ(log["message_length"], 13);
  EXPECT_EQ(log["has_error_keywords"], true);
  EXPECT_EQ(log["has_warning_keywords"], false);
  EXPECT_EQ(log["data_field_count"], 3);
  EXPECT_EQ(log["numeric_metrics"]["n"], 3);
  EXPECT_FALSE(log["numeric_metrics"].contains("name"));
  EXPECT_EQ(log["service_category"], "storage");
  EXPECT_EQ(json["query"]["service"], "file-service");
}

TEST_F(OpsBuddyTest, TakesListsAndFormsAndCountsWhatIsValid) {
  const net::Response posted = Ask("POST", "/logs",
                                   "[" + Log("INFO", "ui", "2026-11-21T11:00:00Z") + "," +
                                       Log("LOUD", "ui", "2026-11-21T11:00:00Z") + ",7]");
  ASSERT_EQ(posted.status, 200) << posted.body;
  EXPECT_EQ(Parse(posted)["logs_processed"], 1);
  EXPECT_EQ(Parse(posted)["logs_received"], 3);
  EXPECT_EQ(Parse(posted)["first_error"],
            "log 1: level is none of DEBUG, INFO, WARNING, ERROR, CRITICAL");
  EXPECT_EQ(Ask("POST", "/logs", "[7]").status, 400);
  EXPECT_EQ(Ask("POST", "/logs", "[]").status, 400);
  EXPECT_EQ(Ask("POST", "/logs", "{}").status, 422);
  EXPECT_EQ(Ask("POST", "/logs", "{").status, 422);
  const net::Response form =
      Ask("POST", "/logs/single",
          "timestamp=2026-11-21T10:00:00Z&level=WARNING&logger=l&message=m&service=gateway&"
          "data=%7B%22a%22%3A1%7D",
          "application/x-www-form-urlencoded");
  EXPECT_EQ(form.status, 200) << form.body;
}

TEST_F(OpsBuddyTest, NamesTheFieldThatIsWrong) {
  const auto field = [&](const std::string& body) {
    const net::Response response = Ask("POST", "/logs/single", body);
    EXPECT_EQ(response.status, 422) << response.body;
    return Parse(response)["field"].get<std::string>();
  };
  EXPECT_EQ(field("{}"), "timestamp");
  EXPECT_EQ(field(Log("INFO", "x", "yesterday")), "timestamp");
  EXPECT_EQ(field(Log("LOUD", "x", "2026-11-21T10:00:00Z")), "level");
  EXPECT_EQ(field(Log("INFO", std::string(51, 's'), "2026-11-21T10:00:00Z")), "service");
  EXPECT_EQ(field(Log("INFO", "x", "2026-11-21T10:00:00Z", R"(,"data":[])")), "data");
  const net::Response limit = Ask("POST", "/logs/query", R"({"limit":10001})");
  EXPECT_EQ(limit.status, 422);
  EXPECT_EQ(Parse(limit)["field"], "limit");
}

TEST_F(OpsBuddyTest, CountsTheLastDayByService) {
  const std::string list =
      "[" + Log("ERROR", "a", "2026-11-21T11:00:00Z", R"(,"data":{"x":1,"y":2})") + "," +
      Log("CRITICAL", "a", "2026-11-21T10:00:00Z") + "," +
      Log("INFO", "a", "2026-11-21T09:00:00Z") + "," + Log("WARNING", "b", "2026-11-21T09:00:00Z") +
      "," + Log("ERROR", "b", "2026-11-19T09:00:00Z") + "]";
  ASSERT_EQ(Ask("POST", "/logs", list).status, 200);
  const base::Json metrics = Parse(Ask("GET", "/metrics"))["metrics"];
  EXPECT_EQ(metrics["a"]["total_logs"], 3);  // once each, however many fields
  EXPECT_EQ(metrics["a"]["error_count"], 2);
  EXPECT_EQ(metrics["a"]["info_count"], 1);
  EXPECT_EQ(metrics["b"]["warning_count"], 1);
  const base::Json stats = Parse(Ask("GET", "/stats"));
  EXPECT_EQ(stats["total_logs_24h"], 4);
  EXPECT_EQ(stats["error_count_24h"], 2);
  EXPECT_EQ(stats["error_rate_24h"], 50);
}

TEST_F(OpsBuddyTest, AggregatesNumbersOfLogsByMinuteAndGroup) {
  const std::string list =
      "[" + Log("INFO", "a", "2026-11-21T11:30:01Z", R"(,"host":"h","data":{"ms":10})") + "," +
      Log("INFO", "a", "2026-11-21T11:30:59Z", R"(,"host":"h","data":{"ms":30})") + "," +
      Log("INFO", "a", "2026-11-21T11:31:00Z", R"(,"host":"i","data":{"ms":5})") + "," +
      Log("INFO", "b", "2026-11-21T11:31:00Z", R"(,"data":{"ms":7})") + "]";
  ASSERT_EQ(Ask("POST", "/logs", list).status, 200);
  const base::Json mean =
      Parse(Ask("POST", "/analytics/query", R"({"metric":"ms","service":"a","group_by":"host"})"));
  ASSERT_EQ(mean["count"], 2) << mean;
  EXPECT_EQ(mean["results"][0]["time"], "2026-11-21T11:30:00.000Z");
  EXPECT_EQ(mean["results"][0]["value"], 20);
  EXPECT_EQ(mean["results"][0]["host"], "h");
  EXPECT_EQ(mean["results"][1]["value"], 5);
  const base::Json count =
      Parse(Ask("POST", "/query", R"({"metric":"log_count","aggregation":"count"})"));
  EXPECT_EQ(count["results"][1]["value"], 2);
  EXPECT_EQ(Ask("POST", "/query", R"({"metric":"ms","aggregation":"median"})").status, 422);
  EXPECT_EQ(Ask("POST", "/query", "{}").status, 422);
  EXPECT_EQ(Ask("POST", "/query", R"({"metric":"ms","group_by":["pod"]})").status, 422);
}

TEST_F(OpsBuddyTest, AggregatesSeriesOfTheMetricsStoreToo) {
  const int64_t at = base::ToMillis(kNow) - 600'000;
  const model::Labels one({{"__name__", "cpu"}, {"service", "a"}, {"host", "h"}});
  const model::Labels two({{"__name__", "cpu"}, {"service", "a"}, {"host", "i"}});
  metrics_.Add("shop", one, at + 1000, 10);
  metrics_.Add("shop", one, at + 31'000, 20);
  metrics_.Add("shop", two, at + 1000, 1);
  const base::Json json =
      Parse(Ask("POST", "/analytics/query",
                R"({"metric":"cpu","service":"a","aggregation":"max","group_by":["host"]})"));
  ASSERT_EQ(json["count"], 2) << json;
  EXPECT_EQ(json["results"][0]["time"], "2026-11-21T11:50:00.000Z");
  EXPECT_EQ(json["results"][0]["value"], 20);
  EXPECT_EQ(json["results"][1]["host"], "i");
}

TEST_F(OpsBuddyTest, IsHealthyAndSaysWhatItIs) {
  const base::Json health = Parse(Ask("GET", "/health"));
  EXPECT_EQ(health["status"], "healthy");
  EXPECT_EQ(health["service"]["name"], "analytics");
  EXPECT_EQ(Parse(Ask("GET", "/collector/status"))["status"], "running");
  EXPECT_EQ(Parse(Ask("GET", "/info"))["version"], "1.0");
}

TEST(LogEntry, KnowsTheCategoriesOfServices) {
  EXPECT_EQ(CategoryOf("api-gateway"), "infrastructure");
  EXPECT_EQ(CategoryOf("utility-service"), "operations");
  EXPECT_EQ(CategoryOf("ui-service"), "frontend");
  EXPECT_EQ(CategoryOf("timeseries-service"), "database");
  EXPECT_EQ(CategoryOf("builder"), "other");
}

}  // namespace
}  // namespace vedette::api::compat::opsbuddy
