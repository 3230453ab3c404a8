#include "diagnose/claims.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>

namespace vedette::diagnose {
namespace {

constexpr base::TimePoint kStart = base::FromMillis(1'700'000'000'000);

std::string SaidOf(Change change) {
  Evidence evidence;
  change.entity = "user";
  change.time = kStart;
  evidence.changes = {std::move(change)};
  SuspectChange suspect;
  suspect.moved = kStart + std::chrono::seconds(18);
  return ChangeClaim(evidence, suspect).text;
}

TEST(ChangeClaim, CallsAChangeByItsTitleAndByItsIdOnlyWhereItHasNone) {
  Change change;
  change.id = "01M83QZQGR5ZBDM8GMR17M3XCR";
  EXPECT_EQ(SaidOf(change),
            "change 01M83QZQGR5ZBDM8GMR17M3XCR of user came 18 seconds before user first moved");
  change.title = "rollout of v5.1.0";
  EXPECT_EQ(SaidOf(change),
            "change \"rollout of v5.1.0\" of user came 18 seconds before user first moved");
  change.title = "rollout of v5.1.0 of user started";
  EXPECT_EQ(SaidOf(change),
            "change \"rollout of v5.1.0 of user started\" came 18 seconds before user first moved");
  change.kind = ChangeKind::kFeatureFlag;
  change.title = "flag fast opened for user";
  EXPECT_EQ(SaidOf(change),
            "flag \"flag fast opened for user\" came 18 seconds before user first moved");
}

std::string SaidOfMovement(double level) {
  Evidence evidence;
  evidence.series = {{.entity = "payment",
                      .callee = {},
                      .metric = "latency",
                      .statistic = {},
                      .baseline = {},
                      .window = {}}};
  Movement movement;
  movement.usual.center = 0.05;
  movement.direction = 1;
  movement.level = level;
  movement.level_value = 11.55;
  Suspect suspect;
  suspect.by_level = true;
  suspect.movement = movement;
  return MetricClaim(evidence, suspect).text;
}

TEST(MetricClaim, SaysHowFarItIsFromTheUsualInPlainWords) {
  EXPECT_EQ(SaidOfMovement(8161.2),
            "latency of payment went from 0.05 to 11.55, far outside of its usual (8161 times its "
            "usual spread)");
  EXPECT_EQ(SaidOfMovement(4.2),
            "latency of payment went from 0.05 to 11.55, outside of its usual (4.2 times its usual "
            "spread)");
}

TEST(TimeClaim, SaysWhatItsTimesAre) {
  SlowEntity slow;
  slow.entity = "payment";
  slow.operation = "POST /pay";
  slow.now = 480;
  slow.usual = 52;
  EXPECT_EQ(TimeClaim(slow).text,
            "POST /pay spends 480 in payment itself, usually 52 (half of its calls take longer)");
}

}  // namespace
}  // namespace vedette::diagnose
