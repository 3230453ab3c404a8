#pragma once

#include "base/metrics.h"

namespace vedette::detect {

// What detection counts about itself, over all shards.
struct DetectMetrics {
  explicit DetectMetrics(base::MetricsRegistry& registry)
      : opened(registry.AddCounter("vedette_detect_anomalies_opened_total", "Anomalies opened.")),
        closed(registry.AddCounter("vedette_detect_anomalies_closed_total", "Anomalies closed.")),
        lost(registry.AddCounter("vedette_detect_reports_lost_total",
                                 "Reports of anomalies that found no room for too long.")),
        delayed(registry.AddCounter("vedette_detect_reports_delayed_total",
                                    "Reports of anomalies that had to wait for room.")),
        watched(registry.AddGauge("vedette_detect_series", "Series under watch.")),
        open(registry.AddGauge("vedette_detect_anomalies_open", "Anomalies that are open.")) {}

  base::Counter& opened;
  base::Counter& closed;
  base::Counter& lost;
  base::Counter& delayed;
  base::Gauge& watched;
  base::Gauge& open;
};

}  // namespace vedette::detect
