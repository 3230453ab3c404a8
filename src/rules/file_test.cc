#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temp_folder.h"
#include "rules/rule.h"

namespace vedette::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Problems(std::string_view text) {
  std::vector<yaml::Diagnostic> problems, warnings;
  ParseRuleFile(text, "r.yml", problems, warnings);
  std::vector<std::string> out;
  for (const yaml::Diagnostic& problem : problems) out.push_back(problem.ToString("r.yml"));
  return out;
}

TEST(RuleFile, ReadsAllFields) {
  std::vector<yaml::Diagnostic> problems, warnings;
  const std::vector<RuleGroup> groups = ParseRuleFile(R"(
groups:
  - name: a
    interval: 30s
    query_offset: 1m
    limit: 5
    labels: {team: x, tier: one}
    rules:
      - record: r:rate5m
        expr: rate(r[5m])
        labels: {tier: two}
      - alert: A
        expr: |
          r:rate5m > 0
        for: 1h30m
        keep_firing_for: 5m
        labels: {severity: page}
        annotations: {summary: 'is {{ $value }}', description: }
  - name: b
    rules: []
)",
                                                      "r.yml", problems, warnings);
  ASSERT_THAT(problems, IsEmpty());
  ASSERT_EQ(groups.size(), 2u);
  const RuleGroup& a = groups[0];
  EXPECT_EQ(a.file, "r.yml");
  EXPECT_EQ(a.interval, std::chrono::seconds(30));
  EXPECT_EQ(a.query_offset, std::chrono::minutes(1));
  EXPECT_EQ(a.limit, 5);
  EXPECT_EQ(a.rules[0].labels, (Texts{{"team", "x"}, {"tier", "two"}}));
  EXPECT_EQ(a.rules[1].labels, (Texts{{"severity", "page"}, {"team", "x"}, {"tier", "one"}}));
  EXPECT_EQ(a.rules[1].for_duration, std::chrono::minutes(90));
  EXPECT_EQ(a.rules[1].keep_firing_for, std::chrono::minutes(5));
  EXPECT_EQ(a.rules[1].annotations, (Texts{{"description", ""}, {"summary", "is {{ $value }}"}}));
  EXPECT_FALSE(groups[1].interval.has_value());
}

TEST(RuleFile, SaysWhatIsWrongAndWhere) {
  const auto one = [](std::string_view rule) {
    return Problems("groups:\n- name: g\n  rules:\n  - " + std::string(rule) + "\n");
  };
  const std::string at = "group \"g\", rule 1, ";
  EXPECT_THAT(one("{record: r, expr: 'sum('}"),
              ElementsAre(HasSubstr("r.yml:4:23: groups[0].rules[0].expr: " + at +
                                    "\"r\": could not parse expression: 1:5: parse error")));
  EXPECT_THAT(one("{record: r, alert: a, expr: '1'}"),
              ElementsAre(HasSubstr("only one of 'record' and 'alert' must be set")));
  EXPECT_THAT(one("{expr: '1'}"), ElementsAre(HasSubstr("one of 'record' or 'alert' must be set")));
  EXPECT_THAT(one("{record: r}"), ElementsAre(HasSubstr("field 'expr' must be set in rule")));
  EXPECT_THAT(one("{record: r, expr: '1', for: 1m}"),
              ElementsAre(HasSubstr("invalid field 'for' in recording rule")));
  EXPECT_THAT(one("{record: r, expr: '1', keep_firing_for: 1m}"),
              ElementsAre(HasSubstr("invalid field 'keep_firing_for' in recording rule")));
  EXPECT_THAT(one("{record: r, expr: '1', annotations: {a: b}}"),
              ElementsAre(HasSubstr("invalid field 'annotations' in recording rule")));
  EXPECT_THAT(one("{record: 'r{a=\"b\"}', expr: '1'}"),
              ElementsAre(HasSubstr("braces present in the recording rule name")));
  EXPECT_THAT(one("{record: r, expr: '1', labels: {__name__: x}}"),
              ElementsAre(HasSubstr("invalid label name: __name__")));
  EXPECT_THAT(one("{alert: a, expr: '1', annotations: {s: '{{ $x }}'}}"),
              ElementsAre(HasSubstr("annotation \"s\": error parsing template __alert_a: "
                                    "template: __alert_a:1: undefined variable \"$x\"")));
  EXPECT_THAT(one("{alert: a, expr: '1', for: 1.5h}"),
              ElementsAre(HasSubstr("not a valid duration string: \"1.5h\"")));
  EXPECT_THAT(one("{alert: a, expr: 'x[5m]'}"),
              ElementsAre(HasSubstr("not a vector or scalar but a range vector")));
  EXPECT_THAT(one("{alert: a, exrp: '1', expr: '1'}"),
              ElementsAre(HasSubstr("exrp: unknown key (did you mean expr?)")));
}

TEST(RuleFile, WantsGroupsWithNamesOfTheirOwn) {
  EXPECT_THAT(Problems("groups: [{rules: []}]"),
              ElementsAre(HasSubstr("Groupname must not be empty")));
  EXPECT_THAT(Problems("groups: [{name: a}, {name: a}]"),
              ElementsAre(HasSubstr("groupname: \"a\" is repeated in the same file")));
  EXPECT_THAT(Problems("group: []"), ElementsAre(HasSubstr("unknown key")));
  EXPECT_THAT(Problems(""), IsEmpty());
}

TEST(RuleFile, WarnsOfTheSameRuleTwice) {
  std::vector<yaml::Diagnostic> problems, warnings;
  ParseRuleFile("groups: [{name: g, rules: [{record: r, expr: '1'}, {record: r, expr: '2'}]}]",
                "r.yml", problems, warnings);
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(warnings.size(), 1u);
}

TEST(RuleFiles, AreFoundByPatternsAndSorted) {
  base::TempFolder folder("rules");
  std::ofstream(folder.File("b.yml")) << "groups: [{name: b}]";
  std::ofstream(folder.File("a.yml")) << "groups: [{name: a}]";
  const auto loaded = LoadRuleFiles({folder.File("*.yml"), folder.File("none*.yml")});
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->files, 2u);
  EXPECT_EQ(loaded->groups[0].name, "a");
  EXPECT_EQ(loaded->groups[1].name, "b");
}

TEST(RuleFiles, NameEveryFault) {
  base::TempFolder folder("rules");
  std::ofstream(folder.File("a.yml")) << "groups: [{name: ''}]";
  const auto loaded = LoadRuleFiles(
      {folder.File("a.yml"), folder.File("none.yml"), folder.path(), folder.path() + "*"});
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message, HasSubstr(folder.path() + ": is a folder"));
  EXPECT_THAT(loaded.error().message, HasSubstr("none.yml: no such file"));
  EXPECT_THAT(loaded.error().message, HasSubstr("a.yml:1:"));
}

}  // namespace
}  // namespace vedette::rules
