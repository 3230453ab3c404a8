#include "sources/loki/stream.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

#include "base/utf8.h"

namespace vedette::sources::loki {
namespace {

constexpr std::array<std::string_view, 11> kServiceNames = {
    "service_name", "service",        "app",       "application", "name", "app_kubernetes_io_name",
    "container",    "container_name", "component", "workload",    "job"};
constexpr std::array<std::string_view, 4> kLevelNames = {"level", "severity", "detected_level",
                                                         "severity_text"};
constexpr std::array<std::string_view, 3> kTraceNames = {"trace_id", "traceID", "traceId"};
constexpr std::string_view kUnknownService = "unknown_service";

template <size_t kSize>
bool IsOneOf(std::string_view name, const std::array<std::string_view, kSize>& names) {
  return std::ranges::find(names, name) != names.end();
}

void SetField(std::vector<Pair>& fields, const Pair& field) {
  const auto same = std::ranges::find(fields, field.first, &Pair::first);
  if (same == fields.end()) {
    fields.push_back(field);
  } else {
    same->second = field.second;
  }
}

std::string ServiceOf(const std::vector<Pair>& fields) {
  for (const std::string_view name : kServiceNames) {
    const auto found = std::ranges::find(fields, name, &Pair::first);
    if (found != fields.end() && !found->second.empty()) return found->second;
  }
  return std::string(kUnknownService);
}

// Gives a field to the part of the record that it is, or keeps it.
void Place(const Pair& field, model::LogRecord& record) {
  if (IsOneOf(field.first, kTraceNames)) {
    record.trace_id = field.second;
    return;
  }
  if (IsOneOf(field.first, kLevelNames)) {
    if (const auto level = model::ParseLogSeverity(field.second)) {
      record.level = *level;
      return;
    }
  }
  SetField(record.fields, field);
}

void PlaceAll(const std::vector<Pair>& fields, model::LogRecord& record) {
  record.fields.reserve(record.fields.size() + fields.size());
  for (const Pair& field : fields) Place(field, record);
  record.service = ServiceOf(record.fields);
}

size_t BytesOf(const std::vector<Pair>& fields) {
  size_t bytes = 0;
  for (const auto& [name, value] : fields) bytes += sizeof(Pair) + name.size() + value.size();
  return bytes;
}

std::string Problem(const std::vector<Pair>& fields, std::string_view what,
                    const ParseOptions& options) {
  if (fields.size() > options.fields_max) {
    return fmt::format("{} are more than {}", what, options.fields_max);
  }
  for (const auto& [name, value] : fields) {
    if (name.empty()) return fmt::format("{}: one has an empty name", what);
    if (name.size() > options.name_bytes_max) {
      return fmt::format("{}: a name has {} bytes; the limit is {}", what, name.size(),
                         options.name_bytes_max);
    }
    if (!base::IsValidUtf8(name)) return fmt::format("{}: a name is not valid UTF-8", what);
    if (value.size() > options.value_bytes_max) {
      return fmt::format("{}: the value of {} has {} bytes; the limit is {}", what,
                         name.substr(0, 80), value.size(), options.value_bytes_max);
    }
    if (!base::IsValidUtf8(value)) {
      return fmt::format("{}: the value of {} is not valid UTF-8", what, name.substr(0, 80));
    }
  }
  return {};
}

// The parts of {name="value", ...} from left to right.
class LabelReader {
 public:
  LabelReader(std::string_view text, const ParseOptions& options)
      : rest_(text), options_(options) {}

  base::Result<std::vector<Pair>> Read() {
    std::vector<Pair> labels;
    if (!Take('{')) return Expected("'{'");
    while (!Take('}')) {
      if (labels.size() >= options_.fields_max) {
        return base::InvalidArgument(fmt::format("labels are more than {}", options_.fields_max));
      }
      VEDETTE_TRY(Pair label, ReadLabel());
      labels.push_back(std::move(label));
      if (!Take(',') && (Skip(), !rest_.starts_with('}'))) return Expected("',' or '}'");
    }
    Skip();
    if (!rest_.empty()) return Expected("the end of the labels");
    return labels;
  }

