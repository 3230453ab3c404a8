#include "relabel/rules.h"

#include <gtest/gtest.h>

namespace vedette::relabel {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// The labels after some steps; "dropped" when they are not kept.
std::string Relabeled(const std::vector<Config>& configs, const Pairs& pairs) {
  const base::Result<Rules> rules = Rules::Compile(configs);
  if (!rules.ok()) return rules.error().message;
  const model::Labels start(pairs);
  model::LabelsBuilder labels(start);
  Texts texts;
  if (!Apply(*rules, labels, texts)) return "dropped";
  return labels.Build().ToString();
}

const Pairs kAbc = {{"a", "foo"}, {"b", "bar"}, {"c", "baz"}};

TEST(Relabel, ReplacesWithTheGroupsOfTheExpression) {
  EXPECT_EQ(Relabeled({{.source_labels = {"a"},
                        .target_label = "d",
                        .regex = "f(.*)",
                        .replacement = "ch${1}-ch${1}"}},
                      kAbc),
            R"({a="foo",b="bar",c="baz",d="choo-choo"})");
  EXPECT_EQ(Relabeled({{.source_labels = {"a", "b"},
                        .target_label = "${x}_${y}",
                        .regex = "(?P<x>.*);(?P<y>.*)",
                        .replacement = "$x.$2"}},
                      {{"a", "foo"}, {"b", "bar"}}),
            R"({a="foo",b="bar",foo_bar="foo.bar"})");
}

TEST(Relabel, ReadsTemplatesAsGoDoes) {
  const auto expand = [](std::string replacement) {
    return Relabeled({{.source_labels = {"a"},
                       .target_label = "d",
                       .regex = "(f)(o+)",
                       .replacement = std::move(replacement)}},
                     {{"a", "foo"}});
  };
  EXPECT_EQ(expand("$1x"), R"({a="foo"})");  // the group "1x" does not exist
  EXPECT_EQ(expand("${1}x"), R"({a="foo",d="fx"})");
  EXPECT_EQ(expand("$$1"), R"({a="foo",d="$1"})");
  EXPECT_EQ(expand("$-${"), R"({a="foo",d="$-${"})");
  EXPECT_EQ(expand("$0,$2,$9"), R"({a="foo",d="foo,oo,"})");
  EXPECT_EQ(expand("$2147483648"), R"({a="foo"})");
}

TEST(Relabel, MatchesTheWholeText) {
  const std::vector<Config> partly = {
      {.source_labels = {"a"}, .regex = "o", .action = Action::kDrop}};
  EXPECT_EQ(Relabeled(partly, kAbc), R"({a="foo",b="bar",c="baz"})");
  const std::vector<Config> either = {
      {.source_labels = {"a"}, .regex = "x|foo", .action = Action::kDrop}};
  EXPECT_EQ(Relabeled(either, kAbc), "dropped");
  EXPECT_EQ(Relabeled({{.source_labels = {"a"}, .regex = "foo.bar", .action = Action::kDrop}},
                      {{"a", "foo\nbar"}}),
            "dropped");
}

TEST(Relabel, LeavesLabelsAloneWhereNothingMatches) {
  EXPECT_EQ(Relabeled({{.source_labels = {"a"}, .target_label = "b", .regex = "x(.*)"}}, kAbc),
            R"({a="foo",b="bar",c="baz"})");
}

TEST(Relabel, AnEmptyReplacementRemovesTheLabel) {
  EXPECT_EQ(Relabeled({{.target_label = "b", .replacement = ""}}, kAbc), R"({a="foo",c="baz"})");
  EXPECT_EQ(Relabeled({{.source_labels = {"nothing"}, .target_label = "b"}}, kAbc),
            R"({a="foo",c="baz"})");
}

TEST(Relabel, JoinsSourcesWithTheSeparator) {
  EXPECT_EQ(
      Relabeled({{.source_labels = {"a", "none", "b"}, .separator = "/", .target_label = "d"}},
                kAbc),
      R"({a="foo",b="bar",c="baz",d="foo//bar"})");
  EXPECT_EQ(Relabeled({{.source_labels = {"a", "b"}, .target_label = "d"}}, kAbc),
            R"({a="foo",b="bar",c="baz",d="foo;bar"})");
}

TEST(Relabel, KeepsAndDrops) {
  EXPECT_EQ(Relabeled({{.source_labels = {"a"}, .regex = "f.*", .action = Action::kKeep}}, kAbc),
            R"({a="foo",b="bar",c="baz"})");
  EXPECT_EQ(Relabeled({{.source_labels = {"a"}, .regex = "b.*", .action = Action::kKeep}}, kAbc),
            "dropped");
  // A label that is not there is empty.
  EXPECT_EQ(Relabeled({{.source_labels = {"z"}, .regex = "", .action = Action::kDrop}}, kAbc),
            "dropped");
}

TEST(Relabel, ComparesLabels) {
  const Pairs same = {{"__port_name", "http"}, {"annotation", "http"}};
  EXPECT_EQ(Relabeled({{.source_labels = {"__port_name"},
                        .target_label = "annotation",
                        .action = Action::kDropEqual}},
                      same),
            "dropped");
  EXPECT_EQ(Relabeled({{.source_labels = {"a"}, .target_label = "b", .action = Action::kDropEqual}},
                      kAbc),
            R"({a="foo",b="bar",c="baz"})");
  EXPECT_NE(Relabeled({{.source_labels = {"__port_name"},
                        .target_label = "annotation",
                        .action = Action::kKeepEqual}},
                      same),
            "dropped");
  EXPECT_EQ(Relabeled({{.source_labels = {"a"}, .target_label = "b", .action = Action::kKeepEqual}},
                      kAbc),
            "dropped");
}

TEST(Relabel, HashesAsPrometheusDoes) {
  const auto shard = [](std::string value) {
    return Relabeled({{.source_labels = {"c"},
                       .target_label = "d",
                       .modulus = 1000,
                       .action = Action::kHashMod}},
                     {{"c", std::move(value)}});
  };
  EXPECT_EQ(shard("baz"), R"({c="baz",d="976"})");
  EXPECT_EQ(shard("foo\nbar"), "{c=\"foo\\nbar\",d=\"734\"}");
}

TEST(Relabel, MapsNames) {
  EXPECT_EQ(Relabeled({{.regex = "__meta_(ohai)_(.*)",
                        .replacement = "${1}_${2}",
                        .action = Action::kLabelMap}},
                      {{"__meta_ohai_os", "linux"}, {"a", "x"}}),
            R"({__meta_ohai_os="linux",a="x",ohai_os="linux"})");
}

TEST(Relabel, SelectsNames) {
  EXPECT_EQ(Relabeled({{.regex = "(b.*)", .action = Action::kLabelDrop}}, kAbc),
            R"({a="foo",c="baz"})");
  EXPECT_EQ(Relabeled({{.regex = "(b.*)", .action = Action::kLabelKeep}}, kAbc), R"({b="bar"})");
}

TEST(Relabel, ChangesCase) {
  EXPECT_EQ(
      Relabeled({{.source_labels = {"a"}, .target_label = "up", .action = Action::kUppercase},
                 {.source_labels = {"up"}, .target_label = "low", .action = Action::kLowercase}},
                {{"a", "bAr123Foo"}}),
      R"({a="bAr123Foo",low="bar123foo",up="BAR123FOO"})");
}

TEST(Relabel, TakesNamesInUtf8) {
  const base::Result<Rules> rules =
      Rules::Compile({{.source_labels = {"größe"}, .target_label = "日.本"}});
  ASSERT_TRUE(rules.ok());
  const model::Labels start(Pairs{{"größe", "x"}});
  model::LabelsBuilder labels(start);
  Texts texts;
  ASSERT_TRUE(Apply(*rules, labels, texts));
  EXPECT_EQ(labels.Build().Get("日.本"), "x");
}

TEST(Relabel, RunsStepsInOrder) {
  EXPECT_EQ(Relabeled({{.source_labels = {"a"}, .target_label = "b"},
                       {.source_labels = {"b"}, .regex = "foo", .action = Action::kDrop},
                       {.target_label = "never", .replacement = "x"}},
                      kAbc),
            "dropped");
}

struct BadCase {
  Config config;
  std::string field;
};

TEST(Relabel, RefusesWhatPrometheusRefusesAndNamesTheField) {
  const std::vector<BadCase> cases = {
      {{.source_labels = {"a"}}, "target_label"},
      {{.source_labels = {"a"}, .target_label = "b", .action = Action::kHashMod}, "modulus"},
      {{.source_labels = {"a"}, .action = Action::kLowercase}, "target_label"},
      {{.source_labels = {"a"},
        .target_label = "b",
        .replacement = "x",
        .action = Action::kUppercase},
       "replacement"},
      {{.target_label = "b", .regex = "x", .action = Action::kKeepEqual}, "regex"},
      {{.separator = ",", .target_label = "b", .action = Action::kDropEqual}, "separator"},
      {{.source_labels = {"a"}, .regex = "x", .action = Action::kLabelDrop}, "source_labels"},
      {{.target_label = "a", .regex = "x", .action = Action::kLabelKeep}, "target_label"},
      {{.regex = "x", .modulus = 2, .action = Action::kLabelKeep}, "modulus"},
      {{.replacement = "", .action = Action::kLabelMap}, "replacement"},
      {{.source_labels = {""}, .target_label = "b"}, "source_labels"},
      {{.target_label = "\xff"}, "target_label"},
      {{.source_labels = {"a"}, .regex = "(", .action = Action::kKeep}, "regex"},
      {{.source_labels = {"a"}, .regex = "(?<!x)y", .action = Action::kKeep}, "regex"},
  };
  for (const BadCase& bad : cases) {
    const base::Result<Rules> rules = Rules::Compile({Config{.target_label = "ok"}, bad.config});
    ASSERT_FALSE(rules.ok()) << bad.field;
    EXPECT_EQ(rules.error().field, bad.field) << rules.error().message;
    EXPECT_TRUE(rules.error().message.starts_with("step 2: ")) << rules.error().message;
  }
}

TEST(Relabel, ABigExpressionIsRefusedAndNotCompiled) {
  const Config bomb = {
      .source_labels = {"a"}, .regex = "((a{1000}){1000}){100}", .action = Action::kKeep};
  EXPECT_FALSE(Rules::Compile({bomb}).ok());
}

TEST(Relabel, KnowsActionsInAnyCase) {
  EXPECT_EQ(ParseAction("LabelMap"), Action::kLabelMap);
  EXPECT_EQ(ParseAction("replace_all"), std::nullopt);
  EXPECT_EQ(ActionName(Action::kDropEqual), "dropequal");
}

}  // namespace
}  // namespace vedette::relabel
