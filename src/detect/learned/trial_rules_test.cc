#include "detect/learned/trial_rules.h"

#include <gtest/gtest.h>
#include <vector>

namespace vedette::detect::learned {
namespace {

constexpr size_t kRows = 3 * 1440;  // minutes of three days, so that three alarms are allowed

Readings Quiet(size_t rows) {
  return {.nats = std::vector<double>(rows), .deviations = std::vector<double>(rows)};
}

FaultReadings FaultOf(std::vector<double> deviations) {
  return {.kind = 0,
          .readings = {.nats = std::vector<double>(deviations.size()),
                       .deviations = std::move(deviations)}};
}

TEST(CountFound, AllowsTheModelNoMoreAlarmsThanTheStatisticalDetectorsRaise) {
  Readings clean = Quiet(kRows);
  for (const size_t row : {12u, 16u, 20u}) {
    clean.deviations[100 * row] = clean.deviations[100 * row + 1] = static_cast<double>(row);
  }
  const std::vector<FaultReadings> faults = {FaultOf({1, 18, 18, 18}), FaultOf({1, 30, 30, 30})};
  TrialResult result = CountFound({clean}, faults, {.threshold_min = 5});
  EXPECT_EQ(result.report.alarms_allowed, 3u);
  EXPECT_EQ(result.report.alarms_statistics, 0u);
  EXPECT_EQ(result.report.alarms_model, 0u) << "they raise none, so it may not either";
  EXPECT_EQ(result.report.alarms_either, 0u);
  EXPECT_GT(result.threshold, 20);
  EXPECT_EQ(result.report.total.by_either, 1u);

  // Where they raise three, it may raise one; both together still three.
  for (const size_t row : {100u, 2000u, 4000u}) clean.nats[row] = 50;
  result = CountFound({clean}, faults, {.threshold_min = 5});
  EXPECT_EQ(result.report.alarms_statistics, 3u);
  EXPECT_LE(result.report.alarms_either, 3u);
}

TEST(CountFound, CountsWhatWouldOpenAnAnomaly) {
  const std::vector<FaultReadings> faults = {FaultOf({0, 90, 0, 90, 0}), FaultOf({0, 9, 9, 0})};
  const TrialResult result = CountFound({Quiet(kRows)}, faults, {.threshold_min = 5});
  EXPECT_EQ(result.report.total.faults, 2u);
  EXPECT_EQ(result.report.total.by_model, 1u) << "one step above is none";
  EXPECT_EQ(result.report.delay_either, 2);
}

}  // namespace
}  // namespace vedette::detect::learned
