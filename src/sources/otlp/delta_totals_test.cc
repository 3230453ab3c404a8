#include "sources/otlp/delta_totals.h"

#include <gtest/gtest.h>
#include <utility>

namespace vedette::sources::otlp {
namespace {

constexpr base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

double Add(DeltaTotals& totals, const char* tenant, const char* name, int64_t t_ms, double delta) {
  const auto sum =
      totals.Add(tenant, model::Labels({std::pair("__name__", name)}).view(), t_ms, delta, kNow);
  EXPECT_TRUE(sum.ok());
  return sum.ok() ? *sum : -1;
}

TEST(DeltaTotals, SumsEachSeriesOfEachTenant) {
  DeltaTotals totals;
  EXPECT_EQ(Add(totals, "a", "x", 1, 2), 2);
  EXPECT_EQ(Add(totals, "a", "x", 2, 3), 5);
  EXPECT_EQ(Add(totals, "a", "y", 2, 1), 1);
  EXPECT_EQ(Add(totals, "b", "x", 2, 1), 1);
}

TEST(DeltaTotals, AddsNothingForAPointThatIsSentAgain) {
  DeltaTotals totals;
  Add(totals, "a", "x", 5, 2);
  EXPECT_EQ(Add(totals, "a", "x", 5, 2), 2);
  const auto old = totals.Add("a", model::Labels({std::pair("__name__", "x")}).view(), 4, 1, kNow);
  ASSERT_FALSE(old.ok());
  EXPECT_EQ(old.error().message, "it is older than the last delta of its series");
}

TEST(DeltaTotals, RefusesNewSeriesWhenFullUntilOldOnesAreIdle) {
  DeltaTotals totals({.series_max = 1, .idle = base::Duration(60'000)});
  const model::Labels y({std::pair("__name__", "y")});
  Add(totals, "a", "x", 1, 2);
  EXPECT_EQ(totals.Add("a", y.view(), 1, 1, kNow).error().code,
            base::ErrorCode::kResourceExhausted);
  EXPECT_EQ(Add(totals, "a", "x", 2, 2), 4) << "the old series go on";
  EXPECT_TRUE(totals.Add("a", y.view(), 1, 1, kNow + base::Duration(60'001)).ok());
  EXPECT_EQ(totals.size(), 1u);
}

}  // namespace
}  // namespace vedette::sources::otlp
