#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace vedette::api {

// What requests that write samples need and leave to the next one: as many as there are workers at
// a time. A `Scratch` is made of the options and has a `batch`. Thread-safe.
template <typename Scratch, typename Options>
class Scratches {
 public:
  std::unique_ptr<Scratch> Take(const Options& options) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    if (spare_.empty()) return std::make_unique<Scratch>(options);
    std::unique_ptr<Scratch> scratch = std::move(spare_.back());
    spare_.pop_back();
    return scratch;
  }
  void GiveBack(std::unique_ptr<Scratch> scratch) EXCLUDES(mutex_) {
    // One request of unusual size must not hold its memory for ever.
    if (scratch->batch.sample_count() > kSamplesKept) return;
    base::MutexLock lock(mutex_);
    if (spare_.size() < kSpareMax) spare_.push_back(std::move(scratch));
  }

 private:
  static constexpr size_t kSpareMax = 32;
  static constexpr size_t kSamplesKept = 50'000;

  base::Mutex mutex_;
  std::vector<std::unique_ptr<Scratch>> spare_ GUARDED_BY(mutex_);
};

}  // namespace vedette::api
