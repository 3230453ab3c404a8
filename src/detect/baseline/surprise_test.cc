#include "detect/baseline/surprise.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "base/random.h"
#include "detect/baseline/novelty.h"
#include "detect/baseline/records.h"

namespace vedette::detect::baseline {
namespace {

constexpr int64_t kStart = 1'767'225'600'000;
constexpr int64_t kStep = 300'000;
constexpr int kDay = 288;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

using Source = std::function<double(int)>;

// A surprise with the profile of its series' day.
struct Profiled {
  double Step(int64_t t_ms, double value) {
    const double nats = surprise.Step(t_ms, value, profile.At(TimeOfWeek(t_ms).half_hour));
    if (std::isfinite(value) && t_ms > last_ms) {
      profile.Add(TimeOfWeek(t_ms).half_hour, std::clamp(value, -1e30, 1e30),
                  surprise.ProfileWeight());
      last_ms = t_ms;
    }
    return nats;
  }
  Surprise surprise;
  DayProfile profile;
  int64_t last_ms = INT64_MIN;
};

double Daily(int row) {
  return 100 + 30 * std::sin(2 * std::numbers::pi * static_cast<double>(row % kDay) / kDay);
}

// Alerts outside of the first two days.
int Alerts(const Source& source, int days, double alert = Surprise::kAlert) {
  Profiled surprise;
  int alerts = 0;
  for (int row = 0; row < days * kDay; ++row) {
    const double nats = surprise.Step(kStart + row * kStep, source(row));
    EXPECT_TRUE(std::isfinite(nats)) << row;
    EXPECT_GE(nats, 0) << row;
    if (row >= 2 * kDay && nats >= alert) ++alerts;
  }
  return alerts;
}

std::vector<double> Mixed(int rows) {
  base::Random random(11);
  std::vector<double> values;
  for (int row = 0; row < rows; ++row) {
    double value = Daily(row) + 4 * random.Normal();
    if (row % 97 == 0) value = kMissing;
    if (row > 2000) value += 40;
    if (row == 1500) value = -1e18;
    values.push_back(value);
  }
  return values;
}

TEST(Records, GiveTheTailOfTheirOwnSample) {
  Records<2> records;
  EXPECT_EQ(records.Surprise(1, 9, 100, 1), 0);  // too few to know
  for (const float value : {1.0F, 7.0F, 3.0F, 4.0F, 5.0F, 0.0F, 2.0F}) records.Add(1, value);
  // Kept: 2 3 4 5 7, mean excess over 2 is (1 + 2 + 3 + 5) / 4.
  EXPECT_EQ(records.least(1), 2);
  EXPECT_EQ(records.Surprise(1, 2, 100, 1), 0);
  EXPECT_NEAR(records.Surprise(1, 13, 100, 0.25), std::log(20) + 11 / 3.0, 1e-12);
  EXPECT_EQ(records.Surprise(0, 13, 100, 0.25), 0) << "of another quantity";
}

TEST(Records, AreBeatenByAnyOfTheValuesThatIsLargerThanItsOwnLeast) {
  Records<6> records;
  for (size_t i = 0; i < 6; ++i) {
    for (int value = 0; value < 5; ++value) records.Add(i, static_cast<float>(i) + 10);
  }
  Records<6>::Values values;
  values.fill(Records<6>::kNone);
  EXPECT_FALSE(records.AnyBeats(values));
  for (size_t i = 0; i < 6; ++i) values[i] = static_cast<float>(i) + 10;
  EXPECT_FALSE(records.AnyBeats(values)) << "as large is no record";
  for (size_t i = 0; i < 6; ++i) {
    values[i] += 0.5F;
    EXPECT_TRUE(records.AnyBeats(values)) << i;
    values[i] -= 0.5F;
  }
}

// A past of noise around 50, at a time of the day when that is usual.
Novelty AfterNoise() {
  Novelty novelty;
  base::Random random(13);
  for (int row = 0; row < 500; ++row) {
    novelty.Step(50 + random.Normal(), {.count = 6, .mean = 50}, 0);
  }
  return novelty;
}

TEST(Novelty, WhatSeveralViewsSayCountsForMoreThanOneAlone) {
  const auto after_noise = [](double value, const Seasonal& season) {
    return AfterNoise().Step(value, season, 0);
  };
  EXPECT_EQ(after_noise(50, {.count = 6, .mean = 50}), 0) << "no view";
  const double by_season = after_noise(50, {.count = 6, .mean = 42});  // it should have been 42
  const double by_all = after_noise(58, {.count = 6, .mean = 50});     // as far off, and a spike
  EXPECT_GT(by_season, 5);
  EXPECT_GT(by_all, by_season + 0.5 * std::log(3)) << "value, step, both residuals, fast mean...";
}

TEST(Novelty, AViewThatAgreesAddsLessThanTheFirst) {
  const double without = AfterNoise().Step(58, {}, 0);  // nothing known of the time of the day
  const double with = AfterNoise().Step(58, {.count = 6, .mean = 50}, 0);
  EXPECT_GT(with, without);
  EXPECT_LT(with, without + 0.5 * std::log(2));
}

TEST(Surprise, OfAPrefixIsBitEqual) {
  const std::vector<double> values = Mixed(3000);
  for (const int cut : {1, 150, 1501, 2500}) {
    Profiled whole;
    Profiled prefix;
    for (int row = 0; row < 3000; ++row) {
      const double all = whole.Step(kStart + row * kStep, values[static_cast<size_t>(row)]);
      if (row >= cut) continue;
      const double some = prefix.Step(kStart + row * kStep, values[static_cast<size_t>(row)]);
      ASSERT_EQ(std::bit_cast<uint64_t>(all), std::bit_cast<uint64_t>(some)) << row;
    }
  }
}

TEST(Surprise, GoesOnBitExactlyFromACopyOfItsBytes) {
  const std::vector<double> values = Mixed(3000);
  Profiled running;
  for (int row = 0; row < 3000; ++row) {
    if (row % 500 == 499) {
      std::string bytes(sizeof(Profiled), '\0');
      std::memcpy(bytes.data(), &running, sizeof(Profiled));
      Profiled restored;
      std::memcpy(static_cast<void*>(&restored), bytes.data(), sizeof(Profiled));
      Profiled copy = running;
      for (int ahead = row; ahead < row + 400 && ahead < 3000; ++ahead) {
        const int64_t t_ms = kStart + ahead * kStep;
        const double value = values[static_cast<size_t>(ahead)];
        ASSERT_EQ(copy.Step(t_ms, value), restored.Step(t_ms, value)) << ahead;
      }
    }
    running.Step(kStart + row * kStep, values[static_cast<size_t>(row)]);
  }
}

// The greatest surprise in an hour that begins at a row.
double After(const Source& source, int at) {
  Profiled surprise;
  double most = 0;
  for (int row = 0; row < at + 12; ++row) {
    const double nats = surprise.Step(kStart + row * kStep, source(row));
    if (row >= at) most = std::max(most, nats);
  }
  return most;
}

TEST(Surprise, FindsASpikeAShiftAndAStop) {
  constexpr int kAt = 10 * kDay + 100;
  base::Random random(5);
  const auto usual = [&](int row) { return Daily(row) + 3 * random.Normal(); };
  EXPECT_LT(After(usual, kAt), Surprise::kAlert);
  EXPECT_GE(After([&](int row) { return row == kAt ? 300 : usual(row); }, kAt), Surprise::kAlert);
  EXPECT_GE(After([&](int row) { return usual(row) + (row >= kAt ? 80 : 0); }, kAt),
            Surprise::kAlert);
  EXPECT_GE(After([&](int row) { return row >= kAt ? 0 : usual(row); }, kAt), Surprise::kAlert);
}

TEST(Surprise, SaysTheRestOfADeviationMoreQuietly) {
  base::Random random(6);
  const int alerts =
      Alerts([&](int row) { return 10 + random.Normal() + (row >= 3 * kDay ? 60 : 0); }, 6);
  EXPECT_GE(alerts, 1);
  EXPECT_LE(alerts, 12);
}

// A deviation that happens every other day is rare each time, in however many values it comes.
TEST(Surprise, FindsWhatComesAgain) {
  constexpr int64_t kMinute = 60'000;
  constexpr int kMinutes = 1440;
  base::Random random(13);
  Profiled surprise;
  int found = 0;
  for (int day = 0; day < 40; ++day) {
    const int at = 100 + static_cast<int>(1200 * random.Uniform());
    double most = 0;
    for (int row = 0; row < kMinutes; ++row) {
      const bool deviates = day % 2 == 0 && row >= at && row < at + 3;
      const double nats = surprise.Step(kStart + (day * kMinutes + row) * kMinute,
                                        50 + random.Normal() + (deviates ? 12 : 0));
      if (deviates) most = std::max(most, nats);
    }
    if (day >= 4 && most >= 8) ++found;
  }
  EXPECT_GE(found, 16);  // of 18
}

TEST(Surprise, NeedsMoreForTheNextAlertOfASeriesThatRaisedMany) {
  base::Random random(7);
  const Source spikes = [&](int row) { return 10 + random.Normal() + (row % 50 == 0 ? 200 : 0); };
  EXPECT_LE(Alerts(spikes, 30), 2);  // 170 of them: that is how this series is
}

// At most one alert in twenty days and series over the usual kinds of series, in eight of any kind.
TEST(Surprise, IsQuietOnSeriesWithoutEvents) {
  constexpr int kDays = 30;
  constexpr int kSeries = 40;
  base::Random random(8);
  double smooth = 0;
  const std::vector<std::pair<std::string, Source>> kinds = {
      {"noise", [&](int) { return 50 + 5 * random.Normal(); }},
      {"daily", [&](int row) { return Daily(row) + 5 * random.Normal(); }},
      {"lognormal", [&](int) { return std::exp(0.5 * random.Normal()); }},
      {"smooth", [&](int) { return 50 + (smooth = 0.9 * smooth + random.Normal()); }},
      {"counts", [&](int) { return std::floor(std::abs(3 + 1.7 * random.Normal())); }},
      {"rare", [&](int) { return random.Uniform() < 0.02 ? 1.0 : 0.0; }},
      {"square", [](int row) { return row % kDay < kDay / 2 ? 20.0 : 80.0; }},
      {"constant", [](int) { return 42.0; }}};
  int all = 0;
  for (const auto& [name, source] : kinds) {
    int alerts = 0;
    for (int series = 0; series < kSeries; ++series) alerts += Alerts(source, kDays);
    EXPECT_LE(alerts, 0.125 * kSeries * (kDays - 2)) << name;
    all += alerts;
  }
  EXPECT_LE(all, 0.05 * kSeries * (kDays - 2) * static_cast<double>(kinds.size()));
}

TEST(Surprise, IsQuietUnderWhatGoesWrongInTransport) {
  constexpr int kDays = 30;
  constexpr int kMost = 1;  // 0.05 a day
  base::Random random(9);
  const auto usual = [&](int row) { return Daily(row) + 5 * random.Normal(); };
  EXPECT_LE(Alerts([&](int row) { return row % 7 == 3 ? kMissing : usual(row); }, kDays), kMost);
  EXPECT_LE(Alerts([&](int row) { return row % kDay > 200 ? kMissing : usual(row); }, kDays),
            kMost);
  EXPECT_LE(Alerts([](int row) { return 5.0 * (row % 400); }, kDays), kMost) << "resets";
  EXPECT_LE(Alerts([](int) { return 1e18; }, kDays), kMost);
  EXPECT_LE(Alerts([](int row) { return row % 2 == 0 ? 1e18 : -1e18; }, kDays), kMost);
  EXPECT_LE(Alerts([](int row) { return row % 3 == 0 ? 1e300 : 1; }, kDays), kMost);
  const auto infinity = std::numeric_limits<double>::infinity();
  EXPECT_LE(Alerts([&](int row) { return row % 5 == 0 ? infinity : usual(row); }, kDays), kMost);
}

TEST(Surprise, IgnoresTimesThatDoNotAdvance) {
  base::Random random(10);
  Profiled clean;
  Profiled repeated;
  for (int row = 0; row < 1000; ++row) {
    const int64_t t_ms = kStart + row * kStep;
    const double value = Daily(row) + random.Normal();
    ASSERT_EQ(clean.Step(t_ms, value), repeated.Step(t_ms, value));
    ASSERT_EQ(repeated.Step(t_ms, 1e9), 0);
    ASSERT_EQ(repeated.Step(t_ms - kStep, -1e9), 0);
  }
}

TEST(Surprise, CountsTheSameNoiseAtTenSecondsNotMoreOften) {
  base::Random random(12);
  Profiled surprise;
  int alerts = 0;
  constexpr int kRows = 14 * 8640;  // two weeks
  for (int row = 0; row < kRows; ++row) {
    if (surprise.Step(kStart + row * 10'000, 50 + 5 * random.Normal()) >= Surprise::kAlert) {
      ++alerts;
    }
  }
  EXPECT_LE(alerts, 1);
}

}  // namespace
}  // namespace vedette::detect::baseline
