#include "series/log_record.h"

#include <bit>
#include <cstring>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace vedette::series {
namespace {

struct RecordHeader {
  uint32_t checksum;  // of all that follows it
  uint32_t count;
};
static_assert(sizeof(RecordHeader) == 8);
constexpr size_t kSampleBytesMax = 10 + 10 + 8;

char* PutVarint(char* out, uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

uint32_t Checksum(std::string_view bytes) {
  return static_cast<uint32_t>(
      XXH3_64bits(bytes.data() + sizeof(uint32_t), bytes.size() - sizeof(uint32_t)));
}

}  // namespace

void LogRecordWriter::Clear() {
  if (bytes_.size() < sizeof(RecordHeader)) bytes_.resize(4096);
  size_ = sizeof(RecordHeader);
  count_ = 0;
  last_counter_ = 0;
  last_t_ms_ = 0;
}

void LogRecordWriter::Add(const LoggedSample& sample) {
  if (bytes_.size() < size_ + kSampleBytesMax) bytes_.resize(bytes_.size() * 2 + 4096);
  char* out = bytes_.data() + size_;
  // Counters have 48 bits: the step with its sign and the flag fit.
  const auto step = static_cast<int64_t>(sample.counter - last_counter_);
  const bool same_time = sample.t_ms == last_t_ms_;
  out = PutVarint(out, ZigZag(step) << 1 | (same_time ? 1 : 0));
  if (!same_time) {
    out = PutVarint(out, ZigZag(static_cast<int64_t>(static_cast<uint64_t>(sample.t_ms) -
                                                     static_cast<uint64_t>(last_t_ms_))));
  }
  std::memcpy(out, &sample.value, sizeof(double));
  size_ = static_cast<size_t>(out - bytes_.data()) + sizeof(double);
  last_counter_ = sample.counter;
  last_t_ms_ = sample.t_ms;
  ++count_;
}

void LogRecordWriter::AddHistogram(const LoggedHistogram& histogram) {
  scratch_.clear();
  model::AppendVarint(scratch_, histogram.counter);
  model::AppendVarint(scratch_, ZigZag(histogram.sample.t_ms));
  EncodeHistogram(*histogram.sample.histogram, scratch_);
  if (bytes_.size() < size_ + scratch_.size()) bytes_.resize(bytes_.size() * 2 + scratch_.size());
  std::memcpy(bytes_.data() + size_, scratch_.data(), scratch_.size());
  size_ += scratch_.size();
}

std::string_view LogRecordWriter::Finish() {
  RecordHeader header{.checksum = 0, .count = count_};
  std::memcpy(bytes_.data(), &header, sizeof(header));
  header.checksum = Checksum({bytes_.data(), size_});
  std::memcpy(bytes_.data(), &header, sizeof(header));
  return {bytes_.data(), size_};
}

base::Result<> ReadLogRecord(std::string_view bytes, std::vector<LoggedSample>& samples,
                             std::vector<LoggedHistogram>& histograms) {
  RecordHeader header;
  if (bytes.size() < sizeof(header)) return base::DataLoss("a log record is too short");
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.checksum != Checksum(bytes)) {
    return base::DataLoss("a log record has the wrong checksum");
  }
  bytes.remove_prefix(sizeof(header));
  LoggedSample sample;
  for (uint32_t i = 0; i < header.count; ++i) {
    uint64_t step;
    uint64_t time_step = 0;
    bool valid = model::ReadVarint(bytes, step);
    if (valid && (step & 1) == 0) valid = model::ReadVarint(bytes, time_step);
    if (!valid || bytes.size() < sizeof(double)) {
      return base::DataLoss("a log record ends too early");
    }
    sample.counter += static_cast<uint64_t>(UnZigZag(step >> 1));
    sample.t_ms = static_cast<int64_t>(static_cast<uint64_t>(sample.t_ms) +
                                       static_cast<uint64_t>(UnZigZag(time_step)));
    std::memcpy(&sample.value, bytes.data(), sizeof(double));
    bytes.remove_prefix(sizeof(double));
    samples.push_back(sample);
  }
  while (!bytes.empty()) {
    LoggedHistogram logged;
    uint64_t time = 0;
    if (!model::ReadVarint(bytes, logged.counter) || !model::ReadVarint(bytes, time)) {
      return base::DataLoss("a log record ends too early");
    }
    logged.sample.t_ms = UnZigZag(time);
    VEDETTE_TRY(model::Histogram histogram, DecodeHistogram(bytes));
    logged.sample.histogram = std::make_shared<const model::Histogram>(std::move(histogram));
    histograms.push_back(std::move(logged));
  }
  return {};
}

}  // namespace vedette::series
