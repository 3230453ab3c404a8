#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "detect/detector.h"

namespace vedette::detect {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

const model::Labels kDisk({{"__name__", "disk_used_ratio"}, {"host", "a"}});
const model::Labels kStarted({{"__name__", "process_start_time_seconds"}, {"host", "a"}});

rules::Rule Limit(const std::string& name, const std::string& metric, double warning) {
  rules::Rule rule;
  rule.name = name;
  rule.metric = metric;
  rule.warning = warning;
  return rule;
}

rules::Rule Absence(const std::string& name, const std::string& metric) {
  rules::Rule rule;
  rule.name = name;
  rule.kind = rules::RuleKind::kAbsence;
  rule.metric = metric;
  rule.lasts = minutes(2);
  return rule;
}

// A shard under rules that change while it runs; a disk that is filled to 0.8.
class Changing {
 public:
  explicit Changing(std::vector<rules::Rule> first)
      : board(*rules::RuleSet::Create(std::move(first))),
        detector({}, {.rules = board.rules(), .queue = queue, .rule_board = &board}) {
    detector.OnSeries(0, "default", kDisk);
    detector.OnSeries(1, "default", kStarted);
  }

  void Set(std::vector<rules::Rule> rules) { board.Set(*rules::RuleSet::Create(std::move(rules))); }
  // Both series have a value, and a second passes; what is told of it.
  std::vector<std::string> Step(bool started = true) {
    now += seconds(10);
    const series::ObservedSample disk{0, base::ToMillis(now), 0.8};
    const series::ObservedSample start{1, base::ToMillis(now), 1000};
    detector.OnSamples({&disk, 1}, true);
    if (started) detector.OnSamples({&start, 1}, true);
    detector.OnTick(now);
    std::vector<std::string> told;
    while (queue.size() > 0) {
      const model::AnomalyUpdate update = *queue.Pop();
      if (update.transition == model::AnomalyTransition::kUpdated) continue;
      const bool opened = update.transition == model::AnomalyTransition::kOpened;
      told.push_back((opened ? "+" : "-") + update.anomaly.detector);
    }
    return told;
  }

  base::BoundedQueue<model::AnomalyUpdate> queue{1000, base::OverflowPolicy::kReject};
  rules::RuleBoard board;
  ShardDetector detector;
  base::TimePoint now = base::FromMillis(1'767'225'600'000);
};

TEST(ShardDetector, ALimitThatIsSetAnewHoldsFromTheNextValueOn) {
  Changing shard({Limit("full", "disk_used_ratio", 0.9)});
  EXPECT_THAT(shard.Step(), IsEmpty());
  shard.Set({Limit("full", "disk_used_ratio", 0.7)});
  shard.Step();  // its tick takes the rules
  EXPECT_THAT(shard.Step(), ElementsAre("+full"));
  shard.Set({Limit("full", "disk_used_ratio", 0.9)});
  EXPECT_THAT(shard.Step(), ElementsAre("-full"));
  EXPECT_THAT(shard.Step(), IsEmpty());
  EXPECT_EQ(shard.detector.open(), 0U);
}

TEST(ShardDetector, WhatIsOpenUnderARuleThatStaysGoesOn) {
  Changing shard({Limit("full", "disk_used_ratio", 0.7)});
  EXPECT_THAT(shard.Step(), ElementsAre("+full"));
  shard.Set({Limit("other", "else", 1), Limit("full", "disk_used_ratio", 0.7)});
  EXPECT_THAT(shard.Step(), IsEmpty());
  EXPECT_THAT(shard.Step(), IsEmpty());
  EXPECT_EQ(shard.detector.open(), 1U);
  shard.Set({});
  EXPECT_THAT(shard.Step(), ElementsAre("-full"));
}

TEST(ShardDetector, ARuleThatIsNewFindsSeriesThatNobodyWatched) {
  Changing shard({});
  EXPECT_EQ(shard.detector.watched(), 1U);  // a time of start says nothing by itself
  shard.Step();
  shard.Set({Limit("young", "process_start_time_seconds", 500)});
  shard.Step();
  EXPECT_EQ(shard.detector.watched(), 2U);
  EXPECT_THAT(shard.Step(), ElementsAre("+young"));
  shard.Set({});
  EXPECT_THAT(shard.Step(), ElementsAre("-young"));
  EXPECT_EQ(shard.detector.watched(), 1U);
}

TEST(ShardDetector, AbsenceThatIsNewIsSeenOnceTheSeriesCameAndStopped) {
  Changing shard({});
  shard.Step();
  shard.Set({Absence("gone", "process_start_time_seconds")});
  shard.Step();
  EXPECT_THAT(shard.Step(), IsEmpty());
  std::vector<std::string> told;
  for (int i = 0; i < 30 && told.empty(); ++i) told = shard.Step(false);
  EXPECT_THAT(told, ElementsAre("+gone"));
}

}  // namespace
}  // namespace vedette::detect
