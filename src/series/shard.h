#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/result.h"
#include "series/appender.h"
#include "series/catch_up.h"
#include "series/checkpointer.h"
#include "series/cold.h"
#include "series/compactor.h"
#include "series/deletion.h"
#include "series/hash.h"
#include "series/idle.h"
#include "series/roller.h"
#include "series/selection.h"
#include "series/shard_state.h"
#include "series/store.h"
#include "series/told.h"

namespace vedette::series {

class CardinalityCounter;

// One thread with a bounded queue of tasks, and the series that only it touches. Between tasks it
// stores closed chunks and head records in slices, and ticks the observer. Submit is thread-safe;
// all that tasks call belongs to the shard's thread.
class Shard {
 public:
  using Task = std::function<void(Shard& shard)>;
  using Texts = std::set<std::string, std::less<>>;
  struct ColdSelect {
    ColdWalk walk;
    Selection::Days days;
  };

  // `clock` and `around` must outlive it. The observer may be null.
  Shard(const ShardSurroundings& around, uint32_t number, const base::Clock& clock,
        std::unique_ptr<ShardObserver> observer);
  ~Shard();  // does what is queued, then ends the thread
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  bool HasRoom() const { return tasks_.size() < tasks_.capacity(); }
  // False when the queue is full.
  [[nodiscard]] bool Submit(Task task) { return tasks_.Push(std::move(task)); }
  // Waits for room.
  [[nodiscard]] bool SubmitUntil(Task task, base::SteadyPoint deadline) {
    return tasks_.PushUntil(std::move(task), deadline);
  }

  uint64_t samples() const { return state_.samples.load(std::memory_order_relaxed); }
  uint64_t chunks() const { return state_.chunks.load(std::memory_order_relaxed); }
  uint64_t series() const { return state_.series.load(std::memory_order_relaxed); }
  uint64_t head_bytes() const { return state_.head_bytes.load(std::memory_order_relaxed); }

  // -- For tasks, on the shard's thread.

  base::Result<> Recover(const SeriesHash& hash);
  base::Result<AppendReport> Append(const SubBatch& work) { return appender_.Append(work); }
  // These give what memory has, and with `cold` the way to the rest, to be walked on any thread.
  base::Result<> Select(Tenant* tenant, const SelectRequest& request, Selection& out,
                        ColdSelect& cold) const;
  void LabelNames(Tenant* tenant, const SelectRequest& request, Texts& out, ColdWalk& cold) const;
  void LabelValues(Tenant* tenant, const SelectRequest& request, std::string_view label, Texts& out,
                   ColdWalk& cold) const;
  // The index of a tenant's series; null when there are none.
  const Index* IndexOf(const Tenant* tenant) const { return state_.head.IndexOf(tenant); }
  // The times of the samples of a tenant's series.
  void CountTimes(const Tenant* tenant, CardinalityCounter& out) const;
  void Exemplars(const Tenant* tenant, const SelectRequest& request,
                 std::vector<ExemplarSeries>& out) const;
  base::Result<> Checkpoint() { return checkpointer_.Round(); }

  // Begins to refuse samples of buckets before `oldest_ms`.
  void RefuseBuckets(int64_t oldest_ms) { state_.oldest_ms = oldest_ms; }
  // Rolls up some of what those buckets hold. True when it was the last.
  base::Result<bool> RollUpRefused() { return roller_.RollBefore(BucketOf(state_.oldest_ms)); }
  // The same as RefuseBuckets, and forgets what memory has of them.
  void DropBuckets(int64_t oldest_ms);
  // Removes some of the series without samples since `idle_ms` (with histograms, which are not
  // rolled up: since `horizon_ms`), in memory or not; the number looked at is bounded, and
  // `dropping` says where to go on and is empty at first. True when it was the last.
  struct Dropping {
    uint32_t next_slot = 0;
    std::string cursor;  // among the cold ones
  };
  base::Result<bool> DropIdleSeries(int64_t horizon_ms, int64_t idle_ms, Dropping& dropping);
  // Deletes samples of matching series, some at a time; `deleting` says where to go on and is empty
  // at first. True when it was the last.
  struct Deleting {
    enum class Phase { kBegin, kMemory, kCold, kReturned };
    Phase phase = Phase::kBegin;
    std::vector<Deletion::Target> targets;
    std::string cursor;    // among the cold ones
    uint32_t returns = 0;  // ShardState::returns when memory was last looked at
  };
  base::Result<bool> DeleteSamples(Tenant* tenant, const SelectRequest& request,
                                   Deleting& deleting);
  // Removes some of the series of a tenant that are in memory. True when it was the last.
  base::Result<bool> DropTenant(const Tenant* tenant);
  // The same for those that are not, from `cursor` on, which is empty at first.
  base::Result<bool> DropColdOf(TenantId tenant, std::string& cursor);
  // One sweep of idle series (idle.h), and the merges that some of them wait for, at once.
  base::Result<> SweepIdle();

 private:
  void Run();
  void RunTask(const Task& task);
  void Tick(base::SteadyPoint now);
  bool HasSlices() const;
  void DoSlice(bool had_task);
  void SettleIfQuiet(base::SteadyPoint now);
  void ExportLevels();
  int64_t FirstNeeded(const SelectRequest& request) const;
  Index::Slots Matching(const Tenant* tenant, const SelectRequest& request) const;
  ColdWalk MatchingCold(Tenant* tenant, const SelectRequest& request,
                        std::string_view cursor = {}) const;
  void ValuesInMemory(const Index& index, const SelectRequest& request, std::string_view label,
                      Texts& out) const;
  base::Result<bool> NextTargets(Tenant* tenant, const SelectRequest& request, Deleting& deleting);
  base::Result<bool> ReturnSome(Tenant* tenant, const SelectRequest& request, Deleting& deleting);
  base::Result<> RemoveSeries(const std::vector<uint32_t>& slots);

  const base::Clock& clock_;
  const base::SystemClock waits_;  // condition variables wait in real time, whatever clock_ says
  ShardState state_;
  Appender appender_;
  Checkpointer checkpointer_;
  Compactor compactor_;
  Roller roller_;
  Idle idle_;
  CatchUp catch_up_;
  Told told_;
  bool slice_failed_ = false;  // try again after the next tick
  uint32_t tasks_since_merge_ = 0;
  enum class Settling { kNothing, kRound, kDone } settling_ = Settling::kNothing;
  uint64_t seen_seq_ = 0;  // of the log, at the last tick
  base::SteadyPoint quiet_since_{};
  uint64_t exported_series_ = 0;  // this shard's part of the gauges
  uint64_t exported_head_bytes_ = 0;
  base::BoundedQueue<Task> tasks_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace vedette::series
