#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "series/format.h"
#include "series/store.h"

namespace vedette::series {

// Roll-ups: what is kept of the samples of a series and day in windows of 1 min, 5 min and 1 h
// (docs/formats/series.md, docs/decisions/0009-roll-ups.md). Times are milliseconds UTC. Pure.
//
// A window is open on the left, as ranges of PromQL are: its samples have end - resolution < t <=
// end, and its end is a multiple of the resolution. So a range whose ends are such multiples is a
// whole number of windows, and what is computed from those is what the samples would give.

// From fine to coarse.
inline constexpr std::array<int64_t, 3> kRollupResolutionsMs = {60'000, 300'000, 3'600'000};
inline constexpr size_t kRollupResolutions = kRollupResolutionsMs.size();

struct RollupWindow {
  int64_t end_ms = 0;
  int64_t last_t_ms = 0;  // of the newest sample; its value is `last`
  double last = 0;
  Rollup rollup;                 // count 0: nothing but a stale marker
  int64_t stale_ms = INT64_MIN;  // of a stale marker that nothing follows in the window

  friend bool operator==(const RollupWindow&, const RollupWindow&) = default;
};

// The windows of samples in ascending time. Stale markers count only at the end of a window.
std::vector<RollupWindow> RollUp(const SampleColumns& samples, int64_t resolution_ms);

// One record: the windows of a day. REQUIRES: ascending, at least one.
std::string EncodeRollups(std::span<const RollupWindow> windows, int64_t resolution_ms);
// Error: kDataLoss.
base::Result<std::vector<RollupWindow>> DecodeRollups(std::string_view bytes,
                                                      int64_t resolution_ms);

// Writes the checksum in front. REQUIRES: a record's head, at least.
void SealRollups(std::span<char> bytes);
inline constexpr size_t kRollupHeadBytes = 5;  // checksum, version

// Keys of `series_rollups`. Records lie together by series within periods of some days, so that a
// year of a series is a dozen seeks, and retention deletes whole periods by range.
inline constexpr int64_t kRollupPeriodDays = 32;
constexpr int64_t RollupPeriodOf(int64_t day) {
  return day >= 0 ? day / kRollupPeriodDays : -((-day + kRollupPeriodDays - 1) / kRollupPeriodDays);
}
using RollupPeriodKey = FixedKey<5>;  // resolution, period
using RollupTenantKey = FixedKey<9>;  // that and the tenant
using RollupPrefix = FixedKey<17>;    // that and the series
using RollupKey = FixedKey<21>;       // that and the day
// Series and days whose roll-ups are to be made again: 0, shard, day, tenant, series.
using UnrolledPrefix = FixedKey<3>;
using UnrolledKey = FixedKey<19>;

RollupPeriodKey KeyOfRollupPeriod(size_t resolution, int64_t period);
RollupTenantKey KeyOfRollupTenant(size_t resolution, int64_t period, TenantId tenant);
RollupPrefix PrefixOfRollups(size_t resolution, int64_t period, TenantId tenant, SeriesRef ref);
RollupKey KeyOfRollup(size_t resolution, int64_t day, TenantId tenant, SeriesRef ref);
UnrolledPrefix PrefixOfUnrolled(uint32_t shard);
UnrolledKey KeyOfUnrolled(uint32_t shard, int64_t day, TenantId tenant, SeriesRef ref);

// Error of all: kDataLoss.
base::Result<int64_t> PeriodOfRollupKey(std::string_view key);
base::Result<int64_t> DayOfRollupKey(std::string_view key);
struct Unrolled {
  int64_t day = 0;
  TenantId tenant = 0;
  SeriesRef ref = 0;
};
base::Result<Unrolled> ParseUnrolledKey(std::string_view key);

// Of `meta`: the day before which a shard has rolled everything up.
std::string RolledKey(uint32_t shard);

// Puts into the batch that what is rolled up of a series and day is out of date: the records go,
// and a mark stays that they are to be made again.
void MarkUnrolled(Families families, uint32_t shard, const Unrolled& what, kv::Batch& batch);

}  // namespace vedette::series
