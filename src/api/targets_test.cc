#include "api/targets.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "base/metrics.h"
#include "base/testing/fake_clock.h"
#include "net/testing/fake_client.h"

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
  net::Response Ask(net::Parameters query) {
    net::Request request;
    request.query = std::move(query);
    return TargetRoutes(scraper_)[0].handler(Call{.request = request,
                                                  .caller = {"loopback", "default"},
                                                  .path_values = {},
                                                  .now = clock_.Now()});
  }

  base::FakeClock clock_;
  base::MetricsRegistry registry_;
  sources::scrape::Scraper scraper_{
      {.threads = 0},
      [](const model::TenantName&, const model::WriteBatch&) { return base::Result<>(); },
      [](const std::string&) -> base::Result<std::unique_ptr<net::HttpClient>> {
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
  const std::string tail = R"("scrapeInterval":"1m","scrapeTimeout":"10s"}],"droppedTargets":[]}})";
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
            R"({"status":"success","data":{"activeTargets":[],"droppedTargets":[]}})");
  EXPECT_EQ(Ask({{"state", "gone"}}).status, 400);
}

}  // namespace
}  // namespace vedette::api
