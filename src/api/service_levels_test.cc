#include "api/service_levels.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "base/testing/fake_clock.h"
#include "query/testing/memory_store.h"

namespace vedette::api {
namespace {

constexpr base::TimePoint kNow = base::FromMillis(1'700'000'000'000);
const model::TenantName kTenant("shop");

class ServiceLevelsTest : public ::testing::Test {
 protected:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  // Ten minutes that end now; `rate` per second, or a level.
  void Counter(const std::string& metric, const Pairs& labels, double rate) {
    for (int i = 0; i <= 40; ++i) Add(metric, labels, i, rate * 15 * i);
  }
  void Level(const std::string& metric, const Pairs& labels, double value) {
    for (int i = 0; i <= 40; ++i) Add(metric, labels, i, value);
  }
  void Add(const std::string& metric, Pairs labels, int row, double value) {
    labels.emplace_back("__name__", metric);
    const base::TimePoint time = kNow - (40 - row) * std::chrono::seconds(15);
    store_.Add(kTenant, model::Labels(std::move(labels)), base::ToMillis(time), value);
  }
  ServiceLevels Ask() { return AskServiceLevels(queries_, kTenant, kNow); }

  base::FakeClock clock_{kNow};
  query::testing::MemoryStore store_;
  query::Engine queries_{{}, store_, clock_};
};

TEST_F(ServiceLevelsTest, AreThoseOfTheServicesOwnMetrics) {
  for (const std::string pod : {"web-1", "web-2"}) {
    const Pairs of = {{"service", "web"}, {"instance", pod}};
    Counter("http_requests_total", {{"service", "web"}, {"instance", pod}, {"code", "200"}}, 8);
    Counter("http_requests_total", {{"service", "web"}, {"instance", pod}, {"code", "503"}}, 2);
    Counter("http_request_duration_seconds_sum", of, 12);
    Counter("http_request_duration_seconds_count", of, 10);
    Level("process_cpu_usage", of, 0.5);
    Level("up", of, 1);
  }
  Level("up", {{"service", "web"}, {"instance", "web-3"}}, 0);

  const ServiceLevels levels = Ask();

  ASSERT_TRUE(levels.contains("web"));
  const ServiceLevel& web = levels.find("web")->second;
  EXPECT_NEAR(web.calls_per_second.value_or(0), 20, 1e-6);
  EXPECT_NEAR(web.error_ratio.value_or(0), 0.2, 1e-6);
  EXPECT_NEAR(web.latency_ms.value_or(0), 1200, 1e-6);
  EXPECT_NEAR(web.cpu_ratio.value_or(0), 0.5, 1e-6);
  EXPECT_FALSE(web.memory_ratio.has_value());
  EXPECT_EQ(web.pods, 2) << "the third does not answer";
}

TEST_F(ServiceLevelsTest, OneOfTheMetricsThatCountTheSameIsTaken) {
  Counter("http_requests_total", {{"service", "web"}, {"code", "200"}}, 10);
  Counter("http_request_duration_seconds_count", {{"service", "web"}}, 10);
  Counter("grpc_server_handled_total", {{"job", "billing"}, {"grpc_code", "OK"}}, 4);
  Counter("grpc_server_handled_total", {{"job", "billing"}, {"grpc_code", "Internal"}}, 1);

  const ServiceLevels levels = Ask();

  EXPECT_NEAR(levels.find("web")->second.calls_per_second.value_or(0), 10, 1e-6);
  ASSERT_TRUE(levels.contains("billing"));
  EXPECT_NEAR(levels.find("billing")->second.error_ratio.value_or(0), 0.2, 1e-6);
}

TEST_F(ServiceLevelsTest, WhatCannotBeAskedIsNotKnown) {
  Counter("http_requests_total", {{"service", "web"}, {"code", "200"}}, 10);
  store_.FailNext(base::Unavailable("the disk is gone"));

  const ServiceLevels levels = Ask();

  EXPECT_TRUE(levels.empty());
}

}  // namespace
}  // namespace vedette::api
