#include "sources/events/parser.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace vedette::sources::events {
namespace {

constexpr base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

std::string Show(const model::Event& event) {
  std::string out = fmt::format("{} {} {} {} [{}] {} {}", base::ToMillis(event.time),
                                model::SeverityName(event.severity), event.service, event.type,
                                event.id, event.message, event.data_json);
  for (const auto& [name, value] : event.labels) out += fmt::format(" {}={}", name, value);
  return out;
}

std::string Read(const std::string& body, const ParseOptions& options = {}) {
  const auto parsed = Parse(body, kNow, options);
  if (!parsed.ok()) return parsed.error().message;
  EXPECT_EQ(parsed->events.size() + parsed->rejected.size(), parsed->items);
  std::string out;
  for (size_t i = 0; i < parsed->events.size(); ++i) {
    out += fmt::format("{}: {}\n", parsed->indexes[i], Show(parsed->events[i]));
  }
  for (const auto& rejection : parsed->rejected) {
    out += fmt::format("{}! {}: {}\n", rejection.index, rejection.field, rejection.message);
  }
  return out;
}

TEST(Events, ReadsOneObjectAListAndAWrappedList) {
  const std::string item = R"({"service":"api","type":"deployment"})";
  const std::string want = "1700000000000 info api deployment []  {}\n";
  EXPECT_EQ(Read(item), "0: " + want);
  EXPECT_EQ(Read("[" + item + "," + item + "]"), "0: " + want + "1: " + want);
  EXPECT_EQ(Read(R"({"events":[)" + item + "]}"), "0: " + want);
}

TEST(Events, KnowsItsFieldsAndTheirOtherNames) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"source":"jobs","event_type":"job_result"})",
       "1700000000000 info jobs job_result []  {}"},
      {R"({"source":"ci","service":"api","type":"t"})",
       "1700000000000 info api t []  {} source=ci"},
      {R"({"service":"api","source":"ci","type":"t"})",
       "1700000000000 info api t []  {} source=ci"},
      {R"({"service":"a","type":"t","id":"x-1","time":1700000005,"message":"hi"})",
       "1700000005000 info a t [x-1] hi {}"},
      {R"({"service":"a","type":"t","id":17,"timestamp":"2023-11-14T22:13:20Z"})",
       "1700000000000 info a t [17]  {}"},
      {R"({"service":"a","type":"t","severity":"CRITICAL"})", "1700000000000 critical a t []  {}"},
      {R"({"service":"a","type":"t","level":"warn"})", "1700000000000 warning a t []  {}"},
      {R"({"service":"a","type":"t","level":"error"})", "1700000000000 critical a t []  {}"},
      {R"({"service":"a","type":"t","status":"failed"})",
       "1700000000000 critical a t []  {} status=failed"},
      {R"({"service":"a","type":"t","status":"failed","severity":"info"})",
       "1700000000000 info a t []  {} status=failed"},
      {R"({"service":"a","type":"t","status":404})", "1700000000000 info a t []  {} status=404"},
      {R"({"service":"a","type":"t","data":{ "k" : [1, {"x":null}], "s":"\u00e9\"" }})",
       "1700000000000 info a t []  {\"k\":[1,{\"x\":null}],\"s\":\"\xC3\xA9\\\"\"}"},
      {R"({"service":"a","type":"t","labels":{"env":"prod","n":1},"region":"eu","metadata":{"a":1}})",
       "1700000000000 info a t []  {} env=prod n=1 region=eu metadata={\"a\":1}"},
  };
  for (const auto& [body, want] : cases) EXPECT_EQ(Read(body), "0: " + want + "\n") << body;
}

TEST(Events, NamesTheBadItemsAndKeepsTheGood) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"type":"t"})", "service: is required"},
      {R"({"service":"a"})", "type: is required"},
      {R"({"service":"a","type":["t"]})", "type: must be a text"},
      {R"({"service":"a","type":"t","id":true})", "id: must be a text"},
      {R"({"service":"a","type":"t","id":"12345"})", "id: has 5 bytes; the limit is 4"},
      {R"({"service":"a","type":"t","severity":"purple"})",
       "severity: \"purple\" is none of info, warning, critical"},
      {R"({"service":"a","type":"t","time":"soon"})",
       "time: must be RFC 3339 or a number of seconds or milliseconds since 1970"},
      {R"({"service":"a","type":"t","data":"text"})", "data: must be an object"},
      {R"({"service":"a","type":"t","data":{"a":"0123456789"}})",
       "data: has 18 bytes; the limit is 16"},
      {R"({"service":"a","type":"t","data":{"a":{"b":{}}}})",
       "data: is nested deeper than 2 levels"},
      {R"({"service":"a","type":"t","message":"0123456789"})",
       "message: has 10 bytes; the limit is 9"},
      {R"({"service":"a","type":"t","labels":{"b":1,"c":2,"d":3}})", ": more than 2 fields"},
      {"null", ": must be an object"},
  };
  const ParseOptions tight{.items = {.depth_max = 2},
                           .fields_max = 2,
                           .id_bytes_max = 4,
                           .message_bytes_max = 9,
                           .data_bytes_max = 16};
  const std::string good = R"({"service":"a","type":"t"})";
  const std::string stored = "1700000000000 info a t []  {}\n";
  for (const auto& [item, want] : cases) {
    EXPECT_EQ(Read("[" + good + "," + item + "," + good + "]", tight),
              "0: " + stored + "2: " + stored + "1! " + want + "\n");
  }
}

TEST(Events, RefusesBrokenDataEvenWhereNobodyLooks) {
  EXPECT_NE(Read(R"({"service":"a","type":"t","data":{"a":nope}})").find("no valid JSON"),
            std::string::npos);
  EXPECT_NE(Read(R"([{"service":"a","type":"t"},{"service":"a")").find("no valid JSON"),
            std::string::npos);
}

TEST(Events, BoundsTheItems) {
  EXPECT_EQ(Read(R"([{},{},{}])", {.items = {.items_max = 2}}), "more than 2 items in one request");
}

}  // namespace
}  // namespace vedette::sources::events
