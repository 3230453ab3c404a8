#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bounded_queue.h"
#include "base/clock.h"
#include "detect/detector.h"
#include "model/anomaly.h"
#include "sim/simulator.h"

namespace vedette::detect::proof {

// An anomaly as its reports told it.
struct Course {
  model::Anomaly anomaly;  // as last reported
  base::TimePoint opened_at;
  std::optional<base::TimePoint> critical_at;
  std::optional<base::TimePoint> closed_at;  // when it was reported, not when it ended
};

// The simulation feeding one shard's detector directly, without store and threads: what detection
// alone is worth, in simulated time. Not thread-safe.
class Trial {
 public:
  // REQUIRES: both options are valid.
  Trial(sim::SimulatorOptions simulation, DetectorOptions detection);

  // Runs the simulation on for `duration`.
  void Run(base::Duration duration);

  sim::Simulator& simulator() { return simulator_; }
  const sim::Simulator& simulator() const { return simulator_; }
  base::TimePoint now() const { return now_; }
  size_t series() const { return slots_.size(); }
  const std::map<std::string, Course>& courses() const { return courses_; }

 private:
  uint32_t SlotOf(size_t position, model::LabelsView labels);
  void Collect();

  sim::Simulator simulator_;
  base::BoundedQueue<model::AnomalyUpdate> queue_;
  NoiseBudget budget_;
  ShardDetector detector_;
  base::TimePoint now_;
  std::unordered_map<std::string, uint32_t> slots_;
  std::vector<std::string> order_;  // series of the last tick: mostly the same in the next
  std::vector<uint32_t> order_slots_;
  std::map<std::string, Course> courses_;  // by anomaly id
};

// How an incident was found.
struct Finding {
  const sim::Incident* incident = nullptr;
  base::TimePoint visible_at;                   // first effect on any service
  std::optional<base::Duration> delay;          // from visible_at to a critical anomaly
  std::optional<base::Duration> warning_delay;  // to any anomaly
};

struct Score {
  std::vector<Finding> findings;     // per incident
  std::vector<Course> false_alarms;  // critical anomalies of services that had no trouble
  std::vector<Course> false_warnings;
  std::vector<Course> still_open;  // at the end of the trial, of services that are well again
};

// Compares the courses with the truth. An anomaly belongs to an incident when it concerns a service
// that the incident affected, and was opened between its start and `grace` after its end. It is
// false when it belongs to none, and its service was not hurt for `grace` before it was opened (or
// became critical, when it did): queues that an incident has filled may trouble others later. It
// may be open at the end of the trial when its service was hurt within `closing` before.
Score Evaluate(const Trial& trial, base::Duration grace,
               base::Duration closing = std::chrono::minutes(10));

}  // namespace vedette::detect::proof
