#include "series/roller.h"

#include <atomic>
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/random.h"
#include "kv/testing/crashable_env.h"
#include "kv/testing/fault_injector.h"
#include "series/testing/engine_fixture.h"
#include "series/testing/one_shard.h"

namespace vedette::series {
namespace {

constexpr int64_t kDay = 1'699'920'000'000;  // midnight
constexpr int64_t kHour = 3'600'000;

EngineOptions Rolling() {
  EngineOptions options;
  options.chunk_samples = 10;
  options.shards = 2;
  options.rollup_retention.fill(std::chrono::hours(24 * 1000));
  return options;
}

base::TimePoint At(int64_t t_ms) { return base::FromMillis(t_ms); }

// How many samples, and their sum, as roll-ups and samples tell them; and how many are roll-ups.
struct Told {
  uint64_t count = 0;
  double sum = 0;
  size_t rollups = 0;
  int64_t resolution_ms = 0;
};

Told Tell(const SampleColumns& samples) {
  Told told{.resolution_ms = samples.rollup_ms};
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    const bool rolled = !samples.rollups.empty() && samples.rollups[i].count > 0;
    told.rollups += rolled ? 1 : 0;
    told.count += rolled ? samples.rollups[i].count : 1;
    told.sum += rolled ? samples.rollups[i].sum : samples.values[i];
  }
  return told;
}

Selection::Range Up(int64_t resolution_ms, int64_t from_ms = INT64_MIN, int64_t to_ms = INT64_MAX) {
  return {.from_ms = from_ms,
          .to_ms = to_ms,
          .rollups = {.allowed = true, .resolution_ms = resolution_ms}};
}

class RollingUp : public testing::Test {
 protected:
  void Append(OneShard& shard, int64_t from_ms, int64_t to_ms) {
    for (int64_t t_ms = from_ms; t_ms < to_ms; t_ms += 15'000) Append1(shard, t_ms);
  }
  void Append1(OneShard& shard, int64_t t_ms) {
    const double value = static_cast<double>(t_ms / 1000 % 97);
    ASSERT_TRUE(shard.Append("a=1", t_ms, value).ok());
    ++count_;
    sum_ += value;
  }
  static void Roll(OneShard& shard, int64_t now_ms) {
    shard.roller().Advance(At(now_ms));
    while (shard.roller().Due()) ASSERT_TRUE(shard.roller().Slice().ok());
  }
  void ExpectAll(const Told& told, const char* when) const {
    EXPECT_EQ(told.count, count_) << when;
    EXPECT_EQ(told.sum, sum_) << when;
  }

  uint64_t count_ = 0;
  double sum_ = 0;
};

TEST_F(RollingUp, TakesTheDaysThatAreOver) {
  OneShard shard(Rolling());
  Append(shard, kDay + 2 * kHour, kDay + 4 * kHour);
  Append(shard, kDay + kBucketMs, kDay + kBucketMs + kHour);
  Roll(shard, kDay + kBucketMs + kHour / 2);
  EXPECT_EQ(Tell(shard.Read("a=1", Up(kHour))).rollups, 0u) << "it may still get samples";
  Roll(shard, kDay + kBucketMs + 2 * kHour);

  const Told hours = Tell(shard.Read("a=1", Up(kHour)));
  const Told minutes = Tell(shard.Read("a=1", Up(kHour - 1)));

  ExpectAll(hours, "by the hour");
  ExpectAll(minutes, "by five minutes");
  EXPECT_EQ(hours.rollups, 3u);  // the first sample ends the window before
  EXPECT_EQ(hours.resolution_ms, kHour);
  EXPECT_EQ(minutes.resolution_ms, 300'000);
  EXPECT_EQ(Tell(shard.Read("a=1", Up(0))).rollups, 0u) << "nobody asked for them";
  EXPECT_EQ(Tell(shard.Read("a=1")).rollups, 0u);
}

// An open chunk outlives its day when no sample follows.
TEST_F(RollingUp, StaysWhenTheLastChunkOfADayIsClosedAfterItsSamplesWent) {
  OneShard shard(Rolling());
  Append(shard, kDay + 2 * kHour, kDay + 4 * kHour);
  Roll(shard, kDay + kBucketMs + 2 * kHour);
  shard.state().oldest_ms = kDay + kBucketMs;
  shard.state().dropped_day = BucketOf(kDay + kBucketMs);
  shard.state().head.DropBefore(kDay + kBucketMs);

  Append1(shard, kDay + 2 * kBucketMs);
  ASSERT_TRUE(shard.checkpointer().Round().ok());
  Roll(shard, kDay + 3 * kBucketMs + 2 * kHour);

  const Told hours = Tell(shard.Read("a=1", Up(kHour)));
  ExpectAll(hours, "by the hour");
  EXPECT_EQ(hours.rollups, 4u);
}

TEST_F(RollingUp, IsDoneAgainForADayThatGetsLateSamples) {
  OneShard shard(Rolling());
  Append(shard, kDay, kDay + 2 * kHour);
  Append(shard, kDay + kBucketMs, kDay + kBucketMs + kHour);
  Roll(shard, kDay + kBucketMs + 2 * kHour);
  const size_t before = Tell(shard.Read("a=1", Up(kHour))).rollups;
  EXPECT_GT(before, 0u);

  Append1(shard, kDay + 7'000);
  EXPECT_EQ(Tell(shard.Read("a=1", Up(kHour))).rollups, 0u) << "in memory";
  ExpectAll(Tell(shard.Read("a=1", Up(kHour))), "in memory");
  for (int i = 0; i < 300; ++i) Append1(shard, kDay + 20'001 + i * 7);
  ASSERT_TRUE(shard.checkpointer().Round().ok());
  EXPECT_EQ(Tell(shard.Read("a=1", Up(kHour))).rollups, 0u) << "stored";
  ExpectAll(Tell(shard.Read("a=1", Up(kHour))), "stored");
  shard.Crash();
  Roll(shard, kDay + kBucketMs + 3 * kHour);
  for (int i = 0; i < 300; ++i) Append1(shard, kDay + 30'002 + i * 7);
  ASSERT_TRUE(shard.checkpointer().Round().ok());
  Roll(shard, kDay + kBucketMs + 4 * kHour);

  const Told after = Tell(shard.Read("a=1", Up(kHour)));
  ExpectAll(after, "rolled up again");
}

TEST_F(RollingUp, KeepsUpWithSeriesThatAreFilledInLater) {
  OneShard shard(Rolling());
  Append(shard, kDay + 5 * kBucketMs, kDay + 5 * kBucketMs + kHour);
  Roll(shard, kDay + 6 * kBucketMs + 2 * kHour);
  // Days before, in order of a series of their own: not late, but rolled up all the same.
  for (int64_t t_ms = kDay; t_ms < kDay + 3 * kBucketMs; t_ms += kHour) {
    ASSERT_TRUE(shard.Append("a=2", t_ms, 1).ok());
  }
  ASSERT_TRUE(shard.checkpointer().Round().ok());
  EXPECT_EQ(Tell(shard.Read("a=2", Up(kHour))).count, 72u);
  Roll(shard, kDay + 6 * kBucketMs + 3 * kHour);

  const Told told = Tell(shard.Read("a=2", Up(kHour)));

  EXPECT_EQ(told.count, 72u);
  EXPECT_GT(told.rollups, 40u);
}

TEST_F(RollingUp, TellsTheSameWhateverComesAndWhenever) {
  base::Random random(3);
  for (int round = 0; round < 6; ++round) {
    OneShard shard(Rolling());
    std::map<int64_t, double> truth;
    int64_t now = kDay;
    for (int step = 0; step < 500; ++step) {
      now += static_cast<int64_t>(random.Below(1'200'000));
      const int64_t t_ms =
          random.Below(4) == 0 ? now - static_cast<int64_t>(random.Below(2 * kBucketMs)) : now;
      const auto value = static_cast<double>(random.Below(1000));
      const auto report = shard.Append("a=1", t_ms, value);
      ASSERT_TRUE(report.ok());
      if (report->accepted == 1) truth.emplace(t_ms, value);
      if (random.Below(20) == 0) ASSERT_TRUE(shard.checkpointer().Round().ok());
      if (random.Below(20) == 0 && shard.compactor().Due()) {
        ASSERT_TRUE(shard.compactor().Slice().ok());
      }
      if (random.Below(10) == 0) {
        shard.roller().Advance(At(now + kHour));
        if (shard.roller().Due()) ASSERT_TRUE(shard.roller().Slice().ok());
      }
      if (random.Below(60) == 0) shard.Crash();
      if (random.Below(10) != 0) continue;
      double sum = 0;
      for (const auto& [time, v] : truth) sum += v;
      const Told told = Tell(shard.Read("a=1", Up(kHour)));
      ASSERT_EQ(told.count, truth.size()) << "round " << round << " step " << step;
      ASSERT_EQ(told.sum, sum) << "round " << round << " step " << step;
    }
  }
}

TEST_F(RollingUp, LosesNothingWhateverOperationFails) {
  base::SetLogSink([](std::string_view) {});
  for (const bool power : {false, true}) {
    // Every seventeenth operation unless VEDETTE_FULL asks for all; others in the case of power.
    const uint64_t stride = std::getenv("VEDETTE_FULL") != nullptr ? 1 : 17;
    for (uint64_t nth = power ? 2 : 1;; nth += stride) {
      ASSERT_LT(nth, 60u);
      count_ = 0;
      sum_ = 0;
      kv::NthFault fault;
      kv::CrashableEnv env(&fault);
      OneShard shard(Rolling(), &env);
      Append(shard, kDay + kHour, kDay + kHour + 600'000);
      Append(shard, kDay + kBucketMs, kDay + kBucketMs + 300'000);
      ASSERT_TRUE(shard.checkpointer().Round().ok());
      ASSERT_TRUE(shard.db().Flush().ok());
      fault.Arm({.nth = nth, .lasting = true});
      shard.roller().Advance(At(kDay + kBucketMs + 2 * kHour));
      base::IgnoreError(shard.roller().Slice(), "it may fail here");
      base::IgnoreError(shard.db().Flush(), "it may fail here");
      const bool fired = fault.fired();
      fault.Disarm();
      ExpectAll(Tell(shard.Read("a=1", Up(kHour))), "after the fault");
      power ? env.CutPower() : env.KillProcess();
      shard.ReopenDatabase();
      ExpectAll(Tell(shard.Read("a=1", Up(kHour))), "after the crash");
      Roll(shard, kDay + kBucketMs + 3 * kHour);
      const Told told = Tell(shard.Read("a=1", Up(kHour)));
      ExpectAll(told, "afterwards");
      EXPECT_GT(told.rollups, 0u);
      if (testing::Test::HasFailure()) FAIL() << "operation " << nth;
      if (!fired) break;
    }
  }
  base::SetLogSink({});
}

TEST_F(RollingUp, LeavesOutWhatIsDamagedAndReadsTheSamples) {
  base::SetLogSink([](std::string_view) {});
  OneShard shard(Rolling());
  Append(shard, kDay, kDay + kHour);
  Append(shard, kDay + kBucketMs, kDay + kBucketMs + 30'000);
  Roll(shard, kDay + kBucketMs + 2 * kHour);
  const auto family = static_cast<kv::Family>(FamilyName::kRollups);
  kv::Batch batch;
  {
    const auto keys = shard.db().NewIterator(family, {}, {});
    for (keys->SeekToFirst(); keys->Valid(); keys->Next()) batch.Put(family, keys->key(), "bad");
  }
  ASSERT_TRUE(shard.db().Write(batch, kv::Durability::kProcess).ok());

  const Told told = Tell(shard.Read("a=1", Up(kHour)));

  ExpectAll(told, "damaged");
  EXPECT_EQ(told.rollups, 0u);
  base::SetLogSink({});
}

// -- With the engine: retention and deletion.

class RollupsOfAnEngine : public testing::Test {
 protected:
  RollupsOfAnEngine() {
    store_.clock().Advance(At(kDay + 3 * kBucketMs) - store_.clock().Now());
    for (const char* labels : {"a=1", "a=2"}) {
      std::vector<model::Sample> samples;
      for (int64_t t_ms = kDay; t_ms < kDay + 3 * kBucketMs; t_ms += 600'000) {
        samples.push_back({t_ms, 2});
      }
      EXPECT_TRUE(store_.AppendTo(labels, samples).ok());
    }
  }

  Told Read(const std::string& labels, int64_t from_ms = INT64_MIN, int64_t to_ms = INT64_MAX) {
    SelectRequest request{.tenant = "default",
                          .matchers = {},
                          .from_ms = from_ms,
                          .to_ms = to_ms,
                          .rollups = {.allowed = true}};
    const auto found = store_.engine().Select(request);
    EXPECT_TRUE(found.ok());
    SampleColumns samples;
    for (const auto& series : *found) {
      if (series->labels() == LabelsOf(labels).view()) EXPECT_TRUE(series->Read(samples).ok());
    }
    return Tell(samples);
  }
  base::Result<> Drop(int days) { return store_.engine().DropBefore(At(kDay + days * kBucketMs)); }
  size_t Keys() {
    auto keys = store_.db().NewIterator(static_cast<kv::Family>(FamilyName::kRollups), {}, {});
    size_t count = 0;
    for (keys->SeekToFirst(); keys->Valid(); keys->Next()) ++count;
    return count;
  }

  EngineFixture store_{Rolling()};
};

TEST_F(RollupsOfAnEngine, StayWhenTheSamplesGoAndAfterARestart) {
  ASSERT_TRUE(Drop(2).ok());
  for (const char* when : {"at once", "after a restart"}) {
    const Told told = Read("a=1");
    EXPECT_EQ(told.count, 3u * 144) << when;
    EXPECT_EQ(told.sum, 2.0 * 3 * 144) << when;
    EXPECT_EQ(told.resolution_ms, 60'000) << when << ": the finest";
    EXPECT_EQ(told.rollups, 2u * 144) << when;
    store_.Reopen();
  }
  EXPECT_EQ(store_.Read("a=1", kDay, kDay + 2 * kBucketMs - 1), "") << "who wants samples";
}

TEST_F(RollupsOfAnEngine, KeepASeriesThatHasNothingElse) {
  ASSERT_TRUE(Drop(10).ok());
  EXPECT_EQ(store_.CountSeries(), 2u);
  EXPECT_EQ(Read("a=2").count, 3u * 144);

  store_.clock().Advance(std::chrono::hours(24 * 1100));
  ASSERT_TRUE(Drop(11).ok());

  EXPECT_EQ(store_.CountSeries(), 0u);
  EXPECT_EQ(Keys(), 0u);
}

TEST_F(RollupsOfAnEngine, AreNotTakenBackByAnEarlierHorizon) {
  ASSERT_TRUE(Drop(2).ok());
  ASSERT_TRUE(Drop(1).ok());
  EXPECT_EQ(Read("a=1").count, 3u * 144);
  store_.Reopen();
  EXPECT_EQ(Read("a=1").count, 3u * 144);
}

TEST_F(RollupsOfAnEngine, LoseTheWindowsOfWhatIsDeleted) {
  ASSERT_TRUE(Drop(2).ok());
  SelectRequest request{.tenant = "default",
                        .matchers = {},
                        .from_ms = kDay + kHour,
                        .to_ms = kDay + kBucketMs + kHour - 1};
  request.matchers.push_back(*model::Matcher::Create("a", model::MatchOp::kEqual, "1"));
  ASSERT_TRUE(store_.engine().DeleteSeries(request).ok());
  for (const char* when : {"at once", "after a restart"}) {
    EXPECT_EQ(Read("a=1").count, 2u * 144) << when;
    EXPECT_EQ(Read("a=1", request.from_ms, request.to_ms).count, 0u) << when;
    EXPECT_EQ(Read("a=2").count, 3u * 144) << when;
    store_.Reopen();
  }
  request.from_ms = INT64_MIN;
  request.to_ms = INT64_MAX;
  ASSERT_TRUE(store_.engine().DeleteSeries(request).ok());
  EXPECT_EQ(store_.CountSeries(), 1u);
}

TEST_F(RollupsOfAnEngine, AreMadeAgainWhereSamplesAreDeletedAndOthersStay) {
  ASSERT_TRUE(Drop(1).ok());
  SelectRequest request{.tenant = "default",
                        .matchers = {},
                        .from_ms = kDay + kBucketMs,
                        .to_ms = kDay + kBucketMs + kHour - 1};
  request.matchers.push_back(*model::Matcher::Create("a", model::MatchOp::kEqual, "1"));
  ASSERT_TRUE(store_.engine().DeleteSeries(request).ok());
  EXPECT_EQ(Read("a=1").count, 3u * 144 - 6);

  ASSERT_TRUE(Drop(2).ok());

  EXPECT_EQ(Read("a=1").count, 3u * 144 - 6);
  EXPECT_EQ(Read("a=1", kDay + kBucketMs, kDay + 2 * kBucketMs - 1).rollups, 144u - 6);
}

TEST_F(RollupsOfAnEngine, GoWithTheirTenant) {
  ASSERT_TRUE(Drop(2).ok());
  EXPECT_GT(Keys(), 0u);
  ASSERT_TRUE(store_.engine().DeleteTenant("default").ok());
  EXPECT_EQ(Keys(), 0u);
}

// Each of them rolls up what is about to go, in slices, until nothing is left.
TEST(RollingUpBeforeRetention, TakesEverythingWhoeverElseDropsMeanwhile) {
  EngineOptions options = Rolling();
  EngineFixture store(options);
  constexpr int kSeries = 300;
  for (int64_t day = 0; day < 4; ++day) {
    std::vector<std::pair<std::string, double>> samples;
    for (int i = 0; i < kSeries; ++i) samples.emplace_back("a=" + std::to_string(i), i);
    ASSERT_TRUE(store.Append(kDay + day * kBucketMs + kHour, samples).ok());
  }
  store.clock().StepWallClock(At(kDay + 5 * kBucketMs) - store.clock().Now());
  std::vector<std::thread> threads;
  std::atomic<int> failed{0};
  for (int64_t day = 1; day <= 3; ++day) {
    threads.emplace_back([&, day] {
      if (!store.engine().DropBefore(At(kDay + day * kBucketMs)).ok()) ++failed;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);

  SelectRequest request{.tenant = "default", .matchers = {}};
  request.rollups = {.allowed = true, .resolution_ms = kHour};
  const auto found = store.engine().Select(request);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->size(), static_cast<size_t>(kSeries));
  for (const auto& series : *found) {
    SampleColumns samples;
    ASSERT_TRUE(series->Read(samples).ok());
    ASSERT_EQ(Tell(samples).count, 4u) << series->labels().ToString();
  }
}

}  // namespace
}  // namespace vedette::series
