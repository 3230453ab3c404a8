#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace vedette::series {

// The series that recovery has found, by the counter of their reference: a table while counters
// are dense, as they are unless most series ever made are gone, else a map. Not thread-safe.
class KnownSeries {
 public:
  struct Known {
    uint32_t slot = 0;
    uint64_t applied_seq = 0;
  };

  // REQUIRES: counters ascend.
  void Add(uint64_t counter, uint32_t slot) {
    if (known_.empty()) first_ = counter;
    last_ = counter;
    counters_.push_back(counter);
    known_.push_back({.slot = slot});
  }
  // After the last Add, before the first Find.
  void Finish() {
    if (known_.empty()) return;
    const uint64_t span = last_ - first_ + 1;
    if (span / 4 <= known_.size()) table_.assign(span, kNone);
    for (uint32_t i = 0; i < known_.size(); ++i) {
      if (table_.empty()) {
        map_.emplace(counters_[i], i);
      } else {
        table_[counters_[i] - first_] = i;
      }
    }
    counters_ = {};
  }
  // Null when there is none.
  Known* Find(uint64_t counter) {
    if (table_.empty()) {
      const auto found = map_.find(counter);
      return found == map_.end() ? nullptr : &known_[found->second];
    }
    if (counter < first_ || counter > last_) return nullptr;
    const uint32_t index = table_[counter - first_];
    return index == kNone ? nullptr : &known_[index];
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  std::vector<Known> known_;
  std::vector<uint64_t> counters_;
  std::vector<uint32_t> table_;  // by counter - first_: index into known_
  boost::unordered_flat_map<uint64_t, uint32_t> map_;
  uint64_t first_ = 0;
  uint64_t last_ = 0;
};

}  // namespace vedette::series
