#include "series/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <thread>

#include "model/sample.h"
#include "series/testing/engine_fixture.h"

namespace vedette::series {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kT = 1'700'000'000'000;

EngineOptions TwoShards() {
  EngineOptions options;
  options.shards = 2;
  return options;
}

TEST(Engine, GivesBackWhatWasAppendedAlsoAfterACrash) {
  EngineFixture store(TwoShards());
  const auto report = store.Append(1000, {{"__name__=up,job=a", 1}, {"__name__=up,job=b", 2}});
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->accepted, 2u);
  EXPECT_EQ(report->new_series, 2u);
  ASSERT_TRUE(store.Append(2000, {{"__name__=up,job=a", 3}}).ok());

  EXPECT_EQ(store.Read("__name__=up,job=a"), "1000:1 2000:3");
  store.Reopen();
  EXPECT_EQ(store.Read("__name__=up,job=a"), "1000:1 2000:3");
  EXPECT_EQ(store.Read("__name__=up,job=b"), "1000:2");
  EXPECT_EQ(store.Read("__name__=up,job=a", 1001, 2000), "2000:3");
}

TEST(Engine, CountsASampleOnceAndKeepsTheFirstOfTwoValues) {
  EngineFixture store(TwoShards());
  ASSERT_TRUE(store.AppendTo("a=1", {{1000, 1}, {2000, 2}}).ok());

  const auto again = store.AppendTo("a=1", {{1000, 1}, {2000, 2}, {2000, 5}, {1000, 7}});

  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->accepted, 2u);
  EXPECT_EQ(again->duplicates, 2u);
  EXPECT_EQ(again->conflicting, 2u);
  EXPECT_THAT(again->first_refusal, HasSubstr("{a=\"1\"} at 1970-01-01T00:00:02.000Z"));
  EXPECT_THAT(again->first_refusal, HasSubstr("another value"));
  EXPECT_EQ(store.Read("a=1"), "1000:1 2000:2");
}

TEST(Engine, TakesOlderSamplesOnlyWithinTheWindow) {
  EngineFixture store(TwoShards());
  AppendLimits limits;
  limits.out_of_order_window = base::Duration(1000);
  ASSERT_TRUE(store.AppendTo("a=1", {{5000, 5}}, limits).ok());

  const auto report = store.AppendTo("a=1", {{4000, 4}, {3999, 3}, {4500, 4.5}}, limits);

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->accepted, 2u);
  EXPECT_EQ(report->out_of_order, 1u);
  EXPECT_THAT(report->first_refusal, HasSubstr("ingest.out_of_order_window (1s)"));
  EXPECT_EQ(store.Read("a=1"), "4000:4 4500:4.5 5000:5");
  limits.unlimited_out_of_order = true;
  ASSERT_TRUE(store.AppendTo("a=1", {{-7, 1}}, limits).ok());
  store.Reopen();
  EXPECT_EQ(store.Read("a=1"), "-7:1 4000:4 4500:4.5 5000:5");
}

TEST(Engine, ASampleFromAheadOfTheClockRefusesNothingThatComesOnTime) {
  constexpr int64_t kMinute = 60'000;
  EngineFixture store(TwoShards());
  AppendLimits limits;
  limits.now_ms = 100 * kMinute;
  ASSERT_TRUE(store.AppendTo("a=1", {{110 * kMinute, 110}}, limits).ok());

  const auto on_time = store.AppendTo("a=1", {{99 * kMinute, 99}, {98 * kMinute, 98}}, limits);
  EXPECT_EQ(on_time->accepted, 1u);
  EXPECT_EQ(on_time->out_of_order, 1u) << "more than a minute ago";
  limits.out_of_order_window = base::Duration(5 * kMinute);
  EXPECT_EQ(store.AppendTo("a=1", {{95 * kMinute, 95}}, limits)->accepted, 1u);
  limits.now_ms = 115 * kMinute;  // now it is what it says
  EXPECT_EQ(store.AppendTo("a=1", {{104 * kMinute, 104}}, limits)->out_of_order, 1u);
  EXPECT_EQ(store.Read("a=1"), "5700000:95 5940000:99 6600000:110");
}

