// The intakes that speak the languages of other systems: InfluxDB, Loki, Alertmanager, CloudWatch,
// and changes.

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/alert_intake.h"
#include "api/influx.h"
#include "api/loki.h"
#include "api/testing/ask_routes.h"
#include "base/json.h"
#include "base/testing/fake_clock.h"
#include "ingest/testing/fake_stores.h"

namespace vedette::api {
namespace {

class PushIntakeTest : public testing::Test {
 protected:
  net::Response Post(const std::string& target, std::string body,
                     const std::string& type = "application/json") {
    return AskRoutes(routes_, "POST", target, std::move(body), type, clock_.Now());
  }
  static base::Json Parse(const net::Response& response) {
    auto json = base::ParseJson(response.body);
    EXPECT_TRUE(json.ok()) << response.body;
    return json.ok() ? *json : base::Json();
  }
  // How many samples were stored.
  int64_t Samples() { return std::ranges::count(series_.Dump("shop"), '\n'); }
  std::vector<model::LogRecord> Logs() {
    records::LogQuery query;
    query.tenant = "shop";
    return records_.QueryLogs(query).value().records;
  }
  std::vector<model::Event> Events() {
    records::EventQuery query;
    query.tenant = "shop";
    return records_.QueryEvents(query).value().records;
  }
  std::vector<model::Change> Changes() {
    records::ChangeQuery query;
    query.tenant = "shop";
    return records_.QueryChanges(query).value().records;
  }

  base::FakeClock clock_;
  base::MetricsRegistry registry_;
  ingest::FakeSeriesStore series_;
  ingest::FakeRecordStore records_;
  ingest::Ingester ingester_{series_, records_, clock_, registry_,
                             std::make_shared<const ingest::Limits>()};
  std::vector<Route> routes_ = MakeRoutes();

