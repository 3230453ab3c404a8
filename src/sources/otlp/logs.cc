#include "sources/otlp/logs.h"

#include <fmt/core.h>
#include <string>
#include <utility>

// LogRecord  1: fixed64 time  2: severity number  3: severity text  5: AnyValue body
//            6: KeyValue attributes...  9: trace id  10: span id  11: fixed64 observed time
//            12: event name

namespace vedette::sources::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

// Severity numbers come in six groups of four.
model::LogSeverity LevelOf(int32_t number, std::string_view text) {
  using enum model::LogSeverity;
  if (number >= 1 && number <= 24) {
    static constexpr model::LogSeverity kLevels[] = {kTrace,   kDebug, kInfo,
                                                     kWarning, kError, kFatal};
    return kLevels[(number - 1) / 4];
  }
  return model::ParseLogSeverity(text).value_or(kInfo);
}

class LogsDecoder : public RecordsReader {
 public:
  LogsDecoder(base::TimePoint now, const RecordOptions& options)
      : RecordsReader("log records", options), now_(now) {}

  DecodedLogs Take() { return std::move(out_); }

 private:
  void ReadRecord(std::string_view message) override {
    model::LogRecord record;
    record.service = resource_.service;
    record.fields = resource_.attributes;
    if (!scope_.name.empty()) SetPair(record.fields, "otel.scope.name", std::string(scope_.name));
    std::string problem = Read(message, record);
    if (problem.empty() && record.message.size() > options_.message_bytes_max) {
      problem = fmt::format("body has {} bytes; the limit is {}", record.message.size(),
                            options_.message_bytes_max);
    }
    if (problem.empty()) {
      out_.records.push_back(std::move(record));
    } else {
      out_.refused.Add(1, fmt::format("log record {}: {}", index_, problem));
    }
  }

  // What is wrong with the record; empty if nothing is.
  std::string Read(std::string_view message, model::LogRecord& record) {
    uint64_t time_ns = 0;
    uint64_t observed_ns = 0;
    int32_t severity = 0;
    std::string_view severity_text;
    std::string_view event;
    const size_t pairs_max = record.fields.size() + options_.attributes_max;
    std::string problem;
    pbf_reader reader = Reader(message);
    while (problem.empty() && reader.next()) {
      switch (reader.tag_and_type()) {
        case tag_and_type(1, pbf_wire_type::fixed64): time_ns = reader.get_fixed64(); break;
        case tag_and_type(11, pbf_wire_type::fixed64): observed_ns = reader.get_fixed64(); break;
        case tag_and_type(2, pbf_wire_type::varint): severity = reader.get_int32(); break;
        case tag_and_type(3, kLengthDelimited): severity_text = Text(reader.get_view()); break;
        case tag_and_type(12, kLengthDelimited): event = Text(reader.get_view()); break;
        case tag_and_type(5, kLengthDelimited):
          if (!AppendValue(Text(reader.get_view()), record.message)) {
            problem = fmt::format("body is nested deeper than {} levels", kValueDepthMax);
          }
          break;
        case tag_and_type(6, kLengthDelimited):
          problem = AddPair(Text(reader.get_view()), pairs_max, record.fields);
          break;
        case tag_and_type(9, kLengthDelimited):
          record.trace_id = IdText(Text(reader.get_view()), 16);
          break;
        case tag_and_type(10, kLengthDelimited):
          if (std::string id = IdText(Text(reader.get_view()), 8); !id.empty()) {
            SetPair(record.fields, "span_id", std::move(id));
          }
          break;
        default: reader.skip();
      }
    }
    record.level = LevelOf(severity, severity_text);
    if (!event.empty()) SetPair(record.fields, "event.name", std::string(event));
    if (record.message.empty()) record.message = event;
    const uint64_t ns = time_ns != 0 ? time_ns : observed_ns;
    record.time = ns == 0 ? now_ : base::FromMillis(static_cast<int64_t>(ns / 1'000'000));
    return problem;
  }

  const base::TimePoint now_;
  DecodedLogs out_;
};

}  // namespace

base::Result<DecodedLogs> DecodeLogs(std::string_view message, base::TimePoint now,
                                     const RecordOptions& options) {
  LogsDecoder decoder(now, options);
  try {
    VEDETTE_TRY_VOID(decoder.ReadRequest(message));
  } catch (const protozero::exception& e) {
    return base::InvalidArgument(
        fmt::format("OTLP: the body is no ExportLogsServiceRequest message: {}", e.what()));
  }
  return decoder.Take();
}

}  // namespace vedette::sources::otlp
