#include "sources/remote_write/decoder.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fmt/core.h>
#include <snappy.h>
#include <utility>

#include <protozero/pbf_reader.hpp>

#include "base/utf8.h"

// The message, of which unknown fields are skipped:
//
//   WriteRequest   1: TimeSeries...  3: MetricMetadata...
//   TimeSeries     1: Label...  2: Sample...  3: Exemplar...  4: Histogram...
//   Label          1: name  2: value          Sample  1: double value  2: int64 timestamp (ms)
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

constexpr size_t kSlack = 64;        // readable and writable bytes behind raw_ and canonical_
constexpr size_t kStep = 32;         // bytes copied at a time
constexpr size_t kShortMax = 127;    // longest text whose length takes one byte
constexpr size_t kShownBytes = 200;  // of a series in a message

// No snappy block expands more: an element of 3 bytes yields at most 64.
constexpr size_t kSnappyRatioMax = 22;

constexpr auto kLengthDelimited = pbf_wire_type::length_delimited;

std::string_view Text(const protozero::data_view& view) { return {view.data(), view.size()}; }

pbf_reader Reader(std::string_view message) { return {message.data(), message.size()}; }

// Order of texts by their first eight bytes. REQUIRES: text is followed by kSlack bytes, not empty.
uint64_t Prefix(std::string_view text) {
  uint64_t word;
  std::memcpy(&word, text.data(), sizeof word);
  if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
  return text.size() >= 8 ? word : word & ~(~uint64_t{0} >> (8 * text.size()));
}

bool NameLess(std::string_view a, std::string_view b) {
  const uint64_t prefix_a = Prefix(a);
  const uint64_t prefix_b = Prefix(b);
  return prefix_a != prefix_b ? prefix_a < prefix_b : a < b;
}

// Writes a length and a text; the end of it. Writes up to kStep bytes more.
char* PutText(char* out, std::string_view text) {
  size_t size = text.size();
  while (size >= 0x80) {
    *out++ = static_cast<char>(size | 0x80);
    size >>= 7;
  }
  *out++ = static_cast<char>(size);
  for (size_t i = 0; i < text.size(); i += kStep) std::memcpy(out + i, text.data() + i, kStep);
  return out + text.size();
}

// The labels at the front of a series message, moved to canonical form at once.
struct QuickLabels {
  const char* next;  // what follows them in the message
  char* end;         // of the canonical bytes
  size_t count;
};

// The quick path: labels in order, each `0A size 0A size name 12 size value` with sizes of one byte
// and no empty text. Stops before the first field that is anything else. REQUIRES: kSlack bytes
// behind `message`, and message.size() + kSlack bytes at `out`.
QuickLabels MoveLabels(std::string_view message, char* out) {
  const char* p = message.data();
  const char* const end = p + message.size();
  size_t count = 0;
  uint64_t before = 0;
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
    for (int i = 0; i <= name_size; i += int{kStep}) std::memcpy(out + i, p + 3 + i, kStep);
    out += 1 + name_size;
    for (int i = 0; i <= value_size; i += int{kStep}) std::memcpy(out + i, value + 1 + i, kStep);
    out += 1 + value_size;
    p += 2 + size;
    ++count;
  }
  return {p, out, count};
}

// REQUIRES: kSlack bytes behind the text, of any content.
bool IsAscii(const char* data, size_t size) {
  uint64_t seen = 0;
  size_t i = 0;
  for (; i + 32 <= size; i += 32) {
    uint64_t words[4];
    std::memcpy(words, data + i, sizeof words);
    seen |= words[0] | words[1] | words[2] | words[3];
  }
  for (; i < size; ++i) seen |= static_cast<unsigned char>(data[i]);
  return (seen & 0x8080808080808080) == 0;
}

// A buffer of at least `size` bytes and the slack; its content is undefined.
void Reserve(std::unique_ptr<char[]>& buffer, size_t& capacity, size_t size) {
  if (capacity >= size + kSlack) return;
  capacity = std::max(size + kSlack, 2 * std::min<size_t>(capacity, 1 << 20));
  buffer = std::make_unique_for_overwrite<char[]>(capacity);
}

