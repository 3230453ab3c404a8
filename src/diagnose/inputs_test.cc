#include "diagnose/inputs.h"

#include <gtest/gtest.h>
#include <limits>

namespace vedette::diagnose {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Series SeriesOf(const std::string& entity, size_t rows, size_t until) {
  Series series;
  series.entity = entity;
  series.window.assign(rows, 1.0);
  for (size_t row = until; row < rows; ++row) series.window[row] = kNaN;
  return series;
}

TEST(StoppedSources, AreThoseWithoutAnyMetricForThreeRows) {
  std::vector<base::TimePoint> times;
  for (int row = 0; row < 20; ++row) times.push_back(base::FromMillis(row * 1000));

  const auto stopped = StoppedSources(
      times, {SeriesOf("alive", 20, 20), SeriesOf("half", 20, 10), SeriesOf("half", 20, 20),
              SeriesOf("late", 20, 18), SeriesOf("rare", 20, 3), SeriesOf("dead", 20, 17)});

  ASSERT_EQ(stopped.size(), 1U);
  EXPECT_EQ(stopped[0].entity, "dead");
  EXPECT_EQ(stopped[0].last_seen, base::FromMillis(16'000));
}

}  // namespace
}  // namespace vedette::diagnose