TEST(Engine, RefusesSamplesFromTheFutureAndOutsideTheCalendar) {
  EngineFixture store(TwoShards());
  AppendLimits limits;
  limits.max_time_ms = 5000;

  const auto report = store.AppendTo("a=1", {{5000, 1}, {5001, 2}}, limits);
  const auto never = store.AppendTo("b=1", {{INT64_MAX, 1}, {INT64_MIN, 1}});

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->accepted, 1u);
  EXPECT_EQ(report->too_new, 1u);
  EXPECT_THAT(report->first_refusal, HasSubstr("newer than 1970-01-01T00:00:05.000Z"));
  ASSERT_TRUE(never.ok());
  EXPECT_EQ(never->refused(), 2u);
  EXPECT_THAT(never->first_refusal, HasSubstr("9223372036854775807 ms: newer"));
  EXPECT_THAT(store.AppendTo("b=1", {{INT64_MIN, 1}})->first_refusal,
              HasSubstr("-9223372036854775808 ms: older"));
  EXPECT_EQ(store.CountSeries(), 1u);
}

TEST(Engine, HoldsEachTenantToItsOwnSeriesLimit) {
  EngineFixture store(TwoShards());
  AppendLimits limits;
  limits.max_series = 2;
  ASSERT_TRUE(store.Append(1, {{"a=1", 1}, {"a=2", 1}}, limits).ok());

  const auto report = store.Append(2, {{"a=1", 2}, {"a=3", 1}, {"a=4", 1}}, limits);
  const auto other = store.Append(2, {{"a=3", 1}}, limits, "other");

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->accepted, 1u);
  EXPECT_EQ(report->over_series_limit, 2u);
  EXPECT_THAT(report->first_refusal, HasSubstr("limits.series_max (2)"));
  EXPECT_EQ(store.CountSeries(), 2u);
  EXPECT_EQ(other->accepted, 1u);
  EXPECT_EQ(store.CountSeries("other"), 1u);
  store.Reopen();
  EXPECT_EQ(store.Append(3, {{"a=5", 1}}, limits)->over_series_limit, 1u);
}

TEST(Engine, KeepsStaleMarkersBitByBit) {
  EngineFixture store(TwoShards());
  ASSERT_TRUE(store.AppendTo("a=1", {{1, 1}, {2, model::StaleNan()}, {3, 2}}).ok());
  store.Reopen();

  const auto found = store.engine().Select({.tenant = "default", .matchers = {}});
  SampleColumns samples;
  ASSERT_TRUE((*found)[0]->Read(samples).ok());

  ASSERT_EQ(samples.values.size(), 3u);
  EXPECT_TRUE(model::IsStale(samples.values[1]));
}

TEST(Engine, SelectsByMatchersAndTimeSortedByLabels) {
  EngineFixture store(TwoShards());
  ASSERT_TRUE(
      store
          .Append(1000,
                  {{"__name__=up,job=c", 1}, {"__name__=up,job=a", 1}, {"__name__=down,job=a", 1}})
          .ok());
  ASSERT_TRUE(store.Append(9000, {{"__name__=up,job=b", 1}}).ok());
  SelectRequest request{
      .tenant = "default",
      .matchers = {*model::Matcher::Create("__name__", model::MatchOp::kEqual, "up")},
      .from_ms = 0,
      .to_ms = 5000};

  const auto series = store.engine().Series(request);

  ASSERT_TRUE(series.ok());
  EXPECT_THAT(*series, ElementsAre(LabelsOf("__name__=up,job=a"), LabelsOf("__name__=up,job=c")));
  EXPECT_THAT(*store.engine().LabelValues(request, "job"), ElementsAre("a", "c"));
  request.matchers.clear();
  EXPECT_THAT(*store.engine().LabelValues(request, "__name__"), ElementsAre("down", "up"));
  EXPECT_THAT(*store.engine().LabelNames(request), ElementsAre("__name__", "job"));
  request.from_ms = 6000;
  request.to_ms = 9000;
  EXPECT_THAT(*store.engine().LabelValues(request, "job"), ElementsAre("b"));
  request.tenant = "nobody";
  EXPECT_TRUE(store.engine().Series(request)->empty());
}

TEST(Engine, RefusesSelectionsOfTooManySeries) {
  EngineFixture store(TwoShards());
  ASSERT_TRUE(store.Append(1, {{"a=1", 1}, {"a=2", 1}, {"a=3", 1}}).ok());
  SelectRequest request;
  request.tenant = "default";
  request.max_series = 2;

  const auto found = store.engine().Select(request);

  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, base::ErrorCode::kResourceExhausted);
  EXPECT_THAT(found.error().message, HasSubstr("2 series"));
}

