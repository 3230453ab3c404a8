#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/free_space.h"
#include "app/self_alert.h"
#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "detect/reporter.h"
#include "kv/db.h"
#include "model/anomaly.h"

namespace vedette::app {

// Pages about the server's own disk: while files of the telemetry are set aside, while a damaged
// state database is, while there is no room for telemetry, and while it cannot be written. Puts
// what the database says of itself into the metrics. Not thread-safe; all references outlive it.
class StorageWatch {
 public:
  // Each entry of the folder `quarantine` is a state database that was damaged.
  StorageWatch(kv::Db& db, const FreeSpace& space, std::string quarantine,
               base::BoundedQueue<model::AnomalyUpdate>& findings, base::MetricsRegistry& metrics);

  // Takes what is its own of the anomalies that were open when the last run ended.
  void Adopt(std::vector<model::Anomaly>& open);
  // What damage took of the incident journal, as a sentence; empty: nothing. Before the first Tend.
  void NoteLoss(std::string lost) { lost_ = std::move(lost); }
  // To be called every few seconds.
  base::Result<> Tend(base::TimePoint now);

 private:
  std::optional<SelfAlert::Finding> StateFinding() const;
  uint64_t DamagedStates() const;

  kv::Db& db_;
  const FreeSpace& space_;
  const std::string quarantine_;
  std::string lost_;
  detect::Reporter reporter_;
  SelfAlert damaged_telemetry_;
  SelfAlert damaged_state_;
  SelfAlert full_disk_;
  SelfAlert no_writes_;
  bool stopped_before_ = false;
};

}  // namespace vedette::app
