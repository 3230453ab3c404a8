#include "sources/remote_write/symbol_decoder.h"

#include <algorithm>
#include <cstring>
#include <fmt/core.h>
#include <vector>

#include <protozero/pbf_reader.hpp>

#include "base/utf8.h"
#include "sources/remote_write/wire.h"

// The message, of which unknown fields are skipped:
//
//   Request     4: string symbols...  5: TimeSeries...
//   TimeSeries  1: uint32 label refs (packed)  2: Sample...  3: Histogram...  4: Exemplar...
//               5: Metadata
//   Sample      1: double value  2: int64 timestamp (ms)
//   Exemplar    1: uint32 label refs (packed)  2: double value  3: int64 timestamp (ms)
//   Metadata    1: type  3: uint32 help ref  4: uint32 unit ref
//
// A text in a protobuf message stands behind its length in LEB128, as it does in canonical labels:
// a label is made by copying two symbols as they stand. What can be known of a symbol (UTF-8, its
// first bytes as a number) is found once, not per series.

namespace vedette::sources::remote_write {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

struct Symbol {
  std::string_view text;
  std::string_view encoded;  // the length and the text, as in canonical labels
  uint64_t prefix = 0;       // of the text, see Prefix
  bool valid_utf8 = true;
  bool described = false;  // its metadata was told
};

struct Metadata {
  int32_t type = 0;
  uint32_t help = 0;
  uint32_t unit = 0;
  bool told() const { return type != 0 || help != 0 || unit != 0; }
};

Metadata ReadMetadata(std::string_view message) {
  Metadata metadata;
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::varint): metadata.type = reader.get_int32(); break;
      case tag_and_type(3, pbf_wire_type::varint): metadata.help = reader.get_uint32(); break;
      case tag_and_type(4, pbf_wire_type::varint): metadata.unit = reader.get_uint32(); break;
      default: reader.skip();
    }
  }
  return metadata;
}

// Adds references up to one more than `max`: enough to see that there are too many.
void ReadRefs(pbf_reader& reader, size_t max, std::vector<uint32_t>& out) {
  if (reader.wire_type() == pbf_wire_type::varint) {
    const uint32_t ref = reader.get_uint32();
    if (out.size() <= max) out.push_back(ref);
    return;
  }
  const std::string_view packed = Text(reader.get_view());
  const char* p = packed.data();
  const char* const end = p + packed.size();
  const size_t before = out.size();
  if (before > max) return;
  // Each takes a byte at least.
  out.resize(std::min(before + packed.size(), max + 1));
  auto next = out.begin() + static_cast<std::ptrdiff_t>(before);
  while (p < end && next != out.end()) {
    *next++ = *p >= 0 ? static_cast<uint32_t>(*p++)
                      : static_cast<uint32_t>(protozero::decode_varint(&p, end));
  }
  out.erase(next, out.end());
}

// The family that a metric belongs to, by the type of the family.
std::string_view FamilyOf(std::string_view metric, std::string_view type) {
  const bool histogram = type == "histogram" || type == "gaugehistogram";
  if (!histogram && type != "summary") return metric;
  for (const std::string_view suffix : {"_count", "_sum", "_bucket"}) {
    if (suffix == "_bucket" && !histogram) break;
    if (metric.size() > suffix.size() && metric.ends_with(suffix)) {
      return metric.substr(0, metric.size() - suffix.size());
    }
  }
  return metric;
}

}  // namespace

struct SymbolDecoder::Parts {
  explicit Parts(const DecoderOptions& options) : limits(options) {}
  Scratch raw;
  Scratch canonical;
  RequestLimits limits;
  std::vector<Symbol> symbols;
  // Of the series at hand.
  SeriesParts series;
  std::vector<uint32_t> refs;
  std::vector<uint32_t> exemplar_refs;
  std::vector<model::Label> labels;
  Metadata metadata;

  SeriesParts::TimedExemplar ReadExemplar(std::string_view message);
  // The text of a reference that may be left out, such as a unit.
  std::string_view Optional(uint32_t ref) const {
    return ref == 0 || ref >= symbols.size() || !symbols[ref].valid_utf8 ? "" : symbols[ref].text;
  }
};

SymbolDecoder::SymbolDecoder(DecoderOptions options)
    : options_(options), parts_(std::make_unique<Parts>(options_)) {}

SymbolDecoder::~SymbolDecoder() = default;

