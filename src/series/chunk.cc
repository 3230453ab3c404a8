#include "series/chunk.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "series/block.h"
#include "series/decimal.h"

namespace vedette::series {
namespace {

static_assert(std::endian::native == std::endian::little, "headers are copied as they are");
static_assert(offsetof(ChunkHeader, scale) == 1);
static_assert(offsetof(ChunkHeader, count) == 2);
static_assert(offsetof(ChunkHeader, checksum) == 4);
static_assert(offsetof(ChunkHeader, min_t_ms) == 8);
static_assert(offsetof(ChunkHeader, span_ms) == 16);
static_assert(offsetof(ChunkHeader, span_ms) + sizeof(uint32_t) == kChunkHeaderBytes);

constexpr unsigned kEscapeOnes = 12;  // a quotient of so many ones means: a length follows
constexpr unsigned kLengthBits = 6;
constexpr uint64_t kRawLength = 63;  // instead of a length: 64 raw bits follow
uint64_t Bits(double value) { return std::bit_cast<uint64_t>(value); }

uint32_t Checksum(std::string_view bytes) {
  uint32_t first;
  std::memcpy(&first, bytes.data(), sizeof(first));
  return static_cast<uint32_t>(XXH3_64bits_withSeed(bytes.data() + offsetof(ChunkHeader, min_t_ms),
                                                    bytes.size() - offsetof(ChunkHeader, min_t_ms),
                                                    first));
}

// The decoders, mirrors of OpenChunk. They are small and inlined, so that what is kept from sample
// to sample stays in registers: reading chunks is most of what a query costs. A false means that
// the bits make no sense, if nothing else is said.

// False for a raw value, whose bits are then in `code`.
bool ReadLength(BitReader& bits, uint64_t& code) {
  const uint64_t length = bits.Read(kLengthBits);
  if (length == kRawLength) {
    code = bits.Read(64);
    return false;
  }
  code = bits.Read(static_cast<unsigned>(length));
  return true;
}

// As ReadLength, and moves the mean on.
[[gnu::always_inline]] inline bool ReadRice(BitReader& bits, RiceMean& mean, uint64_t& code) {
  const unsigned parameter = mean.parameter();
  const uint64_t next = bits.Peek();
  const auto ones = static_cast<unsigned>(std::countl_one(next));
  if (ones >= kEscapeOnes) [[unlikely]] {
    bits.Skip(kEscapeOnes);
    if (!ReadLength(bits, code)) return false;
  } else if (ones + 1 + parameter <= 64) [[likely]] {
    bits.Skip(ones + 1 + parameter);
    code = uint64_t{ones} << parameter | next << (ones + 1) >> 1 >> (63 - parameter);
  } else {
    bits.Skip(ones + 1);
    code = uint64_t{ones} << parameter | bits.Read(parameter);
  }
  mean.Update(code);
  return true;
}

class TimeDecoder {
 public:
  explicit TimeDecoder(const ChunkHeader& header)
      : t_ms_(header.min_t_ms), max_t_ms_(header.max_t_ms()) {}

  int64_t t_ms() const { return t_ms_; }

  // From the first sample to the second.
  bool Second(BitReader& bits) {
    uint64_t code;
    if (!ReadLength(bits, code)) return false;
    delta_ms_ = static_cast<int64_t>(code);
    return Step();
  }

  [[gnu::always_inline]] bool Next(BitReader& bits) {
    uint64_t code = 0;
    if (mean_.parameter() == 0 && bits.Peek() >> 63 == 0) {
      // The same distance as before. It is foreseen that the bit is zero, and so what follows need
      // not wait for it.
      bits.Skip(1);
      mean_.Update(0);
    } else if (!ReadRice(bits, mean_, code)) {
      return false;
    }
    delta_ms_ = static_cast<int64_t>(static_cast<uint64_t>(delta_ms_) +
                                     static_cast<uint64_t>(UnZigZag(code)));
    return Step();
  }

