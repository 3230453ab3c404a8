#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/log_record.h"

namespace vedette::records {

// One stored log line, as filters and visitors see it: what costs something is read when it is
// asked for. Views live until the next call of the same line. Not thread-safe.
class LogLine {
 public:
  virtual ~LogLine() = default;

  virtual int64_t time_ms() const = 0;
  virtual model::LogSeverity level() const = 0;
  virtual std::string_view service() const = 0;
  virtual uint64_t pattern() const = 0;  // of the message: pattern_miner.h
  virtual std::string_view message() const = 0;
  virtual std::string_view trace_id() const = 0;
  virtual std::optional<std::string_view> Field(std::string_view name) const = 0;
  virtual model::LogRecord Record() const = 0;
};

}  // namespace vedette::records
