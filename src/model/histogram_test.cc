#include "model/histogram.h"

#include <gtest/gtest.h>
#include <limits>

#include "model/sample.h"

namespace vedette::model {
namespace {

Histogram Exponential() {
  Histogram h;
  h.schema = 1;
  h.zero_threshold = 0.001;
  h.zero_count = 2;
  h.count = 9;
  h.sum = 12.5;
  h.positive_runs = {{-2, 2}, {1, 1}};
  h.positive_buckets = {1, 2, 3};
  h.negative_runs = {{0, 1}};
  h.negative_buckets = {1};
  return h;
}

TEST(Histogram, IsValidWhenBucketsAndCountAgree) { EXPECT_TRUE(Exponential().Validate().ok()); }

TEST(Histogram, RefusesOfIntegersWhatTheBucketsContradict) {
  Histogram h = Exponential();
  EXPECT_TRUE(h.ValidateCount().ok());
  h.count = 8;
  EXPECT_FALSE(h.ValidateCount().ok());
  EXPECT_TRUE(h.Validate().ok()) << "one of fractions";
  h.count = 10;
  EXPECT_FALSE(h.ValidateCount().ok());
  h.sum = std::numeric_limits<double>::quiet_NaN();  // NaN observations are in no bucket
  EXPECT_TRUE(h.ValidateCount().ok());
}

TEST(Histogram, RefusesRunsThatDoNotFit) {
  Histogram h = Exponential();
  h.positive_runs[1].offset = -1;
  EXPECT_FALSE(h.Validate().ok());
  h = Exponential();
  h.positive_runs[1].length = 2;
  EXPECT_FALSE(h.Validate().ok());
  h = Exponential();
  EXPECT_FALSE(h.Validate(2).ok());
  h.schema = 9;
  EXPECT_FALSE(h.Validate().ok());
}

TEST(Histogram, RefusesCustomBucketsBeyondTheirBounds) {
  Histogram h;
  h.schema = kCustomBucketsSchema;
  h.custom_bounds = {0.1, 1};
  h.positive_runs = {{0, 3}};
  h.positive_buckets = {1, 1, 1};
  h.count = 3;
  EXPECT_TRUE(h.Validate().ok());
  h.custom_bounds = {0.1};
  EXPECT_FALSE(h.Validate().ok());
  h.custom_bounds = {1, 0.1};
  EXPECT_FALSE(h.Validate().ok());
}

TEST(Histogram, TakesAnyStaleMarker) {
  Histogram h;
  h.sum = StaleNan();
  EXPECT_TRUE(h.stale());
  EXPECT_TRUE(h.Validate().ok());
  EXPECT_EQ(h, h);
}

}  // namespace
}  // namespace vedette::model
