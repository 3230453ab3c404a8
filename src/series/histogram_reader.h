#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "kv/db.h"
#include "series/format.h"
#include "series/histogram_chunk.h"
#include "series/store.h"

namespace vedette::series {

// Gathers the native histograms of one series in a time range from chunks and from memory, and
// merges them with its floats. For equal times the float wins, then the older chunk. Damaged
// chunks are counted, logged and left out. Not thread-safe.
class HistogramReader {
 public:
  HistogramReader(int64_t from_ms, int64_t to_ms, base::Counter& corrupt)
      : from_ms_(from_ms), to_ms_(to_ms), corrupt_(corrupt) {}

  // The stored chunks of the series that begin before `end_ms` and have smaller numbers than
  // `end_number`. Stops with kResourceExhausted soon after `samples_max`.
  struct Stored {
    TenantId tenant;
    SeriesRef ref;
    int64_t end_ms;
    uint32_t end_number;
  };
  base::Result<> ReadStored(kv::Db& db, kv::Family family, const Stored& stored,
                            size_t samples_max);
  void Take(std::string_view chunk, uint32_t number);
  void Add(std::span<const HistogramSample> samples);

  size_t size() const { return found_.size(); }
  // Merges what was found into the columns from `start` on.
  void MergeInto(SampleColumns& out, size_t start);

 private:
  struct Found {
    uint32_t number;
    HistogramSample sample;
  };

  const int64_t from_ms_;
  const int64_t to_ms_;
  base::Counter& corrupt_;
  std::vector<Found> found_;
};

}  // namespace vedette::series
