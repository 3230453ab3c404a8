#include "api/compat/opsbuddy/log_entry.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/core.h>
#include <optional>
#include <utility>

#include "base/duration.h"

namespace vedette::api::compat::opsbuddy {
namespace {

constexpr size_t kLoggerMax = 100;  // characters, as S4 has them
constexpr size_t kMessageMax = 10'000;
constexpr size_t kServiceMax = 50;
constexpr size_t kTextBytesMax = 1024;
constexpr size_t kDataBytesMax = 64 << 10;
constexpr size_t kDataFieldsMax = 256;

constexpr std::array<std::string_view, 7> kErrorWords = {"error",    "exception", "fail", "fatal",
                                                         "critical", "crash",     "panic"};
constexpr std::array<std::string_view, 5> kWarningWords = {"warn", "deprecat", "timeout", "retry",
                                                           "slow"};

size_t Characters(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

template <size_t kSize>
bool HoldsOneOf(std::string_view text, const std::array<std::string_view, kSize>& words) {
  return std::ranges::any_of(
      words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

base::Error Bad(std::string_view field, std::string_view message) {
  return base::InvalidArgument(fmt::format("{} {}", field, message), std::string(field));
}

const base::Json* Member(const base::Json& json, std::string_view name) {
  const auto found = json.find(std::string(name));
  return found == json.end() || found->is_null() ? nullptr : &*found;
}

// A text of so many characters; required when `low` is not 0.
base::Result<std::string> ReadText(const base::Json& json, std::string_view name, size_t low,
                                   size_t high) {
  const base::Json* const member = Member(json, name);
  if (member == nullptr && low == 0) return std::string();
  if (member == nullptr) return Bad(name, "is required");
  if (!member->is_string()) return Bad(name, "must be a text");
  auto text = member->get<std::string>();
  const size_t size = Characters(text);
  if (size < low || size > high) {
    return Bad(name, fmt::format("must have {} to {} characters", low, high));
  }
  return text;
}

base::Result<base::TimePoint> ReadTimestamp(const base::Json& json) {
  VEDETTE_TRY(std::string text, ReadText(json, "timestamp", 1, 64));
  // Python writes UTC without saying so.
  const size_t clock = text.find('T');
  if (clock != std::string::npos && text.find_first_of("Zz+-", clock) == std::string::npos) {
    text += 'Z';
  }
  const base::Result<base::TimePoint> time = base::ParseTime(text);
  if (!time.ok() || clock == std::string::npos)
    return Bad("timestamp", "must be a time of ISO 8601");
  return *time;
}

base::Json DataOf(const model::LogRecord& record) {
  const std::string_view text = FieldOf(record, "data");
  if (text.empty()) return base::Json::object();
  base::Result<base::Json> data = base::ParseJson(text);
  return data.ok() && data->is_object() ? *std::move(data) : base::Json::object();
}

void WriteDerived(base::JsonWriter& json, const model::LogRecord& record) {
  const base::TimePoint received = ReceivedAt(record);
  json.Field("log_id", record.id);
  json.Field("received_at", received);
  json.Field("processing_time", base::ToSeconds(received - record.time));
  json.Field("schema_version", "1.0");
  const auto day = std::chrono::floor<std::chrono::days>(record.time);
  const auto hour = std::chrono::duration_cast<std::chrono::hours>(record.time - day).count();
  const unsigned weekday =
      std::chrono::weekday(std::chrono::sys_days(day.time_since_epoch())).c_encoding();
  constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                     "Thursday", "Friday", "Saturday"};
  json.Field("hour", static_cast<int64_t>(hour)).Field("day_of_week", kDays[weekday % 7]);
  json.Field("date", base::FormatTime(record.time).substr(0, 10));
  json.Field("is_weekend", weekday == 0 || weekday == 6);
  const std::string lower = Lower(record.message);
  json.Field("message_length", static_cast<uint64_t>(Characters(record.message)));
  json.Field("has_error_keywords", HoldsOneOf(lower, kErrorWords));
  json.Field("has_warning_keywords", HoldsOneOf(lower, kWarningWords));
  json.Field("data_field_count", static_cast<uint64_t>(DataOf(record).size()));
  json.Field("data_size", static_cast<uint64_t>(FieldOf(record, "data").size()));
  json.Key("numeric_metrics").BeginObject();
  for (const auto& [name, value] : NumbersOf(record)) json.Field(name, value);
  json.EndObject();
  json.Field("service_category", CategoryOf(record.service));
}

}  // namespace

std::string_view LevelName(model::LogSeverity level) {
  switch (level) {
    case model::LogSeverity::kTrace:
    case model::LogSeverity::kDebug: return "DEBUG";
    case model::LogSeverity::kInfo: return "INFO";
    case model::LogSeverity::kWarning: return "WARNING";
    case model::LogSeverity::kError: return "ERROR";
    case model::LogSeverity::kFatal: return "CRITICAL";
  }
  return "INFO";
}

std::optional<model::LogSeverity> ParseLevel(std::string_view name) {
  const std::string lower = Lower(name.substr(0, 16));
  if (lower == "debug") return model::LogSeverity::kDebug;
  if (lower == "info") return model::LogSeverity::kInfo;
  if (lower == "warning") return model::LogSeverity::kWarning;
  if (lower == "error") return model::LogSeverity::kError;
  if (lower == "critical" || lower == "fatal") return model::LogSeverity::kFatal;
  return std::nullopt;
}

base::Result<model::LogRecord> ReadEntry(const base::Json& json) {
  if (!json.is_object()) return base::InvalidArgument("a log must be an object");
  model::LogRecord record;
  VEDETTE_TRY(record.time, ReadTimestamp(json));
  VEDETTE_TRY(const std::string level, ReadText(json, "level", 1, 16));
  const auto known = ParseLevel(level);
  if (!known) return Bad("level", "is none of DEBUG, INFO, WARNING, ERROR, CRITICAL");
  record.level = *known;
  VEDETTE_TRY(record.message, ReadText(json, "message", 1, kMessageMax));
  VEDETTE_TRY(record.service, ReadText(json, "service", 1, kServiceMax));
  VEDETTE_TRY(std::string logger, ReadText(json, "logger", 1, kLoggerMax));
  record.fields.emplace_back("logger", std::move(logger));
  for (const std::string_view name : {"operation", "host", "user_id"}) {
    VEDETTE_TRY(std::string text, ReadText(json, name, 0, kTextBytesMax));
    if (!text.empty()) record.fields.emplace_back(name, std::move(text));
  }
  const base::Json* const data = Member(json, "data");
  if (data == nullptr) return record;
  if (!data->is_object()) return Bad("data", "must be an object");
  std::string text = base::DumpJson(*data);
  if (text.size() > kDataBytesMax || data->size() > kDataFieldsMax) {
    return Bad("data", fmt::format("must have at most {} fields and {} bytes", kDataFieldsMax,
                                   kDataBytesMax));
  }
  record.fields.emplace_back("data", std::move(text));
  return record;
}

std::string_view FieldOf(const model::LogRecord& record, std::string_view name) {
  for (const auto& [key, value] : record.fields) {
    if (key == name) return value;
  }
  return {};
}

std::string_view CategoryOf(std::string_view service) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kCategories = {{
      {"gateway", "infrastructure"},
      {"file", "storage"},
      {"utility", "operations"},
      {"system", "operations"},
      {"analytics", "analytics"},
      {"timeseries", "database"},
      {"ui", "frontend"},
  }};
  const std::string lower = Lower(service);
  for (const auto& [word, category] : kCategories) {
    const size_t at = lower.find(word);
    if (at == std::string::npos) continue;
    // "ui" is a word of its own: not the middle of "builder".
    const size_t end = at + word.size();
    const bool whole = (at == 0 || lower[at - 1] == '-' || lower[at - 1] == '_') &&
                       (end == lower.size() || lower[end] == '-' || lower[end] == '_');
    if (word != "ui" || whole) return category;
  }
  return "other";
}

base::TimePoint ReceivedAt(const model::LogRecord& record) {
  constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  int64_t millis = 0;
  for (const char c : std::string_view(record.id).substr(0, 10)) {
    const size_t digit = kCrockford.find(c);
    if (digit == std::string_view::npos) return record.time;
    millis = millis << 5 | static_cast<int64_t>(digit);
  }
  return record.id.size() < 10 ? record.time : base::FromMillis(millis);
}

std::vector<std::pair<std::string, double>> NumbersOf(const model::LogRecord& record) {
  std::vector<std::pair<std::string, double>> numbers;
  const base::Json data = DataOf(record);
  for (const auto& [name, value] : data.items()) {
    if (value.is_number()) numbers.emplace_back(name, value.get<double>());
  }
  return numbers;
}

void WriteEntry(base::JsonWriter& json, const model::LogRecord& record) {
  json.BeginObject();
  json.Field("timestamp", record.time);
  json.Field("level", LevelName(record.level));
  const std::string_view logger = FieldOf(record, "logger");
  json.Field("logger", logger.empty() ? std::string_view(record.service) : logger);
  json.Field("message", record.message).Field("service", record.service);
  for (const std::string_view name : {"operation", "host", "user_id"}) {
    json.Field(name, base::NullIfEmpty(FieldOf(record, name)));
  }
  json.Key("data").Raw(base::DumpJson(DataOf(record)));
  WriteDerived(json, record);
  json.EndObject();
}

}  // namespace vedette::api::compat::opsbuddy
