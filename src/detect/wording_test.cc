#include "detect/wording.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "query/engine.h"
#include "query/testing/memory_store.h"

namespace vedette::detect {
namespace {

using std::chrono::seconds;

constexpr base::TimePoint kStart = base::FromMillis(1'767'225'600'000);
const model::TenantName kTenant("default");

model::Labels Named(const std::string& name,
                    std::vector<std::pair<std::string, std::string>> more = {}) {
  more.emplace_back("__name__", name);
  more.emplace_back("service", "pay");
  return model::Labels(std::move(more));
}

class EvidenceQuery : public ::testing::Test {
 protected:
  void Add(const model::Labels& labels, base::TimePoint at, double value) {
    store_.Add(kTenant, labels, base::ToMillis(at), value);
  }
  double Ask(const std::string& promql, base::TimePoint at) {
    const auto answer =
        engine_.Instant({.tenant = kTenant, .text = promql, .time = at, .cancelled = {}});
    EXPECT_TRUE(answer.ok()) << promql << ": " << (answer.ok() ? "" : answer.error().message);
    if (!answer.ok() || answer->vector.size() != 1) return -1;
    return answer->vector[0].value;
  }

  query::testing::MemoryStore store_;
  const base::SystemClock clock_;
  query::Engine engine_{{}, store_, clock_};
};

TEST_F(EvidenceQuery, AsksForACountersRateBetweenTwoScrapes) {
  const model::Labels errors = Named("errors_total");
  double total = 1000;
  for (int i = 0; i < 30; ++i) Add(errors, kStart + seconds(15) * i, total += i < 29 ? 30 : 900);
  const base::TimePoint last = kStart + seconds(15) * 29;

  EXPECT_NEAR(Ask(QueryOf(errors, true, seconds(15)), last), 60, 1e-9);
  EXPECT_NEAR(Ask(QueryOf(errors, true, seconds(15)), last - seconds(15)), 2, 1e-9);
  EXPECT_EQ(Ask(QueryOf(errors, false, seconds(15)), last), total);
}

TEST_F(EvidenceQuery, AsksForACounterThatComesSeldom) {
  const model::Labels errors = Named("errors_total");
  Add(errors, kStart, 0);
  Add(errors, kStart + std::chrono::minutes(10), 600);

  EXPECT_NEAR(
      Ask(QueryOf(errors, true, std::chrono::minutes(10)), kStart + std::chrono::minutes(10)), 1,
      1e-9);
}

TEST_F(EvidenceQuery, AsksForAQuantileOfThosePooledAlone) {
  const auto bucket = [](const char* bound) {
    return Named("latency_seconds_bucket", {{"le", bound}});
  };
  // Two scrapes of ten seconds are taken together; before them everything was slow.
  for (int i = 0; i < 30; ++i) {
    const base::TimePoint at = kStart + seconds(10) * i;
    const double fast = i < 28 ? 500 : 500 + 50 * (i - 27);
    Add(bucket("0.1"), at, fast);
    Add(bucket("1"), at, 1000 + 50 * i);
    Add(bucket("+Inf"), at, 1000 + 50 * i);
  }
  const base::TimePoint last = kStart + seconds(10) * 29;
  const model::Labels median = Named("latency_seconds", {{"quantile", "0.5"}});

  for (const base::Duration interval : {base::Duration(20'000), base::Duration(20'003)}) {
    EXPECT_NEAR(Ask(QuantileQueryOf(median, interval), last), 0.05, 1e-9);
  }
  EXPECT_GT(Ask(QuantileQueryOf(median, base::Duration(0)), last), 0.1);
}

}  // namespace
}  // namespace vedette::detect
