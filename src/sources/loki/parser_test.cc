#include "sources/loki/parser.h"

#include <gtest/gtest.h>
#include <snappy.h>

namespace vedette::sources::loki {
namespace {

std::string Field(const model::LogRecord& record, std::string_view name) {
  for (const auto& [key, value] : record.fields) {
    if (key == name) return value;
  }
  return "(none)";
}

void Put(std::string& out, char tag, const std::string& bytes) {
  out += tag;
  for (size_t size = bytes.size(); true; size >>= 7) {
    out += static_cast<char>(size < 128 ? size : (size & 127) | 128);
    if (size < 128) break;
  }
  out += bytes;
}

std::string Entry(std::string_view seconds, const std::string& line,
                  const std::string& metadata = {}) {
  std::string entry;
  Put(entry, '\x0A', std::string("\x08") + std::string(seconds));
  Put(entry, '\x12', line);
  if (!metadata.empty()) {
    std::string pair;
    Put(pair, '\x0A', metadata.substr(0, metadata.find('=')));
    Put(pair, '\x12', metadata.substr(metadata.find('=') + 1));
    Put(entry, '\x1A', pair);
  }
  return entry;
}

std::string Packed(const std::string& labels, const std::vector<std::string>& entries) {
  std::string stream;
  for (const std::string& entry : entries) Put(stream, '\x12', entry);
  Put(stream, '\x0A', labels);  // the labels may come last
  std::string request;
  Put(request, '\x0A', stream);
  std::string body;
  snappy::Compress(request.data(), request.size(), &body);
  return body;
}

TEST(Loki, ReadsJsonWithStructuredMetadata) {
  const auto parsed = ParseJson(R"({"streams":[{"stream":{"app":"shop","level":"warn"},"values":[
      ["1700000000123456789","first"],
      ["1700000001000000000","second",{"trace_id":"abc","user":"7","level":"error"}]]}]})");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  ASSERT_EQ(parsed->records.size(), 2U);
  const model::LogRecord& first = parsed->records[0];
  EXPECT_EQ(first.service, "shop");
  EXPECT_EQ(first.message, "first");
  EXPECT_EQ(base::ToMillis(first.time), 1700000000123);
  EXPECT_EQ(first.level, model::LogSeverity::kWarning);
  EXPECT_EQ(Field(first, "app"), "shop");
  EXPECT_EQ(Field(first, "level"), "(none)");
  const model::LogRecord& second = parsed->records[1];
  EXPECT_EQ(second.trace_id, "abc");
  EXPECT_EQ(second.level, model::LogSeverity::kError);
  EXPECT_EQ(Field(second, "user"), "7");
}

TEST(Loki, FindsLabelsBehindTheLines) {
  const auto parsed =
      ParseJson(R"({"streams":[{"values":[["1","x"]],"stream":{"service_name":"a","app":"b"}}]})");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  ASSERT_EQ(parsed->records.size(), 1U);
  EXPECT_EQ(parsed->records[0].service, "a");
}

TEST(Loki, ReadsProtobuf) {
  const auto parsed =
      ParseProtobuf(Packed(R"({container="app", pod="a\"b\\c"})",
                           {Entry("\x05", "one"), Entry("\x06", "two", "traceID=t1")}));
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  ASSERT_EQ(parsed->records.size(), 2U);
  EXPECT_EQ(parsed->records[0].service, "app");
  EXPECT_EQ(Field(parsed->records[0], "pod"), "a\"b\\c");
  EXPECT_EQ(base::ToMillis(parsed->records[0].time), 5000);
  EXPECT_EQ(parsed->records[1].message, "two");
  EXPECT_EQ(parsed->records[1].trace_id, "t1");
}

TEST(Loki, RefusesABadLineAlone) {
  const auto parsed = ParseJson(R"({"streams":[{"stream":{"a":"b"},"values":[
      ["1","good"],["x","bad time"],["2"],[3,"number"],["4",5],"no list",["5",""]]}]})");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->lines, 7U);
  EXPECT_EQ(parsed->refused, 5U);
  EXPECT_EQ(parsed->records.size(), 2U);
  EXPECT_EQ(parsed->records[0].service, "unknown_service");
  EXPECT_EQ(parsed->first_refusal,
            "stream 1, line 2: the timestamp is no number of nanoseconds since 1970");
}

TEST(Loki, RefusesAStreamWithBadLabelsAlone) {
  for (const char* labels :
       {"", "{", "{a}", "{a=}", "{a=\"b}", "{a=\"b\" c=\"d\"}", "{a=\"b\"} x", "{=\"b\"}"}) {
    const auto parsed = ParseProtobuf(Packed(labels, {Entry("\x05", "one")}));
    ASSERT_TRUE(parsed.ok()) << parsed.error().message;
    EXPECT_EQ(parsed->refused, 1U) << labels;
    EXPECT_TRUE(parsed->first_refusal.starts_with("stream 1, line 1: labels"))
        << parsed->first_refusal;
  }
}

TEST(Loki, RefusesBodiesThatAreNoPush) {
  EXPECT_FALSE(ParseJson("").ok());
  EXPECT_FALSE(ParseJson("{").ok());
  EXPECT_FALSE(ParseJson(R"({"streams":[{"stream":{}}]})").ok());
  EXPECT_FALSE(ParseJson(R"([1,2])").ok());
  EXPECT_FALSE(ParseProtobuf("").ok());
  EXPECT_FALSE(ParseProtobuf("no snappy").ok());
  std::string body;
  const std::string garbage = "\x0A\x7F" + std::string(20, 'x');
  snappy::Compress(garbage.data(), garbage.size(), &body);
  EXPECT_FALSE(ParseProtobuf(body).ok());
}

TEST(Loki, TakesNoMoreThanItsLimits) {
  const std::string body = Packed("{a=\"b\"}", {Entry("\x05", "one"), Entry("\x06", "two")});
  ParseOptions options;
  options.lines_max = 1;
  EXPECT_EQ(ParseProtobuf(body, options).error().field, "limits.items_per_request");
  options = {};
  options.decoded_bytes_max = 10;
  EXPECT_EQ(ParseProtobuf(body, options).error().field, "decoded_bytes");
  options = {};
  options.record_bytes_max = 100;
  EXPECT_EQ(ParseProtobuf(body, options).error().field, "limits.record_bytes_per_request");
  options = {};
  options.line_bytes_max = 2;
  EXPECT_EQ(ParseProtobuf(body, options)->refused, 2U);
}

TEST(Loki, TakesNoMemoryForWhatABodyCannotHold) {
  const auto parsed = ParseProtobuf("\x80\x80\x80\x10" + std::string(100, 'x'));  // 32 MiB

  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().message,
            "a snappy body of 104 bytes cannot hold the 33554432 that it claims");
}

TEST(Loki, NamesTheFieldOfWhatIsNoStream) {
  const auto parsed = ParseJson(R"({"streams":[1]})");

  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().message, "streams: number 1 must be an object");
  EXPECT_EQ(parsed.error().field, "streams");
}

}  // namespace
}  // namespace vedette::sources::loki
