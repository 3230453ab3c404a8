#include "sources/otlp/point.h"

#include <algorithm>
#include <fmt/core.h>

#include "base/utf8.h"
#include "sources/otlp/wire.h"

// NumberDataPoint     3: fixed64 time  4: double  6: sfixed64  5: Exemplar...  7: attributes...
//                     8: flags
// HistogramDataPoint  3: time  4: fixed64 count  5: double sum  6: fixed64 counts...
//                     7: double bounds...  8: Exemplar...  9: attributes...  10: flags
// ExponentialHistogramDataPoint  1: attributes...  3: time  4: fixed64 count  5: double sum
//                     6: sint32 scale  7: fixed64 zero count  8, 9: Buckets  10: flags
//                     11: Exemplar...  14: double zero threshold
// SummaryDataPoint    3: time  4: fixed64 count  5: double sum  6: ValueAtQuantile...
//                     7: attributes...  8: flags
// Exemplar            2: fixed64 time  3: double  6: sfixed64  4: span id  5: trace id
//                     7: attributes...

namespace vedette::sources::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;
using Kind = PointKind;

constexpr uint32_t kNoRecordedValue = 1;        // a bit of the flags
constexpr size_t kExemplarsMax = 256;           // of a point; further ones are left out
constexpr size_t kExemplarCharactersMax = 128;  // OpenMetrics: names and values together

// The field numbers of one kind of point; 0 for what it has not.
struct PointFields {
  uint32_t time, count, sum, attributes, flags, exemplars;
};
PointFields FieldsOf(Kind kind) {
  switch (kind) {
    case Kind::kNumber: return {3, 0, 0, 7, 8, 5};
    case Kind::kHistogram: return {3, 4, 5, 9, 10, 8};
    case Kind::kExponential: return {3, 4, 5, 1, 10, 11};
    case Kind::kSummary: return {3, 4, 5, 7, 8, 0};
  }
  return {};
}

size_t Characters(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

class PointReader {
 public:
  PointReader(const PointLimits& limits, LabelMaker& labels, Point& point)
      : limits_(limits), labels_(labels), point_(point) {}

  std::string Read(std::string_view message, Kind kind);

 private:
  std::string ReadCommon(pbf_reader& reader, const PointFields& fields, bool& known);
  std::string ReadNumber(pbf_reader& reader);
  std::string ReadHistogram(pbf_reader& reader);
  void ReadExponential(pbf_reader& reader);
  void ReadSummary(pbf_reader& reader);
  void ReadExemplar(std::string_view message);

  const PointLimits& limits_;
  LabelMaker& labels_;
  Point& point_;
};

std::string PointReader::Read(std::string_view message, Kind kind) {
  labels_.BeginPoint();
  point_.Clear();
  const PointFields fields = FieldsOf(kind);
  std::string problem;
  for (pbf_reader reader = Reader(message); problem.empty() && reader.next();) {
    bool known = true;
    problem = ReadCommon(reader, fields, known);
    if (known) continue;
    switch (kind) {
      case Kind::kNumber: problem = ReadNumber(reader); break;
      case Kind::kHistogram: problem = ReadHistogram(reader); break;
      case Kind::kExponential: ReadExponential(reader); break;
      case Kind::kSummary: ReadSummary(reader); break;
    }
  }
  // An exemplar's time may be left out.
  for (model::Exemplar& exemplar : point_.exemplars) {
    if (exemplar.t_ms == 0) exemplar.t_ms = point_.t_ms;
  }
  if (problem.empty() && !point_.timed) problem = "time_unix_nano is missing";
  return problem;
}

std::string PointReader::ReadCommon(pbf_reader& reader, const PointFields& fields, bool& known) {
  const uint32_t tag = reader.tag();
  const pbf_wire_type type = reader.wire_type();
  if (tag == fields.time && type == pbf_wire_type::fixed64) {
    const uint64_t ns = reader.get_fixed64();
    point_.t_ms = static_cast<int64_t>(ns / 1'000'000);
    point_.timed = ns != 0;
  } else if (tag == fields.attributes && type == kLengthDelimited) {
    const Attribute attribute = ReadAttribute(Text(reader.get_view()));
    if (labels_.attributes() >= limits_.attributes_max) {
      return fmt::format("more than {} attributes", limits_.attributes_max);
    }
    if (!labels_.AddAttribute(attribute)) {
      return fmt::format("an attribute is nested deeper than {} levels", kValueDepthMax);
    }
  } else if (tag == fields.flags && type == pbf_wire_type::varint) {
    point_.recorded = (reader.get_uint32() & kNoRecordedValue) == 0;
  } else if (tag == fields.count && type == pbf_wire_type::fixed64) {
    point_.count = reader.get_fixed64();
  } else if (tag == fields.sum && type == pbf_wire_type::fixed64) {
    point_.sum = reader.get_double();
  } else if (tag == fields.exemplars && type == kLengthDelimited) {
    const std::string_view exemplar = Text(reader.get_view());
    if (point_.exemplars.size() < kExemplarsMax) ReadExemplar(exemplar);
  } else {
    known = false;
  }
  return {};
}

std::string PointReader::ReadNumber(pbf_reader& reader) {
  switch (reader.tag_and_type()) {
    case tag_and_type(4, pbf_wire_type::fixed64): point_.value = reader.get_double(); break;
    case tag_and_type(6, pbf_wire_type::fixed64):
      point_.value = static_cast<double>(reader.get_sfixed64());
      break;
    default: reader.skip();
  }
  return {};
}

std::string PointReader::ReadHistogram(pbf_reader& reader) {
  const auto too_many = [&](size_t more) {
    return std::max(point_.bucket_counts.size(), point_.bounds.size()) + more >
           limits_.buckets_max + 1;
  };
  const auto problem = [&] { return fmt::format("more than {} buckets", limits_.buckets_max); };
  switch (reader.tag_and_type()) {
    case tag_and_type(6, pbf_wire_type::fixed64):
      if (too_many(1)) return problem();
      point_.bucket_counts.push_back(reader.get_fixed64());
      break;
    case tag_and_type(7, pbf_wire_type::fixed64):
      if (too_many(1)) return problem();
      point_.bounds.push_back(reader.get_double());
      break;
    case tag_and_type(6, kLengthDelimited): {
      const auto list = reader.get_packed_fixed64();
      if (too_many(list.size())) return problem();
      point_.bucket_counts.insert(point_.bucket_counts.end(), list.begin(), list.end());
      break;
    }
    case tag_and_type(7, kLengthDelimited): {
      const auto list = reader.get_packed_double();
      if (too_many(list.size())) return problem();
      point_.bounds.insert(point_.bounds.end(), list.begin(), list.end());
      break;
    }
    default: reader.skip();
  }
  return {};
}

void PointReader::ReadExponential(pbf_reader& reader) {
  ExponentialPoint& exponential = point_.exponential;
  switch (reader.tag_and_type()) {
    case tag_and_type(6, pbf_wire_type::varint): exponential.scale = reader.get_sint32(); break;
    case tag_and_type(7, pbf_wire_type::fixed64):
      exponential.zero_count = reader.get_fixed64();
      break;
    case tag_and_type(14, pbf_wire_type::fixed64):
      exponential.zero_threshold = reader.get_double();
      break;
    case tag_and_type(8, kLengthDelimited): exponential.positive = Text(reader.get_view()); break;
    case tag_and_type(9, kLengthDelimited): exponential.negative = Text(reader.get_view()); break;
    default: reader.skip();
  }
}

void PointReader::ReadSummary(pbf_reader& reader) {
  if (reader.tag_and_type() != tag_and_type(6, kLengthDelimited) ||
      point_.quantiles.size() > limits_.buckets_max) {
    reader.skip();
    return;
  }
  std::pair<double, double> quantile;
  for (pbf_reader message = Reader(Text(reader.get_view())); message.next();) {
    switch (message.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::fixed64): quantile.first = message.get_double(); break;
      case tag_and_type(2, pbf_wire_type::fixed64): quantile.second = message.get_double(); break;
      default: message.skip();
    }
  }
  point_.quantiles.push_back(quantile);
}

