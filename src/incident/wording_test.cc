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

TEST(Wording, ADeliverySaysWhomItReachedAndWhatItTold) {
  DeliveryResult result;
  result.receiver = "phone";
  result.person = "Ann Berg";
  result.ok = true;
  result.detail = "HTTP 200";
  const auto text = [&](const char* key) {
    result.dedup_key = key;
    return DeliveryText(result);
  };

  EXPECT_EQ(text("in_1:opened:1"), "Ann Berg by phone: it is open");
  EXPECT_EQ(text("in_1:severity_raised:1:2"), "Ann Berg by phone: it got worse");
  result.person.clear();
  EXPECT_EQ(text("in_1:resolved:3"), "phone: it is over");
  EXPECT_EQ(text("test_1:test"), "phone: a message");
  result.ok = result.final = false;
  EXPECT_EQ(text("in_1:updated:1"), "phone: its alerts have changed (HTTP 200; trying again)");
}

}  // namespace
}  // namespace vedette::incident
