#include "api/intake.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/logs.h"
#include "api/records.h"
#include "base/json.h"
#include "base/testing/fake_clock.h"
#include "ingest/testing/fake_stores.h"

namespace vedette::api {
namespace {

// The handlers over an ingester with stores in memory.
class IntakeTest : public testing::Test {
 protected:
  net::Response Ask(std::string method, std::string path, std::string body,
                    std::vector<net::Header> headers = {}) {
    net::Request request;
    request.method = std::move(method);
    const size_t question = path.find('?');
    request.path = path.substr(0, question);
    if (question != std::string::npos) {
      request.query = *net::ParseParameters(path.substr(question + 1));
    }
    for (net::Header& header : headers) {
      request.headers.Add(std::move(header.name), std::move(header.value));
    }
    request.body = std::move(body);
    for (const Route& route : routes_) {
      Call call{.request = request,
                .caller = {"loopback", "shop", any_tenant_},
                .path_values = {},
                .now = clock_.Now()};
      const size_t variable = route.pattern.find("{name}");
      if (variable != std::string::npos &&
          request.path.starts_with(route.pattern.substr(0, variable))) {
        const size_t end = request.path.find('/', variable);
        call.path_values.emplace_back("name", request.path.substr(variable, end - variable));
      } else if (route.pattern != request.path) {
        continue;
      }
      if (route.method == request.method) return route.handler(call);
    }
    return net::Response{.status = 404, .headers = {}, .body = {}};
  }
  static base::Json Parse(const net::Response& response) {
    auto json = base::ParseJson(response.body);
    EXPECT_TRUE(json.ok()) << response.body;
    return json.ok() ? *json : base::Json();
  }

  bool any_tenant_ = true;  // of the caller
  base::FakeClock clock_;
  base::MetricsRegistry registry_;
  ingest::FakeSeriesStore series_;
  ingest::FakeRecordStore records_;
  ingest::Ingester ingester_{series_, records_, clock_, registry_,
                             std::make_shared<const ingest::Limits>()};
  std::vector<std::string> families_;
  std::vector<Route> routes_ = MakeRoutes();

 private:
  std::vector<Route> MakeRoutes() {
    IntakeOptions options;
    options.on_metadata = [this](const model::TenantName& tenant, const FamilyMetadata& m) {
      families_.push_back(tenant + " " + std::string(m.family) + " " + std::string(m.type));
    };
    std::vector<Route> routes = IntakeRoutes(ingester_, std::move(options));
    for (auto more : {RecordRoutes(records_), LogRoutes(records_, clock_)}) {
      for (Route& route : more) routes.push_back(std::move(route));
    }
    return routes;
  }
};

TEST_F(IntakeTest, ImportsTextExposition) {
  EXPECT_EQ(
      Ask("POST", "/api/v1/import/prometheus", "# TYPE a counter\na{b=\"c\"} 7 1000\nd 8\n").status,
      204);
  EXPECT_EQ(series_.Dump("shop"), "a{b=\"c\"} 1000 7\nd 1700000000000 8\n");
  EXPECT_EQ(families_, std::vector<std::string>{"shop a counter"});

  const net::Response broken = Ask("POST", "/api/v1/import/prometheus", "a 1\nb\n");
  EXPECT_EQ(broken.status, 400);
  EXPECT_EQ(broken.body,
            R"({"error":{"code":"invalid_argument","message":"line 2: the value is missing"}})");
  EXPECT_EQ(
      Ask("POST", "/api/v1/import/prometheus", "a 1\n",
          {{"Content-Type", "application/openmetrics-text; version=1.0.0"}})
          .body,
      R"({"error":{"code":"invalid_argument","message":"line 2: the text ends without \"# EOF\""}})");
}

