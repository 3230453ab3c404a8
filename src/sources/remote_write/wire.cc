#include "sources/remote_write/wire.h"

#include <fmt/core.h>
#include <snappy.h>
#include <utility>

#include "base/utf8.h"
#include "sources/snappy_body/size.h"

namespace vedette::sources::remote_write {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

constexpr size_t kShownBytes = 200;  // of a series in a message

// As OpenMetrics limits the names and values of an exemplar's labels together.
constexpr size_t kExemplarCharactersMax = 128;

size_t CharacterCount(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

// The labels of an exemplar; false when they are too long or no text.
bool BuildExemplar(const SeriesParts::TimedExemplar& from, int64_t t_ms,
                   model::LabelsBuilder& builder, model::Exemplar& out) {
  if (from.broken) return false;
  size_t characters = 0;
  builder.Clear();
  for (const model::Label& label : from.labels) {
    if (!base::IsValidUtf8(label.name) || !base::IsValidUtf8(label.value)) return false;
    characters += CharacterCount(label.name) + CharacterCount(label.value);
    if (!label.name.empty()) builder.Append(label.name, label.value);
  }
  if (characters > kExemplarCharactersMax) return false;
  out = {.labels = builder.Build(), .t_ms = t_ms, .value = from.value};
  return true;
}

}  // namespace

char* Scratch::Reserve(size_t size) {
  if (capacity_ < size + kSlack) {
    capacity_ = std::max(size + kSlack, 2 * std::min<size_t>(capacity_, 1 << 20));
    data_ = std::make_unique_for_overwrite<char[]>(capacity_);
  }
  return data_.get();
}

void Scratch::Trim(size_t bytes_kept) {
  if (capacity_ <= bytes_kept) return;
  data_.reset();
  capacity_ = 0;
}

base::Result<std::string_view> Uncompress(std::string_view body, size_t decoded_bytes_max,
                                          Scratch& scratch) {
  const base::Result<size_t> claimed = snappy_body::DecodedSize(body, decoded_bytes_max);
  if (!claimed.ok()) return claimed.error().With("remote write");
  const size_t size = *claimed;
  char* const raw = scratch.Reserve(size);
  if (!snappy::RawUncompress(body.data(), body.size(), raw)) {
    return base::InvalidArgument("remote write: the snappy body is damaged");
  }
  std::memset(raw + size, 0, kSlack);
  return std::string_view(raw, size);
}

RequestLimits::RequestLimits(const DecoderOptions& options)
    : max_{options.samples_max, options.histograms_max, options.histogram_buckets_max,
           options.exemplars_max, options.label_bytes_max} {}

base::Result<> RequestLimits::Exceeded(Part part) const {
  static constexpr std::string_view kNames[] = {"samples", "histograms", "histogram_buckets",
                                                "exemplars", "label_bytes"};
  return base::InvalidArgument(
      fmt::format("remote write: more than {} {} in one request", max_[part], kNames[part]),
      fmt::format("{}_per_request", kNames[part]));
}

void SeriesParts::Clear() {
  samples.clear();
  histograms.clear();
  exemplars.clear();
  refused_histograms = 0;
  problem.clear();
}

model::Sample ReadSample(std::string_view message) {
  model::Sample sample;
  // What every sender writes: the value, then the time.
  if (message.size() > 10 && message[0] == 0x09 && message[9] == 0x10) {
    const char* p = message.data() + 10;
    std::memcpy(&sample.value, message.data() + 1, sizeof sample.value);
    sample.t_ms = static_cast<int64_t>(protozero::decode_varint(&p, message.end()));
    if (p == message.end()) return sample;
    sample = {};
  }
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

std::string LabelProblem(const std::vector<model::Label>& labels, size_t label_count,
                         const DecoderOptions& options) {
  if (label_count > options.labels_max) {
    return fmt::format("{} labels; the limit is {}", label_count, options.labels_max);
  }
  bool empty = true;
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto& [name, value] = labels[i];
    if (name.empty()) return "a label has no name";
    if (name.size() > options.name_bytes_max) {
      return fmt::format("a label name has {} bytes; the limit is {}", name.size(),
                         options.name_bytes_max);
    }
    if (!base::IsValidUtf8(name)) return "a label name is not valid UTF-8";
    if (i > 0 && labels[i - 1].name == name) {
      return fmt::format("label \"{}\" occurs twice", name);
    }
    if (value.size() > options.value_bytes_max) {
      return fmt::format("the value of label \"{}\" has {} bytes; the limit is {}", name,
                         value.size(), options.value_bytes_max);
    }
    if (!base::IsValidUtf8(value)) {
      return fmt::format("the value of label \"{}\" is not valid UTF-8", name);
    }
    empty &= value.empty();
  }
  return empty ? "it has no labels" : "";
}

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

std::string_view BuildCanonical(std::vector<model::Label>& labels, bool sorted, size_t label_count,
                                const DecoderOptions& options, Scratch& scratch,
                                std::string& problem) {
  if (!sorted) {
    std::ranges::sort(labels, {}, &model::Label::name);
  }
  size_t bytes = 0;
  for (const model::Label& label : labels) bytes += label.name.size() + label.value.size() + 10;
  char* const begin = scratch.Reserve(bytes);
  char* end = begin;
  bool within_limits = label_count <= options.labels_max;
  for (const model::Label& label : labels) {
    within_limits &= !label.name.empty() && label.name.size() <= options.name_bytes_max &&
                     label.value.size() <= options.value_bytes_max;
    if (label.value.empty() || !within_limits) continue;
    end = PutText(PutText(end, label.name), label.value);
  }
  const auto size = static_cast<size_t>(end - begin);
  if (!within_limits || !sorted || size == 0 || !base::IsAscii({begin, size})) {
    problem = LabelProblem(labels, label_count, options);
    if (!problem.empty()) return {};
  }
  return {begin, size};
}

void AddSeries(std::string_view canonical, SeriesParts& parts, model::WriteBatch& out,
               DecodeReport& report) {
  out.BeginSeries(model::LabelsView::FromCanonical(canonical));
  ++report.series;
  int64_t last_ms = 0;
  for (const model::Sample& sample : parts.samples) {
    out.Add(sample.t_ms, sample.value);
    last_ms = sample.t_ms;
  }
  report.samples += parts.samples.size();
  for (SeriesParts::TimedHistogram& timed : parts.histograms) {
    out.AddHistogram(timed.t_ms, std::move(timed.histogram));
    last_ms = timed.t_ms;
  }
  report.histograms += parts.histograms.size();
  if (parts.exemplars.empty()) return;
  model::LabelsBuilder builder;
  for (const SeriesParts::TimedExemplar& timed : parts.exemplars) {
    model::Exemplar exemplar;
    if (BuildExemplar(timed, timed.t_ms != 0 ? timed.t_ms : last_ms, builder, exemplar)) {
      out.AddExemplar(std::move(exemplar));
      ++report.exemplars;
    } else {
      ++report.refused_exemplars;
    }
  }
}

void RefuseSeries(const std::vector<model::Label>& labels, const SeriesParts& parts,
                  std::string_view problem, DecodeReport& report) {
  ++report.refused_series;
  report.refused_samples += parts.samples.size();
  report.refused_histograms += parts.histograms.size() + parts.refused_histograms;
  report.refused_exemplars += parts.exemplars.size();
  if (report.first_refusal.empty()) {
    report.first_refusal = fmt::format("series {}: {}", Shown(labels), problem);
  }
}

void RefuseHistograms(const std::vector<model::Label>& labels, const SeriesParts& parts,
                      DecodeReport& report) {
  report.refused_histograms += parts.refused_histograms;
  if (parts.refused_histograms > 0 && report.first_refusal.empty()) {
    report.first_refusal = fmt::format("series {}: {}", Shown(labels), parts.problem);
  }
}

}  // namespace vedette::sources::remote_write
