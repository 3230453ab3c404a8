#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/log_record.h"
#include "records/log_line.h"

namespace vedette::records {

// Which log lines are wanted: a tree of conditions. Immutable once built, then thread-safe.
struct LogCondition {
  enum class Kind : uint8_t {
    kAll,      // every line
    kAnd,      // all `parts`; true when there are none
    kOr,       // one of `parts`
    kNot,      // not parts[0]
    kPhrase,   // the message holds `text`, beginning and ending where words do, in any case
    kPart,     // the message holds `text` anywhere, in any case
    kLevel,    // the bit of the level is set in `levels`
    kPattern,  // the pattern of the message is `pattern`
    kField,    // `test` of the value of `field`
    kLine,     // `line_test` of the line as a whole: for what cannot be said otherwise
  };
  // Nothing stands for a field that the line does not have.
  using Test = std::function<bool(std::optional<std::string_view>)>;

  Kind kind = Kind::kAll;
  std::vector<LogCondition> parts;
  std::string text;
  uint8_t levels = 0;
  uint64_t pattern = 0;
  std::string field;  // "service", "message", "trace_id" or one of the sender's
  Test test;
  std::function<bool(const LogLine&)> line_test;
  std::string equals;  // if not empty: `test` holds only for this very value

  static LogCondition Phrase(std::string_view text);
  static LogCondition Part(std::string_view text);
  static LogCondition MinLevel(model::LogSeverity level);
  static LogCondition FieldIs(std::string_view field, std::string_view value);
  static LogCondition And(std::vector<LogCondition> parts);
};

// The test that a condition is, of the line that `view` makes of a line.
std::function<bool(const LogLine&)> TestOf(
    LogCondition condition, std::function<std::unique_ptr<LogLine>(const LogLine&)> view);

}  // namespace vedette::records
