#include "yaml/reader.h"

#include <gtest/gtest.h>

namespace vedette::yaml {
namespace {

std::optional<std::string> Environment(std::string_view name) {
  if (name == "HOME_DIR") return "/srv";
  return std::nullopt;
}

std::vector<std::string> Problems(std::string_view text,
                                  const std::function<void(YamlReader&)>& body) {
  std::vector<Diagnostic> problems;
  const EnvironmentLookup environment = Environment;
  ReadYaml(text, environment, problems, body);
  std::vector<std::string> out;
  for (const Diagnostic& problem : problems) out.push_back(problem.ToString("f.yaml"));
  return out;
}

TEST(YamlReader, NamesAnUnknownKeyWithItsPlaceAndASuggestion) {
  const auto problems = Problems("storage:\n  retenton: 1h\n", [](YamlReader& root) {
    root.ReadSection("storage", [](YamlReader& storage) {
      base::Duration retention{};
      storage.Read("retention", retention);
    });
  });

  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0], "f.yaml:2:3: storage.retenton: unknown key (did you mean retention?)");
}

TEST(YamlReader, ReportsADuplicateKeyAtItsSecondPlace) {
  const auto problems = Problems("a: 1\na: 2\n", [](YamlReader& root) {
    std::string a;
    root.Read("a", a);
  });

  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0], "f.yaml:2:1: a: stands here twice");
}

TEST(YamlReader, RefusesValuesOfTheWrongTypeOrRange) {
  const struct {
    const char* text;
    const char* want;
  } cases[] = {
      {"n: x", "f.yaml:1:4: n: \"x\" is no whole number from 1 to 9"},
      {"n: 10", "f.yaml:1:4: n: \"10\" is no whole number from 1 to 9"},
      {"n: 5 apples", "f.yaml:1:4: n: \"5 apples\" is no whole number from 1 to 9"},
      {"n: [1]", "f.yaml:1:4: n: must be a single value"},
      {"b: no", "f.yaml:1:4: b: \"no\" is no boolean (write true or false)"},
      {"d: 5", "f.yaml:1:4: d: \"5\" is no duration: write for instance 90s, 5m or 1h30m"},
      {"c: red", "f.yaml:1:4: c: \"red\" is not one of: blue, green"},
      {"l: x", "f.yaml:1:4: l: must be a list"},
      {"[1, 2]", "f.yaml:1:1: the file must be a mapping of keys to values"},
  };
  for (const auto& [text, want] : cases) {
    const auto problems = Problems(text, [](YamlReader& root) {
      int64_t n = 0;
      bool b = false;
      base::Duration d{};
      size_t c = 0;
      std::vector<std::string> l;
      root.Read("n", n, 1, 9);
      root.Read("b", b);
      root.Read("d", d);
      root.ReadChoice("c", {"blue", "green"}, c);
      root.Read("l", l);
    });
    ASSERT_EQ(problems.size(), 1u) << text;
    EXPECT_EQ(problems[0], want);
  }
}

TEST(YamlReader, KeepsDefaultsOfAbsentKeys) {
  std::string name = "default";
  const auto problems = Problems("", [&](YamlReader& root) { root.Read("name", name); });

  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(name, "default");
}

TEST(YamlReader, ExpandsTheEnvironment) {
  std::string a, b, c;
  const auto problems =
      Problems("a: ${HOME_DIR}/data\nb: ${NONE:-x}\nc: $$5", [&](YamlReader& root) {
        root.Read("a", a);
        root.Read("b", b);
        root.Read("c", c);
      });

  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(a, "/srv/data");
  EXPECT_EQ(b, "x");
  EXPECT_EQ(c, "$5");
}

TEST(YamlReader, TakesScalarsAsTheyStandWithoutAnEnvironment) {
  std::vector<Diagnostic> problems;
  std::string a;
  ReadYaml("a: $${HOME_DIR}", {}, problems, [&](YamlReader& root) { root.Read("a", a); });

  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(a, "$${HOME_DIR}");
}

TEST(YamlReader, TakesMultiplicationsForNoAliases) {
  std::string text = "a: |\n";
  for (int i = 0; i < 200; ++i) text += "  x *100\n  *y\n";
  std::string a;
  const auto problems = Problems(text, [&](YamlReader& root) { root.Read("a", a); });

  EXPECT_TRUE(problems.empty());
}

TEST(YamlReader, NamesAVariableThatIsNotSet) {
  const auto problems = Problems("a: ${NONE}", [](YamlReader& root) {
    std::string a;
    root.Read("a", a);
  });

  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0],
            "f.yaml:1:4: a: the environment has no NONE: set it, or write ${NONE:-default}");
}

