#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/mutex.h"
#include "detect/rules/rule.h"

namespace vedette::detect::rules {

// The rules that are in force, for the shards: set anew when the configuration is. Thread-safe.
class RuleBoard {
 public:
  // REQUIRES: not null.
  explicit RuleBoard(std::shared_ptr<const RuleSet> rules) : rules_(std::move(rules)) {}

  std::shared_ptr<const RuleSet> rules() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return rules_;
  }
  // Grows with each Set: a shard looks at the rules only then. Takes no lock.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }
  // REQUIRES: not null.
  void Set(std::shared_ptr<const RuleSet> rules) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    rules_ = std::move(rules);
    version_.fetch_add(1, std::memory_order_release);
  }

 private:
  mutable base::Mutex mutex_;
  std::shared_ptr<const RuleSet> rules_ GUARDED_BY(mutex_);
  std::atomic<uint64_t> version_{0};
};

}  // namespace vedette::detect::rules
