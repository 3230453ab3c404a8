#include "sources/logs/parser.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/random.h"

namespace vedette::sources::logs {
namespace {

constexpr base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

std::string Show(const model::LogRecord& record) {
  std::string out =
      fmt::format("{} {} {}: {}", base::ToMillis(record.time), model::LogSeverityName(record.level),
                  record.service, record.message);
  if (!record.trace_id.empty()) out += " trace=" + record.trace_id;
  for (const auto& [name, value] : record.fields) out += fmt::format(" {}={}", name, value);
  return out;
}

// The records, then the rejections, a line for each; an error as its message.
std::string Read(const std::string& body, const ParseOptions& options = {},
                 std::string_view content_type = "application/json") {
  const auto parsed = Parse(body, content_type, kNow, options);
  if (!parsed.ok()) {
    EXPECT_EQ(parsed.error().code, base::ErrorCode::kInvalidArgument);
    return parsed.error().message;
  }
  EXPECT_EQ(parsed->records.size() + parsed->rejected.size(), parsed->items);
  EXPECT_EQ(parsed->records.size(), parsed->indexes.size());
  std::string out;
  for (size_t i = 0; i < parsed->records.size(); ++i) {
    out += fmt::format("{}: {}\n", parsed->indexes[i], Show(parsed->records[i]));
  }
  for (const auto& rejection : parsed->rejected) {
    out += fmt::format("{}! {}: {}\n", rejection.index, rejection.field, rejection.message);
  }
  return out;
}

struct Case {
  std::string body;
  std::string want;
};

TEST(Logs, ReadsOneObjectAListAndAWrappedList) {
  const std::vector<Case> cases = {
      {R"({"service":"api","message":"hello"})", "0: 1700000000000 info api: hello\n"},
      {R"( [ {"service":"a","message":"x"} , {"message":"y","service":"b"} ] )",
       "0: 1700000000000 info a: x\n1: 1700000000000 info b: y\n"},
      {R"({"logs":[{"service":"a","message":"x"}]})", "0: 1700000000000 info a: x\n"},
      {R"({"sent":{"by":[1]},"logs":[{"service":"a","message":"x"}],"n":1})",
       "0: 1700000000000 info a: x\n"},
      {"[]", ""},
      {R"({"logs":[]})", ""},
      {"{\n  \"service\": \"a\",\n  \"message\": \"pretty\"\n}\n",
       "0: 1700000000000 info a: pretty\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(c.body), c.want) << c.body;
}

TEST(Logs, KnowsItsFieldsAndKeepsTheOthersAsText) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"("level":"WARN")", "1700000000000 warning a: m"},
      {R"("severity":"Critical")", "1700000000000 fatal a: m"},
      {R"("trace_id":"4bf9")", "1700000000000 info a: m trace=4bf9"},
      {R"("timestamp":"2023-11-14T22:13:21.5+00:00")", "1700000001500 info a: m"},
      {R"("time":1700000002)", "1700000002000 info a: m"},
      {R"("time":1700000002.25)", "1700000002250 info a: m"},
      {R"("ts":1700000003000)", "1700000003000 info a: m"},
      {R"("ts":1700000003000000000)", "1700000003000 info a: m"},
      {R"("@timestamp":"1700000004")", "1700000004000 info a: m"},
      {R"("time":null,"level":null)", "1700000000000 info a: m"},
      {R"("host":"h1","user_id":42,"ok":true,"ratio":1.50,"nothing":null)",
       "1700000000000 info a: m host=h1 user_id=42 ok=true ratio=1.50"},
      {R"("data":{"a":1,"b":{"c":[2,"x\n"]}},"fields":{"d":"e"})",
       "1700000000000 info a: m a=1 b={\"c\":[2,\"x\\n\"]} d=e"},
      {R"("fields":[1, 2 ,{}],"k":{"x" : 1e400})",
       "1700000000000 info a: m fields=[1,2,{}] k={\"x\":\"1e400\"}"},
      {R"("x":1,"data":{"x":2},"x":3)", "1700000000000 info a: m x=3"},
      {R"("big":123456789012345678901234567890)",
       "1700000000000 info a: m big=123456789012345678901234567890"},
      {R"("caf\u00e9":"\ud83d\ude00")", "1700000000000 info a: m caf\xC3\xA9=\xF0\x9F\x98\x80"},
  };
  for (const auto& [fields, want] : cases) {
    EXPECT_EQ(Read(R"({"service":"a","message":"m",)" + fields + "}"), "0: " + want + "\n");
  }
}

TEST(Logs, NamesTheBadItemsAndKeepsTheGood) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"message":"m"})", "service: is required"},
      {R"({"service":"","message":"m"})", "service: is required"},
      {R"({"service":"a"})", "message: is required"},
      {R"({"service":"a","message":null})", "message: is required"},
      {R"({"service":7,"message":"m"})", "service: must be a text"},
      {R"({"service":"a","message":{"x":[1,{"y":2}]}})", "message: must be a text"},
      {R"({"service":"a","message":"m","level":"loud"})",
       "level: \"loud\" is none of trace, debug, info, warning, error, fatal"},
      {R"({"service":"a","message":"m","level":30})", "level: must be a text"},
      {R"({"service":"a","message":"m","time":"yesterday"})",
       "time: must be RFC 3339 or a number of seconds or milliseconds since 1970"},
      {R"({"service":"a","message":"m","time":-5})",
       "time: must be RFC 3339 or a number of seconds or milliseconds since 1970"},
      {R"({"service":"a","message":"m","time":[1]})",
       "time: must be RFC 3339 or a number of seconds or milliseconds since 1970"},
      {R"({"service":"a","message":"m","":1})", ": a field has an empty name"},
      {R"({"service":"a","message":"12345678901"})", "message: has 11 bytes; the limit is 10"},
      {R"({"service":"a","message":"m","long_name":1})",
       ": a field name has 9 bytes; the limit is 8"},
      {R"({"service":"a","message":"m","b":1,"c":1,"data":{"d":1,"e":1}})", ": more than 3 fields"},
      {R"({"service":"a","message":"m","b":[[[1]]]})", "b: is nested deeper than 2 levels"},
      {R"("text")", ": must be an object"},
      {"[1,[2]]", ": must be an object"},
      {"7", ": must be an object"},
  };
  const ParseOptions tight{
      .items = {.depth_max = 2}, .fields_max = 3, .name_bytes_max = 8, .message_bytes_max = 10};
  for (const auto& [item, want] : cases) {
    const std::string good = R"({"service":"a","message":"ok"})";
    EXPECT_EQ(Read("[" + good + "," + item + "," + good + "]", tight),
              "0: 1700000000000 info a: ok\n2: 1700000000000 info a: ok\n1! " + want + "\n");
  }
}

