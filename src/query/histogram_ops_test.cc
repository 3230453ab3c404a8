#include "query/histogram_ops.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "base/random.h"
#include "query/histogram_functions.h"

namespace vedette::query {
namespace {

using model::CounterReset;
using model::Histogram;

// A histogram of whole counts, so that sums of some of them are exact.
class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed) {}

  Histogram Exponential() {
    Histogram h;
    h.schema = Number(-2, 3);
    h.zero_threshold = Number(0, 1) == 0 ? 0.001 : 0.03125;  // below all buckets
    h.zero_count = Number(0, 4);
    h.count = h.zero_count;
    Fill(h, h.positive_runs, h.positive_buckets);
    Fill(h, h.negative_runs, h.negative_buckets);
    h.sum = Number(-100, 100);
    return h;
  }

  Histogram Custom() {
    Histogram h;
    h.schema = model::kCustomBucketsSchema;
    for (int bound = 0; bound < 10; ++bound) {
      if (Number(0, 1) == 1) h.custom_bounds.push_back(bound);
    }
    for (size_t i = 0; i <= h.custom_bounds.size(); ++i) {
      h.positive_buckets.push_back(Number(0, 9));
      h.count += h.positive_buckets.back();
    }
    h.positive_runs = {{0, static_cast<uint32_t>(h.positive_buckets.size())}};
    h.sum = Number(0, 100);
    return h;
  }

 private:
  int Number(int low, int high) {
    return low + static_cast<int>(random_.Below(static_cast<uint64_t>(high - low + 1)));
  }

  void Fill(Histogram& h, std::vector<model::BucketRun>& runs, std::vector<double>& buckets) {
    for (int run = Number(0, 3); run > 0; --run) {
      runs.push_back(
          {runs.empty() ? Number(0, 30) : Number(0, 3), static_cast<uint32_t>(Number(1, 4))});
      for (uint32_t i = 0; i < runs.back().length; ++i) {
        buckets.push_back(Number(0, 9));
        h.count += buckets.back();
      }
    }
  }

  base::Random random_;
};

double CountInBuckets(const Histogram& h) {
  double count = 0;
  for (const BucketView& bucket : BucketsOf(h)) count += bucket.count;
  return count;
}

TEST(HistogramOps, SumsKeepEveryObservationInWhateverOrder) {
  Maker maker(1);
  for (int i = 0; i < 500; ++i) {
    const bool custom = i % 2 == 1;
    const Histogram a = custom ? maker.Custom() : maker.Exponential();
    const Histogram b = custom ? maker.Custom() : maker.Exponential();
    CombineNotes notes;
    const Histogram ab = AddHistograms(a, b, notes);
    const Histogram ba = AddHistograms(b, a, notes);
    EXPECT_TRUE(SameHistogram(ab, ba)) << HistogramText(ab) << "\n" << HistogramText(ba);
    EXPECT_EQ(ab.count, a.count + b.count);
    EXPECT_EQ(CountInBuckets(ab), ab.count) << HistogramText(a) << "\n" << HistogramText(b);
    EXPECT_TRUE(ab.Validate().ok()) << ab.Validate().error().message;
    EXPECT_FALSE(IsCounterReset(ab, a)) << HistogramText(ab) << "\n" << HistogramText(a);
    if (a.count + b.count > 0 && a.count > 0 && b.count > 0) EXPECT_TRUE(IsCounterReset(a, ab));
    const Histogram back = SubtractHistograms(ab, b, notes);
    EXPECT_EQ(back.count, a.count);
    EXPECT_EQ(CountInBuckets(back), a.count);
    EXPECT_EQ(back.counter_reset, CounterReset::kGauge);
    EXPECT_TRUE(SameHistogram(SubtractHistograms(ab, a, notes), SubtractHistograms(ba, a, notes)));
  }
}

TEST(HistogramOps, QuantilesAndFractionsAreEachOthersInverse) {
  Maker maker(2);
  for (int i = 0; i < 500; ++i) {
    const Histogram h = i % 2 == 0 ? maker.Exponential() : maker.Custom();
    if (h.count == 0) continue;
    double before = -std::numeric_limits<double>::infinity();
    for (double phi = 0.05; phi < 1; phi += 0.05) {
      NanEffect effect;
      const double quantile = NativeQuantile(phi, h, effect);
      EXPECT_GE(quantile, before - 1e-9) << phi << " of " << HistogramText(h);
      before = quantile;
      const double below =
          NativeFraction(-std::numeric_limits<double>::infinity(), quantile, h, effect);
      // In the endless custom bucket, and among observations at one point, it cannot be exact.
      const bool endless =
          h.custom_buckets() && (h.custom_bounds.empty() || quantile >= h.custom_bounds.back() ||
                                 quantile <= h.custom_bounds.front());
      if (!endless) EXPECT_NEAR(below, phi, 1e-9) << quantile << " of " << HistogramText(h);
    }
  }
}

TEST(HistogramOps, SumsOfManyDoNotLoseTheSmallOnes) {
  Histogram large;
  large.count = 1e17;
  large.sum = 1e17;
  large.positive_runs = {{0, 1}};
  large.positive_buckets = {1e17};
  Histogram one = large;
  one.count = one.sum = one.positive_buckets[0] = 1;
  HistogramSum sum(large);
  for (int i = 0; i < 1000; ++i) sum.Add(one);
  sum.Add(large, -1);
  EXPECT_EQ(sum.Value().count, 1000);
  EXPECT_EQ(sum.Value().positive_buckets, std::vector<double>{1000});
}

TEST(HistogramOps, ExtremeIndexesStayInsideTheNumbers) {
  Histogram h;
  h.schema = 8;
  h.count = 4;
  h.positive_runs = {{std::numeric_limits<int32_t>::min(), 1},
                     {std::numeric_limits<int32_t>::max(), 1},
                     {std::numeric_limits<int32_t>::max(), 2}};
  h.positive_buckets = {1, 1, 1, 1};
  Histogram coarse;
  coarse.schema = -4;
  CombineNotes notes;
  EXPECT_EQ(CountInBuckets(AddHistograms(h, coarse, notes)), 4);
  EXPECT_TRUE(SameHistogram(Compacted(h), h));
  for (const BucketView& bucket : BucketsOf(h)) EXPECT_LE(bucket.lower, bucket.upper);
  EXPECT_FALSE(HistogramText(h).empty());
  NanEffect effect;
  EXPECT_FALSE(std::isnan(NativeQuantile(0, h, effect)));
}

}  // namespace
}  // namespace vedette::query
