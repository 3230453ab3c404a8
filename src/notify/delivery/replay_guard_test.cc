#include "notify/delivery/replay_guard.h"

#include <gtest/gtest.h>

namespace vedette::notify::delivery {
namespace {

const base::TimePoint kNow = base::FromMillis(1'531'420'620'000);

TEST(ReplayGuard, TakesEachOnce) {
  ReplayGuard guard;

  EXPECT_TRUE(guard.Remember("v0=a", kNow).ok());
  EXPECT_TRUE(guard.Remember("v0=b", kNow).ok());
  const base::Result<> again = guard.Remember("v0=a", kNow + std::chrono::minutes(9));
  EXPECT_EQ(again.error().code, base::ErrorCode::kUnauthenticated);
  EXPECT_EQ(again.error().message, "the request has come before");
}

TEST(ReplayGuard, RemembersABoundedNumberAndForgetsTheOld) {
  ReplayGuard guard;
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(guard.Remember(std::to_string(i), kNow).ok());
  EXPECT_FALSE(guard.Remember("more", kNow).ok());
  EXPECT_TRUE(guard.Remember("more", kNow + std::chrono::minutes(11)).ok());
}

}  // namespace
}  // namespace vedette::notify::delivery
