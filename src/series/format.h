#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kv/db.h"
#include "model/labels.h"
#include "model/sample.h"
#include "series/chunk.h"
#include "series/histogram_chunk.h"

namespace vedette::series {

// Keys and records of the store in kv, as docs/formats/series.md draws them. Numbers in keys are
// big-endian, so that keys sort as their fields do; numbers in values are little-endian. Reading
// gives kDataLoss for anything that writing cannot have made.

// The families, in the order in which they stand in DbOptions::families.
enum class FamilyName : kv::Family {
  kMeta,
  kSeries,
  kLog,
  kHead,
  kChunks,
  kHistograms,
  kRollups,
  kCold
};
inline constexpr size_t kFamilies = 8;

// Where the store's families begin in a database that it shares.
struct Families {
  kv::Family first = 0;
  kv::Family Of(FamilyName name) const { return first + static_cast<kv::Family>(name); }
};

inline constexpr uint8_t kFormatVersion = 1;

using TenantId = uint32_t;
using SeriesRef = uint64_t;  // the shard in the upper 16 bits, then a counter that is never reused

inline constexpr unsigned kRefShardShift = 48;
constexpr SeriesRef MakeRef(uint32_t shard, uint64_t counter) {
  return static_cast<SeriesRef>(shard) << kRefShardShift | counter;
}
constexpr uint64_t CounterOf(SeriesRef ref) { return ref & ((uint64_t{1} << kRefShardShift) - 1); }

// A key of fixed size, on the stack.
template <size_t kSize>
class FixedKey {
 public:
  static constexpr size_t kBytes = kSize;

  operator std::string_view() const {  // NOLINT(google-explicit-constructor)
    return {bytes_.data(), kSize};
  }
  template <typename Number>
  FixedKey& Add(Number number) {
    for (size_t i = 0; i < sizeof(Number); ++i) {
      bytes_[size_++] = static_cast<char>(number >> (8 * (sizeof(Number) - 1 - i)));
    }
    return *this;
  }

 private:
  std::array<char, kSize> bytes_{};
  size_t size_ = 0;
};

using SeriesKey = FixedKey<8>;     // series, head: the reference
using LogKey = FixedKey<10>;       // log: shard, sequence number
using BucketKey = FixedKey<4>;     // chunks: the day
using TenantDayKey = FixedKey<8>;  // chunks: the day, the tenant
using ChunkPrefix = FixedKey<16>;  // chunks: the day, the tenant, the series
using ChunkKey = FixedKey<29>;     // that, the first time, the kind, the chunk's number

inline SeriesKey KeyOfSeries(SeriesRef ref) { return SeriesKey().Add(ref); }
inline LogKey KeyOfLog(uint32_t shard, uint64_t seq) {
  return LogKey().Add(static_cast<uint16_t>(shard)).Add(seq);
}
// Days and times with the sign flipped, so that those before 1970 sort first.
inline uint32_t DayInKey(int64_t bucket) {
  return static_cast<uint32_t>(bucket) ^ (uint32_t{1} << 31);
}
inline uint64_t TimeInKey(int64_t t_ms) {
  return static_cast<uint64_t>(t_ms) ^ (uint64_t{1} << 63);
}
inline BucketKey KeyOfBucket(int64_t bucket) { return BucketKey().Add(DayInKey(bucket)); }
inline TenantDayKey KeyOfTenantDay(int64_t bucket, TenantId tenant) {
  return TenantDayKey().Add(DayInKey(bucket)).Add(tenant);
}
inline ChunkPrefix PrefixOfChunks(int64_t bucket, TenantId tenant, SeriesRef ref) {
  return ChunkPrefix().Add(DayInKey(bucket)).Add(tenant).Add(ref);
}

enum class ChunkKind : uint8_t {
  kInOrder = 0,
  kOutOfOrder = 1,
  kHistograms = 2,  // in a family of their own, in order or not
};
inline FamilyName FamilyOf(ChunkKind kind) {
  return kind == ChunkKind::kHistograms ? FamilyName::kHistograms : FamilyName::kChunks;
}

struct ChunkId {
  TenantId tenant = 0;
  SeriesRef ref = 0;
  int64_t min_t_ms = 0;  // its day is the bucket
  ChunkKind kind = ChunkKind::kInOrder;
  uint32_t number = 0;  // counts the chunks of a series
};
// The times of the first and the last sample of any stored chunk. Error: kDataLoss.
struct ChunkSpan {
  int64_t min_t_ms = 0;
  int64_t max_t_ms = 0;
};
base::Result<ChunkSpan> SpanOfChunk(std::string_view bytes);
ChunkKey KeyOfChunk(const ChunkId& id);
base::Result<ChunkId> ParseChunkKey(std::string_view key);
// The day of any key of the family.
base::Result<int64_t> ParseBucket(std::string_view chunk_key);

// Keys of `meta`.
inline constexpr std::string_view kStoreKey = "store";
inline constexpr std::string_view kHorizonKey = "horizon";
inline constexpr std::string_view kNextTenantKey = "next_tenant";
inline constexpr std::string_view kTenantPrefix = "tenant/";    // and the name: its number
inline constexpr std::string_view kRemovedPrefix = "removed/";  // and the number, decimal
std::string NextRefKey(uint32_t shard);   // counter of the shard's next reference, at least
std::string LogFloorKey(uint32_t shard);  // newest record of the shard's log when it was cut
std::string ToldKey(uint32_t shard);      // the newest of which all has been told (told.h)

struct StoreRecord {
  uint32_t shards = 0;
  uint64_t hash_seed = 0;
};
std::string EncodeStore(const StoreRecord& record);
base::Result<StoreRecord> DecodeStore(std::string_view bytes);
std::string EncodeNumber(uint64_t number);
base::Result<uint64_t> DecodeNumber(std::string_view bytes);

// What `series` holds of one series.
struct SeriesRecord {
  TenantId tenant = 0;
  model::LabelsView labels;  // views the bytes it was decoded from
};
void EncodeSeries(const SeriesRecord& record, std::string& out);
base::Result<SeriesRecord> DecodeSeries(std::string_view bytes);

// What `head` holds of one series: all that memory knew when the log stood at `applied_seq`.
struct HeadRecord {
  uint64_t applied_seq = 0;
  int64_t first_t_ms = 0;     // of the series
  int64_t disk_max_t_ms = 0;  // newest sample in its stored chunks
  uint32_t next_number = 0;   // of its next chunk
  bool out_of_order_on_disk = false;
  std::string open_chunk;                             // encoded; may be empty
  std::vector<model::Sample> out_of_order;            // ascending
  bool has_histograms = false;                        // now or ever
  std::string open_histograms = {};                   // an encoded chunk; may be empty
  std::vector<HistogramSample> late_histograms = {};  // ascending
};
void EncodeHead(const HeadRecord& record, std::string& out);
base::Result<HeadRecord> DecodeHead(std::string_view bytes);

}  // namespace vedette::series
