#include "detect/baseline/series_state.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "base/random.h"
#include "detect/baseline/series_detector.h"
#include "detect/baseline/severity.h"
#include "model/sample.h"
#include "model/severity.h"

namespace vedette::detect::baseline {
namespace {

constexpr int64_t kStart = 1'767'225'600'000;  // 2026-01-01T00:00:00Z, a Thursday
constexpr int64_t kMinute = 60'000;
constexpr int64_t kHour = 60 * kMinute;

Signal SignalOf(std::string metric, std::string label = {}, std::string value = {}) {
  return ClassifySignal(model::Labels({{"__name__", std::move(metric)}, {label, value}}));
}

const Signal kMemory = SignalOf("process_memory_usage");
const Signal kLatency = SignalOf("http_request_latency_p95_seconds");
const Signal kErrors = SignalOf("http_requests_total", "code", "500");
const Signal kRequests = SignalOf("http_requests_total", "code", "200");
const Signal kUnknown = SignalOf("room_temperature");

// A series under the baseline, fed at a step; counts what it says.
class Series {
 public:
  explicit Series(Signal signal, int64_t step_ms = 10'000, BaselineOptions options = {})
      : signal_(signal), options_(options), step_ms_(step_ms) {}
  Series(const Series&) = delete;
  Series& operator=(const Series&) = delete;

  Verdict Put(double value) { return PutAt(now_ += step_ms_, value); }
  Verdict PutAt(int64_t t_ms, double value) {
    now_ = t_ms;
    const Verdict verdict = Step(options_, signal_, {}, series, t_ms, value).verdict;
    if (verdict.change == Change::kOpened) ++opened;
    if (verdict.change == Change::kClosed || verdict.change == Change::kRelearnt) ++closed;
    if (verdict.change == Change::kRelearnt) ++relearnt;
    worst = std::max(worst, static_cast<double>(state.score));
    return verdict;
  }
  // Values for a while, from a function of the time.
  void Run(int64_t duration_ms, const std::function<double(int64_t)>& value) {
    for (const int64_t end = now_ + duration_ms; now_ < end;) Put(value(now_ + step_ms_));
  }
  // A counter that grows by about `rate` per second, as chance has it.
  void Count(int64_t duration_ms, double rate) {
    Run(duration_ms, [&](int64_t) {
      double grown = 0;
      for (double t = random.Exponential(1 / rate); t < static_cast<double>(step_ms_) / 1000;
           t += random.Exponential(1 / rate)) {
        ++grown;
      }
      return total += grown;
    });
  }
  // A level with normal noise.
  void Noise(int64_t duration_ms, double level, double deviation) {
    Run(duration_ms, [&](int64_t) { return level + deviation * random.Normal(); });
  }

  bool critical() const { return worst >= model::kCriticalScore; }
  bool warning() const { return worst >= model::kWarningScore; }
  int64_t now() const { return now_; }
  void Skip(int64_t ms) { now_ += ms; }

  SeriesDetector series;  // for the profile of the day
  SeriesState& state = series.state;
  base::Random random{17};
  double total = 0;
  int opened = 0;
  int closed = 0;
  int relearnt = 0;
  double worst = 0;

 private:
  const Signal signal_;
  const BaselineOptions options_;
  const int64_t step_ms_;
  int64_t now_ = kStart;
};

TEST(Baseline, OpensForAShiftAndClosesAfterwards) {
  Series series(kMemory);
  series.Noise(kHour, 0.4, 0.01);

  const int64_t onset = series.now();
  series.Noise(2 * kMinute, 0.9, 0.01);

  EXPECT_EQ(series.opened, 1);
  EXPECT_TRUE(series.critical());
  EXPECT_EQ(series.state.since_ms, onset + 10'000);
  series.Noise(2 * kMinute, 0.4, 0.01);
  EXPECT_EQ(series.closed, 1);
  EXPECT_EQ(series.state.phase, Phase::kNormal);
}

TEST(Baseline, IsCriticalWithinFortySecondsAndNotBefore) {
  Series series(kMemory);
  series.Noise(kHour, 0.4, 0.01);

  series.Noise(30'000, 0.9, 0.01);
  EXPECT_EQ(series.opened, 1);
  EXPECT_FALSE(series.critical());
  series.Noise(10'000, 0.9, 0.01);
  EXPECT_TRUE(series.critical());
}

TEST(Baseline, ForgetsASingleWildValue) {
  Series series(kLatency);
  series.Noise(kHour, 0.06, 0.003);
  for (int i = 0; i < 20; ++i) {
    series.Put(5);
    series.Noise(2 * kMinute, 0.06, 0.003);
  }
  EXPECT_EQ(series.opened, 0);
}

TEST(Baseline, SaysNothingWhileItLearns) {
  Series series(kMemory);
  series.Noise(9 * kMinute, 0.4, 0.01);
  const Verdict verdict = series.Put(0.99);
  EXPECT_FALSE(verdict.judged);
  EXPECT_EQ(verdict.score, 0);
}

TEST(Baseline, GoodNewsIsNoWarning) {
  Series series(kLatency);
  series.Noise(kHour, 0.2, 0.01);
  series.Noise(10 * kMinute, 0.05, 0.003);
  EXPECT_EQ(series.opened, 1);
  EXPECT_FALSE(series.warning());
}

TEST(Baseline, FewerErrorsOrMoreRequestsWakeNobody) {
  Series errors(kErrors);
  errors.Count(kHour, 5);
  errors.Count(10 * kMinute, 0.1);
  EXPECT_FALSE(errors.warning());

  Series requests(kRequests);
  requests.Count(kHour, 30);
  requests.Count(10 * kMinute, 150);
  EXPECT_TRUE(requests.warning());
  EXPECT_FALSE(requests.critical());
}

TEST(Baseline, ALackOfRequestsIsCriticalWhenManyWereExpected) {
  Series busy(kRequests);
  busy.Count(kHour, 30);
  busy.Count(2 * kMinute, 1);
  EXPECT_TRUE(busy.critical());

  Series idle(kRequests);
  idle.Count(kHour, 0.05);
  idle.Run(5 * kMinute, [&](int64_t) { return idle.total; });
  EXPECT_FALSE(idle.critical());
}

TEST(Baseline, ErrorsFromZeroAreFound) {
  Series series(kErrors);
  series.Run(kHour, [](int64_t) { return 0.0; });
  series.Count(2 * kMinute, 2);
  EXPECT_TRUE(series.critical());
}

TEST(Baseline, AFewErrorsMoreAreChance) {
  Series series(kErrors);
  series.Count(12 * kHour, 0.1);
  EXPECT_FALSE(series.warning());
  EXPECT_LE(series.opened, 1);
}

TEST(Baseline, ACounterThatStartsAgainIsNoDrop) {
  Series series(kRequests);
  series.Count(kHour, 30);
  for (int i = 0; i < 5; ++i) {
    series.total = 0;
    series.Count(5 * kMinute, 30);
  }
  EXPECT_EQ(series.opened, 0);
}

TEST(Baseline, NothingIsMissedInAGap) {
  Series series(kRequests);
  series.Count(kHour, 30);
  for (int i = 0; i < 5; ++i) {
    series.Skip(20 * kMinute);
    series.Count(20 * kMinute, 30);
  }
  EXPECT_EQ(series.opened, 0);
}

TEST(Baseline, WhatLastsBecomesUsual) {
  Series series(kUnknown);
  series.Noise(kHour, 20, 0.5);
  series.Noise(200 * kMinute, 60, 0.5);
  EXPECT_EQ(series.opened, 1);
  EXPECT_EQ(series.relearnt, 1);

  series.Noise(2 * kHour, 60, 0.5);
  EXPECT_EQ(series.opened, 1);
  EXPECT_NEAR(series.state.level, 60, 1);
}

TEST(Baseline, AnAnomalyDoesNotBecomeItsOwnExcuse) {
  Series series(kLatency);
  series.Noise(kHour, 0.06, 0.003);
  for (int i = 0; i < 10; ++i) {
    const int before = series.opened;
    series.Noise(5 * kMinute, 0.3, 0.01);
    EXPECT_EQ(series.opened, before + 1) << "round " << i;
    series.Noise(20 * kMinute, 0.06, 0.003);
    EXPECT_EQ(series.closed, before + 1) << "round " << i;
  }
}

TEST(Baseline, FollowsTheDay) {
  Series series(kUnknown, 30'000);
  const auto daily = [&](int64_t t) {
    const double hours = static_cast<double>(t) / kHour;
    return 100 + 30 * std::sin(2 * std::numbers::pi * hours / 24) + 3 * series.random.Normal();
  };
  series.Run(4 * 24 * kHour, daily);
  EXPECT_EQ(series.opened, 0);
}

TEST(Baseline, LearnsTheHourOfTheDayWhenItHelps) {
  // A job doubles the value every night from 02:00 to 06:00.
  const auto nightly = [](base::Random& random, int64_t t) {
    const int64_t hour = t / kHour % 24;
    return (hour >= 2 && hour < 6 ? 100 : 50) + 2 * random.Normal();
  };
  Series with(kUnknown, kMinute);
  BaselineOptions plain;
  plain.time_of_day = false;
  Series without(kUnknown, kMinute, plain);
  with.Run(3 * 24 * kHour, [&](int64_t t) { return nightly(with.random, t); });
  without.Run(3 * 24 * kHour, [&](int64_t t) { return nightly(without.random, t); });

  const int learnt = with.opened;
  const int unlearnt = without.opened;
  with.Run(4 * 24 * kHour, [&](int64_t t) { return nightly(with.random, t); });
  without.Run(4 * 24 * kHour, [&](int64_t t) { return nightly(without.random, t); });

  EXPECT_TRUE(with.state.season_used);
  EXPECT_LE(with.opened - learnt, 1);
  EXPECT_GE(without.opened - unlearnt, 4);
}

// What shares the budget of pages is what can be graded critical, whatever is made of the grades.
TEST(Baseline, KnowsWhatMayPage) {
  const auto grades_critical = [](const Signal& signal) {
    for (const int side : {-1, 1}) {
      for (const double sustained : {0.0, 1.0, 100.0, 1e6}) {
        const Deviation worst{.sustained = sustained,
                              .expected = side > 0 ? sustained / 10 : 10 * sustained + 1e3,
                              .sigmas = 1e6,
                              .lasted_s = 1e6,
                              .side = side,
                              .counts = signal.reading == Reading::kCounter};
        if (ScoreOf(BaselineOptions(), signal, worst) >= model::kCriticalScore) return true;
      }
    }
    return false;
  };
  for (const SignalKind kind :
       {SignalKind::kOther, SignalKind::kErrors, SignalKind::kLatency, SignalKind::kSaturation,
        SignalKind::kIdle, SignalKind::kTraffic, SignalKind::kAvailability, SignalKind::kWork}) {
    for (const Reading reading : {Reading::kGauge, Reading::kCounter}) {
      for (const float known : {0.0F, 1.0F, 100.0F}) {
        for (const bool may_page : {false, true}) {
          const Signal signal{.kind = kind,
                              .reading = reading,
                              .may_page = may_page,
                              .full = known,
                              .unit_seconds = known};
          EXPECT_EQ(MayPage(signal), grades_critical(signal))
              << static_cast<int>(kind) << " " << static_cast<int>(reading) << " " << known;
        }
      }
    }
  }
}

TEST(Baseline, LeavesTheUnknownToItsSurprise) {
  Series doubled(kUnknown);
  doubled.Noise(kHour, 20, 0.5);
  doubled.Noise(20 * kMinute, 60, 0.5);
  EXPECT_EQ(doubled.opened, 1);
  EXPECT_FALSE(doubled.warning());
}

TEST(Baseline, SensitivityScalesWhatCounts) {
  BaselineOptions numb;
  numb.sensitivity = 0.2;
  Series series(kMemory, 10'000, numb);
  series.Noise(kHour, 0.4, 0.04);
  series.Noise(5 * kMinute, 0.65, 0.04);
  EXPECT_EQ(series.opened, 0);
}

TEST(Baseline, FindsTheEndOfIdleTimeAtOneSecond) {
  // Ten minutes of a busy machine's idle time, then a burner.
  Series idle(SignalOf("node_cpu_seconds_total", "mode", "idle"), 1'000);
  const auto spin = [&](int64_t duration, double share) {
    idle.Run(duration, [&](int64_t) {
      const double now = std::clamp(share + 0.15 * idle.random.Normal(), 0.0, 1.0);
      return idle.total += std::round(now * 100) / 100;
    });
  };
  spin(10 * kMinute + 5'000, 0.8);
  spin(2 * kMinute, 0.0);
  EXPECT_TRUE(idle.critical());
  spin(5 * kMinute, 0.8);
  EXPECT_EQ(idle.closed, 1);
}

// Robustness: none of these is news.

TEST(Baseline, IsQuietForConstantsZerosAndHugeNumbers) {
  for (const double value : {0.0, 1.0, -3.5, 1e18, -1e18, 1e300, 1e-300}) {
    for (const Signal& signal : {kUnknown, kMemory, kLatency, kRequests}) {
      Series series(signal);
      series.Run(6 * kHour, [&](int64_t) { return value; });
      EXPECT_EQ(series.opened, 0) << value;
    }
  }
}

TEST(Baseline, IsQuietForNoiseAroundHugeNumbers) {
  Series series(kUnknown);
  series.Noise(12 * kHour, 1e18, 1e16);
  EXPECT_EQ(series.opened, 0);
}

TEST(Baseline, IgnoresNotNumbersDuplicatesAndStepsBack) {
  Series series(kMemory);
  series.Noise(kHour, 0.4, 0.01);
  const SeriesState before = series.state;
  const int64_t now = series.now();

  series.PutAt(now + 1'000, std::nan(""));
  series.PutAt(now + 1'000, model::StaleNan());
  series.PutAt(now + 1'000, std::numeric_limits<double>::infinity());
  series.PutAt(now, 0.99);
  series.PutAt(now - 5'000, 0.99);

  EXPECT_EQ(series.state.last_ms, before.last_ms);
  EXPECT_EQ(series.state.level, before.level);
  EXPECT_EQ(series.opened, 0);
}

TEST(Baseline, IsQuietForRandomGapsAndMissingValues) {
  Series series(kLatency);
  for (int i = 0; i < 3000; ++i) {
    if (series.random.Uniform() < 0.1) {
      series.Skip(static_cast<int64_t>(series.random.Uniform() * 600'000));
    }
    series.Put(series.random.Uniform() < 0.2 ? std::nan("")
                                             : 0.06 + 0.004 * series.random.Normal());
  }
  EXPECT_EQ(series.opened, 0);
}

TEST(Baseline, IsNearlyQuietForEveryCommonShapeOfNoise) {
  const std::vector<std::pair<std::string, std::function<double(base::Random&)>>> shapes = {
      {"normal", [](base::Random& r) { return 50 + 5 * r.Normal(); }},
      {"exponential", [](base::Random& r) { return r.Exponential(1); }},
      {"log-normal", [](base::Random& r) { return std::exp(r.Normal()); }},
      {"two values", [](base::Random& r) { return r.Uniform() < 0.5 ? 1.0 : 9.0; }},
      {"rare bursts", [](base::Random& r) { return r.Uniform() < 0.02 ? 100.0 : 1.0; }},
      {"coarse", [](base::Random& r) { return std::round(3 + r.Normal()); }},
  };
  for (const auto& [name, draw] : shapes) {
    Series series(kLatency);
    series.Run(24 * kHour, [&](int64_t) { return draw(series.random); });
    EXPECT_FALSE(series.critical()) << name;
    EXPECT_LE(series.opened, 1) << name;
  }
}

TEST(Baseline, SaysTheSameForTheSamePast) {
  Series one(kLatency);
  Series other(kLatency);
  one.Noise(kHour, 0.06, 0.003);
  other.Noise(kHour, 0.06, 0.003);
  const Verdict a = one.Put(0.09);
  const Verdict b = other.Put(0.09);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.low, b.low);
}

TEST(Baseline, GoesOnFromASeedAfterARestart) {
  Series series(kLatency);
  Seed(series.state, kStart, 0.05, 0.07, 1, kStart - kMinute);

  series.Noise(2 * kMinute, 0.3, 0.01);
  EXPECT_EQ(series.state.phase, Phase::kOpen);
  EXPECT_TRUE(series.critical());
  series.Noise(3 * kMinute, 0.06, 0.003);
  EXPECT_EQ(series.closed, 1);
}

TEST(BaselineOptions, NamesTheFieldThatIsWrong) {
  BaselineOptions options;
  EXPECT_TRUE(Validate(options).ok());
  options.sensitivity = 0;
  EXPECT_EQ(Validate(options).error().field, "detection.sensitivity");
  options = {};
  options.open_points = 0;
  EXPECT_EQ(Validate(options).error().field, "detection.open_points");
}

}  // namespace
}  // namespace vedette::detect::baseline
