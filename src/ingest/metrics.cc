#include "ingest/metrics.h"

namespace vedette::ingest {
namespace {

base::Counter& Refused(base::MetricsRegistry& registry, const char* reason) {
  return registry.AddCounter("vedette_ingest_samples_refused_total",
                             "Samples refused for good, by reason", {{"reason", reason}});
}

base::Counter& Records(base::MetricsRegistry& registry, const char* kind) {
  return registry.AddCounter("vedette_ingest_records_total",
                             "Log lines, events, changes and spans stored", {{"kind", kind}});
}

base::Counter& RefusedRecords(base::MetricsRegistry& registry, const char* kind) {
  return registry.AddCounter("vedette_ingest_records_refused_total",
                             "Log lines, events, changes and spans refused for good",
                             {{"kind", kind}});
}

}  // namespace

Metrics::Metrics(base::MetricsRegistry& registry)
    : samples(registry.AddCounter("vedette_ingest_samples_total", "Samples stored")),
      duplicates(registry.AddCounter("vedette_ingest_samples_duplicate_total",
                                     "Samples that were stored already with the same value")),
      invalid(Refused(registry, "invalid_labels")),
      out_of_order(Refused(registry, "out_of_order")),
      conflicting(Refused(registry, "conflicting")),
      too_new(Refused(registry, "too_new")),
      over_series_limit(Refused(registry, "series_limit")),
      relabel_dropped(registry.AddCounter("vedette_ingest_relabel_dropped_samples_total",
                                          "Samples that ingest.relabel_configs dropped")),
      new_series(
          registry.AddCounter("vedette_ingest_new_series_total", "Series seen for the first time")),
      logs(Records(registry, "log")),
      events(Records(registry, "event")),
      changes(Records(registry, "change")),
      spans(Records(registry, "span")),
      refused_logs(RefusedRecords(registry, "log")),
      refused_events(RefusedRecords(registry, "event")),
      refused_changes(RefusedRecords(registry, "change")),
      refused_spans(RefusedRecords(registry, "span")),
      throttled(registry.AddCounter("vedette_ingest_throttled_total",
                                    "Requests refused by a rate limit of their tenant")),
      store_errors(registry.AddCounter("vedette_ingest_store_errors_total",
                                       "Requests that a store could not take")),
      tenants(registry.AddGauge("vedette_ingest_tenants", "Tenants that sent since the start")) {}

}  // namespace vedette::ingest
