#include "series/compactor.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/random.h"
#include "kv/testing/crashable_env.h"
#include "kv/testing/fault_injector.h"
#include "series/testing/one_shard.h"

namespace vedette::series {
namespace {

constexpr int64_t kDay = 1'699'920'000'000;  // midnight

// The full counts take half a minute under sanitizers: VEDETTE_FULL=1 asks for them.
bool Full() { return std::getenv("VEDETTE_FULL") != nullptr; }

EngineOptions Small(uint32_t chunk_samples, uint32_t merge_chunks) {
  EngineOptions options;
  options.chunk_samples = chunk_samples;
  options.merge_chunks = merge_chunks;
  return options;
}

void StoreAndMerge(OneShard& shard) {
  ASSERT_TRUE(shard.checkpointer().Round().ok());
  while (shard.compactor().Due()) ASSERT_TRUE(shard.compactor().Slice().ok());
}

// What the store must hold: the first sample of each series and time.
class Truth {
 public:
  void Append(OneShard& shard, const std::string& labels, int64_t t_ms, double value) {
    const auto report = shard.Append(labels, t_ms, value);
    ASSERT_TRUE(report.ok()) << report.error().message;
    if (report->accepted == 1) samples_[labels].emplace(t_ms, value);
  }
  void ExpectIn(OneShard& shard) const {
    for (const auto& [labels, samples] : samples_) {
      const SampleColumns read = shard.Read(labels);
      std::map<int64_t, double> stored;
      for (size_t i = 0; i < read.t_ms.size(); ++i) stored[read.t_ms[i]] = read.values[i];
      ASSERT_EQ(stored, samples) << labels;
      ASSERT_EQ(read.t_ms.size(), samples.size()) << labels;
    }
  }

