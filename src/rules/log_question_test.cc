#include "rules/log_question.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "rules/rule.h"

namespace vedette::rules {
namespace {

const base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

std::optional<LogQuestion> Asked(const std::string& rule, const model::Labels& labels) {
  std::vector<yaml::Diagnostic> problems, warnings;
  const std::vector<RuleGroup> groups = ParseRuleFile(rule, "r.yml", problems, warnings);
  for (const yaml::Diagnostic& problem : problems) ADD_FAILURE() << problem.ToString("r.yml");
  return LogQuestionOf(*groups.at(0).rules.at(0).records, labels, kNow);
}

TEST(LogQuestion, OfABurstCountsTheLinesOfItsGroupInItsWindow) {
  const auto question = Asked("log_bursts: [{name: B, logs: 'level>=error', window: 5m}]",
                              model::Labels({{"service", "pay \"x\""}, {"rule", "B"}}));
  ASSERT_TRUE(question.has_value());
  EXPECT_EQ(question->query, R"(level>=error | where service="pay \"x\"" | count)");
  EXPECT_EQ(question->from, kNow - std::chrono::minutes(5) + base::Duration(1));
  EXPECT_EQ(question->to, kNow);
  EXPECT_EQ(question->recorded, R"(log_burst_lines{rule="B",service="pay \"x\""})");
}

TEST(LogQuestion, OfABurstReadsMessagesForFieldsThatMayBeInThem) {
  const auto question = Asked("log_bursts: [{name: B, by: [service, kubernetes.pod]}]",
                              model::Labels({{"service", "pay"}, {"pod", "p-1"}}));
  ASSERT_TRUE(question.has_value());
  EXPECT_EQ(question->query,
            R"(level>=error | json | where service="pay" "kubernetes.pod"="p-1" | count)");
}

TEST(LogQuestion, OfABurstOfAllLinesHasNoGroup) {
  const auto question = Asked("log_bursts: [{name: B, by: []}]", model::Labels());
  ASSERT_TRUE(question.has_value());
  EXPECT_EQ(question->query, "level>=error | count");
  EXPECT_EQ(question->recorded, R"(log_burst_lines{rule="B"})");
}

TEST(LogQuestion, OfANewPatternCountsItsLines) {
  const auto question =
      Asked("new_log_patterns: [{name: N}]",
            model::Labels({{"service", "pay"}, {"pattern", "00000000000000ff"}, {"example", "e"}}));
  ASSERT_TRUE(question.has_value());
  EXPECT_EQ(question->query,
            R"(level>=warn | where service="pay" pattern=00000000000000ff | count)");
  EXPECT_EQ(question->recorded,
            R"(log_new_pattern_lines{rule="N",service="pay",pattern="00000000000000ff"})");
}

TEST(LogQuestion, IsNoneWhereNoQueryTellsTheGroup) {
  const std::string burst = "log_bursts: [{name: B, by: [a.pod, b.pod]}]";
  EXPECT_FALSE(Asked(burst, model::Labels({std::pair("pod", "p")})).has_value())
      << "two fields, one label";
  EXPECT_FALSE(Asked("log_bursts: [{name: B}]", model::Labels({std::pair("service", "long...")})))
      << "a value that was cut";
  EXPECT_FALSE(Asked("contracts: [{name: C, logs: '*', then: a is not null}]",
                     model::Labels({std::pair("service", "pay")})))
      << "conditions on records";
}

}  // namespace
}  // namespace vedette::rules
