#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "model/labels.h"
#include "model/write_batch.h"
#include "sim/topology.h"
#include "sim/traffic.h"

namespace vedette::sim {

// What a pod has to cope with during a step.
struct PodConditions {
  double rps = 0;           // this pod's part of the service's requests
  double load_factor = 1;   // of the load that its specification has in mind
  double latency_s = 0.05;  // mean
  double error_ratio = 0;
  double busy = 0;         // share of its processors that somebody else uses
  double leak_fold_s = 0;  // memory grows by half in this time; 0: it does not
  bool may_die = true;     // one pod of a service at a time runs out of memory
  bool held_down = false;  // a failed deployment keeps it from being ready
  bool crash_loops = false;
  bool replaced = false;  // a rollout ends it; its successor comes when this is over
};

// One instance of a service: its resources, its death when memory runs out, and the metrics that
// it exposes (19 series: up, http_requests_total by code, the histogram and the 95th percentile of
// http_request_duration, cpu, memory, in-flight, restarts). Counters start at zero when the process
// does; a pod that is not ready exposes up = 0 and its restarts only. Not thread-safe.
class Pod {
 public:
  Pod(const ServiceSpec& spec, int number, base::Random& random);

  bool ready() const { return ready_; }
  double memory_ratio() const { return memory_ratio_; }
  const std::string& name() const { return name_; }
  bool died_now() const { return died_now_; }  // ran out of memory in the last Advance

  void Advance(base::TimePoint now, base::Duration passed, const PodConditions& conditions,
               base::Random& random);
  void Write(base::TimePoint now, model::WriteBatch& out) const;

 private:
  static constexpr std::array<double, 6> kBounds = {0.025, 0.05, 0.1, 0.25, 0.5, 1};

  void AdvanceLife(base::TimePoint now, const PodConditions& conditions);
  void AdvanceMemory(base::Duration passed, const PodConditions& conditions, base::Random& random);
  void Serve(base::Duration passed, const PodConditions& conditions, base::Random& random);
  void Stop(base::TimePoint until);

  const ServiceSpec spec_;
  const std::string name_;
  const double cpu_habit_;  // pods of a service differ a little, for good
  const double memory_habit_;
  Wander cpu_wander_;
  Wander memory_wander_;

  bool ready_ = true;
  bool replaced_ = false;  // nobody scrapes what is no longer there
  bool died_now_ = false;
  base::TimePoint down_until_;
  base::TimePoint next_crash_;
  double leaked_folds_ = 0;  // by how many times a half memory has grown since the process started
  double cpu_ratio_ = 0;
  double memory_ratio_ = 0;
  double in_flight_ = 0;
  double p95_s_ = 0;

  // Counters of the process.
  std::array<double, 3> requests_{};  // 200, 404, 500
  std::array<double, kBounds.size()> buckets_{};
  double duration_sum_ = 0;
  double restarts_ = 0;  // of the pod: survives the process

  model::Labels up_;
  model::Labels restarts_series_;
  std::array<model::Labels, 3> requests_series_;
  std::array<model::Labels, kBounds.size() + 1> bucket_series_;
  model::Labels sum_series_, count_series_, p95_series_, cpu_series_, memory_series_,
      memory_bytes_series_, in_flight_series_;
};

// The labels of a series of a service, or of a pod of it when `instance` is not empty.
model::Labels SeriesLabels(std::string_view metric, std::string_view service,
                           std::string_view instance, std::string_view extra_name = {},
                           std::string_view extra_value = {});

}  // namespace vedette::sim