TEST_F(IntakeTest, PostsLogsAndAnswersWithTheirIds) {
  const net::Response response =
      Ask("POST", "/api/v1/logs",
          R"([{"service":"api","message":"a"},{"service":"api","message":"b","level":"error"}])");

  EXPECT_EQ(response.status, 200) << response.body;
  const base::Json json = Parse(response);
  EXPECT_EQ(json["accepted"], 2);
  const auto logs = records_.logs("shop");
  ASSERT_EQ(logs.size(), 2u);
  EXPECT_EQ(json["ids"][1], logs[1].id);
  EXPECT_EQ(logs[1].level, model::LogSeverity::kError);
  EXPECT_EQ(logs[0].time, clock_.Now());
}

TEST_F(IntakeTest, AnswersPerItemWhenSomeFail) {
  const net::Response response =
      Ask("POST", "/api/v1/logs",
          R"({"logs":[{"service":"api","message":"a"},{"service":"a\u0000","message":"b"},)"
          R"({"message":"c"},{"service":"api","message":"d"}]})");

  EXPECT_EQ(response.status, 207);
  const base::Json json = Parse(response);
  EXPECT_EQ(json["accepted"], 2);
  EXPECT_EQ(json["rejected"].dump(),
            R"([{"index":1,"field":"service","message":"service holds a control character"},)"
            R"({"index":2,"field":"service","message":"service is required"}])");
  EXPECT_EQ(records_.logs("shop").size(), 2u);
}

TEST_F(IntakeTest, Answers400WhenNoItemIsValidAndWhenTheBodyIsBroken) {
  const base::Json none = Parse(Ask("POST", "/api/v1/events", R"({"service":"a"})"));
  EXPECT_EQ(none["error"]["message"], "item 0: type is required");
  EXPECT_EQ(none["error"]["field"], "type");
  EXPECT_EQ(none["accepted"], 0);
  EXPECT_EQ(Ask("POST", "/api/v1/events", R"({"service":"a"})").status, 400);
  EXPECT_EQ(Ask("POST", "/api/v1/logs", "{").status, 400);
  EXPECT_EQ(Ask("POST", "/api/v1/logs", "").status, 400);
  EXPECT_EQ(
      Ask("POST", "/api/v1/logs", "a=b", {{"Content-Type", "application/x-www-form-urlencoded"}})
          .status,
      415);
  EXPECT_EQ(Ask("POST", "/api/v1/logs", "[]").body, R"({"accepted":0,"ids":[]})");
}

TEST_F(IntakeTest, AStoreErrorReachesTheSender) {
  records_.FailNext(base::Unavailable("the disk is full"));
  const net::Response response = Ask("POST", "/api/v1/events", R"({"service":"a","type":"t"})");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.Get("Retry-After"), "1");
}

TEST_F(IntakeTest, EventsSentTwiceAreStoredOnce) {
  const std::string event = R"({"id":"deploy-7","service":"api","type":"deployment"})";
  EXPECT_EQ(Ask("POST", "/api/v1/events", event).body, R"({"accepted":1,"ids":["deploy-7"]})");
  EXPECT_EQ(Ask("POST", "/api/v1/events", event).status, 200);
  EXPECT_EQ(records_.events("shop").size(), 1u);
}

TEST_F(IntakeTest, QueriesLogsPageByPage) {
  Ask("POST", "/api/v1/logs",
      R"([{"service":"api","message":"a","time":1700000001,"trace_id":"t","user":"u\n"},)"
      R"({"service":"api","message":"b","time":1700000002}])");

  const base::Json first = Parse(Ask("GET", "/api/v1/logs/query?limit=1&service=api", ""));
  EXPECT_EQ(first["logs"].size(), 1u);
  EXPECT_EQ(first["logs"][0]["message"], "b");
  const std::string cursor = first["next_cursor"];
  const base::Json second =
      Parse(Ask("GET", "/api/v1/logs/query?limit=1&service=api&cursor=" + cursor, ""));
  base::Json log = second["logs"][0];
  EXPECT_EQ(log["id"].get<std::string>().size(), 26u);
  log.erase("id");
  EXPECT_EQ(log.dump(),
            R"({"time":"2023-11-14T22:13:21.000Z","level":"info","service":"api","message":"a",)"
            R"("trace_id":"t","fields":{"user":"u\n"}})");
  EXPECT_TRUE(second["next_cursor"].is_null());
}

