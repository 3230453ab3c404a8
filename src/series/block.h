#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "series/chunk.h"
#include "series/integers.h"

namespace vedette::series {

// Sealed chunks of thousands of samples: what the compactor makes of a series' small chunks of a
// day. The header is that of every chunk (encoding kBlock), then come segments of up to 1,024
// samples (of one value at regular times: up to all of the block), each readable without the
// others: times as regular steps and exceptions, values as decimals scaled to integers, or as their
// bits where they are no short decimals, bit-packed in frames of 128 (integers.h). Values survive
// bit by bit. DecodeChunk reads blocks too.

inline constexpr size_t kSegmentSamples = kIntegersMax;

// Makes one block, in order of time. Not thread-safe.
class BlockBuilder {
 public:
  static constexpr size_t kMaxSamples = 8 * kSegmentSamples;

  // Takes over a block's full segments as they are, without decoding; the samples of a last segment
  // that is not full, or may grow, are appended to `rest`. REQUIRES: nothing was added before.
  // Error: kDataLoss.
  base::Result<> AddFullSegments(std::string_view block, SampleColumns& rest);
  // REQUIRES: equal lengths, ascending times after all before, in the bucket of the first; at most
  // kMaxSamples together.
  void Add(std::span<const int64_t> t_ms, std::span<const double> values);

  size_t count() const { return count_; }
  // Appends the encoded form. REQUIRES: at least one sample.
  void Finish(std::string& out) const;

 private:
  void AddSegment(std::span<const int64_t> t_ms, std::span<const double> values);

  size_t count_ = 0;
  int64_t min_t_ms_ = 0;
  int64_t max_t_ms_ = 0;
  std::string segments_;
};

// The samples as one block. REQUIRES: as BlockBuilder::Add.
std::string EncodeBlock(std::span<const int64_t> t_ms, std::span<const double> values);

// Values alone, as segments have them, for other records. At most kSegmentSamples. `bytes` loses
// what was read; false when it makes no sense.
void PackValues(std::span<const double> values, std::string& out);
bool UnpackValues(std::string_view& bytes, std::span<double> out);

// For DecodeChunk: appends the samples with from <= t <= to of segments. Error: kDataLoss, and
// `out` is as before.
base::Result<> DecodeSegments(const ChunkHeader& header, std::string_view segments, int64_t from_ms,
                              int64_t to_ms, SampleColumns& out);

}  // namespace vedette::series
