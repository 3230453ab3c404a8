#include <atomic>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "series/testing/engine_fixture.h"

namespace vedette::series {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct Seen {
  std::vector<std::string> lines;  // written by the shard's thread, read when it is idle
  std::atomic<int> ticks{0};
  int64_t replay_after = kReplayMemoryOnly;
  std::atomic<uint64_t> said{0};
  std::atomic<uint64_t> kept{0};
};

class RecordingObserver final : public ShardObserver {
 public:
  explicit RecordingObserver(Seen& seen) : seen_(seen) {}

  void OnSeries(uint32_t slot, std::string_view tenant, model::LabelsView labels) override {
    seen_.lines.push_back(fmt::format("series {} {}{}", slot, tenant, labels.ToString()));
  }
  int64_t ReplayAfter(uint32_t /*slot*/) const override { return seen_.replay_after; }
  void OnSeriesGone(uint32_t slot) override { seen_.lines.push_back(fmt::format("gone {}", slot)); }
  void OnSamples(std::span<const ObservedSample> samples, bool live) override {
    Note(samples, live ? "live" : "replayed");
  }
  void OnUntold(std::span<const ObservedSample> samples) override { Note(samples, "untold"); }
  void OnLate(std::span<const ObservedSample> samples) override { Note(samples, "late"); }
  uint64_t Said() const override { return seen_.said; }
  uint64_t Kept() const override { return seen_.kept; }
  void OnTick(base::TimePoint /*now*/) override { ++seen_.ticks; }

 private:
  void Note(std::span<const ObservedSample> samples, std::string_view how) {
    for (const ObservedSample& sample : samples) {
      seen_.lines.push_back(
          fmt::format("{} {} {}:{}", how, sample.slot, sample.t_ms, sample.value));
    }
  }

  Seen& seen_;
};

class ObserverTest : public testing::Test {
 protected:
  ObserverTest() : store_(Options()) {
    store_.SetObservers([this](uint32_t) { return std::make_unique<RecordingObserver>(seen_); });
    store_.Reopen();
  }
  static EngineOptions Options() {
    EngineOptions options;
    options.shards = 1;
    options.chunk_samples = 3;
    options.tick_interval = base::Duration(1);
    return options;
  }
  std::vector<std::string> Take() { return std::exchange(seen_.lines, {}); }
  // After these the place in the log is known up to which all has been told.
  void WaitForTicks() {
    const int enough = seen_.ticks + 3;
    for (int i = 0; i < 10'000'000 && seen_.ticks < enough; ++i) std::this_thread::yield();
    ASSERT_GE(seen_.ticks, enough);
  }

  Seen seen_;
  EngineFixture store_;
};

TEST_F(ObserverTest, SeesASeriesBeforeItsSamplesInOrderAndThenWhatIsLate) {
  AppendLimits limits;
  limits.out_of_order_window = base::Duration(1000);

  ASSERT_TRUE(store_.AppendTo("a=1", {{10, 1}, {20, 2}, {20, 2}, {15, 9}, {30, 3}}, limits).ok());

  EXPECT_THAT(Take(), ElementsAre("series 0 default{a=\"1\"}", "live 0 10:1", "live 0 20:2",
                                  "live 0 30:3", "late 0 15:9"));
}

TEST_F(ObserverTest, HearsAtStartUpOfAllSeriesAndTheSamplesStillInMemory) {
  ASSERT_TRUE(store_.AppendTo("a=1", {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}}).ok());
  ASSERT_TRUE(store_.AppendTo("a=2", {{7, 7}}).ok());
  WaitForTicks();
  Take();

  store_.Reopen();
  // A slice is done after each task.
  ASSERT_EQ(store_.CountSeries(), 2u);
  ASSERT_EQ(store_.CountSeries(), 2u);

  EXPECT_THAT(Take(), ElementsAre("series 0 default{a=\"1\"}", "replayed 0 4:4", "replayed 0 5:5",
                                  "series 1 default{a=\"2\"}", "replayed 1 7:7"));
}

TEST_F(ObserverTest, HearsOfWhatWasStoredSinceTheTimeThatItAsksFor) {
  ASSERT_TRUE(
      store_.AppendTo("a=1", {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 6}, {7, 7}}).ok());
  WaitForTicks();
  const std::pair<int64_t, std::vector<std::string>> cases[] = {
      {INT64_MIN, {"1:1", "2:2", "3:3", "4:4", "5:5", "6:6", "7:7"}},
      {4, {"5:5", "6:6", "7:7"}},
      {6, {"7:7"}},
      {kReplayMemoryOnly, {"7:7"}}};
  for (const bool stored : {false, true}) {  // closed chunks in memory, or on disk
    if (stored) ASSERT_TRUE(store_.engine().Checkpoint().ok());
    for (const auto& [after, samples] : cases) {
      seen_.replay_after = after;
      Take();
      store_.Reopen();
      ASSERT_EQ(store_.CountSeries(), 1u);
      ASSERT_EQ(store_.CountSeries(), 1u);
      std::vector<std::string> expected = {"series 0 default{a=\"1\"}"};
      for (const std::string& sample : samples) expected.push_back("replayed 0 " + sample);
      EXPECT_EQ(Take(), expected) << after << stored;
    }
  }
}

