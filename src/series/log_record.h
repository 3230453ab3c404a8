#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "series/format.h"

namespace vedette::series {

// One record of a shard's write-ahead log: the samples of one append, in the order in which they
// were accepted (docs/formats/series.md). Written on the hot path: about 10 bytes and 2 ns a
// sample when references and times go up in small steps. Not thread-safe.

struct LoggedSample {
  uint64_t counter = 0;  // of the series' reference; the shard is in the record's key
  int64_t t_ms = 0;
  double value = 0;
};

// Builds one record after another in the same memory.
class LogRecordWriter {
 public:
  void Clear();
  void Add(const LoggedSample& sample);
  uint32_t count() const { return count_; }
  // The finished record; valid until the next change. REQUIRES: not empty.
  std::string_view Finish();

 private:
  std::vector<char> bytes_;
  size_t size_ = 0;
  uint32_t count_ = 0;
  uint64_t last_counter_ = 0;
  int64_t last_t_ms_ = 0;
};

// Appends the samples of a record. Error: kDataLoss.
base::Result<> ReadLogRecord(std::string_view bytes, std::vector<LoggedSample>& out);

}  // namespace vedette::series
