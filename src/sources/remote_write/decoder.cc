#include "sources/remote_write/decoder.h"

#include <cstring>
#include <fmt/core.h>
#include <vector>

#include <protozero/pbf_reader.hpp>

#include "base/utf8.h"
#include "sources/remote_write/wire.h"

// The message, of which unknown fields are skipped:
//
//   WriteRequest   1: TimeSeries...  3: MetricMetadata...
//   TimeSeries     1: Label...  2: Sample...  3: Exemplar...  4: Histogram...
//   Label          1: name  2: value          Sample  1: double value  2: int64 timestamp (ms)
//   Exemplar       1: Label...  2: double value  3: int64 timestamp (ms)
//   MetricMetadata 1: type  2: metric_family_name  4: help  5: unit
//
// Per series, the label text costs most: 285 bytes in ten labels. What all senders write (sorted
// labels of short texts, name before value) takes a quick path that moves it in one walk; names are
// compared by their first eight bytes as one number, texts are copied in steps of 32 bytes with
// room behind them, and UTF-8 is looked at in the one block that results, nearly always plain
// ASCII. Everything else, and everything after the first surprise, goes through protozero.

namespace vedette::sources::remote_write {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

// The labels at the front of a series message, moved to canonical form at once.
struct QuickLabels {
  const char* next;  // what follows them in the message
  char* end;         // of the canonical bytes
  uint32_t count;
  bool named;  // __name__ is among them
};

// The quick path: labels in order, each `0A size 0A size name 12 size value` with sizes of one byte
// and no empty text. Stops before the first field that is anything else. REQUIRES: kSlack bytes
// behind `message`, and message.size() + kSlack bytes at `out`.
QuickLabels MoveLabels(std::string_view message, char* out) {
  const char* p = message.data();
  const char* const end = p + message.size();
  const uint64_t metric_name = Prefix(model::kMetricName);
  uint32_t count = 0;
  uint64_t before = 0;
  bool named = false;
  while (end - p >= 8 && p[0] == 0x0A && p[2] == 0x0A) {
    const int size = p[1];  // negative when it takes more bytes than one
    const int name_size = p[3];
    if (size > end - p - 2 || name_size < 1 || name_size > size - 5) break;
    const char* const value = p + 4 + name_size;
    const int value_size = value[1];
    if (value[0] != 0x12 || value_size < 1 || value_size != size - 4 - name_size) break;
    const std::string_view name(p + 4, static_cast<size_t>(name_size));
    const uint64_t prefix = Prefix(name);
    if (prefix <= before) break;  // unsorted, or equal in eight bytes: worth a closer look
    before = prefix;
    named |= prefix == metric_name && name.size() == model::kMetricName.size();
    for (int i = 0; i <= name_size; i += int{kStep}) std::memcpy(out + i, p + 3 + i, kStep);
    out += 1 + name_size;
    for (int i = 0; i <= value_size; i += int{kStep}) std::memcpy(out + i, value + 1 + i, kStep);
    out += 1 + value_size;
    p += 2 + size;
    ++count;
  }
  return {p, out, count, named};
}

FamilyMetadata ReadMetadata(std::string_view message) {
  FamilyMetadata metadata{.type = TypeName(0), .family = {}, .help = {}, .unit = {}};
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::varint):
        metadata.type = TypeName(reader.get_int32());
        break;
      case tag_and_type(2, kLengthDelimited): metadata.family = Text(reader.get_view()); break;
      case tag_and_type(4, kLengthDelimited): metadata.help = Text(reader.get_view()); break;
      case tag_and_type(5, kLengthDelimited): metadata.unit = Text(reader.get_view()); break;
      default: reader.skip();
    }
  }
  return metadata;
}

model::Label ReadLabel(std::string_view message) {
  model::Label label;
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited): label.name = Text(reader.get_view()); break;
      case tag_and_type(2, kLengthDelimited): label.value = Text(reader.get_view()); break;
      default: reader.skip();
    }
  }
  return label;
}

SeriesParts::TimedExemplar ReadExemplar(std::string_view message) {
  SeriesParts::TimedExemplar exemplar;
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited):
        if (exemplar.labels.size() == kExemplarLabelsMax) {
          exemplar.broken = true;
          return exemplar;
        }
        exemplar.labels.push_back(ReadLabel(Text(reader.get_view())));
        break;
      case tag_and_type(2, pbf_wire_type::fixed64): exemplar.value = reader.get_double(); break;
      case tag_and_type(3, pbf_wire_type::varint): exemplar.t_ms = reader.get_int64(); break;
      default: reader.skip();
    }
  }
  return exemplar;
}

}  // namespace

struct Decoder::Parts {
  explicit Parts(const DecoderOptions& options) : limits(options) {}
  Scratch raw;
  Scratch canonical;
  RequestLimits limits;
  SeriesParts series;
  std::vector<model::Label> labels;
  size_t label_count = 0;  // with those over the limit, which are not in `labels`
  bool sorted = true;
};

Decoder::Decoder(DecoderOptions options)
    : options_(options), parts_(std::make_unique<Parts>(options)) {}

Decoder::~Decoder() = default;

