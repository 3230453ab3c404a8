#include "sources/loki/parser.h"

#include <charconv>
#include <fmt/core.h>
#include <limits>
#include <optional>
#include <snappy.h>
#include <utility>

#include <protozero/pbf_reader.hpp>

#include "sources/json_items/reader.h"
#include "sources/loki/stream.h"
#include "sources/snappy_body/size.h"

// The message, of which unknown fields are skipped:
//
//   PushRequest 1: Stream...      Stream    1: labels as text  2: Entry...
//   Entry       1: Timestamp  2: line  3: Pair...
//   Timestamp   1: int64 seconds  2: int32 nanos          Pair 1: name  2: value

namespace vedette::sources::loki {
namespace {

using json_items::Kind;
using json_items::Object;
using json_items::Problem;
using json_items::Value;
using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;
using MaybeProblem = std::optional<Problem>;

constexpr auto kBytes = pbf_wire_type::length_delimited;
constexpr int64_t kLatestSecond = 253'402'300'799;  // 9999

std::string_view Text(const protozero::data_view& view) { return {view.data(), view.size()}; }

// ---- protobuf

std::optional<base::TimePoint> ReadTime(pbf_reader reader) {
  int64_t seconds = 0;
  int64_t nanos = 0;
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::varint): seconds = reader.get_int64(); break;
      case tag_and_type(2, pbf_wire_type::varint): nanos = reader.get_int32(); break;
      default: reader.skip();
    }
  }
  if (seconds < 0 || seconds > kLatestSecond || nanos < 0 || nanos > 999'999'999) {
    return std::nullopt;
  }
  return base::FromMillis(seconds * 1000 + nanos / 1'000'000);
}

Pair ReadPair(pbf_reader reader) {
  Pair pair;
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kBytes): pair.first = Text(reader.get_view()); break;
      case tag_and_type(2, kBytes): pair.second = Text(reader.get_view()); break;
      default: reader.skip();
    }
  }
  return pair;
}

base::Result<> ReadEntry(pbf_reader reader, const ParseOptions& options, RecordMaker& maker) {
  std::optional<base::TimePoint> time = base::FromMillis(0);
  std::string_view line;
  std::vector<Pair> metadata;
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kBytes): time = ReadTime(reader.get_message()); break;
      case tag_and_type(2, kBytes): line = Text(reader.get_view()); break;
      case tag_and_type(3, kBytes):
        if (metadata.size() > options.fields_max) {
          return maker.Refuse(
              fmt::format("structured metadata has more than {} fields", options.fields_max));
        }
        metadata.push_back(ReadPair(reader.get_message()));
        break;
      default: reader.skip();
    }
  }
  if (!time) return maker.Refuse("the timestamp is not between 1970 and 9999");
  return maker.Add(*time, line, metadata);
}

base::Result<> ReadStream(pbf_reader reader, const ParseOptions& options, RecordMaker& maker) {
  // The labels may stand anywhere in the message: they are looked for first.
  std::string_view labels;
  for (pbf_reader first = reader; first.next();) {
    if (first.tag_and_type() == tag_and_type(1, kBytes)) {
      labels = Text(first.get_view());
    } else {
      first.skip();
    }
  }
  VEDETTE_TRY_VOID(maker.BeginStream(ParseLabels(labels, options)));
  while (reader.next()) {
    if (reader.tag_and_type() == tag_and_type(2, kBytes)) {
      VEDETTE_TRY_VOID(ReadEntry(reader.get_message(), options, maker));
    } else {
      reader.skip();
    }
  }
  return {};
}

base::Result<> ReadRequest(std::string_view message, const ParseOptions& options,
                           RecordMaker& maker) {
  try {
    pbf_reader reader(message.data(), message.size());
    while (reader.next()) {
      if (reader.tag_and_type() == tag_and_type(1, kBytes)) {
        VEDETTE_TRY_VOID(ReadStream(reader.get_message(), options, maker));
      } else {
        reader.skip();
      }
    }
  } catch (const protozero::exception& e) {
    return base::InvalidArgument(
        fmt::format("the body is no Loki push request in protobuf: {}", e.what()));
  }
  return {};
}

base::Result<std::string> Uncompress(std::string_view body, const ParseOptions& options) {
  VEDETTE_TRY_VOID(snappy_body::DecodedSize(body, options.decoded_bytes_max));
  std::string message;
  if (!snappy::Uncompress(body.data(), body.size(), &message)) {
    return base::InvalidArgument("the body is a damaged snappy block");
  }
  return message;
}

// ---- JSON

// Nanoseconds since 1970, as text or number.
std::optional<base::TimePoint> ParseNanos(std::string_view text) {
  int64_t nanos = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, nanos);
  if (error != std::errc() || rest != end || text.empty() || nanos < 0) return std::nullopt;
  return base::FromMillis(nanos / 1'000'000);
}

// Reads the streams of a JSON body.
class JsonStreams {
 public:
  JsonStreams(const ParseOptions& options, RecordMaker& maker) : options_(options), maker_(maker) {}

  base::Result<MaybeProblem> ReadStream(Object& object) {
    VEDETTE_TRY(std::optional<std::vector<Pair>> labels, ReadLabels(object));
    VEDETTE_TRY_VOID(maker_.BeginStream(
        labels ? base::Result<std::vector<Pair>>(*std::move(labels))
               : base::InvalidArgument("labels: stream must be an object of few labels")));
    Value list;
    const auto code = object.find_field_unordered("values").get(list);
    if (code && code != simdjson::NO_SUCH_FIELD) return json_items::Broken(code);
    VEDETTE_TRY(const bool is_list, code ? base::Result<bool>(false) : IsA(list, Kind::array));
    if (!is_list) return MaybeProblem({"values", "must be a list"});
    simdjson::ondemand::array values;
    if (const auto broken = list.get_array().get(values)) return json_items::Broken(broken);
    for (auto element : values) {
      Value entry;
      if (const auto broken = std::move(element).get(entry)) return json_items::Broken(broken);
      VEDETTE_TRY_VOID(ReadEntry(entry));
    }
    return MaybeProblem();
  }

