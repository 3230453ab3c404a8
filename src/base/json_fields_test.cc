#include "base/json_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::base {
namespace {

enum class Colour { kRed, kBlue };
std::string_view EnumName(Colour colour) {
  constexpr std::string_view kNames[] = {"red", "blue"};
  const auto index = static_cast<size_t>(colour);
  return index < std::size(kNames) ? kNames[index] : std::string_view();
}

struct Leaf {
  std::string text;
  double number = 0;
};
template <typename Archive>
void Fields(Archive& archive, Leaf& leaf) {
  archive("text", leaf.text);
  archive("number", leaf.number);
}

struct Tree {
  std::vector<Leaf> leaves;
  std::map<std::string, Leaf> by_name;
  std::set<std::string> names;
  std::optional<Leaf> best;
  std::optional<int64_t> none;
  Colour colour = Colour::kRed;
  bool old = false;
  int64_t age = 0;
  TimePoint planted{};
};
template <typename Archive>
void Fields(Archive& archive, Tree& tree) {
  archive("leaves", tree.leaves);
  archive("by_name", tree.by_name);
  archive("names", tree.names);
  archive("best", tree.best);
  archive("none", tree.none);
  archive("colour", tree.colour);
  archive("old", tree.old);
  archive("age", tree.age);
  archive.Since("planted", tree.planted);
}

std::string TextOf(Tree tree) {
  JsonOut out;
  Fields(out, tree);
  return out.Finish();
}

TEST(JsonFields, ATreeIsAnObjectOfItsFieldsInTheirOrder) {
  const Tree tree{.leaves = {{"a", 1}, {"b", 0.5}},
                  .by_name = {{"x", {"c", -2}}},
                  .names = {"m", "n"},
                  .best = Leaf{"d", 1e300},
                  .none = {},
                  .colour = Colour::kBlue,
                  .old = true,
                  .age = -7,
                  .planted = FromMillis(1'790'000'000'000)};
  EXPECT_EQ(TextOf(tree),
            R"({"leaves":[{"text":"a","number":1.0},{"text":"b","number":0.5}],)"
            R"("by_name":[["x",{"text":"c","number":-2.0}]],"names":["m","n"],)"
            R"("best":{"text":"d","number":1e+300},"none":null,"colour":"blue","old":true,)"
            R"("age":-7,"planted":1790000000000})");
  EXPECT_EQ(TextOf({}), R"({"leaves":[],"by_name":[],"names":[],"best":null,"none":null,)"
                        R"("colour":"red","old":false,"age":0,"planted":0})");
}

// What was decided is compared by its text, also with that of versions that wrote it otherwise.
TEST(JsonFields, ItsTextIsThatOfTheParsedValue) {
  Tree tree;
  for (int c = 0; c < 256; ++c)
    tree.leaves.push_back({std::string(3, static_cast<char>(c)), 0.1 * c});
  for (const char* text :
       {"", "\"", "\\", "a\nb", "gr\xc3\xbc\xc3\x9f", "\xff", "{\"a\":1}", "\x7f"}) {
    tree.leaves.push_back({text, 3.0});
    tree.by_name[text] = {text, -0.0};
  }
  const std::string text = TextOf(tree);
  const Result<Json> parsed = ParseJson(text);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(DumpJson(*parsed), text);
}

TEST(JsonFields, IsReadBackAsItWas) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Tree tree{.leaves = {{"tab\t", kInfinity}, {"\"", -kInfinity}, {"", 0.1}},
                  .by_name = {{"x\n", {"c", 3}}},
                  .names = {},
                  .best = {},
                  .none = 4,
                  .colour = Colour::kBlue};
  const std::string text = TextOf(tree);
  const Result<Json> parsed = ParseJson(text);
  ASSERT_TRUE(parsed.ok());
  JsonIn in(*parsed);
  Tree back;
  Fields(in, back);
  ASSERT_TRUE(in.result().ok()) << in.result().error().message;
  EXPECT_EQ(TextOf(back), text);
  EXPECT_EQ(back.leaves[0].number, kInfinity);
  EXPECT_EQ(back.by_name.at("x\n").number, 3);
}

}  // namespace
}  // namespace vedette::base
