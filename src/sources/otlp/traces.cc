#include "sources/otlp/traces.h"

#include <fmt/core.h>
#include <limits>
#include <string>
#include <utility>

// Span   1: trace id  2: span id  4: parent span id  5: name  6: kind  7: fixed64 start
//        8: fixed64 end  9: KeyValue attributes...  11: Event...  13: Link...  15: Status
// Event  1: fixed64 time  2: name  3: KeyValue attributes...
// Link   1: trace id  2: span id            Status  2: message  3: code

namespace vedette::sources::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

int64_t Nanoseconds(uint64_t ns) {
  constexpr auto kMax = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  return static_cast<int64_t>(ns < kMax ? ns : kMax);
}

class TracesDecoder : public RecordsReader {
 public:
  explicit TracesDecoder(const RecordOptions& options) : RecordsReader("spans", options) {}

  DecodedSpans Take() { return std::move(out_); }

 private:
  void ReadRecord(std::string_view message) override {
    model::Span span;
    span.service = resource_.service;
    span.resource = resource_.attributes;
    std::string problem;
    pbf_reader reader = Reader(message);
    while (problem.empty() && reader.next()) problem = Field(reader, span);
    if (problem.empty() && span.trace_id.empty()) problem = "trace_id is not 16 bytes, or zero";
    if (problem.empty() && span.span_id.empty()) problem = "span_id is not 8 bytes, or zero";
    if (problem.empty() && span.end_ns < span.start_ns) problem = "it ends before it starts";
    if (problem.empty()) {
      if (!scope_.name.empty()) {
        SetPair(span.attributes, "otel.scope.name", std::string(scope_.name));
      }
      out_.spans.push_back(std::move(span));
    } else {
      out_.refused.Add(1, fmt::format("span {}: {}", index_, problem));
    }
  }

  // What is wrong with the field; empty if nothing is.
  std::string Field(pbf_reader& reader, model::Span& span) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited):
        span.trace_id = IdText(Text(reader.get_view()), 16);
        return {};
      case tag_and_type(2, kLengthDelimited):
        span.span_id = IdText(Text(reader.get_view()), 8);
        return {};
      case tag_and_type(4, kLengthDelimited):
        span.parent_span_id = IdText(Text(reader.get_view()), 8);
        return {};
      case tag_and_type(5, kLengthDelimited): span.name = Text(reader.get_view()); return {};
      case tag_and_type(6, pbf_wire_type::varint): {
        const int32_t kind = reader.get_int32();
        if (kind >= 0 && kind <= 5) span.kind = static_cast<model::SpanKind>(kind);
        return {};
      }
      case tag_and_type(7, pbf_wire_type::fixed64):
        span.start_ns = Nanoseconds(reader.get_fixed64());
        return {};
      case tag_and_type(8, pbf_wire_type::fixed64):
        span.end_ns = Nanoseconds(reader.get_fixed64());
        return {};
      case tag_and_type(9, kLengthDelimited):
        return AddPair(Text(reader.get_view()), options_.attributes_max, span.attributes);
      case tag_and_type(11, kLengthDelimited): return ReadEvent(Text(reader.get_view()), span);
      case tag_and_type(13, kLengthDelimited): return ReadLink(Text(reader.get_view()), span);
      case tag_and_type(15, kLengthDelimited): ReadStatus(Text(reader.get_view()), span); return {};
      default: reader.skip(); return {};
    }
  }

  std::string ReadEvent(std::string_view message, model::Span& span) const {
    if (span.events.size() >= options_.parts_max) {
      return fmt::format("more than {} events", options_.parts_max);
    }
    model::SpanEvent event;
    std::string problem;
    pbf_reader reader = Reader(message);
    while (problem.empty() && reader.next()) {
      switch (reader.tag_and_type()) {
        case tag_and_type(1, pbf_wire_type::fixed64):
          event.time_ns = Nanoseconds(reader.get_fixed64());
          break;
        case tag_and_type(2, kLengthDelimited): event.name = Text(reader.get_view()); break;
        case tag_and_type(3, kLengthDelimited):
          problem = AddPair(Text(reader.get_view()), options_.attributes_max, event.attributes);
          break;
        default: reader.skip();
      }
    }
    span.events.push_back(std::move(event));
    return problem.empty() ? problem : "an event: " + problem;
  }

  std::string ReadLink(std::string_view message, model::Span& span) const {
    if (span.links.size() >= options_.parts_max) {
      return fmt::format("more than {} links", options_.parts_max);
    }
    model::SpanLink link;
    pbf_reader reader = Reader(message);
    while (reader.next()) {
      switch (reader.tag_and_type()) {
        case tag_and_type(1, kLengthDelimited):
          link.trace_id = IdText(Text(reader.get_view()), 16);
          break;
        case tag_and_type(2, kLengthDelimited):
          link.span_id = IdText(Text(reader.get_view()), 8);
          break;
        default: reader.skip();
      }
    }
    // A link to nowhere is none.
    if (!link.trace_id.empty() && !link.span_id.empty()) span.links.push_back(std::move(link));
    return {};
  }

  static void ReadStatus(std::string_view message, model::Span& span) {
    pbf_reader reader = Reader(message);
    while (reader.next()) {
      switch (reader.tag_and_type()) {
        case tag_and_type(2, kLengthDelimited):
          span.status_message = Text(reader.get_view());
          break;
        case tag_and_type(3, pbf_wire_type::varint): {
          const int32_t code = reader.get_int32();
          if (code >= 0 && code <= 2) span.status = static_cast<model::SpanStatus>(code);
          break;
        }
        default: reader.skip();
      }
    }
  }

  DecodedSpans out_;
};

}  // namespace

base::Result<DecodedSpans> DecodeTraces(std::string_view message, const RecordOptions& options) {
  TracesDecoder decoder(options);
  try {
    VEDETTE_TRY_VOID(decoder.ReadRequest(message));
  } catch (const protozero::exception& e) {
    return base::InvalidArgument(
        fmt::format("OTLP: the body is no ExportTraceServiceRequest message: {}", e.what()));
  }
  return decoder.Take();
}

}  // namespace vedette::sources::otlp