TEST(Logs, RefusesABodyThatIsNoJson) {
  const std::string good = R"({"service":"a","message":"ok"})";
  for (const std::string& body : std::vector<std::string>{
           "[" + good, "[" + good + ",]", "[" + good + "]]", good + "x", good + good, "{", "[", "}",
           R"({"service" "a"})", R"({"service":"a","message":"m","x":tru})",
           R"({"service":"a","message":"m","x":01})", R"({"service":"a","message":"m","x":1.})",
           R"({"service":"a","message":"m","x":{"y":+1}})", R"({"service":"a","message":"\x"})",
           R"({"service":"a","message":"m","x":[1,2})", "{\"service\":\"a\",\"message\":\"\xFF\"}",
           "{\"service\":\"a\",\"message\":\"a\nb\"}", R"({"service":"a","message":"m)",
           "nonsense"}) {
    const std::string result = Read(body);
    EXPECT_TRUE(result.find("JSON") != std::string::npos ||
                result == "near byte 0: the body must be an object or a list of objects")
        << body << " gave " << result;
  }
  EXPECT_EQ(Read(""), "the body is empty");
  EXPECT_EQ(Read(" \n"), "the body is empty");
  EXPECT_EQ(Read("7"), "near byte 0: the body must be an object or a list of objects");
  EXPECT_EQ(Read("[" + good + "]]"), "near byte 32: there is text after the JSON document");
}