base::Result<DecodeReport> SymbolDecoder::Decode(std::string_view body, model::WriteBatch& out,
                                                 const MetadataSink& on_metadata) {
  out.Clear();
  Parts& parts = *parts_;
  parts.limits.Clear();
  parts.symbols.clear();
  DecodeReport report;
  VEDETTE_TRY(const std::string_view message,
              Uncompress(body, options_.decoded_bytes_max, parts.raw));
  base::Result<> read;
  try {
    read = ReadSymbols(message);
    pbf_reader reader = Reader(message);
    while (read.ok() && reader.next()) {
      if (reader.tag_and_type() == tag_and_type(5, kLengthDelimited)) {
        read = ReadSeries(Text(reader.get_view()), on_metadata, out, report);
      } else {
        reader.skip();
      }
    }
  } catch (const protozero::exception& e) {
    read = base::InvalidArgument(fmt::format(
        "remote write: the body is no io.prometheus.write.v2.Request message: {}", e.what()));
  }
  parts.raw.Trim(options_.scratch_bytes_kept);
  if (parts.symbols.capacity() * sizeof(Symbol) > options_.scratch_bytes_kept) parts.symbols = {};
  if (!read.ok()) {
    out.Clear();
    return read.error();
  }
  return report;
}

// Symbols may stand anywhere in the message, so they are read before all series.
base::Result<> SymbolDecoder::ReadSymbols(std::string_view message) {
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    if (reader.tag_and_type() != tag_and_type(4, kLengthDelimited)) {
      reader.skip();
      continue;
    }
    if (parts_->symbols.size() == options_.symbols_max) {
      return base::InvalidArgument(
          fmt::format("remote write: more than {} symbols in one request", options_.symbols_max),
          "symbols_per_request");
    }
    const std::string_view text = Text(reader.get_view());
    char length[10];
    char* const length_end = PutLength(length, text.size());
    const auto length_size = static_cast<size_t>(length_end - length);
    // Protobuf allows a length with zeros on top, which no encoder writes.
    if (std::memcmp(text.data() - length_size, length, length_size) != 0) {
      return base::InvalidArgument(
          fmt::format("remote write: the length of symbol {} is not encoded in the shortest way",
                      parts_->symbols.size()));
    }
    parts_->symbols.push_back({.text = text,
                               .encoded = {text.data() - length_size, length_size + text.size()},
                               .prefix = text.empty() ? 0 : Prefix(text),
                               .valid_utf8 = base::IsValidUtf8(text)});
  }
  return {};
}

base::Result<> SymbolDecoder::ReadSeries(std::string_view message, const MetadataSink& on_metadata,
                                         model::WriteBatch& out, DecodeReport& report) {
  VEDETTE_TRY_VOID(CollectSeries(message));
  SeriesParts& series = parts_->series;
  std::string problem;
  std::string_view canonical = MoveLabels();
  if (canonical.empty()) canonical = BuildLabels(problem);
  if (problem.empty() && series.measurements() == 0) {
    problem = "it has neither samples nor histograms";
  }
  if (problem.empty() && !series.samples.empty() && series.measurements() > series.samples.size()) {
    problem = "it has both samples and histograms";
  }
  if (!problem.empty() || series.refused_histograms > 0) {
    std::string ignored;
    BuildLabels(ignored);  // the labels, to be shown
  }
  if (!problem.empty()) {
    RefuseSeries(parts_->labels, series, problem, report);
    return {};
  }
  if (on_metadata && parts_->metadata.told()) TellMetadata(on_metadata);
  VEDETTE_TRY_VOID(parts_->limits.Take(RequestLimits::kLabelBytes, canonical.size()));
  RefuseHistograms(parts_->labels, series, report);
  AddSeries(canonical, series, out, report);
  return {};
}

base::Result<> SymbolDecoder::CollectSeries(std::string_view message) {
  Parts& parts = *parts_;
  parts.series.Clear();
  parts.refs.clear();
  parts.labels.clear();
  parts.metadata = {};
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::varint):
      case tag_and_type(1, kLengthDelimited):
        ReadRefs(reader, 2 * options_.labels_max, parts.refs);
        break;
      case tag_and_type(2, kLengthDelimited):
        VEDETTE_TRY_VOID(parts.limits.Take(RequestLimits::kSamples, 1));
        parts.series.samples.push_back(ReadSample(Text(reader.get_view())));
        break;
      case tag_and_type(3, kLengthDelimited):
        VEDETTE_TRY_VOID(ReadHistogram(Text(reader.get_view()), parts.limits, parts.series));
        break;
      case tag_and_type(4, kLengthDelimited):
        VEDETTE_TRY_VOID(parts.limits.Take(RequestLimits::kExemplars, 1));
        parts.series.exemplars.push_back(parts.ReadExemplar(Text(reader.get_view())));
        break;
      case tag_and_type(5, kLengthDelimited):
        parts.metadata = ReadMetadata(Text(reader.get_view()));
        break;
      default: reader.skip();
    }
  }
  return {};
}

