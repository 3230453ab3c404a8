#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "query/parser.h"
#include "rules/record_rule.h"
#include "rules/rule.h"
#include "rules/slo.h"
#include "rules/template.h"

namespace vedette::rules {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<RuleGroup> Parsed(std::string_view text) {
  std::vector<yaml::Diagnostic> problems, warnings;
  std::vector<RuleGroup> groups = ParseRuleFile(text, "r.yml", problems, warnings);
  for (const yaml::Diagnostic& problem : problems) ADD_FAILURE() << problem.ToString("r.yml");
  for (const RuleGroup& group : groups) {
    for (const Rule& rule : group.rules) {
      if (rule.records != nullptr && !rule.alerting) continue;
      const auto expr = query::Parse(rule.expr);
      EXPECT_TRUE(expr.ok()) << rule.expr << ": " << (expr.ok() ? "" : expr.error().message);
    }
  }
  return groups;
}

std::vector<std::string> Problems(std::string_view text) {
  std::vector<yaml::Diagnostic> problems, warnings;
  ParseRuleFile(text, "r.yml", problems, warnings);
  std::vector<std::string> out;
  for (const yaml::Diagnostic& problem : problems) out.push_back(problem.ToString("r.yml"));
  return out;
}

TEST(Slo, HasTheBurnRatesOfTheWorkbookForThirtyDays) {
  const std::vector<RuleGroup> groups = Parsed(R"(
slos:
  - name: checkout
    objective: 99.9
    total: http_requests_total{service="checkout"}
    errors: http_requests_total{service="checkout",code=~"5.."}
    labels: {service: checkout}
)");
  ASSERT_EQ(groups.size(), 2u);
  ASSERT_NE(groups[1].slo, nullptr);
  const std::vector<BurnAlert>& alerts = groups[1].slo->alerts;
  ASSERT_EQ(alerts.size(), 4u);
  const auto is = [](const BurnAlert& alert, int64_t hours, int64_t minutes, double factor,
                     std::string_view severity) {
    EXPECT_EQ(alert.long_window, std::chrono::hours(hours));
    EXPECT_EQ(alert.short_window, std::chrono::minutes(minutes));
    EXPECT_NEAR(alert.factor, factor, 1e-9);
    EXPECT_EQ(alert.severity, severity);
  };
  is(alerts[0], 1, 5, 14.4, "critical");
  is(alerts[1], 6, 30, 6, "critical");
  is(alerts[2], 24, 120, 3, "warning");
  is(alerts[3], 72, 360, 1, "warning");
  ASSERT_EQ(groups[1].rules.size(), 2u) << "one alert for those who are paged, one for the rest";
  EXPECT_EQ(groups[1].rules[0].labels,
            (Texts{{"service", "checkout"}, {"severity", "critical"}, {"slo", "checkout"}}));
  EXPECT_THAT(groups[1].rules[0].expr, HasSubstr("/ 0.001 > 14.4"));
  EXPECT_EQ(groups[0].rules[0].name, kBudgetLeft);
}

// What the alert says of a budget of which this share is left.
std::string SummaryWith(double left) {
  const std::vector<RuleGroup> groups =
      Parsed("slos: [{name: a, objective: 99.5, window: 7d, by: [shop], total: t, errors: e}]");
  const TemplateQuery query = [&](const std::string& promql) {
    std::vector<TemplateSample> answer;
    const bool spent = promql == R"(1 - slo_error_budget_remaining{slo="a",shop="eu"} > 1)";
    EXPECT_TRUE(spent || promql == R"(slo_error_budget_remaining{slo="a",shop="eu"})") << promql;
    if (!spent) answer.push_back({{}, left});
    if (spent && 1 - left > 1) answer.push_back({{}, 1 - left});
    return base::Result<std::vector<TemplateSample>>(answer);
  };
  const model::Labels labels({std::pair("shop", "eu")});
  TemplateData data;
  data.labels = labels;
  data.value = 20;
  data.query = &query;
  for (const auto& [name, text] : groups[1].rules[0].annotations) {
    if (name == "summary") return *Template::Parse(name, text)->Expand(data);
  }
  return "no summary";
}

TEST(Slo, SaysOfWhichObjectiveAndPeriodAndWhatIsLeftOrSpentOfTheBudget) {
  EXPECT_EQ(SummaryWith(0.357),
            "a burns its error budget (99.5% over 7d) 20.0 times too fast; 35.7% of it is left");
  EXPECT_EQ(SummaryWith(-1.568),
            "a burns its error budget (99.5% over 7d) 20.0 times too fast; it is spent 2.6 times "
            "over");
}

TEST(Slo, TakesCountersAndExpressionsAndARatio) {
  const std::vector<RuleGroup> groups = Parsed(R"(
slos:
  - {name: a, objective: 99, by: [service], total: t, good: 'g{le="0.3"}'}
  - {name: b, objective: 99, total: 'sum(increase(t[$window]))', errors: 'sum(delta(e[$window]))'}
  - {name: c, objective: 99, error_ratio: '1 - avg_over_time(up[$window])'}
)");
  EXPECT_EQ(groups[1].slo->total, "sum by (service) (increase(t[$window]))");
  EXPECT_THAT(groups[1].slo->ErrorRatio(std::chrono::hours(1)), HasSubstr("g{le=\"0.3\"}[1h]"));
  EXPECT_THAT(groups[3].slo->ErrorRatio(std::chrono::hours(1)), HasSubstr("increase(t[1h])"));
  EXPECT_EQ(groups[5].slo->ErrorRatio(std::chrono::minutes(5)), "(1 - avg_over_time(up[5m]))");
  EXPECT_EQ(groups[5].slo->Errors(std::chrono::minutes(5)), "");
}

TEST(Slo, NamesEveryMistakeWithItsPlace) {
  EXPECT_THAT(Problems("slos: [{name: a, objective: 0.999, total: t, errors: e}]"),
              ElementsAre(HasSubstr("r.yml:1:29: slos[0].objective: is in percent")));
  EXPECT_THAT(Problems("slos: [{name: a, objective: 99, total: t}]"),
              ElementsAre(HasSubstr("needs total with one of errors and good, or error_ratio")));
  EXPECT_THAT(Problems("slos: [{name: a, objective: 99, error_ratio: 'x'}]"),
              ElementsAre(HasSubstr("does not say $window")));
  EXPECT_THAT(Problems("slos: [{name: a, objective: 99, total: 'rate(t[5m])', errors: e}]"),
              Contains(HasSubstr("must be a counter, or an expression with $window")));
  EXPECT_THAT(Problems("slos: [{name: a, objective: 99, total: t, errors: e, windw: 1d}]"),
              ElementsAre(HasSubstr("unknown key")));
  EXPECT_THAT(Problems("slos:\n- {name: a, objective: 99, total: t, errors: e}\n"
                       "- {name: a, objective: 99, total: t, errors: e}"),
              Contains(HasSubstr("r.yml:3:")));
}

TEST(Contract, IsARecordOfRecordsAndAnAlertOnIt) {
  const std::vector<RuleGroup> groups = Parsed(R"(
contracts:
  - name: PaymentHasResult
    events: {service: pay, type: payment}
    when: status is success
    then: result is not null
    severity: critical
)");
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].name, "contract/PaymentHasResult");
  const Rule& record = groups[0].rules[0];
  EXPECT_FALSE(record.alerting);
  ASSERT_NE(record.records, nullptr);
  EXPECT_EQ(record.records->input.type, "payment");
  EXPECT_THAT(record.expr, HasSubstr("when status is success then result is not null"));
  const Rule& alert = groups[0].rules[1];
  EXPECT_EQ(alert.name, "PaymentHasResult");
  EXPECT_EQ(alert.expr, "contract_violations{contract=\"PaymentHasResult\"} > 0");
  EXPECT_EQ(alert.labels, (Texts{{"severity", "critical"}}));
}

