#include "diagnose/span_time.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace vedette::diagnose {
namespace {

struct Times {
  double front = 100;    // own time in front
  double to_shop = 10;   // between front and shop
  double shop = 50;      // own time in shop
  double to_store = 10;  // between shop and store
  double store = 30;
  double to_ads = 10;  // between front and ads
  double ads = 20;
};

// Requests through front -> shop -> store and front -> ads, with a little variation.
TraceSet Traffic(const Times& t, int requests = 30) {
  TraceSet set;
  for (int i = 0; i < requests; ++i) {
    const double wave = 1 + 0.01 * (i % 7);
    const auto add = [&](int64_t parent, const char* entity, const char* operation, double time) {
      set.spans.push_back(
          {.parent = parent, .entity = entity, .operation = operation, .duration = time * wave});
      return static_cast<int64_t>(set.spans.size()) - 1;
    };
    const double store_call = t.store + t.to_store, shop_all = t.shop + store_call;
    const double shop_call = shop_all + t.to_shop, ads_call = t.ads + t.to_ads;
    const int64_t root = add(-1, "front", "GET /", t.front + shop_call + ads_call);
    const int64_t call_shop = add(root, "front", "call shop", shop_call);
    const int64_t shop = add(call_shop, "shop", "buy", shop_all);
    const int64_t call_store = add(shop, "shop", "call store", store_call);
    add(call_store, "store", "read", t.store);
    const int64_t call_ads = add(root, "front", "call ads", ads_call);
    add(call_ads, "ads", "list", t.ads);
  }
  return set;
}

TEST(RankByTime, OwnTimeIsLaidAtItsEntityAndNotAtThoseWhoWait) {
  const std::vector<SlowEntity> slow = RankByTime(Traffic({}), Traffic({.store = 900}));
  ASSERT_EQ(slow.size(), 1u);
  EXPECT_EQ(slow[0].entity, "store");
  EXPECT_FALSE(slow[0].network);
  EXPECT_EQ(slow[0].operation, "read");
  EXPECT_NEAR(slow[0].now / slow[0].usual, 30, 0.5);
}

TEST(RankByTime, TimeBetweenTheEndsIsTheNetworkOfTheCallee) {
  const std::vector<SlowEntity> slow = RankByTime(Traffic({}), Traffic({.to_shop = 2000}));
  ASSERT_FALSE(slow.empty());
  EXPECT_EQ(slow[0].entity, "shop");
  EXPECT_TRUE(slow[0].network);
  EXPECT_EQ(slow[0].peer, "front");
}

TEST(RankByTime, WhenAllItsCallsAreSlowItIsTheCaller) {
  const std::vector<SlowEntity> slow =
      RankByTime(Traffic({}), Traffic({.to_shop = 2000, .to_ads = 2000}));
  ASSERT_FALSE(slow.empty());
  EXPECT_EQ(slow[0].entity, "front");
  EXPECT_TRUE(slow[0].network);
}

TEST(RankByTime, OwnTimeOfACallerOfSomebodySlowIsExplained) {
  const std::vector<SlowEntity> slow =
      RankByTime(Traffic({}), Traffic({.front = 700, .store = 900}));
  ASSERT_EQ(slow.size(), 1u);
  EXPECT_EQ(slow[0].entity, "store");
}

TEST(RankByTime, FewUsualCallsCountLess) {
  const TraceSet now = Traffic({.store = 900});
  const double many = RankByTime(Traffic({}), now).front().score;
  const double few = RankByTime(Traffic({}, 2), now).front().score;
  EXPECT_NEAR(few / many, 0.5, 0.05);
  EXPECT_TRUE(RankByTime(Traffic({}, 1), now).empty());
}

TEST(RankByTime, NothingSlowerAndNothingToCompareIsNothing) {
  EXPECT_TRUE(RankByTime(Traffic({}), Traffic({.front = 110})).empty());
  EXPECT_TRUE(RankByTime({}, Traffic({.store = 900})).empty());
  EXPECT_TRUE(RankByTime(Traffic({}), {}).empty());
  EXPECT_TRUE(RankByTime(Traffic({}), Traffic({.store = 900}, 2)).empty());  // too few calls
}

}  // namespace
}  // namespace vedette::diagnose
