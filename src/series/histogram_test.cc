#include <bit>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/random.h"
#include "model/sample.h"
#include "series/histogram_chunk.h"
#include "series/log_record.h"
#include "series/testing/engine_fixture.h"

namespace vedette::series {
namespace {

model::Histogram HistogramOf(double count, double sum = 1.5) {
  model::Histogram h;
  h.schema = 3;
  h.zero_threshold = 1e-128;
  h.zero_count = 1;
  h.count = count;
  h.sum = sum;
  h.positive_runs = {{-2, 2}, {3, 1}};
  h.positive_buckets = {1, 2, count - 4};
  return h;
}

HistogramSample SampleOf(int64_t t_ms, model::Histogram h) {
  return {t_ms, std::make_shared<const model::Histogram>(std::move(h))};
}

model::Histogram Random(base::Random& random, const model::Histogram& before) {
  model::Histogram h = before;
  const auto number = [&](double last) {
    switch (random.Below(8)) {
      case 0: return last + 0.25;
      case 1: return 0.0;
      case 2: return 9007199254740992.0;
      case 3: return std::numeric_limits<double>::infinity();
      default: return last + static_cast<double>(random.Below(100));
    }
  };
  if (random.Below(4) == 0) {
    h.schema = static_cast<int32_t>(random.Below(13)) - 4;
    h.positive_runs.clear();
    h.positive_buckets.clear();
    for (uint64_t i = random.Below(5); i > 0; --i) {
      const auto length = static_cast<uint32_t>(random.Below(40));
      h.positive_runs.push_back({static_cast<int32_t>(random.Below(1000)) - 500, length});
      h.positive_buckets.resize(h.positive_buckets.size() + length);
    }
    h.negative_runs = {{7, 3}};
    h.negative_buckets = {0, 1, 2};
    if (random.Below(3) == 0) h.custom_bounds = {-1, 0, 0.5};
  }
  if (random.Below(9) == 0) h.sum = model::StaleNan();
  h.counter_reset = static_cast<model::CounterReset>(random.Below(4));
  h.sum = number(h.sum);
  h.count = number(h.count);
  h.zero_count = number(h.zero_count);
  for (double& bucket : h.positive_buckets) {
    if (random.Below(3) == 0) bucket = number(bucket);
  }
  return h;
}

TEST(HistogramChunk, GivesBackWhatWasAppendedBitByBit) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    base::Random random(seed);
    OpenHistogramChunk chunk;
    std::vector<HistogramSample> all;
    model::Histogram h = HistogramOf(10);
    int64_t t_ms = -5000;
    for (size_t i = 0; i < 1 + seed * 2; ++i) {
      t_ms += 1 + static_cast<int64_t>(random.Below(20'000));
      h = Random(random, h);
      all.push_back(SampleOf(t_ms, h));
      chunk.Append(all.back());
    }
    std::string bytes;
    chunk.Encode(bytes);

    std::vector<HistogramSample> found;
    ASSERT_TRUE(DecodeHistogramChunk(bytes, INT64_MIN, INT64_MAX, found).ok());
    ASSERT_EQ(found.size(), all.size());
    for (size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(found[i].t_ms, all[i].t_ms);
      EXPECT_EQ(*found[i].histogram, *all[i].histogram) << "seed " << seed << ", " << i;
    }
    const int64_t from_ms = all[all.size() / 3].t_ms;
    const int64_t to_ms = all[all.size() / 2].t_ms;
    found.clear();
    ASSERT_TRUE(DecodeHistogramChunk(bytes, from_ms, to_ms, found).ok());
    ASSERT_EQ(found.size(), all.size() / 2 - all.size() / 3 + 1);
    EXPECT_EQ(found.front().t_ms, from_ms);
    EXPECT_EQ(found.back().t_ms, to_ms);
  }
}

TEST(HistogramChunk, TakesFewBytesWhenFewBucketsChange) {
  OpenHistogramChunk chunk;
  model::Histogram h;
  h.positive_runs = {{0, 100}};
  h.positive_buckets.assign(100, 1000.0);
  h.count = 100'000;
  for (int64_t i = 0; i < 120; ++i) {
    h.positive_buckets[50] += 7;
    h.count += 7;
    h.sum += 3.25;
    chunk.Append(SampleOf(i * 15'000, h));
  }
  EXPECT_LT(chunk.bytes(), 120u * 20 + 300);
}

TEST(HistogramChunk, NoticesEveryFlippedBitAndCut) {
  OpenHistogramChunk chunk;
  for (int64_t i = 1; i < 5; ++i)
    chunk.Append(SampleOf(i, HistogramOf(static_cast<double>(10 * i))));
  std::string bytes;
  chunk.Encode(bytes);
  std::vector<HistogramSample> found;
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(DecodeHistogramChunk(damaged, INT64_MIN, INT64_MAX, found).ok()) << bit;
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeHistogramChunk(bytes.substr(0, size), INT64_MIN, INT64_MAX, found).ok());
  }
  EXPECT_TRUE(found.empty());
}

TEST(HistogramChunk, SurvivesDamageThatNoChecksumCovers) {
  std::string bytes;
  EncodeHistogram(HistogramOf(10), bytes);
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    base::Random random(seed);
    std::string damaged = bytes;
    for (int i = 0; i < 3; ++i) {
      damaged[random.Below(damaged.size())] = static_cast<char>(random.Below(256));
    }
    std::string_view rest = damaged;
    base::IgnoreError(DecodeHistogram(rest), "it may say anything but must not crash");
  }
}

EngineOptions SmallChunks() {
  EngineOptions options;
  options.shards = 2;
  options.chunk_samples = 3;
  return options;
}

class Histograms : public testing::Test {
 protected:
  base::Result<AppendReport> Append(const std::string& labels, int64_t t_ms, double count,
                                    const AppendLimits& limits = {}) {
    model::WriteBatch batch;
    batch.BeginSeries(LabelsOf(labels));
    batch.AddHistogram(t_ms, HistogramOf(count));
    return store_.AppendBatch(batch, limits);
  }
  AppendReport Must(const base::Result<AppendReport>& report) {
    EXPECT_TRUE(report.ok());
    return report.ok() ? *report : AppendReport();
  }

