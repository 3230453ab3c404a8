// Series that leave memory and come back.

#include "series/cold.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "kv/keeper.h"
#include "kv/testing/crashable_env.h"
#include "kv/testing/fault_injector.h"
#include "model/matcher.h"
#include "series/testing/engine_fixture.h"

namespace vedette::series {
namespace {

constexpr int64_t kDay = kBucketMs;
constexpr int64_t kNoon = 19'700 * kDay + kDay / 2;

EngineOptions OneShard() {
  EngineOptions options;
  options.shards = 1;
  options.chunk_samples = 4;
  return options;
}

// So that what is idle now leaves.
void LetGo(EngineFixture& store) {
  for (int i = 0; i < 6; ++i) {
    const auto swept = store.engine().SweepIdle();
    ASSERT_TRUE(swept.ok()) << swept.error().message;
  }
}

uint64_t InMemory(EngineFixture& store) { return store.engine().Stats().active_series; }

size_t RecordsIn(EngineFixture& store, FamilyName family) {
  const auto records = store.db().NewIterator(Families().Of(family), {}, {});
  size_t count = 0;
  for (records->SeekToFirst(); records->Valid(); records->Next()) ++count;
  return count;
}

SelectRequest Everything(std::vector<model::Matcher> matchers = {}) {
  return {.tenant = "default", .matchers = std::move(matchers)};
}

model::Matcher Equal(const char* name, const char* value) {
  return *model::Matcher::Create(name, model::MatchOp::kEqual, value);
}

TEST(Cold, IdleSeriesLeaveMemoryAndAreStillFound) {
  EngineFixture store(OneShard());
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(
        store.Append(kNoon + i, {{"__name__=up,pod=a", i}, {"__name__=up,pod=b", -i}}).ok());
  }
  LetGo(store);
  EXPECT_EQ(InMemory(store), 0u);
  EXPECT_EQ(RecordsIn(store, FamilyName::kSeries), 0u) << "a start would read it";
  EXPECT_EQ(RecordsIn(store, FamilyName::kHead), 0u);
  EXPECT_EQ(store.CountSeries(), 2u);
  const std::string t = std::to_string(kNoon).substr(0, 12);
  EXPECT_EQ(store.Read("__name__=up,pod=b", kNoon + 4), t + "4:-4 " + t + "5:-5");
  store.Reopen();
  EXPECT_EQ(InMemory(store), 0u);
  EXPECT_EQ(store.Read("__name__=up,pod=a", kNoon + 4), t + "4:4 " + t + "5:5");
}

TEST(Cold, ASeriesStaysWhileSamplesComeBetweenSweeps) {
  EngineFixture store(OneShard());
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(store.Append(kNoon + i, {{"a=1", i}}).ok());
    ASSERT_TRUE(store.engine().SweepIdle().ok());
  }
  EXPECT_EQ(InMemory(store), 1u);
}

TEST(Cold, ASampleBringsASeriesBackUnderItsReference) {
  EngineFixture store(OneShard());
  ASSERT_TRUE(store.AppendTo("a=1", {{kNoon, 1}, {kNoon + 10, 2}}).ok());
  LetGo(store);
  const AppendLimits late{.unlimited_out_of_order = true};
  const auto again =
      store.AppendTo("a=1", {{kNoon + 10, 2}, {kNoon + 5, 3}, {kNoon + 20, 4}}, late);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->duplicates, 1u) << "the newest sample is still known";
  EXPECT_EQ(again->new_series, 0u);
  EXPECT_EQ(InMemory(store), 1u);
  EXPECT_EQ(RecordsIn(store, FamilyName::kCold), 0u);
  const std::string before = store.Read("a=1");
  EXPECT_EQ(before.substr(13), ":1 " + std::to_string(kNoon + 5) + ":3 " +
                                   std::to_string(kNoon + 10) + ":2 " + std::to_string(kNoon + 20) +
                                   ":4");
  EXPECT_EQ(store.CountSeries(), 1u);
  store.Reopen();
  EXPECT_EQ(store.Read("a=1"), before);
  LetGo(store);
  EXPECT_EQ(store.Read("a=1"), before);
}

