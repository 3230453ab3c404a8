#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "detect/baseline/series_detector.h"
#include "detect/baseline/signal.h"
#include "detect/feedback.h"
#include "detect/readings.h"
#include "detect/reporter.h"
#include "detect/rules/threshold.h"

namespace vedette::detect {

// A rule on a series.
struct RuleWatch {
  uint16_t rule = 0;
  rules::ThresholdState threshold;
  Readings readings;
  std::optional<base::TimePoint> last_arrival;  // absence: in the shard's time; none: not armed
  bool ended = false;                           // the last value was a stale marker
  std::unique_ptr<Reported> open;
};

// What a shard keeps of a series. Every sample touches most of it down to `series`.
struct Watch {
  baseline::Signal signal;
  uint32_t arrival_tick = 0;  // the tick after which the last value came
  uint32_t saved_tick = 0;    // the tick after which the state was kept; 0: never
  bool has_rules = false;
  uint8_t weight_step = kNeutralStep;  // by feedback
  std::unique_ptr<Reported> open;      // by `series`
  baseline::SeriesDetector series;
  uint64_t said = 0;                // Reporter::said() after its last report by `series`
  int64_t replayed_ms = INT64_MIN;  // the newest value that was replayed
  int64_t told_since_ms = 0;        // begin of the anomaly that the last run has told to its end
  std::vector<RuleWatch> rules;
  double quantile = 0;          // of a histogram; 0: it is the series itself
  uint32_t histogram_slot = 0;  // of one of its buckets
  uint32_t tenant = 0;
  std::string labels;  // canonical; empty: not in use
};

inline base::Duration IntervalOf(const Watch& watch) {
  return base::Duration(static_cast<int64_t>(watch.series.state.interval_ms));
}

inline base::Duration SilenceLimit(const Watch& watch, base::Duration at_least) {
  constexpr int kIntervalsOfSilence = 5;
  return std::max(at_least, IntervalOf(watch) * kIntervalsOfSilence);
}

// Watches at stable addresses, by index, reused. Not thread-safe.
class WatchPool {
 public:
  uint32_t Add() {
    if (free_.empty()) {
      const auto first = static_cast<uint32_t>(blocks_.size() * kBlock);
      blocks_.push_back(std::make_unique<std::array<Watch, kBlock>>());
      for (uint32_t i = kBlock; i-- > 0;) free_.push_back(first + i);
    }
    const uint32_t index = free_.back();
    free_.pop_back();
    ++size_;
    return index;
  }
  void Remove(uint32_t index) {
    (*this)[index] = Watch();
    free_.push_back(index);
    --size_;
  }
  Watch& operator[](uint32_t index) { return (*blocks_[index / kBlock])[index % kBlock]; }
  const Watch& operator[](uint32_t index) const {
    return (*blocks_[index / kBlock])[index % kBlock];
  }
  size_t size() const { return size_; }
  // Indices are below this; not all of them are in use.
  uint32_t end() const { return static_cast<uint32_t>(blocks_.size() * kBlock); }

 private:
  static constexpr uint32_t kBlock = 256;
  std::vector<std::unique_ptr<std::array<Watch, kBlock>>> blocks_;
  std::vector<uint32_t> free_;
  size_t size_ = 0;
};

}  // namespace vedette::detect
