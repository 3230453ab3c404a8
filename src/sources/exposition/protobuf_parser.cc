#include "sources/exposition/protobuf_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <protozero/pbf_reader.hpp>

#include "base/utf8.h"
#include "sources/exposition/native_histogram.h"

// The messages, of which unknown fields are skipped:
//
//   MetricFamily  1: name  2: help  3: type  4: Metric...  5: unit
//   Metric        1: LabelPair...  2: Gauge  3: Counter  4: Summary  5: Untyped  6: int64 time (ms)
//                 7: Histogram
//   LabelPair     1: name  2: value
//   Gauge, Untyped  1: double value     Counter  1: double value  2: Exemplar
//   Summary       1: uint64 count  2: double sum  3: Quantile {1: double, 2: double value}...
//   Histogram     1: uint64 count  2: double sum  3: Bucket...  4: double count  16: Exemplar...
//                 5 to 14: see native_histogram.h
//   Bucket        1: uint64 cumulative count  2: double bound  3: Exemplar  4: double count
//   Exemplar      1: LabelPair...  2: double value  3: {1: int64 seconds, 2: int32 nanoseconds}

namespace vedette::sources::exposition {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

constexpr auto kLengthDelimited = pbf_wire_type::length_delimited;
constexpr size_t kExemplarsMax = 1'000;  // of one histogram
constexpr int64_t kSecondsMax = 9'000'000'000'000'000;

struct FamilyType {
  std::string_view name;
  uint32_t field;  // of Metric, which holds the value
};
constexpr std::array<FamilyType, 6> kTypes = {{{"counter", 3},
                                               {"gauge", 2},
                                               {"summary", 4},
                                               {"unknown", 5},
                                               {"histogram", 7},
                                               {"gaugehistogram", 7}}};

pbf_reader Reader(std::string_view message) { return {message.data(), message.size()}; }
std::string_view View(pbf_reader& reader) {
  const protozero::data_view view = reader.get_view();
  return {view.data(), view.size()};
}

// As OpenMetrics writes numbers in labels: the shortest form of %g, with ".0" behind whole ones.
std::string BoundText(double bound) {
  if (std::isnan(bound)) return "NaN";
  if (std::isinf(bound)) return bound > 0 ? "+Inf" : "-Inf";
  std::array<char, 64> text;
  char* const begin = text.data();
  char* end = std::to_chars(begin, begin + text.size(), bound, std::chars_format::scientific).ptr;
  const double size = std::abs(bound);
  if (size == 0 || (size >= 1e-4 && size < 1e6)) {
    end = std::to_chars(begin, begin + text.size(), bound, std::chars_format::fixed).ptr;
  }
  std::string out(begin, end);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

// Reads one family.
class FamilyReader {
 public:
  FamilyReader(const ParseOptions& options, const SampleSink& on_sample)
      : options_(options), on_sample_(on_sample) {}

  base::Result<> Read(std::string_view message, const MetadataSink& on_metadata);
  uint64_t samples() const { return samples_; }

 private:
  struct Exemplar {
    size_t first_label = 0;
    size_t labels = 0;
    double value = 0;
    std::optional<int64_t> t_ms = {};
  };

  base::Result<> ReadMetric(std::string_view message);
  base::Result<> ReadLabel(std::string_view message, std::vector<model::Label>& out);
  base::Result<> ReadNumber(std::string_view message);
  base::Result<> ReadSummary(std::string_view message);
  base::Result<> ReadHistogram(std::string_view message);
  base::Result<> ReadBuckets(std::string_view message, double count);
  base::Result<> ReadExemplar(std::string_view message);
  base::Result<> AddNative(std::string_view message);
  // One sample of the metric at hand with the exemplars read since the last one.
  base::Result<> Add(std::string_view suffix, double value, std::string_view label = {},
                     std::string_view text = {}, const model::Histogram* histogram = nullptr);

  const ParseOptions& options_;
  const SampleSink& on_sample_;
  uint64_t samples_ = 0;
  std::string_view family_;
  const FamilyType* type_ = nullptr;
  std::string name_;                  // with a suffix
  std::vector<model::Label> labels_;  // the name first
  std::optional<int64_t> t_ms_;
  std::vector<model::Label> exemplar_labels_;
  std::vector<Exemplar> exemplars_;
  std::vector<ParsedExemplar> parsed_exemplars_;
};

base::Result<> FamilyReader::Read(std::string_view message, const MetadataSink& on_metadata) {
  family_ = {};
  std::string_view help;
  std::string_view unit;
  uint32_t type = 0;
  for (pbf_reader reader = Reader(message); reader.next();) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited): family_ = View(reader); break;
      case tag_and_type(2, kLengthDelimited): help = View(reader); break;
      case tag_and_type(3, pbf_wire_type::varint): type = reader.get_uint32(); break;
      case tag_and_type(5, kLengthDelimited): unit = View(reader); break;
      default: reader.skip();
    }
  }
  if (family_.empty()) return base::InvalidArgument("it has no name");
  if (family_.size() > options_.name_bytes_max) {
    return base::InvalidArgument(fmt::format("the name has {} bytes; the limit is {}",
                                             family_.size(), options_.name_bytes_max));
  }
  for (const std::string_view text : {family_, help, unit}) {
    if (!base::IsValidUtf8(text)) return base::InvalidArgument("a text is not valid UTF-8");
  }
  if (type >= kTypes.size()) return base::InvalidArgument(fmt::format("{} is no type", type));
  type_ = &kTypes[type];
  if (on_metadata) {
    on_metadata({.type = type_->name,
                 .family = family_,
                 .help = help.substr(0, HelpBytes(help, options_.help_bytes_max)),
                 .unit = unit.substr(0, HelpBytes(unit, options_.name_bytes_max))});
  }
  for (pbf_reader reader = Reader(message); reader.next(4, kLengthDelimited);) {
    VEDETTE_TRY_VOID(ReadMetric(View(reader)));
  }
  return {};
}