 private:
  std::map<std::string, std::map<int64_t, double>> samples_;
};

TEST(Compactor, MakesOneBlockOfTheChunksOfADay) {
  OneShard shard(Small(10, 4));
  Truth truth;
  for (int i = 0; i < 45; ++i) truth.Append(shard, "a=1", kDay + i * 1000, i);
  StoreAndMerge(shard);

  EXPECT_EQ(shard.StoredChunks(), 1u);
  EXPECT_EQ(shard.metrics().packed_samples.value(), 40u);
  truth.ExpectIn(shard);
  shard.Crash();
  truth.ExpectIn(shard);
}

TEST(Compactor, LetsABlockGrowUntilItIsFull) {
  OneShard shard(Small(500, 2));
  Truth truth;
  for (int i = 0; i < 20'000; ++i) {
    truth.Append(shard, "a=1", kDay + i * 1000, i % 91);
    if (i % 1100 == 0) StoreAndMerge(shard);
  }
  StoreAndMerge(shard);

  // 8,192 samples in each of the first two.
  EXPECT_LE(shard.StoredChunks(), 4u);
  truth.ExpectIn(shard);
}

TEST(Compactor, WaitsUntilAMergeIsWorthItOrEverythingIsDue) {
  OneShard shard(Small(10, 4));
  Truth truth;
  for (int i = 0; i < 35; ++i) truth.Append(shard, "a=1", kDay + i * 1000, i);
  StoreAndMerge(shard);
  EXPECT_EQ(shard.StoredChunks(), 3u);

  shard.state().loose.MakeAllDue();
  StoreAndMerge(shard);

  EXPECT_EQ(shard.StoredChunks(), 1u);
  truth.ExpectIn(shard);
}

TEST(Compactor, KeepsBlocksWithinTheirDays) {
  OneShard shard(Small(4, 2));
  Truth truth;
  for (int i = 0; i < 60; ++i) truth.Append(shard, "a=1", kDay + i * kBucketMs / 10, i);
  shard.state().loose.MakeAllDue();
  StoreAndMerge(shard);
  shard.state().loose.MakeAllDue();
  StoreAndMerge(shard);

  EXPECT_EQ(shard.StoredChunks(), 6u);
  truth.ExpectIn(shard);
}

TEST(Compactor, LetsASelectionOfBeforeReadWhatItSaw) {
  OneShard shard(Small(5, 2));
  Truth truth;
  for (int i = 0; i < 23; ++i) truth.Append(shard, "a=1", kDay + i * 1000, i);
  ASSERT_TRUE(shard.checkpointer().Round().ok());
  truth.Append(shard, "a=1", kDay + 500, 77);
  const auto before = shard.Select("a=1");
  for (int i = 23; i < 40; ++i) truth.Append(shard, "a=1", kDay + i * 1000, i);
  for (int i = 0; i < 10; ++i) truth.Append(shard, "a=1", kDay + 501 + i, 78);
  StoreAndMerge(shard);
  EXPECT_EQ(shard.StoredChunks(), 1u);

  SampleColumns samples;
  ASSERT_TRUE(before->Read(samples).ok());

  EXPECT_EQ(samples.t_ms.size(), 24u);
  EXPECT_EQ(samples.t_ms[1], kDay + 500);
  EXPECT_EQ(samples.t_ms.back(), kDay + 22'000);
  truth.ExpectIn(shard);
}

TEST(Compactor, LeavesADayWithADamagedChunkAsItIs) {
  base::SetLogSink([](std::string_view) {});
  OneShard shard(Small(5, 3));
  for (int i = 0; i < 16; ++i) ASSERT_TRUE(shard.Append("a=1", kDay + i * 1000, i).ok());
  ASSERT_TRUE(shard.checkpointer().Round().ok());
  const auto family = static_cast<kv::Family>(FamilyName::kChunks);
  kv::Batch batch;
  {
    const auto chunks = shard.db().NewIterator(family, {}, {});
    chunks->SeekToFirst();
    chunks->Next();
    std::string bytes(chunks->value());
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    batch.Put(family, chunks->key(), bytes);
  }
  ASSERT_TRUE(shard.db().Write(batch, kv::Durability::kProcess).ok());
  while (shard.compactor().Due()) ASSERT_TRUE(shard.compactor().Slice().ok());

  EXPECT_EQ(shard.StoredChunks(), 3u);
  EXPECT_EQ(shard.Read("a=1").t_ms.size(), 11u);
  base::SetLogSink({});
}

TEST(Compactor, BringsNothingBackThatRetentionDropped) {
  OneShard shard(Small(5, 2));
  for (int i = 0; i < 11; ++i) ASSERT_TRUE(shard.Append("a=1", kDay + i * 1000, i).ok());
  ASSERT_TRUE(shard.checkpointer().Round().ok());
  shard.state().oldest_ms = kDay + kBucketMs;
  while (shard.compactor().Due()) ASSERT_TRUE(shard.compactor().Slice().ok());

  EXPECT_EQ(shard.metrics().blocks.value(), 0u);
}

TEST(Checkpointer, OfAShardAtRestPacksTheOpenChunksWithoutLosingAnything) {
  OneShard shard(Small(120, 8));
  Truth truth;
  for (int i = 0; i < 100; ++i) truth.Append(shard, "a=1", kDay + i * 15'000, i % 7 * 1e6);
  shard.checkpointer().StartRoundIfWorthIt();
  ASSERT_TRUE(shard.checkpointer().Due());
  while (shard.checkpointer().Due()) ASSERT_TRUE(shard.checkpointer().Slice().ok());

  EXPECT_EQ(shard.LogRecords(), 0u);
  shard.Crash();
  truth.ExpectIn(shard);
  truth.Append(shard, "a=1", kDay + 100 * 15'000, 5);
  truth.ExpectIn(shard);
}

TEST(Compactor, ChangesNothingThatIsReadWhateverComes) {
  base::Random random(11);
  for (int round = 0; round < (Full() ? 60 : 5); ++round) {
    OneShard shard(Small(2 + static_cast<uint32_t>(random.Below(20)),
                         1 + static_cast<uint32_t>(random.Below(4))));
    Truth truth;
    int64_t newest = kDay + static_cast<int64_t>(random.Below(kBucketMs));
    const uint64_t late_one_in = 2 + random.Below(10);
    for (int step = 0; step < 400; ++step) {
      newest += 1 + static_cast<int64_t>(random.Below(random.Below(50) == 0 ? 30'000'000 : 60'000));
      const bool late = random.Below(late_one_in) == 0;
      const int64_t t_ms = late ? newest - static_cast<int64_t>(random.Below(5'000'000)) : newest;
      truth.Append(shard, "a=" + std::to_string(random.Below(3)), t_ms,
                   static_cast<double>(random.Below(1000)));
      if (random.Below(40) == 0) ASSERT_TRUE(shard.checkpointer().Round().ok());
      if (random.Below(25) == 0 && shard.compactor().Due()) {
        ASSERT_TRUE(shard.compactor().Slice().ok());
      }
      if (random.Below(100) == 0) shard.state().loose.MakeAllDue();
      if (random.Below(100) == 0) shard.Crash();
      if (random.Below(20) == 0) truth.ExpectIn(shard);
      if (testing::Test::HasFatalFailure()) FAIL() << "round " << round;
    }
    StoreAndMerge(shard);
    truth.ExpectIn(shard);
    if (testing::Test::HasFatalFailure()) FAIL() << "round " << round;
  }
}

TEST(Compactor, LosesAndDoublesNothingWhateverOperationOfAMergeFails) {
  base::SetLogSink([](std::string_view) {});
  for (const bool power : {false, true}) {
    // Every seventh operation unless all are asked for; others in the case of power.
    const uint64_t stride = Full() ? 1 : 7;
    for (uint64_t nth = power ? 2 : 1;; nth += stride) {
      ASSERT_LT(nth, 100u);
      kv::NthFault fault;
      kv::CrashableEnv env(&fault);
      OneShard shard(Small(5, 2), &env);
      Truth truth;
      for (int i = 0; i < 33; ++i) {
        for (const char* labels : {"a=1", "a=2", "a=3"}) {
          truth.Append(shard, labels, kDay + i * 1000 - (i % 7 == 6 ? 9'500 : 0), i);
        }
      }
      ASSERT_TRUE(shard.checkpointer().Round().ok());
      ASSERT_TRUE(shard.db().Flush().ok());
      fault.Arm({.nth = nth, .lasting = true});
      const base::Result<> merged = shard.compactor().Slice();
      base::IgnoreError(shard.db().Flush(), "it may fail here");
      const bool fired = fault.fired();
      fault.Disarm();
      truth.ExpectIn(shard);
      power ? env.CutPower() : env.KillProcess();
      shard.ReopenDatabase();
      truth.ExpectIn(shard);
      if (testing::Test::HasFatalFailure()) FAIL() << "operation " << nth;
      EXPECT_TRUE(shard.StoredChunks() <= 6 || !merged.ok() || power);
      if (!fired) break;
    }
  }
  base::SetLogSink({});
}

}  // namespace
}  // namespace vedette::series
