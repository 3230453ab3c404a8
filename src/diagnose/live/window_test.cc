#include "diagnose/live/window.h"

#include <gtest/gtest.h>
#include <utility>

namespace vedette::diagnose::live {
namespace {

base::TimePoint Minute(int64_t minute) { return base::FromMillis(minute * 60'000); }

// Minutes of starts and ends; an end of -1: open.
std::vector<model::Anomaly> Anomalies(const std::vector<std::pair<int64_t, int64_t>>& spans) {
  std::vector<model::Anomaly> anomalies;
  for (const auto& [start, end] : spans) {
    model::Anomaly anomaly;
    anomaly.started_at = Minute(start);
    anomaly.state = end < 0 ? model::AnomalyState::kOpen : model::AnomalyState::kClosed;
    if (end >= 0) anomaly.ended_at = Minute(end);
    anomalies.push_back(std::move(anomaly));
  }
  return anomalies;
}

TEST(OnsetOf, IsWhereMostBeganWhateverOneStrayedBefore) {
  EXPECT_EQ(OnsetOf(Anomalies({{100, -1}, {49, 101}, {102, -1}, {101, -1}}), Minute(49)),
            Minute(100));
  EXPECT_EQ(OnsetOf(Anomalies({{100, -1}, {101, -1}, {140, -1}}), Minute(100)), Minute(100));
}

TEST(OnsetOf, FollowsASlowSpreadToItsFirst) {
  EXPECT_EQ(OnsetOf(Anomalies({{100, -1}, {109, -1}, {118, -1}}), Minute(100)), Minute(100));
}

TEST(OnsetOf, IsTheEarlierOfEqualBeginnings) {
  EXPECT_EQ(OnsetOf(Anomalies({{10, 11}, {100, 101}}), Minute(10)), Minute(10));
  EXPECT_EQ(OnsetOf(Anomalies({{10, -1}, {100, -1}}), Minute(10)), Minute(10));
  EXPECT_EQ(OnsetOf({}, Minute(7)), Minute(7));
}

TEST(OnsetOf, IsOfWhatJoinedWhenWhatItWasOpenedForIsOver) {
  EXPECT_EQ(OnsetOf(Anomalies({{10, 14}, {11, 15}, {40, -1}}), Minute(10)), Minute(40));
  EXPECT_EQ(OnsetOf(Anomalies({{10, 14}, {11, 15}, {40, 45}}), Minute(10)), Minute(10));
  std::vector<model::Anomaly> worse_goes_on = Anomalies({{10, -1}, {40, -1}, {41, -1}});
  worse_goes_on[0].severity = model::Severity::kCritical;
  EXPECT_EQ(OnsetOf(worse_goes_on, Minute(10)), Minute(10));
  std::vector<model::Anomaly> rule_stays = Anomalies({{10, -1}, {40, -1}});
  rule_stays[0].kind = model::AnomalyKind::kRule;
  rule_stays[0].severity = model::Severity::kCritical;
  EXPECT_EQ(OnsetOf(rule_stays, Minute(10)), Minute(40));
}

TEST(TroublesBefore, AreWhatEndedBeforeTheOnsetAndWasNotOfIt) {
  std::vector<model::Anomaly> anomalies =
      Anomalies({{30, 35}, {31, 38}, {10, 12}, {95, 99}, {50, -1}, {60, 101}, {70, 75}, {80, 99}});
  for (model::Anomaly& anomaly : anomalies) anomaly.severity = model::Severity::kWarning;
  anomalies[6].severity = model::Severity::kInfo;
  EXPECT_EQ(TroublesBefore(anomalies, Minute(100)),
            (std::vector<Stretch>{
                {Minute(10), Minute(14)}, {Minute(30), Minute(40)}, {Minute(80), Minute(100)}}));
  anomalies[2].kind = model::AnomalyKind::kRule;
  EXPECT_EQ(TroublesBefore(anomalies, Minute(100)).front().from, Minute(30));
}

TEST(EndOf, IsWhenHalfHadEndedAndNothingWhileHalfAreOpen) {
  EXPECT_EQ(EndOf(Anomalies({{0, 5}, {0, 6}, {0, 30}})), Minute(6));
  EXPECT_EQ(EndOf(Anomalies({{0, 5}, {0, 30}})), Minute(5));
  EXPECT_EQ(EndOf(Anomalies({{0, 5}, {0, 6}, {0, -1}})), Minute(6));
  EXPECT_EQ(EndOf(Anomalies({{0, 5}, {0, -1}})), std::nullopt);
  EXPECT_EQ(EndOf(Anomalies({{0, 5}, {0, -1}, {0, -1}})), std::nullopt);
  EXPECT_EQ(EndOf({}), std::nullopt);
}

TEST(EndOf, LooksAtTheBeginningThatMostShare) {
  EXPECT_EQ(EndOf(Anomalies({{100, 103}, {101, 104}, {160, 161}})), Minute(103));
  EXPECT_EQ(EndOf(Anomalies({{100, 103}, {101, 104}, {160, -1}})), std::nullopt);
  EXPECT_EQ(EndOf(Anomalies({{100, -1}, {101, -1}, {160, 162}})), std::nullopt);
}

TEST(EndOf, ARuleHoldsOnlyWhatNothingElseTellsOf) {
  std::vector<model::Anomaly> with_budget = Anomalies({{100, 103}, {102, -1}, {102, -1}});
  with_budget[1].kind = model::AnomalyKind::kRule;
  with_budget[2].kind = model::AnomalyKind::kAlert;
  EXPECT_EQ(EndOf(with_budget), Minute(103));
  with_budget.erase(with_budget.begin());
  EXPECT_EQ(EndOf(with_budget), std::nullopt);
}

}  // namespace
}  // namespace vedette::diagnose::live
