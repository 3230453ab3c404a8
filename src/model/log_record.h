#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace vedette::model {

enum class LogSeverity { kTrace, kDebug, kInfo, kWarning, kError, kFatal };

std::string_view LogSeverityName(LogSeverity level);  // "trace" ... "fatal"
// Accepts any case and the usual synonyms (WARN, ERR, CRITICAL, NOTICE ...).
std::optional<LogSeverity> ParseLogSeverity(std::string_view name);

// One log line with its context.
struct LogRecord {
  std::string id;  // ULID, given at intake
  base::TimePoint time;
  LogSeverity level = LogSeverity::kInfo;
  std::string service;
  std::string message;
  std::string trace_id;
  std::vector<std::pair<std::string, std::string>> fields;  // names unique, values as text
};

}  // namespace vedette::model
