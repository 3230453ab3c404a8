#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "kv/db.h"
#include "series/hash.h"
#include "series/rollup.h"
#include "series/shard_state.h"

namespace vedette::series {

// Rolls up the days that are over (rollup.h), series by series, in slices between a shard's other
// tasks, from all that is known of a day, in memory too. What is stored for a day afterwards, or
// deleted, takes the day's roll-ups away in the same batch and leaves a mark (MarkUnrolled), so
// that they are never out of date, whenever the process ends; marked days are rolled up again while
// their samples are there. Series with native histograms are left out. Runs on the shard's thread.
class Roller {
 public:
  explicit Roller(ShardState& state);

  // Days that ended an hour ago may be rolled up; marks are looked at once a minute.
  void Advance(base::TimePoint now);
  bool Due() const { return rolling_ || marks_due_; }
  // Rolls up a bit: about a millisecond.
  base::Result<> Slice();
  // The same for all before `day`, whose samples are about to go, and for what memory got since.
  // True when nothing is left. REQUIRES: no more samples come for those days.
  base::Result<bool> RollBefore(int64_t day);

 private:
  void Begin(int64_t end_day);
  base::Result<> MarkColdSeries();
  base::Result<> Roll();
  base::Result<> RollMarked();
  base::Result<bool> RollMemory(int64_t end_day);
  base::Result<> RollSeries(uint32_t index, kv::Iterator& chunks);
  base::Result<> RollDay(const Slot& slot, int64_t day);
  // The series of a mark, made in `cold` if it is not in memory; null when there is none.
  base::Result<const Slot*> SlotOf(const Unrolled& mark, std::optional<Slot>& cold) const;
  base::Result<> WriteBatch();
  kv::Family family() const { return state_.Family(FamilyName::kRollups); }

  ShardState& state_;
  const SeriesHash hash_;
  const bool enabled_;
  bool rolling_ = false;
  int64_t end_day_ = 0;              // of the pass: days before it are rolled up
  bool marking_ = false;             // cold series, before the first pass of all
  std::string marked_;               // up to here
  uint32_t next_slot_ = 0;           // where it goes on
  std::optional<int64_t> next_day_;  // of that slot
  bool marks_due_ = false;
  base::TimePoint marks_at_{};
  uint32_t next_in_memory_ = 0;
  kv::Batch batch_;
  size_t samples_ = 0;  // rolled up in this slice
};

}  // namespace vedette::series