TEST(Engine, ForgetsWholeDaysAndIdleSeriesAtTheHorizon) {
  EngineFixture store(TwoShards());
  const int64_t day = BucketOf(kT) * kBucketMs;
  AppendLimits limits;
  limits.unlimited_out_of_order = true;
  ASSERT_TRUE(store
                  .AppendTo("a=lives",
                            {{day + 1, 1}, {day + kBucketMs, 2}, {day + 2 * kBucketMs, 3}}, limits)
                  .ok());
  ASSERT_TRUE(store.AppendTo("a=idle", {{day + kBucketMs + 5, 1}}, limits).ok());
  ASSERT_TRUE(store.engine().Checkpoint().ok());
  ASSERT_TRUE(store.AppendTo("a=lives", {{day + 7, 1}}, limits).ok());

  ASSERT_TRUE(store.engine().DropBefore(base::FromMillis(day + kBucketMs + 6)).ok());

  const std::string rest =
      std::to_string(day + kBucketMs) + ":2 " + std::to_string(day + 2 * kBucketMs) + ":3";
  EXPECT_EQ(store.Read("a=lives"), rest);
  EXPECT_EQ(store.CountSeries(), 1u);
  const auto late = store.AppendTo("a=lives", {{day + 9, 1}}, limits);
  EXPECT_EQ(late->out_of_order, 1u);
  EXPECT_THAT(late->first_refusal, HasSubstr("storage.retention"));
  store.Reopen();
  EXPECT_EQ(store.Read("a=lives"), rest);
  EXPECT_EQ(store.CountSeries(), 1u);
  ASSERT_TRUE(store.AppendTo("a=idle", {{day + 2 * kBucketMs, 9}}, limits).ok());
  EXPECT_EQ(store.Read("a=idle"), std::to_string(day + 2 * kBucketMs) + ":9");
}

TEST(Engine, RemovesATenantWithoutATraceAndLetsItComeBackEmpty) {
  EngineFixture store(TwoShards());
  ASSERT_TRUE(store.AppendTo("a=1", {{1, 1}}, {}, "gone").ok());
  ASSERT_TRUE(store.AppendTo("a=1", {{1, 5}}, {}, "stays").ok());
  ASSERT_TRUE(store.engine().Checkpoint().ok());
  ASSERT_TRUE(store.AppendTo("a=2", {{2, 1}}, {}, "gone").ok());

  ASSERT_TRUE(store.engine().DeleteTenant("gone").ok());

  EXPECT_EQ(store.CountSeries("gone"), 0u);
  store.Reopen();
  EXPECT_EQ(store.CountSeries("gone"), 0u);
  EXPECT_EQ(store.Read("a=1", INT64_MIN, INT64_MAX, "stays"), "1:5");
  ASSERT_TRUE(store.AppendTo("a=1", {{1, 9}}, {}, "gone").ok());
  EXPECT_EQ(store.Read("a=1", INT64_MIN, INT64_MAX, "gone"), "1:9");
  EXPECT_TRUE(store.engine().DeleteTenant("never was").ok());
}

TEST(Engine, KeepsItsNumberOfShards) {
  EngineOptions options;
  options.shards = 3;
  EngineFixture store(options);
  ASSERT_TRUE(store.Append(1, {{"a=1", 1}, {"a=2", 2}, {"a=3", 3}}).ok());
  store.Close();
  base::MetricsRegistry registry;
  options.shards = 1;

  auto engine = Engine::Open(options, store.db(), store.clock(), {}, registry);

  ASSERT_TRUE(engine.ok());
  EXPECT_EQ((*engine)->shards(), 3u);
  EXPECT_EQ((*engine)->Stats().active_series, 3u);
}

