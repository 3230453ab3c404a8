#include "base/bounded_queue.h"

#include <gtest/gtest.h>
#include <thread>

#include "base/worker_pool.h"

namespace vedette::base {
namespace {

TEST(BoundedQueue, RejectsWhenFull) {
  BoundedQueue<int> queue(2, OverflowPolicy::kReject);

  EXPECT_TRUE(queue.Push(1));
  EXPECT_TRUE(queue.Push(2));
  EXPECT_FALSE(queue.Push(3));
  EXPECT_EQ(queue.dropped(), 1u);
  EXPECT_EQ(queue.Pop(), 1);
}

TEST(BoundedQueue, DropsTheOldestWhenToldTo) {
  BoundedQueue<int> queue(2, OverflowPolicy::kDropOldest);

  for (int i = 1; i <= 3; ++i) EXPECT_TRUE(queue.Push(i));

  EXPECT_EQ(queue.dropped(), 1u);
  EXPECT_EQ(queue.Pop(), 2);
  EXPECT_EQ(queue.Pop(), 3);
}

TEST(BoundedQueue, DrainsAfterCloseAndThenEnds) {
  BoundedQueue<int> queue(4, OverflowPolicy::kReject);
  ASSERT_TRUE(queue.Push(1));

  queue.Close();

  EXPECT_FALSE(queue.Push(2));
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_EQ(queue.Pop(), std::nullopt);
}

TEST(BoundedQueue, PopUntilGivesUpAtItsDeadline) {
  BoundedQueue<int> queue(1, OverflowPolicy::kReject);

  EXPECT_EQ(queue.PopUntil(SystemClock().Steady()), std::nullopt);
}

TEST(BoundedQueue, PassesEveryItemOnceBetweenThreads) {
  BoundedQueue<int> queue(8, OverflowPolicy::kReject);
  constexpr int kItems = 5000;
  const SteadyPoint deadline = SystemClock().Steady() + std::chrono::minutes(1);
  std::thread producer([&] {
    for (int i = 1; i <= kItems; ++i) EXPECT_TRUE(queue.PushUntil(i, deadline));
    queue.Close();
  });

  int64_t sum = 0;
  while (const std::optional<int> item = queue.Pop()) sum += *item;
  producer.join();

  EXPECT_EQ(sum, int64_t{kItems} * (kItems + 1) / 2);
}

TEST(WorkerPool, RunsWhatIsQueuedBeforeItStops) {
  std::atomic<int> runs{0};
  WorkerPool pool({.name = "test", .threads = 2, .queue_jobs_max = 100});
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(pool.Submit([&] { ++runs; }));

  pool.Stop();

  EXPECT_EQ(runs, 100);
  EXPECT_FALSE(pool.Submit([] {}));
}

TEST(WorkerPool, SurvivesAJobThatThrows) {
  WorkerPool pool({.name = "test", .threads = 1, .queue_jobs_max = 8});
  bool ran = false;
  EXPECT_TRUE(pool.Submit([] { std::string().at(1); }));
  EXPECT_TRUE(pool.Submit([&] { ran = true; }));

  pool.Stop();

  EXPECT_TRUE(ran);
  EXPECT_EQ(pool.failed(), 1u);
}

TEST(BoundedQueue, AnInterruptEndsOneWaitAndLosesNothing) {
  BoundedQueue<int> queue(2, OverflowPolicy::kReject);
  const SteadyPoint far = SystemClock().Steady() + std::chrono::hours(1);

  queue.Interrupt();
  EXPECT_FALSE(queue.PopUntil(far).has_value());
  queue.Interrupt();
  ASSERT_TRUE(queue.Push(1));
  EXPECT_EQ(queue.PopUntil(far), 1);
}

}  // namespace
}  // namespace vedette::base
