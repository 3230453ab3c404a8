#include "detect/events/judge.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace vedette::detect::events {
namespace {

using base::Json;
using Names = std::vector<std::string>;

Verdict JudgeText(std::string_view data, const Options& options = {}, const Past& past = {},
                  std::string_view metadata = "{}") {
  return Judge(options, *base::ParseJson(data), *base::ParseJson(metadata), past);
}

Options NoFloors() {
  Options options;
  options.floors = false;
  return options;
}

TEST(EventRules, AnEventWithoutFaultsIsNormal) {
  const Verdict verdict = JudgeText(R"({"response_time":120,"status":"ok"})");
  EXPECT_EQ(verdict.status, Status::kNormal);
  EXPECT_EQ(verdict.severity_score, 0);
  EXPECT_EQ(verdict.failed_rules, Names());
  EXPECT_EQ(verdict.suggestions, Names{"Monitor system closely for changes"});
  EXPECT_EQ(verdict.decision, Decision::kContinue);
}

TEST(EventRules, TheSumsAreThoseOfTheSource) {
  const Options bare = NoFloors();
  EXPECT_EQ(JudgeText(R"({"a":null})", bare).raw_score, 0.3);
  EXPECT_EQ(JudgeText(R"({"a":{},"b":"failed","c":"error","d":"null"})", bare).raw_score, 0.3);
  EXPECT_EQ(JudgeText(R"({"a":"ERROR"})", bare).raw_score, 0.3);
  EXPECT_EQ(JudgeText(R"({"a":"an error"})", bare).raw_score, 0) << "the whole text only";
  EXPECT_EQ(JudgeText(R"({"cpu_usage":91})", bare).raw_score, 0.25);
  EXPECT_EQ(JudgeText(R"({"cpu_usage":90})", bare).raw_score, 0);
  EXPECT_EQ(JudgeText(R"({"status_code":200,"response":"an Error"})", bare).raw_score, 0.2);
  EXPECT_EQ(JudgeText(R"({"status_code":503,"output":{"ok":"success"}})", bare).raw_score, 0.2);
  EXPECT_EQ(JudgeText(R"({"status":"success"})", bare).raw_score, 0.4);
  EXPECT_EQ(JudgeText(R"({"processed":true,"output":[]})", bare).raw_score, 0.4);
  EXPECT_EQ(JudgeText(R"({"completed":true,"items_processed":0})", bare).raw_score, 0.4);
  // Null results are invalid output too.
  EXPECT_EQ(JudgeText(R"({"status":"success","result":null})", bare).raw_score, 0.7);
  EXPECT_EQ(JudgeText(R"({"a":null,"status":"success","cpu_usage":99,"latency":9999})").raw_score,
            1);
}

TEST(EventRules, TheBareSumDecidesWithoutFloors) {
  EXPECT_EQ(JudgeText(R"({"status":"success"})", NoFloors()).status, Status::kNormal);
  EXPECT_EQ(JudgeText(R"({"status":"success","result":null})", NoFloors()).status,
            Status::kWarning);
  EXPECT_EQ(JudgeText(R"({"status":"success","result":null,"cpu_usage":99})", NoFloors()).status,
            Status::kCritical);
}

TEST(EventRules, AFailedRuleIsAtLeastAWarningAndTwoLimitsAreCritical) {
  const Verdict silent = JudgeText(R"({"status":"success"})");
  EXPECT_EQ(silent.status, Status::kWarning);
  EXPECT_EQ(silent.severity_score, 0.7);
  EXPECT_EQ(silent.raw_score, 0.4);
  EXPECT_EQ(silent.failed_rules, Names{"SILENT_FAILURE"});
  const Verdict loaded = JudgeText(R"({"cpu_usage":99,"memory_usage":97})");
  EXPECT_EQ(loaded.status, Status::kCritical);
  EXPECT_EQ(loaded.severity_score, 0.9);
  EXPECT_EQ(loaded.failed_rules, (Names{"CPU_USAGE_EXCEEDED", "MEMORY_USAGE_EXCEEDED"}));
  EXPECT_EQ(loaded.suggestions.front(), "URGENT: Initiate incident response protocol");
}

TEST(EventRules, ANumberFarFromTheLastEventsIsUnusual) {
  Past past;
  for (int i = 0; i < 4; ++i) past.Add({{"size", i % 2}, {"constant", 5}}, Status::kNormal);
  EXPECT_EQ(JudgeText(R"({"size":100})", {}, past).raw_score, 0) << "four are too few";
  past.Add({{"size", 1}, {"constant", 5}}, Status::kNormal);
  EXPECT_EQ(JudgeText(R"({"size":100})", {}, past).raw_score, 0.1);
  EXPECT_EQ(JudgeText(R"({"size":1})", {}, past).raw_score, 0);
  EXPECT_EQ(JudgeText(R"({"constant":6})", {}, past).raw_score, 0) << "no spread, no score";
}

TEST(EventRules, FourUnusualNumbersCountAsThree) {
  Past past;
  for (int i = 0; i < 10; ++i) {
    const double v = i % 2;
    past.Add({{"a", v}, {"b", v}, {"c", v}, {"d", v}}, Status::kNormal);
  }
  const Verdict verdict = JudgeText(R"({"a":9,"b":9,"c":9,"d":9})", {}, past);
  EXPECT_EQ(verdict.raw_score, 0.3);
  EXPECT_EQ(verdict.failed_rules, Names{"ANOMALY_DETECTION"});
  EXPECT_EQ(verdict.detected_issues.size(), 4U);
}

TEST(EventRules, OnlyTheLastHundredEventsCount) {
  Past past;
  for (int i = 0; i < 50; ++i) past.Add({{"a", 1e6 * (i % 2)}}, Status::kNormal);
  for (int i = 0; i < 100; ++i) past.Add({{"a", i % 2}}, Status::kNormal);
  EXPECT_DOUBLE_EQ(past.SpreadOf("a")->mean, 0.5);
}

TEST(EventRules, DecidesByTheTable) {
  const auto decide = [](std::string_view data, const Past& past = {},
                         std::string_view metadata = "{}") {
    return DecisionName(JudgeText(data, {}, past, metadata).decision);
  };
  constexpr std::string_view kSilent = R"({"status":"success"})";
  constexpr std::string_view kBroken = R"({"a":null,"cpu_usage":99,"latency":9999})";
  constexpr std::string_view kLoaded = R"({"cpu_usage":99,"latency":9999})";
  EXPECT_EQ(decide("{}"), "CONTINUE");
  EXPECT_EQ(decide(kSilent), "RETRY");
  EXPECT_EQ(decide(kSilent, {}, R"({"attempt":3})"), "CONTINUE");
  EXPECT_EQ(decide(R"({"cpu_usage":99})"), "CONTINUE");
  EXPECT_EQ(decide(kBroken), "REPROCESS");
  EXPECT_EQ(decide(kBroken, {}, R"({"retry_count":5})"), "ESCALATE");
  EXPECT_EQ(decide(kLoaded), "ESCALATE");
  Past past;
  past.Add({}, Status::kCritical);
  EXPECT_EQ(decide(kLoaded, past), "ESCALATE");
  past.Add({}, Status::kCritical);
  EXPECT_EQ(decide(kLoaded, past), "HALT");
  past.Add({}, Status::kNormal);
  EXPECT_EQ(decide(kLoaded, past), "ESCALATE");
}

TEST(EventRules, SecretsAreMaskedAndTheVerdictStays) {
  const Json data = *base::ParseJson(
      R"({"api_key":"k-123","user":{"Password":"x","name":"a"},"tokens":1500,"token":null,"cookies":["a"]})");
  const Json masked = Masked(data);
  EXPECT_EQ(
      base::DumpJson(masked),
      R"({"api_key":"***","user":{"Password":"***","name":"a"},"tokens":1500,"token":null,"cookies":"***"})");
  EXPECT_EQ(Judge({}, data, {}, {}).raw_score, Judge({}, masked, {}, {}).raw_score);
  EXPECT_EQ(base::DumpJson(Masked(*base::ParseJson(R"({"token":"Failed"})"))),
            R"({"token":"Failed"})")
      << "it is what the rule for invalid output reads";
}

TEST(EventRules, OptionsAreChecked) {
  EXPECT_TRUE(Validate({}).ok());
  Options options;
  options.warning_threshold = 0.95;
  EXPECT_EQ(Validate(options).error().field, "warning_threshold");
}

}  // namespace
}  // namespace vedette::detect::events