base::Result<> FamilyReader::ReadMetric(std::string_view message) {
  labels_.assign(1, {model::kMetricName, family_});
  t_ms_.reset();
  exemplars_.clear();
  exemplar_labels_.clear();
  std::optional<std::string_view> value;
  for (pbf_reader reader = Reader(message); reader.next();) {
    if (reader.tag_and_type() == tag_and_type(1, kLengthDelimited)) {
      VEDETTE_TRY_VOID(ReadLabel(View(reader), labels_));
    } else if (reader.tag_and_type() == tag_and_type(6, pbf_wire_type::varint)) {
      t_ms_ = reader.get_int64();
    } else if (reader.tag() == type_->field && reader.wire_type() == kLengthDelimited) {
      value = View(reader);
    } else {
      reader.skip();
    }
  }
  if (t_ms_ == 0) t_ms_.reset();  // what libraries mean by it
  if (!value) return base::InvalidArgument(fmt::format("a metric has no {}", type_->name));
  switch (type_->field) {
    case 4: return ReadSummary(*value);
    case 7: return ReadHistogram(*value);
    default: return ReadNumber(*value);
  }
}

base::Result<> FamilyReader::ReadLabel(std::string_view message, std::vector<model::Label>& out) {
  model::Label label;
  for (pbf_reader reader = Reader(message); reader.next();) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited): label.name = View(reader); break;
      case tag_and_type(2, kLengthDelimited): label.value = View(reader); break;
      default: reader.skip();
    }
  }
  if (label.name.empty()) return base::InvalidArgument("a label has an empty name");
  if (label.name.size() > options_.name_bytes_max ||
      label.value.size() > options_.value_bytes_max) {
    return base::InvalidArgument(fmt::format(
        "a label has {} and {} bytes in its name and value; the limits are {} and {}",
        label.name.size(), label.value.size(), options_.name_bytes_max, options_.value_bytes_max));
  }
  if (!base::IsValidUtf8(label.name) || !base::IsValidUtf8(label.value)) {
    return base::InvalidArgument("a label is not valid UTF-8");
  }
  if (&out == &labels_) {
    if (out.size() >= options_.labels_max) {
      return base::InvalidArgument(fmt::format("more than {} labels", options_.labels_max));
    }
    if (std::ranges::find(out, label.name, &model::Label::name) != out.end()) {
      return base::InvalidArgument(fmt::format("label \"{}\" occurs twice", label.name));
    }
  }
  out.push_back(label);
  return {};
}

