#include "series/block.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>
#include <utility>

#include "base/check.h"
#include "series/bits.h"
#include "series/decimal.h"

namespace vedette::series {
namespace {

// Of this many samples, one may be no decimal and is stored aside; more, and the bits of all are
// packed as they are.
constexpr size_t kSamplesPerRaw = 16;
// Of so many, one may come after another step than the usual one and is told as a jump.
constexpr size_t kSamplesPerJump = 16;
constexpr double kWideBytes = 5.0;  // a sample: from here on the bits may be smaller than decimals

// kRun: regular times, and one value for all; up to a whole block of them.
enum class Times : uint8_t { kRegular = 0, kJumps = 1, kAny = 2, kRun = 3 };
// How values follow: the low bits of a byte; kBits in place of a scale.
constexpr uint8_t kBits = 0x0f;
constexpr uint8_t kHasRaw = 0x10;     // values stored aside
constexpr uint8_t kHasFactor = 0x20;  // a common factor of all steps
constexpr uint8_t kKnownFlags = 0x3f;

using Integers = std::array<int64_t, kSegmentSamples>;

uint64_t U(int64_t value) { return static_cast<uint64_t>(value); }
int64_t S(uint64_t value) { return static_cast<int64_t>(value); }

// Doubles as integers that sort alike, so that near values have small differences.
int64_t Ordered(double value) {
  const auto bits = std::bit_cast<int64_t>(value);
  return bits ^ S(U(bits >> 63) >> 1);
}
double FromOrdered(int64_t ordered) {
  return std::bit_cast<double>(ordered ^ S(U(ordered >> 63) >> 1));
}

// -- Writing

int64_t UsualStep(std::span<const int64_t> t_ms) {
  const size_t n = t_ms.size();
  if (n < 2) return 0;
  std::vector<int64_t> steps(n - 1);
  for (size_t i = 1; i < n; ++i) steps[i - 1] = t_ms[i] - t_ms[i - 1];
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

// The times of a segment after its first, over a regular grid.
void WriteTimes(std::span<const int64_t> t_ms, std::string& out) {
  const size_t n = t_ms.size();
  const int64_t step = UsualStep(t_ms);
  Integers off;
  size_t jumps = 0;
  for (size_t i = 0; i < n; ++i) {
    off[i] = t_ms[i] - t_ms[0] - static_cast<int64_t>(i) * step;
    if (i > 0 && off[i] != off[i - 1]) ++jumps;
  }
  const Times kind = jumps == 0                     ? Times::kRegular
                     : jumps <= n / kSamplesPerJump ? Times::kJumps
                                                    : Times::kAny;
  out.push_back(static_cast<char>(kind));
  PutVarint(out, U(step));
  if (kind == Times::kAny) PackIntegers(std::span(off).first(n), out);
  if (kind != Times::kJumps) return;
  PutVarint(out, jumps);
  size_t last = 0;
  for (size_t i = 1; i < n; ++i) {
    if (off[i] == off[i - 1]) continue;
    PutVarint(out, i - last);
    PutVarint(out, ZigZag(off[i] - off[i - 1]));
    last = i;
  }
}

// Values as integers: decimals, or ordered bits.
struct Scaled {
  uint8_t scale = kBits;
  Integers integers;
  std::array<uint16_t, kSegmentSamples> raw;  // places of values that are not among the integers
  size_t raws = 0;
};

// False when too few values are decimals of one scale.
bool ToDecimals(std::span<const double> values, Scaled& out) {
  const size_t n = values.size();
  const size_t raws_max = n / kSamplesPerRaw;
  uint8_t scale = 0;
  size_t hopeless = 0;
  for (const double value : values) {
    int64_t ignored;
    if (Scale(value, scale, ignored)) continue;
    const uint8_t needed = FindScale(value, scale);
    if (needed == kNoScale && ++hopeless > raws_max) return false;
    if (needed != kNoScale) scale = needed;
  }
  out.scale = scale;
  out.raws = 0;
  int64_t last = 0;
  bool any = false;
  for (size_t i = 0; i < n; ++i) {
    // With more decimals, or as -0, a value may not fit after all.
    if (Scale(values[i], scale, out.integers[i])) {
      last = out.integers[i];
      if (!any) std::fill_n(out.integers.begin(), i, last);
      any = true;
      continue;
    }
    if (out.raws == raws_max) return false;
    out.raw[out.raws++] = static_cast<uint16_t>(i);
    out.integers[i] = last;
  }
  return any;
}

void ToBits(std::span<const double> values, Scaled& out) {
  out.scale = kBits;
  out.raws = 0;
  std::transform(values.begin(), values.end(), out.integers.begin(), Ordered);
}

// What all steps from the first number are multiples of; 1 if nothing.
uint64_t CommonFactor(std::span<const int64_t> offsets) {
  uint64_t factor = 0;
  for (const int64_t offset : offsets) {
    const uint64_t magnitude = offset < 0 ? 0 - U(offset) : U(offset);
    // The factor is known soon; then only divisions that leave nothing remain.
    if (factor != 0 && magnitude % factor == 0) continue;
    factor = std::gcd(factor, magnitude);
    if (factor == 1) return 1;
  }
  return factor == 0 || factor > U(INT64_MAX) ? 1 : factor;
}

void WriteScaled(std::span<const double> values, const Scaled& scaled, std::string& out) {
  const size_t n = values.size();
  const int64_t first = scaled.integers[0];
  Integers offsets;
  for (size_t i = 0; i < n; ++i) offsets[i] = S(U(scaled.integers[i]) - U(first));
  const uint64_t factor = CommonFactor(std::span(offsets).first(n));
  if (factor > 1) {
    const auto divisor = S(factor);
    for (size_t i = 0; i < n; ++i) offsets[i] /= divisor;
  }
  out.push_back(static_cast<char>(scaled.scale | (scaled.raws > 0 ? kHasRaw : 0) |
                                  (factor > 1 ? kHasFactor : 0)));
  if (scaled.scale == kBits) {
    out.append(reinterpret_cast<const char*>(&first), sizeof(first));
  } else {
    PutVarint(out, ZigZag(first));
  }
  if (factor > 1) PutVarint(out, factor);
  if (scaled.raws > 0) {
    PutVarint(out, scaled.raws);
    size_t last = 0;
    for (size_t i = 0; i < scaled.raws; ++i) {
      PutVarint(out, scaled.raw[i] - last);
      last = scaled.raw[i];
      out.append(reinterpret_cast<const char*>(&values[last]), sizeof(double));
    }
  }
  PackIntegers(std::span(offsets).first(n), out);
}

void WriteValues(std::span<const double> values, std::string& out) {
  Scaled scaled;
  const size_t start = out.size();
  if (ToDecimals(values, scaled)) {
    WriteScaled(values, scaled, out);
    const size_t bytes = out.size() - start;
    if (static_cast<double>(bytes) < kWideBytes * static_cast<double>(values.size())) return;
  }
  std::string as_bits;
  ToBits(values, scaled);
  WriteScaled(values, scaled, as_bits);
  const size_t decimal_bytes = out.size() - start;
  if (decimal_bytes != 0 && decimal_bytes <= as_bits.size()) return;
  out.resize(start);
  out.append(as_bits);
}

// How many samples at the begin are one value at regular times.
size_t RunLength(std::span<const int64_t> t_ms, std::span<const double> values) {
  const auto bits = std::bit_cast<uint64_t>(values[0]);
  size_t n = 1;
  while (n < values.size() && std::bit_cast<uint64_t>(values[n]) == bits &&
         t_ms[n] - t_ms[n - 1] == t_ms[1] - t_ms[0]) {
    ++n;
  }
  return n;
}

// A run is worth a segment of its own when it is no shorter than others are, or when nothing
// follows it.
bool IsRun(size_t length, size_t samples) {
  return length > 1 && (length >= kSegmentSamples || length == samples);
}

void WriteRun(std::span<const int64_t> t_ms, std::span<const double> values, std::string& out) {
  out.push_back(static_cast<char>(Times::kRun));
  PutVarint(out, U(t_ms[1] - t_ms[0]));
  WriteValues(values.first(1), out);
}

// -- Reading

// One segment: where it lies, and what is in front of it.
struct Segment {
  size_t count = 0;
  int64_t min_t_ms = 0;
  int64_t max_t_ms = 0;
  bool is_run = false;
  std::string_view bytes;
};

// Takes a segment off the front of `bytes`.
bool TakeSegment(const ChunkHeader& header, std::string_view& bytes, Segment& segment) {
  uint64_t size;
  if (!TakeVarint(bytes, size) || size > bytes.size()) return false;
  segment.bytes = bytes.substr(0, size);
  bytes.remove_prefix(size);
  uint64_t count, offset, span;
  if (!TakeVarint(segment.bytes, count) || !TakeVarint(segment.bytes, offset) ||
      !TakeVarint(segment.bytes, span)) {
    return false;
  }
  segment.is_run =
      !segment.bytes.empty() && static_cast<Times>(segment.bytes.front()) == Times::kRun;
  const size_t most = segment.is_run ? BlockBuilder::kMaxSamples : kSegmentSamples;
  if (count >= most || offset > header.span_ms || span > header.span_ms - offset) {
    return false;
  }
  segment.count = count + 1;
  segment.min_t_ms = header.min_t_ms + S(offset);
  segment.max_t_ms = segment.min_t_ms + S(span);
  return true;
}

// True when the times go up and end where the segment does.
bool AreTimes(const Segment& segment, std::span<const int64_t> t_ms) {
  bool ascending = true;
  for (size_t i = 1; i < t_ms.size(); ++i) ascending &= t_ms[i] > t_ms[i - 1];
  return ascending && t_ms.back() == segment.max_t_ms;
}

bool ReadTimes(const Segment& segment, std::string_view& bytes, std::span<int64_t> out) {
  uint64_t step;
  if (bytes.empty()) return false;
  const auto kind = static_cast<Times>(bytes.front());
  bytes.remove_prefix(1);
  if (!TakeVarint(bytes, step) || step > U(kBucketMs)) return false;
  if (kind > Times::kAny) return false;
  if (kind == Times::kAny) {
    if (!UnpackIntegers(bytes, out)) return false;
    for (size_t i = 0; i < out.size(); ++i) {
      out[i] = S(U(out[i]) + U(segment.min_t_ms) + i * step);
    }
    return AreTimes(segment, out);
  }
  uint64_t jumps = 0;
  if (kind == Times::kJumps && (!TakeVarint(bytes, jumps) || jumps > out.size())) return false;
  uint64_t t_ms = U(segment.min_t_ms);
  size_t i = 0;
  for (; jumps > 0; --jumps) {
    uint64_t run, code;
    if (!TakeVarint(bytes, run) || !TakeVarint(bytes, code)) return false;
    if (run > out.size() - i) return false;
    for (; run > 0; --run, t_ms += step) out[i++] = S(t_ms);
    t_ms += U(UnZigZag(code));
  }
  for (; i < out.size(); t_ms += step) out[i++] = S(t_ms);
  return AreTimes(segment, out);
}

void ToValues(std::span<const int64_t> offsets, int64_t first, uint64_t factor, uint8_t scale,
              std::span<double> out) {
  const size_t n = out.size();
  if (scale == kBits) {
    for (size_t i = 0; i < n; ++i) out[i] = FromOrdered(S(U(offsets[i]) * factor + U(first)));
    return;
  }
  for (size_t i = 0; i < n; ++i) {
    out[i] = static_cast<double>(S(U(offsets[i]) * factor + U(first)));
  }
  if (scale == 0) return;
  const double power = kPowersOf10[scale];
  for (size_t i = 0; i < n; ++i) out[i] /= power;
}

bool ReadValues(std::string_view& bytes, std::span<double> out) {
  if (bytes.empty()) return false;
  const auto head = static_cast<uint8_t>(bytes.front());
  const auto scale = static_cast<uint8_t>(head & kBits);
  bytes.remove_prefix(1);
  if ((head & ~kKnownFlags) != 0 || (scale > kMaxScale && scale != kBits)) return false;
  int64_t first;
  uint64_t code;
  if (scale == kBits) {
    if (bytes.size() < sizeof(first)) return false;
    std::memcpy(&first, bytes.data(), sizeof(first));
    bytes.remove_prefix(sizeof(first));
  } else {
    if (!TakeVarint(bytes, code)) return false;
    first = UnZigZag(code);
  }
  uint64_t factor = 1;
  if ((head & kHasFactor) != 0 && !TakeVarint(bytes, factor)) return false;
  uint64_t raws = 0;
  std::array<std::pair<size_t, double>, kSegmentSamples / kSamplesPerRaw> raw;
  if ((head & kHasRaw) != 0) {
    if (!TakeVarint(bytes, raws) || raws > raw.size()) return false;
    size_t place = 0;
    for (size_t i = 0; i < raws; ++i) {
      if (!TakeVarint(bytes, code) || code >= out.size() - place) return false;
      if (bytes.size() < sizeof(double)) return false;
      place += code;
      raw[i].first = place;
      std::memcpy(&raw[i].second, bytes.data(), sizeof(double));
      bytes.remove_prefix(sizeof(double));
    }
  }
  Integers offsets;
  if (!UnpackIntegers(bytes, std::span(offsets).first(out.size()))) return false;
  ToValues(std::span(offsets).first(out.size()), first, factor, scale, out);
  for (size_t i = 0; i < raws; ++i) out[raw[i].first] = raw[i].second;
  return true;
}

bool ReadRun(const Segment& segment, std::string_view& bytes, std::span<int64_t> t_ms,
             std::span<double> values) {
  uint64_t step;
  bytes.remove_prefix(1);
  if (!TakeVarint(bytes, step) || step > U(kBucketMs)) return false;
  if (!ReadValues(bytes, values.first(1))) return false;
  uint64_t next_ms = U(segment.min_t_ms);
  for (int64_t& time : t_ms) time = S(std::exchange(next_ms, next_ms + step));
  std::fill(values.begin(), values.end(), values[0]);
  return AreTimes(segment, t_ms);
}

bool ReadColumns(const Segment& segment, std::span<int64_t> t_ms, std::span<double> values) {
  std::string_view bytes = segment.bytes;
  const bool valid = segment.is_run ? ReadRun(segment, bytes, t_ms, values)
                                    : ReadTimes(segment, bytes, t_ms) && ReadValues(bytes, values);
  return valid && bytes.empty();
}

// Appends the samples of the range.
bool ReadSegment(const Segment& segment, int64_t from_ms, int64_t to_ms, SampleColumns& out) {
  const size_t start = out.t_ms.size();
  out.t_ms.resize(start + segment.count);
  out.values.resize(start + segment.count);
  if (!ReadColumns(segment, std::span(out.t_ms).subspan(start),
                   std::span(out.values).subspan(start))) {
    return false;
  }
  if (segment.min_t_ms >= from_ms && segment.max_t_ms <= to_ms) return true;
  const auto begin = out.t_ms.begin() + static_cast<std::ptrdiff_t>(start);
  const auto after = std::upper_bound(begin, out.t_ms.end(), to_ms) - out.t_ms.begin();
  const auto before = std::lower_bound(begin, out.t_ms.end(), from_ms) - begin;
  out.t_ms.resize(static_cast<size_t>(after));
  out.values.resize(static_cast<size_t>(after));
  out.t_ms.erase(begin, begin + before);
  const auto values = out.values.begin() + static_cast<std::ptrdiff_t>(start);
  out.values.erase(values, values + before);
  return true;
}

base::Error Senseless() { return base::DataLoss("the bits of a chunk make no sense"); }

}  // namespace

void PackValues(std::span<const double> values, std::string& out) { WriteValues(values, out); }
bool UnpackValues(std::string_view& bytes, std::span<double> out) { return ReadValues(bytes, out); }

base::Result<> DecodeSegments(const ChunkHeader& header, std::string_view segments, int64_t from_ms,
                              int64_t to_ms, SampleColumns& out) {
  const size_t before = out.t_ms.size();
  size_t count = 0;
  int64_t last_t_ms = header.min_t_ms - 1;
  bool valid = true;
  while (valid && !segments.empty()) {
    Segment segment;
    valid = TakeSegment(header, segments, segment) && segment.min_t_ms > last_t_ms;
    if (!valid) break;
    count += segment.count;
    last_t_ms = segment.max_t_ms;
    if (segment.max_t_ms < from_ms || segment.min_t_ms > to_ms) continue;
    valid = ReadSegment(segment, from_ms, to_ms, out);
  }
  if (valid && count == header.count && last_t_ms == header.max_t_ms()) return {};
  out.t_ms.resize(before);
  out.values.resize(before);
  return Senseless();
}

void BlockBuilder::AddSegment(std::span<const int64_t> t_ms, std::span<const double> values) {
  std::string segment;
  PutVarint(segment, t_ms.size() - 1);
  PutVarint(segment, U(t_ms.front() - min_t_ms_));
  PutVarint(segment, U(t_ms.back() - t_ms.front()));
  if (t_ms.size() > 1 && RunLength(t_ms, values) == t_ms.size()) {
    WriteRun(t_ms, values, segment);
  } else {
    WriteTimes(t_ms, segment);
    WriteValues(values, segment);
  }
  PutVarint(segments_, segment.size());
  segments_.append(segment);
}

void BlockBuilder::Add(std::span<const int64_t> t_ms, std::span<const double> values) {
  VEDETTE_DCHECK(t_ms.size() == values.size() && count_ + t_ms.size() <= kMaxSamples);
  if (t_ms.empty()) return;
  if (count_ == 0) min_t_ms_ = t_ms.front();
  VEDETTE_DCHECK(BucketOf(t_ms.back()) == BucketOf(min_t_ms_));
  size_t n = 0;
  for (size_t i = 0; i < t_ms.size(); i += n) {
    const size_t left = t_ms.size() - i;
    const size_t run = RunLength(t_ms.subspan(i), values.subspan(i));
    n = IsRun(run, left) ? run : std::min(kSegmentSamples, left);
    AddSegment(t_ms.subspan(i, n), values.subspan(i, n));
  }
  count_ += t_ms.size();
  max_t_ms_ = t_ms.back();
}

base::Result<> BlockBuilder::AddFullSegments(std::string_view block, SampleColumns& rest) {
  VEDETTE_CHECK(count_ == 0);
  VEDETTE_TRY(const ChunkHeader header, ParseChunk(block));
  std::string_view segments = block.substr(kChunkHeaderBytes);
  const std::string_view all = segments;
  min_t_ms_ = header.min_t_ms;
  while (!segments.empty()) {
    const size_t taken = all.size() - segments.size();
    Segment segment;
    if (!TakeSegment(header, segments, segment)) return Senseless();
    // A last run may go on.
    if (segment.count < kSegmentSamples || (segment.is_run && segments.empty())) {
      segments_.assign(all.substr(0, taken));
      return DecodeSegments(header, all, segment.min_t_ms, INT64_MAX, rest);
    }
    count_ += segment.count;
    max_t_ms_ = segment.max_t_ms;
  }
  segments_.assign(all);
  return {};
}

void BlockBuilder::Finish(std::string& out) const {
  VEDETTE_CHECK(count_ > 0);
  const size_t start = out.size();
  const ChunkHeader header{.encoding = ChunkEncoding::kBlock,
                           .scale = 0,
                           .count = static_cast<uint16_t>(count_),
                           .checksum = 0,
                           .min_t_ms = min_t_ms_,
                           .span_ms = static_cast<uint32_t>(max_t_ms_ - min_t_ms_)};
  out.append(reinterpret_cast<const char*>(&header), kChunkHeaderBytes);
  out.append(segments_);
  SealChunk(std::span(out).subspan(start));
}

std::string EncodeBlock(std::span<const int64_t> t_ms, std::span<const double> values) {
  BlockBuilder block;
  block.Add(t_ms, values);
  std::string bytes;
  block.Finish(bytes);
  return bytes;
}

}  // namespace vedette::series
