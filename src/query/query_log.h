#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "model/tenant.h"
#include "query/result.h"

namespace vedette::query {

// A query that has ended.
struct QueryRecord {
  model::TenantName tenant;
  std::string text;       // cut at QueryLogOptions::text_bytes_max
  std::string_view kind;  // "instant" or "range"
  base::TimePoint ended_at;
  QueryStats stats;
  std::string error;  // empty: answered
};

struct QueryLogOptions {
  base::Duration slow{1'000};  // queries that take this long are kept; 0: all
  size_t records_max = 1'000;  // the oldest give way
  size_t text_bytes_max = 4'096;
};

// What becomes of queries: counts and durations of all, and the last slow ones with their cost.
// Texts stay in memory; the server's own log has durations only, since texts can name what is
// nobody else's business. Thread-safe. The registry outlives it.
class QueryLog {
 public:
  QueryLog(QueryLogOptions options, base::MetricsRegistry& registry);

  void Begin();
  // `refused`: a limit of samples, memory or time ended it.
  void End(QueryRecord record, bool refused) EXCLUDES(mutex_);

  // The slow ones, newest first; of all tenants when `tenant` is null.
  std::vector<QueryRecord> Slow(const model::TenantName* tenant, size_t limit) const
      EXCLUDES(mutex_);
  base::Duration threshold() const { return options_.slow; }

 private:
  const QueryLogOptions options_;
  base::Counter& queries_;
  base::Counter& errors_;
  base::Counter& refused_;
  base::Counter& slow_;
  base::Counter& samples_;
  base::Gauge& running_;
  base::Histogram& seconds_;

  mutable base::Mutex mutex_;
  std::deque<QueryRecord> records_ GUARDED_BY(mutex_);
};

}  // namespace vedette::query