base::Result<> FamilyReader::ReadNumber(std::string_view message) {
  double value = 0;
  for (pbf_reader reader = Reader(message); reader.next();) {
    if (reader.tag_and_type() == tag_and_type(1, pbf_wire_type::fixed64)) {
      value = reader.get_double();
    } else if (type_->field == 3 && reader.tag_and_type() == tag_and_type(2, kLengthDelimited)) {
      VEDETTE_TRY_VOID(ReadExemplar(View(reader)));
    } else {
      reader.skip();
    }
  }
  return Add({}, value);
}

base::Result<> FamilyReader::ReadSummary(std::string_view message) {
  double count = 0;
  double sum = 0;
  for (pbf_reader reader = Reader(message); reader.next();) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::varint):
        count = static_cast<double>(reader.get_uint64());
        break;
      case tag_and_type(2, pbf_wire_type::fixed64): sum = reader.get_double(); break;
      case tag_and_type(3, kLengthDelimited): {
        double quantile = 0;
        double value = 0;
        for (pbf_reader pair = Reader(View(reader)); pair.next();) {
          switch (pair.tag_and_type()) {
            case tag_and_type(1, pbf_wire_type::fixed64): quantile = pair.get_double(); break;
            case tag_and_type(2, pbf_wire_type::fixed64): value = pair.get_double(); break;
            default: pair.skip();
          }
        }
        VEDETTE_TRY_VOID(Add({}, value, "quantile", BoundText(quantile)));
        break;
      }
      default: reader.skip();
    }
  }
  VEDETTE_TRY_VOID(Add("_sum", sum));
  return Add("_count", count);
}

base::Result<> FamilyReader::ReadHistogram(std::string_view message) {
  const bool native = options_.native_histograms && IsNativeHistogram(message);
  if (native) VEDETTE_TRY_VOID(AddNative(message));
  if (native && !options_.classic_with_native) return {};
  double count = 0;
  double fractions = 0;  // counts that are not whole
  double sum = 0;
  for (pbf_reader reader = Reader(message); reader.next();) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::varint):
        count = static_cast<double>(reader.get_uint64());
        break;
      case tag_and_type(2, pbf_wire_type::fixed64): sum = reader.get_double(); break;
      case tag_and_type(4, pbf_wire_type::fixed64): fractions = reader.get_double(); break;
      default: reader.skip();
    }
  }
  if (fractions > 0) count = fractions;
  VEDETTE_TRY_VOID(ReadBuckets(message, count));
  VEDETTE_TRY_VOID(Add("_sum", sum));
  return Add("_count", count);
}

// The buckets with bounds, and that of +Inf, which may be left out.
base::Result<> FamilyReader::ReadBuckets(std::string_view message, double count) {
  bool infinite = false;
  for (pbf_reader reader = Reader(message); reader.next(3, kLengthDelimited);) {
    double cumulative = 0;
    double fractions = 0;
    double bound = 0;
    for (pbf_reader bucket = Reader(View(reader)); bucket.next();) {
      switch (bucket.tag_and_type()) {
        case tag_and_type(1, pbf_wire_type::varint):
          cumulative = static_cast<double>(bucket.get_uint64());
          break;
        case tag_and_type(2, pbf_wire_type::fixed64): bound = bucket.get_double(); break;
        case tag_and_type(3, kLengthDelimited): VEDETTE_TRY_VOID(ReadExemplar(View(bucket))); break;
        case tag_and_type(4, pbf_wire_type::fixed64): fractions = bucket.get_double(); break;
        default: bucket.skip();
      }
    }
    if (fractions > 0) cumulative = fractions;
    infinite |= std::isinf(bound) && bound > 0;
    VEDETTE_TRY_VOID(Add("_bucket", cumulative, "le", BoundText(bound)));
  }
  return infinite ? base::Result<>() : Add("_bucket", count, "le", "+Inf");
}

