#include "series/histogram_chunk.h"

#include <bit>
#include <cstring>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "model/labels.h"
#include "series/bits.h"

namespace vedette::series {
namespace {

// The first bytes of an encoded chunk, little-endian.
struct Header {
  uint8_t encoding;
  uint8_t reserved;
  uint16_t count;
  uint32_t checksum;  // of everything but itself
  int64_t min_t_ms;
  uint32_t span_ms;  // of the last histogram over the first
};
constexpr size_t kHeaderBytes = 20;
static_assert(offsetof(Header, span_ms) + sizeof(uint32_t) == kHeaderBytes);
constexpr uint8_t kEncoding = 1;

// Flags of a histogram; its counter reset stands above them.
constexpr uint8_t kSameLayout = 1;
constexpr uint8_t kIntegers = 2;
constexpr unsigned kResetShift = 2;

constexpr size_t kBucketsMax = 1 << 16;  // of a side, and bounds: more is damage
constexpr double kExactMax = 9007199254740992.0;

uint32_t Checksum(std::string_view bytes) {
  uint32_t first;
  std::memcpy(&first, bytes.data(), sizeof(first));
  return static_cast<uint32_t>(XXH3_64bits_withSeed(
      bytes.data() + offsetof(Header, min_t_ms), bytes.size() - offsetof(Header, min_t_ms), first));
}

uint64_t Bits(double value) { return std::bit_cast<uint64_t>(value); }

bool IsCount(double value) {
  return value >= 0 && value <= kExactMax &&
         Bits(static_cast<double>(static_cast<int64_t>(value))) == Bits(value);
}
// What an integer is a difference to: zero where the value before was none.
int64_t BaseOf(double before) { return IsCount(before) ? static_cast<int64_t>(before) : 0; }

bool AllCounts(const model::Histogram& h) {
  if (!IsCount(h.count) || !IsCount(h.zero_count)) return false;
  for (const double value : h.positive_buckets) {
    if (!IsCount(value)) return false;
  }
  for (const double value : h.negative_buckets) {
    if (!IsCount(value)) return false;
  }
  return true;
}

bool SameLayout(const model::Histogram& a, const model::Histogram& b) {
  if (a.schema != b.schema || Bits(a.zero_threshold) != Bits(b.zero_threshold)) return false;
  if (a.positive_runs != b.positive_runs || a.negative_runs != b.negative_runs) return false;
  return a.custom_bounds == b.custom_bounds;
}

// Doubles that are near each other differ in their low bytes last: reversed, the varint is short.
void PutChange(double before, double value, std::string& out) {
  model::AppendVarint(out, __builtin_bswap64(Bits(before) ^ Bits(value)));
}

void PutRuns(const std::vector<model::BucketRun>& runs, std::string& out) {
  model::AppendVarint(out, runs.size());
  for (const model::BucketRun& run : runs) {
    model::AppendVarint(out, ZigZag(run.offset));
    model::AppendVarint(out, run.length);
  }
}

void PutBuckets(const std::vector<double>* before, const std::vector<double>& buckets,
                bool integers, std::string& out) {
  uint64_t unchanged = 0;  // buckets so far that wait to be written as one number
  const auto flush = [&] {
    if (unchanged == 0) return;
    model::AppendVarint(out, 0);
    model::AppendVarint(out, unchanged - 1);
    unchanged = 0;
  };
  for (size_t i = 0; i < buckets.size(); ++i) {
    const double last = before != nullptr ? (*before)[i] : 0;
    const uint64_t code = integers ? ZigZag(static_cast<int64_t>(buckets[i]) - BaseOf(last))
                                   : __builtin_bswap64(Bits(last) ^ Bits(buckets[i]));
    if (code == 0) {
      ++unchanged;
      continue;
    }
    flush();
    model::AppendVarint(out, code);
  }
  flush();
}

void PutHistogram(const model::Histogram* before, const model::Histogram& h, std::string& out) {
  const bool same = before != nullptr && SameLayout(*before, h);
  const bool integers = AllCounts(h);
  out.push_back(static_cast<char>((same ? kSameLayout : 0) | (integers ? kIntegers : 0) |
                                  static_cast<uint8_t>(h.counter_reset) << kResetShift));
  if (!same) {
    model::AppendVarint(out, ZigZag(h.schema));
    PutChange(0, h.zero_threshold, out);
    PutRuns(h.positive_runs, out);
    PutRuns(h.negative_runs, out);
    model::AppendVarint(out, h.custom_bounds.size());
    for (const double bound : h.custom_bounds) PutChange(0, bound, out);
  }
  const auto number = [&](double last, double value) {
    if (integers) {
      model::AppendVarint(out, ZigZag(static_cast<int64_t>(value) - BaseOf(last)));
    } else {
      PutChange(last, value, out);
    }
  };
  PutChange(before != nullptr ? before->sum : 0, h.sum, out);
  number(before != nullptr ? before->count : 0, h.count);
  number(before != nullptr ? before->zero_count : 0, h.zero_count);
  PutBuckets(same ? &before->positive_buckets : nullptr, h.positive_buckets, integers, out);
  PutBuckets(same ? &before->negative_buckets : nullptr, h.negative_buckets, integers, out);
}

// Reads histograms one after the other; each changes the one before. After a failure nothing more
// may be read.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  uint64_t Varint() {
    uint64_t value = 0;
    if (!model::ReadVarint(bytes_, value)) ok_ = false;
    return value;
  }
  // False when the bytes make no sense.
  bool Next() {
    if (bytes_.empty()) return ok_ = false;
    const auto flags = static_cast<uint8_t>(bytes_[0]);
    bytes_.remove_prefix(1);
    h_.counter_reset = static_cast<model::CounterReset>(flags >> kResetShift & 3);
    if ((flags & kSameLayout) == 0) ReadLayout();
    if (!ok_ || flags >> 4 != 0) return ok_ = false;
    const bool integers = (flags & kIntegers) != 0;
    h_.sum = Changed(h_.sum);
    h_.count = Number(h_.count, integers);
    h_.zero_count = Number(h_.zero_count, integers);
    ReadBuckets(h_.positive_buckets, integers);
    ReadBuckets(h_.negative_buckets, integers);
    return ok_;
  }
  const model::Histogram& histogram() const { return h_; }
  std::string_view rest() const { return bytes_; }
  bool ok() const { return ok_; }

