#include "diagnose/event_pairs.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace vedette::diagnose {
namespace {

// Calls of `front` into `shop`; each entity's span with its events in order. "!x" is a failure.
struct Script {
  std::vector<std::string> front;
  std::vector<std::string> shop;
  int calls = 20;
};

void AddLines(TraceSet& set, int64_t span, const std::vector<std::string>& events) {
  double time = 0;
  for (const std::string& event : events) {
    const bool failure = event.front() == '!';
    set.lines.push_back(
        {.span = span, .time = time++, .event = event.substr(failure ? 1 : 0), .failure = failure});
  }
}

TraceSet Play(const std::vector<Script>& scripts) {
  TraceSet set;
  for (const Script& script : scripts) {
    for (int i = 0; i < script.calls; ++i) {
      const auto front = static_cast<int64_t>(set.spans.size());
      set.spans.push_back(
          {.parent = -1, .entity = "front", .operation = "checkout", .duration = 1});
      set.spans.push_back({.parent = front, .entity = "shop", .operation = "pay", .duration = 1});
      AddLines(set, front, script.front);
      AddLines(set, front + 1, script.shop);
    }
  }
  return set;
}

const Script kQuiet = {.front = {"begin", "end"}, .shop = {"Pay#10", "Pay#20", "Pay#30"}};

TEST(FindLostPairs, TheDeepestBrokenChainComesFirst) {
  const TraceSet now = Play({{.front = {"begin"}, .shop = {"Pay#10", "Pay#20", "!Pay#25"}}});
  const std::vector<LostPair> pairs = FindLostPairs(Play({kQuiet}), now);
  ASSERT_EQ(pairs.size(), 2u);
  EXPECT_EQ(pairs[0].entity, "shop");
  EXPECT_EQ(pairs[0].before, "Pay#20");
  EXPECT_EQ(pairs[0].after, "Pay#30");
  EXPECT_EQ(pairs[0].failure, "Pay#25");
  EXPECT_EQ(pairs[0].expected, 20);
  EXPECT_EQ(pairs[0].seen, 0);
  EXPECT_EQ(pairs[0].share, 1);
  EXPECT_EQ(pairs[1].entity, "front");
  EXPECT_EQ(pairs[1].after, "end");
}

TEST(FindLostPairs, ACallThatBreaksAtItsStart) {
  const std::vector<LostPair> pairs =
      FindLostPairs(Play({kQuiet}), Play({{.front = {"begin", "end"}, .shop = {}}}));
  ASSERT_EQ(pairs.size(), 1u);
  EXPECT_EQ(pairs[0].before, "pay start");
  EXPECT_EQ(pairs[0].after, "Pay#10");
}

TEST(FindLostPairs, AnotherBranchThatWasTakenBeforeIsNoLoss) {
  const Script other = {.front = {"begin", "end"}, .shop = {"Pay#10", "Pay#15"}};
  Script rare = other, often = other;
  rare.calls = 2;
  EXPECT_TRUE(FindLostPairs(Play({kQuiet, rare}), Play({often})).empty());
}

TEST(FindLostPairs, FailuresAreExpectedNowhere) {
  const Script failing = {.front = {"begin", "end", "!oops"}, .shop = kQuiet.shop};
  EXPECT_TRUE(FindLostPairs(Play({failing}), Play({kQuiet})).empty());
}

TEST(FindLostPairs, TheOrderOfMessagesWithoutPositionIsThatOfTime) {
  const Script quiet = {.front = {"Charge started", "card read", "Charge done"}, .shop = {"x"}};
  const Script broken = {.front = {"Charge started", "card read"}, .shop = {"x"}};
  const std::vector<LostPair> pairs = FindLostPairs(Play({quiet}), Play({broken}));
  ASSERT_EQ(pairs.size(), 1u);
  EXPECT_EQ(pairs[0].before, "card read");
  EXPECT_EQ(pairs[0].after, "Charge done");
}

TEST(FindLostPairs, FewerCallsAndTheSameCallsAreNoLoss) {
  Script few = kQuiet;
  few.calls = 4;
  EXPECT_TRUE(FindLostPairs(Play({kQuiet}), Play({few})).empty());
  EXPECT_TRUE(FindLostPairs(Play({kQuiet}), Play({kQuiet})).empty());
  EXPECT_TRUE(FindLostPairs({}, Play({kQuiet})).empty());
}

TEST(FindLostPairs, CyclesAmongParentsAndWrongIndicesAreSurvived) {
  TraceSet now = Play({kQuiet});
  now.spans[0].parent = 1;
  now.lines.push_back({.span = 1'000'000, .time = 0, .event = "lost", .failure = false});
  EXPECT_TRUE(FindLostPairs(Play({kQuiet}), now).empty());
}

}  // namespace
}  // namespace vedette::diagnose
