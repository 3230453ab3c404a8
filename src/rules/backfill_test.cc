#include "rules/backfill.h"

#include <gtest/gtest.h>
#include <utility>

#include "model/sample.h"
#include "query/engine.h"
#include "query/testing/memory_store.h"

namespace vedette::rules {
namespace {

using std::chrono::minutes;

constexpr int64_t kStart = 1'699'999'200'000;  // a multiple of ten minutes
base::TimePoint At(base::Duration since) { return base::FromMillis(kStart) + since; }

class BackfillTest : public ::testing::Test {
 protected:
  base::Result<BackfillReport> Fill(std::string_view rules, base::Duration from,
                                    base::Duration to) {
    std::vector<yaml::Diagnostic> problems, warnings;
    const std::vector<RuleGroup> groups = ParseRuleFile(rules, "r.yml", problems, warnings);
    EXPECT_TRUE(problems.empty());
    BackfillIo io;
    io.query = [this](const std::string& promql, base::TimePoint begin, base::TimePoint end,
                      base::Duration step) {
      query::RangeQuery query;
      query.tenant = "t";
      query.text = promql;
      query.start = begin;
      query.end = end;
      query.step = step;
      return engine_.Range(query);
    };
    io.append = [this](const model::WriteBatch& batch) -> base::Result<> {
      VEDETTE_TRY(const series::AppendReport report, store_.Append("t", batch, {}));
      stored_ += report.accepted - report.duplicates;
      conflicts_ += report.conflicting;
      return {};
    };
    return Backfill(groups, At(from), At(to), minutes(1), io);
  }

  // The samples of a series; a stale marker is -1.
  std::vector<double> Values(const std::string& name) {
    series::SelectRequest request{.tenant = "t", .matchers = {}};
    request.matchers.push_back(*model::Matcher::Create("__name__", model::MatchOp::kEqual, name));
    const auto selection = store_.Select(request);
    series::SampleColumns columns;
    if (!selection.ok() || selection->empty()) return {};
    EXPECT_TRUE(selection->front()->Read(columns).ok());
    for (double& value : columns.values) {
      if (model::IsStale(value)) value = -1;
    }
    return columns.values;
  }

  query::testing::MemoryStore store_;
  base::SystemClock clock_;
  query::Engine engine_{{}, store_, clock_};
  uint64_t stored_ = 0;
  uint64_t conflicts_ = 0;
};

constexpr std::string_view kRules = R"(
groups: [{name: g, rules: [
  {record: twice, expr: x * 2}, {record: thrice, expr: twice + x},
  {alert: A, expr: x > 0}]}])";

TEST_F(BackfillTest, WritesWhatTheRulesWouldHaveWritten) {
  for (int m = 0; m <= 3; ++m) {
    store_.Add("t", model::Labels({std::pair("__name__", "x")}), kStart + m * 60'000, m);
  }
  store_.Add("t", model::Labels({std::pair("__name__", "x")}), kStart + 4 * 60'000,
             model::StaleNan());
  const auto report = Fill(kRules, minutes(0), minutes(6));
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->rules, 2u);
  EXPECT_EQ(Values("twice"), (std::vector<double>{0, 2, 4, 6, -1}));
  EXPECT_EQ(Values("thrice"), (std::vector<double>{0, 3, 6, 9, -1}));
  EXPECT_TRUE(Values("ALERTS").empty());
}

TEST_F(BackfillTest, ChangesNothingWhenItRunsAgain) {
  store_.Add("t", model::Labels({std::pair("__name__", "x")}), kStart, 1);
  ASSERT_TRUE(Fill(kRules, minutes(0), minutes(20)).ok());
  EXPECT_GT(stored_, 0u);
  stored_ = 0;
  ASSERT_TRUE(Fill(kRules, minutes(0), minutes(20)).ok());
  ASSERT_TRUE(Fill(kRules, minutes(0) + base::Duration(7), minutes(20)).ok());
  EXPECT_EQ(stored_, 0u);
}

TEST_F(BackfillTest, EndsSeriesAcrossItsQueries) {
  // A query has 1,000 steps: the series ends with the first one's last.
  for (int m = 0; m < 1000; ++m) {
    store_.Add("t", model::Labels({std::pair("__name__", "x")}), kStart + m * 60'000, 1);
  }
  store_.Add("t", model::Labels({std::pair("__name__", "x")}), kStart + 1000 * 60'000,
             model::StaleNan());
  ASSERT_TRUE(Fill(kRules, minutes(0), minutes(1010)).ok());
  const std::vector<double> values = Values("twice");
  ASSERT_EQ(values.size(), 1001u);
  EXPECT_EQ(values[999], 2);
  EXPECT_EQ(values[1000], -1);
}

TEST_F(BackfillTest, NamesTheRuleThatFails) {
  store_.Add("t", model::Labels({{"__name__", "x"}, {"a", "1"}}), kStart, 1);
  store_.Add("t", model::Labels({{"__name__", "x"}, {"a", "2"}}), kStart, 1);
  const auto report = Fill("groups: [{name: g, rules: [{record: r, expr: x, labels: {a: ''}}]}]",
                           minutes(0), minutes(1));
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().message,
            "rule r: vector contains metrics with the same labelset after applying rule labels");
}

}  // namespace
}  // namespace vedette::rules
