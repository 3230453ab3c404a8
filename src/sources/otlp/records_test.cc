#include <gtest/gtest.h>
#include <string>

#include "sources/otlp/json.h"
#include "sources/otlp/logs.h"
#include "sources/otlp/response.h"
#include "sources/otlp/traces.h"

namespace vedette::sources::otlp {
namespace {

const std::string kResource =
    R"({"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},
                      {"key":"host.name","value":{"stringValue":"h"}}]})";

std::string Fields(const Pairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) out += name + "=" + value + " ";
  return out;
}

base::Result<DecodedLogs> Logs(const std::string& records, RecordOptions options = {}) {
  const auto message =
      JsonToProtobuf(Signal::kLogs, R"({"resourceLogs":[{"resource":)" + kResource +
                                        R"(,"scopeLogs":[{"scope":{"name":"lib"},
                                      "logRecords":[)" +
                                        records + "]}]}]}");
  EXPECT_TRUE(message.ok()) << message.error().message;
  return DecodeLogs(*message, base::FromMillis(5000), options);
}

base::Result<DecodedSpans> Spans(const std::string& spans, RecordOptions options = {}) {
  const auto message =
      JsonToProtobuf(Signal::kTraces, R"({"resourceSpans":[{"resource":)" + kResource +
                                          R"(,"scopeSpans":[{"scope":{"name":"lib"},"spans":[)" +
                                          spans + "]}]}]}");
  EXPECT_TRUE(message.ok()) << message.error().message;
  return DecodeTraces(*message, options);
}

TEST(OtlpLogs, ARecordKeepsAllItHas) {
  const auto logs = Logs(R"({"timeUnixNano":"1700000000123000000","severityNumber":17,
      "severityText":"Error","body":{"stringValue":"boom"},
      "traceId":"0102030405060708090A0B0C0D0E0F10","spanId":"0102030405060708",
      "attributes":[{"key":"n","value":{"intValue":42}},
                    {"key":"host.name","value":{"stringValue":"own"}},
                    {"key":"raw","value":{"bytesValue":"aGk="}}]})");

  ASSERT_TRUE(logs.ok()) << logs.error().message;
  ASSERT_EQ(logs->records.size(), 1u);
  const model::LogRecord& record = logs->records[0];
  EXPECT_EQ(base::ToMillis(record.time), 1'700'000'000'123);
  EXPECT_EQ(record.level, model::LogSeverity::kError);
  EXPECT_EQ(record.service, "shop");
  EXPECT_EQ(record.message, "boom");
  EXPECT_EQ(record.trace_id, "0102030405060708090a0b0c0d0e0f10");
  EXPECT_EQ(Fields(record.fields),
            "host.name=own otel.scope.name=lib span_id=0102030405060708 n=42 raw=aGk= ");
}

TEST(OtlpLogs, WhatIsLeftOutHasADefault) {
  const auto logs = Logs(R"({"body":{"kvlistValue":{"values":[
      {"key":"a","value":{"arrayValue":{"values":[{"boolValue":false},{}]}}}]}},
      "severityText":"WARN"},{"observedTimeUnixNano":7000000000,"eventName":"login"})");

  ASSERT_TRUE(logs.ok());
  ASSERT_EQ(logs->records.size(), 2u);
  EXPECT_EQ(logs->records[0].message, R"({"a":[false,null]})");
  EXPECT_EQ(logs->records[0].level, model::LogSeverity::kWarning);
  EXPECT_EQ(base::ToMillis(logs->records[0].time), 5000);
  EXPECT_EQ(logs->records[1].message, "login");
  EXPECT_EQ(base::ToMillis(logs->records[1].time), 7000);
}

TEST(OtlpLogs, RefusesTheRecordThatExceedsALimit) {
  const std::string good = R"(,{"body":{"stringValue":"ok"}})";
  const auto body = Logs(R"({"body":{"stringValue":"too long"}})" + good, {.message_bytes_max = 5});
  EXPECT_EQ(body->refused.first, "log record 0: body has 8 bytes; the limit is 5");
  EXPECT_EQ(body->records.size(), 1u);
  EXPECT_EQ(Logs(good.substr(1) + good, {.records_max = 1}).error().field, "records_per_request");
  EXPECT_EQ(Logs(good.substr(1) + good, {.bytes_max = 100}).error().field,
            "record_bytes_per_request");
  EXPECT_EQ(Logs(good.substr(1), {.attributes_max = 1}).error().field, "resource.attributes");
  std::string deep = R"({"stringValue":"x"})";
  for (int i = 0; i < 18; ++i) deep = R"({"arrayValue":{"values":[)" + deep + "]}}";
  EXPECT_EQ(Logs(R"({"body":)" + deep + "}" + good)->refused.first,
            "log record 0: body is nested deeper than 16 levels");
}

