#include "incident/wording.h"

#include <gtest/gtest.h>
#include <limits>

#include "incident/testing/script.h"

namespace vedette::incident {
namespace {

TEST(Wording, SpansReadLikeSpeech) {
  EXPECT_EQ(Span(std::chrono::seconds(60)), "60 s");
  EXPECT_EQ(Span(std::chrono::minutes(14)), "14 min");
  EXPECT_EQ(Span(std::chrono::minutes(185)), "3 h 5 min");
}

TEST(Wording, HeadlineFitsTheKindOfAnomaly) {
  model::Anomaly anomaly = testing::ErrorRatio("payment", model::Severity::kCritical, "an_1");
  EXPECT_EQ(Headline(anomaly), "payment: error ratio 0.41, expected 0 to 0.03");
  anomaly.expected_low = -std::numeric_limits<double>::infinity();
  EXPECT_EQ(Headline(anomaly), "payment: error ratio 0.41, expected at most 0.03");
  anomaly.kind = model::AnomalyKind::kAbsence;
  anomaly.summary = "no data for 5 minutes";
  EXPECT_EQ(Headline(anomaly), "payment: no data for 5 minutes");
  anomaly.summary = "payment sends no data";
  EXPECT_EQ(Headline(anomaly), "payment sends no data");
}

}  // namespace
}  // namespace vedette::incident
