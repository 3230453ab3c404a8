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
        open(registry.AddGauge("vedette_detect_anomalies_open", "Anomalies that are open.")),
        surprises(registry.AddCounter("vedette_detect_surprises_total",
                                      "Episodes that passed the noise budget's level.")),
        alarm_nats(registry.AddGauge("vedette_detect_alarm_nats",
                                     "Surprise that raises an alarm now, by the noise budget.")),
        listed_nats(registry.AddGauge("vedette_detect_listed_nats",
                                      "Surprise that is listed as information now.")),
        unkept(registry.AddGauge("vedette_detect_reports_unkept",
                                 "Reports of anomalies that are not in the database yet.")),
        critical_nats(registry.AddGauge("vedette_detect_critical_nats",
                                        "Surprise with which what hurts is critical now.")),
        states_kept(registry.AddCounter("vedette_detect_states_kept_total",
                                        "States of series written to the disk.")) {}

  base::Counter& opened;
  base::Counter& closed;
  base::Counter& lost;
  base::Counter& delayed;
  base::Gauge& watched;
  base::Gauge& open;
  base::Counter& surprises;
  base::Gauge& alarm_nats;
  base::Gauge& listed_nats;
  base::Gauge& unkept;
  base::Gauge& critical_nats;
  base::Counter& states_kept;
};

}  // namespace vedette::detect