 private:
  double Changed(double before) {
    return std::bit_cast<double>(Bits(before) ^ __builtin_bswap64(Varint()));
  }
  double Number(double before, bool integers) {
    if (!integers) return Changed(before);
    return Sum(before, Varint());
  }
  static double Sum(double before, uint64_t code) {
    return static_cast<double>(static_cast<int64_t>(static_cast<uint64_t>(BaseOf(before)) +
                                                    static_cast<uint64_t>(UnZigZag(code))));
  }

  void ReadLayout() {
    h_.schema = static_cast<int32_t>(UnZigZag(Varint()));
    h_.zero_threshold = Changed(0);
    ReadRuns(h_.positive_runs, h_.positive_buckets);
    ReadRuns(h_.negative_runs, h_.negative_buckets);
    const uint64_t bounds = Varint();
    if (bounds > kBucketsMax) ok_ = false;
    h_.custom_bounds.clear();
    for (uint64_t i = 0; ok_ && i < bounds; ++i) h_.custom_bounds.push_back(Changed(0));
  }

  void ReadRuns(std::vector<model::BucketRun>& runs, std::vector<double>& buckets) {
    runs.clear();
    uint64_t total = 0;
    const uint64_t count = Varint();
    if (count > kBucketsMax) ok_ = false;
    for (uint64_t i = 0; ok_ && i < count; ++i) {
      const auto offset = static_cast<int32_t>(UnZigZag(Varint()));
      const uint64_t length = Varint();
      if (length > kBucketsMax || (total += length) > kBucketsMax) ok_ = false;
      runs.push_back({offset, static_cast<uint32_t>(length)});
    }
    buckets.assign(ok_ ? total : 0, 0.0);
  }

  void ReadBuckets(std::vector<double>& buckets, bool integers) {
    for (size_t i = 0; ok_ && i < buckets.size(); ++i) {
      const uint64_t code = Varint();
      if (code != 0) {
        buckets[i] = integers ? Sum(buckets[i], code)
                              : std::bit_cast<double>(Bits(buckets[i]) ^ __builtin_bswap64(code));
        continue;
      }
      const uint64_t more = Varint();
      if (more >= buckets.size() - i) {
        ok_ = false;
        return;
      }
      // Unchanged integers are what BaseOf says of them, so that both sides agree.
      for (const size_t last = i + more; i < last; ++i) Unchanged(buckets[i], integers);
      Unchanged(buckets[i], integers);
    }
  }
  static void Unchanged(double& bucket, bool integers) {
    if (integers) bucket = static_cast<double>(BaseOf(bucket));
  }

