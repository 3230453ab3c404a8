#include "sources/json_items/reader.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace vedette::sources::json_items {
namespace {

// What `read` makes of the field "x" of one object; an error as its message.
template <typename ReadValue>
std::string OfX(const std::string& json, const ReadValue& read_value) {
  std::string out;
  std::vector<Rejection> rejected;
  const ItemReader read = [&](size_t, Object& item) {
    return ForEachField(item,
                        [&](std::string_view, Value value) -> base::Result<std::optional<Problem>> {
                          VEDETTE_TRY(out, read_value(value));
                          return std::optional<Problem>();
                        });
  };
  const auto items = ReadDocument("{\"x\":" + json + "}", "", {}, read, rejected);
  return items.ok() ? out : items.error().message;
}

std::string Time(const std::string& json) {
  return OfX(json, [](Value& value) -> base::Result<std::string> {
    VEDETTE_TRY(const std::optional<base::TimePoint> time, TimeOf(value));
    return time ? std::to_string(base::ToMillis(*time)) : "none";
  });
}

std::string Compact(const std::string& json) {
  return OfX(json, [](Value& value) -> base::Result<std::string> {
    std::string text;
    VEDETTE_TRY(const bool complete, AppendJson(value, 3, text));
    return complete ? text : "too deep";
  });
}

TEST(TimeOf, TellsTheUnitOfANumberByItsSize) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"0", "0"},
      {"1700000000", "1700000000000"},
      {"1700000000.0005", "1700000000001"},
      {"1700000000123", "1700000000123"},
      {"1700000000123456", "1700000000123"},
      {"1700000000123456789", "1700000000123"},
      {"\"1700000000\"", "1700000000000"},
      {"\"2023-11-14T23:13:20.123+01:00\"", "1700000000123"},
      {"\"2023-11-14\"", "none"},
      {"\"1969-12-31T23:59:59Z\"", "none"},
      {"-1", "none"},
      {"1e300", "none"},
      {"true", "none"},
      {"{}", "none"},
  };
  for (const auto& [json, want] : cases) EXPECT_EQ(Time(json), want) << json;
}

TEST(AppendJson, CopiesEveryKindOfValueWithoutBlanks) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {" [ 1 , -0.5e+3 , true , false , null , \"a\\u0041\\/\\n\" , { } , [ ] ] ",
       "[1,-0.5e+3,true,false,null,\"aA/\\n\",{},[]]"},
      {"{ \"a\" : { \"b\\\"\" : [ 1 ] } }", "{\"a\":{\"b\\\"\":[1]}}"},
      {"[[[1]]]", "[[[1]]]"},
      {"[[[[1]]]]", "too deep"},
      {"{\"a\":[{\"b\":{}}]}", "too deep"},
      {"18446744073709551616", "18446744073709551616"},
      {"[1e308, 1E309, -2.5e5555556, 1e-999, 0e999]",
       "[1e308,\"1E309\",\"-2.5e5555556\",1e-999,0e999]"},
  };
  for (const auto& [json, want] : cases) EXPECT_EQ(Compact(json), want) << json;
}

TEST(AppendJson, RefusesWhatOnlyLooksLikeAValue) {
  for (const std::string json : {"01", "1.", ".5", "-", "1e", "+1", "nul", "truely", "[1 2]", "[,]",
                                 "{\"a\"}", "{1:2}", "\"\\q\"", "NaN"}) {
    EXPECT_NE(Compact(json).find("no valid JSON"), std::string::npos) << json;
  }
}

TEST(LooksLikeLines, NeedsAWholeObjectOnTheFirstLineAndAnotherBehindIt) {
  EXPECT_TRUE(LooksLikeLines("{\"a\":1}\n{\"a\":2}"));
  EXPECT_TRUE(LooksLikeLines(" \n{\"a\":1}\r\n\r\n{"));
  EXPECT_FALSE(LooksLikeLines("{\"a\":1}\n"));
  EXPECT_FALSE(LooksLikeLines("{\n\"a\":1}"));
  EXPECT_FALSE(LooksLikeLines("[{}\n{}]"));
  EXPECT_FALSE(LooksLikeLines(""));
}

TEST(ReadDocument, CountsWhatIsNoObjectToo) {
  const ItemReader none = [](size_t, Object&) { return std::optional<Problem>(); };
  const Options options{.items_max = 3};
  std::vector<Rejection> rejected;
  EXPECT_EQ(ReadDocument("[1,1,1]", "", options, none, rejected).value(), 3u);
  EXPECT_EQ(rejected.size(), 3u);

  const auto more = ReadDocument("[1,1,1,1]", "", options, none, rejected);

  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().message, "more than 3 items in one request");
  EXPECT_EQ(more.error().field, "limits.items_per_request");
}

}  // namespace
}  // namespace vedette::sources::json_items