 private:
  bool Step() {
    if (delta_ms_ <= 0 || delta_ms_ > max_t_ms_ - t_ms_) return false;
    t_ms_ += delta_ms_;
    return true;
  }

  int64_t t_ms_;
  const int64_t max_t_ms_;
  int64_t delta_ms_ = 0;
  RiceMean mean_;
};

class DecimalDecoder {
 public:
  explicit DecimalDecoder(const ChunkHeader& header) : scale_(header.scale) {}

  [[gnu::always_inline]] bool Next(BitReader& bits, double& value) {
    uint64_t code;
    bool decimal = true;
    if (decimals_ >= 2) [[likely]] {
      decimal = ReadRice(bits, mean_, code);
    } else {
      decimal = ReadLength(bits, code);
      if (decimal && decimals_++ == 1) mean_.Start(code);
    }
    if (!decimal) [[unlikely]] {
      value = std::bit_cast<double>(code);
      return true;
    }
    scaled_ += static_cast<uint64_t>(UnZigZag(code));
    value = Unscale(static_cast<int64_t>(scaled_), scale_);
    return true;
  }

 private:
  const uint8_t scale_;
  uint64_t scaled_ = 0;
  RiceMean mean_;
  unsigned decimals_ = 0;  // up to two
};

class XorDecoder {
 public:
  explicit XorDecoder(const ChunkHeader& /*header*/) {}

  bool Next(BitReader& bits, double& value) {
    if (first_) {
      first_ = false;
      last_ = bits.Read(64);
    } else if (bits.Read(1) != 0) {
      if (bits.Read(1) != 0) {
        leading_ = static_cast<unsigned>(bits.Read(5));
        length_ = static_cast<unsigned>(bits.Read(6)) + 1;
      }
      if (length_ == 0 || leading_ + length_ > 64) return false;
      last_ ^= bits.Read(length_) << (64 - leading_ - length_);
    }
    value = std::bit_cast<double>(last_);
    return true;
  }