 private:
  static base::Result<bool> IsA(Value& value, Kind wanted) {
    VEDETTE_TRY(const Kind kind, json_items::KindOf(value));
    return kind == wanted;
  }

  // Nothing when there are none that could be read. An Error is a fault of the JSON, after which
  // nothing more can be read.
  base::Result<std::optional<std::vector<Pair>>> ReadLabels(Object& object) {
    Value value;
    const auto code = object.find_field_unordered("stream").get(value);
    if (code == simdjson::NO_SUCH_FIELD) return std::optional<std::vector<Pair>>();
    if (code) return json_items::Broken(code);
    VEDETTE_TRY(const bool is_object, IsA(value, Kind::object));
    if (!is_object) return std::optional<std::vector<Pair>>();
    return ReadMembers(value);
  }

  // Nothing when they are too many or nested too deep. REQUIRES: an object.
  base::Result<std::optional<std::vector<Pair>>> ReadMembers(Value& value) {
    Object object;
    if (const auto code = value.get_object().get(object)) return json_items::Broken(code);
    std::vector<Pair> pairs;
    VEDETTE_TRY(const MaybeProblem problem,
                json_items::ForEachField(
                    object, [&](std::string_view name, Value member) -> base::Result<MaybeProblem> {
                      std::string key(name);
                      VEDETTE_TRY(std::optional<std::string> text,
                                  json_items::TextOf(member, kDepthMax));
                      if (!text || pairs.size() > options_.fields_max)
                        return MaybeProblem(Problem{});
                      pairs.emplace_back(std::move(key), *std::move(text));
                      return MaybeProblem();
                    }));
    return problem ? std::nullopt : std::optional(std::move(pairs));
  }

  // ["nanoseconds", "line"] or with an object of structured metadata behind.
  base::Result<> ReadEntry(Value& value) {
    VEDETTE_TRY(const bool is_list, IsA(value, Kind::array));
    if (!is_list) return maker_.Refuse("must be a list of time and line");
    simdjson::ondemand::array parts;
    if (const auto code = value.get_array().get(parts)) return json_items::Broken(code);
    std::optional<base::TimePoint> time;
    std::string line;
    std::vector<Pair> metadata;
    std::string problem;
    size_t count = 0;
    for (auto element : parts) {
      Value part;
      if (const auto code = std::move(element).get(part)) return json_items::Broken(code);
      if (problem.empty()) {
        VEDETTE_TRY(problem, ReadPart(count, part, time, line, metadata));
      }
      ++count;
    }
    if (problem.empty() && count < 2) problem = "must be a list of time and line";
    if (!problem.empty()) return maker_.Refuse(problem);
    return maker_.Add(*time, line, metadata);
  }

  // What is wrong with the part, empty when nothing is.
  base::Result<std::string> ReadPart(size_t index, Value& part,
                                     std::optional<base::TimePoint>& time, std::string& line,
                                     std::vector<Pair>& metadata) {
    VEDETTE_TRY(const Kind kind, json_items::KindOf(part));
    if (index == 2) {
      if (kind != Kind::object) return std::string("structured metadata is no object");
      VEDETTE_TRY(std::optional<std::vector<Pair>> read, ReadMembers(part));
      if (!read) return std::string("structured metadata has too many fields, or too deep ones");
      metadata = *std::move(read);
      return std::string();
    }
    if (index == 0 && kind == Kind::number) {
      VEDETTE_TRY(const std::string_view token, json_items::TokenOf(part));
      time = ParseNanos(token);
    } else if (kind == Kind::string && index < 2) {
      VEDETTE_TRY(const std::string_view text, json_items::StringOf(part));
      if (index == 0) {
        time = ParseNanos(text);
      } else {
        line = text;
      }
    } else {
      return std::string(index == 1 ? "the line must be a text"
                                    : "must be a list of time and line");
    }
    if (!time) return std::string("the timestamp is no number of nanoseconds since 1970");
    return std::string();
  }

  static constexpr size_t kDepthMax = 8;
  const ParseOptions& options_;
  RecordMaker& maker_;
};

}  // namespace

base::Result<ParsedPush> ParseProtobuf(std::string_view body, const ParseOptions& options) {
  VEDETTE_TRY(const std::string message, Uncompress(body, options));
  ParsedPush parsed;
  RecordMaker maker(options, parsed);
  VEDETTE_TRY_VOID(ReadRequest(message, options, maker));
  return parsed;
}

base::Result<ParsedPush> ParseJson(const std::string& body, const ParseOptions& options) {
  ParsedPush parsed;
  RecordMaker maker(options, parsed);
  JsonStreams streams(options, maker);
  std::vector<json_items::Rejection> rejected;
  const json_items::Options items{.items_max = options.streams_max};
  VEDETTE_TRY_VOID(json_items::ReadDocument(
      body, "streams", items, [&](size_t, Object& item) { return streams.ReadStream(item); },
      rejected));
  if (!rejected.empty()) {
    const auto& [index, field, message] = rejected[0];
    return base::InvalidArgument(field.empty()
                                     ? fmt::format("streams: number {} {}", index + 1, message)
                                     : fmt::format("stream {}: {} {}", index + 1, field, message),
                                 field.empty() ? "streams" : field);
  }
  return parsed;
}

}  // namespace vedette::sources::loki
