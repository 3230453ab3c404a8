#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/histogram.h"

namespace vedette::series {

// Compressed runs of native histograms of one series: the open chunk, which grows by appends, and
// its encoded form (docs/formats/series.md). Counts that are integers are stored as the varint of
// their difference to the histogram before, with runs of unchanged buckets as one number; others
// as the bits that changed. The layout (schema, runs, bounds) is written when it changes. Values
// survive bit by bit. Times are milliseconds UTC. Not thread-safe.

struct HistogramSample {
  int64_t t_ms = 0;
  std::shared_ptr<const model::Histogram> histogram;  // never null
};

// A chunk that is longer than this is full, however few its histograms.
inline constexpr size_t kHistogramChunkBytes = 16 << 10;

// One histogram by itself, as log records have it. Decode takes it from the front of `bytes`.
// Error: kDataLoss.
void EncodeHistogram(const model::Histogram& histogram, std::string& out);
base::Result<model::Histogram> DecodeHistogram(std::string_view& bytes);

// Some histograms with their times, one after the other.
void EncodeHistogramList(const std::vector<HistogramSample>& samples, std::string& out);
base::Result<std::vector<HistogramSample>> DecodeHistogramList(std::string_view bytes);

// The chunk that a series is appending to.
class OpenHistogramChunk {
 public:
  // REQUIRES: t is after the last sample and in the same day.
  void Append(const HistogramSample& sample);

  size_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  int64_t min_t_ms() const { return first_t_ms_; }
  int64_t max_t_ms() const { return last_t_ms_; }
  size_t bytes() const { return bytes_.size(); }
  size_t memory_bytes() const { return bytes_.capacity(); }
  // The newest. REQUIRES: not empty.
  const model::Histogram& last() const { return *last_; }

  // Appends the encoded form. REQUIRES: not empty.
  void Encode(std::string& out) const;
  void Clear() { *this = OpenHistogramChunk(); }

 private:
  std::string bytes_;
  std::shared_ptr<const model::Histogram> last_;
  int64_t first_t_ms_ = 0;
  int64_t last_t_ms_ = 0;
  int64_t last_delta_ms_ = 0;
  uint16_t count_ = 0;
};

// Appends the samples with from <= t <= to. Error: kDataLoss, and `out` is as before.
base::Result<> DecodeHistogramChunk(std::string_view bytes, int64_t from_ms, int64_t to_ms,
                                    std::vector<HistogramSample>& out);

}  // namespace vedette::series