TEST(Contract, KnowsDeadlinesBySource) {
  const std::vector<RuleGroup> groups = Parsed(R"(
contracts:
  - name: Shipped
    input: {events: {type: order}, key: order_id}
    output: {logs: 'service=ship shipped | json', key: id}
    within: 10m
    deadlines: {bulk: 1h}
)");
  const RecordRule& rule = *groups[0].rules[0].records;
  EXPECT_EQ(rule.Deadline("bulk"), std::chrono::hours(1));
  EXPECT_EQ(rule.Deadline("shop"), std::chrono::minutes(10));
  EXPECT_EQ(rule.Lookback(), std::chrono::minutes(75));
  EXPECT_EQ(rule.output_key, "id");
}

TEST(Contract, NamesEveryMistakeWithItsPlace) {
  EXPECT_THAT(Problems("contracts: [{name: a, events: {type: t}, then: result is not}]"),
              Contains(HasSubstr("r.yml:1:48: contracts[0].then: 1:14: expected a value")));
  EXPECT_THAT(Problems("contracts: [{name: a, events: {type: t}}]"),
              ElementsAre(HasSubstr("says what must hold")));
  EXPECT_THAT(Problems("contracts: [{name: a, then: x exists}]"),
              ElementsAre(HasSubstr("needs one of events and logs")));
  EXPECT_THAT(Problems("contracts: [{name: a, logs: 'a | count by (level)', then: x exists}]"),
              ElementsAre(HasSubstr("must find lines, not count")));
  EXPECT_THAT(Problems("contracts: [{name: a, input: {events: {type: a}}, output: {events: {type: "
                       "b}}, within: 0s}]"),
              ElementsAre(HasSubstr("names the field"), HasSubstr("must be between 10s and 1w")));
  EXPECT_THAT(Problems("contracts: [{name: a, ratio: x/y, weekly_band: {side: below, tolerance: "
                       "100}}]"),
              ElementsAre(HasSubstr("tolerance: must be less than 100")));
  EXPECT_THAT(Problems("contracts: [{events: {type: t}, then: x exists}]"),
              ElementsAre(HasSubstr("the name is missing")));
}

