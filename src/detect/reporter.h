#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>

#include "base/bounded_queue.h"
#include "base/clock.h"
#include "detect/metrics.h"
#include "model/anomaly.h"

namespace vedette::detect {

// A value beside the range in which it was expected.
struct Compared {
  double observed = 0;
  double low = 0;
  double high = 0;
};

// An anomaly that has been reported and not yet closed.
struct Reported {
  model::Anomaly anomaly;
  Compared worst = {};           // so far: told when it is over
  base::TimePoint last_report;   // in the series' time
  uint32_t repeated_tick = 0;    // of the shard, when it was last told that it goes on
  base::TimePoint last_arrival;  // of a value, in the shard's time; 0 before the first tick
  bool as_rate = false;
};

// Takes the values that the anomaly has now for its worst.
void BeginWorst(Reported& reported);
// The same of others, where they are farther outside of their range.
void NoteWorst(Reported& reported, const Compared& now);
// It is over: its values are the worst from here on.
void TellWorst(Reported& reported);

// Hands reports to the queue in order. When it is full, openings and closings wait here and are
// handed over later; updates are left out, since another follows. Bounded: beyond `waiting_max` the
// oldest is lost, counted and logged. Counts which of them the receiver has kept. Not thread-safe;
// the queue is.
class Reporter {
 public:
  // `metrics` may be null.
  Reporter(base::BoundedQueue<model::AnomalyUpdate>& queue, size_t waiting_max,
           DetectMetrics* metrics)
      : queue_(queue), waiting_max_(waiting_max), metrics_(metrics) {}

  void Opened(Reported& reported, base::TimePoint now);
  void Updated(Reported& reported, base::TimePoint now);
  void Closed(Reported& reported, base::TimePoint ended, base::TimePoint now);

  // Hands over what waits, as far as there is room.
  void Flush();
  size_t waiting() const { return waiting_.size(); }
  uint64_t lost() const { return lost_; }

  // Reports handed over or waiting, and how many of the first of them are kept for good.
  uint64_t said() const { return said_; }
  uint64_t kept() const { return receipts_->load(std::memory_order_acquire); }
  // Brings the gauge of reports that are not kept yet up to date.
  void CountKept();

 private:
  void Send(model::AnomalyTransition transition, const model::Anomaly& anomaly);
  void Forget();

  base::BoundedQueue<model::AnomalyUpdate>& queue_;
  const size_t waiting_max_;
  DetectMetrics* const metrics_;
  std::deque<model::AnomalyUpdate> waiting_;
  uint64_t lost_ = 0;
  uint64_t said_ = 0;
  uint64_t counted_ = 0;  // of the kept ones
  const std::shared_ptr<std::atomic<uint64_t>> receipts_ =
      std::make_shared<std::atomic<uint64_t>>(0);
};

}  // namespace vedette::detect