TEST_F(ObserverTest, HearsAgainOnlyOfWhatCameInOrder) {
  AppendLimits limits;
  limits.out_of_order_window = base::Duration(1000);
  ASSERT_TRUE(
      store_.AppendTo("a=1", {{10, 1}, {20, 2}, {15, 9}, {30, 3}, {40, 4}, {35, 9}}, limits).ok());
  for (const bool stored : {false, true}) {  // closed chunks in memory, or on disk
    if (stored) ASSERT_TRUE(store_.engine().Checkpoint().ok());
    seen_.replay_after = INT64_MIN;
    WaitForTicks();
    Take();
    store_.Reopen();
    ASSERT_EQ(store_.CountSeries(), 1u);
    ASSERT_EQ(store_.CountSeries(), 1u);
    EXPECT_THAT(Take(), ElementsAre("series 0 default{a=\"1\"}", "replayed 0 10:1",
                                    "replayed 0 20:2", "replayed 0 30:3", "replayed 0 40:4"))
        << stored;
  }
}

TEST_F(ObserverTest, HearsAgainOfSamplesWhoseReportsWereNotKept) {
  ASSERT_TRUE(store_.AppendTo("a=1", {{1, 1}, {2, 2}}).ok());
  WaitForTicks();
  seen_.said = 5;  // the next samples lead to reports, of which three are kept
  ASSERT_TRUE(store_.AppendTo("a=1", {{3, 3}, {4, 4}}).ok());
  ASSERT_TRUE(store_.AppendTo("a=1", {{5, 5}}).ok());
  seen_.kept = 3;
  WaitForTicks();
  for (const bool stored : {false, true}) {  // in the log, or in chunks and head records
    if (stored) ASSERT_TRUE(store_.engine().Checkpoint().ok());
    seen_.replay_after = INT64_MIN;
    Take();
    store_.Reopen();
    ASSERT_EQ(store_.CountSeries(), 1u);
    ASSERT_EQ(store_.CountSeries(), 1u);
    EXPECT_THAT(Take(), ElementsAre("series 0 default{a=\"1\"}", "replayed 0 1:1", "replayed 0 2:2",
                                    "untold 0 3:3", "untold 0 4:4", "untold 0 5:5"))
        << stored;
  }

  seen_.kept = 5;
  WaitForTicks();
  store_.Reopen();
  ASSERT_EQ(store_.CountSeries(), 1u);
  ASSERT_EQ(store_.CountSeries(), 1u);
  EXPECT_THAT(Take(), testing::Not(testing::Contains(testing::StartsWith("untold"))));
}

TEST_F(ObserverTest, HearsOfEverySeriesOnceAndBeforeItsFirstLiveSample) {
  constexpr int kSeries = 200;
  const auto append = [&](int64_t t_ms) {
    std::vector<std::pair<std::string, double>> samples;
    for (int i = 0; i < kSeries; ++i) samples.emplace_back(fmt::format("a={}", i), 1);
    ASSERT_TRUE(store_.Append(t_ms, samples).ok());
  };
  append(1);
  WaitForTicks();
  Take();
  store_.Reopen();
  append(2);

  std::map<std::string, std::string> seen;  // by slot
  for (const std::string& line : Take()) {
    const bool series = line.starts_with("series ");
    const size_t at = line.find(' ') + 1;
    seen[line.substr(at, line.find(' ', at) - at)] += series ? "s" : line.substr(0, 1);
  }
  ASSERT_EQ(seen.size(), static_cast<size_t>(kSeries));
  for (const auto& [slot, story] : seen) EXPECT_EQ(story, "srl") << slot;
}

TEST_F(ObserverTest, IsNotToldThatASeriesWentOfWhichItNeverHeard) {
  ASSERT_TRUE(store_.AppendTo("a=1", {{1, 1}}).ok());
  Take();
  store_.Reopen();
  ASSERT_TRUE(store_.engine().DeleteTenant("default").ok());
  const std::vector<std::string> lines = Take();
  EXPECT_TRUE(lines.empty() || lines.front().starts_with("series 0")) << lines.front();
}

TEST_F(ObserverTest, HearsWhenSeriesGoAndTheirSlotsAreUsedAgain) {
  const int64_t day = kBucketMs;
  ASSERT_TRUE(store_.AppendTo("a=old", {{day, 1}}).ok());
  ASSERT_TRUE(store_.AppendTo("a=new", {{3 * day, 1}}).ok());
  ASSERT_TRUE(store_.AppendTo("a=1", {{3 * day, 1}}, {}, "other").ok());
  Take();

  ASSERT_TRUE(store_.engine().DropBefore(base::FromMillis(2 * day)).ok());
  ASSERT_TRUE(store_.engine().DeleteTenant("other").ok());
  EXPECT_THAT(Take(), ElementsAre("gone 0", "gone 2"));
  ASSERT_TRUE(store_.AppendTo("a=next", {{3 * day, 1}}).ok());

  EXPECT_THAT(Take(),
              ElementsAre("series 2 default{a=\"next\"}", fmt::format("live 2 {}:1", 3 * day)));
}

TEST_F(ObserverTest, TicksWhileNothingHappens) {
  for (int i = 0; i < 10'000'000 && seen_.ticks < 3; ++i) std::this_thread::yield();

  EXPECT_GE(seen_.ticks, 3);
  EXPECT_THAT(seen_.lines, IsEmpty());
}

}  // namespace
}  // namespace vedette::series