TEST_F(IntakeTest, PassesTheParametersOfALogQueryOn) {
  Ask("GET",
      "/api/v1/logs/query?from=1700000000&to=2023-11-15T00:00:00Z&level=WARN&text=Boom&service=api",
      "");

  const records::LogQuery query = records_.last_log_query();
  EXPECT_EQ(query.tenant, "shop");
  EXPECT_EQ(base::ToMillis(query.from), 1'700'000'000'000);
  EXPECT_EQ(base::ToMillis(query.to), 1'700'006'400'000);
  EXPECT_NE(query.condition, nullptr);  // level and text: records_test.cc
  EXPECT_EQ(query.limit, 100u);
}

TEST_F(IntakeTest, QueriesEventsWithTheirData) {
  Ask("POST", "/api/v1/events",
      R"({"id":"e1","service":"api","type":"deployment","severity":"warning","time":1700000001,)"
      R"("message":"m","data":{"v":[1]},"labels":{"env":"prod"}})");

  const net::Response response =
      Ask("GET", "/api/v1/events/query?type=deployment&severity=info", "");

  EXPECT_EQ(response.body,
            R"({"events":[{"id":"e1","time":"2023-11-14T22:13:21.000Z","service":"api",)"
            R"("type":"deployment","severity":"warning","message":"m","data":{"v":[1]},)"
            R"("labels":{"env":"prod"}}],"next_cursor":null})");
  EXPECT_EQ(records_.last_event_query().min_severity, model::Severity::kInfo);
}

TEST_F(IntakeTest, NamesTheBadParameterOfAQuery) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"limit=0", "limit: must be a number from 1 to 1000"},
      {"limit=1001", "limit: must be a number from 1 to 1000"},
      {"limit=x", "limit: must be a number from 1 to 1000"},
      {"limit=-1", "limit: must be a number from 1 to 1000"},
      {"level=loud", "level: must be one of trace, debug, info, warning, error, fatal"},
      {"from=2&to=1", "from: is after to"},
      {"text=" + std::string(1001, 'x'), "text: has 1001 bytes; the limit is 1000"},
  };
  for (const auto& [parameters, want] : cases) {
    const net::Response response = Ask("GET", "/api/v1/logs/query?" + parameters, "");
    EXPECT_EQ(response.status, 400) << parameters;
    EXPECT_EQ(Parse(response)["error"]["message"], want);
  }
  EXPECT_EQ(Parse(Ask("GET", "/api/v1/logs/query?from=yesterday", ""))["error"]["field"], "from");
  EXPECT_EQ(Parse(Ask("GET", "/api/v1/events/query?severity=x", ""))["error"]["message"],
            "severity: must be one of info, warning, critical");
}

TEST_F(IntakeTest, AKeyDeletesOnlyItsOwnTenant) {
  any_tenant_ = false;

  EXPECT_EQ(Ask("DELETE", "/api/v1/admin/tenants/other/data", "").status, 403);
  EXPECT_EQ(Ask("DELETE", "/api/v1/admin/tenants/shop/data", "").status, 204);
}

TEST_F(IntakeTest, DeletesATenant) {
  Ask("POST", "/api/v1/import/prometheus", "up 1 1\n");

  EXPECT_EQ(Ask("DELETE", "/api/v1/admin/tenants/shop/data", "").status, 204);

  EXPECT_EQ(series_.Dump("shop"), "");
  EXPECT_EQ(Ask("DELETE", "/api/v1/admin/tenants/../data", "").status, 400);
  series_.FailNext(base::Unavailable("busy"));
  EXPECT_EQ(Ask("DELETE", "/api/v1/admin/tenants/shop/data", "").status, 503);
}

}  // namespace
}  // namespace vedette::api
