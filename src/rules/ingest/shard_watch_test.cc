#include "rules/ingest/shard_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>

#include "query/parser.h"

namespace vedette::rules::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kStart = 1'700'000'000'000;

Bells::Watched Rule(const std::string& promql, const std::string& tenant = "t") {
  base::Result<query::ExprPtr> expr = query::Parse(promql);
  EXPECT_TRUE(expr.ok()) << promql;
  return {tenant, TriggersOf(**expr)};
}

class ShardWatchTest : public ::testing::Test {
 protected:
  // The labels live as long as the series, as those of the store do.
  void Add(uint32_t slot, const std::string& metric, const std::string& tenant = "t") {
    labels_.push_back(std::make_unique<model::Labels>(
        std::vector<std::pair<std::string, std::string>>{{"__name__", metric}}));
    watch_.OnSeries(slot, tenant, *labels_.back());
  }
  void Send(uint32_t slot, int64_t seconds, double value, bool live = true) {
    const series::ObservedSample sample{slot, kStart + seconds * 1000, value};
    watch_.OnSamples({&sample, 1}, live);
  }
  // "rule@seconds" of those that hang rung, which are taken down.
  std::vector<std::string> Rung() {
    std::vector<std::string> out;
    for (const Bells::Rung& rung : bells_.AllRung()) {
      out.push_back(std::to_string(rung.rule) + "@" + std::to_string((rung.t_ms - kStart) / 1000));
      bells_.TakeDown(rung.rule);
    }
    return out;
  }

  Bells bells_;
  std::vector<std::unique_ptr<model::Labels>> labels_;
  ShardWatch watch_{bells_, nullptr};
};

TEST_F(ShardWatchTest, ASampleRingsForTheRulesOfItsSeriesAndTenantOnly) {
  bells_.SetRules({Rule("x > 5"), Rule("y > 5"), Rule("x > 7"), Rule("x > 5", "other")});
  watch_.OnTick(base::FromMillis(kStart));
  Add(0, "x");
  Add(1, "z");
  EXPECT_EQ(watch_.watched(), 2u);

  Send(1, 1, 100);
  EXPECT_THAT(Rung(), IsEmpty());
  Send(0, 1, 6);
  EXPECT_THAT(Rung(), ElementsAre("0@1"));
  Send(0, 2, 8);
  EXPECT_THAT(Rung(), ElementsAre("2@2"));
}

TEST_F(ShardWatchTest, ABellHangsWithTheEarliestSampleUntilItIsTakenDown) {
  bells_.SetRules({Rule("delta(x[1m]) > 5")});
  watch_.OnTick(base::FromMillis(kStart));
  Add(0, "x");
  Add(1, "x");

  Send(0, 20, 1);
  Send(1, 10, 1);
  Send(0, 30, 1);

  EXPECT_THAT(Rung(), ElementsAre("0@10"));
  EXPECT_THAT(Rung(), IsEmpty());
}

TEST_F(ShardWatchTest, SeriesThatWereThereAreAskedAgainWhenTheRulesChange) {
  Add(0, "x");
  Add(1, "y");
  bells_.SetRules({Rule("x > 5")});
  Send(1, 1, 6);
  Send(0, 1, 6);
  EXPECT_THAT(Rung(), ElementsAre("0@1"));

  bells_.SetRules({Rule("y > 5")});
  watch_.OnTick(base::FromMillis(kStart));
  Send(0, 2, 6);
  EXPECT_THAT(Rung(), IsEmpty());
  Send(1, 2, 6);
  EXPECT_THAT(Rung(), ElementsAre("0@2"));
  bells_.SetRules({});
  watch_.OnTick(base::FromMillis(kStart));
  EXPECT_EQ(watch_.watched(), 0u);
}

