#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "detect/learned/faults.h"
#include "detect/learned/history.h"
#include "detect/learned/scale.h"
#include "learn/graph_network.h"
#include "learn/network.h"

namespace vedette::detect::learned {

// What a model was worth on history that it had not seen, beside the statistical detectors, at
// equal false alarms: faults found among those put into the held-out rows (faults.h). Of a model of
// the service graph: services found among those that faults touched visibly (graph_faults.h).
struct TrialReport {
  struct Found {
    size_t faults = 0;
    size_t by_statistics = 0;
    size_t by_model = 0;
    size_t by_either = 0;
  };
  Found total;
  std::array<Found, kFaultKinds> by_kind;  // of FaultKind, or of Cause
  double days = 0;                         // that were held out
  size_t alarms_allowed = 0;               // in them without faults; the same for each column
  size_t alarms_statistics = 0;
  size_t alarms_model = 0;
  size_t alarms_either = 0;
  double nats = 0;              // what the statistical detectors needed for that, alone
  double nats_beside = 0;       // the same beside the model
  double delay_statistics = 0;  // median steps from a fault's begin, of those found
  double delay_either = 0;

  // Faults of a graph whose root was named as the first of all services, by the model and by a
  // plain rule: the service that deviates most among those none of whose callees deviates.
  struct Roots {
    size_t faults = 0;
    size_t by_rule = 0;
    size_t by_model = 0;
  };
  Roots roots;

  // What share of the faults is found that the statistical detectors alone do not find.
  double Gain() const;
};

// A service of the graph: what is asked of it, and how each value is scaled. What it does not have
// has no metric.
struct GraphNode {
  std::string service;
  VitalMetrics vitals;
  std::array<Scale, kVitals> scales;
};

// A network that has learnt one service or the graph of all, with all that it takes to ask it.
// Immutable once made: safe to be asked by many threads.
struct Model {
  std::string tenant;
  std::string service;   // empty: the graph of all of the tenant's
  uint32_t version = 0;  // counts up with each training of the service
  learn::NetworkKind kind = learn::NetworkKind::kLstmAutoencoder;
  learn::NetworkOptions options;
  size_t window = 32;  // steps
  base::Duration step{60'000};
  std::vector<Metric> metrics;
  std::vector<Scale> scales;     // of each
  std::vector<GraphNode> nodes;  // in place of both for the graph: who was there, sorted
  double floor = 1;              // the least spread of scores
  double threshold = 1;          // spreads above the usual that are an alarm

  uint64_t seed = 0;
  base::TimePoint trained_at;
  base::TimePoint learnt_from;
  base::TimePoint learnt_to;
  size_t epochs = 0;  // of which the best one was kept
  double loss = 0;    // of the validation rows
  TrialReport trial;
  bool kept = false;  // used: it adds recall
  // Its gain on the validation rows, by which one of several kinds is chosen: the trial is then of
  // rows that no choice has seen. Not in files.
  double promise = 0;

  // The one that fits `kind`.
  std::unique_ptr<const learn::SequenceNetwork> network;
  std::unique_ptr<const learn::GraphNetwork> graph;
  // REQUIRES: it has one.
  const learn::Parameters& parameters() const {
    return graph ? graph->parameters() : network->parameters();
  }
};

// The network's numbers for the last steps of the windows that end at rows first to last - 1.
// REQUIRES: first + 1 >= model.window.
std::vector<double> RawScores(const Model& model, const learn::Matrix& scaled, size_t first,
                              size_t last);

// What is usual of a model's numbers lately: the rule of source system S2, the error of the last
// point against the spread of recent errors, with median and quartiles in place of mean and
// deviation, so that trouble that lasts does not hide itself. Not thread-safe.
class RecentScores {
 public:
  static constexpr size_t kKept = 120;   // in trials as in use
  static constexpr size_t kEnough = 30;  // before, nothing stands out

  explicit RecentScores(double floor) : floor_(floor) {}
  void Add(double raw);
  // How many spreads above the usual.
  double Deviation(double raw) const;
  size_t size() const { return recent_.size(); }

 private:
  const double floor_;
  std::deque<double> recent_;
};

// So many judgements in a row at the threshold open an anomaly, and are an alarm of a trial.
inline constexpr size_t kOpenAfter = 2;
// Of judgements that follow each other: the highest level at which each opens an anomaly.
std::vector<double> Lasting(const std::vector<double>& deviations);

// On the severity scale: 0.7, a warning, at the threshold, 0.9 at twice that; 0 for the usual.
double ScoreOf(double deviation, double threshold);

}  // namespace vedette::detect::learned