TEST(OtlpTraces, ASpanKeepsAllItHas) {
  const auto spans = Spans(R"({"traceId":"0102030405060708090a0b0c0d0e0f10",
      "spanId":"0102030405060708","parentSpanId":"0807060504030201","name":"GET /","kind":2,
      "startTimeUnixNano":"1700000000000000001","endTimeUnixNano":"1700000000000000009",
      "attributes":[{"key":"http.status","value":{"intValue":"500"}}],
      "events":[{"timeUnixNano":"5","name":"exception","attributes":[
        {"key":"m","value":{"stringValue":"x"}}]}],
      "links":[{"traceId":"ffffffffffffffffffffffffffffffff","spanId":"ffffffffffffffff"},
               {"traceId":"","spanId":""}],
      "status":{"code":2,"message":"bad"}})");

  ASSERT_TRUE(spans.ok());
  EXPECT_EQ(spans->refused.first, "");
  ASSERT_EQ(spans->spans.size(), 1u);
  const model::Span& span = spans->spans[0];
  EXPECT_EQ(span.trace_id, "0102030405060708090a0b0c0d0e0f10");
  EXPECT_EQ(span.span_id, "0102030405060708");
  EXPECT_EQ(span.parent_span_id, "0807060504030201");
  EXPECT_EQ(span.service, "shop");
  EXPECT_EQ(span.name, "GET /");
  EXPECT_EQ(span.kind, model::SpanKind::kServer);
  EXPECT_EQ(span.status, model::SpanStatus::kError);
  EXPECT_EQ(span.status_message, "bad");
  EXPECT_EQ(span.end_ns - span.start_ns, 8);
  EXPECT_EQ(Fields(span.attributes), "http.status=500 otel.scope.name=lib ");
  EXPECT_EQ(Fields(span.resource), "host.name=h ");
  ASSERT_EQ(span.events.size(), 1u);
  EXPECT_EQ(Fields(span.events[0].attributes), "m=x ");
  ASSERT_EQ(span.links.size(), 1u);
}

TEST(OtlpTraces, RefusesSpansWithoutIdentityByField) {
  const std::string ids =
      R"("traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708")";
  const auto refusal = [](const std::string& span) { return Spans(span)->refused.first; };
  EXPECT_EQ(refusal(R"({"spanId":"0102030405060708"})"),
            "span 0: trace_id is not 16 bytes, or zero");
  EXPECT_EQ(refusal(R"({"traceId":"00000000000000000000000000000000"})"),
            "span 0: trace_id is not 16 bytes, or zero");
  EXPECT_EQ(refusal(R"({"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"01"})"),
            "span 0: span_id is not 8 bytes, or zero");
  EXPECT_EQ(refusal("{" + ids + R"(,"startTimeUnixNano":2,"endTimeUnixNano":1})"),
            "span 0: it ends before it starts");
  EXPECT_EQ(Spans("{" + ids + R"(,"events":[{},{}]})", {.parts_max = 1})->refused.first,
            "span 0: more than 1 events");
}

TEST(OtlpJson, NamesTheFieldThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"([])", "OTLP: the body is no JSON object"},
      {R"({"resourceLogs":{}})", "OTLP: resourceLogs is no list"},
      {R"({"resourceLogs":[1]})", "OTLP: resourceLogs is no object"},
      {R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"xy"}]}]}]})",
       "OTLP: traceId is not hexadecimal"},
      {R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"x"}]}]}]})",
       "OTLP: timeUnixNano is no 64-bit integer"},
      {R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"boolValue":1}}]}]}]})",
       "OTLP: boolValue is no boolean"},
      {R"({"resourceLogs":[]} {})", "OTLP: the body has something behind its JSON object"},
  };
  for (const auto& [json, want] : cases) {
    const auto message = JsonToProtobuf(Signal::kLogs, json);
    ASSERT_FALSE(message.ok()) << json;
    EXPECT_EQ(message.error().message, want);
  }
  EXPECT_FALSE(JsonToProtobuf(Signal::kLogs, R"({"resourceLogs":[)").ok());
  EXPECT_FALSE(JsonToProtobuf(Signal::kLogs, "").ok());
  EXPECT_TRUE(JsonToProtobuf(Signal::kLogs, R"({"unknown":[{"a":1}],"resourceLogs":null})").ok());
}

TEST(OtlpJson, BoundsDepthAndSize) {
  std::string deep = R"({"stringValue":"x"})";
  for (int i = 0; i < 100; ++i) deep = R"({"arrayValue":{"values":[)" + deep + "]}}";
  const std::string json =
      R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":)" + deep + "}]}]}]}";
  EXPECT_EQ(JsonToProtobuf(Signal::kLogs, json).error().message.substr(0, 6), "OTLP: ");
  EXPECT_EQ(JsonToProtobuf(Signal::kTraces, R"({"resourceSpans":[{},{},{},{}]})",
                           {.decoded_bytes_max = 4})
                .error()
                .field,
            "decoded_bytes");
}

TEST(OtlpResponse, IsInTheFormOfTheRequest) {
  EXPECT_EQ(SuccessBody(Form::kJson, Signal::kLogs, 0, ""), "{}");
  EXPECT_EQ(SuccessBody(Form::kProtobuf, Signal::kLogs, 0, ""), "");
  EXPECT_EQ(SuccessBody(Form::kJson, Signal::kTraces, 2, "m"),
            R"({"partialSuccess":{"rejectedSpans":"2","errorMessage":"m"}})");
  EXPECT_EQ(SuccessBody(Form::kProtobuf, Signal::kMetrics, 2, "m"),
            std::string("\x0A\x05\x08\x02\x12\x01m"));
  EXPECT_EQ(ErrorBody(Form::kJson, base::Unavailable("full")), R"({"code":14,"message":"full"})");
  EXPECT_EQ(ErrorBody(Form::kProtobuf, base::InvalidArgument("x")), "\x08\x03\x12\x01x");
}

}  // namespace
}  // namespace vedette::sources::otlp
