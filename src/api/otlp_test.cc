#include "api/otlp.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/testing/fake_clock.h"
#include "ingest/testing/fake_stores.h"
#include "sources/otlp/json.h"

namespace vedette::api {
namespace {

using sources::otlp::JsonToProtobuf;
using sources::otlp::Signal;

class OtlpTest : public testing::Test {
 protected:
  net::Response Post(const std::string& path, std::string body,
                     const std::string& type = "application/json") {
    net::Request request;
    request.method = "POST";
    request.path = path;
    request.headers.Add("Content-Type", type);
    for (const net::Header& header : more_headers_) request.headers.Add(header.name, header.value);
    request.body = std::move(body);
    for (const Route& route : routes_) {
      if (route.pattern != path) continue;
      return route.handler(Call{.request = request,
                                .caller = {"loopback", "shop", true},
                                .path_values = {},
                                .now = clock_.Now()});
    }
    return net::Response{.status = 404, .headers = {}, .body = {}};
  }
  static std::string Gauge(int64_t t_ms, const std::string& more = "") {
    return R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"up.time","gauge":{)"
           R"("dataPoints":[{"asDouble":1,"timeUnixNano":")" +
           std::to_string(t_ms) + "000000\"}]}}" + more + "]}]}]}";
  }
  static std::string Log(const std::string& body) {
    return R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":")" + body +
           R"("}}]}]}]})";
  }

  base::FakeClock clock_;
  base::MetricsRegistry registry_;
  ingest::FakeSeriesStore series_;
  ingest::FakeRecordStore records_;
  ingest::Ingester ingester_{series_, records_, clock_, registry_,
                             std::make_shared<const ingest::Limits>()};
  std::vector<net::Header> more_headers_;
  std::vector<std::string> families_;
  std::vector<Route> routes_ = OtlpRoutes(
      ingester_, {.metrics = {},
                  .records = {},
                  .on_metadata = [this](const model::TenantName& t, const FamilyMetadata& m) {
                    families_.push_back(t + " " + std::string(m.family));
                  }});
};

TEST_F(OtlpTest, TakesMetricsInBothFormsAtBothPaths) {
  const net::Response json = Post("/v1/metrics", Gauge(1000));
  EXPECT_EQ(json.status, 200) << json.body;
  EXPECT_EQ(json.body, "{}");
  EXPECT_EQ(json.headers.Get("Content-Type"), "application/json");
  const net::Response protobuf =
      Post("/api/v1/otlp/v1/metrics", *JsonToProtobuf(Signal::kMetrics, Gauge(2000)),
           "application/x-protobuf");
  EXPECT_EQ(protobuf.status, 200);
  EXPECT_EQ(protobuf.body, "");
  EXPECT_EQ(protobuf.headers.Get("Content-Type"), "application/x-protobuf");
  EXPECT_EQ(series_.Dump("shop"), "up_time 1000 1\nup_time 2000 1\n");
  EXPECT_EQ(families_, (std::vector<std::string>{"shop up_time", "shop up_time"}));
}

TEST_F(OtlpTest, SaysWhatItRefused) {
  const std::string delta =
      R"(,{"name":"d","exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[{}]}})";
  const net::Response response = Post("/v1/metrics", Gauge(1000, delta));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(
      response.body,
      R"({"partialSuccess":{"rejectedDataPoints":"1","errorMessage":"1 data points were )"
      R"(refused; the first: metric \"d\": its aggregation temporality is not cumulative: set )"
      R"(the exporter's temporality preference to cumulative"}})");
  const int64_t late = base::ToMillis(clock_.Now()) + 3'600'000;
  EXPECT_NE(Post("/v1/metrics", Gauge(late)).body.find("too new"), std::string::npos);
  EXPECT_EQ(series_.Dump("shop"), "up_time 1000 1\n");
}

TEST_F(OtlpTest, SumsDeltas) {
  const auto deltas = [](const std::string& t, const std::string& value) {
    return R"(,{"name":"hits","sum":{"aggregationTemporality":1,"isMonotonic":true,)"
           R"("dataPoints":[{"asInt":")" +
           value + R"(","timeUnixNano":")" + t +
           R"(000000000"}]}},{"name":"h","histogram":{"aggregationTemporality":1,"dataPoints":[)"
           R"({"count":"2","sum":3,"bucketCounts":["1","1"],"explicitBounds":[1],)"
           R"("timeUnixNano":")" +
           t + R"(000000000"}]}})";
  };
  EXPECT_EQ(Post("/v1/metrics", Gauge(1000, deltas("1", "5"))).body, "{}");
  EXPECT_EQ(Post("/v1/metrics", Gauge(2000, deltas("2", "3"))).body, "{}");
  EXPECT_EQ(Post("/v1/metrics", Gauge(2000, deltas("2", "3"))).body, "{}") << "sent again";
  EXPECT_EQ(series_.Dump("shop"),
            "h_bucket{le=\"+Inf\"} 1000 2\nh_bucket{le=\"+Inf\"} 2000 4\n"
            "h_bucket{le=\"1\"} 1000 1\nh_bucket{le=\"1\"} 2000 2\n"
            "h_count 1000 2\nh_count 2000 4\nh_sum 1000 3\nh_sum 2000 6\n"
            "hits_total 1000 5\nhits_total 2000 8\n"
            "up_time 1000 1\nup_time 2000 1\n");
  const net::Response old = Post("/v1/metrics", Gauge(3000, deltas("1", "3")));
  EXPECT_NE(old.body.find(R"("rejectedDataPoints":"2")"), std::string::npos) << old.body;
  EXPECT_NE(old.body.find("older than the last delta of its series"), std::string::npos);
}

