#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/log_record.h"
#include "query/logs/query.h"
#include "records/store.h"

namespace vedette::query::logs {

struct Limits {
  base::Duration timeout = std::chrono::seconds(30);
  uint64_t bytes_max = uint64_t{16} << 30;  // read from the store by one query; a block more
  size_t series_max = 10'000;               // of an aggregation
  size_t points_max = 500'000;              // of all series together
  size_t steps_max = 11'000;
  size_t sorted_max = 10'000;      // lines that a sort looks at
  size_t samples_max = 1'000'000;  // numbers kept for quantiles
};

struct Request {
  model::TenantName tenant;
  std::string query;
  base::TimePoint from = base::FromMillis(0);
  base::TimePoint to = base::FromMillis(INT64_MAX);
  size_t limit = 100;
  std::string cursor;
  std::vector<records::LogCondition> also;  // besides the query's own
  bool whole = false;  // counts that name no step have one, the range; else it is cut into some
  std::function<bool()> cancelled = [] { return false; };
};

// Counted lines: series over times, each time the beginning of a step.
struct Stats {
  struct Series {
    std::vector<std::string> labels;  // in the order of `by`
    double total = 0;
    std::vector<std::optional<double>> values;  // by time; nothing: no line with a number
  };
  std::vector<std::string> by;
  base::Duration step{0};  // 0: one time, the whole range
  std::vector<base::TimePoint> times;
  std::vector<Series> series;  // the largest total first
  bool complete = true;        // false: a limit ended it; `warning` says which
  std::string warning;
  uint64_t lines_scanned = 0;
  uint64_t bytes_read = 0;
};

// Either a page of lines or stats.
struct Result {
  records::Page<model::LogRecord> page;
  std::vector<std::string> fields;  // that are wanted; empty: all
  std::optional<Stats> stats;
  std::string warning;  // of a page: why it is short
};

// Runs log queries on the caller's thread. Thread-safe. Errors: kInvalidArgument for what the query
// asks, kResourceExhausted for a limit, kUnavailable when it was cancelled; what the store says.
class Engine {
 public:
  // Both must outlive the engine.
  Engine(records::Store& store, const base::Clock& clock, Limits limits = {})
      : store_(store), clock_(clock), limits_(limits) {}

  base::Result<Result> Run(const Request& request);

 private:
  base::Result<> Lines(const Query& query, const Request& request, Result& result);
  std::string LimitReached(bool late) const;
  base::Result<Stats> Aggregate(const Query& query, const Request& request);

  records::Store& store_;
  const base::Clock& clock_;
  const Limits limits_;
};

}  // namespace vedette::query::logs