TEST(YamlReader, GivesTheLineOfASyntaxError) {
  const auto problems = Problems("a: 1\nb: [1, 2\nc: }\n", [](YamlReader&) {});

  ASSERT_EQ(problems.size(), 1u);
  EXPECT_TRUE(problems[0].starts_with("f.yaml:")) << problems[0];
}

TEST(YamlReader, TakesManyAliases) {
  std::string text = "a: [&v x";
  for (int i = 0; i < 1000; ++i) text += ", *v";
  std::vector<std::string> a;
  const auto problems = Problems(text + "]", [&](YamlReader& root) { root.Read("a", a); });

  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(a.size(), 1001u);
}

TEST(YamlReader, MergesMappingsThatAMergeKeyNames) {
  constexpr const char* kText = R"(
base: &base {x: "1", y: "2"}
more: &more {<<: *base, z: "3"}
one: {<<: *more, x: own}
two: {<<: [{y: first}, *more]}
texts: {<<: *base, w: "4"}
)";
  std::vector<std::string> seen;
  const auto read = [&](YamlReader& root, const std::string& key) {
    root.ReadTexts(key, [&](const std::string& name, const std::string& value) {
      seen.push_back(key + "." + name + "=" + value);
    });
  };
  std::string x, y, z;
  const auto problems = Problems(kText, [&](YamlReader& root) {
    for (const std::string key : {"base", "more", "two", "texts"}) read(root, key);
    root.ReadSection("one", [&](YamlReader& one) {
      one.Read("x", x);
      one.Read("y", y);
      one.Read("z", z);
      EXPECT_EQ(one.line(), 4);
    });
  });

  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(x + y + z, "own23");
  EXPECT_EQ(seen, (std::vector<std::string>{"base.x=1", "base.y=2", "more.z=3", "more.x=1",
                                            "more.y=2", "two.y=first", "two.z=3", "two.x=1",
                                            "texts.w=4", "texts.x=1", "texts.y=2"}));
}

TEST(YamlReader, RefusesAMergeKeyThatNamesNoMapping) {
  const auto problems = Problems("a: {<<: 1, x: 2}\nb: &b {<<: *b}\n", [](YamlReader& root) {
    std::string x;
    root.ReadSection("a", [&](YamlReader& a) { a.Read("x", x); });
  });

  ASSERT_FALSE(problems.empty());
}

TEST(YamlReader, RefusesAnAliasBomb) {
  std::string bomb = "a: &a [x, x]\n";
  for (char c = 'b'; c < 'z'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) bomb += "*" + std::string(1, static_cast<char>(c - 1)) + ", ";
    bomb += "1]\n";
  }

  const auto problems = Problems(bomb, [](YamlReader&) { FAIL() << "must not be read"; });

  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0], "f.yaml: aliases unfold to more than 1000000 values");
}

TEST(YamlReader, RefusesASecondDocument) {
  const auto nothing = [](YamlReader&) { FAIL() << "it is not to be read"; };

  const auto problems = Problems("# settings\n---\na: 1\n---\nb: 2\n", nothing);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(
      problems[0],
      "f.yaml:4:1: a second document begins here, and only one is read (remove the line ---)");

  for (const char* one : {"---\na: 1\n", "a: 1\n...\n", "a: |\n  ---\n"}) {
    std::string a;
    EXPECT_TRUE(Problems(one, [&](YamlReader& root) { root.Read("a", a); }).empty()) << one;
  }
}

TEST(YamlReader, RefusesWhatIsNotUtf8) {
  const auto problems =
      Problems("a: 1\nb: \"\u00fc\xff\"\n", [](YamlReader&) { FAIL() << "it is not to be read"; });

  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0], "f.yaml:2:6: the file is not valid UTF-8 here");
}

TEST(YamlReader, ReportsAProblemOfAValueBelow) {
  const auto problems =
      Problems("l: [a,\n  b]\nm:\n  - n: 1\n  - n: 2\nx.y: 1\n", [](YamlReader& r) {
        for (const char* path :
             {"l[1]", "m[1].n", "m[1].none", "m[7].n", "l[x]", "l.a", "x.y", "l["}) {
          r.Problem(path, "no");
        }
      });

  ASSERT_GE(problems.size(), 8u);
  EXPECT_EQ(problems[0], "f.yaml:2:3: l[1]: no");
  EXPECT_EQ(problems[1], "f.yaml:5:8: m[1].n: no");
  EXPECT_EQ(problems[2], "f.yaml:5:5: m[1].none: no");
  EXPECT_EQ(problems[3], "f.yaml:4:3: m[7].n: no");
  EXPECT_EQ(problems[4], "f.yaml:1:4: l[x]: no");
  EXPECT_EQ(problems[5], "f.yaml:1:4: l.a: no");
  EXPECT_EQ(problems[6], "f.yaml:6:6: x.y: no");
  EXPECT_EQ(problems[7], "f.yaml:1:4: l[: no");
}

}  // namespace
}  // namespace vedette::yaml