TEST_F(ShardWatchTest, ReplayedAndOldSamplesAreLearntFromInSilence) {
  bells_.SetRules({Rule("x > 5")});
  watch_.OnTick(base::FromMillis(kStart));
  Add(0, "x");
  Add(1, "x");

  Send(0, -10, 6, false);
  Send(0, 1, 6);     // beyond before: no crossing
  Send(1, -301, 6);  // back-filled: no evaluation would see it
  EXPECT_THAT(Rung(), IsEmpty());
}

TEST_F(ShardWatchTest, WhatIsOlderThanTheNewestRingsToo) {
  bells_.SetRules({Rule("x > 5"), Rule("rate(x[1m]) > 5")});
  watch_.OnTick(base::FromMillis(kStart));
  Add(0, "x");
  Send(0, 600, 3);  // ahead of the clock
  Rung();

  const auto late = [&](int64_t seconds, double value) {
    const series::ObservedSample sample{0, kStart + seconds * 1000, value};
    watch_.OnLate({&sample, 1});
  };
  late(10, 3);
  EXPECT_THAT(Rung(), ElementsAre("1@10"));
  late(20, 7);
  EXPECT_THAT(Rung(), ElementsAre("0@20", "1@20"));
  late(-400, 7);
  EXPECT_THAT(Rung(), IsEmpty()) << "no evaluation would see it";
  Send(0, 610, 7);
  EXPECT_THAT(Rung(), ElementsAre("0@610", "1@610")) << "the newest was below";
}

TEST_F(ShardWatchTest, ASlotThatIsUsedAgainForgetsItsSeries) {
  bells_.SetRules({Rule("x > 5")});
  watch_.OnTick(base::FromMillis(kStart));
  Add(0, "x");
  Send(0, 1, 6);
  EXPECT_THAT(Rung(), ElementsAre("0@1"));
  watch_.OnSeriesGone(0);
  EXPECT_EQ(watch_.watched(), 0u);
  Add(0, "y");
  Send(0, 2, 6);
  EXPECT_THAT(Rung(), IsEmpty());
  watch_.OnSeriesGone(0);
  Add(0, "x");
  Send(0, 3, 6);
  EXPECT_THAT(Rung(), ElementsAre("0@3"));
}

// Counts what it is told.
class Counting final : public series::ShardObserver {
 public:
  explicit Counting(int& calls) : calls_(calls) {}
  void OnSeries(uint32_t, std::string_view, model::LabelsView) override { ++calls_; }
  void OnSeriesGone(uint32_t) override { ++calls_; }
  void OnSamples(std::span<const series::ObservedSample>, bool) override { ++calls_; }
  void OnUntold(std::span<const series::ObservedSample>) override { calls_ += 100; }
  void OnTick(base::TimePoint) override { ++calls_; }
  bool MayLeave(uint32_t) const override { return false; }
  int64_t ReplayAfter(uint32_t) const override { return 7; }
  uint64_t Said() const override { return 8; }
  uint64_t Kept() const override { return 9; }

 private:
  int& calls_;
};

TEST(ShardWatch, TheNextObserverIsToldOfEverythingAndDecidesForBoth) {
  int calls = 0;
  Bells bells;
  ShardWatch watch(bells, std::make_unique<Counting>(calls));
  const model::Labels labels({std::pair("__name__", "x")});
  const series::ObservedSample sample{0, kStart, 1};

  watch.OnSeries(0, "t", labels);
  watch.OnSamples({&sample, 1}, true);
  watch.OnTick(base::FromMillis(kStart));
  watch.OnSeriesGone(0);
  EXPECT_EQ(calls, 4);
  watch.OnUntold({&sample, 1});
  EXPECT_EQ(calls, 104);
  EXPECT_FALSE(watch.MayLeave(0));
  EXPECT_EQ(watch.ReplayAfter(0), 7);
  EXPECT_EQ(watch.Said(), 8u);
  EXPECT_EQ(watch.Kept(), 9u);
}

}  // namespace
}  // namespace vedette::rules::ingest
