#pragma once

#include "base/metrics.h"

namespace vedette::ingest {

// What the intake counts of itself. References into the registry, which must outlive this.
struct Metrics {
  explicit Metrics(base::MetricsRegistry& registry);

  base::Counter& samples;     // stored
  base::Counter& duplicates;  // of those, there already
  base::Counter& invalid;     // refused samples, by reason
  base::Counter& out_of_order;
  base::Counter& conflicting;
  base::Counter& too_new;
  base::Counter& over_series_limit;
  base::Counter& relabel_dropped;  // samples that the relabelling rules dropped
  base::Counter& new_series;
  base::Counter& logs;
  base::Counter& events;
  base::Counter& changes;
  base::Counter& spans;
  base::Counter& refused_logs;
  base::Counter& refused_events;
  base::Counter& refused_changes;
  base::Counter& refused_spans;
  base::Counter& throttled;     // requests refused by a rate limit
  base::Counter& store_errors;  // requests that a store could not take
  base::Gauge& tenants;         // that sent since the start
};

}  // namespace vedette::ingest
