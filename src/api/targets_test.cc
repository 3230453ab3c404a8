#include "api/targets.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "base/metrics.h"
#include "base/testing/fake_clock.h"
#include "net/testing/fake_client.h"
#include "query/testing/memory_store.h"
#include "sql/database.h"

namespace vedette::api {
namespace {

class TargetsTest : public testing::Test {
 protected:
  TargetsTest() {
    sources::scrape::JobConfig job;
    job.job_name = "node";
    job.static_configs = {{.targets = {"a:1"}, .labels = {{"env", "prod"}}}};
    sources::scrape::JobConfig foreign = job;
    foreign.job_name = "other";
    foreign.tenant = "other";
    scraper_.ApplyConfig({job, foreign});
  }
  net::Response Ask(net::Parameters query, std::string_view path = "/api/v1/targets") {
    net::Request request;
    request.query = std::move(query);
    for (const Route& route : TargetRoutes(scraper_, store_, *book_)) {
      if (route.pattern != path) continue;
      return route.handler(Call{.request = request,
                                .caller = {"loopback", "default"},
                                .path_values = {},
                                .now = clock_.Now()});
    }
    return net::TextResponse(404, "no route");
  }

  std::unique_ptr<sql::Database> database_ = *sql::Database::Open({.path = ":memory:"});
  std::unique_ptr<MetadataBook> book_ = *MetadataBook::Open(*database_);
  query::testing::MemoryStore store_;
  base::FakeClock clock_;
  base::MetricsRegistry registry_;
  sources::scrape::Scraper scraper_{
      {.threads = 0},
      [](const model::TenantName&, const model::WriteBatch&) { return base::Result<>(); },
      [](const sources::scrape::TlsConfig&) -> base::Result<std::unique_ptr<net::HttpClient>> {
        auto client = std::make_unique<net::FakeClient>();
        client->SetHandler(
            [](const net::ClientRequest&) { return base::Unavailable("connection refused"); });
        return client;
      },
      {},
      clock_,
      registry_};
};

TEST_F(TargetsTest, ListsTheTargetsOfTheTenantInPrometheusForm) {
  const std::string head =
      R"({"status":"success","data":{"activeTargets":[{"discoveredLabels":{"__address__":"a:1",)"
      R"("__metrics_path__":"/metrics","__scheme__":"http","__scrape_interval__":"1m",)"
      R"("__scrape_timeout__":"10s","env":"prod","job":"node"},)"
      R"("labels":{"env":"prod","instance":"a:1","job":"node"},"scrapePool":"node",)"
      R"("scrapeUrl":"http://a:1/metrics","globalUrl":"http://a:1/metrics",)";
  const std::string tail = R"("scrapeInterval":"1m","scrapeTimeout":"10s"}],"droppedTargets":[],)"
                           R"("droppedTargetCounts":{"node":0}}})";
  EXPECT_EQ(Ask({}).body, head +
                              R"("lastError":"","lastScrape":"0001-01-01T00:00:00Z",)"
                              R"("lastScrapeDuration":0,"health":"unknown",)" +
                              tail);

  const base::TimePoint due = scraper_.Poll(clock_.Now());
  for (base::TimePoint next = due;
       scraper_.Targets()[0].health == sources::scrape::Health::kUnknown;
       next = scraper_.Poll(clock_.Now())) {
    clock_.Advance(next - clock_.Now());
  }

  const std::string body = Ask({{"state", "active"}}).body;
  EXPECT_NE(body.find(R"("lastError":"connection refused","lastScrape":"2023-11-14T22:1)"),
            std::string::npos)
      << body;
  EXPECT_NE(body.find(R"("health":"down")"), std::string::npos);
}

TEST_F(TargetsTest, FiltersByState) {
  EXPECT_EQ(Ask({{"state", "dropped"}}).body,
            R"({"status":"success","data":{"activeTargets":[],"droppedTargets":[],)"
            R"("droppedTargetCounts":{"node":0}}})");
  EXPECT_EQ(Ask({{"state", "gone"}}).status, 400);
}

TEST_F(TargetsTest, ListsPoolsAndTheTargetsOfOne) {
  EXPECT_EQ(Ask({}, "/api/v1/scrape_pools").body,
            R"({"status":"success","data":{"scrapePools":["node"]}})");
  EXPECT_NE(Ask({{"scrapePool", "node"}}).body.find("a:1"), std::string::npos);
  EXPECT_EQ(Ask({{"scrapePool", "other"}}).body.find("a:1"), std::string::npos);
}

TEST_F(TargetsTest, ListsMetadataOfFamiliesAndOfTargets) {
  book_->Note("default", {"http_requests", "counter", "Requests", ""});
  book_->Note("default", {"latency", "histogram", "Latency", "seconds"});
  book_->Note("other", {"secret", "gauge", "", ""});
  EXPECT_EQ(Ask({}, "/api/v1/metadata").body,
            R"({"status":"success","data":{"http_requests":[{"type":"counter","help":"Requests",)"
            R"("unit":""}],"latency":[{"type":"histogram","help":"Latency","unit":"seconds"}]}})");
  EXPECT_EQ(Ask({{"metric", "latency"}}, "/api/v1/metadata").body,
            R"({"status":"success","data":{"latency":[{"type":"histogram","help":"Latency",)"
            R"("unit":"seconds"}]}})");
  EXPECT_EQ(Ask({{"limit", "1"}}, "/api/v1/metadata").body.find("latency"), std::string::npos);
  for (const char* path : {"/api/v1/metadata", "/api/v1/targets/metadata"}) {
    EXPECT_EQ(Ask({{"limit", "x"}}, path).body,
              R"({"status":"error","errorType":"bad_data","error":"limit must be a number"})");
  }
  // As Prometheus does here: 0 is none, and less than 0 no limit.
  EXPECT_EQ(Ask({{"limit", "0"}}, "/api/v1/metadata").body, R"({"status":"success","data":{}})");
  EXPECT_EQ(Ask({{"limit", "-1"}, {"limit_per_metric", "-1"}}, "/api/v1/metadata").body,
            Ask({}, "/api/v1/metadata").body);

  store_.Add("default",
             model::Labels({{"__name__", "latency_bucket"}, {"job", "node"}, {"instance", "a:1"}}),
             0, 1);
  EXPECT_EQ(Ask({{"match_target", "{job=\"node\"}"}}, "/api/v1/targets/metadata").body,
            R"({"status":"success","data":[{"target":{"env":"prod","instance":"a:1","job":"node"},)"
            R"("metric":"latency","type":"histogram","help":"Latency","unit":"seconds"}]})");
  EXPECT_EQ(Ask({{"match_target", "{job=\"x\"}"}}, "/api/v1/targets/metadata").status, 404);
  EXPECT_EQ(Ask({{"limit", "-1"}}, "/api/v1/targets/metadata").status, 200);
  EXPECT_EQ(Ask({{"limit", "0"}}, "/api/v1/targets/metadata").status, 404);
}

}  // namespace
}  // namespace vedette::api
