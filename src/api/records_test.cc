#include "api/records.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/log_tail.h"
#include "api/logs.h"
#include "api/testing/recording_responder.h"
#include "api/traces.h"
#include "base/json.h"
#include "base/testing/fake_clock.h"
#include "records/embedded_store.h"

namespace vedette::api {
namespace {

// The routes of logs, events, changes and traces over a store in memory.
class RecordRoutesTest : public testing::Test {
 protected:
  RecordRoutesTest() {
    kv::DbOptions options;
    options.path = "/db";
    options.families = records::Families();
    options.in_memory = true;
    db_ = *kv::Db::Open(std::move(options));
    store_ = *records::EmbeddedStore::Create(*db_);
    store_->SetTap([this](const auto& batch) { tail_.OnBatch(*batch); });
    for (auto routes : {RecordRoutes(*store_), LogRoutes(*store_, clock_), LogTailRoutes(tail_),
                        TraceRoutes(*store_)}) {
      for (Route& route : routes) routes_.push_back(std::move(route));
    }
  }

  Call Make(const net::Request& request, std::string trace_id = "") {
    Call call{.request = request,
              .caller = {.name = "test", .tenant = "t"},
              .path_values = {},
              .now = clock_.Now()};
    if (!trace_id.empty()) call.path_values.emplace_back("trace_id", std::move(trace_id));
    return call;
  }
  const Route& Find(std::string_view pattern) {
    for (const Route& route : routes_) {
      if (route.pattern == pattern) return route;
    }
    ADD_FAILURE() << pattern;
    return routes_[0];
  }
  base::Json Get(std::string_view pattern, net::Parameters query = {}, std::string trace_id = "") {
    net::Request request;
    request.query = std::move(query);
    const net::Response response = Find(pattern).handler(Make(request, std::move(trace_id)));
    status_ = response.status;
    return *base::ParseJson(response.body);
  }
  void Log(int64_t second, std::string message, model::LogSeverity level = {}) {
    model::LogRecord log;
    log.id = std::to_string(second);
    log.time = base::FromMillis(second * 1000);
    log.level = level;
    log.service = "shop";
    log.message = std::move(message);
    ASSERT_TRUE(store_->AppendLogs("t", {log}).ok());
  }

