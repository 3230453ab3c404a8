#include "rules/unit/runner.h"

#include <cmath>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/testing/temp_folder.h"
#include "model/sample.h"
#include "rules/unit/notation.h"

namespace vedette::rules::unit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The values of a notation; a missing one is 999.
std::vector<double> Values(std::string_view text) {
  std::vector<double> values;
  const base::Result<std::vector<Place>> places = ParsePlaces(text);
  if (!places.ok()) return values;
  for (const Place& place : *places) values.push_back(place.missing ? 999 : place.value);
  return values;
}

TEST(Notation, RepeatsAndSteps) {
  EXPECT_THAT(Values("1 2 -3.5"), ElementsAre(1, 2, -3.5));
  EXPECT_THAT(Values("1x2"), ElementsAre(1, 1, 1));
  EXPECT_THAT(Values("1+2x3"), ElementsAre(1, 3, 5, 7));
  EXPECT_THAT(Values("-1-2x2"), ElementsAre(-1, -3, -5));
  EXPECT_THAT(Values("1e3+1e-1x1"), ElementsAre(1000, 1000.1));
  EXPECT_THAT(Values("_ 1 _x2"), ElementsAre(999, 1, 999, 999));
  EXPECT_THAT(Values("Inf -inf 0x2"), ElementsAre(INFINITY, -INFINITY, 0, 0, 0));
  EXPECT_TRUE(std::isnan(Values("NaN")[0]));
  EXPECT_TRUE(model::IsStale(Values("1 stale")[1]));
}

TEST(Notation, RefusesWhatIsNone) {
  for (const std::string_view bad : {"a", "1+", "1x", "1+x3", "--1", "{{", "{{x:1}}", "1x99999999",
                                     "{{schema:0}}+1", "{{buckets:1}}"}) {
    EXPECT_FALSE(ParsePlaces(bad).ok()) << bad;
  }
}

TEST(Notation, WritesHistogramsAsItReadsThem) {
  const std::string text =
      "{{schema:1 count:9 sum:3.5 z_bucket:1 z_bucket_w:0.01 offset:2 buckets:[1 2 3] "
      "n_offset:-1 n_buckets:[2] counter_reset_hint:gauge}}";
  const auto histogram = ParseHistogram(text);
  ASSERT_TRUE(histogram.ok());
  EXPECT_TRUE(histogram->Validate().ok());
  EXPECT_EQ(HistogramNotation(*histogram), text);
}

// Where promtool adds histograms, whatever their buckets.
TEST(Notation, AddsHistogramsOfDifferentBuckets) {
  const auto last = [](std::string_view text) {
    const auto places = ParsePlaces(text);
    if (!places.ok()) return places.error().message;
    return places->empty() ? "" : HistogramNotation(*places->back().histogram);
  };
  EXPECT_EQ(last("{{schema:0 sum:10 count:4 buckets:[1 2 1]}}+{{sum:1 count:1 buckets:[1]}}x3"),
            "{{schema:0 count:7 sum:13 buckets:[4 2 1]}}");
  EXPECT_EQ(last("{{}}+{{schema:0 sum:1 count:1 buckets:[1]}}x3"),
            "{{schema:0 count:3 sum:3 buckets:[3]}}");
  EXPECT_EQ(last("{{count:1 buckets:[1]}}+{{count:1 offset:2 buckets:[1]}}x1"),
            "{{schema:0 count:2 sum:0 buckets:[1 0 1]}}");
  EXPECT_EQ(last("{{schema:1 count:2 offset:1 buckets:[1 1]}}+{{count:1 offset:1 buckets:[1]}}x1"),
            "{{schema:0 count:3 sum:0 offset:1 buckets:[3]}}");
  EXPECT_EQ(last("{{count:5 buckets:[5]}}-{{count:1 buckets:[1]}}x2"),
            "{{schema:0 count:3 sum:0 buckets:[3]}}");
  EXPECT_THAT(last("{{}}+{{schema:-53 custom_values:[1] count:1 buckets:[1]}}x1"),
              HasSubstr("custom and exponential buckets do not add up"));
  EXPECT_THAT(last("{{}}+{{schema:99}}x1"), HasSubstr("the histogram schema 99 is none of"));
}

