#include "query/rollups.h"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "query/engine.h"
#include "series/testing/engine_fixture.h"

// Queries of the same time with the samples there and with roll-ups alone.

namespace vedette::query {
namespace {

constexpr int64_t kDay = 1'699'920'000'000;  // midnight
constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kHour = 3'600'000;

series::EngineOptions Rolling() {
  series::EngineOptions options;
  options.shards = 1;
  options.rollup_retention.fill(std::chrono::hours(24 * 1000));
  return options;
}

class RolledUp : public testing::Test {
 protected:
  RolledUp() {
    store_.clock().Advance(base::FromMillis(kDay + 3 * kDayMs) - store_.clock().Now());
    std::vector<model::Sample> counter;
    std::vector<model::Sample> gauge;
    double count = 0;
    for (int64_t t_ms = kDay; t_ms < kDay + 2 * kDayMs; t_ms += 30'000) {
      const int64_t n = t_ms / 30'000;
      count = n % 1117 == 0 ? 0 : count + static_cast<double>(n % 13);
      counter.push_back({t_ms + 7, count});
      gauge.push_back({t_ms, static_cast<double>(n * 7919 % 1000) / 10});
    }
    EXPECT_TRUE(store_.AppendTo("__name__=jobs_total,i=1", counter).ok());
    EXPECT_TRUE(store_.AppendTo("__name__=load,i=1", gauge).ok());
    gauge.resize(gauge.size() / 4);
    gauge.push_back({gauge.back().t_ms + 30'000, model::StaleNan()});
    EXPECT_TRUE(store_.AppendTo("__name__=load,i=2", gauge).ok());
  }

  void DropSamples() {
    ASSERT_TRUE(store_.engine().DropBefore(base::FromMillis(kDay + 2 * kDayMs)).ok());
  }

  QueryResult Range(const std::string& text, int64_t start_ms, int64_t end_ms, int64_t step_ms,
                    std::optional<base::Duration> resolution = std::nullopt) {
    const auto result = engine_.Range({.tenant = "default",
                                       .text = text,
                                       .start = base::FromMillis(start_ms),
                                       .end = base::FromMillis(end_ms),
                                       .step = base::Duration(step_ms),
                                       .max_source_resolution = resolution,
                                       .cancelled = {}});
    EXPECT_TRUE(result.ok()) << text;
    return result.ok() ? *result : QueryResult();
  }
  QueryResult Hourly(const std::string& text,
                     std::optional<base::Duration> resolution = std::nullopt) {
    return Range(text, kDay + 2 * kHour, kDay + 40 * kHour, kHour, resolution);
  }
  static void ExpectSame(const QueryResult& a, const QueryResult& b, const std::string& text) {
    ASSERT_EQ(a.matrix.size(), b.matrix.size()) << text;
    for (size_t i = 0; i < a.matrix.size(); ++i) {
      ASSERT_EQ(a.matrix[i].labels, b.matrix[i].labels) << text;
      ASSERT_EQ(a.matrix[i].samples.t_ms, b.matrix[i].samples.t_ms) << text;
      for (size_t k = 0; k < a.matrix[i].samples.values.size(); ++k) {
        const double value = a.matrix[i].samples.values[k];
        ASSERT_NEAR(value, b.matrix[i].samples.values[k], std::abs(value) * 1e-12)
            << text << " at " << k;
      }
    }
  }

  series::EngineFixture store_{Rolling()};
  Engine engine_{EngineOptions{}, store_.engine(), store_.clock()};
};

const std::vector<std::string> kExact = {"rate(jobs_total[1h])",
                                         "increase(jobs_total[2h])",
                                         "delta(load[1h])",
                                         "avg_over_time(load[1h])",
                                         "min_over_time(load[1h])",
                                         "max_over_time(load[3h])",
                                         "sum_over_time(load[1h])",
                                         "count_over_time(load[1h])",
                                         "last_over_time(load[1h])",
                                         "first_over_time(load[1h])",
                                         "present_over_time(load[1h])",
                                         "ts_of_last_over_time(load[1h])",
                                         "absent_over_time(load{i='2'}[1h])",
                                         "sum(rate(jobs_total[1h]))",
                                         "sum by (i) (max_over_time(load[1h] offset 1h))",
                                         "rate(jobs_total[5m])"};

TEST_F(RolledUp, AnswersAreThoseOfTheSamplesWhereWindowsAreWhole) {
  std::vector<QueryResult> answers;
  for (const std::string& text : kExact) {
    answers.push_back(Hourly(text, base::Duration(0)));
    ASSERT_FALSE(answers.back().matrix.empty()) << text;
  }
  DropSamples();
  for (size_t i = 0; i < kExact.size(); ++i) {
    const QueryResult answer = Hourly(kExact[i]);
    ExpectSame(answers[i], answer, kExact[i]);
    EXPECT_TRUE(answer.infos.empty()) << kExact[i];
  }
}

TEST_F(RolledUp, AnswersThatAreNotThoseOfTheSamplesSaySo) {
  DropSamples();
  for (const std::string text :
       {"load", "rate(jobs_total[90s])", "avg_over_time(load[1h] offset 10s)", "deriv(load[1h])",
        "quantile_over_time(0.9, load[1h])", "sum(load)"}) {
    const QueryResult answer = Hourly(text);
    EXPECT_FALSE(answer.matrix.empty()) << text;
    ASSERT_EQ(answer.infos.size(), 1u) << text;
    EXPECT_NE(answer.infos[0].find("approximate: from roll-ups of 1m"), std::string::npos)
        << answer.infos[0];
  }
}

TEST_F(RolledUp, NothingIsSaidOrChangedWhereTheSamplesAre) {
  for (const std::string text : {"load", "rate(jobs_total[90s])", "deriv(load[1h])"}) {
    const QueryResult samples = Hourly(text, base::Duration(0));
    const QueryResult standard = Hourly(text);
    ExpectSame(samples, standard, text);
    EXPECT_TRUE(standard.infos.empty()) << text;
  }
}

TEST_F(RolledUp, SamplesAloneAreWhatARequestForThemGets) {
  DropSamples();
  EXPECT_TRUE(Hourly("sum_over_time(load[1h])", base::Duration(0)).matrix.empty());
}

TEST_F(RolledUp, ARequestForAResolutionGetsItAlsoWhereTheSamplesAre) {
  // The first day is rolled up and stays.
  ASSERT_TRUE(store_.engine().DropBefore(base::FromMillis(kDay)).ok());
  ASSERT_TRUE(store_.engine().DropBefore(base::FromMillis(kDay + kDayMs)).ok());
  const QueryResult answer =
      Range("load{i='1'}", kDay + 2 * kHour, kDay + 5 * kHour, 600'000, std::chrono::hours(1));
  ASSERT_EQ(answer.matrix.size(), 1u);
  EXPECT_EQ(answer.matrix[0].samples.t_ms.size(), 19u) << "a window has a value until the next";
  ASSERT_EQ(answer.infos.size(), 1u);
  EXPECT_NE(answer.infos[0].find("roll-ups of 1h"), std::string::npos) << answer.infos[0];
}

TEST_F(RolledUp, ASeriesThatEndedStaysEnded) {
  DropSamples();
  const QueryResult answer =
      Range("load{i='2'}", kDay + 11 * kHour, kDay + 14 * kHour, 600'000, std::chrono::hours(1));
  ASSERT_EQ(answer.matrix.size(), 1u);
  EXPECT_EQ(answer.matrix[0].samples.t_ms.back(), kDay + 12 * kHour - 600'000);
}

TEST_F(RolledUp, ARangeAcrossTheRetentionIsOneAnswer) {
  const std::string text = "increase(jobs_total[6h])";
  const auto ask = [&](std::optional<base::Duration> resolution) {
    return Range(text, kDay + 6 * kHour, kDay + 47 * kHour, kHour, resolution);
  };
  const QueryResult before = ask(base::Duration(0));
  ASSERT_TRUE(store_.engine().DropBefore(base::FromMillis(kDay + kDayMs)).ok());
  const QueryResult after = ask(std::nullopt);
  ExpectSame(before, after, text);
  EXPECT_TRUE(after.infos.empty());
}

TEST(ExactResolution, IsTheCoarsestThatDividesEverything) {
  const auto of = [](FunctionId id, int64_t range_ms, int64_t end_ms, int64_t distance_ms) {
    return ExactResolution(
        {.function = id, .range_ms = range_ms, .first_end_ms = end_ms, .distance_ms = distance_ms});
  };
  EXPECT_EQ(of(FunctionId::kRate, kHour, kDay, kHour), kHour);
  EXPECT_EQ(of(FunctionId::kRate, kHour, kDay, 0), kHour);
  EXPECT_EQ(of(FunctionId::kRate, kHour, kDay + 300'000, kHour), 300'000);
  EXPECT_EQ(of(FunctionId::kRate, kHour, kDay, 60'000), 60'000);
  EXPECT_EQ(of(FunctionId::kRate, 90'000, kDay, kHour), 0);
  EXPECT_EQ(of(FunctionId::kDeriv, kHour, kDay, kHour), 0);
  EXPECT_EQ(ExactResolution({.function = std::nullopt, .range_ms = kHour, .first_end_ms = kDay}),
            0);
}

}  // namespace
}  // namespace vedette::query
