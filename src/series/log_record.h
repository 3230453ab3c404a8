#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "series/format.h"
#include "series/histogram_chunk.h"

namespace vedette::series {

// One record of a shard's write-ahead log: the samples of one append, in the order in which they
// were accepted, then its histograms (docs/formats/series.md). Written on the hot path: about 10
// bytes and 2 ns a sample when references and times go up in small steps. Not thread-safe.

struct LoggedSample {
  uint64_t counter = 0;  // of the series' reference; the shard is in the record's key
  int64_t t_ms = 0;
  double value = 0;
};

struct LoggedHistogram {
  uint64_t counter = 0;
  HistogramSample sample;
};

// Builds one record after another in the same memory.
class LogRecordWriter {
 public:
  void Clear();
  void Add(const LoggedSample& sample);
  // REQUIRES: all samples are added.
  void AddHistogram(const LoggedHistogram& histogram);
  // The finished record; valid until the next change. REQUIRES: not empty.
  std::string_view Finish();

 private:
  std::vector<char> bytes_;
  std::string scratch_;
  size_t size_ = 0;
  uint32_t count_ = 0;
  uint64_t last_counter_ = 0;
  int64_t last_t_ms_ = 0;
};

// Appends the samples and histograms of a record. Error: kDataLoss.
base::Result<> ReadLogRecord(std::string_view bytes, std::vector<LoggedSample>& samples,
                             std::vector<LoggedHistogram>& histograms);

}  // namespace vedette::series
