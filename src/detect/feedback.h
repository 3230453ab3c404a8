#pragma once

#include <array>
#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace vedette::detect {

// What people said of findings ("useful", "noise"), as it moves the noise budget. The findings of
// one metric of one service are a group; each group has a weight, the odds that a finding of it is
// worth somebody's while, as its marks make them:
//
//   weight = (1 + useful) / (1 + noise)     within 1/32 and 4
//
// the posterior mean odds under a uniform Beta prior: 1 without a mark. A p-value of the group is
// held against the budget divided by its weight, so that a group with weight 1/4 may raise a
// quarter of the false alarms that others may. Marks of the same metric of other services count a
// quarter.
//
// Sources: Genovese, Roeder and Wasserman, "False discovery control with p-value weighting",
// Biometrika 93(3), 2006 (weights keep the rate of false discoveries, as long as their mean is at
// most 1; NoiseBudget sees to that); Ibrahim and Chen, "Power prior distributions for regression
// models", Statistical Science 15(1), 2000 (related data counts with a power below one).

struct FeedbackCounts {
  double useful = 0;
  double noise = 0;
  friend bool operator==(const FeedbackCounts&, const FeedbackCounts&) = default;
};

struct FeedbackGroup {
  std::string tenant;
  std::string service;  // model::Anomaly::entity
  std::string metric;
  friend auto operator<=>(const FeedbackGroup&, const FeedbackGroup&) = default;
};

// Weights are quarters of an octave, so that a shard needs few levels.
inline constexpr size_t kWeightSteps = 29;
inline constexpr uint8_t kNeutralStep = 20;
inline constexpr double kWeightMin = 1.0 / 32;
inline constexpr double kWeightMax = 4;
// That a mark counts for the same metric of other services.
inline constexpr double kBorrowed = 0.25;

// REQUIRES: step < kWeightSteps.
double WeightAt(uint8_t step);
uint8_t WeightStepOf(const FeedbackCounts& counts);

// Where a group stands, and why.
struct Standing {
  FeedbackCounts own;
  FeedbackCounts elsewhere;  // the metric's, of other services
  uint8_t step = kNeutralStep;
  double weight() const { return WeightAt(step); }
};

// The marks in force, by group. Immutable.
class FeedbackTable {
 public:
  FeedbackTable() = default;
  explicit FeedbackTable(std::map<FeedbackGroup, FeedbackCounts> groups);

  bool empty() const { return groups_.empty(); }
  Standing Of(std::string_view tenant, std::string_view service, std::string_view metric) const;
  const std::map<FeedbackGroup, FeedbackCounts>& groups() const { return groups_; }

 private:
  std::map<FeedbackGroup, FeedbackCounts> groups_;
  std::map<std::pair<std::string, std::string>, FeedbackCounts> metrics_;  // tenant and metric
};

// The table that is in force, for the shards. Thread-safe.
class FeedbackBoard {
 public:
  std::shared_ptr<const FeedbackTable> table() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return table_;
  }
  // Grows with each Set: a shard looks at the table only then. Takes no lock.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }
  void Set(FeedbackTable table) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    table_ = std::make_shared<const FeedbackTable>(std::move(table));
    version_.fetch_add(1, std::memory_order_release);
  }

 private:
  mutable base::Mutex mutex_;
  std::shared_ptr<const FeedbackTable> table_ GUARDED_BY(mutex_) =
      std::make_shared<const FeedbackTable>();
  std::atomic<uint64_t> version_{0};
};

}  // namespace vedette::detect