SeriesParts::TimedExemplar SymbolDecoder::Parts::ReadExemplar(std::string_view message) {
  SeriesParts::TimedExemplar exemplar;
  exemplar_refs.clear();
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::varint):
      case tag_and_type(1, kLengthDelimited):
        ReadRefs(reader, 2 * kExemplarLabelsMax, exemplar_refs);
        break;
      case tag_and_type(2, pbf_wire_type::fixed64): exemplar.value = reader.get_double(); break;
      case tag_and_type(3, pbf_wire_type::varint): exemplar.t_ms = reader.get_int64(); break;
      default: reader.skip();
    }
  }
  exemplar.broken = exemplar_refs.size() % 2 != 0;
  for (const uint32_t ref : exemplar_refs) exemplar.broken |= ref >= symbols.size();
  for (size_t i = 0; !exemplar.broken && i < exemplar_refs.size(); i += 2) {
    exemplar.labels.push_back({symbols[exemplar_refs[i]].text, symbols[exemplar_refs[i + 1]].text});
  }
  return exemplar;
}

std::string_view SymbolDecoder::MoveLabels() {
  const std::vector<uint32_t>& refs = parts_->refs;
  const std::vector<Symbol>& symbols = parts_->symbols;
  if (refs.empty() || refs.size() % 2 != 0 || refs.size() > 2 * options_.labels_max) return {};
  char* const begin = parts_->canonical.Reserve(
      options_.labels_max * (options_.name_bytes_max + options_.value_bytes_max + 20));
  char* end = begin;
  uint64_t before = 0;
  for (size_t i = 0; i < refs.size(); i += 2) {
    if (refs[i] >= symbols.size() || refs[i + 1] >= symbols.size()) return {};
    const Symbol& name = symbols[refs[i]];
    const Symbol& value = symbols[refs[i + 1]];
    // Equal in eight bytes, or empty: worth a closer look.
    const bool usual = name.prefix > before && !value.text.empty() && name.valid_utf8 &&
                       value.valid_utf8 && name.text.size() <= options_.name_bytes_max &&
                       value.text.size() <= options_.value_bytes_max;
    if (!usual) return {};
    before = name.prefix;
    end = CopyInSteps(CopyInSteps(end, name.encoded), value.encoded);
  }
  return {begin, static_cast<size_t>(end - begin)};
}

std::string_view SymbolDecoder::BuildLabels(std::string& problem) {
  const std::vector<uint32_t>& refs = parts_->refs;
  const std::vector<Symbol>& symbols = parts_->symbols;
  std::vector<model::Label>& labels = parts_->labels;
  labels.clear();
  bool sorted = true;
  for (size_t i = 0; i + 1 < refs.size(); i += 2) {
    for (const uint32_t ref : {refs[i], refs[i + 1]}) {
      if (ref < symbols.size()) continue;
      problem = fmt::format("it refers to symbol {}, but there are {}", ref, symbols.size());
      return {};
    }
    const model::Label label{symbols[refs[i]].text, symbols[refs[i + 1]].text};
    sorted &= labels.empty() || labels.back().name < label.name;
    if (labels.size() < options_.labels_max) labels.push_back(label);
  }
  const size_t count = (refs.size() + 1) / 2;
  if (refs.size() % 2 != 0 && count <= options_.labels_max) {
    problem = fmt::format("it has an odd number of label references: {}", refs.size());
    return {};
  }
  return BuildCanonical(labels, sorted, count, options_, parts_->canonical, problem);
}

void SymbolDecoder::TellMetadata(const MetadataSink& on_metadata) {
  std::vector<Symbol>& symbols = parts_->symbols;
  for (size_t i = 0; i + 1 < parts_->refs.size(); i += 2) {
    if (symbols[parts_->refs[i]].text != model::kMetricName) continue;
    Symbol& metric = symbols[parts_->refs[i + 1]];
    if (metric.described) return;
    metric.described = true;
    const std::string_view type = TypeName(parts_->metadata.type);
    on_metadata({.type = type,
                 .family = FamilyOf(metric.text, type),
                 .help = parts_->Optional(parts_->metadata.help),
                 .unit = parts_->Optional(parts_->metadata.unit)});
    return;
  }
}

}  // namespace vedette::sources::remote_write
