#include "ingest/ingester.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/testing/fake_clock.h"
#include "ingest/testing/fake_stores.h"

namespace vedette::ingest {
namespace {

class IngesterTest : public testing::Test {
 protected:
  static model::WriteBatch Batch(const std::vector<std::pair<std::string, int64_t>>& samples) {
    model::WriteBatch batch;
    for (const auto& [name, t_ms] : samples) {
      const model::Labels labels({{name == "unnamed" ? "a" : "__name__", name}});
      batch.BeginSeries(labels);
      batch.Add(t_ms, 1);
    }
    return batch;
  }
  static model::LogRecord Log(std::string message) {
    model::LogRecord record;
    record.time = base::FromMillis(1'700'000'000'000);
    record.service = "api";
    record.message = std::move(message);
    return record;
  }
  static model::Event Event(std::string id) {
    model::Event event;
    event.id = std::move(id);
    event.time = base::FromMillis(1'700'000'000'000);
    event.service = "api";
    event.type = "deployment";
    return event;
  }
  void Use(TenantLimits limits) {
    auto all = std::make_shared<Limits>();
    all->standard = limits;
    ingester_.SetLimits(std::move(all));
  }

  base::FakeClock clock_;
  base::MetricsRegistry registry_;
  FakeSeriesStore series_;
  FakeRecordStore records_;
  Ingester ingester_{series_, records_, clock_, registry_, std::make_shared<const Limits>()};
};

TEST_F(IngesterTest, StoresValidSamplesUnderTheirTenant) {
  const auto report = ingester_.Write("shop", Batch({{"up", 1000}, {"rss", 2000}}));

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->stored.accepted, 2u);
  EXPECT_EQ(report->refused(), 0u);
  EXPECT_EQ(series_.Dump("shop"), "rss 2000 1\nup 1000 1\n");
  EXPECT_EQ(series_.Dump("default"), "");
}

TEST_F(IngesterTest, TakesNothingWhileItMayNotStore) {
  base::MetricsRegistry registry;
  bool may = false;
  Ingester ingester(series_, records_, clock_, registry, std::make_shared<const Limits>(),
                    [&]() -> base::Result<> {
                      if (may) return {};
                      return base::Unavailable("the disk is full");
                    });
  const auto refused = ingester.Write("shop", Batch({{"up", 1000}}));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kUnavailable);
  EXPECT_FALSE(ingester.WriteLogs("shop", {Log("hello")}).ok());
  EXPECT_FALSE(ingester.WriteEvents("shop", {Event("e1")}).ok());
  EXPECT_EQ(series_.Dump("shop"), "");

  may = true;
  EXPECT_TRUE(ingester.Write("shop", Batch({{"up", 1000}})).ok());
}

TEST_F(IngesterTest, RefusesOnlyTheSeriesWithoutAName) {
  const auto report = ingester_.Write("shop", Batch({{"unnamed", 1}, {"up", 2}, {"unnamed", 3}}));

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->refused(), 2u);
  EXPECT_EQ(report->invalid_series, 2u);
  EXPECT_EQ(report->first_refusal, "series {a=\"unnamed\"}: it has no metric name");
  EXPECT_EQ(report->refused_entries, (std::vector<uint32_t>{0, 2}));
  EXPECT_EQ(series_.Dump("shop"), "up 2 1\n");
}

TEST_F(IngesterTest, StoresHistogramsAndExemplarsAndRefusesOnlyTheInvalidOnes) {
  model::Histogram good;
  good.count = 3;
  good.zero_count = 3;
  model::Histogram bad = good;
  bad.count = 2;
  bad.positive_runs = {{0, 1}};
  model::WriteBatch batch;
  for (const char* name : {"latency", ""}) {
    batch.BeginSeries(model::Labels({{"__name__", name}, {"a", "b"}}));
    batch.AddHistogram(1000, good);
    batch.AddHistogram(2000, bad);
    batch.AddExemplar(
        {.labels = model::Labels({std::pair("trace_id", "x")}), .t_ms = 1000, .value = 1});
    batch.AddExemplar(
        {.labels = model::Labels({{"trace_id", std::string(200, 'x')}}), .t_ms = 1001, .value = 1});
  }
  const auto report = ingester_.Write("shop", batch);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->stored.accepted, 1u);
  EXPECT_EQ(report->stored.exemplars, 1u);
  EXPECT_EQ(report->invalid_samples, 3u);
  EXPECT_EQ(report->refused_histograms(), 3u);
  EXPECT_EQ(report->refused_floats(), 0u);
  EXPECT_EQ(report->invalid_series, 1u);
  EXPECT_EQ(series_.Dump("shop"), "latency{a=\"b\"} 1000 histogram 3\n");
}

TEST_F(IngesterTest, CountsHistogramsInTheRateOfSamples) {
  Use({.samples_per_second = 1, .burst_seconds = 1});
  model::WriteBatch batch;
  batch.BeginSeries(model::Labels({std::pair("__name__", "latency")}));
  batch.AddHistogram(1000, {});
  EXPECT_TRUE(ingester_.Write("shop", batch).ok());
  EXPECT_FALSE(ingester_.Write("shop", batch).ok());
}

