#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "kv/db.h"
#include "model/matcher.h"
#include "series/head.h"
#include "series/shard_state.h"

namespace vedette::series {

// Series that have left memory: all their samples are in stored chunks, and one record in
// `series_cold` has what a slot would have. A query walks the records of the days in its range, by
// metric name if it says one; a sample finds its series by the hash and brings it back under the
// same reference. A series is cold or in memory, except that the record of one that came back stays
// until the next write that touches it (Head::returning): memory is right then.
//
// All but ColdWalk::Run belongs to the shard's thread. Errors: those of kv; damaged records are
// counted, logged and left out.

// What a shard that starts has to know of its cold series: their times, and which references are
// taken.
base::Result<> RecoverCold(ShardState& state);

// What the write of a slot adds that leaves memory with it, after which ForgetSlots takes it out.
// Gives back the key under which it is found then. REQUIRES: nothing of it is in memory alone, once
// the batch is written.
std::string PutCold(ShardState& state, uint32_t index, kv::Batch& batch);
// Whether another cold series has the hash of this one, which therefore has to stay.
base::Result<bool> HashIsTaken(const ShardState& state, uint32_t index);

// Adds what makes a series that came back one of those in memory, on disk too.
void PutReturned(const ShardState& state, uint32_t index, kv::Batch& batch);
// Adds what takes the cold record of a series that came back from the disk.
void DeleteReturned(const ShardState& state, uint32_t index, kv::Batch& batch);

// Brings a series back. SlotTable::kNone when it is not among the cold ones.
base::Result<uint32_t> Return(ShardState& state, uint64_t hash, Tenant* tenant,
                              std::string_view labels);

// Takes slots out of memory: ascending, live.
void ForgetSlots(ShardState& state, std::span<const uint32_t> slots);

// Finds the cold series of a tenant for which all matchers hold and which may have samples in a
// range, as they are when it is made: on the shard's thread. It is run on the thread of whoever
// asks, because there may be very many. Must not outlive the database.
class ColdWalk {
 public:
  struct Query {
    Tenant* tenant = nullptr;
    const std::vector<model::Matcher>* matchers = nullptr;  // must outlive the walk
    int64_t from_ms = 0;
    int64_t to_ms = 0;
  };
  ColdWalk() = default;  // finds none
  // `cursor`, if not empty, is where a walk before stopped.
  ColdWalk(const ShardState& state, const Query& query, std::string_view cursor = {});

  // False when there can be none.
  bool any() const { return records_ != nullptr; }
  // Visits them, as slots that are in no head, until the visitor says false; series that memory
  // had when the walk was made are left out.
  base::Result<> Run(const std::function<bool(Slot& slot)>& visit);
  // Behind the last one that was visited.
  const std::string& cursor() const { return cursor_; }

 private:
  std::string Start(int64_t day) const;
  base::Result<> Visit(const std::function<bool(Slot& slot)>& visit, bool& more);

  Query query_;
  uint32_t shard_ = 0;
  std::string_view name_;  // of the metric, if a matcher says it
  std::unique_ptr<kv::Iterator> records_;
  std::vector<SeriesRef> in_memory_;  // of those whose cold record is still there; ascending
  base::Counter* corrupt_ = nullptr;
  std::string cursor_;
};

// The cold series with this reference.
base::Result<std::optional<Slot>> FindCold(const ShardState& state, Tenant* tenant, SeriesRef ref);

// Adds marks (rollup.h) for the days before `end_day` of which cold series may have samples, of
// some series; `cursor`, empty at first, says where to go on. True when that was the last. For a
// shard that rolls up for the first time: what leaves later is marked when it does.
base::Result<bool> MarkCold(const ShardState& state, int64_t end_day, kv::Batch& batch,
                            std::string& cursor);

// What is known of a cold series whose record may be damaged.
struct ColdEntry {
  TenantId tenant = 0;
  int64_t last_t_ms = 0;
  bool has_histograms = false;
};
// Deletes some of the cold series that ended before `end_ms` and for which `goes` holds. `cursor`,
// empty at first, says where to go on. True when that was the last.
base::Result<bool> DropCold(const ShardState& state, int64_t end_ms,
                            const std::function<bool(const ColdEntry& entry)>& goes,
                            std::string& cursor);

}  // namespace vedette::series