// The series as people know it, shortened and safe to print.
std::string Shown(const std::vector<model::Label>& labels) {
  std::string raw;
  for (const model::Label& label : labels) {
    if (label.name == model::kMetricName) raw = label.value;
  }
  raw += '{';
  for (const model::Label& label : labels) {
    if (label.name == model::kMetricName) continue;
    if (raw.size() > kShownBytes) break;
    if (raw.back() != '{') raw += ',';
    raw.append(label.name).append("=\"").append(label.value).append("\"");
  }
  if (raw.size() > kShownBytes) raw = raw.substr(0, kShownBytes) + "...";
  raw += '}';
  std::string shown;
  for (size_t i = 0; i < raw.size();) {
    const size_t length = base::Utf8SequenceLength(std::string_view(raw).substr(i));
    const bool plain = length > 1 || (length == 1 && raw[i] >= ' ' && raw[i] != '\x7f');
    shown.append(plain ? std::string_view(raw).substr(i, length) : "?");
    i += std::max<size_t>(length, 1);
  }
  return shown;
}

model::Sample ReadSample(std::string_view message) {
  model::Sample sample;
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::fixed64): sample.value = reader.get_double(); break;
      case tag_and_type(2, pbf_wire_type::varint): sample.t_ms = reader.get_int64(); break;
      default: reader.skip();
    }
  }
  return sample;
}

std::string_view TypeName(int32_t type) {
  static constexpr std::string_view kNames[] = {"unknown",        "counter", "gauge", "histogram",
                                                "gaugehistogram", "summary", "info",  "stateset"};
  const auto index = static_cast<size_t>(type);
  return type >= 0 && index < std::size(kNames) ? kNames[index] : kNames[0];
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

}  // namespace

Decoder::Decoder(DecoderOptions options) : options_(options) {}

base::Result<DecodeReport> Decoder::Decode(std::string_view body, model::WriteBatch& out,
                                           const MetadataSink& on_metadata) {
  out.Clear();
  DecodeReport report;
  VEDETTE_TRY(const std::string_view message, Uncompress(body));
  base::Result<> read;
  try {
    read = ReadRequest(message, on_metadata, out, report);
  } catch (const protozero::exception& e) {
    read = base::InvalidArgument(
        fmt::format("remote write: the body is no WriteRequest message: {}", e.what()));
  }
  if (raw_capacity_ > options_.scratch_bytes_kept) {
    raw_.reset();
    raw_capacity_ = 0;
  }
  if (!read.ok()) {
    out.Clear();
    return read.error();
  }
  return report;
}

base::Result<std::string_view> Decoder::Uncompress(std::string_view body) {
  size_t size = 0;
  if (!snappy::GetUncompressedLength(body.data(), body.size(), &size)) {
    return base::InvalidArgument("remote write: the body is not compressed with snappy");
  }
  if (size > options_.decoded_bytes_max) {
    return base::InvalidArgument(
        fmt::format("remote write: the body claims {} bytes when decompressed; the limit is {}",
                    size, options_.decoded_bytes_max),
        "limits.decoded_bytes");
  }
  if (size / kSnappyRatioMax > body.size()) {
    return base::InvalidArgument(
        fmt::format("remote write: a snappy body of {} bytes cannot hold the {} that it claims",
                    body.size(), size));
  }
  Reserve(raw_, raw_capacity_, size);
  if (!snappy::RawUncompress(body.data(), body.size(), raw_.get())) {
    return base::InvalidArgument("remote write: the snappy body is damaged");
  }
  std::memset(raw_.get() + size, 0, kSlack);
  return std::string_view(raw_.get(), size);
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
  if (options_.name_bytes_max < kShortMax || options_.value_bytes_max < kShortMax) return false;
  char* const canonical = canonical_.get();
  const QuickLabels labels = MoveLabels(message, canonical);
  const auto size = static_cast<size_t>(labels.end - canonical);
  if (labels.count == 0 || labels.count > options_.labels_max || !IsAscii(canonical, size)) {
    return false;
  }
  samples_.clear();
  const char* const end = message.data() + message.size();
  for (const char* p = labels.next; p != end; p += 2 + p[1]) {
    if (end - p < 2 || p[0] != 0x12 || p[1] < 0 || p[1] > end - p - 2) return false;
    samples_.push_back(ReadSample({p + 2, static_cast<size_t>(p[1])}));
  }
  if (samples_.empty() || SamplesExceeded(report)) return false;
  out.BeginSeries(model::LabelsView::FromCanonical({canonical, size}));
  for (const model::Sample& sample : samples_) out.Add(sample.t_ms, sample.value);
  ++report.series;
  report.samples += samples_.size();
  return true;
}

bool Decoder::SamplesExceeded(const DecodeReport& report) const {
  return report.samples + report.refused_samples + samples_.size() > options_.samples_max;
}