void PointReader::ReadExemplar(std::string_view message) {
  model::Exemplar exemplar{.labels = {}, .t_ms = 0, .value = 0};
  Pairs pairs;
  Pairs ids;
  for (pbf_reader reader = Reader(message); reader.next();) {
    switch (reader.tag_and_type()) {
      case tag_and_type(2, pbf_wire_type::fixed64):
        if (const uint64_t ns = reader.get_fixed64(); ns != 0) {
          exemplar.t_ms = static_cast<int64_t>(ns / 1'000'000);
        }
        break;
      case tag_and_type(3, pbf_wire_type::fixed64): exemplar.value = reader.get_double(); break;
      case tag_and_type(6, pbf_wire_type::fixed64):
        exemplar.value = static_cast<double>(reader.get_sfixed64());
        break;
      case tag_and_type(4, kLengthDelimited):
        ids.emplace_back("span_id", IdText(Text(reader.get_view()), 8));
        break;
      case tag_and_type(5, kLengthDelimited):
        ids.emplace_back("trace_id", IdText(Text(reader.get_view()), 16));
        break;
      case tag_and_type(7, kLengthDelimited): {
        const Attribute attribute = ReadAttribute(Text(reader.get_view()));
        if (pairs.size() == kExemplarCharactersMax) break;
        std::string value;
        if (AppendValue(attribute.value, value) && base::IsValidUtf8(value) &&
            base::IsValidUtf8(attribute.key) && !attribute.key.empty()) {
          pairs.emplace_back(labels_.NameOf(attribute.key), std::move(value));
        }
        break;
      }
      default: reader.skip();
    }
  }
  size_t characters = 0;
  for (const auto& [name, value] : ids) characters += name.size() + value.size();
  for (const auto& [name, value] : pairs) characters += Characters(name) + Characters(value);
  // The ids matter most; the attributes come along if there is room for all.
  if (characters <= kExemplarCharactersMax) ids.insert(ids.end(), pairs.begin(), pairs.end());
  exemplar.labels = model::Labels(std::move(ids));
  point_.exemplars.push_back(std::move(exemplar));
}

}  // namespace

void Point::Clear() {
  t_ms = 0;
  timed = false;
  recorded = true;
  value.reset();
  sum.reset();
  count = 0;
  bucket_counts.clear();
  bounds.clear();
  quantiles.clear();
  exponential = {};
  exemplars.clear();
}

std::string ReadPoint(std::string_view message, PointKind kind, const PointLimits& limits,
                      LabelMaker& labels, Point& point) {
  return PointReader(limits, labels, point).Read(message, kind);
}

}  // namespace vedette::sources::otlp