TEST_F(IngesterTest, PassesTheLimitsOfTheTenantToTheStore) {
  Use({.max_series = 7,
       .out_of_order_window = std::chrono::seconds(3),
       .unlimited_out_of_order = true,
       .max_future = std::chrono::seconds(5)});

  ASSERT_TRUE(ingester_.Write("shop", Batch({{"up", 1}})).ok());

  const series::AppendLimits limits = series_.last_limits();
  EXPECT_EQ(limits.max_series, 7u);
  EXPECT_EQ(limits.out_of_order_window, std::chrono::seconds(3));
  EXPECT_TRUE(limits.unlimited_out_of_order);
  EXPECT_EQ(limits.max_time_ms, base::ToMillis(clock_.Now()) + 5000);
}

TEST_F(IngesterTest, ReportsWhatTheStoreRefused) {
  const int64_t now = base::ToMillis(clock_.Now());

  const auto report = ingester_.Write("shop", Batch({{"up", now + 660'000}, {"up", now}}));

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->stored.too_new, 1u);
  EXPECT_EQ(report->stored.accepted, 1u);
  EXPECT_EQ(report->first_refusal, "series up at 1700000660000: too new");
  EXPECT_EQ(report->refused_entries, std::vector<uint32_t>{0});

  // Counted in the batch that was given, not in what is left of it.
  const auto fewer = ingester_.Write("shop", Batch({{"unnamed", 1}, {"up", now + 660'000}}));
  ASSERT_TRUE(fewer.ok());
  EXPECT_EQ(fewer->refused_entries, (std::vector<uint32_t>{0, 1}));
}

TEST_F(IngesterTest, RefusesBadTenantNamesEverywhere) {
  for (const std::string tenant : {"", "..", "a/b", "a b", "\n"}) {
    EXPECT_EQ(ingester_.Write(tenant, Batch({{"up", 1}})).error().code,
              base::ErrorCode::kInvalidArgument);
    EXPECT_EQ(ingester_.WriteLogs(tenant, {Log("x")}).error().field, "tenant");
    EXPECT_EQ(ingester_.WriteEvents(tenant, {Event("x")}).error().field, "tenant");
    EXPECT_EQ(ingester_.DeleteTenant(tenant).error().field, "tenant");
  }
  EXPECT_EQ(series_.appends(), 0u);
}

TEST_F(IngesterTest, LimitsTheSamplesPerSecondOfEachTenant) {
  Use({.samples_per_second = 2, .burst_seconds = 1});
  ASSERT_TRUE(ingester_.Write("shop", Batch({{"a", 1}, {"b", 1}})).ok());

  const auto refused = ingester_.Write("shop", Batch({{"c", 1}}));

  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kResourceExhausted);
  EXPECT_EQ(refused.error().field, "limits.samples_per_second");
  EXPECT_EQ(refused.error().message,
            "tenant shop sends more than 2 samples a second; try again later");
  EXPECT_TRUE(ingester_.Write("other", Batch({{"c", 1}})).ok());
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_TRUE(ingester_.Write("shop", Batch({{"c", 1}})).ok());
  EXPECT_NE(registry_.WriteText().find("vedette_ingest_throttled_total 1"), std::string::npos);
}

TEST_F(IngesterTest, LimitsRecordsPerSecondByTheirKind) {
  Use({.logs_per_second = 1,
       .events_per_second = 1,
       .changes_per_second = 1,
       .spans_per_second = 1,
       .burst_seconds = 1});

  EXPECT_TRUE(ingester_.WriteLogs("shop", {Log("a")}).ok());
  EXPECT_TRUE(ingester_.WriteEvents("shop", {Event("a")}).ok());
  EXPECT_TRUE(ingester_.WriteChanges("shop", {{}}).ok());
  EXPECT_TRUE(ingester_.WriteSpans("shop", {{}}).ok());

  EXPECT_EQ(ingester_.WriteLogs("shop", {Log("b")}).error().field, "limits.logs_per_second");
  EXPECT_EQ(ingester_.WriteEvents("shop", {Event("b")}).error().field, "limits.events_per_second");
  EXPECT_EQ(ingester_.WriteChanges("shop", {{}}).error().field, "limits.changes_per_second");
  EXPECT_EQ(ingester_.WriteSpans("shop", {{}}).error().field, "limits.spans_per_second");
}

TEST_F(IngesterTest, BoundsTheNumberOfTenants) {
  auto limits = std::make_shared<Limits>();
  limits->tenants_max = 2;
  ingester_.SetLimits(limits);
  ASSERT_TRUE(ingester_.Write("a", Batch({{"x", 1}})).ok());
  ASSERT_TRUE(ingester_.Write("b", Batch({{"x", 1}})).ok());

  const auto refused = ingester_.Write("c", Batch({{"x", 1}}));

  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().field, "limits.tenants_max");
  EXPECT_TRUE(ingester_.Write("a", Batch({{"x", 2}})).ok());
}

TEST_F(IngesterTest, UsesTheOwnLimitsOfATenant) {
  auto limits = std::make_shared<Limits>();
  limits->tenants["small"].labels_max = 1;
  ingester_.SetLimits(limits);
  model::WriteBatch batch;
  batch.BeginSeries(model::Labels({{"__name__", "up"}, {"job", "x"}}));
  batch.Add(1, 1);

  EXPECT_EQ(ingester_.Write("small", batch)->first_refusal,
            "series up{job=\"x\"}: 2 labels; the limit is 1");
  EXPECT_EQ(ingester_.Write("large", batch)->refused(), 0u);
}

TEST_F(IngesterTest, PassesStoreErrorsOnAndCountsNothingAsStored) {
  series_.FailNext(base::Unavailable("disk full"));

  const auto failed = ingester_.Write("shop", Batch({{"up", 1}}));

  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, base::ErrorCode::kUnavailable);
  EXPECT_NE(registry_.WriteText().find("vedette_ingest_samples_total 0"), std::string::npos);
  EXPECT_NE(registry_.WriteText().find("vedette_ingest_store_errors_total 1"), std::string::npos);
}

TEST_F(IngesterTest, GivesIdsToLogsAndNamesTheRejectedByIndex) {
  model::LogRecord bad = Log("no service");
  bad.service.clear();

  const auto report = ingester_.WriteLogs("shop", {Log("a"), bad, Log("c")});

  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->rejected.size(), 1u);
  EXPECT_EQ(report->rejected[0].index, 1u);
  EXPECT_EQ(report->rejected[0].field, "service");
  EXPECT_EQ(report->rejected[0].message, "is required");
  const auto stored = records_.logs("shop");
  ASSERT_EQ(stored.size(), 2u);
  EXPECT_EQ(stored[1].message, "c");
  EXPECT_EQ(report->ids, (std::vector<std::string>{stored[0].id, stored[1].id}));
  EXPECT_EQ(stored[0].id.size(), 26u);
  EXPECT_NE(stored[0].id, stored[1].id);
}

TEST_F(IngesterTest, KeepsTheIdsThatEventsBring) {
  const auto report = ingester_.WriteEvents("shop", {Event("deploy-1"), Event("")});

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->ids[0], "deploy-1");
  EXPECT_EQ(report->ids[1].size(), 26u);
  EXPECT_EQ(records_.events("shop")[0].id, "deploy-1");
}

TEST_F(IngesterTest, StoresChangesAndSpansAndNamesWhatIsWrongWithOthers) {
  model::Change change;
  change.time = base::FromMillis(1'700'000'000'000);
  change.service = "api";
  change.kind = "deployment";
  model::Change no_kind = change;
  no_kind.kind.clear();
  model::Span span;
  span.trace_id = std::string(31, '0') + "1";
  span.span_id = std::string(15, '0') + "1";
  span.service = "api";
  span.start_ns = 1'700'000'000'000'000'000;
  model::Span no_trace = span;
  no_trace.trace_id = std::string(32, '0');

  const auto changes = ingester_.WriteChanges("shop", {change, no_kind});
  const auto spans = ingester_.WriteSpans("shop", {span, no_trace});

  ASSERT_TRUE(changes.ok() && spans.ok());
  EXPECT_EQ(changes->ids.size(), 1u);
  EXPECT_EQ(changes->rejected.at(0).field, "kind");
  EXPECT_EQ(records_.changes("shop").at(0).id, changes->ids[0]);
  EXPECT_EQ(spans->rejected.at(0).field, "trace_id");
  EXPECT_EQ(records_.spans("shop").size(), 1u);
  EXPECT_NE(registry_.WriteText().find("vedette_ingest_records_total{kind=\"span\"} 1"),
            std::string::npos);
}

TEST_F(IngesterTest, DeletesATenantFromBothStores) {
  ASSERT_TRUE(ingester_.Write("shop", Batch({{"up", 1}})).ok());
  ASSERT_TRUE(ingester_.WriteLogs("shop", {Log("a")}).ok());
  ASSERT_TRUE(ingester_.WriteEvents("other", {Event("a")}).ok());

  ASSERT_TRUE(ingester_.DeleteTenant("shop").ok());

  EXPECT_EQ(series_.Dump("shop"), "");
  EXPECT_TRUE(records_.logs("shop").empty());
  EXPECT_EQ(records_.events("other").size(), 1u);
}

TEST(Limits, NameTheFieldThatMakesNoSense) {
  EXPECT_TRUE(Limits().Validate().ok());
  EXPECT_EQ(TenantLimits{.samples_per_second = -1}.Validate().error().field,
            "limits.samples_per_second");
  EXPECT_EQ(TenantLimits{.burst_seconds = 0}.Validate().error().field, "limits.burst_seconds");
  EXPECT_EQ(TenantLimits{.max_series = 0}.Validate().error().field, "limits.series_max");
  Limits limits;
  limits.tenants["a b"] = {};
  EXPECT_EQ(limits.Validate().error().message, "\"a b\" is no tenant name");
}

}  // namespace
}  // namespace vedette::ingest
