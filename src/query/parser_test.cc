#include "query/parser.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "query/printer.h"

namespace vedette::query {
namespace {

std::string Normal(std::string_view query) {
  const auto expr = Parse(query);
  return expr.ok() ? Print(**expr) : "error: " + expr.error().message;
}

std::string FailureOf(std::string_view query) {
  const auto expr = Parse(query);
  return expr.ok() ? "parsed: " + Print(**expr) : expr.error().message;
}

TEST(Parser, PrintsTheCanonicalForm) {
  struct Case {
    std::string_view query;
    std::string_view want;
  };
  const Case cases[] = {
      {"up", "up"},
      {"up{ job = 'x' , }", "up{job=\"x\"}"},
      {"{__name__=~\"a.*\",b!=\"\"}", "{__name__=~\"a.*\",b!=\"\"}"},
      {"{\"my.metric\", \"my.label\"=\"v\"}", "{\"my.metric\",\"my.label\"=\"v\"}"},
      {"{\"up\", a!~`x\\d`}", "up{a!~\"x\\\\d\"}"},
      {"job:rate:5m", "job:rate:5m"},
      {"rate(x[5m])", "rate(x[5m])"},
      {"rate(x[300])", "rate(x[5m])"},
      {"x offset -1h30m", "x offset -1h30m"},
      {"x[1d] @ 12.5 offset 2w", "x[1d] @ 12.500 offset 2w"},
      {"x offset 5m @ end()", "x @ end() offset 5m"},
      {"sum(x) by (a,b)", "sum by (a, b) (x)"},
      {"SUM WITHOUT (a,) (x)", "sum without (a) (x)"},
      {"topk(3, x)", "topk(3, x)"},
      {"a+b*c^d^e", "a + b * c ^ d ^ e"},
      {"(a+b)*c", "(a + b) * c"},
      {"-a^2", "-a ^ 2"},
      {"- 1", "-1"},
      {"--1", "1"},
      {"a == bool on(x) group_left(y) b", "a == bool on (x) group_left (y) b"},
      {"a * ignoring(x) group_right b", "a * ignoring (x) group_right () b"},
      {"a AND b or c unless d", "a and b or c unless d"},
      {"max_over_time(rate(x[1m])[1h:30s])", "max_over_time(rate(x[1m])[1h:30s])"},
      {"x[1h:]", "x[1h:]"},
      {"0x1F + 1_000 + 0755 + .5 + 1e3 + Inf - nan", "31 + 1000 + 493 + 0.5 + 1000 + Inf - NaN"},
      {"0x_53_AB_F3_82 + .123_456_789 + 1_0.5 + 1_0e2 + 1e1_0 + 0_7",
       "1403777922 + 0.123456789 + 10.5 + 1000 + 1e+10 + 7"},
      {"1h30m", "1h30m"},
      {"x > -5m * 2", "x > -5m * 2"},
      {"rate(x[5m] smoothed offset 1m)", "rate(x[5m] smoothed offset 1m)"},
      {"increase(x[5m] @ end() ANCHORED)", "increase(x[5m] anchored @ end())"},
      {"x smoothed + anchored", "x smoothed + anchored"},
      {"a + fill(0) b", "a + fill(0) b"},
      {"a == bool on(x) group_left fill_right(-1) fill_left(NaN) b",
       "a == bool on (x) group_left () fill_left(NaN) fill_right(-1) b"},
      {"fill + fill(1) fill_left", "fill + fill(1) fill_left"},
      {"x # a comment\n + # another\n y", "x + y"},
      {"sum", "{\"sum\"}"},
      {"start + end", "start + end"},
      {"\"a\\u00e4\\x41\\101\\n\"", "\"aäAA\\n\""},
      {"quantile(0.9, x)", "quantile(0.9, x)"},
      {"count_values(\"v\", x)", "count_values(\"v\", x)"},
      {"x[5m*2+(1m)] offset -(2 * 1m)", "x[5m * 2 + (1m)] offset -(2 * 1m)"},
      {"x[step()] offset step()", "x[step()] offset step()"},
      {"x[MAX(step(),5m):range()/10]", "x[max(step(), 5m):range() / 10]"},
      {"x offset -2 ^ 2", "x offset -2s ^ 2"},
      {"limitk(2, x) or limit_ratio(-0.5, x)", "limitk(2, x) or limit_ratio(-0.5, x)"},
      {"a </ 5 > on(x) b >/ 2", "a </ 5 > on (x) b >/ 2"},
      {"info(x, {a=~\".*\"})", "info(x, {a=~\".*\"})"},
      {"sum by (\"a.b\", c) ({\"x y\"})", "sum by (\"a.b\", c) ({\"x y\"})"},
      {"label_join(x, \"d\", \",\", \"a\", \"b\")", "label_join(x, \"d\", \",\", \"a\", \"b\")"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Normal(c.query), c.want) << c.query;
    const auto once = Parse(c.query);
    const auto twice = Parse(Normal(c.query));
    ASSERT_TRUE(once.ok() && twice.ok()) << c.query;
    EXPECT_TRUE(SameExpr(**once, **twice)) << c.query;
  }
}

TEST(Parser, ErrorsNameThePlaceAndTheReason) {
  struct Case {
    std::string_view query;
    std::string_view want;
  };
  const Case cases[] = {
      {"", "1:1: parse error: no expression found in input"},
      {"a +", "1:4: parse error: unexpected end of input"},
      {"sum(", "1:5: parse error: unclosed left parenthesis"},
      {"sum(rate(x[5m])", "1:16: parse error: unclosed left parenthesis"},
      {"temp{", "1:6: parse error: unexpected end of input inside braces"},
      {"temp{a=\"b\"", "1:11: parse error: unexpected end of input inside braces"},
      {"sum(temp{a=", "1:12: parse error: unexpected end of input inside braces"},
      {"(temp))", "1:8: parse error: unexpected right parenthesis ')'"},
      {"x + )", "1:6: parse error: unexpected right parenthesis ')'"},
      {"1_", "1:1: parse error: bad number or duration syntax: \"1_\""},
      {"1_.5", "1:1: parse error: bad number or duration syntax: \"1_.5\""},
      {"1__0", "1:1: parse error: bad number or duration syntax: \"1__0\""},
      {"0x_", "1:1: parse error: bad number or duration syntax: \"0x_\""},
      {"1_e5", "1:1: parse error: bad number or duration syntax: \"1_e5\""},
      {"a\n+ )", "2:4: parse error: unexpected right parenthesis ')'"},
      {"foo(x)", "1:1: parse error: unknown function with name \"foo\""},
      {"rate(x)",
       "1:6: parse error: expected type range vector in call to function \"rate\", got instant "
       "vector"},
      {"rate()", "1:1: parse error: expected 1 argument(s) in call to \"rate\", got 0"},
      {"round(x, 1, 2)",
       "1:1: parse error: expected at most 2 argument(s) in call to \"round\", got 3"},
      {"x[5m] + 1",
       "1:1: parse error: binary expression must contain only scalar and instant vector types"},
      {"1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier"},
      {"1 and x", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression"},
      {"a + bool b", "1:3: parse error: bool modifier can only be used on comparison operators"},
      {"a and on(x) group_left b", "1:1: parse error: no grouping allowed for \"and\" operation"},
      {"a + on(x) 1", "1:1: parse error: vector matching only allowed between instant vectors"},
      {"a * on(x) group_left(x) b",
       "1:3: parse error: label \"x\" must not occur in ON and GROUP clause at once"},
      {"{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"},
      {"x{a=~\".*\"}[5m] or {a=\"\"}",
       "1:19: parse error: vector selector must contain at least one non-empty matcher"},
      {"a{__name__=\"b\"}", "1:1: parse error: metric name must not be set twice: \"a\" or \"b\""},
      {"x{a=~\"(\"}", ""},
      {"sum(1)",
       "1:5: parse error: expected type instant vector in aggregation expression, got scalar"},
      {"topk(x)",
       "1:1: parse error: wrong number of arguments for aggregate expression provided, expected "
       "2, got 1"},
      {"(x)[5m]", "1:4: parse error: ranges only allowed for vector selectors"},
      {"x offset 5m [1m]", "1:13: parse error: no offset modifiers allowed before range"},
      {"x[0s]", "1:3: parse error: duration must be greater than 0"},
      {"x[5m", "1:5: parse error: unexpected end of input in range"},
      {"x[5m by", "1:6: parse error: unexpected <by> in range"},
      {"x[a]",
       "1:3: parse error: unexpected identifier \"a\" in range selector, expected a duration"},
      {"x[5m/0]", "1:5: parse error: division by zero"},
      {"x[1m-5m]", "1:3: parse error: duration must be greater than 0"},
      {"sum(x) 5", "1:8: parse error: unexpected number \"5\""},
      {"info(x, y)",
       "1:9: parse error: expected label selectors only, got vector selector instead"},
      {"info(x, rate(y[5m]))", "1:9: parse error: expected label selectors only"},
      {"1 offset 5m",
       "1:1: parse error: offset modifier must be preceded by an instant vector selector or range "
       "vector selector or a subquery"},
      {"x offset 5m offset 5m", "1:1: parse error: offset may not be set multiple times"},
      {"x[5m:1m][5m:]",
       "1:1: parse error: subquery is only allowed on instant vector, got matrix instead"},
      {"5mm", "1:1: parse error: bad number or duration syntax: \"5mm\""},
      {"1m1h", "1:1: parse error: bad number or duration syntax: \"1m1h\""},
      {"\"abc", "1:1: parse error: unterminated quoted string"},
      {"\"\\q\"", "1:1: parse error: unknown escape sequence \\q"},
      {"a $ b", "1:3: parse error: unexpected character: '$'"},
      {"rate(x[5m],)", "1:11: parse error: trailing commas not allowed in function call args"},
      {"a b", "1:3: parse error: unexpected identifier \"b\""},
      {"-x[5m]",
       "1:1: parse error: unary expression only allowed on expressions of type scalar or instant "
       "vector, got \"range vector\""},
  };
  for (const Case& c : cases) {
    const std::string failure = FailureOf(c.query);
    if (c.want.empty()) {
      EXPECT_EQ(failure.substr(0, 18), "1:6: parse error: ") << c.query << ": " << failure;
    } else {
      EXPECT_EQ(failure, c.want) << c.query;
    }
  }
}

TEST(Parser, HostileNestingIsAnErrorNotACrash) {
  EXPECT_NE(FailureOf(std::string(50'000, '(')).find("nesting deeper than 64 levels"),
            std::string::npos);
  EXPECT_NE(FailureOf(std::string(50'000, '-') + "1").find("nesting deeper"), std::string::npos);
  std::string powers = "a";
  std::string sums = "a";
  for (int i = 0; i < 20'000; ++i) {
    powers += "^a";
    sums += "+a";
  }
  EXPECT_NE(FailureOf(powers).find("nesting deeper"), std::string::npos);
  EXPECT_NE(FailureOf(sums).find("more than 256 levels"), std::string::npos);
  EXPECT_NE(FailureOf(std::string(300'000, ' ')).find("the limit is 65536"), std::string::npos);
}

TEST(Parser, ReadsTheMatchersOfASelector) {
  const auto matchers = ParseSelector("up{job=\"a\"}");
  ASSERT_TRUE(matchers.ok());
  EXPECT_EQ(matchers->size(), 2U);
  EXPECT_FALSE(ParseSelector("up offset 5m").ok());
  EXPECT_FALSE(ParseSelector("sum(up)").ok());
}

}  // namespace
}  // namespace vedette::query