TEST(Logs, ReadsOneObjectPerLine) {
  const std::string lines =
      "{\"service\":\"a\",\"message\":\"1\"}\r\n\n{\"service\":\"a\"}\nno json\n"
      "{\"service\":\"a\",\"message\":\"2\"}";
  const std::string want =
      "0: 1700000000000 info a: 1\n3: 1700000000000 info a: 2\n1! message: is required\n2! : ";

  EXPECT_TRUE(Read(lines, {}, "application/x-ndjson").starts_with(want)) << Read(lines);
  EXPECT_TRUE(Read(lines, {}, "text/plain").starts_with(want)) << Read(lines);
  EXPECT_EQ(Read("{\"service\":\"a\",\"message\":\"1\"} {}", {}, "application/x-ndjson"),
            "0! : near byte 30: there is text after the JSON document\n");
  EXPECT_EQ(Read("\n\n", {}, "application/x-ndjson"), "the body is empty");
  EXPECT_EQ(Read("[]\n[{\"service\":\"a\",\"message\":\"1\"}]\n7\n", {}, "application/x-ndjson"),
            "0! : near byte 0: the line must be an object\n"
            "1! : near byte 0: the line must be an object\n"
            "2! : near byte 0: the line must be an object\n");
}

TEST(Logs, BoundsTheItemsAndTheBody) {
  const std::string item = R"({"service":"a","message":"m"})";
  EXPECT_EQ(Read("[" + item + "," + item + "," + item + "]", {.items = {.items_max = 2}}),
            "more than 2 items in one request");
  EXPECT_EQ(Read(item + "\n" + item + "\n" + item, {.items = {.items_max = 2}}),
            "more than 2 items in one request");
  EXPECT_EQ(Read(item, {.items = {.body_bytes_max = 10}}),
            "the body has 29 bytes; the limit is 10");
}

TEST(Logs, SurvivesHostileBodies) {
  const std::string deep(100'000, '[');
  EXPECT_NE(Read(deep).find("JSON"), std::string::npos);
  EXPECT_EQ(Read(deep + std::string(100'000, ']')), "0! : must be an object\n");
  EXPECT_EQ(Read(R"({"service":"a","message":"m","x":)" + deep + std::string(100'000, ']') + "}"),
            "0! x: is nested deeper than 32 levels\n");
  std::string keys = R"({"service":"a","message":"m")";
  for (int i = 0; i < 100; ++i) keys += fmt::format(",\"{:x}\":0", i);
  for (int i = 0; i < 1'000'000; ++i) keys += ",\"k\":0";
  EXPECT_EQ(Read(keys + "}"), "0! : more than 64 fields\n");
  EXPECT_EQ(Read(std::string(100 << 20, 'x')),
            "the body has 104857600 bytes; the limit is 33554432");
  EXPECT_EQ(Read(R"({"service":"a","message":")" + std::string(20 << 20, 'x') + "\"}"),
            "0! message: has 20971520 bytes; the limit is 65536\n");
}

TEST(Logs, SurvivesMutations) {
  const std::string body =
      R"([{"service":"a","message":"m\u00e9\n","time":1700000000.5,"x":{"y":[1,-2e3,true,null]}},)"
      R"({"service":"b","message":"n","level":"WARN","data":{"k":"v"},"z":"\ud83d\ude00"}])";
  base::Random random(9);
  for (int round = 0; round < 20'000; ++round) {
    std::string mutated = body;
    for (size_t i = random.Below(4); i > 0; --i) {
      constexpr std::string_view kBytes = "{}[]\",:\\\n 01eutx\xFF";
      mutated[random.Below(mutated.size())] = kBytes[random.Below(kBytes.size())];
    }
    mutated.resize(mutated.size() - random.Below(3));
    if (round % 2 == 0) mutated.reserve(mutated.size() + 64);
    if (Parse(mutated, round % 3 == 0 ? "application/x-ndjson" : "", kNow).ok()) continue;
  }
}

}  // namespace
}  // namespace vedette::sources::logs
