#include <atomic>
#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "query/engine.h"
#include "query/testing/memory_store.h"

// Queries that want too much of everything: whatever they are, each ends within its limits. Time
// passes with every look at the clock, which the engine takes once per 200,000 units of work, so a
// query that outlives its work outlives its timeout.

namespace vedette::query {
namespace {

class WorkingClock final : public base::Clock {
 public:
  base::TimePoint Now() const override { return {}; }
  base::SteadyPoint Steady() const override {
    return base::SteadyPoint(base::Duration(100 * looks_++));
  }

 private:
  mutable std::atomic<int64_t> looks_{0};
};

constexpr EngineOptions kLimits{.timeout = base::Duration(10'000),
                                .samples_max = 200'000,
                                .bytes_max = size_t{4} << 20,
                                .steps_max = 2000,
                                .series_max = 500,
                                .helpers = 2};

class Hostile {
 public:
  explicit Hostile(uint64_t seed) : random_(seed) {}

  std::string Vector(int depth) {
    if (depth <= 0) return Selector();
    const std::string inner = Vector(depth - 1);
    switch (random_.Next() % 12) {
      case 0: return Pick(kFolds) + " by (" + Pick(kNames) + ") (" + inner + ")";
      case 1: return Pick(kFolds) + " without (i) (" + inner + ")";
      case 2: return Pick(kRanges) + "((" + inner + ")[" + Pick(kDurations) + ":" + Step() + "])";
      case 3: return "(" + inner + ") " + Pick(kOps) + " (" + Vector(depth - 2) + ")";
      case 4: return "(" + inner + ") " + Pick(kSets) + " (" + Vector(depth - 1) + ")";
      case 5: return "(" + inner + ") * on () group_left () (" + Vector(depth - 2) + ")";
      case 6: return "label_replace(" + inner + ", \"d\", \"$1$1$1$1\", \"i\", \"(.*)\")";
      case 7:
        return "quantile_over_time(0.5, (" + inner + ")[" + Pick(kDurations) + ":" + Step() + "])";
      case 8: return "topk(1e9, " + inner + ")";
      case 9: return "count_values(\"v\", " + inner + ")";
      case 10: return "histogram_quantile(0.9, " + inner + ")";
      default: return Pick(kRanges) + "(" + Selector() + "[" + Pick(kDurations) + "])";
    }
  }
  int64_t Number(int64_t below) {
    return static_cast<int64_t>(random_.Next() % static_cast<uint64_t>(below));
  }

 private:
  using Words = std::vector<std::string>;
  const std::string& Pick(const Words& words) { return words[random_.Next() % words.size()]; }
  std::string Step() { return Pick({"", "1ms", "1s", "10s", "1m"}); }
  std::string Selector() {
    return Pick({"m", "{__name__=~\".+\"}", "{__name__=~\".*\", i=~\"((a+)+)+|.*\"}",
                 "{i=~\".*.*.*.*.*.*1\", __name__!=\"\"}", "m{i!~\"(x+x+)+y\"}", "m offset -1y",
                 "m @ end()", "long"});
  }

  const Words kFolds{"sum", "avg", "stddev", "count", "max", "group"};
  const Words kNames{"i", "j", "i, j", ""};
  const Words kRanges{"rate",    "sum_over_time",    "deriv",
                      "changes", "absent_over_time", "stddev_over_time"};
  const Words kDurations{"1m", "1h", "1d", "30d", "100y"};
  const Words kOps{"+", "/", "%", "^", "> bool", "=="};
  const Words kSets{"or", "and", "unless"};
  base::Random random_;
};

TEST(HostileQueries, EndWithinTheirLimits) {
  testing::MemoryStore store;
  for (int i = 0; i < 300; ++i) {
    const model::Labels labels(
        {{"__name__", "m"}, {"i", std::to_string(i)}, {"j", std::to_string(i % 7)}});
    for (int t = 0; t < 20; ++t) store.Add("acme", labels, t * 15'000, i * t);
  }
  const model::Labels labels({std::pair("__name__", "long")});
  for (int t = 0; t < 30'000; ++t) store.Add("acme", labels, t * 10, t % 97);

  const bool full = std::getenv("VEDETTE_FULL") != nullptr;
  size_t answered = 0;
  size_t refused = 0;
  for (uint64_t seed = 0; seed < (full ? 1000U : 60U); ++seed) {
    Hostile hostile(seed);
    WorkingClock clock;
    Engine engine(kLimits, store, clock);
    RangeQuery query;
    query.tenant = "acme";
    query.text = hostile.Vector(static_cast<int>(1 + hostile.Number(5)));
    query.end = base::FromMillis(300'000);
    query.step = base::Duration(1 + hostile.Number(60'000));
    const base::SteadyPoint deadline = clock.Steady() + kLimits.timeout;
    const auto result = engine.Range(query);
    // Each thread may take a few more looks before it notices.
    EXPECT_LT(clock.Steady(), deadline + base::Duration(2000)) << query.text;
    if (result.ok()) {
      ++answered;
      EXPECT_LE(result->stats.samples_peak, kLimits.samples_max) << query.text;
      EXPECT_LE(result->stats.bytes_peak, kLimits.bytes_max) << query.text;
      continue;
    }
    ++refused;
    const base::ErrorCode code = result.error().code;
    EXPECT_TRUE(
        code == base::ErrorCode::kResourceExhausted || code == base::ErrorCode::kDeadlineExceeded ||
        code == base::ErrorCode::kFailedPrecondition || code == base::ErrorCode::kInvalidArgument)
        << query.text << ": " << result.error().message;
  }
  EXPECT_GT(answered, 5U);
  EXPECT_GT(refused, 5U);
}

}  // namespace
}  // namespace vedette::query
