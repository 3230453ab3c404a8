#include "query/fused.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/testing/fake_clock.h"
#include "model/sample.h"
#include "query/engine.h"
#include "query/testing/memory_store.h"

// The quick path against the general one: `(x) or (x)` cannot be fused and means the same as x.

namespace vedette::query {
namespace {

class Fused : public ::testing::Test {
 protected:
  // Counters with resets, gaps, stale markers and some values that are no numbers. Two at a time
  // are scraped together.
  void Fill(int count, bool odd_values) {
    base::Random random(7);
    for (int i = 0; i < count; ++i) {
      const model::Labels labels({{"__name__", "x_total"},
                                  {"job", "job" + std::to_string(i % 3)},
                                  {"instance", std::to_string(i)}});
      base::Random scrapes(static_cast<uint64_t>(i / 2));
      double value = 0;
      for (int64_t t_ms = 0; t_ms <= 600'000; t_ms += 15'000) {
        const uint64_t scrape = scrapes.Next() % 40;
        if (scrape == 0) continue;
        const uint64_t chance = random.Next() % 40;
        value = chance == 1 ? 1 : value + static_cast<double>(random.Next() % 1000) / 8;
        double stored = scrape == 1 ? model::StaleNan() : value;
        if (odd_values && chance == 3) stored = std::nan("");
        if (odd_values && chance == 4) stored = HUGE_VAL;
        store_.Add("acme", labels, t_ms + i / 2 % 7 * 1000, stored);
      }
    }
  }
  // By labels and time.
  std::map<std::string, double> Ask(const std::string& text) {
    RangeQuery query;
    query.tenant = "acme";
    query.text = text;
    query.start = base::FromMillis(0);
    query.end = base::FromMillis(700'000);
    query.step = base::Duration(17'000);
    const base::Result<QueryResult> result = engine_.Range(query);
    EXPECT_TRUE(result.ok()) << text << ": " << result.error().message;
    std::map<std::string, double> found;
    if (!result.ok()) return found;
    for (const MatrixSeries& series : result->matrix) {
      for (size_t i = 0; i < series.samples.t_ms.size(); ++i) {
        found[series.labels.ToString() + "@" + std::to_string(series.samples.t_ms[i])] =
            series.samples.values[i];
      }
    }
    return found;
  }
  void ExpectSame(const std::string& op, const std::string& inner) {
    const auto quick = Ask(op + "(" + inner + ")");
    const auto general = Ask(op + "((" + inner + ") or (" + inner + "))");
    ASSERT_EQ(quick.size(), general.size()) << op << inner;
    for (const auto& [key, value] : general) {
      ASSERT_TRUE(quick.contains(key)) << key;
      const double other = quick.at(key);
      if (std::isnan(value) && std::isnan(other)) continue;
      if (value == other) continue;
      EXPECT_NEAR(value, other, std::abs(value) * 1e-12) << op << inner << " " << key;
    }
  }

  vedette::query::testing::MemoryStore store_;
  base::FakeClock clock_;
  Engine engine_{EngineOptions(), store_, clock_};
};

const std::vector<std::string> kOps = {"sum by (job) ", "avg by (job) ", "min without (instance) ",
                                       "max by (job) ", "count by (job) "};
const std::vector<std::string> kInners = {
    "x_total",
    "x_total offset 1m",
    "x_total @ 300",
    "rate(x_total[1m])",
    "increase(x_total[2m] offset 30s)",
    "rate(x_total[5m] @ end())",
    "max_over_time(x_total[2m])",
    "min_over_time(x_total[2m])",
    "avg_over_time(x_total[2m])",
    "sum_over_time(x_total[2m])",
    "count_over_time(x_total[2m])",
    "last_over_time(x_total[2m])",
    "quantile_over_time(0.9, x_total[3m])",
};

TEST_F(Fused, GivesWhatTheGeneralWayGives) {
  Fill(12, false);
  for (const std::string& op : kOps) {
    for (const std::string& inner : kInners) ExpectSame(op, inner);
  }
}

TEST_F(Fused, DoesSoForInfinitiesAndNan) {
  Fill(12, true);
  for (const std::string& op : kOps) {
    for (const std::string& inner : kInners) ExpectSame(op, inner);
  }
}

TEST_F(Fused, AHugeSeriesIsRefusedBeforeItIsHeld) {
  Fill(2, false);
  InstantQuery query;
  query.tenant = "acme";
  query.time = base::FromMillis(600'000);
  for (const char* text :
       {"sum(sum_over_time(x_total[10m]))", "x_total[10m]", "deriv(x_total[10m])"}) {
    query.text = text;
    Engine few({.samples_max = 20}, store_, clock_);
    const auto samples = few.Instant(query);
    ASSERT_FALSE(samples.ok()) << text;
    EXPECT_EQ(samples.error().message,
              "query processing would load too many samples into memory: the limit is 20");
    Engine small({.bytes_max = 400}, store_, clock_);
    const auto bytes = small.Instant(query);
    ASSERT_FALSE(bytes.ok()) << text;
    EXPECT_NE(bytes.error().message.find("the limit is 400 bytes"), std::string::npos);
  }
}

TEST_F(Fused, HelpersChangeNothing) {
  Fill(12, false);
  // Enough series for several pieces.
  for (int i = 0; i < 1000; ++i) {
    const model::Labels labels({{"__name__", "wide"},
                                {"job", "job" + std::to_string(i % 7)},
                                {"instance", std::to_string(i)}});
    for (int64_t t_ms = 0; t_ms <= 120'000; t_ms += 15'000) {
      store_.Add("acme", labels, t_ms, static_cast<double>(i) * static_cast<double>(t_ms));
    }
  }
  const auto alone = Ask("sum by (job) (sum_over_time(wide[1m]))");
  ASSERT_FALSE(alone.empty());
  Engine helped({.helpers = 2}, store_, clock_);
  RangeQuery query;
  query.tenant = "acme";
  query.text = "sum by (job) (sum_over_time(wide[1m]))";
  query.start = base::FromMillis(0);
  query.end = base::FromMillis(700'000);
  query.step = base::Duration(17'000);
  const auto result = helped.Range(query);
  ASSERT_TRUE(result.ok());
  size_t points = 0;
  for (const MatrixSeries& series : result->matrix) {
    for (size_t i = 0; i < series.samples.t_ms.size(); ++i, ++points) {
      EXPECT_EQ(series.samples.values[i],
                alone.at(series.labels.ToString() + "@" + std::to_string(series.samples.t_ms[i])));
    }
  }
  EXPECT_EQ(points, alone.size());
  EXPECT_EQ(result->stats.samples_read, 9000U);
}

// A series that is longer than anybody may read, in parts of 1,000 samples.
class EndlessStore : public vedette::query::testing::MemoryStore {
 public:
  base::Result<std::vector<std::unique_ptr<series::SelectedSeries>>> Select(
      const series::SelectRequest& /*request*/) override {
    std::vector<std::unique_ptr<series::SelectedSeries>> found;
    found.push_back(std::make_unique<Endless>(parts));
    return found;
  }
  size_t parts = 0;  // read so far

 private:
  class Endless final : public series::SelectedSeries {
   public:
    explicit Endless(size_t& parts) : parts_(parts) {}
    model::LabelsView labels() const override { return labels_; }
    base::Result<> Read(series::SampleColumns& /*out*/, size_t /*samples_max*/) const override {
      return base::Internal("it is read in parts");
    }
    base::Result<> ReadInParts(series::SampleColumns& out, size_t /*samples_max*/,
                               const Progress& progress) const override {
      for (;;) {
        ++parts_;
        for (int i = 0; i < 1000; ++i) {
          out.t_ms.push_back(static_cast<int64_t>(out.t_ms.size()));
          out.values.push_back(1);
        }
        VEDETTE_TRY_VOID(progress(1000));
      }
    }

   private:
    const model::Labels labels_{{{"__name__", std::string("x_total")}}};
    size_t& parts_;
  };
};

TEST_F(Fused, OneEndlessSeriesMeetsTheLimitsAndTheCaller) {
  EndlessStore endless;
  InstantQuery query;
  query.tenant = "acme";
  for (const char* text : {"sum(rate(x_total[1h]))", "x_total", "deriv(x_total[1h])"}) {
    query.text = text;
    endless.parts = 0;
    query.cancelled = nullptr;
    Engine few({.samples_max = 20'000}, endless, clock_);
    const auto refused = few.Instant(query);
    ASSERT_FALSE(refused.ok()) << text;
    EXPECT_EQ(refused.error().field, "limits.query_samples_max");
    EXPECT_EQ(endless.parts, 21U);

    endless.parts = 0;
    size_t calls = 0;
    query.cancelled = [&] { return ++calls == 5; };
    const auto cancelled = Engine({}, endless, clock_).Instant(query);
    ASSERT_FALSE(cancelled.ok()) << text;
    EXPECT_EQ(cancelled.error().message, "query was canceled");
    EXPECT_LT(endless.parts, 1000U);
  }
}

TEST_F(Fused, ThreadsOfOneQueryShareItsLimits) {
  for (int i = 0; i < 3000; ++i) {
    store_.Add("acme", model::Labels({{"__name__", "wide"}, {"i", std::to_string(i)}}), 0, i);
  }
  RangeQuery query;
  query.tenant = "acme";
  query.text = "sum by (i) (wide)";  // as many groups as series, of 101 steps each
  query.start = base::FromMillis(0);
  query.end = base::FromMillis(100'000);
  query.step = base::Duration(1000);
  // The groups of all threads and the answer made of them are held at one time, however the series
  // fall to the threads.
  constexpr size_t kHeld = size_t{2} * 3000 * 101;
  Engine few({.samples_max = kHeld - 1, .helpers = 3}, store_, clock_);
  const auto refused = few.Range(query);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().field, "limits.query_samples_max");
  Engine enough({.samples_max = kHeld + 10, .helpers = 3}, store_, clock_);
  const auto result = enough.Range(query);
  ASSERT_TRUE(result.ok());
  EXPECT_GE(result->stats.samples_peak, kHeld);
  EXPECT_EQ(result->stats.samples_read, 3000U);
}

TEST_F(Fused, LeavesNativeHistogramsToTheGeneralWay) {
  Fill(3, false);
  model::WriteBatch batch;
  batch.BeginSeries(model::Labels({{"__name__", "x_total"}, {"job", "h"}}));
  model::Histogram histogram;
  histogram.count = 1;
  histogram.zero_count = 1;
  batch.AddHistogram(60'000, histogram);
  ASSERT_TRUE(store_.Append("acme", batch, {}).ok());
  EXPECT_EQ(Ask("count by (job) (x_total)").count("{job=\"h\"}@68000"), 1U);
}

}  // namespace
}  // namespace vedette::query