  base::FakeClock clock_;
  base::MetricsRegistry metrics_;
  LogTail tail_{{.lines_per_second = 2}, clock_, metrics_};
  std::unique_ptr<kv::Db> db_;
  std::unique_ptr<records::EmbeddedStore> store_;
  std::vector<Route> routes_;
  int status_ = 0;
};

TEST_F(RecordRoutesTest, LogsAreFoundByParametersAndByTheLanguage) {
  Log(1, "took 5 ms", model::LogSeverity::kInfo);
  Log(2, "connection refused", model::LogSeverity::kError);

  EXPECT_EQ(Get("/api/v1/logs/query")["logs"].size(), 2u);
  EXPECT_EQ(Get("/api/v1/logs/query", {{"text", "FUSED"}})["logs"][0]["id"], "2");
  EXPECT_EQ(Get("/api/v1/logs/query", {{"query", "level>=warn"}})["logs"][0]["id"], "2");
  EXPECT_EQ(Get("/api/v1/logs/query", {{"query", "took"}, {"level", "error"}})["logs"].size(), 0u);
  const base::Json first = Get("/api/v1/logs/query", {{"limit", "1"}});
  EXPECT_EQ(first["logs"][0]["id"], "2");
  const std::string cursor = first["next_cursor"];
  EXPECT_EQ(Get("/api/v1/logs/query", {{"limit", "1"}, {"cursor", cursor}})["logs"][0]["id"], "1");
  const base::Json wrong = Get("/api/v1/logs/query", {{"query", "level>"}});
  EXPECT_EQ(status_, 400);
  EXPECT_EQ(wrong["error"]["field"], "query");
}

TEST_F(RecordRoutesTest, CountedLogsComeAsStatsAndPatternsWithTheirText) {
  Log(1, "took 5 ms");
  Log(61, "took 6 ms");
  Log(62, "connection refused");

  const base::Json stats =
      Get("/api/v1/logs/query", {{"query", "* | count by (service) [1m]"}})["stats"];
  EXPECT_EQ(stats["step"], "1m");
  EXPECT_EQ(stats["series"][0]["labels"]["service"], "shop");
  EXPECT_EQ(stats["series"][0]["values"], base::Json::array({1, 2}));
  EXPECT_EQ(stats["complete"], true);
  EXPECT_EQ(Get("/api/v1/logs/query", {{"query", "took | pattern"}})["stats"]["series"][0]["text"],
            "took <*> ms");

  const base::Json patterns = Get("/api/v1/logs/patterns")["patterns"];
  ASSERT_EQ(patterns.size(), 2u);
  EXPECT_EQ(patterns[0]["pattern"], "took <*> ms");
  EXPECT_EQ(patterns[0]["example"], "took 5 ms");
  EXPECT_EQ(patterns[0]["count"], 2);
  EXPECT_EQ(patterns[0]["first_seen"], "1970-01-01T00:00:01.000Z");
  EXPECT_EQ(Get("/api/v1/logs/patterns", {{"sort", "first_seen"}})["patterns"][0]["pattern"],
            "connection refused");
}

TEST_F(RecordRoutesTest, ATailGetsWhatFitsAndIsToldWhatItMissed) {
  Recorded recorded;
  net::Request request;
  request.query = {{"query", "level>=warn"}};
  Find("/api/v1/logs/tail").stream(Make(request), std::make_unique<RecordingResponder>(recorded));
  ASSERT_NE(recorded.stream, nullptr);
  auto& stream = dynamic_cast<RecordingStream&>(*recorded.stream);
  stream.Take();

  Log(1, "fine");
  EXPECT_EQ(stream.Take(), "");
  Log(2, "bad", model::LogSeverity::kError);
  const std::string event = stream.Take();
  EXPECT_NE(event.find("event: log"), std::string::npos) << event;
  EXPECT_NE(event.find("\"message\":\"bad\""), std::string::npos) << event;
  for (int i = 3; i < 8; ++i) Log(i, "bad", model::LogSeverity::kError);
  stream.Take();
  tail_.Heartbeat();
  EXPECT_NE(stream.Take().find("event: dropped\ndata: {\"lines\":4}"), std::string::npos);

  Recorded refused;
  request.query = {{"query", "* | count"}};
  Find("/api/v1/logs/tail").stream(Make(request), std::make_unique<RecordingResponder>(refused));
  EXPECT_EQ(refused.response->status, 400);
}

TEST_F(RecordRoutesTest, TracesAreListedByTheirSpansAndShownWhole) {
  model::Span root;
  root.trace_id = std::string(32, 'a');
  root.span_id = std::string(16, '1');
  root.service = "shop";
  root.name = "GET /";
  root.kind = model::SpanKind::kServer;
  root.start_ns = 1'000'000'000;
  root.end_ns = 1'300'000'000;
  model::Span child = root;
  child.span_id = std::string(16, '2');
  child.parent_span_id = root.span_id;
  child.service = "cart";
  child.start_ns += 10'000'000;
  child.end_ns = child.start_ns + 20'000'000;
  child.status = model::SpanStatus::kError;
  ASSERT_TRUE(store_->AppendSpans("t", {child, root}).ok());

  const base::Json traces =
      Get("/api/v1/traces", {{"service", "cart"}, {"error", "true"}})["traces"];
  ASSERT_EQ(traces.size(), 1u);
  EXPECT_EQ(traces[0]["service"], "shop");
  EXPECT_EQ(traces[0]["duration_ms"], 300);
  EXPECT_EQ(traces[0]["span_count"], 2);
  EXPECT_EQ(Get("/api/v1/traces", {{"min_duration", "400ms"}})["traces"].size(), 0u);
  Get("/api/v1/traces", {{"min_duration", "soon"}});
  EXPECT_EQ(status_, 400);

  const base::Json trace = Get("/api/v1/traces/{trace_id}", {}, std::string(32, 'A'));
  EXPECT_EQ(trace["spans"][1]["parent_span_id"], root.span_id);
  EXPECT_EQ(trace["spans"][0]["kind"], "server");
  EXPECT_EQ(trace["edges"][0]["caller"], "shop");
  EXPECT_EQ(trace["edges"][0]["errors"], 1);
  Get("/api/v1/traces/{trace_id}", {}, "b");
  EXPECT_EQ(status_, 404);
  Get("/api/v1/traces/{trace_id}", {}, "xyz");
  EXPECT_EQ(status_, 400);
  EXPECT_EQ(Get("/api/v1/traces/services")["services"][0]["operations"][0], "GET /");
}

TEST_F(RecordRoutesTest, ChangesAreListed) {
  model::Change change;
  change.id = "c1";
  change.time = base::FromMillis(1000);
  change.service = "shop";
  change.kind = "deployment";
  change.title = "shop 2.0";
  ASSERT_TRUE(store_->AppendChanges("t", {change}).ok());
  EXPECT_EQ(Get("/api/v1/changes", {{"kind", "deployment"}})["changes"][0]["title"], "shop 2.0");
  EXPECT_EQ(Get("/api/v1/changes", {{"kind", "config"}})["changes"].size(), 0u);
}

}  // namespace
}  // namespace vedette::api