TEST(Comparison, LooksAtTheSameTimeDaysAgo) {
  const std::vector<RuleGroup> groups = Parsed(R"(
comparisons:
  - name: MoreErrors
    query: sum by (service) (increase(errors_total[15m]))
    days: 7
    above: {percent: 30, difference: 5, min: 100}
    below: {percent: 50}
)");
  EXPECT_THAT(groups[0].rules[0].expr, HasSubstr("increase(errors_total[15m] offset 1w)"));
  EXPECT_THAT(groups[0].rules[0].expr, HasSubstr("group({__name__=\"errors_total\"} offset 1w)"));
  EXPECT_THAT(Problems("comparisons: [{name: a, query: m, above: {min: 3}}]"),
              ElementsAre(HasSubstr("needs difference, percent or both")));
  EXPECT_THAT(Problems("comparisons: [{name: a, query: m, below: {percent: 100}}]"),
              ElementsAre(HasSubstr("below.percent: must be less than 100")))
      << "it could never fire";
  EXPECT_EQ(Problems("comparisons: [{name: a, query: m, above: {percent: 100}}]").size(), 0u);
  EXPECT_THAT(Problems("comparisons: [{name: a, query: m}]"),
              ElementsAre(HasSubstr("needs above, below or both")));
  EXPECT_THAT(Problems("comparisons: [{name: a, query: 'm[5m]', above: {percent: 1}}]"),
              ElementsAre(HasSubstr("not an instant vector")));
}

TEST(LogRules, HaveDefaultsThatAreOfUse) {
  const std::vector<RuleGroup> groups = Parsed(R"(
log_bursts: [{name: Errors}]
new_log_patterns: [{name: New, logs: level>=error}]
)");
  EXPECT_EQ(groups[0].rules[0].records->min_count, 20);
  EXPECT_EQ(groups[0].rules[0].records->Lookback(), std::chrono::minutes(65));
  EXPECT_EQ(groups[1].rules[0].name, kNewPattern);
}

TEST(Sections, AGroupIsTheSameAfterItIsReadAgain) {
  const char* const text =
      "slos: [{name: a, objective: 99, total: t, errors: e}]\n"
      "contracts: [{name: b, events: {type: t}, then: x exists}]";
  EXPECT_EQ(Parsed(text), Parsed(text));
  EXPECT_NE(Parsed(text),
            Parsed("slos: [{name: a, objective: 99, total: t, errors: e}]\n"
                   "contracts: [{name: b, events: {type: t}, then: x exists, by: [type]}]"));
  EXPECT_NE(Parsed("slos: [{name: a, description: d, objective: 99, total: t, errors: e}]"),
            Parsed("slos: [{name: a, description: e, objective: 99, total: t, errors: e}]"));
}

}  // namespace
}  // namespace vedette::rules