 private:
  std::vector<Route> MakeRoutes() {
    std::vector<Route> routes = InfluxRoutes(ingester_);
    for (Route& route : LokiRoutes(ingester_)) routes.push_back(std::move(route));
    for (Route& route : AlertIntakeRoutes(ingester_)) routes.push_back(std::move(route));
    return routes;
  }
};

TEST_F(PushIntakeTest, InfluxLinesAreStored) {
  for (const char* path : {"/write?db=telegraf&precision=s", "/api/v2/write?bucket=b&precision=s",
                           "/api/v1/import/influx?precision=s"}) {
    const net::Response response = Post(path, "cpu,host=a usage=1.5\n", "text/plain");
    EXPECT_EQ(response.status, 204) << response.body;
    EXPECT_TRUE(response.headers.Get("X-Influxdb-Version").starts_with("1.8"));
  }
  EXPECT_EQ(Samples(), 3);  // of series told apart by their label db
}

TEST_F(PushIntakeTest, InfluxNamesTheLinesWhoseSamplesTheStoreRefused) {
  const std::string late = std::to_string(base::ToMillis(clock_.Now()) / 1000 + 7'200);
  const net::Response response =
      Post("/write?precision=s", "# ahead\nm v=1,w=2 " + late + "\nn v=1\n", "text/plain");
  EXPECT_EQ(response.status, 400);
  const std::string error = Parse(response)["error"];
  EXPECT_TRUE(error.starts_with("partial write: 2 of 3 samples were refused (line 2); the others"))
      << error;
  EXPECT_EQ(Samples(), 1);
}

TEST_F(PushIntakeTest, InfluxSaysWhichLinesItRefused) {
  const net::Response v1 = Post("/write", "good v=1\nbad\n", "text/plain");
  EXPECT_EQ(v1.status, 400);
  EXPECT_EQ(Parse(v1)["error"],
            "partial write: 1 of 2 lines were refused; the others are stored; line 2: expected a "
            "space and fields after the tags");
  const net::Response v2 = Post("/api/v2/write", "good v=1\nbad\n", "text/plain");
  EXPECT_EQ(v2.status, 400);
  EXPECT_EQ(Parse(v2)["code"], "invalid");
  EXPECT_EQ(Samples(), 1);
  EXPECT_EQ(Post("/write?precision=d", "good v=1", "text/plain").status, 400);
}

TEST_F(PushIntakeTest, InfluxClientsFindWhatTheyAskFirst) {
  EXPECT_EQ(AskRoutes(routes_, "GET", "/ping", "", "", clock_.Now()).status, 204);
  EXPECT_EQ(Post("/query?q=CREATE+DATABASE+%22telegraf%22", "", "").status, 200);
  EXPECT_EQ(Post("/query", "q=create%20database%20x", "application/x-www-form-urlencoded").status,
            200);
  EXPECT_EQ(Post("/query?q=SELECT+1", "", "").status, 400);
}

TEST_F(PushIntakeTest, LokiLinesAreStored) {
  const std::string body = R"({"streams":[{"stream":{"app":"shop"},"values":[["1","x"]]}]})";
  EXPECT_EQ(Post("/loki/api/v1/push", body).status, 204);
  EXPECT_EQ(Logs().size(), 1U);
  EXPECT_EQ(Post("/loki/api/v1/push", body, "text/plain").status, 415);
  EXPECT_EQ(Post("/loki/api/v1/push", "{").status, 400);
  EXPECT_EQ(Post("/loki/api/v1/push", "x", "application/x-protobuf").status, 400);
  const net::Response partly =
      Post("/loki/api/v1/push", R"({"streams":[{"stream":{},"values":[["1","x"],["y","z"]]}]})");
  EXPECT_EQ(partly.status, 400);
  EXPECT_EQ(partly.body,
            "1 of 2 lines were refused, the others are stored; the first: stream 1, line 2: the "
            "timestamp is no number of nanoseconds since 1970\n");
  EXPECT_EQ(Logs().size(), 2U);
}

TEST_F(PushIntakeTest, TelemetryMayBeLarge) {
  for (const Route& route : routes_) {
    const bool telemetry = route.method == "POST" && route.pattern != "/query";
    EXPECT_EQ(route.body_bytes_max == kLargeBody, telemetry) << route.pattern;
  }
}

TEST_F(PushIntakeTest, LokiBlocksAreHeldToTheLimitOfBodies) {
  const std::string block = "\x80\x01" + std::string(100, 'x');  // of 128 bytes
  const auto push = [&](size_t body_bytes_max) {
    return AskRoutes(routes_, "POST", "/loki/api/v1/push", block, "application/x-protobuf",
                     clock_.Now(), body_bytes_max);
  };

  EXPECT_EQ(push(127).body, "the body claims 128 bytes when decompressed; the limit is 127\n");
  EXPECT_EQ(push(128).body, "the body is a damaged snappy block\n");
}

TEST_F(PushIntakeTest, AlertsBecomeEvents) {
  const std::string alert =
      R"({"labels":{"alertname":"Down","service":"db"},"startsAt":"1970-01-01T00:00:01Z"})";
  const std::string path = "/api/v1/events/alertmanager";
  const net::Response response = Post(path, R"({"version":"4","alerts":[)" + alert + "]}");
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(Parse(response)["accepted"], 1);
  const auto events = Events();
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events[0].service, "db");
  EXPECT_EQ(Post(path, "[" + alert + ",{}]").status, 207);
  EXPECT_EQ(Post(path, "[{}]").status, 400);
}

TEST_F(PushIntakeTest, CloudWatchAlarmsBecomeEventsAndSubscriptionsAreRefused) {
  EXPECT_EQ(Post("/api/v1/events/cloudwatch", R"({"AlarmName":"a","NewStateValue":"ALARM"})",
                 "text/plain; charset=UTF-8")
                .status,
            200);
  EXPECT_EQ(Post("/api/v1/events/cloudwatch",
                 R"({"Type":"SubscriptionConfirmation","SubscribeURL":"http://x"})", "text/plain")
                .status,
            403);
}

TEST_F(PushIntakeTest, ChangesAreStored) {
  const net::Response response =
      Post("/api/v1/changes", R"([{"service":"shop","version":"v2"},{"kind":"config"}])");
  EXPECT_EQ(response.status, 207);
  EXPECT_EQ(Parse(response)["accepted"], 1);
  EXPECT_EQ(Parse(response)["rejected"][0]["field"], "service");
  EXPECT_EQ(Changes().size(), 1U);
}

}  // namespace
}  // namespace vedette::api
