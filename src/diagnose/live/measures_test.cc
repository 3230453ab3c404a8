#include "diagnose/live/measures.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace vedette::diagnose::live {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

model::Labels Series(std::string metric, Pairs labels) {
  labels.emplace_back("__name__", std::move(metric));
  return model::Labels(std::move(labels));
}

std::vector<std::string> Queries(const std::vector<model::Labels>& series, size_t most = 100) {
  std::vector<std::string> queries;
  for (const Measure& measure : PlanMeasures(series, {}, most).measures) {
    queries.push_back(QueryOf(measure, {}));
  }
  return queries;
}

TEST(Measures, AverageGaugesOverPodsAndTheStep) {
  EXPECT_THAT(
      Queries({Series("process_cpu_usage", {{"service", "pay"}, {"instance", "a"}}),
               Series("process_cpu_usage", {{"service", "pay"}, {"instance", "b"}})}),
      ElementsAre("avg by (service) (avg_over_time(process_cpu_usage{service!=\"\"}[15s]))"));
}

TEST(Measures, AskForTheShareOfFailedRequestsAndForAll) {
  EXPECT_THAT(
      Queries({Series("http_requests_total", {{"service", "pay"}, {"code", "200"}}),
               Series("http_requests_total", {{"service", "pay"}, {"code", "500"}})}),
      ElementsAre("sum by (service) (rate(http_requests_total{service!=\"\"}[1m]))",
                  "(sum by (service) (rate(http_requests_total{service!=\"\",code=~\"5..\"}[1m])) "
                  "or sum by (service) (rate(http_requests_total{service!=\"\"}[1m])) * 0) / "
                  "sum by (service) (rate(http_requests_total{service!=\"\"}[1m]))"));
}

TEST(Measures, KnowFailuresByWordsToo) {
  const Plan plan = PlanMeasures({Series("jobs_total", {{"service", "a"}, {"result", "ok"}}),
                                  Series("jobs_total", {{"service", "a"}, {"result", "Error"}})},
                                 {}, 10);
  const auto share = std::find_if(plan.measures.begin(), plan.measures.end(),
                                  [](const auto& one) { return one.form == Form::kErrorShare; });
  ASSERT_NE(share, plan.measures.end());
  EXPECT_EQ(share->failed, "result=~\"Error\"");
  EXPECT_EQ(share->Name(), "jobs_total failed share");
}

TEST(Measures, DivideTheSumOfAHistogramByItsCount) {
  const std::vector<std::string> queries =
      Queries({Series("wait_seconds_sum", {{"service", "a"}}),
               Series("wait_seconds_count", {{"service", "a"}}),
               Series("wait_seconds_bucket", {{"service", "a"}, {"le", "1"}})});
  EXPECT_EQ(std::count(queries.begin(), queries.end(),
                       "sum by (service) (rate(wait_seconds_sum{service!=\"\"}[1m])) / "
                       "sum by (service) (rate(wait_seconds_count{service!=\"\"}[1m]))"),
            1);
  for (const std::string& query : queries) EXPECT_EQ(query.find("_bucket"), std::string::npos);
}

TEST(Measures, NameOneEntityByItsLabelsWhateverItIsCalled) {
  const Plan plan = PlanMeasures(
      {Series("memory_usage", {{"namespace", "shop"}, {"deployment", "pay"}})}, {}, 10);
  ASSERT_EQ(plan.measures.size(), 1U);
  EXPECT_EQ(QueryOf(plan.measures[0], {}, {"shop", "p\"a\\y"}),
            "avg by (namespace, deployment) (avg_over_time(memory_usage{namespace=\"shop\","
            "deployment=\"p\\\"a\\\\y\"}[15s]))");
}

TEST(Measures, KeepSeriesOfStrongerNamesOut) {
  const std::vector<std::string> queries =
      Queries({Series("memory_usage", {{"service", "pay"}, {"job", "shop"}}),
               Series("memory_usage", {{"job", "node"}})});
  EXPECT_EQ(std::count(queries.begin(), queries.end(),
                       "avg by (job) (avg_over_time(memory_usage{service=\"\",job!=\"\"}[15s]))"),
            1);
}

TEST(Measures, StopAtTheLimitWithWhatIsWantedFirst) {
  std::vector<model::Labels> series;
  for (const char* metric : {"aaa", "bbb_latency", "ccc", "zzz"}) {
    series.push_back(Series(metric, {{"service", "a"}}));
  }
  const Plan plan = PlanMeasures(series, {"zzz"}, 2);
  ASSERT_EQ(plan.measures.size(), 2U);
  EXPECT_EQ(plan.measures[0].metric, "zzz");
  EXPECT_EQ(plan.measures[1].metric, "bbb_latency");
  EXPECT_EQ(plan.left_out, 2U);
}

TEST(Measures, LeaveOutWhatBelongsToNobodyAndTheExportersOwn) {
  EXPECT_THAT(Queries({Series("loose", {}), Series("go_goroutines", {{"service", "a"}}),
                       Series("build_info", {{"service", "a"}})}),
              IsEmpty());
}

TEST(Measures, SplitWhatCameByALabel) {
  const Plan plan = PlanMeasures(
      {Series("http_requests_total", {{"service", "a"}, {"code", "500"}, {"region", "eu"}})}, {},
      9);
  ASSERT_EQ(plan.measures.size(), 2U);
  const Measure& share = plan.measures[1];
  ASSERT_EQ(share.form, Form::kErrorShare);
  EXPECT_TRUE(share.dimensions.contains("region"));
  EXPECT_EQ(IncreaseOf(share, Form::kFailedRate, {"a"}, "region", std::chrono::minutes(5)),
            "sum by (region) (increase(http_requests_total{service=\"a\",code=~\"5..\"}[5m]))");
  EXPECT_EQ(IncreaseOf(share, Form::kRate, {"a"}, "region", std::chrono::minutes(5)),
            "sum by (region) (increase(http_requests_total{service=\"a\"}[5m]))");
}

}  // namespace
}  // namespace vedette::diagnose::live
