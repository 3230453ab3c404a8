#pragma once

#include <optional>
#include <vector>

#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "detect/reporter.h"
#include "kv/db.h"
#include "model/anomaly.h"

namespace vedette::app {

// Pages about damage to the stored telemetry: while files are set aside, an anomaly of the service
// `vedette` is open, in the tenant `default`. Puts what the database says of itself into the
// metrics. Not thread-safe; all references outlive it.
class StorageWatch {
 public:
  StorageWatch(kv::Db& db, base::BoundedQueue<model::AnomalyUpdate>& findings,
               base::MetricsRegistry& metrics);

  // Takes what is its own of the anomalies that were open when the last run ended.
  void Adopt(std::vector<model::Anomaly>& open);
  // To be called every few seconds.
  base::Result<> Tend(base::TimePoint now);

 private:
  kv::Db& db_;
  detect::Reporter reporter_;
  std::optional<detect::Reported> open_;
  uint64_t reported_files_ = 0;
};

}  // namespace vedette::app
