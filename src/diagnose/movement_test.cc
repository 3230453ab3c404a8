#include "diagnose/movement.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace vedette::diagnose {
namespace {

constexpr base::Duration kStep = std::chrono::seconds(20);
constexpr size_t kShift = 177;
constexpr size_t kTold = 180;

// An hour in which everything shifts a minute before what was told; of one service a metric moves
// when it was told.
Evidence Told(size_t rows) {
  base::Random random(7);
  Evidence evidence;
  for (size_t row = 0; row < rows; ++row) {
    evidence.times.push_back(base::FromMillis(1'700'000'000'000) +
                             kStep * static_cast<int64_t>(row));
  }
  for (int i = 0; i < 8; ++i) {
    Series series{.entity = i == 0 ? "leaky" : "other",
                  .callee = {},
                  .metric = i == 0 ? "memory" : "cpu",
                  .statistic = {},
                  .baseline = {},
                  .window = {}};
    for (size_t row = 0; row < rows; ++row) {
      const double moved = i == 0 ? (row >= kTold ? 100 : 0) : (row >= kShift ? 8 : 0);
      series.window.push_back(50 + random.Normal() + moved);
    }
    evidence.series.push_back(std::move(series));
  }
  evidence.detected_at = evidence.times[kTold];
  evidence.detected_late_max = std::chrono::minutes(1);
  return evidence;
}

TEST(FrameOf, WhatIsYoungIsMeasuredFromWhenItWasTold) {
  const Evidence evidence = Told(kTold + 9);
  const Frame frame = FrameOf(evidence);
  EXPECT_EQ(frame.incident, kTold);
  EXPECT_EQ(frame.quiet, kShift) << "what may be of it is not usual";
  EXPECT_FALSE(frame.found);
  EXPECT_GT(Measure(evidence, frame, 0)->level, 20);
}

TEST(FrameOf, WhatIsOldEnoughBeginsWhereEverythingShifted) {
  const Frame frame = FrameOf(Told(kTold + 20));
  EXPECT_EQ(frame.incident, kShift);
  EXPECT_EQ(frame.quiet, kShift);
  EXPECT_TRUE(frame.found);
}

}  // namespace
}  // namespace vedette::diagnose