  EngineFixture store_{SmallChunks()};
};

TEST_F(Histograms, AreKeptBesideFloatsAndSurviveCrashesAndCheckpoints) {
  std::string expected;
  for (int64_t t = 1; t <= 20; ++t) {
    if (t % 5 == 0) {
      ASSERT_EQ(Must(store_.AppendTo("a=1", {{t, 0.5}})).accepted, 1u);
      expected += std::to_string(t) + ":0.5 ";
    } else {
      ASSERT_EQ(Must(Append("a=1", t, 10.0 * static_cast<double>(t))).accepted, 1u);
      expected += std::to_string(t) + ":h" + std::to_string(10 * t) + " ";
    }
    ASSERT_EQ(store_.Read("a=1") + " ", expected);
    if (t % 4 == 0) store_.Reopen();
    if (t % 7 == 0) ASSERT_TRUE(store_.engine().Checkpoint().ok());
  }
  store_.Reopen();
  EXPECT_EQ(store_.Read("a=1") + " ", expected);
  EXPECT_EQ(store_.Read("a=1", 4, 6), "4:h40 5:0.5 6:h60");
}

TEST_F(Histograms, FollowTheOrderRulesOfFloats) {
  AppendLimits window;
  window.out_of_order_window = base::Duration(10);
  ASSERT_EQ(Must(Append("a=1", 100, 10)).new_series, 1u);
  EXPECT_EQ(Must(Append("a=1", 100, 10)).duplicates, 1u);
  EXPECT_EQ(Must(Append("a=1", 100, 11)).conflicting, 1u);
  EXPECT_EQ(Must(store_.AppendTo("a=1", {{100, 1.5}})).conflicting, 1u) << "the same sum";
  EXPECT_EQ(Must(Append("a=1", 99, 9)).out_of_order, 1u);
  EXPECT_EQ(Must(Append("a=1", 99, 9, window)).accepted, 1u);
  EXPECT_EQ(Must(Append("a=1", 99, 9, window)).duplicates, 1u);
  EXPECT_EQ(Must(Append("a=1", 99, 8, window)).conflicting, 1u);
  EXPECT_EQ(Must(store_.AppendTo("a=1", {{99, 1}}, window)).conflicting, 1u);
  EXPECT_EQ(Must(Append("a=1", 89, 8, window)).out_of_order, 1u);
  ASSERT_EQ(Must(store_.AppendTo("a=1", {{101, 1}})).accepted, 1u);
  EXPECT_EQ(Must(Append("a=1", 101, 10)).conflicting, 1u);
  AppendLimits soon;
  soon.max_time_ms = 150;
  EXPECT_EQ(Must(Append("a=1", 151, 10, soon)).too_new, 1u);
  AppendLimits full;
  full.max_series = 1;
  EXPECT_EQ(Must(Append("a=2", 100, 10, full)).over_series_limit, 1u);
  EXPECT_EQ(store_.Read("a=1"), "99:h9 100:h10 101:1");
}

TEST_F(Histograms, OfOneRequestAreTakenInOrderOfTimeWithItsFloats) {
  model::WriteBatch batch;
  batch.BeginSeries(LabelsOf("a=1"));
  batch.Add(10, 1);
  batch.Add(30, 3);
  batch.AddHistogram(20, HistogramOf(20));
  batch.AddHistogram(30, HistogramOf(30));
  batch.BeginSeries(LabelsOf("a=2"));
  batch.AddHistogram(5, HistogramOf(50));
  const AppendReport report = Must(store_.AppendBatch(batch));
  EXPECT_EQ(report.accepted, 4u);
  EXPECT_EQ(report.conflicting, 1u);
  EXPECT_EQ(store_.Read("a=1"), "10:1 20:h20 30:h30");
  EXPECT_EQ(store_.Read("a=2"), "5:h50");
}

TEST_F(Histograms, ThatAreRefusedAreToldFromRefusedFloats) {
  model::WriteBatch batch;
  batch.BeginSeries(LabelsOf("a=1"));
  batch.Add(10, 1);
  batch.Add(20, 2);
  batch.Add(151, 3);
  batch.AddHistogram(20, HistogramOf(20));
  batch.AddHistogram(30, HistogramOf(30));
  batch.AddHistogram(152, HistogramOf(40));
  batch.AddHistogram(153, HistogramOf(50));
  for (const char* labels : {"a=2", "a=3"}) {  // in other shards
    batch.BeginSeries(LabelsOf(labels));
    batch.AddHistogram(154, HistogramOf(60));
  }
  AppendLimits soon;
  soon.max_time_ms = 150;

  const AppendReport report = Must(store_.AppendBatch(batch, soon));

  EXPECT_EQ(report.accepted, 3u);
  EXPECT_EQ(report.refused(), 6u);
  EXPECT_EQ(report.refused_histograms, 4u) << "the float of a time came second";
  EXPECT_EQ(store_.Read("a=1"), "10:1 20:h20 30:h30");
}

TEST_F(Histograms, OutOfOrderAreReadExactlyOnceWhereverTheyLie) {
  AppendLimits any;
  any.unlimited_out_of_order = true;
  std::map<int64_t, int> expected;
  base::Random random(7);
  for (int i = 0; i < 300; ++i) {
    const auto t =
        static_cast<int64_t>(random.Below(5)) * kBucketMs + static_cast<int64_t>(random.Below(40));
    const bool histogram = t % 2 == 0;
    const auto report =
        histogram ? Append("a=1", t, 9, any) : store_.AppendTo("a=1", {{t, 2}}, any);
    if (Must(report).accepted == 1 && report->duplicates == 0) {
      expected.try_emplace(t, histogram ? 1 : 0);
    }
    if (i % 50 == 20) ASSERT_TRUE(store_.engine().Checkpoint().ok());
    if (i % 70 == 30) store_.Reopen();
  }
  std::string text;
  for (const auto& [t, histogram] : expected) {
    text += std::to_string(t) + (histogram == 1 ? ":h9 " : ":2 ");
  }
  EXPECT_EQ(store_.Read("a=1") + " ", text);
}

TEST_F(Histograms, OfDaysBeforeTheHorizonGoWithRetention) {
  ASSERT_TRUE(Append("a=1", 1, 10).ok());
  ASSERT_TRUE(Append("a=1", 2 * kBucketMs, 20).ok());
  ASSERT_TRUE(store_.engine().Checkpoint().ok());
  ASSERT_TRUE(store_.engine().DropBefore(base::FromMillis(kBucketMs)).ok());
  EXPECT_EQ(store_.Read("a=1"), std::to_string(2 * kBucketMs) + ":h20");
}

TEST_F(Histograms, GoWithTheirTenant) {
  for (int64_t t = 1; t < 8; ++t) ASSERT_TRUE(Append("a=1", t, 10).ok());
  ASSERT_TRUE(store_.engine().Checkpoint().ok());
  ASSERT_TRUE(store_.engine().DeleteTenant("default").ok());
  auto rest = store_.db().NewIterator(static_cast<kv::Family>(FamilyName::kHistograms), {}, {});
  rest->SeekToFirst();
  EXPECT_FALSE(rest->Valid());
}

model::Exemplar ExemplarOf(int64_t t_ms, double value) {
  return {.labels = LabelsOf("trace_id=x"), .t_ms = t_ms, .value = value};
}

class Exemplars : public testing::Test {
 protected:
  uint64_t Append(EngineFixture& store, const std::string& labels,
                  const std::vector<model::Exemplar>& exemplars, bool with_sample = true) {
    model::WriteBatch batch;
    batch.BeginSeries(LabelsOf(labels));
    if (with_sample) batch.Add(++t_ms_, 1);
    for (const model::Exemplar& exemplar : exemplars) batch.AddExemplar(exemplar);
    const auto report = store.AppendBatch(batch);
    EXPECT_TRUE(report.ok());
    return report.ok() ? report->exemplars : 0;
  }
  static std::string Read(EngineFixture& store, const std::string& value, int64_t from_ms = 0,
                          int64_t to_ms = 1'000'000) {
    SelectRequest request{.tenant = "default", .matchers = {}, .from_ms = from_ms, .to_ms = to_ms};
    request.matchers.push_back(*model::Matcher::Create("a", model::MatchOp::kRegex, value));
    const auto found = store.engine().Exemplars(request);
    EXPECT_TRUE(found.ok());
    std::string text;
    for (const ExemplarSeries& series : *found) {
      text += std::string(series.labels.view().Get("a")) + "=";
      for (const model::Exemplar& exemplar : series.exemplars) {
        text += std::to_string(exemplar.t_ms) + " ";
      }
    }
    return text;
  }