TEST(Notation, TakesACountThatIsNotThatOfTheBuckets) {
  const auto histogram = ParseHistogram(
      "{{schema:1 sum:-0.3 count:3.1 z_bucket:7.1 z_bucket_w:0.05 buckets:[5.1 10 7] offset:-3 "
      "n_buckets:[4.1 5] n_offset:-5 counter_reset_hint:gauge}}");
  ASSERT_TRUE(histogram.ok());
  EXPECT_TRUE(histogram->Validate().ok());
  EXPECT_FALSE(ParseHistogram("{{count:-1}}")->Validate().ok());
  EXPECT_FALSE(ParseHistogram("{{count:1 buckets:[-1]}}")->Validate().ok());
}

class Runner : public ::testing::Test {
 protected:
  std::vector<std::string> Failures(std::string_view rules, std::string_view tests) {
    std::ofstream(folder_.File("r.yml")) << rules;
    const std::string path = folder_.File("t.yml");
    Outcome outcome = RunTests(tests, path, clock_);
    for (std::string& failure : outcome.failures) {
      if (failure.starts_with(folder_.path())) failure = failure.substr(folder_.path().size() + 1);
    }
    return outcome.failures;
  }

  base::TempFolder folder_{"rules"};
  base::SystemClock clock_;
};

constexpr std::string_view kRules = R"(
groups:
  - name: g
    rules:
      - record: double
        expr: 2 * x
      - alert: High
        expr: double > 4
        for: 2m
        labels: {severity: warning}
        annotations: {summary: "x is {{ $value }}"}
)";

TEST_F(Runner, PassesWhatIsAsExpected) {
  EXPECT_THAT(Failures(kRules, R"(
rule_files: [r.yml]
tests:
  - input_series:
      - {series: 'x{a="b"}', values: '1+1x10'}
    promql_expr_test:
      - {expr: double, eval_time: 3m, exp_samples: [{labels: 'double{a="b"}', value: 8}]}
      - {expr: 'count(x) + 1', eval_time: 3m, exp_samples: [{labels: '{}', value: 2}]}
      - {expr: '1 + 1', eval_time: 3m, exp_samples: [{value: 2}]}
      - {expr: nothing, eval_time: 3m}
    alert_rule_test:
      - {eval_time: 3m, alertname: High}
      - eval_time: 4m
        alertname: High
        exp_alerts:
          - exp_labels: {a: b, severity: warning}
            exp_annotations: {summary: "x is 10"}
)"),
              IsEmpty());
}

TEST_F(Runner, SaysInOneLineWhatWasExpectedAndWhatCame) {
  EXPECT_THAT(
      Failures(kRules, R"(
rule_files: [r.yml]
tests:
  - name: wrong
    input_series:
      - {series: 'x{a="b"}', values: '1+1x10'}
    promql_expr_test:
      - {expr: double, eval_time: 3m, exp_samples: [{labels: 'double{a="b"}', value: 9}]}
      - {expr: double, eval_time: 3m, exp_samples: [{labels: 'double{a="c"}', value: 8}]}
      - {expr: double, eval_time: 3m}
      - {expr: 'sum(', eval_time: 3m}
    alert_rule_test:
      - eval_time: 4m
        alertname: High
        exp_alerts:
          - exp_labels: {a: b, severity: warning}
            exp_annotations: {summary: "y"}
      - {eval_time: 4m, alertname: High}
      - {eval_time: 1m, alertname: High, exp_alerts: [{exp_labels: {a: b}}]}
)"),
      ElementsAre(
          "t.yml:19: test \"wrong\": alert High at 1m: expected {a=\"b\",alertname=\"High\"} "
          "annotations {}, got no alert",
          "t.yml:13: test \"wrong\": alert High at 4m: of "
          "{a=\"b\",alertname=\"High\",severity=\"warning\"} expected annotations {summary=\"y\"}, "
          "got {summary=\"x is 10\"}",
          "t.yml:18: test \"wrong\": alert High at 4m: expected no alert, got "
          "{a=\"b\",alertname=\"High\",severity=\"warning\"} annotations {summary=\"x is 10\"}",
          "t.yml:8: test \"wrong\": expr \"double\" at 3m: of double{a=\"b\"} expected 9, got 8",
          "t.yml:9: test \"wrong\": expr \"double\" at 3m: expected double{a=\"c\"} 8, got "
          "double{a=\"b\"} 8",
          "t.yml:10: test \"wrong\": expr \"double\" at 3m: expected no samples, got "
          "double{a=\"b\"} 8",
          HasSubstr("t.yml:11: test \"wrong\": expr \"sum(\" at 3m: 1:5: parse error")));
}

