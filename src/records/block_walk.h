#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kv/db.h"
#include "model/tenant.h"

namespace vedette::records {

// What log lines and spans share: how their sealed blocks lie in the database, are walked through,
// and go when they are old.

// Keys of blocks: tenant, 0x00, part, newest time, generation, number. The place of a block is what
// stands behind the part, the same for all its parts.
std::string PartPrefix(std::string_view tenant, char part);
std::string PartTime(std::string_view tenant, char part, int64_t time_ms);
std::string PartKey(std::string_view tenant, char part, int64_t time_ms, uint64_t generation,
                    uint64_t number);
// The generation in a block's place; nothing if the place is damaged.
std::optional<uint64_t> GenerationOf(std::string_view place);

// kInvalidArgument when the tenant's name is none or the times stand the wrong way round.
base::Result<> CheckRange(const model::TenantName& tenant, base::TimePoint from,
                          base::TimePoint to);

// The names of all tenants in a family whose keys begin so.
base::Result<std::vector<std::string>> TenantsOf(kv::Db& db, kv::Family family);

// The horizon: a time before which all is gone, stored under a key; INT64_MIN if there is none.
base::Result<int64_t> ReadHorizon(kv::Db& db, kv::Family family, std::string_view key,
                                  const std::function<void()>& damaged);
void PutHorizon(kv::Family family, std::string_view key, int64_t horizon_ms, kv::Batch& out);

// Adds to `out` the deletion of the blocks, in all of their `parts`, whose newest time is before
// the horizon. Says how many they are, by their part `meta`.
base::Result<uint64_t> DeleteBefore(kv::Db& db, kv::Family family, std::string_view parts,
                                    char meta, int64_t horizon_ms, kv::Batch& out);

// For a start that no damage must stop: counts damage, and gives any other error back.
base::Result<> Tolerate(const base::Error& error, std::atomic<uint64_t>& damaged);

// Visits one part of a tenant's blocks whose newest time is at least `from_ms`, the newest first;
// `visit` returns false to end. Where the database cannot read its own files, `damaged` is called
// and the walk goes on behind: an error is one of the disk, never kDataLoss.
base::Result<> WalkBack(
    kv::Db& db, kv::Family family, std::string_view tenant, char part, int64_t from_ms,
    const std::function<base::Result<bool>(std::string_view place, std::string_view value)>& visit,
    const std::function<void()>& damaged);

// Reads one part of blocks that are asked for newest first, without copying it and mostly without
// searching for it. Not thread-safe.
class PartReader {
 public:
  PartReader(kv::Db& db, kv::Family family, std::string_view tenant, char part);

  // Lives until the next call. Nothing when it is missing or cannot be read.
  std::optional<std::string_view> Read(std::string_view place);

 private:
  const std::string prefix_;
  std::string key_;
  const std::unique_ptr<kv::Iterator> iterator_;
};

}  // namespace vedette::records
