#include "incident/wording.h"

#include <gtest/gtest.h>
#include <limits>

#include "base/utf8.h"
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

TEST(Wording, OneLineCutsBetweenCharactersAndKeepsLinesWhole) {
  EXPECT_EQ(OneLine("a\nb\x1b[31m\x7f", 100), "a b [31m ");
  EXPECT_EQ(OneLine("abcdefgh", 8), "abcdefgh");
  EXPECT_EQ(OneLine("abcdefghi", 8), "abcde...");
  EXPECT_EQ(OneLine("bad \xff byte", 100), "bad   byte");
  std::string euros;
  for (int i = 0; i < 20; ++i) euros += "\xE2\x82\xAC";
  for (size_t max = 3; max < 60; ++max) {
    const std::string line = OneLine(euros, max);
    EXPECT_LE(line.size(), max);
    EXPECT_TRUE(base::IsValidUtf8(line)) << max;
  }
}

}  // namespace
}  // namespace vedette::incident
