#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/worker_pool.h"
#include "model/tenant.h"
#include "query/query_log.h"
#include "query/result.h"
#include "series/store.h"

namespace vedette::query {

// Limits hold for each query; a query that meets one fails with an error that names it.
struct EngineOptions {
  base::Duration timeout{30'000};        // of a query, from its start
  base::Duration lookback{300'000};      // how old the sample of an instant vector may be
  base::Duration subquery_step{60'000};  // of subqueries without a step: x[1h:]
  size_t samples_max = 50'000'000;       // held in memory at one time
  size_t bytes_max = size_t{256} << 20;  // of samples, labels and the answer at one time
  size_t steps_max = 11'000;             // of a range query, so points per series
  uint64_t series_max = 100'000;         // that one selector may select
  size_t helpers = 0;                    // threads of all queries together, beside those that ask
  // Error: kInvalidArgument, field "query.<name>".
  base::Result<> Validate() const;
  friend bool operator==(const EngineOptions&, const EngineOptions&) = default;
};

struct InstantQuery {
  model::TenantName tenant;
  std::string text;  // PromQL
  base::TimePoint time;
  base::Duration timeout{0};   // 0 or longer: the engine's
  base::Duration lookback{0};  // 0: the engine's
  // Roll-ups of up to this resolution may answer; 0: samples alone. Without it, where the answer
  // is the same or the samples are gone.
  std::optional<base::Duration> max_source_resolution = std::nullopt;
  base::SteadyPoint deadline = base::SteadyPoint::max();  // of whoever waits for it
  std::function<bool()> cancelled;                        // may be empty
};

struct RangeQuery {
  model::TenantName tenant;
  std::string text;
  base::TimePoint start;
  base::TimePoint end;
  base::Duration step{0};
  base::Duration timeout{0};
  base::Duration lookback{0};
  std::optional<base::Duration> max_source_resolution = std::nullopt;
  base::SteadyPoint deadline = base::SteadyPoint::max();
  std::function<bool()> cancelled;
};

// Answers PromQL from the metrics store, with the semantics of Prometheus 3: ranges and lookback
// are open on the left, stale markers end a series. Thread-safe; queries run on the calling thread
// and end within their timeout, their limits and about 10 ms of being cancelled.
//
// Errors: kInvalidArgument (field "query" with line:column, or the parameter), kFailedPrecondition
// (the expression cannot be evaluated on this data: ambiguous matching, equal labels),
// kResourceExhausted (a limit), kDeadlineExceeded, kUnavailable (cancelled); others from the store.
class Engine {
 public:
  // The store, the clock and the log (may be null) outlive the engine. REQUIRES: valid options.
  Engine(EngineOptions options, series::Store& store, const base::Clock& clock,
         QueryLog* log = nullptr);

  base::Result<QueryResult> Instant(const InstantQuery& query);
  // Steps are start, start + step, ... up to end. The result is a matrix.
  base::Result<QueryResult> Range(const RangeQuery& query);

  const EngineOptions& options() const { return options_; }

 private:
  struct Session;

  base::Result<QueryResult> RunInstant(const InstantQuery& query, QueryStats& stats);
  base::Result<QueryResult> RunRange(const RangeQuery& query, QueryStats& stats);
  // Runs a query, measures it and tells the log.
  template <typename Query, typename Run>
  base::Result<QueryResult> Logged(const Query& query, std::string_view kind, Run run);
  base::SteadyPoint DeadlineOf(base::Duration timeout, base::SteadyPoint deadline) const;

  const EngineOptions options_;
  series::Store& store_;
  const base::Clock& clock_;
  QueryLog* const log_;
  std::unique_ptr<base::WorkerPool> helpers_;  // null without
};

}  // namespace vedette::query