base::Result<DecodeReport> Decoder::Decode(std::string_view body, model::WriteBatch& out,
                                           const MetadataSink& on_metadata) {
  out.Clear();
  parts_->limits.Clear();
  DecodeReport report;
  VEDETTE_TRY(const std::string_view message,
              Uncompress(body, options_.decoded_bytes_max, parts_->raw));
  base::Result<> read;
  try {
    read = ReadRequest(message, on_metadata, out, report);
  } catch (const protozero::exception& e) {
    read = base::InvalidArgument(
        fmt::format("remote write: the body is no WriteRequest message: {}", e.what()));
  }
  parts_->raw.Trim(options_.scratch_bytes_kept);
  if (!read.ok()) {
    out.Clear();
    return read.error();
  }
  return report;
}

base::Result<> Decoder::ReadRequest(std::string_view message, const MetadataSink& on_metadata,
                                    model::WriteBatch& out, DecodeReport& report) {
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited):
        VEDETTE_TRY_VOID(ReadSeries(Text(reader.get_view()), out, report));
        break;
      case tag_and_type(3, kLengthDelimited): {
        const std::string_view metadata = Text(reader.get_view());
        if (on_metadata) on_metadata(ReadMetadata(metadata));
        break;
      }
      default: reader.skip();
    }
  }
  return {};
}

// True when samples, and nothing else, follow the labels: all that most senders write.
bool Decoder::MoveQuickly(std::string_view message, model::WriteBatch& out, DecodeReport& report) {
  constexpr size_t kPlain = model::WriteBatch::kPlainBytesMax;
  if (options_.name_bytes_max < kPlain || options_.value_bytes_max < kPlain) return false;
  char* const canonical = parts_->canonical.Reserve(message.size());
  const QuickLabels labels = MoveLabels(message, canonical);
  const auto size = static_cast<size_t>(labels.end - canonical);
  if (labels.count == 0 || labels.count > options_.labels_max ||
      !base::IsAscii({canonical, size})) {
    return false;
  }
  std::vector<model::Sample>& samples = parts_->series.samples;
  samples.clear();
  const char* const end = message.data() + message.size();
  for (const char* p = labels.next; p != end; p += 2 + p[1]) {
    if (end - p < 2 || p[0] != 0x12 || p[1] < 0 || p[1] > end - p - 2) return false;
    samples.push_back(ReadSample({p + 2, static_cast<size_t>(p[1])}));
  }
  if (samples.empty() || !parts_->limits.Fits(RequestLimits::kSamples, samples.size()))
    return false;
  out.BeginSeries(model::LabelsView::FromCanonical({canonical, size}),
                  labels.named ? labels.count : 0);
  for (const model::Sample& sample : samples) out.Add(sample.t_ms, sample.value);
  ++report.series;
  report.samples += samples.size();
  return true;
}

base::Result<> Decoder::ReadSeries(std::string_view message, model::WriteBatch& out,
                                   DecodeReport& report) {
  if (MoveQuickly(message, out, report)) return {};
  VEDETTE_TRY_VOID(CollectSeries(message));
  SeriesParts& series = parts_->series;
  if (series.measurements() == 0 && series.exemplars.empty()) return {};
  std::string problem;
  const std::string_view canonical = BuildCanonical(
      parts_->labels, parts_->sorted, parts_->label_count, options_, parts_->canonical, problem);
  if (canonical.empty()) {
    RefuseSeries(parts_->labels, series, problem, report);
    return {};
  }
  RefuseHistograms(parts_->labels, series, report);
  AddSeries(canonical, series, out, report);
  return {};
}

base::Result<> Decoder::CollectSeries(std::string_view message) {
  Parts& parts = *parts_;
  parts.labels.clear();
  parts.series.Clear();
  parts.sorted = true;
  parts.label_count = 0;
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited): {
        const std::string_view label = Text(reader.get_view());
        if (++parts.label_count <= options_.labels_max) AddLabel(label);
        break;
      }
      case tag_and_type(2, kLengthDelimited):
        VEDETTE_TRY_VOID(parts.limits.Take(RequestLimits::kSamples, 1));
        parts.series.samples.push_back(ReadSample(Text(reader.get_view())));
        break;
      case tag_and_type(3, kLengthDelimited):
        VEDETTE_TRY_VOID(parts.limits.Take(RequestLimits::kExemplars, 1));
        parts.series.exemplars.push_back(ReadExemplar(Text(reader.get_view())));
        break;
      case tag_and_type(4, kLengthDelimited):
        VEDETTE_TRY_VOID(ReadHistogram(Text(reader.get_view()), parts.limits, parts.series));
        break;
      default: reader.skip();
    }
  }
  return {};
}

void Decoder::AddLabel(std::string_view message) {
  const model::Label label = ReadLabel(message);
  std::vector<model::Label>& labels = parts_->labels;
  if (!labels.empty() && parts_->sorted) {
    parts_->sorted = !label.name.empty() && !labels.back().name.empty() &&
                     NameLess(labels.back().name, label.name);
  }
  labels.push_back(label);
}

}  // namespace vedette::sources::remote_write