 private:
  void Skip() {
    while (rest_.starts_with(' ') || rest_.starts_with('\t')) rest_.remove_prefix(1);
  }
  bool Take(char c) {
    Skip();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  base::Error Expected(std::string_view what) const {
    const std::string_view found = rest_.substr(0, 1);
    return base::InvalidArgument(found.empty()
                                     ? fmt::format("labels: expected {}, found the end", what)
                                     : fmt::format("labels: expected {}, found '{}'", what, found));
  }
  base::Result<Pair> ReadLabel() {
    Skip();
    const size_t size = std::min(rest_.find_first_of("= \t,{}\""), rest_.size());
    Pair label(rest_.substr(0, size), "");
    rest_.remove_prefix(size);
    if (label.first.empty()) return Expected("a name");
    if (!Take('=')) return Expected("'='");
    VEDETTE_TRY(label.second, ReadQuoted());
    return label;
  }
  base::Result<std::string> ReadQuoted() {
    if (!Take('"')) return Expected("'\"'");
    std::string value;
    while (!rest_.empty() && rest_[0] != '"') {
      char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '\\' && !rest_.empty()) {
        c = rest_[0] == 'n' ? '\n' : rest_[0] == 't' ? '\t' : rest_[0] == 'r' ? '\r' : rest_[0];
        rest_.remove_prefix(1);
      }
      value += c;
    }
    if (rest_.empty()) return Expected("'\"' after a value");
    rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
  const ParseOptions& options_;
};

}  // namespace

base::Result<std::vector<Pair>> ParseLabels(std::string_view text, const ParseOptions& options) {
  return LabelReader(text, options).Read();
}

base::Result<> RecordMaker::BeginStream(base::Result<std::vector<Pair>> labels) {
  if (++streams_ > options_.streams_max) {
    return base::InvalidArgument(
        fmt::format("more than {} streams in one request", options_.streams_max),
        "limits.streams_per_request");
  }
  entries_ = 0;
  bad_stream_.reset();
  if (!labels.ok()) {
    bad_stream_ = labels.error();
    return {};
  }
  if (std::string problem = Problem(*labels, "labels", options_); !problem.empty()) {
    bad_stream_ = base::InvalidArgument(std::move(problem));
    return {};
  }
  labels_ = labels->size();
  stream_ = model::LogRecord();
  PlaceAll(*labels, stream_);
  stream_bytes_ = BytesOf(stream_.fields);
  return {};
}

base::Result<> RecordMaker::CountLine() {
  ++entries_;
  if (++out_.lines > options_.lines_max) {
    return base::InvalidArgument(
        fmt::format("more than {} lines in one request", options_.lines_max),
        "limits.items_per_request");
  }
  return {};
}

base::Result<> RecordMaker::Refuse(std::string_view why) {
  VEDETTE_TRY_VOID(CountLine());
  if (out_.refused++ == 0) {
    out_.first_refusal = fmt::format("stream {}, line {}: {}", streams_, entries_,
                                     bad_stream_ ? bad_stream_->message : why);
  }
  return {};
}

base::Result<> RecordMaker::Add(base::TimePoint time, std::string_view line,
                                const std::vector<Pair>& metadata) {
  if (bad_stream_) return Refuse({});
  if (line.empty()) return Refuse("the line is empty");
  if (line.size() > options_.line_bytes_max) {
    return Refuse(fmt::format("the line has {} bytes; the limit is {}", line.size(),
                              options_.line_bytes_max));
  }
  if (!base::IsValidUtf8(line)) return Refuse("the line is not valid UTF-8");
  if (std::string problem = Problem(metadata, "structured metadata", options_); !problem.empty()) {
    return Refuse(problem);
  }
  if (labels_ + metadata.size() > options_.fields_max) {
    return Refuse(fmt::format("labels and metadata are more than {}", options_.fields_max));
  }
  VEDETTE_TRY_VOID(CountLine());
  model::LogRecord& record = out_.records.emplace_back(stream_);
  record.time = time;
  record.message = line;
  if (!metadata.empty()) PlaceAll(metadata, record);
  bytes_ += sizeof(model::LogRecord) + line.size() +
            (metadata.empty() ? stream_bytes_ : BytesOf(record.fields));
  if (bytes_ > options_.record_bytes_max) {
    return base::InvalidArgument(fmt::format("the records of one request have more than {} bytes",
                                             options_.record_bytes_max),
                                 "limits.record_bytes_per_request");
  }
  return {};
}

}  // namespace vedette::sources::loki
