#include "detect/baseline/series_detector.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "base/random.h"
#include "model/sample.h"
#include "model/severity.h"

namespace vedette::detect::baseline {
namespace {

constexpr int64_t kStart = 1'767'225'600'000;
constexpr int64_t kMinute = 60'000;
constexpr int64_t kStep = 5 * kMinute;
constexpr int kDay = 288;
const BaselineOptions kOptions;
const Signal kGauge;
const Levels kLevels{.listed = 9, .alarm = 12, .strict = 12};

Signal SignalOf(std::string metric) {
  return ClassifySignal(model::Labels({{"__name__", std::move(metric)}}));
}

// What a series goes through: a day's course, noise, a spike, a shift, values that are none.
std::vector<double> Eventful(int rows) {
  base::Random random(21);
  std::vector<double> values;
  for (int row = 0; row < rows; ++row) {
    const double day = std::sin(2 * std::numbers::pi * (row % kDay) / kDay);
    double value = 100 + 30 * day + 4 * random.Normal();
    if (row == 1200) value = 900;
    if (row > 1500 && row < 1600) value += 150;
    if (row % 101 == 7) value = std::numeric_limits<double>::quiet_NaN();
    if (row == 1800) value = 1e18;
    values.push_back(value);
  }
  return values;
}

Finding Put(SeriesDetector& series, int row, double value) {
  return Step(kOptions, kGauge, kLevels, series, kStart + row * kStep, value);
}

void ExpectSame(const SeriesDetector& one, const SeriesDetector& other, const Finding& a,
                const Finding& b, int row) {
  ASSERT_EQ(std::bit_cast<uint64_t>(a.nats), std::bit_cast<uint64_t>(b.nats)) << row;
  ASSERT_EQ(std::bit_cast<uint64_t>(a.verdict.score), std::bit_cast<uint64_t>(b.verdict.score));
  ASSERT_EQ(a.verdict.low, b.verdict.low) << row;
  ASSERT_EQ(ScoreOf(kLevels, one), ScoreOf(kLevels, other)) << row;
}

TEST(SeriesDetector, SaysOfAPrefixWhatItSaysOfTheWhole) {
  const std::vector<double> values = Eventful(2000);
  SeriesDetector whole;
  SeriesDetector prefix;
  for (int row = 0; row < 2000; ++row) {
    const Finding all = Put(whole, row, values[static_cast<size_t>(row)]);
    if (row >= 1550) continue;
    const Finding some = Put(prefix, row, values[static_cast<size_t>(row)]);
    ExpectSame(whole, prefix, all, some, row);
  }
}

TEST(SeriesDetector, GoesOnBitExactlyFromACopyOfItsBytes) {
  const std::vector<double> values = Eventful(2000);
  for (const int cut : {3, 150, 1201, 1550, 1801}) {
    SeriesDetector running;
    for (int row = 0; row < cut; ++row) Put(running, row, values[static_cast<size_t>(row)]);
    std::string bytes(sizeof(running), '\0');
    std::memcpy(bytes.data(), &running, sizeof(running));
    SeriesDetector restored;
    std::memcpy(static_cast<void*>(&restored), bytes.data(), sizeof(restored));
    for (int row = cut; row < 2000; ++row) {
      const Finding a = Put(running, row, values[static_cast<size_t>(row)]);
      const Finding b = Put(restored, row, values[static_cast<size_t>(row)]);
      ExpectSame(running, restored, a, b, row);
    }
  }
}

TEST(SeriesDetector, OpensAnEpisodeAtOnceAndEndsItByValue) {
  base::Random random(3);
  SeriesDetector series;
  int row = 0;
  for (; row < 4 * kDay; ++row) Put(series, row, 50 + 2 * random.Normal());
  ASSERT_FALSE(series.episode.open);
  Put(series, row, 300);
  EXPECT_TRUE(series.episode.open) << "with its first value";
  EXPECT_EQ(series.episode.since_ms, kStart + row * kStep);
  EXPECT_GE(ScoreOf(kLevels, series), model::kWarningScore);
  const double first = ScoreOf(kLevels, series);
  for (int i = 0; i < 3; ++i) Put(series, ++row, 300);
  EXPECT_TRUE(series.episode.open);
  EXPECT_GT(ScoreOf(kLevels, series), first) << "it lasts";
  EXPECT_LT(ScoreOf(kLevels, series), model::kCriticalScore);

  const int64_t back_ms = kStart + (row + 1) * kStep;
  for (int i = 0; i < 2; ++i) Put(series, ++row, 50);
  EXPECT_TRUE(series.episode.open) << "not by the first usual value";
  Put(series, ++row, 50);
  EXPECT_FALSE(series.episode.open);
  EXPECT_EQ(series.episode.normal_since_ms, back_ms);
}

TEST(SeriesDetector, IsScoredByHowRareItIsUnlessItsMeaningIsAWarning) {
  SeriesDetector series;
  series.episode.open = true;
  series.episode.nats = 7;
  series.state.phase = Phase::kOpen;
  series.state.score = 0.67F;  // many standard deviations of what a name gives no meaning to
  ASSERT_LT(ScoreOf(series.episode), 0.65);
  EXPECT_EQ(ScoreOf(kLevels, series), ScoreOf(series.episode));
  series.state.score = 0.75F;
  EXPECT_EQ(ScoreOf(kLevels, series), static_cast<double>(series.state.score));
}

TEST(SeriesDetector, TakesWhatLastsForTheNewNormal) {
  base::Random random(4);
  SeriesDetector series;
  int row = 0;
  for (; row < 4 * kDay; ++row) Put(series, row, 50 + 2 * random.Normal());
  int open = 0;
  for (const int end = row + kDay; row < end; ++row) {
    Put(series, row, 300 + 2 * random.Normal());
    open += series.episode.open ? 1 : 0;
  }
  EXPECT_GE(open, 36) << "three hours";
  EXPECT_LE(open, 60);
  EXPECT_FALSE(series.episode.open);
}

TEST(SeriesDetector, IsCriticalWhenWhatHurtsIsRareEnoughOrTooYoungToTell) {
  const Signal latency = SignalOf("http_request_latency_p95_seconds");
  const auto score = [&](int rows, double critical) {
    const Levels levels{.listed = 9, .alarm = 12, .strict = 12, .critical = critical};
    base::Random random(11);
    SeriesDetector series;
    int row = 0;
    const auto put = [&](double value) {
      Step(kOptions, latency, levels, series, kStart + row++ * 10'000, value);
    };
    while (row < rows) put(0.06 * (1 + 0.03 * random.Normal()));
    for (int i = 0; i < 12; ++i) put(0.5);
    EXPECT_EQ(series.state.phase, Phase::kOpen);
    return ScoreOf(levels, series);
  };
  EXPECT_GE(score(400, 7), model::kCriticalScore);
  EXPECT_GE(score(400, 45), model::kCriticalScore) << "as never before";
  const double rare = score(400, 1000);
  EXPECT_LT(rare, model::kCriticalScore);
  EXPECT_GE(rare, model::kWarningScore);
  EXPECT_GE(score(80, 1000), model::kCriticalScore) << "there is no past to be rare in";
}

// A counter of failures that never counted: the first burst is as far from all others as it is
// large.
TEST(SeriesDetector, KnowsHowFarTheFirstFailuresAreFromNone) {
  const Signal errors = SignalOf("http_errors_total");
  SeriesDetector series;
  double total = 1000;
  int row = 0;
  for (; row < 300; ++row) {
    Step(kOptions, errors, kLevels, series, kStart + row * kMinute, total);
  }
  const Finding one = Step(kOptions, errors, kLevels, series, kStart + row++ * kMinute, ++total);
  EXPECT_LT(one.nats, kLevels.listed);
  const Finding many =
      Step(kOptions, errors, kLevels, series, kStart + row++ * kMinute, total += 60);
  EXPECT_GT(many.nats, 20);
}

TEST(SeriesDetector, RaisesNoAlarmForWhatCannotHurt) {
  const Levels levels;
  for (const bool worse : {true, false}) {
    base::Random random(5);
    SeriesDetector series;
    const Signal latency = SignalOf("http_request_latency_p95_seconds");
    int64_t t_ms = kStart;
    for (int row = 0; row < 4 * kDay; ++row) {
      Step(kOptions, latency, levels, series, t_ms += kStep, 0.5 + 0.01 * random.Normal());
    }
    for (int i = 0; i < 5; ++i) {
      Step(kOptions, latency, levels, series, t_ms += kStep, worse ? 2 : 0.01);
    }
    EXPECT_TRUE(series.episode.open);
    EXPECT_EQ(series.episode.alarmed, worse);
  }
}

TEST(SeriesDetector, IgnoresWhatIsNoNewValue) {
  const std::vector<double> values = Eventful(800);
  SeriesDetector clean;
  SeriesDetector pestered;
  for (int row = 0; row < 800; ++row) {
    const double value = values[static_cast<size_t>(row)];
    const Finding a = Put(clean, row, value);
    const Finding b = Put(pestered, row, value);
    ExpectSame(clean, pestered, a, b, row);
    if (std::isnan(value)) continue;
    Put(pestered, row, 1e9);       // a duplicate
    Put(pestered, row - 1, -1e9);  // out of order
    Put(pestered, row + 1, std::nan(""));
    Put(pestered, row + 1, model::StaleNan());
    Put(pestered, row + 1, std::numeric_limits<double>::infinity());
  }
}

TEST(SeriesDetector, IsQuietForConstantsHugeValuesAndResets) {
  const Signal counter = SignalOf("http_requests_total");
  for (const double value : {0.0, 1.0, -3.5, 1e18, -1e18, 1e300, 5e-324}) {
    SeriesDetector series;
    for (int row = 0; row < 10 * kDay; ++row) {
      Put(series, row, value);
      ASSERT_FALSE(series.episode.open) << value << " at " << row;
    }
  }
  base::Random random(6);
  SeriesDetector series;
  double total = 0;
  int episodes = 0;
  for (int row = 0; row < 10 * kDay; ++row) {
    if (row % 200 == 150) total = 0;
    const bool before = series.episode.open;
    Step(kOptions, counter, kLevels, series, kStart + row * kStep,
         total += std::round(3000 + 50 * random.Normal()));
    episodes += series.episode.open && !before ? 1 : 0;
  }
  EXPECT_LE(episodes, 1) << "14 resets";
}

size_t PartAt(int64_t t_ms) { return TimeOfWeek(t_ms).three_hours; }

TEST(WeekProfile, KnowsWhichDaysDifferOnceItHasProvedItself) {
  constexpr double kDifference = -60;
  const auto fill = [](WeekProfile& week, int days, bool differs) {
    base::Random random(8);
    for (int row = 0; row < days * kDay; ++row) {
      const bool off = differs && row / kDay % 7 >= 5;
      week.Add(PartAt(kStart + row * kStep), 300, (off ? kDifference : 0) + 2 * random.Normal(),
               1000);
    }
  };
  const int64_t friday = kStart + (14 * kDay + 4 * kDay + 100) * kStep;
  const int64_t off_day = friday + kDay * kStep;
  WeekProfile week;
  fill(week, 7, true);
  EXPECT_EQ(week.Offset(PartAt(off_day)), 0) << "seen once, not proved";
  fill(week, 14, true);
  EXPECT_NEAR(week.Offset(PartAt(off_day)), kDifference, 2);
  EXPECT_NEAR(week.Offset(PartAt(friday)), 0, 2);

  WeekProfile even;
  fill(even, 21, false);
  EXPECT_EQ(even.Offset(PartAt(off_day)), 0) << "no nearer than the profile of the day";
}

TEST(SeriesDetector, ScoresACounterAsItsRate) {
  base::Random random(7);
  const Signal counter = SignalOf("http_requests_total");
  SeriesDetector of_total;
  SeriesDetector of_rate;
  double total = 0;
  for (int row = 0; row < 1000; ++row) {
    const int64_t t_ms = kStart + row * 256'000;
    const double rate = row == 900 ? 400 : 50 + 1.0 / 512 + std::round(3 * random.Normal());
    total += rate * 256;
    const double a = Step(kOptions, counter, kLevels, of_total, t_ms, total).nats;
    if (row == 0) continue;
    ASSERT_EQ(a, Step(kOptions, kGauge, kLevels, of_rate, t_ms, rate).nats) << row;
  }
}

}  // namespace
}  // namespace vedette::detect::baseline
