#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/clock.h"
#include "detect/baseline/series_detector.h"
#include "detect/learned/history.h"
#include "detect/learned/model.h"

namespace vedette::detect::learned {

// What all trials of models have in common: what they are measured against, and what equal false
// alarms are.

// The statistical detectors of several metrics. Copies go on by themselves.
class Statistics {
 public:
  explicit Statistics(const std::vector<Metric>& metrics);
  // The most surprising of the values in nats; a deviation that hurts is worth an alarm.
  double Step(int64_t t_ms, const double* values);

 private:
  baseline::BaselineOptions options_;
  baseline::Levels levels_;
  std::vector<baseline::Signal> signals_;
  std::vector<baseline::SeriesDetector> series_;
};

// What both said of rows that follow each other.
struct Readings {
  std::vector<double> nats;        // of the statistical detectors
  std::vector<double> deviations;  // of the model
};

// The same of the rows of a fault, from where it is to be seen.
struct FaultReadings {
  size_t kind = 0;  // of TrialReport::by_kind
  Readings readings;
};

// The alarms that levels raise on rows without faults, those of each service by themselves. Rows
// that are near each other are one alarm.
size_t AlarmsOf(const std::vector<Readings>& clean, double nats, double threshold);

// The least level from `least` on, above one of the values, that leaves no more alarms than
// allowed; `alarms` counts them.
double LeastLevel(std::vector<double> values, double least, size_t allowed,
                  const std::function<size_t(double)>& alarms);

struct TrialResult {
  TrialReport report;
  double threshold = 0;  // of the model, for the alarms that are allowed
};
struct TrialTerms {
  base::Duration step{60'000};
  double alarms_per_day = 1;  // of all services together
  double threshold_min = 0;   // of the model
};

// Raises the level of the statistical detectors until they have no more alarms than allowed, then
// those of the model and of both together until neither has more than that left: what both find is
// at equal false alarms. Then it counts the faults that each finds; the model's alarms are what
// opens an anomaly (Lasting). REQUIRES: as many clean rows of each service.
TrialResult CountFound(std::vector<Readings> clean, std::vector<FaultReadings> faulted,
                       const TrialTerms& terms);

}  // namespace vedette::detect::learned