// A point of a histogram with bounds is several floats, one of an exponential histogram is one
// sample: two points are refused here, not the three that the request has.
TEST_F(OtlpTest, CountsRefusedHistogramsByTheirPoints) {
  const std::string late = std::to_string(base::ToMillis(clock_.Now()) + 3'600'000) + "000000";
  const std::string points =
      R"(,{"name":"e","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[)"
      R"({"count":"0","scale":0,"timeUnixNano":"2000000000"},)"
      R"({"count":"0","scale":0,"timeUnixNano":")" +
      late + R"("},{"count":"0","scale":0,"timeUnixNano":")" + late + R"("}]}})";
  const net::Response response = Post("/v1/metrics", Gauge(1000, points));
  EXPECT_NE(response.body.find(R"("rejectedDataPoints":"2")"), std::string::npos) << response.body;
  const std::string bounds =
      R"(,{"name":"h","histogram":{"aggregationTemporality":2,"dataPoints":[)"
      R"({"count":"3","sum":3,"bucketCounts":["1","1","1"],"explicitBounds":[1,2],)"
      R"("timeUnixNano":")" +
      late + R"("}]}})" + points;
  const net::Response mixed = Post("/v1/metrics", Gauge(2000, bounds));
  // Of the histogram's one point the store refused five floats.
  EXPECT_NE(mixed.body.find(R"("rejectedDataPoints":"3")"), std::string::npos) << mixed.body;
}

TEST_F(OtlpTest, CountsALatePointOnceAndKeepsTargetInfoOfTheOthers) {
  const int64_t now = base::ToMillis(clock_.Now());
  const auto point = [](int64_t t_ms) {
    return R"({"asDouble":1,"timeUnixNano":")" + std::to_string(t_ms) + "000000\"}";
  };
  const net::Response response =
      Post("/v1/metrics",
           R"({"resourceMetrics":[{"resource":{"attributes":[)"
           R"({"key":"service.name","value":{"stringValue":"shop"}},)"
           R"({"key":"colour","value":{"stringValue":"red"}}]},"scopeMetrics":[{"metrics":[)"
           R"({"name":"g","gauge":{"dataPoints":[)" +
               point(now) + "," + point(now + 7'200'000) + "]}}]}]}]}");
  EXPECT_NE(response.body.find(R"("rejectedDataPoints":"1")"), std::string::npos) << response.body;
  const std::string stored = series_.Dump("shop");
  const std::string time = std::to_string(now);
  EXPECT_NE(stored.find("g{job=\"shop\""), std::string::npos) << stored;
  EXPECT_NE(stored.find("target_info{colour=\"red\",job=\"shop\"} " + time + " 1\n"),
            std::string::npos)
      << stored;
}

TEST_F(OtlpTest, TakesLogsAndTraces) {
  EXPECT_EQ(Post("/v1/logs", Log("hello")).body, "{}");
  ASSERT_EQ(records_.logs("shop").size(), 1u);
  EXPECT_EQ(records_.logs("shop")[0].message, "hello");
  EXPECT_EQ(records_.logs("shop")[0].service, "unknown_service");
  EXPECT_EQ(Post("/v1/traces", R"({"resourceSpans":[{"scopeSpans":[{"spans":[
        {"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","name":"a",
         "startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000000000005"},
        {"spanId":"0102030405060708","name":"b"}]}]}]})")
                .body,
            R"({"partialSuccess":{"rejectedSpans":"1","errorMessage":"1 spans were refused; )"
            R"(the first: span 1: trace_id is not 16 bytes, or zero"}})");
  ASSERT_EQ(records_.spans("shop").size(), 1u);
  EXPECT_EQ(records_.spans("shop")[0].name, "a");
}

TEST_F(OtlpTest, ErrorsAreAStatusInTheFormOfTheRequest) {
  EXPECT_EQ(Post("/v1/logs", "{").status, 400);
  const net::Response broken = Post("/v1/logs", "\x0A\x7F", "application/x-protobuf");
  EXPECT_EQ(broken.status, 400);
  EXPECT_EQ(broken.body.substr(0, 2), "\x08\x03");
  records_.FailNext(base::Unavailable("the disk is full"));
  const net::Response full = Post("/v1/logs", Log("x"));
  EXPECT_EQ(full.status, 503);
  EXPECT_EQ(full.body, R"({"code":14,"message":"the disk is full"})");
  EXPECT_EQ(full.headers.Get("Retry-After"), "1");
}

TEST_F(OtlpTest, WhatIsRefusedBeforeTheHandlerIsAStatusToo) {
  net::Request request;
  const auto refused = [&](const std::string& type) {
    request.headers.Set("Content-Type", type);
    return routes_[0].error_form(request, base::Unauthenticated("a key is needed"));
  };

  const net::Response json = refused("application/json");
  EXPECT_EQ(json.status, 401);
  EXPECT_EQ(json.headers.Get("Content-Type"), "application/json");
  EXPECT_EQ(json.headers.Get("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(json.body, R"({"code":16,"message":"a key is needed"})");
  const net::Response protobuf = refused("application/x-protobuf");
  EXPECT_EQ(protobuf.headers.Get("Content-Type"), "application/x-protobuf");
  EXPECT_EQ(protobuf.body,
            "\x08\x10\x12\x0F"
            "a key is needed");
}

TEST_F(OtlpTest, Answers415ForOtherFormsAndEncodings) {
  EXPECT_EQ(Post("/v1/logs", "{}", "text/plain").status, 415);
  EXPECT_EQ(Post("/v1/logs", "{}", "").status, 415);
  EXPECT_EQ(Post("/v1/logs", "{}", "application/json; charset=utf-8").status, 200);
  more_headers_ = {{"Content-Encoding", "br"}};
  EXPECT_EQ(Post("/v1/logs", "{}").status, 415);
}

}  // namespace
}  // namespace vedette::api
