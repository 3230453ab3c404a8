#include "query/engine.h"

#include <gtest/gtest.h>
#include <string>

#include "base/testing/fake_clock.h"
#include "model/sample.h"
#include "query/testing/memory_store.h"

namespace vedette::query {
namespace {

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() {
    for (int i = 0; i < 20; ++i) {
      const model::Labels labels({{"__name__", "m"}, {"i", std::to_string(i)}});
      for (int t = 0; t <= 600'000; t += 5000) store_.Add("default", labels, t, t);
    }
  }

  base::Result<QueryResult> Instant(EngineOptions options, const std::string& text) {
    InstantQuery query;
    query.tenant = "default";
    query.text = text;
    query.time = base::FromMillis(600'500);
    query.cancelled = cancelled_;
    query.deadline = deadline_;
    return Engine(options, store_, clock_).Instant(query);
  }
  base::Result<QueryResult> Range(EngineOptions options, const std::string& text, int64_t step_ms) {
    RangeQuery query;
    query.tenant = "default";
    query.text = text;
    query.end = base::FromMillis(600'000);
    query.step = base::Duration(step_ms);
    return Engine(options, store_, clock_).Range(query);
  }

  testing::MemoryStore store_;
  base::FakeClock clock_;
  std::function<bool()> cancelled_;
  base::SteadyPoint deadline_ = base::SteadyPoint::max();
};

TEST_F(EngineTest, ReadsEachSeriesOncePerSelectorHoweverManySteps) {
  ASSERT_TRUE(Range({}, "rate(m[5m]) + m", 1000).ok());
  EXPECT_EQ(store_.reads(), 40U);
}

TEST_F(EngineTest, AsksTheStoreForTheLeftOpenRangeOnly) {
  const auto result = Instant({}, "count_over_time(m{i=\"0\"}[10s] offset 500ms)");
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->vector.size(), 1U);
  EXPECT_EQ(result->vector[0].value, 2);
  EXPECT_EQ(result->t_ms, 600'500);
}

TEST_F(EngineTest, LimitsSamplesHeldAtOneTime) {
  EngineOptions options;
  options.samples_max = 5000;
  const auto refused = Range(options, "m", 1000);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kResourceExhausted);
  EXPECT_EQ(refused.error().field, "limits.query_samples_max");
  // One series after the other is fine: 121 read and 11 kept of each.
  EXPECT_TRUE(Range(options, "sum(rate(m[1m]))", 60'000).ok());
  // What one operand held is free for the next query.
  EXPECT_TRUE(Range(options, "m + m + m", 60'000).ok());
}

TEST_F(EngineTest, LimitsMemory) {
  EngineOptions options;
  options.bytes_max = 20'000;
  const auto refused = Range(options, "m", 1000);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().field, "limits.query_bytes_max");
  // The answer counts too: the cells fit, but not together with the samples made of them.
  options.bytes_max = 20 * 601 * (sizeof(double) + sizeof(int64_t));
  const auto answer = Range(options, "m", 1000);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().field, "limits.query_bytes_max");
}

TEST_F(EngineTest, LimitsSeriesOfASelector) {
  EngineOptions options;
  options.series_max = 19;
  const auto refused = Instant(options, "m");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kResourceExhausted);
}

TEST_F(EngineTest, LimitsTheStepsOfSubqueries) {
  const auto refused = Instant({}, "count_over_time(vector(1)[100y:1ms])");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().field, "limits.query_samples_max");
}

TEST_F(EngineTest, StopsAtTheDeadline) {
  deadline_ = clock_.Steady();
  EXPECT_EQ(Instant({}, "m").error().code, base::ErrorCode::kDeadlineExceeded);
  deadline_ = base::SteadyPoint::max();
  // The engine's own timeout passes while the query runs.
  int calls = 0;
  cancelled_ = [&] {
    clock_.Advance(base::Duration(12'000));
    ++calls;
    return false;
  };
  const auto refused = Instant({}, "sum(m) + sum(m) + sum(m) + sum(m)");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(calls, 3);
}

TEST_F(EngineTest, StopsWhenTheCallerIsGone) {
  int calls = 0;
  cancelled_ = [&] { return ++calls == 3; };
  const auto refused = Instant({}, "sum(m) + sum(m) + sum(m) + sum(m)");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "query was canceled");
  EXPECT_EQ(calls, 3);
}

// A long computation without any store access must look at the caller, too.
TEST_F(EngineTest, NoticesCancellationInsideALongComputation) {
  int calls = 0;
  cancelled_ = [&] { return ++calls == 5; };
  const auto refused = Instant({}, "sum_over_time(sum_over_time(vector(1)[1h:1s])[1h:1s])");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "query was canceled");
}

TEST_F(EngineTest, PassesOnWhatTheStoreSays) {
  store_.FailNext(base::DataLoss("bad block"));
  EXPECT_EQ(Instant({}, "1 + sum(m)").error().code, base::ErrorCode::kDataLoss);
}

TEST_F(EngineTest, RefusesTimesThatLeaveNoRoom) {
  InstantQuery query;
  query.tenant = "default";
  query.text = "m offset -100y";
  query.time = base::FromMillis(INT64_MAX);
  const auto refused = Engine({}, store_, clock_).Instant(query);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().field, "time");
}

TEST_F(EngineTest, SeesOneTenantOnly) {
  InstantQuery query;
  query.tenant = "other";
  query.text = "m";
  query.time = base::FromMillis(600'000);
  const auto result = Engine({}, store_, clock_).Instant(query);
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->vector.empty());
}

TEST_F(EngineTest, ManyTermsAndDeepNestingAreComputed) {
  std::string sums = "m";
  for (int i = 0; i < 200; ++i) sums += " + m";
  const auto result = Instant({}, sums);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->vector.size(), 20U);
  EXPECT_EQ(result->vector[0].value, 600'000.0 * 201);
  std::string nested = "m";
  for (int i = 0; i < 50; ++i) nested = "abs(" + nested + ")";
  EXPECT_TRUE(Instant({}, nested).ok());
}

TEST(EngineOptions, NamesTheFieldThatIsWrong) {
  EngineOptions options;
  EXPECT_TRUE(options.Validate().ok());
  options.steps_max = 0;
  ASSERT_FALSE(options.Validate().ok());
  EXPECT_EQ(options.Validate().error().field, "query.steps_max");
}

}  // namespace
}  // namespace vedette::query
