#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace vedette::series {

// Which series of a shard have stored chunks that no block holds yet, and in which days. A hint:
// it starts empty, and a series that is gone may be named. Belongs to the shard's thread.
class LooseChunks {
 public:
  struct Days {
    uint32_t slot = 0;
    int64_t first = 0;  // buckets
    int64_t last = 0;
  };

  // From `due_at` chunks on, the series is worth a merge.
  explicit LooseChunks(uint32_t due_at) : due_at_(due_at) {}

  void Add(uint32_t slot, int64_t day) {
    if (slot >= entries_.size()) entries_.resize(slot + 1);
    Entry& entry = entries_[slot];
    entry.first_day = std::min(entry.first_day, static_cast<int32_t>(day));
    entry.last_day = std::max(entry.last_day, static_cast<int32_t>(day));
    if (entry.chunks < std::numeric_limits<uint16_t>::max()) ++entry.chunks;
    if (entry.chunks >= due_at_) MakeDue(slot);
  }

  // Every series with a loose chunk is due.
  void MakeAllDue() {
    for (uint32_t slot = 0; slot < entries_.size(); ++slot) {
      if (entries_[slot].chunks > 0) MakeDue(slot);
    }
  }

  bool Has(uint32_t slot) const { return slot < entries_.size() && entries_[slot].chunks > 0; }
  // REQUIRES: Has(slot).
  void MakeDue(uint32_t slot) {
    if (entries_[slot].due) return;
    entries_[slot].due = true;
    due_.push_back(slot);
  }

  bool due() const { return !due_.empty(); }
  std::optional<Days> Take() {
    if (due_.empty()) return std::nullopt;
    const uint32_t slot = due_.back();
    due_.pop_back();
    const Days days{
        .slot = slot, .first = entries_[slot].first_day, .last = entries_[slot].last_day};
    entries_[slot] = Entry();
    return days;
  }
  // What was taken could not be done: it is due again.
  void GiveBack(const Days& days) {
    Add(days.slot, days.first);
    Add(days.slot, days.last);
    MakeDue(days.slot);
  }

 private:
  struct Entry {
    int32_t first_day = std::numeric_limits<int32_t>::max();
    int32_t last_day = std::numeric_limits<int32_t>::min();
    uint16_t chunks = 0;
    bool due = false;
  };

  const uint32_t due_at_;
  std::vector<Entry> entries_;  // by slot
  std::vector<uint32_t> due_;
};

}  // namespace vedette::series
