#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "query/logs/line_format.h"
#include "records/log_condition.h"
#include "records/log_line.h"

namespace vedette::query::logs {

// The language of log queries (docs/guide/logs.md): a condition, and what becomes of the lines.
// Selectors and line filters of LogQL are understood too:
//
//   level>=warn service="shop" "connection refused" | parse logfmt | where elapsed > 100 | count by
//   (pod) [1m]

// Takes values out of a message.
class Extraction {
 public:
  virtual ~Extraction() = default;
  virtual void Extract(std::string_view message,
                       std::vector<std::pair<std::string, std::string>>& fields) const = 0;
};

enum class Function : uint8_t { kCount, kRate, kDistinct, kSum, kAvg, kMin, kMax, kQuantile };

// count by (level) [1m]; top and pattern are counts too, that are cut.
struct Aggregation {
  Function function = Function::kCount;
  double quantile = 0;
  std::string of;               // the field that is summed up; empty for count and rate
  std::vector<std::string> by;  // fields; "pattern" is the text of the pattern
  std::optional<base::Duration> step;
  size_t top = 0;  // so many series at most, the largest; 0: all
};

struct Query {
  std::shared_ptr<const records::LogCondition> condition;  // with the `where` stages
  std::vector<std::shared_ptr<const Extraction>> extractions;
  std::vector<std::string> fields;   // of the result; empty: all
  std::optional<LineFormat> format;  // what the messages of the result read
  std::optional<Aggregation> aggregation;
  std::string sort_by;  // empty: by time, newest first
  bool descending = false;
  size_t limit = 0;  // 0: as the caller says
};

// Error: kInvalidArgument, whose message begins with the position ("1:14: ..."). Queries have at
// most 8 KiB and parentheses 64 deep.
base::Result<Query> Parse(std::string_view text);

// A line with what was extracted from it in front of its own fields.
class ExtractedLine final : public records::LogLine {
 public:
  ExtractedLine(const records::LogLine& line,
                const std::vector<std::shared_ptr<const Extraction>>& extractions);

  int64_t time_ms() const override { return line_.time_ms(); }
  model::LogSeverity level() const override { return line_.level(); }
  std::string_view service() const override { return line_.service(); }
  uint64_t pattern() const override { return line_.pattern(); }
  std::string_view message() const override { return line_.message(); }
  std::string_view trace_id() const override { return line_.trace_id(); }
  std::optional<std::string_view> Field(std::string_view name) const override;
  model::LogRecord Record() const override;

 private:
  const records::LogLine& line_;
  std::vector<std::pair<std::string, std::string>> fields_;
};

// A line as the query shows it: with what is extracted, and formatted.
model::LogRecord Shown(const records::LogLine& line, const Query& query);

}  // namespace vedette::query::logs
