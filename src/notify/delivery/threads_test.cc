#include "notify/delivery/threads.h"

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "notify/delivery/dispatcher.h"

namespace vedette::notify::delivery {
namespace {

TEST(Threads, AreRememberedPerReceiverPersonAndIncidentForAWhile) {
  auto database = sql::Database::Open({.path = ":memory:"});
  ASSERT_TRUE(database.ok());
  ASSERT_TRUE(Dispatcher::Migrate(**database).ok());
  base::FakeClock clock;
  Threads threads(**database, clock);
  const ThreadKey key{"chat", "", "in_1"};
  const auto find = [&](const ThreadKey& which) { return threads.Find(which)->value_or("none"); };

  EXPECT_EQ(find(key), "none");
  ASSERT_TRUE(threads.Save(key, "C1:1.2").ok());
  ASSERT_TRUE(threads.Save({"chat", "U1", "in_1"}, "U1:1.2").ok());
  ASSERT_TRUE(threads.Save(key, "C1:3.4").ok());
  EXPECT_EQ(find(key), "C1:3.4");
  EXPECT_EQ(find({"chat", "U1", "in_1"}), "U1:1.2");
  EXPECT_EQ(find({"other", "", "in_1"}), "none");
  EXPECT_EQ(find({"chat", "", "in_2"}), "none");

  clock.Advance(std::chrono::hours(24 * 91));
  ASSERT_TRUE(threads.Save({"chat", "", "in_2"}, "C1:5.6").ok());
  EXPECT_EQ(find(key), "none");
  EXPECT_EQ(find({"chat", "", "in_2"}), "C1:5.6");
}

}  // namespace
}  // namespace vedette::notify::delivery
