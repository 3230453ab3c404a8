#include "ingest/token_bucket.h"

#include <gtest/gtest.h>

namespace vedette::ingest {
namespace {

base::SteadyPoint At(double seconds) {
  return base::SteadyPoint(std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000)));
}

TEST(TokenBucket, LetsABurstPassAndThenTheRate) {
  TokenBucket bucket;

  EXPECT_TRUE(bucket.Take(20, 10, 2, At(0)));
  EXPECT_FALSE(bucket.Take(1, 10, 2, At(0)));
  EXPECT_TRUE(bucket.Take(1, 10, 2, At(0.1)));
  EXPECT_FALSE(bucket.Take(1, 10, 2, At(0.1)));
}

TEST(TokenBucket, LetsOneOverdrawAndMakesTheDebtBePaid) {
  TokenBucket bucket;

  EXPECT_TRUE(bucket.Take(100, 10, 2, At(0)));  // 80 in debt: 8 seconds
  EXPECT_FALSE(bucket.Take(1, 10, 2, At(7.9)));
  EXPECT_TRUE(bucket.Take(1, 10, 2, At(8.1)));
}

TEST(TokenBucket, HoldsNoMoreThanItsBurst) {
  TokenBucket bucket;
  EXPECT_TRUE(bucket.Take(1, 10, 2, At(0)));

  EXPECT_TRUE(bucket.Take(20, 10, 2, At(1000)));
  EXPECT_FALSE(bucket.Take(1, 10, 2, At(1000)));
}

TEST(TokenBucket, HasNoLimitAtRateZero) {
  TokenBucket bucket;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(bucket.Take(1e9, 0, 1, At(0)));
}

}  // namespace
}  // namespace vedette::ingest