TEST_F(Runner, ReportsMistakesOfTheFiles) {
  EXPECT_THAT(Failures(kRules, "rule_files: [r.yml]\ntest: []\n"),
              ElementsAre(HasSubstr("t.yml:2:1: test: unknown key (did you mean tests?)")));
  EXPECT_THAT(
      Failures("groups: [{name: g, rules: [{record: a, expr: 'sum('}]}]", "rule_files: [r.yml]\n"),
      ElementsAre(HasSubstr("could not parse expression: 1:5: parse error")));
}

TEST_F(Runner, GoesOnWithoutARuleFileThatDoesNotExist) {
  const Outcome outcome = RunTests(R"(
rule_files: [none.yml]
tests: [{promql_expr_test: [{expr: vector(1), eval_time: 0, exp_samples: [{value: 1}]}]}]
)",
                                   folder_.File("t.yml"), clock_);
  EXPECT_THAT(outcome.failures, IsEmpty());
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("none.yml: no such file")));
  EXPECT_EQ(outcome.tests, 1u);
}

TEST_F(Runner, WarnsOfATestThatNoRuleCanFail) {
  const Outcome outcome = RunTests(R"(
tests:
  - alert_rule_test: [{eval_time: 1m, alertname: Misspelt, exp_alerts: []}]
)",
                                   folder_.File("t.yml"), clock_);
  EXPECT_THAT(outcome.failures, IsEmpty());
  EXPECT_THAT(outcome.warnings,
              ElementsAre(HasSubstr("t.yml:3: no rule gives the alert Misspelt")));
}

// As promtool does: of two rules that write one series, the second fails unless it says the same.
TEST_F(Runner, RefusesASecondValueForATime) {
  constexpr std::string_view kTest = R"(
rule_files: [r.yml]
tests: [{promql_expr_test: [{expr: a, eval_time: 1m, exp_samples: [{labels: a, value: 1}]}]}]
)";
  EXPECT_THAT(Failures("groups: [{name: g, rules: [{record: a, expr: vector(1)}, {record: a, expr: "
                       "vector(2)}]}]",
                       kTest),
              ElementsAre(HasSubstr("duplicate sample for timestamp")));
  EXPECT_THAT(Failures("groups: [{name: g, rules: [{record: a, expr: vector(1)}, {record: a, expr: "
                       "vector(1)}]}]",
                       kTest),
              IsEmpty());
}

TEST_F(Runner, TakesAnchorsAndMergeKeysInRulesAndTests) {
  EXPECT_THAT(Failures(R"(
groups:
  - name: g
    rules:
      - &rule
        alert: Down
        expr: up == 0
        labels: &labels {severity: page}
      - {<<: *rule, alert: DownToo, labels: {<<: *labels, team: b}}
)",
                       R"(
rule_files: [r.yml]
tests:
  - &test
    input_series: [{series: up, values: 0x5}]
    alert_rule_test:
      - {eval_time: 1m, alertname: Down, exp_alerts: [{exp_labels: &page {severity: page}}]}
      - {eval_time: 1m, alertname: DownToo, exp_alerts: [{exp_labels: {<<: *page, team: b}}]}
  - {<<: *test, name: again}
)"),
              IsEmpty());
}

TEST_F(Runner, StopsAtARuleThatFails) {
  EXPECT_THAT(Failures("groups: [{name: g, rules: [{record: a, expr: 'x * on(a) y'}]}]", R"(
rule_files: [r.yml]
tests:
  - input_series:
      - {series: 'x{a="1"}', values: '1'}
      - {series: 'y{a="1", b="1"}', values: '1'}
      - {series: 'y{a="1", b="2"}', values: '1'}
    promql_expr_test:
      - {expr: a, eval_time: 0, exp_samples: [{labels: 'a', value: 8}]}
)"),
              ElementsAre(HasSubstr("rule a at 0s: ")));
}

TEST_F(Runner, ComparesFuzzilyOnlyWhenAsked) {
  const std::string test = R"(
rule_files: []
tests:
  - promql_expr_test:
      - {expr: '0.1 + 0.2', eval_time: 0, exp_samples: [{value: 0.3}]}
)";
  EXPECT_EQ(Failures("", test).size(), 1u);
  EXPECT_THAT(Failures("", test + "fuzzy_compare: true\n"), IsEmpty());
}

}  // namespace
}  // namespace vedette::rules::unit
