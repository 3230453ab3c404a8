#include "records/format.h"

#include "model/labels.h"

namespace vedette::records {
namespace {

constexpr size_t kTimeBytes = 8;
constexpr uint64_t kSignBit = uint64_t{1} << 63;
using Pairs = std::vector<std::pair<std::string, std::string>>;

// Big endian with the sign bit flipped: bytes sort as the numbers do.
void AppendTime(std::string& out, int64_t time_ms) {
  const uint64_t bits = static_cast<uint64_t>(time_ms) ^ kSignBit;
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>((bits >> shift) & 0xff);
}

int64_t ReadTime(std::string_view bytes) {
  uint64_t bits = 0;
  for (const char c : bytes) bits = (bits << 8) | static_cast<unsigned char>(c);
  return static_cast<int64_t>(bits ^ kSignBit);
}

void AppendText(std::string& out, std::string_view text) {
  model::AppendVarint(out, text.size());
  out += text;
}

bool ReadText(std::string_view& bytes, std::string_view& text) {
  uint64_t size = 0;
  if (!model::ReadVarint(bytes, size) || size > bytes.size()) return false;
  text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

void AppendPairs(std::string& out, const Pairs& pairs) {
  model::AppendVarint(out, pairs.size());
  for (const auto& [name, value] : pairs) {
    AppendText(out, name);
    AppendText(out, value);
  }
}

bool ReadPairs(std::string_view& bytes, Pairs& pairs) {
  uint64_t count = 0;
  if (!model::ReadVarint(bytes, count) || count > bytes.size()) return false;
  for (uint64_t i = 0; i < count; ++i) {
    std::string_view name;
    std::string_view value;
    if (!ReadText(bytes, name) || !ReadText(bytes, value)) return false;
    pairs.emplace_back(name, value);
  }
  return true;
}

// The version and the level, which begin every value.
std::optional<int> ReadHead(std::string_view& value, int highest) {
  if (value.size() < 2 || value[0] != kFormatVersion) return std::nullopt;
  const int level = static_cast<unsigned char>(value[1]);
  value.remove_prefix(2);
  return level <= highest ? std::optional<int>(level) : std::nullopt;
}

}  // namespace

std::string TenantPrefix(std::string_view tenant) {
  std::string out(tenant);
  out += '\0';  // does not occur in tenant names
  return out;
}

std::string KindPrefix(std::string_view tenant, Kind kind) {
  return TenantPrefix(tenant) + static_cast<char>(kind);
}

std::string TimePrefix(std::string_view tenant, Kind kind, int64_t time_ms) {
  std::string out = KindPrefix(tenant, kind);
  AppendTime(out, time_ms);
  return out;
}

std::string RecordKey(std::string_view tenant, Kind kind, int64_t time_ms, std::string_view id) {
  std::string out = TimePrefix(tenant, kind, time_ms);
  out += id;
  return out;
}

std::string AfterPrefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

std::optional<KeyParts> ParseKey(std::string_view key) {
  const size_t zero = key.find('\0');
  if (zero == std::string_view::npos || key.size() < zero + 2 + kTimeBytes) return std::nullopt;
  KeyParts parts;
  parts.tenant = key.substr(0, zero);
  const char kind = key[zero + 1];
  if (std::string_view("cels").find(kind) == std::string_view::npos) return std::nullopt;
  parts.kind = static_cast<Kind>(kind);
  parts.time_ms = ReadTime(key.substr(zero + 2, kTimeBytes));
  parts.id = key.substr(zero + 2 + kTimeBytes);
  return parts;
}

std::string EncodeValue(const model::LogRecord& record) {
  std::string out{kFormatVersion, static_cast<char>(record.level)};
  AppendText(out, record.service);
  AppendText(out, record.message);
  AppendText(out, record.trace_id);
  AppendPairs(out, record.fields);
  return out;
}

std::string EncodeValue(const model::Event& event) {
  std::string out{kFormatVersion, static_cast<char>(event.severity)};
  AppendText(out, event.service);
  AppendText(out, event.type);
  AppendText(out, event.message);
  AppendText(out, event.data_json);
  AppendPairs(out, event.labels);
  return out;
}

std::string EncodeValue(const model::Change& change) {
  std::string out{kFormatVersion, 0};
  AppendText(out, change.service);
  AppendText(out, change.kind);
  AppendText(out, change.title);
  AppendText(out, change.version);
  AppendText(out, change.status);
  AppendText(out, change.author);
  AppendText(out, change.url);
  AppendText(out, change.data_json);
  AppendPairs(out, change.labels);
  return out;
}

// A span's ids are in the value too: its key may be made of other texts than hexadecimal ones.
std::string EncodeValue(const model::Span& span) {
  std::string out{kFormatVersion, static_cast<char>(span.status), static_cast<char>(span.kind)};
  AppendText(out, span.service);
  AppendText(out, span.name);
  AppendTime(out, span.start_ns);
  AppendTime(out, span.end_ns);
  AppendText(out, span.trace_id);
  AppendText(out, span.span_id);
  AppendText(out, span.parent_span_id);
  AppendText(out, span.status_message);
  AppendPairs(out, span.attributes);
  AppendPairs(out, span.resource);
  model::AppendVarint(out, span.events.size());
  for (const model::SpanEvent& event : span.events) {
    AppendTime(out, event.time_ns);
    AppendText(out, event.name);
    AppendPairs(out, event.attributes);
  }
  model::AppendVarint(out, span.links.size());
  for (const model::SpanLink& link : span.links) {
    AppendText(out, link.trace_id);
    AppendText(out, link.span_id);
  }
  return out;
}

std::optional<LogView> ViewLog(std::string_view value) {
  const auto level = ReadHead(value, static_cast<int>(model::LogSeverity::kFatal));
  if (!level.has_value()) return std::nullopt;
  LogView view;
  view.level = static_cast<model::LogSeverity>(*level);
  if (!ReadText(value, view.service) || !ReadText(value, view.message)) return std::nullopt;
  view.rest = value;
  return view;
}

std::optional<EventView> ViewEvent(std::string_view value) {
  const auto severity = ReadHead(value, static_cast<int>(model::Severity::kCritical));
  if (!severity.has_value()) return std::nullopt;
  EventView view;
  view.severity = static_cast<model::Severity>(*severity);
  if (!ReadText(value, view.service) || !ReadText(value, view.type) ||
      !ReadText(value, view.message)) {
    return std::nullopt;
  }
  view.rest = value;
  return view;
}

std::optional<ChangeView> ViewChange(std::string_view value) {
  if (!ReadHead(value, 0).has_value()) return std::nullopt;
  ChangeView view;
  if (!ReadText(value, view.service) || !ReadText(value, view.kind) ||
      !ReadText(value, view.message)) {
    return std::nullopt;
  }
  view.rest = value;
  return view;
}

std::optional<SpanView> ViewSpan(std::string_view value) {
  const auto status = ReadHead(value, static_cast<int>(model::SpanStatus::kError));
  if (!status.has_value() || value.empty() ||
      value[0] > static_cast<char>(model::SpanKind::kConsumer) || value[0] < 0) {
    return std::nullopt;
  }
  SpanView view;
  view.status = static_cast<model::SpanStatus>(*status);
  view.kind = static_cast<model::SpanKind>(value[0]);
  value.remove_prefix(1);
  if (!ReadText(value, view.service) || !ReadText(value, view.message) ||
      value.size() < 2 * kTimeBytes) {
    return std::nullopt;
  }
  view.start_ns = ReadTime(value.substr(0, kTimeBytes));
  view.end_ns = ReadTime(value.substr(kTimeBytes, kTimeBytes));
  view.rest = value.substr(2 * kTimeBytes);
  return view;
}

std::optional<model::LogRecord> Finish(const KeyParts& key, const LogView& view) {
  model::LogRecord record;
  std::string_view rest = view.rest;
  std::string_view trace_id;
  if (!ReadText(rest, trace_id) || !ReadPairs(rest, record.fields) || !rest.empty()) {
    return std::nullopt;
  }
  record.id = key.id;
  record.time = base::FromMillis(key.time_ms);
  record.level = view.level;
  record.service = view.service;
  record.message = view.message;
  record.trace_id = trace_id;
  return record;
}

std::optional<model::Event> Finish(const KeyParts& key, const EventView& view) {
  model::Event event;
  std::string_view rest = view.rest;
  std::string_view data;
  if (!ReadText(rest, data) || !ReadPairs(rest, event.labels) || !rest.empty()) {
    return std::nullopt;
  }
  event.id = key.id;
  event.time = base::FromMillis(key.time_ms);
  event.severity = view.severity;
  event.service = view.service;
  event.type = view.type;
  event.message = view.message;
  event.data_json = data;
  return event;
}

std::optional<model::Change> Finish(const KeyParts& key, const ChangeView& view) {
  model::Change change;
  std::string_view rest = view.rest;
  for (std::string* text :
       {&change.version, &change.status, &change.author, &change.url, &change.data_json}) {
    std::string_view bytes;
    if (!ReadText(rest, bytes)) return std::nullopt;
    *text = bytes;
  }
  if (!ReadPairs(rest, change.labels) || !rest.empty()) return std::nullopt;
  change.id = key.id;
  change.time = base::FromMillis(key.time_ms);
  change.service = view.service;
  change.kind = view.kind;
  change.title = view.message;
  return change;
}

namespace {

bool ReadSpanEvents(std::string_view& rest, std::vector<model::SpanEvent>& events) {
  uint64_t count = 0;
  if (!model::ReadVarint(rest, count) || count > rest.size()) return false;
  for (uint64_t i = 0; i < count; ++i) {
    model::SpanEvent event;
    if (rest.size() < kTimeBytes) return false;
    event.time_ns = ReadTime(rest.substr(0, kTimeBytes));
    rest.remove_prefix(kTimeBytes);
    std::string_view name;
    if (!ReadText(rest, name) || !ReadPairs(rest, event.attributes)) return false;
    event.name = name;
    events.push_back(std::move(event));
  }
  return true;
}

bool ReadSpanLinks(std::string_view& rest, std::vector<model::SpanLink>& links) {
  uint64_t count = 0;
  if (!model::ReadVarint(rest, count) || count > rest.size()) return false;
  for (uint64_t i = 0; i < count; ++i) {
    std::string_view trace_id;
    std::string_view span_id;
    if (!ReadText(rest, trace_id) || !ReadText(rest, span_id)) return false;
    links.push_back({std::string(trace_id), std::string(span_id)});
  }
  return true;
}

}  // namespace

std::optional<model::Span> Finish(const KeyParts& /*key*/, const SpanView& view) {
  model::Span span;
  std::string_view rest = view.rest;
  for (std::string* text :
       {&span.trace_id, &span.span_id, &span.parent_span_id, &span.status_message}) {
    std::string_view bytes;
    if (!ReadText(rest, bytes)) return std::nullopt;
    *text = bytes;
  }
  if (!ReadPairs(rest, span.attributes) || !ReadPairs(rest, span.resource) ||
      !ReadSpanEvents(rest, span.events) || !ReadSpanLinks(rest, span.links) || !rest.empty()) {
    return std::nullopt;
  }
  span.kind = view.kind;
  span.status = view.status;
  span.service = view.service;
  span.name = view.message;
  span.start_ns = view.start_ns;
  span.end_ns = view.end_ns;
  return span;
}

}  // namespace vedette::records
