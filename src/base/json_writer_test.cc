#include "base/json_writer.h"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/random.h"

namespace vedette::base {
namespace {

std::string Escaped(std::string_view text) {
  std::string out;
  AppendJsonEscaped(out, text);
  return out;
}

TEST(JsonWriter, PlacesCommasAndNests) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Field("a", 1).Key("b").BeginArray().Value(true).Null().BeginObject();
  json.EndObject().EndArray().Field("c", "x").EndObject();

  EXPECT_EQ(out, R"({"a":1,"b":[true,null,{}],"c":"x"})");
}

TEST(JsonWriter, EscapesControlCharactersAndReplacesInvalidUtf8) {
  EXPECT_EQ(Escaped("a\"b\\c\n\t\x01"), "a\\\"b\\\\c\\n\\t\\u0001");
  EXPECT_EQ(Escaped("\x7f"), "\\u007f");
  EXPECT_EQ(Escaped("caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(Escaped("\xC3"), "\xEF\xBF\xBD");
  EXPECT_EQ(Escaped("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(Escaped(std::string_view("a\0b", 3)), "a\\u0000b");
}

TEST(JsonWriter, WritesWhatIsNoNumberAsNull) {
  std::string out;
  JsonWriter(out).BeginArray().Value(std::nan("")).Value(HUGE_VAL).Value(-HUGE_VAL).EndArray();

  EXPECT_EQ(out, "[null,null,null]");
}

TEST(JsonWriter, WritesAnEmptyOptionalAsNull) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Field("none", std::optional<double>()).Field("some", std::optional(1.5));
  json.Field("no_text", NullIfEmpty("")).Field("text", NullIfEmpty("a")).EndObject();

  EXPECT_EQ(out, R"({"none":null,"some":1.5,"no_text":null,"text":"a"})");
}

TEST(JsonWriter, WritesTimesAsRfc3339) {
  std::string out;
  JsonWriter(out).Value(std::optional(FromMillis(1'700'000'000'123)));

  EXPECT_EQ(out, R"("2023-11-14T22:13:20.123Z")");
}

TEST(JsonWriter, WritesContainersAsArraysAndPairsAsObjects) {
  using Numbers = std::vector<int64_t>;
  struct Label {
    std::string_view name;
    std::string_view value;
  };
  std::string out;
  JsonWriter json(out);
  json.BeginArray().Value(Numbers()).Value(Numbers{1, 2}).Value(std::set<std::string>{"a\"b"});
  json.Value(std::map<std::string, Numbers>{{"x", {3}}, {"y", {}}});
  json.Value(std::vector<std::pair<std::string, bool>>{{"z", true}});
  json.Value(std::vector<Label>{{"job", "api"}}).EndArray();

  EXPECT_EQ(out, R"([[],[1,2],["a\"b"],{"x":[3],"y":[]},{"z":true},{"job":"api"}])");
}

TEST(JsonWriter, NumbersReadBackExactly) {
  Random random(7);
  for (int i = 0; i < 20'000; ++i) {
    const double number = std::bit_cast<double>(random.Next());
    if (!std::isfinite(number)) continue;
    std::string out;
    AppendJsonNumber(out, number);
    const Result<Json> read = ParseJson(out);
    ASSERT_TRUE(read.ok()) << out;
    EXPECT_EQ(read->get<double>(), number) << out;
  }
}

TEST(JsonWriter, KeepsLargeNumbersOutOfIntegerForm) {
  std::string out;
  AppendJsonNumber(out, 18446744073709551616.0);

  EXPECT_NE(out.find('e'), std::string::npos) << out;
}

TEST(ParseJson, RefusesDeepNestingBeforeItRecurses) {
  EXPECT_TRUE(ParseJson(std::string(64, '[') + std::string(64, ']')).ok());
  const Result<Json> deep = ParseJson(std::string(100'000, '['));
  ASSERT_FALSE(deep.ok());
  EXPECT_EQ(deep.error().message, "JSON nests deeper than 64 levels at byte 64");
}

TEST(ParseJson, NamesThePlaceOfAnError) {
  const Result<Json> bad = ParseJson("{\"a\": }");

  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().message, "invalid JSON at byte 7");
}

}  // namespace
}  // namespace vedette::base
