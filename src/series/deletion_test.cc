#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "kv/testing/crashable_env.h"
#include "kv/testing/fault_injector.h"
#include "series/testing/engine_fixture.h"

namespace vedette::series {
namespace {

EngineOptions SmallChunks() {
  EngineOptions options;
  options.shards = 2;
  options.chunk_samples = 4;
  return options;
}

SelectRequest Matching(const std::string& name, const std::string& value,
                       int64_t from_ms = INT64_MIN, int64_t to_ms = INT64_MAX) {
  SelectRequest request{.tenant = "default", .matchers = {}, .from_ms = from_ms, .to_ms = to_ms};
  request.matchers.push_back(*model::Matcher::Create(name, model::MatchOp::kEqual, value));
  return request;
}

class DeletingSeries : public testing::Test {
 protected:
  void AppendSome(int64_t from_ms, int64_t to_ms) {
    for (int64_t t = from_ms; t <= to_ms; ++t) {
      ASSERT_TRUE(store_.Append(t, {{"a=1,b=x", 1}, {"a=2,b=x", 2}, {"a=3,b=y", 3}}).ok());
    }
  }
  size_t StoredKeys(FamilyName family) {
    auto keys = store_.db().NewIterator(static_cast<kv::Family>(family), {}, {});
    size_t count = 0;
    for (keys->SeekToFirst(); keys->Valid(); keys->Next()) ++count;
    return count;
  }

