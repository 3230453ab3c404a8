// Writers, readers and maintenance at once: for ThreadSanitizer, and for the promise that a
// selection sees every append that returned before it, also of series that leave memory meanwhile.

#include <atomic>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

#include "series/task_group.h"
#include "series/testing/engine_fixture.h"

namespace vedette::series {
namespace {

constexpr int kWriters = 4;
constexpr int kReaders = 2;
constexpr int64_t kAppends = 150;

TEST(EngineConcurrency, ReadersSeeEveryAppendThatReturnedBefore) {
  EngineOptions options;
  options.shards = 2;
  options.chunk_samples = 5;
  options.closed_series_max = 2;
  options.checkpoint_bytes = 2000;
  options.tick_interval = base::Duration(1);
  EngineFixture store(options);
  std::atomic<int64_t> acknowledged[kWriters] = {};
  std::atomic<int> running{kWriters};
  std::atomic<int> wrong{0};

  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      const std::string labels = "writer=" + std::to_string(writer);
      for (int64_t t_ms = 1; t_ms <= kAppends; ++t_ms) {
        std::vector<std::pair<std::string, double>> samples;
        for (const char* series : {",s=1", ",s=2", ",s=3"})
          samples.emplace_back(labels + series, 1);
        const auto report = store.Append(t_ms, samples);
        if (!report.ok() || report->accepted != 3) ++wrong;
        acknowledged[writer] = t_ms;
      }
      --running;
    });
  }
  for (int reader = 0; reader < kReaders; ++reader) {
    threads.emplace_back([&, reader] {
      for (int round = reader; running > 0; ++round) {
        const int writer = round % kWriters;
        const int64_t least = acknowledged[writer];
        SelectRequest request;
        request.tenant = "default";
        request.matchers = {
            *model::Matcher::Create("writer", model::MatchOp::kEqual, std::to_string(writer))};
        const auto found = store.engine().Select(request);
        if (!found.ok()) {
          ++wrong;
          continue;
        }
        if (least > 0 && found->size() != 3) ++wrong;
        for (const auto& series : *found) {
          SampleColumns samples;
          if (!series->Read(samples).ok()) ++wrong;
          if (static_cast<int64_t>(samples.t_ms.size()) < least) ++wrong;
          for (size_t i = 0; i < samples.t_ms.size(); ++i) {
            if (samples.t_ms[i] != static_cast<int64_t>(i) + 1) ++wrong;
          }
        }
      }
    });
  }
  for (const bool sweeps : {false, true}) {
    threads.emplace_back([&, sweeps] {
      while (running > 0) {
        if (!(sweeps ? store.engine().SweepIdle() : store.engine().Checkpoint()).ok()) ++wrong;
        if (!store.engine().DropBefore(base::FromMillis(0)).ok()) ++wrong;
        if (!(sweeps ? store.db().Tidy() : store.engine().Reclaim()).ok()) ++wrong;
        if (store.engine().Stats().active_series > 3 * kWriters) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(store.CountSeries(), 3u * kWriters);
  EXPECT_EQ(store.engine().Stats().samples_appended, 3u * kWriters * kAppends);
}

TEST(TaskGroup, WaitsForWhatHasBegunAndKeepsTheRestFromBeginning) {
  TaskGroup group(2);
  std::atomic<bool> ended{false};
  ASSERT_TRUE(group.Begin());
  std::thread running([&] {
    for (int i = 0; i < 1000; ++i) std::this_thread::yield();
    ended = true;
    group.End();
  });

  EXPECT_FALSE(group.WaitUntil(base::SteadyPoint()));

  EXPECT_TRUE(ended);
  EXPECT_FALSE(group.Begin());
  running.join();
}

TEST(TaskGroup, EndsWhenAllTasksHave) {
  TaskGroup group(1);
  ASSERT_TRUE(group.Begin());
  group.End();
  EXPECT_TRUE(group.WaitUntil(base::SteadyPoint()));
}

}  // namespace
}  // namespace vedette::series
