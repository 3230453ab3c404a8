#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "model/change.h"
#include "model/event.h"
#include "model/log_record.h"
#include "model/span.h"

namespace vedette::records {

// The bytes of records on disk: docs/formats/records.md. Pure functions.
//
//   key    tenant, 0x00, kind, time (8 bytes, big endian, sign bit flipped), id
//   value  format version, level or severity, then texts with their lengths before them

inline constexpr char kFormatVersion = 1;

enum class Kind : char { kChange = 'c', kEvent = 'e', kLog = 'l', kSpan = 's' };

// On disk for good: new levels get new numbers.
static_assert(static_cast<int>(model::LogSeverity::kTrace) == 0 &&
              static_cast<int>(model::LogSeverity::kFatal) == 5);
static_assert(static_cast<int>(model::Severity::kInfo) == 0 &&
              static_cast<int>(model::Severity::kCritical) == 2);

// The beginning of all keys of a tenant, of a tenant's kind, and of all its records since a time.
std::string TenantPrefix(std::string_view tenant);
std::string KindPrefix(std::string_view tenant, Kind kind);
std::string TimePrefix(std::string_view tenant, Kind kind, int64_t time_ms);
std::string RecordKey(std::string_view tenant, Kind kind, int64_t time_ms, std::string_view id);

// The first key that does not begin with `prefix`. REQUIRES: a prefix as made above.
std::string AfterPrefix(std::string prefix);

// A key's parts; they view its bytes. Nothing when the key is not one of ours.
struct KeyParts {
  std::string_view tenant;
  Kind kind = Kind::kLog;
  int64_t time_ms = 0;
  std::string_view id;
};
std::optional<KeyParts> ParseKey(std::string_view key);

std::string EncodeValue(const model::LogRecord& record);
std::string EncodeValue(const model::Event& event);
std::string EncodeValue(const model::Change& change);
std::string EncodeValue(const model::Span& span);

// What filters look at, viewing a value's bytes, and the rest for Finish.
struct LogView {
  model::LogSeverity level = model::LogSeverity::kInfo;
  std::string_view service;
  std::string_view message;
  std::string_view rest;
};
struct EventView {
  model::Severity severity = model::Severity::kInfo;
  std::string_view service;
  std::string_view type;
  std::string_view message;
  std::string_view rest;
};

struct ChangeView {
  std::string_view service;
  std::string_view kind;
  std::string_view message;  // the title
  std::string_view rest;
};
struct SpanView {
  model::SpanKind kind = model::SpanKind::kUnspecified;
  model::SpanStatus status = model::SpanStatus::kUnset;
  std::string_view service;
  std::string_view message;  // the name
  int64_t start_ns = 0;
  int64_t end_ns = 0;
  std::string_view rest;
};

// Nothing when the bytes are damaged or of another version.
std::optional<LogView> ViewLog(std::string_view value);
std::optional<EventView> ViewEvent(std::string_view value);
std::optional<ChangeView> ViewChange(std::string_view value);
std::optional<SpanView> ViewSpan(std::string_view value);
std::optional<model::LogRecord> Finish(const KeyParts& key, const LogView& view);
std::optional<model::Event> Finish(const KeyParts& key, const EventView& view);
std::optional<model::Change> Finish(const KeyParts& key, const ChangeView& view);
std::optional<model::Span> Finish(const KeyParts& key, const SpanView& view);

}  // namespace vedette::records