  EngineFixture store_{SmallChunks()};
};

TEST_F(DeletingSeries, TakesTheSamplesOfTheRangeWhereverTheyLieAndForGood) {
  AppendSome(1, 10);
  ASSERT_TRUE(store_.engine().Checkpoint().ok());
  AppendSome(11, 15);
  ASSERT_TRUE(store_.engine().DeleteSeries(Matching("b", "x", 3, 13)).ok());
  for (const char* when : {"at once", "after a crash", "after a checkpoint"}) {
    EXPECT_EQ(store_.Read("a=1,b=x"), "1:1 2:1 14:1 15:1") << when;
    EXPECT_EQ(store_.Read("a=2,b=x"), "1:2 2:2 14:2 15:2") << when;
    EXPECT_EQ(store_.Read("a=3,b=y", 12, 13), "12:3 13:3") << when;
    store_.Reopen();
    if (when[0] == 'a' && when[6] == 'a') ASSERT_TRUE(store_.engine().Checkpoint().ok());
  }
}

// What came out of order may be all that is left.
TEST_F(DeletingSeries, KeepsASeriesOfWhichOnlyALateSampleIsLeft) {
  const AppendLimits limits{.unlimited_out_of_order = true};
  ASSERT_TRUE(store_.AppendTo("a=1", {{100, 1}, {50, 2}}, limits).ok());
  ASSERT_TRUE(store_.engine().DeleteSeries(Matching("a", "1", 60, 200)).ok());
  for (const char* when : {"at once", "after a crash"}) {
    EXPECT_EQ(store_.Read("a=1", 40, 60), "50:2") << when;
    ASSERT_TRUE(store_.engine().DropBefore(base::FromMillis(0)).ok());
    EXPECT_EQ(store_.CountSeries(), 1u) << when;
    store_.Reopen();
  }
}

TEST_F(DeletingSeries, LeavesNothingOfSeriesWithoutSamples) {
  AppendSome(1, 10);
  ASSERT_TRUE(store_.engine().Checkpoint().ok());
  AppendSome(11, 12);
  ASSERT_TRUE(store_.engine().DeleteSeries(Matching("b", "x")).ok());
  EXPECT_EQ(store_.CountSeries(), 1u);
  EXPECT_EQ(store_.engine().Stats().active_series, 1u);
  EXPECT_EQ(StoredKeys(FamilyName::kSeries), 1u);
  EXPECT_EQ(*store_.engine().LabelValues({.tenant = "default", .matchers = {}}, "b"),
            std::vector<std::string>{"y"});
  store_.Reopen();
  EXPECT_EQ(store_.CountSeries(), 1u);
  AppendSome(5, 5);
  EXPECT_EQ(store_.Read("a=1,b=x"), "5:1") << "it can come back, at any time";
}

TEST_F(DeletingSeries, WhoseNewestSamplesAreGoneGoOnInOrder) {
  AppendSome(1, 10);
  ASSERT_TRUE(store_.engine().Checkpoint().ok());
  ASSERT_TRUE(store_.engine().DeleteSeries(Matching("a", "1", 7, 100)).ok());
  for (const int64_t t : {8, 9, 20}) ASSERT_TRUE(store_.AppendTo("a=1,b=x", {{t, 5}}).ok());
  EXPECT_EQ(store_.Read("a=1,b=x"), "1:1 2:1 3:1 4:1 5:1 6:1 8:5 9:5 20:5");
  EXPECT_TRUE(store_.engine().Series(Matching("a", "1", 21, 100))->empty());
}

TEST_F(DeletingSeries, NeedsAMatcherAndForgivesWhatIsNotThere) {
  AppendSome(1, 2);
  SelectRequest all{.tenant = "default", .matchers = {}};
  EXPECT_EQ(store_.engine().DeleteSeries(all).error().code, base::ErrorCode::kInvalidArgument);
  EXPECT_TRUE(store_.engine().DeleteSeries(Matching("a", "nobody")).ok());
  EXPECT_EQ(store_.CountSeries(), 3u);
}

TEST_F(DeletingSeries, AgreesWithANaiveSetOverFloatsHistogramsAndLateSamples) {
  AppendLimits any;
  any.unlimited_out_of_order = true;
  for (uint64_t seed = 0; seed < (std::getenv("VEDETTE_FULL") != nullptr ? 12 : 4); ++seed) {
    EngineFixture store(SmallChunks());
    base::Random random(seed);
    std::map<int64_t, bool> expected;  // true: a histogram
    for (int step = 0; step < 120; ++step) {
      const auto time = [&] {
        return static_cast<int64_t>(random.Below(3)) * kBucketMs +
               static_cast<int64_t>(random.Below(30));
      };
      const int64_t t = time();
      const bool histogram = t % 3 == 0;
      model::WriteBatch batch;
      batch.BeginSeries(LabelsOf("a=1"));
      if (histogram) {
        batch.AddHistogram(t, {});
      } else {
        batch.Add(t, 2);
      }
      const auto report = store.AppendBatch(batch, any);
      ASSERT_TRUE(report.ok());
      if (report->accepted > 0) expected.try_emplace(t, histogram);
      if (random.Below(15) == 0) ASSERT_TRUE(store.engine().Checkpoint().ok());
      if (random.Below(20) == 0) store.Reopen();
      if (random.Below(12) == 0) {
        const int64_t from_ms = time();
        const int64_t to_ms = from_ms + static_cast<int64_t>(random.Below(20));
        ASSERT_TRUE(store.engine().DeleteSeries(Matching("a", "1", from_ms, to_ms)).ok());
        std::erase_if(expected, [&](const auto& sample) {
          return sample.first >= from_ms && sample.first <= to_ms;
        });
      }
      std::string text;
      for (const auto& [at, is_histogram] : expected) {
        text += std::to_string(at) + (is_histogram ? ":h0 " : ":2 ");
      }
      if (!text.empty()) text.pop_back();
      ASSERT_EQ(store.Read("a=1"), text) << "seed " << seed << ", step " << step;
    }
  }
}

TEST_F(DeletingSeries, InterruptedByACrashHasDeletedOrNot) {
  bool clean = false;
  for (uint64_t nth = 1; !clean; ++nth) {
    ASSERT_LT(nth, 100u);
    kv::NthFault fault;
    kv::CrashableEnv env(&fault);
    EngineFixture store(SmallChunks(), &env);
    for (int64_t t = 1; t <= 9; ++t) ASSERT_TRUE(store.AppendTo("a=1", {{t, 1}}).ok());
    ASSERT_TRUE(store.engine().Checkpoint().ok());
    fault.Arm({.nth = nth, .lasting = true});
    const bool deleted = store.engine().DeleteSeries(Matching("a", "1", 2, 8)).ok();
    clean = deleted && !fault.fired();
    fault.Disarm();
    env.KillProcess();
    store.ReopenDatabase();
    const std::string left = store.Read("a=1");
    EXPECT_TRUE(left == "1:1 9:1" || (!deleted && left == "1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:1"))
        << nth << ": " << left;
  }
}

}  // namespace
}  // namespace vedette::series
