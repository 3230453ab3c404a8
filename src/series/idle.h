#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kv/db.h"
#include "series/shard_state.h"

namespace vedette::series {

// Lets series go that have had no samples for EngineOptions::idle_after (cold.h has them then):
// closes and stores what is open, marks the days that are still to be rolled up, and takes the
// slots out of memory. Sweeps come four times in that while and count, for each slot, how many of
// them its last sample is behind. A series stays for another sweep while its chunks wait to be
// merged, while many of its days wait to be rolled up and while the observer needs it, and for good
// if its head record is damaged. Runs on the shard's thread.
class Idle {
 public:
  static constexpr uint8_t kSweeps = 4;         // in the time after which a series is idle
  static constexpr uint8_t kOld = kSweeps + 1;  // the age of one that goes

  explicit Idle(ShardState& state) : state_(state) {}

  // Starts a sweep when it is time.
  void Advance(base::SteadyPoint now);
  void StartSweep();
  bool Due() const { return sweeping_; }
  // Some slots of a sweep: about a millisecond. An error ends the sweep; the next takes the rest.
  base::Result<> Slice();
  // Lets go at once what may go of these slots: ascending, live, with no samples for a while.
  base::Result<> LetGo(std::span<const uint32_t> slots);

 private:
  base::Result<bool> MayGo(uint32_t index);
  uint64_t Put(uint32_t index, std::string& key);

  ShardState& state_;
  bool sweeping_ = false;
  uint32_t next_slot_ = 0;
  base::SteadyPoint swept_at_{};
  kv::Batch batch_;
};

}  // namespace vedette::series