  std::string_view bytes_;
  model::Histogram h_;
  bool ok_ = true;
};

base::Error Damaged() { return base::DataLoss("a stored histogram is damaged"); }

}  // namespace

void EncodeHistogram(const model::Histogram& histogram, std::string& out) {
  PutHistogram(nullptr, histogram, out);
}

base::Result<model::Histogram> DecodeHistogram(std::string_view& bytes) {
  Reader reader(bytes);
  if (!reader.Next()) return Damaged();
  bytes = reader.rest();
  return reader.histogram();
}

void EncodeHistogramList(const std::vector<HistogramSample>& samples, std::string& out) {
  for (const HistogramSample& sample : samples) {
    model::AppendVarint(out, ZigZag(sample.t_ms));
    EncodeHistogram(*sample.histogram, out);
  }
}

base::Result<std::vector<HistogramSample>> DecodeHistogramList(std::string_view bytes) {
  std::vector<HistogramSample> samples;
  while (!bytes.empty()) {
    uint64_t time;
    if (!model::ReadVarint(bytes, time)) return Damaged();
    VEDETTE_TRY(model::Histogram histogram, DecodeHistogram(bytes));
    samples.push_back(
        {UnZigZag(time), std::make_shared<const model::Histogram>(std::move(histogram))});
  }
  return samples;
}

void OpenHistogramChunk::Append(const HistogramSample& sample) {
  if (count_ == 0) {
    first_t_ms_ = sample.t_ms;
  } else {
    const int64_t delta_ms = sample.t_ms - last_t_ms_;
    model::AppendVarint(bytes_, ZigZag(delta_ms - last_delta_ms_));
    last_delta_ms_ = delta_ms;
  }
  PutHistogram(last_.get(), *sample.histogram, bytes_);
  last_ = sample.histogram;
  last_t_ms_ = sample.t_ms;
  ++count_;
}

void OpenHistogramChunk::Encode(std::string& out) const {
  VEDETTE_CHECK(count_ > 0);
  const Header header{.encoding = kEncoding,
                      .reserved = 0,
                      .count = count_,
                      .checksum = 0,
                      .min_t_ms = first_t_ms_,
                      .span_ms = static_cast<uint32_t>(last_t_ms_ - first_t_ms_)};
  const size_t start = out.size();
  out.append(reinterpret_cast<const char*>(&header), kHeaderBytes).append(bytes_);
  const uint32_t checksum = Checksum(std::string_view(out).substr(start));
  std::memcpy(out.data() + start + offsetof(Header, checksum), &checksum, sizeof(checksum));
}

base::Result<> DecodeHistogramChunk(std::string_view bytes, int64_t from_ms, int64_t to_ms,
                                    std::vector<HistogramSample>& out) {
  Header header{};
  if (bytes.size() < kHeaderBytes) return Damaged();
  std::memcpy(&header, bytes.data(), kHeaderBytes);
  if (header.checksum != Checksum(bytes) || header.encoding != kEncoding || header.count == 0) {
    return Damaged();
  }
  const size_t before = out.size();
  const auto fail = [&] {
    out.resize(before);
    return Damaged();
  };
  Reader reader(bytes.substr(kHeaderBytes));
  int64_t t_ms = header.min_t_ms;
  int64_t delta_ms = 0;
  const int64_t last_ms = header.min_t_ms + header.span_ms;
  for (unsigned i = 0; i < header.count; ++i) {
    if (i > 0) {
      delta_ms = static_cast<int64_t>(static_cast<uint64_t>(delta_ms) +
                                      static_cast<uint64_t>(UnZigZag(reader.Varint())));
      if (delta_ms <= 0 || delta_ms > last_ms - t_ms) return fail();
      t_ms += delta_ms;
    }
    if (!reader.Next()) return fail();
    if (t_ms > to_ms) return {};
    if (t_ms < from_ms) continue;
    out.push_back({t_ms, std::make_shared<const model::Histogram>(reader.histogram())});
  }
  if (t_ms != last_ms || !reader.rest().empty()) return fail();
  return {};
}

}  // namespace vedette::series