TEST(Engine, CountsTheTimesOfATenantsSamples) {
  EngineFixture store(TwoShards());
  ASSERT_TRUE(store.Append(1'000, {{"a=1", 1}, {"a=2", 2}}).ok());
  ASSERT_TRUE(store.Append(61'000, {{"a=2", 3}}).ok());
  ASSERT_TRUE(store.Append(99'000, {{"a=1", 1}}, {}, "other").ok());

  const auto counted = store.engine().CountSeries({.tenant = "default", .prefix = "", .label = ""});

  ASSERT_TRUE(counted.ok());
  EXPECT_EQ(counted->min_ms, 1'000);
  EXPECT_EQ(counted->max_ms, 61'000);
}

TEST(Engine, TellsWhichEntriesWereRefused) {
  EngineFixture store(TwoShards());
  model::WriteBatch batch;
  for (const int64_t t_ms : {1'000, 9'000, 2'000, 9'000}) {
    batch.BeginSeries(model::Labels({{"a", std::to_string(batch.entries().size())}}));
    batch.Add(t_ms, 1);
  }
  AppendLimits limits;
  limits.max_time_ms = 5'000;

  auto report = store.AppendBatch(batch, limits);

  ASSERT_TRUE(report.ok());
  std::sort(report->refused_entries.begin(), report->refused_entries.end());
  EXPECT_EQ(report->refused_entries, (std::vector<uint32_t>{1, 3}));
}

TEST(Engine, CountsItselfInStatsAndMetrics) {
  EngineOptions options = TwoShards();
  options.tick_interval = base::Duration(1);
  EngineFixture store(options);
  ASSERT_TRUE(store.Append(1, {{"a=1", 1}, {"a=2", 2}, {"a=3", 3}}).ok());
  ASSERT_TRUE(store.Append(1, {{"a=1", 1}, {"a=2", 9}}).ok());

  const StoreStats stats = store.engine().Stats();
  std::string text;
  for (int i = 0; i < 1'000'000 && text.find("vedette_series_active 3") == text.npos; ++i) {
    std::this_thread::yield();
    text = store.registry().WriteText();
  }

  EXPECT_EQ(stats.active_series, 3u);
  EXPECT_EQ(stats.samples_appended, 3u);
  EXPECT_GT(stats.head_bytes, 0u);
  EXPECT_THAT(text, HasSubstr("vedette_series_active 3"));
  EXPECT_THAT(text, HasSubstr("vedette_series_duplicate_samples_total 1"));
  EXPECT_THAT(text, HasSubstr("vedette_series_refused_samples_total{reason=\"conflicting\"} 1"));
}

TEST(Engine, RefusesImpossibleOptionsAndTenants) {
  EngineFixture store(TwoShards());
  EngineOptions options;
  options.chunk_samples = 1;
  base::MetricsRegistry registry;
  const auto opened = Engine::Open(options, store.db(), store.clock(), {}, registry);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().field, "chunk_samples");

  const auto appended = store.AppendTo("a=1", {{1, 1}}, {}, "../up");
  ASSERT_FALSE(appended.ok());
  EXPECT_EQ(appended.error().code, base::ErrorCode::kInvalidArgument);
}

TEST(Engine, LeavesOutADamagedChunkAndServesTheRest) {
  EngineOptions options = TwoShards();
  options.chunk_samples = 2;
  EngineFixture store(options);
  ASSERT_TRUE(store.AppendTo("a=1", {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}}).ok());
  ASSERT_TRUE(store.engine().Checkpoint().ok());
  const auto family = static_cast<kv::Family>(FamilyName::kChunks);
  auto chunks = store.db().NewIterator(family, {}, {});
  chunks->SeekToFirst();
  ASSERT_TRUE(chunks->Valid());
  std::string bytes(chunks->value());
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  kv::Batch batch;
  batch.Put(family, chunks->key(), bytes);
  chunks.reset();
  ASSERT_TRUE(store.db().Write(batch, kv::Durability::kProcess).ok());

  EXPECT_EQ(store.Read("a=1"), "3:3 4:4 5:5");
  EXPECT_THAT(store.registry().WriteText(), HasSubstr("vedette_series_corrupt_records_total 1"));
}

TEST(Engine, OpensWithDamagedHeadLogAndSeriesRecords) {
  for (const FamilyName name : {FamilyName::kHead, FamilyName::kLog, FamilyName::kSeries}) {
    EngineOptions options = TwoShards();
    options.chunk_samples = 2;
    EngineFixture store(options);
    ASSERT_TRUE(store.AppendTo("a=1", {{1, 1}, {2, 2}, {3, 3}}).ok());
    ASSERT_TRUE(store.engine().Checkpoint().ok());
    ASSERT_TRUE(store.AppendTo("a=1", {{4, 4}}).ok());
    store.Close();
    const auto family = static_cast<kv::Family>(name);
    auto records = store.db().NewIterator(family, {}, {});
    kv::Batch batch;
    for (records->SeekToFirst(); records->Valid(); records->Next()) {
      batch.Put(family, records->key(), std::string(records->value()).replace(0, 1, "?"));
    }
    records.reset();
    ASSERT_FALSE(batch.empty());
    ASSERT_TRUE(store.db().Write(batch, kv::Durability::kProcess).ok());

    ASSERT_TRUE(store.TryReopen().ok()) << static_cast<int>(name);

    const std::string rest = store.Read("a=1");
    const std::string want = name == FamilyName::kHead  ? "1:1 2:2 4:4"
                             : name == FamilyName::kLog ? "1:1 2:2 3:3"
                                                        : "";
    EXPECT_EQ(rest, want);
    ASSERT_TRUE(store.AppendTo("a=1", {{5, 5}}).ok());
    EXPECT_THAT(store.Read("a=1"), HasSubstr("5:5"));
  }
}

}  // namespace
}  // namespace vedette::series