 private:
  bool first_ = true;
  uint64_t last_ = 0;
  unsigned leading_ = 0;
  unsigned length_ = 0;
};

// Writes the samples with from <= t <= to from `t_ms` and `values` on, where there is room for all
// of the chunk, and gives how many they are; -1 when the bits make no sense.
template <typename ValueDecoder>
ptrdiff_t DecodeSamples(const ChunkHeader& header, std::string_view payload, int64_t from_ms,
                        int64_t to_ms, int64_t* t_ms, double* values) {
  BitReader bits(payload);
  TimeDecoder times(header);
  ValueDecoder decoder(header);
  ptrdiff_t kept = 0;
  for (unsigned i = 0; i < header.count; ++i) {
    if (i > 0 && !(i == 1 ? times.Second(bits) : times.Next(bits))) return -1;
    if (times.t_ms() > to_ms) return kept;
    if (!decoder.Next(bits, values[kept])) return -1;
    t_ms[kept] = times.t_ms();
    kept += times.t_ms() >= from_ms ? 1 : 0;
  }
  return bits.overrun() || times.t_ms() != header.max_t_ms() ? -1 : kept;
}

}  // namespace

void SealChunk(std::span<char> bytes) {
  const uint32_t checksum = Checksum({bytes.data(), bytes.size()});
  std::memcpy(bytes.data() + offsetof(ChunkHeader, checksum), &checksum, sizeof(checksum));
}

base::Result<ChunkHeader> ParseChunk(std::string_view bytes) {
  ChunkHeader header{};
  if (bytes.size() < kChunkHeaderBytes) {
    return base::DataLoss(fmt::format("a chunk of {} bytes has no whole header", bytes.size()));
  }
  std::memcpy(&header, bytes.data(), kChunkHeaderBytes);
  if (header.checksum != Checksum(bytes)) {
    return base::DataLoss("a chunk has the wrong checksum");
  }
  const bool known = header.encoding == ChunkEncoding::kXor ||
                     header.encoding == ChunkEncoding::kBlock ||
                     (header.encoding == ChunkEncoding::kDecimal && header.scale <= kMaxScale);
  if (!known) {
    return base::DataLoss(fmt::format("a chunk has the unknown encoding {}, scale {}",
                                      static_cast<int>(header.encoding), header.scale));
  }
  if (header.count == 0 || header.min_t_ms < kMinTimeMs || header.min_t_ms > kMaxTimeMs) {
    return base::DataLoss("a chunk has an impossible header");
  }
  return header;
}

base::Result<> DecodeChunk(std::string_view bytes, int64_t from_ms, int64_t to_ms,
                           SampleColumns& out) {
  VEDETTE_TRY(const ChunkHeader header, ParseChunk(bytes));
  if (header.max_t_ms() < from_ms || header.min_t_ms > to_ms) return {};
  if (header.encoding == ChunkEncoding::kBlock) {
    return DecodeSegments(header, bytes.substr(kChunkHeaderBytes), from_ms, to_ms, out);
  }
  const auto decode = header.encoding == ChunkEncoding::kXor ? DecodeSamples<XorDecoder>
                                                             : DecodeSamples<DecimalDecoder>;
  const size_t before = out.t_ms.size();
  out.t_ms.resize(before + header.count);
  out.values.resize(before + header.count);
  const ptrdiff_t kept = decode(header, bytes.substr(kChunkHeaderBytes), from_ms, to_ms,
                                out.t_ms.data() + before, out.values.data() + before);
  out.t_ms.resize(before + static_cast<size_t>(std::max<ptrdiff_t>(kept, 0)));
  out.values.resize(out.t_ms.size());
  if (kept < 0) return base::DataLoss("the bits of a chunk make no sense");
  return {};
}

void OpenChunk::WriteLength(uint64_t code) {
  const auto length = static_cast<unsigned>(std::bit_width(code));
  VEDETTE_DCHECK(length < kRawLength);
  bits_.Write(length, kLengthBits);
  bits_.Write(code, length);
}

void OpenChunk::WriteRice(RiceMean& mean, uint64_t code) {
  const unsigned parameter = mean.parameter();
  const uint64_t quotient = code >> parameter;
  if (quotient >= kEscapeOnes) {
    bits_.Write((1u << kEscapeOnes) - 1, kEscapeOnes);
    WriteLength(code);
  } else {
    const auto ones = static_cast<unsigned>(quotient);
    const uint64_t unary = ((uint64_t{1} << ones) - 1) << 1;
    const uint64_t rest = code & ((uint64_t{1} << parameter) - 1);
    if (ones + 1 + parameter <= 64) {
      bits_.Write(unary << parameter | rest, ones + 1 + parameter);
    } else {
      bits_.Write(unary, ones + 1);
      bits_.Write(rest, parameter);
    }
  }
  mean.Update(code);
}

void OpenChunk::AppendTime(int64_t t_ms) {
  if (count_ == 0) {
    first_t_ms_ = t_ms;
  } else {
    const int64_t delta_ms = t_ms - last_t_ms_;
    VEDETTE_DCHECK(delta_ms > 0 && delta_ms < kBucketMs);
    if (count_ == 1) {
      WriteLength(static_cast<uint64_t>(delta_ms));
    } else {
      WriteRice(time_mean_, ZigZag(delta_ms - static_cast<int64_t>(last_delta_ms_)));
    }
    last_delta_ms_ = static_cast<uint32_t>(delta_ms);
  }
  last_t_ms_ = t_ms;
}

void OpenChunk::AppendRaw(double value) {
  if (decimals_ >= 2) bits_.Write((1u << kEscapeOnes) - 1, kEscapeOnes);
  bits_.Write(kRawLength, kLengthBits);
  bits_.Write(Bits(value), 64);
  ++raw_;
}

void OpenChunk::AppendDecimal(double value) {
  int64_t scaled;
  if (!Scale(value, scale_, scaled)) {
    AppendRaw(value);
    return;
  }
  const uint64_t code = ZigZag(scaled - static_cast<int64_t>(last_));
  if (decimals_ < 2) {
    WriteLength(code);
    if (decimals_ == 1) value_mean_.Start(code);
    ++decimals_;
  } else {
    WriteRice(value_mean_, code);
  }
  last_ = static_cast<uint64_t>(scaled);
}

void OpenChunk::AppendXor(double value) {
  const uint64_t bits = Bits(value);
  const uint64_t changed = bits ^ last_;
  last_ = bits;
  if (count_ == 0) {
    bits_.Write(bits, 64);
    return;
  }
  if (changed == 0) {
    bits_.Write(0, 1);
    return;
  }
  const auto leading = static_cast<uint8_t>(std::min(std::countl_zero(changed), 31));
  const auto trailing = static_cast<uint8_t>(std::countr_zero(changed));
  if (leading_ == kNoWindow || leading < leading_ || trailing < trailing_) {
    leading_ = leading;
    trailing_ = trailing;
    bits_.Write(0b11, 2);
    bits_.Write(leading, 5);
    bits_.Write(64u - leading - trailing - 1u, 6);
  } else {
    bits_.Write(0b10, 2);
  }
  bits_.Write(changed >> trailing_, 64u - leading_ - trailing_);
}

void OpenChunk::Append(int64_t t_ms, double value) {
  VEDETTE_DCHECK(count_ < kMaxSamples);
  VEDETTE_DCHECK(count_ == 0 || BucketOf(t_ms) == BucketOf(first_t_ms_));
  if (encoding_ == ChunkEncoding::kDecimal) {
    int64_t scaled;
    if (!Scale(value, scale_, scaled)) {
      const uint8_t scale = FindScale(value, scale_);
      if (scale <= kMaxScale) {
        Rebuild(ChunkEncoding::kDecimal, scale, value);
      } else if (!RoomForRaw() || (count_ == 0 && std::isfinite(value))) {
        Rebuild(ChunkEncoding::kXor, 0, value);
      }
    }
  }
  AppendTime(t_ms);
  if (encoding_ == ChunkEncoding::kXor) {
    AppendXor(value);
  } else {
    AppendDecimal(value);
  }
  ++count_;
}

// Writes the chunk anew, so that `next` can follow. Happens at most a few times in a chunk's
// life: the scale only grows, and XOR takes everything.
void OpenChunk::Rebuild(ChunkEncoding encoding, uint8_t scale, double next) {
  SampleColumns samples;
  if (count_ > 0) {
    std::string bytes;
    Encode(bytes);
    VEDETTE_CHECK(DecodeChunk(bytes, INT64_MIN, INT64_MAX, samples).ok());
  }
  Clear();
  encoding_ = encoding;
  scale_ = scale;
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    AppendTime(samples.t_ms[i]);
    if (encoding == ChunkEncoding::kXor) {
      AppendXor(samples.values[i]);
    } else {
      AppendDecimal(samples.values[i]);
    }
    ++count_;
  }
  // With more decimals, large values may no longer fit.
  if (encoding == ChunkEncoding::kDecimal && raw_ > 0 && !RoomForRaw()) {
    Rebuild(ChunkEncoding::kXor, 0, next);
  }
}

void OpenChunk::Encode(std::string& out) const {
  VEDETTE_CHECK(count_ > 0);
  const size_t start = out.size();
  ChunkHeader header{.encoding = encoding_,
                     .scale = scale_,
                     .count = count_,
                     .checksum = 0,
                     .min_t_ms = first_t_ms_,
                     .span_ms = static_cast<uint32_t>(last_t_ms_ - first_t_ms_)};
  out.append(reinterpret_cast<const char*>(&header), kChunkHeaderBytes);
  bits_.AppendBytes(out);
  SealChunk(std::span(out).subspan(start));
}

void OpenChunk::Clear() {
  BitBuffer bits = std::move(bits_);
  bits.Clear();
  *this = OpenChunk();
  bits_ = std::move(bits);
}

}  // namespace vedette::series
