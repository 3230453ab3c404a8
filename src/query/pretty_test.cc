#include "query/pretty.h"

#include <gtest/gtest.h>
#include <string>

#include "query/parser.h"
#include "query/printer.h"

namespace vedette::query {
namespace {

std::string PrettyOf(const std::string& text) {
  const auto expr = Parse(text);
  EXPECT_TRUE(expr.ok()) << text;
  const std::string pretty = Pretty(**expr);
  const auto again = Parse(pretty);
  EXPECT_TRUE(again.ok() && SameExpr(**expr, **again)) << pretty;
  return pretty;
}

const std::string kLong = "a_metric_with_a_name_that_is_so_long_that_two_of_it_do_not_fit_a_line";

TEST(Pretty, ShortExpressionsStayOnOneLine) {
  EXPECT_EQ(PrettyOf("sum(rate(x[5m]))by(job)"), "sum by (job) (rate(x[5m]))");
}

TEST(Pretty, SplitsOperatorsAggregationsCallsAndParentheses) {
  EXPECT_EQ(PrettyOf(kLong + " / on(job) group_left(env) " + kLong),
            "  " + kLong + "\n/ on (job) group_left (env)\n  " + kLong);
  EXPECT_EQ(PrettyOf("topk by(job)(3, " + kLong + " + " + kLong + ")"),
            "topk by (job) (\n  3,\n    " + kLong + "\n  +\n    " + kLong + "\n)");
  EXPECT_EQ(PrettyOf("(" + kLong + " + " + kLong + ")"),
            "(\n    " + kLong + "\n  +\n    " + kLong + "\n)");
  EXPECT_EQ(PrettyOf("label_replace(" + kLong + ", \"destination\", \"$1\", \"source\", \"(.*)\")"),
            "label_replace(\n  " + kLong +
                ",\n  \"destination\",\n  \"$1\",\n  \"source\",\n  \"(.*)\"\n)");
  EXPECT_EQ(PrettyOf("-(" + kLong + " + " + kLong + ")"),
            "-(\n    " + kLong + "\n  +\n    " + kLong + "\n)");
}

TEST(Pretty, KeepsSelectorsWhole) {
  const std::string selector = kLong + "{job=\"" + std::string(100, 'x') + "\"}";
  EXPECT_EQ(PrettyOf(selector), selector);
  EXPECT_EQ(PrettyOf("rate(" + selector + "[5m])"), "rate(\n  " + selector + "[5m]\n)");
}

TEST(Pretty, FindsAllSelectors) {
  const auto expr = Parse("sum(rate(a[5m])) + -b > bool max_over_time(d[1h:]) * scalar(c)");
  ASSERT_TRUE(expr.ok());
  std::string names;
  for (const VectorSelector* selector : SelectorsOf(**expr)) names += selector->name;
  EXPECT_EQ(names, "abdc");
}

}  // namespace
}  // namespace vedette::query
