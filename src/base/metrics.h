#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace vedette::base {

// Vedette's metrics about itself, served at /metrics. A module declares a struct of references to
// what it counts (its `metrics.h`), created once from the registry that `app` owns; names begin
// with "vedette_", counters end with "_total", units are last ("_seconds", "_bytes").

// Goes up only. Thread-safe.
class Counter {
 public:
  void Add(uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// A level. Thread-safe.
class Gauge {
 public:
  void Set(double value) { value_.store(value, std::memory_order_relaxed); }
  void Add(double by) { value_.fetch_add(by, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// Counts observations in fixed buckets (upper bounds, ascending, +Inf implied). Thread-safe.
class Histogram {
 public:
  explicit Histogram(std::vector<double> bounds);
  void Observe(double value);

  const std::vector<double>& bounds() const { return bounds_; }
  uint64_t bucket(size_t index) const { return buckets_[index].load(std::memory_order_relaxed); }
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  const std::vector<double> bounds_;
  std::unique_ptr<std::atomic<uint64_t>[]> buckets_;  // bounds_.size() + 1, not cumulative
  std::atomic<double> sum_{0};
};

// Ten microseconds to ten seconds, for latencies in seconds.
std::vector<double> LatencyBounds();

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

// Owns the metrics; what it returns lives as long as the registry. The same name and labels give
// the same object. Thread-safe.
class MetricsRegistry {
 public:
  Counter& AddCounter(std::string_view name, std::string_view help, MetricLabels labels = {});
  Gauge& AddGauge(std::string_view name, std::string_view help, MetricLabels labels = {});
  Histogram& AddHistogram(std::string_view name, std::string_view help,
                          std::vector<double> bounds = LatencyBounds(), MetricLabels labels = {});
  // A level that is read when it is asked for. `read` is called from the exporting thread and
  // must outlive the registry's last WriteText.
  void AddCallback(std::string_view name, std::string_view help, std::function<double()> read,
                   MetricLabels labels = {});

  // The Prometheus text exposition of everything, families sorted by name.
  std::string WriteText() const;

 private:
  struct Family;
  Family& FamilyOf(std::string_view name, std::string_view help, std::string_view type)
      REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::map<std::string, std::shared_ptr<Family>, std::less<>> families_ GUARDED_BY(mutex_);
};

}  // namespace vedette::base
