#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bounded_queue.h"
#include "base/clock.h"
#include "detect/detector.h"
#include "detect/noise_budget.h"
#include "model/anomaly.h"
#include "model/write_batch.h"
#include "score/run.h"

namespace vedette::score {

// Detection of one shard, driven by the caller's thread: the store's own threads would look at the
// simulated clock when the machine lets them. Not thread-safe.
class Watcher {
 public:
  explicit Watcher(const EngineUnderTest& engine);

  // Shows it a step's samples, and then that it is `now`; returns what it found, in order.
  std::vector<model::AnomalyUpdate> Watch(const model::WriteBatch& batch, base::TimePoint now);

 private:
  static constexpr size_t kFindingsMax = 100'000;
  uint32_t SlotOf(model::LabelsView labels);

  base::BoundedQueue<model::AnomalyUpdate> queue_{kFindingsMax, base::OverflowPolicy::kReject};
  detect::NoiseBudget budget_;
  detect::ShardDetector detector_;
  std::unordered_map<std::string, uint32_t> slots_;
  std::vector<series::ObservedSample> samples_;
};

}  // namespace vedette::score