TEST(Cold, NamesAndValuesAndMetricsAreFoundByTime) {
  EngineFixture store(OneShard());
  ASSERT_TRUE(store.Append(kNoon - 3 * kDay, {{"__name__=up,pod=old", 1}}).ok());
  ASSERT_TRUE(store.Append(kNoon, {{"__name__=up,pod=new", 1}, {"__name__=load,cpu=0", 1}}).ok());
  ASSERT_TRUE(store.Append(kNoon, {{"__name__=up,pod=other", 1}}, {}, "other").ok());
  LetGo(store);
  using Texts = std::vector<std::string>;
  SelectRequest request = Everything();
  EXPECT_EQ(*store.engine().LabelNames(request), (Texts{"__name__", "cpu", "pod"}));
  EXPECT_EQ(*store.engine().LabelValues(request, "pod"), (Texts{"new", "old"}));
  request.matchers = {Equal("__name__", "up")};
  EXPECT_EQ(*store.engine().LabelNames(request), (Texts{"__name__", "pod"}));
  EXPECT_EQ(store.engine().Series(request)->size(), 2u);
  request.from_ms = kNoon - kDay;
  EXPECT_EQ(*store.engine().LabelValues(request, "pod"), (Texts{"new"}));
  request.matchers = {Equal("pod", "old")};
  EXPECT_EQ(store.engine().Series(request)->size(), 0u);
  for (const char* name : {"up", "load"}) {
    request.matchers = {Equal("__name__", name)};
    request.from_ms = kNoon;
    EXPECT_EQ(store.engine().Series(request)->size(), 1u) << name;
    request.from_ms = kNoon + 1;
    EXPECT_EQ(store.engine().Series(request)->size(), 0u) << name;
  }
  request.from_ms = INT64_MIN;
  request.matchers = {};
  request.max_series = 1;
  EXPECT_FALSE(store.engine().Select(request).ok());
}

TEST(Cold, DeletionReachesWhatIsNotInMemory) {
  EngineFixture store(OneShard());
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(store.AppendTo("a=" + std::to_string(i), {{kNoon, 1}, {kNoon + 10, 2}}).ok());
  }
  LetGo(store);
  SelectRequest request = Everything({*model::Matcher::Create("a", model::MatchOp::kRegex, ".+")});
  request.from_ms = kNoon + 5;
  ASSERT_TRUE(store.engine().DeleteSeries(request).ok());
  EXPECT_EQ(store.CountSeries(), 200u);
  EXPECT_EQ(store.Read("a=77"), std::to_string(kNoon) + ":1");
  ASSERT_TRUE(store.engine().SweepIdle().ok());
  ASSERT_TRUE(store.engine().SweepIdle().ok());
  EXPECT_EQ(InMemory(store), 0u) << "what came back for it has gone again";
  request.from_ms = INT64_MIN;
  ASSERT_TRUE(store.engine().DeleteSeries(request).ok());
  EXPECT_EQ(store.CountSeries(), 0u);
  EXPECT_EQ(RecordsIn(store, FamilyName::kCold), 0u);
  EXPECT_EQ(RecordsIn(store, FamilyName::kSeries), 0u);
}

TEST(Cold, RetentionAndTheRemovalOfATenantTakeColdSeries) {
  EngineFixture store(OneShard());
  ASSERT_TRUE(store.Append(kNoon - 3 * kDay, {{"a=old", 1}}).ok());
  ASSERT_TRUE(store.Append(kNoon, {{"a=new", 1}}).ok());
  ASSERT_TRUE(store.Append(kNoon, {{"a=other", 1}}, {}, "other").ok());
  LetGo(store);
  ASSERT_TRUE(store.engine().DropBefore(base::FromMillis(kNoon - kDay)).ok());
  EXPECT_EQ(store.CountSeries(), 1u);
  EXPECT_EQ(RecordsIn(store, FamilyName::kCold), 6u) << "three of each series that is left";
  ASSERT_TRUE(store.engine().DeleteTenant("default").ok());
  EXPECT_EQ(store.CountSeries(), 0u);
  EXPECT_EQ(store.CountSeries("other"), 1u);
  EXPECT_EQ(RecordsIn(store, FamilyName::kCold), 3u);
}

