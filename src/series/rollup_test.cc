#include "series/rollup.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

#include "base/random.h"
#include "model/sample.h"

namespace vedette::series {
namespace {

constexpr int64_t kDay = 1'699'920'000'000;  // midnight
constexpr int64_t kMinute = 60'000;

SampleColumns Samples(const std::vector<std::pair<int64_t, double>>& samples) {
  SampleColumns columns;
  for (const auto& [t_ms, value] : samples) {
    columns.t_ms.push_back(t_ms);
    columns.values.push_back(value);
  }
  return columns;
}

std::string Encoded(const std::vector<RollupWindow>& windows) {
  return EncodeRollups(windows, kMinute);
}

TEST(Rollup, OfAWindowIsWhatItsSamplesHaveTogether) {
  const auto windows = RollUp(Samples({{kDay + 1'000, 3},
                                       {kDay + 16'000, 7},
                                       {kDay + 31'000, 2},
                                       {kDay + 60'000, 4},
                                       {kDay + 60'001, 9}}),
                              kMinute);

  ASSERT_EQ(windows.size(), 2u);
  const Rollup& first = windows[0].rollup;
  EXPECT_EQ(windows[0].end_ms, kDay + kMinute);
  EXPECT_EQ(first.count, 4u);
  EXPECT_EQ(first.first_t_ms, kDay + 1'000);
  EXPECT_EQ(first.first, 3);
  EXPECT_EQ(first.min, 2);
  EXPECT_EQ(first.max, 7);
  EXPECT_EQ(first.sum, 16);
  EXPECT_EQ(first.lost, 7);
  EXPECT_EQ(windows[0].last_t_ms, kDay + 60'000);
  EXPECT_EQ(windows[0].last, 4);
  EXPECT_EQ(windows[1].rollup.first_t_ms, kDay + 60'001);
}

TEST(Rollup, GivesTheSampleOfMidnightToTheWindowBefore) {
  const auto windows = RollUp(Samples({{kDay, 1}, {kDay + 1, 2}}), kMinute);

  ASSERT_EQ(windows.size(), 2u);
  EXPECT_EQ(windows[0].end_ms, kDay);
  EXPECT_EQ(windows[1].end_ms, kDay + kMinute);
}

TEST(Rollup, KnowsAStaleMarkerOnlyAtTheEndOfItsWindow) {
  const double stale = model::StaleNan();
  const auto windows = RollUp(Samples({{kDay + 1, 1},
                                       {kDay + 2, stale},
                                       {kDay + 3, 2},
                                       {kDay + kMinute + 1, 5},
                                       {kDay + kMinute + 2, stale},
                                       {kDay + 2 * kMinute + 1, stale}}),
                              kMinute);

  ASSERT_EQ(windows.size(), 3u);
  EXPECT_EQ(windows[0].rollup.count, 2u);
  EXPECT_EQ(windows[0].stale_ms, INT64_MIN);
  EXPECT_EQ(windows[1].rollup.count, 1u);
  EXPECT_EQ(windows[1].stale_ms, kDay + kMinute + 2);
  EXPECT_EQ(windows[2].rollup.count, 0u);
  EXPECT_EQ(windows[2].stale_ms, kDay + 2 * kMinute + 1);
  EXPECT_EQ(*DecodeRollups(Encoded(windows), kMinute), windows);
}

TEST(Rollup, TakesExtremesAsTheFunctionsOfPromqlDo) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto windows = RollUp(Samples({{kDay + 1, nan}, {kDay + 2, 4}, {kDay + 3, 2}}), kMinute);

  EXPECT_EQ(windows[0].rollup.min, 2);
  EXPECT_EQ(windows[0].rollup.max, 4);
  EXPECT_TRUE(std::isnan(windows[0].rollup.sum));
}

TEST(Rollup, SurvivesEncodingBitByBit) {
  base::Random random(5);
  for (int round = 0; round < 40; ++round) {
    SampleColumns samples;
    int64_t t_ms = kDay + static_cast<int64_t>(random.Below(1'000'000));
    const uint64_t step = 1 + random.Below(60'000);
    const uint64_t shape = random.Below(4);
    double value = 0;
    while (t_ms < kDay + kBucketMs && samples.t_ms.size() < 3'000) {
      samples.t_ms.push_back(t_ms);
      const double next = static_cast<double>(random.Below(1000)) / 10;
      value = shape == 0 ? 1 : shape == 1 ? value + next : shape == 2 ? next : std::sqrt(next);
      samples.values.push_back(random.Below(100) == 0 ? model::StaleNan() : value);
      t_ms += 1 + static_cast<int64_t>(random.Below(step));
    }
    for (const int64_t resolution_ms : kRollupResolutionsMs) {
      const auto windows = RollUp(samples, resolution_ms);
      const auto decoded = DecodeRollups(EncodeRollups(windows, resolution_ms), resolution_ms);
      ASSERT_TRUE(decoded.ok()) << decoded.error().message;
      ASSERT_EQ(*decoded, windows) << "round " << round;
    }
  }
}

TEST(Rollup, ThatIsDamagedIsFoundToBe) {
  const auto windows =
      RollUp(Samples({{kDay + 1, 1.5}, {kDay + 2, 2}, {kDay + 100'000, 4}}), kMinute);
  const std::string bytes = Encoded(windows);
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(DecodeRollups(damaged, kMinute).ok()) << i;
    EXPECT_FALSE(DecodeRollups(bytes.substr(0, i), kMinute).ok()) << i;
  }
}

TEST(Rollup, KeysSortByResolutionPeriodTenantSeriesAndDay) {
  const std::vector<std::string> keys = {
      std::string(KeyOfUnrolled(1, 19'000, 1, 7)), std::string(KeyOfRollup(0, -1, 1, 7)),
      std::string(KeyOfRollup(0, 19'000, 1, 7)),   std::string(KeyOfRollup(0, 19'001, 1, 7)),
      std::string(KeyOfRollup(0, 19'000, 1, 8)),   std::string(KeyOfRollup(0, 19'000, 2, 1)),
      std::string(KeyOfRollup(0, 19'040, 1, 1)),   std::string(KeyOfRollup(1, 0, 1, 1))};
  for (size_t i = 1; i < keys.size(); ++i) EXPECT_LT(keys[i - 1], keys[i]) << i;
  EXPECT_EQ(*DayOfRollupKey(keys[1]), -1);
  EXPECT_EQ(*PeriodOfRollupKey(keys[1]), -1);
  const auto mark = ParseUnrolledKey(keys[0]);
  ASSERT_TRUE(mark.ok());
  EXPECT_EQ(mark->day, 19'000);
  EXPECT_EQ(mark->tenant, 1u);
  EXPECT_EQ(mark->ref, 7u);
}

}  // namespace
}  // namespace vedette::series
