#include "app/comparisons.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "base/testing/fake_clock.h"
#include "detect/anomaly_store.h"

namespace vedette::app {
namespace {

using release::compare::Comparison;
using release::compare::Finding;
using release::compare::Report;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const base::TimePoint kNow = base::FromMillis(1'760'000'040'000);

Finding Found(std::string group, std::string row, std::string text) {
  return {.group = std::move(group),
          .row = std::move(row),
          .what = "5xx",
          .kind = "unseen",
          .text = std::move(text),
          .then = {},
          .query = "requests",
          .evidence_id = "ev_1"};
}

TEST(ComparisonAlerts, AreOneForEachRowWithTheLabelsOfTheConfiguration) {
  Comparison comparison{.name = "nightly", .requests = {}, .levels = {}, .members = {}};
  comparison.requests = {{.name = "mesh",
                          .selector = "requests",
                          .key = {"destination_service_name"},
                          .code = "code",
                          .limits = {},
                          .in_a_row = {},
                          .skip = {}}};
  const ComparisonAlert alert{.severity = model::Severity::kCritical,
                              .labels = model::Labels({{"team", std::string("shop")}}),
                              .lasts = minutes(30)};
  Report report;
  report.findings = {Found("mesh", "pay", "pay: 60 5xx answers"),
                     Found("mesh", "pay", "pay: 20 0DC answers"),
                     Found("RDS CPU", "db-1", "db-1: RDS CPU 80 %")};

  const std::vector<model::Alert> alerts = AlertsOf(comparison, alert, report, kNow);

  ASSERT_THAT(alerts, SizeIs(2));
  EXPECT_EQ(alerts[0].labels, model::Labels({{"alertname", "nightly"},
                                             {"group", "RDS CPU"},
                                             {"row", "db-1"},
                                             {"severity", "critical"},
                                             {"team", "shop"}}));
  EXPECT_EQ(alerts[1].labels, model::Labels({{"alertname", "nightly"},
                                             {"group", "mesh"},
                                             {"row", "pay"},
                                             {"service", "pay"},
                                             {"severity", "critical"},
                                             {"team", "shop"}}));
  EXPECT_EQ(alerts[1].annotations.Get("summary"), "pay: 60 5xx answers");
  EXPECT_EQ(alerts[1].annotations.Get("description"), "pay: 60 5xx answers\npay: 20 0DC answers");
  EXPECT_EQ(alerts[1].ends_at - alerts[1].starts_at, minutes(30));
}

// A level far above its limit, compared every half hour.
class DueComparisons : public testing::Test {
 protected:
  DueComparisons() {
    ComparisonConfig config;
    config.comparison.name = "often";
    config.comparison.levels = {{.name = "load",
                                 .query = "load",
                                 .key = {"node"},
                                 .unit = "%",
                                 .rise = {},
                                 .limit = 10,
                                 .points = 1,
                                 .skip = {}}};
    config.schedule.every = minutes(30);
    config.alert = ComparisonAlert{};
    configs_ = {config};
    ask_.range = [](const query::RangeQuery& query) -> base::Result<query::QueryResult> {
      const auto points = static_cast<size_t>((query.end - query.start) / query.step) + 1;
      query::QueryResult result;
      query::MatrixSeries& series = result.matrix.emplace_back();
      series.labels = model::Labels({{"node", std::string("n-1")}});
      series.samples.values.assign(points, 99.0);
      return result;
    };
  }

  // Where evidence is kept.
  void SetUp() override { ASSERT_TRUE(detect::AnomalyStore::Open(*database_).ok()); }

  std::unique_ptr<Comparisons> Open() {
    return *Comparisons::Open({.state = *database_,
                               .ask = ask_,
                               .tell = [this](std::vector<model::Alert> alerts) -> base::Result<> {
                                 told_.push_back(std::move(alerts));
                                 return {};
                               },
                               .clock = clock_},
                              configs_);
  }

  base::FakeClock clock_{kNow};
  std::unique_ptr<sql::Database> database_ = *sql::Database::Open({.path = ":memory:"});
  release::Ask ask_;
  std::vector<ComparisonConfig> configs_;
  std::vector<std::vector<model::Alert>> told_;
};

TEST_F(DueComparisons, TellWhatTheyFind) {
  const auto comparisons = Open();
  ASSERT_TRUE(comparisons->Tend().ok());
  EXPECT_THAT(told_, IsEmpty()) << "not due yet";
  clock_.Advance(minutes(30));
  const base::Result<> tended = comparisons->Tend();
  ASSERT_TRUE(tended.ok()) << tended.error().message;

  ASSERT_THAT(told_, SizeIs(1));
  ASSERT_THAT(told_[0], SizeIs(1));
  EXPECT_EQ(told_[0][0].labels.Get("row"), "n-1");
  EXPECT_EQ(told_[0][0].labels.Get("severity"), "warning");
}

TEST_F(DueComparisons, EveryTenantHasTheOneThatNobodyConfigured) {
  configs_ = DefaultComparisons();
  std::set<std::string> tenants;
  ask_.range = [&](const query::RangeQuery& query) -> base::Result<query::QueryResult> {
    tenants.insert(query.tenant);
    return query::QueryResult();
  };
  ask_.instant = [&](const query::InstantQuery& query) -> base::Result<query::QueryResult> {
    tenants.insert(query.tenant);
    return query::QueryResult();
  };
  const auto comparisons = Open();
  const std::vector<api::Route> routes = comparisons->Routes();
  const auto ask = [&](const std::string& pattern, const std::string& name) {
    const net::Request request;
    const auto route =
        std::ranges::find(routes, "/api/v1/comparisons" + pattern, &api::Route::pattern);
    return route->handler({.request = request,
                           .caller = {"key", "shop"},
                           .path_values = {{"name", name}},
                           .now = kNow});
  };
  EXPECT_EQ(ask("/{name}/run", "weekly").status, 200);
  EXPECT_THAT(tenants, ElementsAre("shop"));
  EXPECT_THAT(ask("", "").body, HasSubstr("weekly"));
  EXPECT_EQ(ask("/{name}", "weekly").status, 200);
  EXPECT_EQ(ask("/{name}/run", "daily").status, 404);
}

TEST_F(DueComparisons, TellNobodyUnlessTheConfigurationSaysSo) {
  configs_[0].alert.reset();
  const auto comparisons = Open();
  clock_.Advance(minutes(30));
  ASSERT_TRUE(comparisons->Tend().ok());
  EXPECT_THAT(told_, IsEmpty());
}

}  // namespace
}  // namespace vedette::app