TEST(Cold, TheLimitOfSeriesIsForThoseInMemory) {
  EngineFixture store(OneShard());
  AppendLimits one;
  one.max_series = 1;
  ASSERT_TRUE(store.AppendTo("a=1", {{kNoon, 1}}, one).ok());
  LetGo(store);
  EXPECT_EQ(store.AppendTo("a=2", {{kNoon, 1}}, one)->accepted, 1u);
  EXPECT_EQ(store.AppendTo("a=1", {{kNoon + 1, 1}}, one)->over_series_limit, 1u);
}

TEST(Cold, ReferencesOfColdSeriesAreNotGivenAwayAgain) {
  EngineFixture store(OneShard());
  ASSERT_TRUE(store.AppendTo("a=1", {{kNoon, 1}}).ok());
  LetGo(store);
  store.Reopen();
  ASSERT_TRUE(store.AppendTo("a=2", {{kNoon + 1, 2}}).ok());
  ASSERT_TRUE(store.engine().Checkpoint().ok());
  EXPECT_EQ(store.Read("a=1"), std::to_string(kNoon) + ":1");
  EXPECT_EQ(store.Read("a=2"), std::to_string(kNoon + 1) + ":2");
}

TEST(Cold, DaysThatASeriesLeftBehindAreRolledUpWhenTheyEnd) {
  EngineOptions options = OneShard();
  options.rollup_retention = {base::Duration(0), std::chrono::hours(24 * 4000),
                              std::chrono::hours(24 * 4000)};
  EngineFixture store(options);
  store.clock().StepWallClock(base::FromMillis(kNoon) - store.clock().Now());
  ASSERT_TRUE(store.engine().DropBefore(base::FromMillis(kNoon - kDay)).ok());
  ASSERT_TRUE(store.AppendTo("a=1", {{kNoon, 1}, {kNoon + 400'000, 2}}).ok());
  LetGo(store);
  ASSERT_EQ(InMemory(store), 0u);
  store.clock().StepWallClock(base::Duration(3 * kDay));
  ASSERT_TRUE(store.engine().DropBefore(base::FromMillis(kNoon + 2 * kDay)).ok());
  SelectRequest request = Everything();
  request.rollups = {.allowed = true, .resolution_ms = 300'000};
  const auto found = store.engine().Select(request);
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 1u);
  SampleColumns samples;
  ASSERT_TRUE((*found)[0]->Read(samples).ok());
  EXPECT_EQ(samples.rollups.size(), 2u) << "the samples are gone, their windows are there";
}

TEST(Cold, WhatLeftWhileNothingWasRolledUpIsRolledUpOnceItIsAskedFor) {
  kv::CrashableEnv env;
  {
    EngineFixture store(OneShard(), &env);
    ASSERT_TRUE(store.AppendTo("a=1", {{kNoon, 1}, {kNoon + kDay, 2}}).ok());
    LetGo(store);
    ASSERT_EQ(InMemory(store), 0u);
  }
  EngineOptions options = OneShard();
  options.rollup_retention.fill(std::chrono::hours(24 * 4000));
  EngineFixture store(options, &env);
  store.clock().StepWallClock(base::FromMillis(kNoon + 5 * kDay) - store.clock().Now());
  ASSERT_TRUE(store.engine().DropBefore(base::FromMillis(kNoon + 4 * kDay)).ok());
  SelectRequest request = Everything();
  request.rollups = {.allowed = true, .resolution_ms = 300'000};
  const auto found = store.engine().Select(request);
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 1u);
  SampleColumns samples;
  ASSERT_TRUE((*found)[0]->Read(samples).ok());
  EXPECT_EQ(samples.rollups.size(), 2u);
}

TEST(Cold, TheWindowForLateSamplesHoldsForASeriesThatCameBackWithoutOne) {
  EngineFixture store(OneShard());
  ASSERT_TRUE(store.AppendTo("a=1", {{kNoon, 1}}).ok());
  LetGo(store);
  EXPECT_EQ(store.AppendTo("a=1", {{kNoon - 1, 2}})->out_of_order, 1u);
  EXPECT_EQ(InMemory(store), 1u);
  ASSERT_TRUE(store.AppendTo("a=2", {{kNoon, 1}}).ok());
  store.Reopen();
  EXPECT_EQ(store.AppendTo("a=1", {{kNoon - 1, 2}})->out_of_order, 1u);
  EXPECT_EQ(store.AppendTo("a=1", {{kNoon, 1}})->refused(), 0u) << "its value is on disk only";
  EXPECT_EQ(store.Read("a=1"), std::to_string(kNoon) + ":1");
}

TEST(Cold, NativeHistogramsLeaveAndComeBack) {
  EngineFixture store(OneShard());
  const auto append = [&](int64_t t_ms, double count) {
    model::Histogram histogram;
    histogram.count = count;
    histogram.zero_count = count;
    model::WriteBatch batch;
    batch.BeginSeries(LabelsOf("a=1"));
    batch.AddHistogram(t_ms, histogram);
    return store.AppendBatch(batch);
  };
  const std::string t = std::to_string(kNoon).substr(0, 12);
  ASSERT_TRUE(append(kNoon, 1).ok());
  ASSERT_TRUE(append(kNoon + 1, 2).ok());
  ASSERT_TRUE(store.AppendTo("a=1", {{kNoon + 2, 7}}).ok());
  LetGo(store);
  EXPECT_EQ(InMemory(store), 0u);
  EXPECT_EQ(store.Read("a=1"), t + "0:h1 " + t + "1:h2 " + t + "2:7");
  EXPECT_EQ(append(kNoon + 2, 7)->conflicting, 1u) << "a float is the newest";
  EXPECT_EQ(append(kNoon + 3, 9)->accepted, 1u);
  store.Reopen();
  EXPECT_EQ(store.Read("a=1"), t + "0:h1 " + t + "1:h2 " + t + "2:7 " + t + "3:h9");
}

TEST(Cold, ADamagedRecordIsLeftOutAndGoesWithRetention) {
  base::SetLogSink([](std::string_view) {});
  EngineFixture store(OneShard());
  ASSERT_TRUE(store.Append(kNoon, {{"a=1", 1}, {"a=2", 2}}).ok());
  LetGo(store);
  {
    const auto records = store.db().NewIterator(Families().Of(FamilyName::kCold), {}, {});
    records->SeekToFirst();
    ASSERT_TRUE(records->Valid());
    std::string damaged(records->value());
    damaged.back() ^= 1;
    kv::Batch batch;
    batch.Put(Families().Of(FamilyName::kCold), records->key(), damaged);
    ASSERT_TRUE(store.db().Write(batch, kv::Durability::kProcess).ok());
  }
  EXPECT_EQ(store.CountSeries(), 1u);
  EXPECT_EQ(store.AppendTo("a=1", {{kNoon + 1, 3}})->new_series, 1u);
  LetGo(store);
  EXPECT_EQ(InMemory(store), 0u);
  EXPECT_EQ(store.Read("a=1"), std::to_string(kNoon + 1) + ":3");
  ASSERT_TRUE(store.engine().DropBefore(base::FromMillis(kNoon + kDay)).ok());
  EXPECT_EQ(RecordsIn(store, FamilyName::kCold), 0u);
  base::SetLogSink({});
}

// Who needs its series, and when they went.
class Needing final : public ShardObserver {
 public:
  struct Seen {
    bool needed = true;
    int told = 0;
    int gone = 0;
  };
  explicit Needing(Seen& seen) : seen_(seen) {}
  void OnSeries(uint32_t, std::string_view, model::LabelsView) override { ++seen_.told; }
  void OnSeriesGone(uint32_t) override { ++seen_.gone; }
  bool MayLeave(uint32_t) const override { return !seen_.needed; }
  void OnSamples(std::span<const ObservedSample>, bool) override {}
  void OnTick(base::TimePoint) override {}

 private:
  Seen& seen_;
};

TEST(Cold, ASeriesStaysWhileTheObserverNeedsItAndIsToldOfAgainWhenItComesBack) {
  EngineFixture store(OneShard());
  Needing::Seen seen;
  store.SetObservers([&](uint32_t) { return std::make_unique<Needing>(seen); });
  store.Reopen();
  ASSERT_TRUE(store.AppendTo("a=1", {{kNoon, 1}}).ok());
  LetGo(store);
  EXPECT_EQ(InMemory(store), 1u);
  seen.needed = false;
  ASSERT_TRUE(store.engine().SweepIdle().ok());
  EXPECT_EQ(InMemory(store), 0u);
  EXPECT_EQ(seen.gone, 1);
  ASSERT_TRUE(store.AppendTo("a=1", {{kNoon + 1, 1}}).ok());
  EXPECT_EQ(seen.told, 2);
  store.Close();
}

// What was acknowledged. A sample says in its value whose it is, so that one under the reference of
// another series shows.
class Acknowledged {
 public:
  void Append(EngineFixture& store, int series, int64_t t_ms) {
    const double value = 1000.0 * series + static_cast<double>(t_ms % 1000);
    const AppendLimits limits{.unlimited_out_of_order = true};
    const auto report = store.AppendTo("a=" + std::to_string(series), {{t_ms, value}}, limits);
    if (report.ok() && report->accepted == 1) times_[series].insert(t_ms);
  }
  // All of it, once, and nothing of another series.
  void ExpectIn(EngineFixture& store, const std::string& when) const {
    for (const auto& [series, times] : times_) {
      SelectRequest request = Everything({Equal("a", std::to_string(series).c_str())});
      const auto found = store.engine().Select(request);
      ASSERT_TRUE(found.ok()) << when;
      ASSERT_EQ(found->size(), 1u) << when << ": series " << series;
      SampleColumns samples;
      ASSERT_TRUE((*found)[0]->Read(samples).ok()) << when;
      std::set<int64_t> stored;
      for (size_t i = 0; i < samples.t_ms.size(); ++i) {
        ASSERT_TRUE(stored.insert(samples.t_ms[i]).second) << when << ": a time twice";
        ASSERT_EQ(static_cast<int>(samples.values[i]) / 1000, series) << when << ": whose is it?";
      }
      for (const int64_t t_ms : times) {
        ASSERT_TRUE(stored.contains(t_ms)) << when << ": series " << series << " lacks " << t_ms;
      }
    }
  }

 private:
  std::map<int, std::set<int64_t>> times_;
};

// Series come, leave, come back with late samples and new ones, and leave.
void ComeAndGo(EngineFixture& store, Acknowledged& acknowledged) {
  for (int round = 0; round < 3; ++round) {
    const int64_t now_ms = kNoon + 10 * round;
    acknowledged.Append(store, 1, now_ms);
    acknowledged.Append(store, 2 + round, now_ms);
    acknowledged.Append(store, 1, now_ms - 3);
    acknowledged.Append(store, 2 + round, now_ms + 5);
    for (int sweep = 0; sweep < 6; ++sweep) {
      base::IgnoreError(store.engine().SweepIdle(), "it may fail here");
    }
    base::IgnoreError(kv::Keeper::Tend(store.db()), "it may fail here");
    if (round == 1) base::IgnoreError(store.engine().Checkpoint(), "it may fail here");
  }
}

// The process dies, or the power fails, at every write in turn; under sanitizers at some of them
// unless VEDETTE_FULL asks for all.
TEST(Cold, NoFailedWriteAndNoCrashLosesOrDoublesASampleOrAReference) {
  base::SetLogSink([](std::string_view) {});
  const bool full = std::getenv("VEDETTE_FULL") != nullptr;
  uint64_t first = 0;
  for (const auto& [lasting, power] : {std::pair(false, false), {true, false}, {true, true}}) {
    bool fired = true;
    ++first;
    for (uint64_t nth = full ? 1 : first; fired; nth += full ? 1 : 2 * nth + 1) {
      kv::NthFault fault;
      kv::CrashableEnv env(&fault);
      EngineOptions options = OneShard();
      if (power) options.durability = kv::Durability::kMachine;
      EngineFixture store(options, &env);
      fault.Arm({.nth = nth, .lasting = lasting});
      Acknowledged acknowledged;
      ComeAndGo(store, acknowledged);
      fired = fault.fired();
      fault.Disarm();
      const std::string when = "operation " + std::to_string(nth);
      base::IgnoreError(kv::Keeper::Tend(store.db()), "the crash follows anyway");
      acknowledged.ExpectIn(store, when);
      power ? env.CutPower() : env.KillProcess();
      store.ReopenDatabase();
      acknowledged.ExpectIn(store, when + ", then a crash");
      acknowledged.Append(store, 9, kNoon + 100);
      acknowledged.Append(store, 1, kNoon + 100);
      ASSERT_TRUE(store.engine().Checkpoint().ok());
      store.Reopen();
      acknowledged.ExpectIn(store, when + ", then a crash and a start");
      if (testing::Test::HasFailure()) return;
    }
  }
  base::SetLogSink({});
}

}  // namespace
}  // namespace vedette::series