base::Result<> Decoder::ReadSeries(std::string_view message, model::WriteBatch& out,
                                   DecodeReport& report) {
  Reserve(canonical_, canonical_capacity_, message.size());
  if (MoveQuickly(message, out, report)) return {};
  const size_t label_count = CollectSeries(message, report);
  if (samples_.empty()) return {};
  if (SamplesExceeded(report)) {
    return base::InvalidArgument(
        fmt::format("remote write: more than {} samples in one request", options_.samples_max),
        "limits.samples_per_request");
  }
  std::string problem;
  const std::string_view canonical = BuildCanonical(label_count, problem);
  if (canonical.empty()) {
    ++report.refused_series;
    report.refused_samples += samples_.size();
    if (report.first_refusal.empty()) {
      report.first_refusal = fmt::format("series {}: {}", Shown(labels_), problem);
    }
    return {};
  }
  out.BeginSeries(model::LabelsView::FromCanonical(canonical));
  for (const model::Sample& sample : samples_) out.Add(sample.t_ms, sample.value);
  ++report.series;
  report.samples += samples_.size();
  return {};
}

size_t Decoder::CollectSeries(std::string_view message, DecodeReport& report) {
  labels_.clear();
  samples_.clear();
  labels_sorted_ = true;
  size_t label_count = 0;
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited): {
        const std::string_view label = Text(reader.get_view());
        if (++label_count <= options_.labels_max) AddLabel(label);
        break;
      }
      case tag_and_type(2, kLengthDelimited):
        if (samples_.size() <= options_.samples_max) {
          samples_.push_back(ReadSample(Text(reader.get_view())));
        } else {
          reader.skip();
        }
        break;
      case tag_and_type(3, kLengthDelimited):
        ++report.exemplars_not_stored;
        reader.skip();
        break;
      case tag_and_type(4, kLengthDelimited):
        ++report.histograms_not_stored;
        reader.skip();
        break;
      default: reader.skip();
    }
  }
  return label_count;
}

void Decoder::AddLabel(std::string_view message) {
  model::Label label;
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited): label.name = Text(reader.get_view()); break;
      case tag_and_type(2, kLengthDelimited): label.value = Text(reader.get_view()); break;
      default: reader.skip();
    }
  }
  if (!labels_.empty() && labels_sorted_) {
    labels_sorted_ = !label.name.empty() && !labels_.back().name.empty() &&
                     NameLess(labels_.back().name, label.name);
  }
  labels_.push_back(label);
}

std::string_view Decoder::BuildCanonical(size_t label_count, std::string& problem) {
  if (!labels_sorted_) {
    std::ranges::sort(labels_, {}, &model::Label::name);
  }
  char* const begin = canonical_.get();
  char* end = begin;
  bool within_limits = label_count <= options_.labels_max;
  for (const model::Label& label : labels_) {
    within_limits &= !label.name.empty() && label.name.size() <= options_.name_bytes_max &&
                     label.value.size() <= options_.value_bytes_max;
    if (label.value.empty() || !within_limits) continue;
    end = PutText(PutText(end, label.name), label.value);
  }
  const auto size = static_cast<size_t>(end - begin);
  if (!within_limits || !labels_sorted_ || size == 0 || !IsAscii(begin, size)) {
    problem = LabelProblem(label_count);
    if (!problem.empty()) return {};
  }
  return {begin, size};
}

std::string Decoder::LabelProblem(size_t label_count) const {
  if (label_count > options_.labels_max) {
    return fmt::format("{} labels; the limit is {}", label_count, options_.labels_max);
  }
  bool empty = true;
  for (size_t i = 0; i < labels_.size(); ++i) {
    const auto& [name, value] = labels_[i];
    if (name.empty()) return "a label has no name";
    if (name.size() > options_.name_bytes_max) {
      return fmt::format("a label name has {} bytes; the limit is {}", name.size(),
                         options_.name_bytes_max);
    }
    if (!base::IsValidUtf8(name)) return "a label name is not valid UTF-8";
    if (i > 0 && labels_[i - 1].name == name) {
      return fmt::format("label \"{}\" occurs twice", name);
    }
    if (value.size() > options_.value_bytes_max) {
      return fmt::format("the value of label \"{}\" has {} bytes; the limit is {}", name,
                         value.size(), options_.value_bytes_max);
    }
    if (!base::IsValidUtf8(value)) {
      return fmt::format("the value of label \"{}\" is not valid UTF-8", name);
    }
    empty &= value.empty();
  }
  return empty ? "it has no labels" : "";
}

}  // namespace vedette::sources::remote_write
