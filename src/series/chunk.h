#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "series/bits.h"
#include "series/store.h"

namespace vedette::series {

// Compressed runs of samples of one series: the open chunk, which grows by O(1) appends, and its
// encoded form, on disk and in selections (docs/formats/series.md). Values survive bit by bit.
// Times are milliseconds UTC. Not thread-safe.
//
// Times are coded as differences of differences, values as decimals scaled to integers (12.34 is
// 1234 with scale 2) and their differences, both with a Rice code whose parameter follows the
// running mean: near the entropy for counters and for gauges with few decimals, where Gorilla's
// XOR needs two to five times the bytes. Values that are no short decimal switch the chunk to XOR;
// a few of them among decimals (stale markers) are stored raw in between.

// Chunks, and what retention deletes, end at day boundaries (UTC).
inline constexpr int64_t kBucketMs = 86'400'000;
constexpr int64_t BucketOf(int64_t t_ms) {
  return t_ms >= 0 ? t_ms / kBucketMs : -((-t_ms + kBucketMs - 1) / kBucketMs);
}

// Times that the store can keep: the years 1 to 9999.
inline constexpr int64_t kMinTimeMs = -62'135'596'800'000;
inline constexpr int64_t kMaxTimeMs = 253'402'300'799'999;

enum class ChunkEncoding : uint8_t { kDecimal = 1, kXor = 2, kBlock = 3 };  // 3: see block.h

// The first bytes of an encoded chunk, little-endian.
struct ChunkHeader {
  ChunkEncoding encoding;
  uint8_t scale;      // decimals of kDecimal
  uint16_t count;     // samples, at least one
  uint32_t checksum;  // of everything but itself
  int64_t min_t_ms;
  uint32_t span_ms;  // of the last sample over the first

  int64_t max_t_ms() const { return min_t_ms + span_ms; }
};
inline constexpr size_t kChunkHeaderBytes = 20;

// Reads and verifies. Error: kDataLoss.
base::Result<ChunkHeader> ParseChunk(std::string_view bytes);

// Writes the checksum into the header of encoded bytes. REQUIRES: at least a header.
void SealChunk(std::span<char> bytes);

// Appends the samples with from <= t <= to. Error: kDataLoss, and `out` is as before.
base::Result<> DecodeChunk(std::string_view bytes, int64_t from_ms, int64_t to_ms,
                           SampleColumns& out);

// The running mean behind the parameter of the Rice code: the same steps on both sides.
class RiceMean {
 public:
  unsigned parameter() const { return static_cast<unsigned>(std::bit_width(scaled_ >> 4)); }
  void Start(uint64_t code) { scaled_ = code << 3; }
  void Update(uint64_t code) {
    const uint64_t limit = 2 * scaled_ + 32;  // one outlier must not spoil what follows
    scaled_ += (code < limit ? code : limit) - (scaled_ >> 3);
  }

 private:
  uint64_t scaled_ = 0;  // eight times the mean
};

// The chunk that a series is appending to.
class OpenChunk {
 public:
  static constexpr size_t kMaxSamples = 4096;

  // REQUIRES: t is after the last sample and in the same bucket; fewer than kMaxSamples.
  void Append(int64_t t_ms, double value);

  size_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  int64_t min_t_ms() const { return first_t_ms_; }
  int64_t max_t_ms() const { return last_t_ms_; }
  size_t memory_bytes() const { return bits_.memory_bytes(); }
  const void* tail() const { return bits_.tail(); }

  // Appends the encoded form. REQUIRES: not empty.
  void Encode(std::string& out) const;
  // Empty again, keeping the memory.
  void Clear();

 private:
  static constexpr uint8_t kNoWindow = 255;

  void AppendTime(int64_t t_ms);
  void AppendDecimal(double value);
  void AppendRaw(double value);
  void AppendXor(double value);
  void Rebuild(ChunkEncoding encoding, uint8_t scale, double next);
  void WriteRice(RiceMean& mean, uint64_t code);
  void WriteLength(uint64_t code);
  bool RoomForRaw() const { return (raw_ + 1u) * 8u <= count_ + 8u; }

  BitBuffer bits_;
  int64_t first_t_ms_ = 0;
  int64_t last_t_ms_ = 0;
  uint64_t last_ = 0;  // kDecimal: the scaled integer; kXor: the bits
  RiceMean time_mean_;
  RiceMean value_mean_;
  uint32_t last_delta_ms_ = 0;
  uint16_t count_ = 0;
  uint16_t raw_ = 0;       // raw values among decimals
  uint16_t decimals_ = 0;  // values coded as decimals
  ChunkEncoding encoding_ = ChunkEncoding::kDecimal;
  uint8_t scale_ = 0;
  uint8_t leading_ = kNoWindow;  // kXor: the window of meaningful bits
  uint8_t trailing_ = 0;
};

}  // namespace vedette::series
