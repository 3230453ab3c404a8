#include "query/query_log.h"

#include <utility>

#include "base/log.h"

namespace vedette::query {

QueryLog::QueryLog(QueryLogOptions options, base::MetricsRegistry& registry)
    : options_(options),
      queries_(registry.AddCounter("vedette_queries_total", "PromQL queries that have ended")),
      errors_(registry.AddCounter("vedette_query_errors_total",
                                  "PromQL queries that ended with an error")),
      refused_(registry.AddCounter("vedette_query_limits_hit_total",
                                   "PromQL queries that met a limit of samples, memory or time")),
      slow_(registry.AddCounter("vedette_query_slow_total",
                                "PromQL queries beyond the threshold of the slow-query log")),
      samples_(registry.AddCounter("vedette_query_samples_total",
                                   "Samples that PromQL queries read from the store")),
      running_(registry.AddGauge("vedette_queries_running", "PromQL queries being evaluated")),
      seconds_(registry.AddHistogram("vedette_query_seconds",
                                     "Time from the start of a PromQL query to its answer")) {}

void QueryLog::Begin() { running_.Add(1); }

void QueryLog::End(QueryRecord record, bool refused) {
  running_.Add(-1);
  queries_.Add();
  if (!record.error.empty()) errors_.Add();
  if (refused) refused_.Add();
  samples_.Add(record.stats.samples_read);
  seconds_.Observe(record.stats.seconds);
  if (record.stats.seconds * 1000 < static_cast<double>(options_.slow.count())) return;
  slow_.Add();
  base::LogWarning("a query was slow", {{"tenant", record.tenant},
                                        {"kind", record.kind},
                                        {"seconds", record.stats.seconds},
                                        {"samples", record.stats.samples_read}});
  if (record.text.size() > options_.text_bytes_max) {
    size_t end = options_.text_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(record.text[end]) & 0xC0) == 0x80) --end;
    record.text.resize(end);
  }
  const base::MutexLock lock(mutex_);
  records_.push_front(std::move(record));
  if (records_.size() > options_.records_max) records_.pop_back();
}

std::vector<QueryRecord> QueryLog::Slow(const model::TenantName* tenant, size_t limit) const {
  std::vector<QueryRecord> found;
  const base::MutexLock lock(mutex_);
  for (const QueryRecord& record : records_) {
    if (found.size() == limit) break;
    if (tenant == nullptr || record.tenant == *tenant) found.push_back(record);
  }
  return found;
}

}  // namespace vedette::query
