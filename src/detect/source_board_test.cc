#include "detect/source_board.h"

#include <gtest/gtest.h>

namespace vedette::detect {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const base::TimePoint kStart = base::FromMillis(1'767'225'600'000);

// Heard every `pause`, so many times; when it was heard last.
base::TimePoint Send(SourceBoard& board, std::string_view name, base::Duration pause, int times) {
  base::TimePoint at = kStart;
  for (int i = 0; i < times; ++i, at += pause) board.Heard("default", "metrics", name, at);
  return at - pause;
}

bool Stopped(SourceBoard& board, std::string_view name, base::TimePoint now) {
  for (const SourceBoard::Source& source : board.List(now, minutes(5))) {
    if (source.name == name) return source.stopped;
  }
  ADD_FAILURE() << name << " is not known";
  return false;
}

TEST(SourceBoard, SaysThatASourceStopped) {
  SourceBoard board;
  const base::TimePoint last = Send(board, "checkout", seconds(15), 20);
  EXPECT_FALSE(Stopped(board, "checkout", last + minutes(5)));
  EXPECT_TRUE(Stopped(board, "checkout", last + minutes(5) + seconds(1)));
  board.Heard("default", "metrics", "checkout", last + minutes(6));
  EXPECT_FALSE(Stopped(board, "checkout", last + minutes(6)));
}

TEST(SourceBoard, WaitsForWhoSendsSeldom) {
  SourceBoard board;
  const base::TimePoint last = Send(board, "hourly", hours(1), 8);
  EXPECT_FALSE(Stopped(board, "hourly", last + hours(3)));
  EXPECT_TRUE(Stopped(board, "hourly", last + hours(3) + seconds(1)));
}

TEST(SourceBoard, DoesNotMissWhoSentOnce) {
  SourceBoard board;
  const base::TimePoint burst = Send(board, "import", seconds(1), 40);
  EXPECT_FALSE(Stopped(board, "import", burst + hours(1)));
  const base::TimePoint few = Send(board, "twice", minutes(10), 2);
  EXPECT_FALSE(Stopped(board, "twice", few + hours(2)));
}

TEST(SourceBoard, IgnoresTimesThatDoNotAdvance) {
  SourceBoard board;
  for (int i = 0; i < 100; ++i) board.Heard("default", "logs", "a", kStart);
  EXPECT_EQ(board.List(kStart, minutes(5)).at(0).arrivals, 1);
}

TEST(SourceBoard, ForgetsAndIsBounded) {
  SourceBoard board;
  Send(board, "gone", seconds(15), 20);
  EXPECT_EQ(board.List(kStart + hours(23), minutes(5)).size(), 1U);
  EXPECT_TRUE(board.List(kStart + hours(25), minutes(5)).empty());
  for (size_t i = 0; i < SourceBoard::kSourcesMax + 7; ++i) {
    board.Heard("default", "spans", std::to_string(i), kStart);
  }
  EXPECT_EQ(board.List(kStart, minutes(5)).size(), SourceBoard::kSourcesMax);
  EXPECT_EQ(board.left_out(), 7);
  board.DeleteTenant("default");
  EXPECT_TRUE(board.List(kStart, minutes(5)).empty());
}

TEST(SourceBoard, KeepsTenantsApart) {
  SourceBoard board;
  board.Heard("a", "logs", "pay", kStart);
  board.Heard("b", "logs", "pay", kStart);
  EXPECT_EQ(board.List(kStart, minutes(5)).size(), 2U);
  EXPECT_EQ(board.List(kStart, minutes(5), "a").size(), 1U);
  EXPECT_TRUE(board.List(kStart, minutes(5), "c").empty());
}

TEST(SourceOf, IsTheJobBeforeTheService) {
  EXPECT_EQ(SourceOf(model::Labels({{"job", "node"}, {"service", "pay"}})), "node");
  EXPECT_EQ(SourceOf(model::Labels({{"service_name", std::string("pay")}})), "pay");
  EXPECT_EQ(SourceOf(model::Labels({{"instance", std::string("a:1")}})), "");
}

}  // namespace
}  // namespace vedette::detect