  int64_t t_ms_ = 0;
};

TEST_F(Exemplars, AreFoundByMatchersAndTimeInOrder) {
  EngineFixture store(SmallChunks());
  EXPECT_EQ(Append(store, "a=1", {ExemplarOf(10, 1), ExemplarOf(20, 1)}), 2u);
  EXPECT_EQ(Append(store, "a=2", {ExemplarOf(15, 1)}), 1u);
  EXPECT_EQ(Append(store, "a=1", {ExemplarOf(20, 1), ExemplarOf(5, 1)}), 0u);
  EXPECT_EQ(Append(store, "a=3", {ExemplarOf(1, 1)}, false), 0u) << "an exemplar makes no series";
  EXPECT_EQ(Append(store, "a=1", {ExemplarOf(30, 1)}, false), 1u);
  EXPECT_EQ(Read(store, "1|2|3"), "1=10 20 30 2=15 ");
  EXPECT_EQ(Read(store, "1", 11, 29), "1=20 ");
  EXPECT_EQ(store.CountSeries(), 2u);
}

TEST_F(Exemplars, AreBoundedAndTheOldestMakeRoom) {
  EngineOptions options = SmallChunks();
  options.shards = 1;
  options.exemplars_max = 5;
  EngineFixture store(options);
  for (int64_t t = 1; t <= 23; ++t) {
    Append(store, t % 3 == 0 ? "a=2" : "a=1", {ExemplarOf(t, 1)});
  }
  EXPECT_EQ(Read(store, "1|2"), "1=19 20 22 23 2=21 ");
}

}  // namespace
}  // namespace vedette::series
