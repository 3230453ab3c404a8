#include "detect/baseline/day_profile.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <numbers>

namespace vedette::detect::baseline {
namespace {

constexpr int64_t kMinute = 60'000;
constexpr int64_t kDay = 1440 * kMinute;

template <typename Curve>
DayProfile Learned(int64_t interval_ms, const Curve& curve) {
  DayProfile profile;
  for (int64_t t_ms = 0; t_ms < 3 * kDay; t_ms += interval_ms) {
    profile.Add(TimeOfWeek(t_ms).half_hour, curve(t_ms % kDay), 0.01);
  }
  return profile;
}

template <typename Curve>
double FarthestOff(const DayProfile& profile, int64_t interval_ms, const Curve& curve) {
  double most = 0;
  for (int64_t t_ms = 0; t_ms < kDay; t_ms += interval_ms) {
    const double off =
        profile.Near(TimeOfWeek(t_ms), static_cast<double>(interval_ms)).mean - curve(t_ms);
    most = std::max(most, std::abs(off));
  }
  return most;
}

double Smooth(int64_t t_ms) {
  return 100 + 50 * std::sin(2 * std::numbers::pi * static_cast<double>(t_ms) / kDay);
}

double Nightly(int64_t t_ms) { return t_ms >= 2 * kDay / 24 && t_ms < 6 * kDay / 24 ? 100 : 50; }

TEST(DayProfile, SeesNoStepsInASmoothDay) {
  for (const int64_t interval_ms : {kMinute / 6, kMinute, 5 * kMinute}) {
    const DayProfile profile = Learned(interval_ms, Smooth);
    EXPECT_LT(FarthestOff(profile, interval_ms, Smooth), 1.2) << interval_ms;  // 3.3 with steps
  }
}

TEST(DayProfile, KeepsTheStepsOfAJobThatRunsByTheClock) {
  const DayProfile profile = Learned(kMinute, Nightly);
  EXPECT_LT(FarthestOff(profile, kMinute, Nightly), 1e-6);
}

TEST(DayProfile, DrawsNoLinesThroughSingleValues) {
  for (const int64_t interval_ms : {30 * kMinute, 60 * kMinute}) {
    const DayProfile profile = Learned(interval_ms, Smooth);
    EXPECT_LT(FarthestOff(profile, interval_ms, Smooth), 1e-4) << interval_ms;
  }
}

TEST(DayProfile, KnowsNothingOfTimesThatItHasNotSeen) {
  DayProfile profile;
  EXPECT_EQ(profile.Near(TimeOfWeek(kDay), static_cast<double>(kMinute)).count, 0);
  profile.Add(0, 7, 0.01);
  EXPECT_EQ(profile.Near(TimeOfWeek(kDay + kMinute), static_cast<double>(kMinute)).mean, 7);
  EXPECT_EQ(profile.Near(TimeOfWeek(-1), static_cast<double>(kMinute)).count, 0);
}

}  // namespace
}  // namespace vedette::detect::baseline