base::Result<> FamilyReader::ReadExemplar(std::string_view message) {
  if (exemplars_.size() == kExemplarsMax) return {};
  Exemplar exemplar{.first_label = exemplar_labels_.size()};
  for (pbf_reader reader = Reader(message); reader.next();) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited):
        VEDETTE_TRY_VOID(ReadLabel(View(reader), exemplar_labels_));
        break;
      case tag_and_type(2, pbf_wire_type::fixed64): exemplar.value = reader.get_double(); break;
      case tag_and_type(3, kLengthDelimited): {
        int64_t seconds = 0;
        int64_t nanos = 0;
        for (pbf_reader time = Reader(View(reader)); time.next();) {
          switch (time.tag_and_type()) {
            case tag_and_type(1, pbf_wire_type::varint): seconds = time.get_int64(); break;
            case tag_and_type(2, pbf_wire_type::varint): nanos = time.get_int32(); break;
            default: time.skip();
          }
        }
        exemplar.t_ms = std::clamp(seconds, -kSecondsMax, kSecondsMax) * 1000 + nanos / 1'000'000;
        break;
      }
      default: reader.skip();
    }
  }
  exemplar.labels = exemplar_labels_.size() - exemplar.first_label;
  exemplars_.push_back(exemplar);
  return {};
}

base::Result<> FamilyReader::AddNative(std::string_view message) {
  VEDETTE_TRY(const model::Histogram histogram,
              ReadNativeHistogram(message, type_->name == "gaugehistogram"));
  for (pbf_reader reader = Reader(message); reader.next(16, kLengthDelimited);) {
    VEDETTE_TRY_VOID(ReadExemplar(View(reader)));
  }
  // Older libraries keep them with the buckets that have bounds.
  if (exemplars_.empty() && !options_.classic_with_native) {
    for (pbf_reader reader = Reader(message); reader.next(3, kLengthDelimited);) {
      for (pbf_reader bucket = Reader(View(reader)); bucket.next(3, kLengthDelimited);) {
        VEDETTE_TRY_VOID(ReadExemplar(View(bucket)));
      }
    }
  }
  return Add({}, 0, {}, {}, &histogram);
}

base::Result<> FamilyReader::Add(std::string_view suffix, double value, std::string_view label,
                                 std::string_view text, const model::Histogram* histogram) {
  if (samples_ >= options_.samples_max) {
    return base::InvalidArgument(fmt::format("more than {} samples", options_.samples_max),
                                 "samples_per_request");
  }
  ++samples_;
  name_.assign(family_).append(suffix);
  labels_.front().value = name_;
  const size_t own_labels = labels_.size();
  if (!label.empty()) {
    if (std::ranges::find(labels_, label, &model::Label::name) != labels_.end()) {
      return base::InvalidArgument(fmt::format("label \"{}\" occurs twice", label));
    }
    labels_.push_back({label, text});
  }
  parsed_exemplars_.clear();
  for (const Exemplar& exemplar : exemplars_) {
    parsed_exemplars_.push_back(
        {.labels = std::span(exemplar_labels_).subspan(exemplar.first_label, exemplar.labels),
         .value = exemplar.value,
         .t_ms = exemplar.t_ms});
  }
  base::Result<> added = on_sample_({.labels = labels_,
                                     .value = value,
                                     .histogram = histogram,
                                     .t_ms = t_ms_,
                                     .exemplars = parsed_exemplars_});
  labels_.resize(own_labels);
  exemplars_.clear();
  exemplar_labels_.clear();
  return added;
}

// The next message; moves the text on. Throws protozero::exception.
std::string_view TakeMessage(std::string_view& text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  const uint64_t size = protozero::decode_varint(&p, end);
  if (size > static_cast<uint64_t>(end - p)) throw protozero::end_of_buffer_exception();
  text = {p + size, static_cast<size_t>(end - p) - size};
  return {p, size};
}

}  // namespace

size_t HelpBytes(std::string_view help, size_t bytes_max) {
  if (help.size() <= bytes_max) return help.size();
  size_t size = bytes_max;
  while (size > 0 && (static_cast<unsigned char>(help[size]) & 0xC0) == 0x80) --size;
  return size;
}

base::Result<uint64_t> ParseProtobuf(std::string_view message, const ParseOptions& options,
                                     const SampleSink& on_sample, const MetadataSink& on_metadata) {
  FamilyReader reader(options, on_sample);
  for (uint64_t family = 1; !message.empty(); ++family) {
    base::Result<> read;
    try {
      read = reader.Read(TakeMessage(message), on_metadata);
    } catch (const protozero::exception& e) {
      read = base::InvalidArgument(fmt::format("it is no MetricFamily message: {}", e.what()));
    }
    if (!read.ok()) return read.error().With(fmt::format("family {}", family));
  }
  return reader.samples();
}

}  // namespace vedette::sources::exposition
