#pragma once

#include <vector>

#include "api/route.h"
#include "api/simulation.h"
#include "app/demo_feeder.h"
#include "app/scaled_clock.h"
#include "base/mutex.h"
#include "detect/anomaly_store.h"
#include "diagnose/live/store.h"
#include "incident/journal/journal.h"

namespace vedette::app {

// The simulator that feeds this server, for the API: none unless somebody attaches one.
// Thread-safe.
class Simulations {
 public:
  // Both live until Detach.
  void Attach(DemoFeeder& feeder, ScaledClock& clock) EXCLUDES(mutex_);
  void Detach() EXCLUDES(mutex_);

  // What they read from outlives the routes.
  std::vector<api::Route> Routes(const incident::journal::Journal& journal,
                                 const detect::AnomalyStore& anomalies,
                                 const diagnose::live::DiagnosisStore& diagnoses);

 private:
  bool IsAvailable() const EXCLUDES(mutex_);
  base::Result<> Start(const api::SimulationRequest& request) EXCLUDES(mutex_);
  void End() EXCLUDES(mutex_);
  std::optional<api::SimulationStory> Story() const EXCLUDES(mutex_);

  mutable base::Mutex mutex_;
  DemoFeeder* feeder_ GUARDED_BY(mutex_) = nullptr;
  ScaledClock* clock_ GUARDED_BY(mutex_) = nullptr;
};

}  // namespace vedette::app
