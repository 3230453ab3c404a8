#include "detect/source_board.h"

#include <gtest/gtest.h>

#include "detect/source_store.h"

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

TEST(SourceBoard, WhoWasAwayOnceIsMissedAsSoonTheNextTime) {
  SourceBoard board;
  base::TimePoint last = Send(board, "checkout", seconds(15), 20);
  for (const bool habit : {false, true}) {  // the second time it is one
    last += hours(8);
    for (int i = 0; i < 20; ++i) board.Heard("default", "metrics", "checkout", last += seconds(15));
    EXPECT_EQ(Stopped(board, "checkout", last + minutes(6)), !habit);
  }
  EXPECT_TRUE(Stopped(board, "checkout", last + hours(24) + minutes(1)));
}

TEST(SourceBoard, MissesWhoSendsOnceADayBeforeItIsForgotten) {
  SourceBoard board;
  const base::TimePoint last = Send(board, "backup", hours(24), 8);
  EXPECT_FALSE(Stopped(board, "backup", last + hours(72)));
  EXPECT_TRUE(Stopped(board, "backup", last + hours(90)));
  EXPECT_TRUE(board.List(last + hours(97), minutes(5)).empty());
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

// What another run finds `later` after this one was looked at last.
void Restart(SourceBoard& before, SourceBoard& after, base::TimePoint looked,
             base::Duration later) {
  after.Resume(before.List(looked, minutes(5)), looked + later);
}

TEST(SourceBoard, WhoDiedAroundARestartIsMissedByTheNextRun) {
  SourceBoard before;
  const base::TimePoint last = Send(before, "checkout", seconds(15), 20);
  SourceBoard after;
  Restart(before, after, last, minutes(30));
  after.Heard("default", "metrics", "checkout", last + seconds(15));  // replayed
  EXPECT_FALSE(Stopped(after, "checkout", last + minutes(35)))
      << "while the server was down nobody could be heard";
  EXPECT_TRUE(Stopped(after, "checkout", last + minutes(35) + seconds(1)));
  after.Heard("default", "metrics", "checkout", last + minutes(36));
  EXPECT_FALSE(Stopped(after, "checkout", last + minutes(41)));
  EXPECT_TRUE(Stopped(after, "checkout", last + minutes(42)))
      << "the restart is no pause of its own";
}

TEST(SourceBoard, WhoHadStoppedBeforeARestartStillHas) {
  SourceBoard before;
  const base::TimePoint last = Send(before, "checkout", seconds(15), 20);
  SourceBoard after;
  Restart(before, after, last + minutes(6), seconds(5));
  EXPECT_TRUE(Stopped(after, "checkout", last + minutes(7)));
}

TEST(SourceBoard, ANewRunThatHeardItFirstKnowsWhatTheLastOneKnew) {
  SourceBoard before;
  const base::TimePoint last = Send(before, "checkout", seconds(15), 20);
  SourceBoard after;
  after.Heard("default", "metrics", "checkout", last + seconds(30));
  Restart(before, after, last, seconds(40));
  EXPECT_FALSE(Stopped(after, "checkout", last + minutes(5)));
  EXPECT_TRUE(Stopped(after, "checkout", last + minutes(6)));
  EXPECT_EQ(after.List(last, minutes(5)).at(0).first_at, kStart);
}

TEST(SourceBoard, KnowsWhatTheServerWritesItself) {
  SourceBoard board;
  model::WriteBatch batch;
  batch.BeginSeries(model::Labels({{"__name__", "contract_violations"}, {"service", "pay"}}));
  batch.Add(1, 1);
  board.NoteOwn("shop", batch);
  board.NoteOwn("shop", batch);
  const auto own = board.own_names();
  EXPECT_TRUE(SourceBoard::IsOwn(*own, "shop", "contract_violations"));
  EXPECT_FALSE(SourceBoard::IsOwn(*own, "shop", "up"));
  EXPECT_FALSE(SourceBoard::IsOwn(*own, "default", "contract_violations"));
}

TEST(SourceStore, GivesBackWhatItWasGiven) {
  const auto database = *sql::Database::Open({.path = ":memory:"});
  SourceBoard board;
  Send(board, "checkout", seconds(15), 20);
  Send(board, "twice", minutes(1), 2);
  const auto sources = board.List(kStart + minutes(30), minutes(5));
  ASSERT_TRUE((*SourceStore::Open(*database))->Save(sources).ok());
  ASSERT_TRUE((*SourceStore::Open(*database))->Save(sources).ok()) << "in place of the others";
  const auto known = *(*SourceStore::Open(*database))->Load();
  ASSERT_EQ(known.size(), 2U);
  EXPECT_EQ(known[0].name, "checkout");
  EXPECT_TRUE(known[0].stopped);
  EXPECT_FALSE(known[1].stopped);
  EXPECT_EQ(known[0].tenant, "default");
  EXPECT_EQ(known[0].signal, "metrics");
  EXPECT_EQ(known[0].first_at, sources[0].first_at);
  EXPECT_EQ(known[0].last_at, sources[0].last_at);
  EXPECT_EQ(known[0].longest_pause, sources[0].longest_pause);
  EXPECT_EQ(known[0].arrivals, 20);
}

TEST(SourceOf, IsTheJobBeforeTheService) {
  EXPECT_EQ(SourceOf(model::Labels({{"job", "node"}, {"service", "pay"}})), "node");
  EXPECT_EQ(SourceOf(model::Labels({{"service_name", std::string("pay")}})), "pay");
  EXPECT_EQ(SourceOf(model::Labels({{"component", "kafka"}, {"host", "h1"}})), "kafka");
  EXPECT_EQ(SourceOf(model::Labels({{"instance", std::string("a:1")}})), "a:1");
  EXPECT_EQ(SourceOf(model::Labels({{"cluster", std::string("c")}})), "");
}

}  // namespace
}  // namespace vedette::detect
