#include "base/fair_pool.h"

#include <future>
#include <gtest/gtest.h>
#include <mutex>

namespace vedette::base {
namespace {

TEST(FairPool, ServesKeysInTurnHoweverLongTheQueueOfOneIs) {
  FairPool pool({.name = "test", .threads = 1, .threads_per_key = 1});
  std::promise<void> begun;
  std::promise<void> go;
  std::string order;  // of the one thread
  ASSERT_TRUE(pool.Submit("busy", [&] {
    begun.set_value();
    go.get_future().wait();
  }));
  begun.get_future().wait();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(pool.Submit("busy", [&] { order += 'b'; }));
  ASSERT_TRUE(pool.Submit("quiet", [&] { order += 'q'; }));
  EXPECT_EQ(pool.queued(), 6U);
  go.set_value();
  pool.Stop();

  EXPECT_EQ(order, "qbbbbb");
}

TEST(FairPool, LeavesAThreadForOthers) {
  FairPool pool({.name = "test", .threads = 2, .threads_per_key = 1});
  std::promise<void> go;
  const std::shared_future<void> gate = go.get_future().share();
  ASSERT_TRUE(pool.Submit("busy", [gate] { gate.wait(); }));
  ASSERT_TRUE(pool.Submit("busy", [gate] { gate.wait(); }));
  std::promise<void> served;
  ASSERT_TRUE(pool.Submit("quiet", [&] { served.set_value(); }));
  served.get_future().wait();  // though both jobs of the other block
  EXPECT_EQ(pool.queued(), 1U);
  go.set_value();
}

TEST(FairPool, RefusesBeyondItsBoundsAndAfterStop) {
  FairPool pool(
      {.name = "test", .threads = 1, .threads_per_key = 1, .jobs_per_key_max = 1, .keys_max = 2});
  std::promise<void> begun;
  std::promise<void> go;
  const std::shared_future<void> gate = go.get_future().share();
  ASSERT_TRUE(pool.Submit("a", [&begun, gate] {
    begun.set_value();
    gate.wait();
  }));
  begun.get_future().wait();
  EXPECT_TRUE(pool.Submit("a", [] {}));
  EXPECT_FALSE(pool.Submit("a", [] {}));  // the queue of a is full
  EXPECT_TRUE(pool.Submit("b", [] {}));
  EXPECT_FALSE(pool.Submit("c", [] {}));  // too many keys
  go.set_value();
  pool.Stop();
  EXPECT_FALSE(pool.Submit("a", [] {}));
}

TEST(FairPool, AJobThatThrowsLeavesItsThreadAlive) {
  FairPool pool({.name = "test", .threads = 1});
  ASSERT_TRUE(pool.Submit("a", [] { std::string().at(1); }));
  std::promise<void> ran;
  ASSERT_TRUE(pool.Submit("a", [&] { ran.set_value(); }));
  ran.get_future().wait();
}

}  // namespace
}  // namespace vedette::base
