#include "records/bits.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/uint128.h"
#include "model/labels.h"

namespace vedette::records {
namespace {

constexpr size_t kFrame = 128;
constexpr char kPlain = 0;
constexpr char kDifferences = 1;

uint64_t ZigZag(uint64_t difference) { return (difference << 1) ^ (0 - (difference >> 63)); }
uint64_t UnZigZag(uint64_t value) { return (value >> 1) ^ (0 - (value & 1)); }

size_t FrameBits(std::span<const uint64_t> frame) {
  const auto [low, high] = std::minmax_element(frame.begin(), frame.end());
  return static_cast<size_t>(std::bit_width(*high - *low)) * frame.size();
}

size_t BitsOf(std::span<const uint64_t> values) {
  size_t bits = 0;
  for (size_t i = 0; i < values.size(); i += kFrame) {
    bits += FrameBits(values.subspan(i, std::min(kFrame, values.size() - i)));
  }
  return bits;
}

void AppendFrame(std::string& out, std::span<const uint64_t> frame) {
  const auto [low, high] = std::minmax_element(frame.begin(), frame.end());
  const uint64_t base = *low;
  const auto width = static_cast<unsigned>(std::bit_width(*high - base));
  model::AppendVarint(out, base);
  out += static_cast<char>(width);
  if (width == 0) return;
  base::Uint128 pending = 0;
  unsigned filled = 0;
  for (const uint64_t value : frame) {
    pending |= static_cast<base::Uint128>(value - base) << filled;
    for (filled += width; filled >= 8; filled -= 8) {
      out += static_cast<char>(static_cast<uint8_t>(pending));
      pending >>= 8;
    }
  }
  if (filled > 0) out += static_cast<char>(static_cast<uint8_t>(pending));
}

bool ReadFrame(std::string_view& bytes, std::span<uint64_t> frame) {
  uint64_t base = 0;
  if (!model::ReadVarint(bytes, base) || bytes.empty()) return false;
  const auto width = static_cast<unsigned char>(bytes[0]);
  bytes.remove_prefix(1);
  if (width > 64) return false;
  const size_t size = (width * frame.size() + 7) / 8;
  if (size > bytes.size()) return false;
  base::Uint128 pending = 0;
  unsigned filled = 0;
  size_t at = 0;
  const uint64_t mask = width == 64 ? UINT64_MAX : (uint64_t{1} << width) - 1;
  if (width == 0) {
    std::fill(frame.begin(), frame.end(), base);
    return true;
  }
  // Eight bytes at once hold a number of up to 57 bits, as long as there are eight bytes.
  size_t bit = 0;
  size_t i = 0;
  for (; width <= 57 && i < frame.size() && bit / 8 + 8 <= bytes.size(); ++i, bit += width) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + bit / 8, sizeof word);
    frame[i] = base + ((word >> (bit % 8)) & mask);
  }
  at = bit / 8;
  if (i < frame.size() && bit % 8 != 0) {
    pending = static_cast<unsigned char>(bytes[at++]) >> (bit % 8);
    filled = 8 - static_cast<unsigned>(bit % 8);
  }
  for (uint64_t& value : frame.subspan(i)) {
    for (; filled < width; filled += 8) {
      pending |= static_cast<base::Uint128>(static_cast<unsigned char>(bytes[at++])) << filled;
    }
    value = base + (static_cast<uint64_t>(pending) & mask);
    pending >>= width;
    filled -= width;
  }
  bytes.remove_prefix(size);
  return true;
}

}  // namespace

void AppendPacked(std::string& out, std::span<const uint64_t> values) {
  if (values.empty()) return;
  std::vector<uint64_t> differences(values.size());
  uint64_t before = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    differences[i] = ZigZag(values[i] - before);
    before = values[i];
  }
  // The first difference is the first value: kept out of the frames, it widens none.
  const uint64_t first = differences[0];
  differences[0] = values.size() > 1 ? differences[1] : 0;
  const bool shorter = BitsOf(differences) < BitsOf(values);
  out += shorter ? kDifferences : kPlain;
  if (shorter) model::AppendVarint(out, first);
  const std::span<const uint64_t> chosen =
      shorter ? std::span<const uint64_t>(differences) : values;
  for (size_t i = 0; i < chosen.size(); i += kFrame) {
    AppendFrame(out, chosen.subspan(i, std::min(kFrame, chosen.size() - i)));
  }
}

bool ReadPacked(std::string_view& bytes, size_t count, std::vector<uint64_t>& values) {
  values.clear();
  if (count == 0) return true;
  // A frame takes two bytes at least: a count that the bytes cannot hold is damage.
  if (bytes.empty() || count / kFrame * 2 > bytes.size()) return false;
  const char kind = bytes[0];
  bytes.remove_prefix(1);
  uint64_t first = 0;
  if (kind != kPlain && kind != kDifferences) return false;
  if (kind == kDifferences && !model::ReadVarint(bytes, first)) return false;
  values.resize(count);
  for (size_t i = 0; i < count; i += kFrame) {
    if (!ReadFrame(bytes, std::span(values).subspan(i, std::min(kFrame, count - i)))) return false;
  }
  if (kind == kPlain) return true;
  values[0] = first;
  uint64_t sum = 0;
  for (uint64_t& value : values) value = sum += UnZigZag(value);
  return true;
}

bool SkipPacked(std::string_view& bytes, size_t count) {
  if (count == 0) return true;
  if (bytes.empty() || count / kFrame * 2 > bytes.size()) return false;
  const char kind = bytes[0];
  bytes.remove_prefix(1);
  uint64_t number = 0;
  if (kind != kPlain && kind != kDifferences) return false;
  if (kind == kDifferences && !model::ReadVarint(bytes, number)) return false;
  for (size_t i = 0; i < count; i += kFrame) {
    if (!model::ReadVarint(bytes, number) || bytes.empty()) return false;
    const size_t width = static_cast<unsigned char>(bytes[0]);
    const size_t size = 1 + (width * std::min(kFrame, count - i) + 7) / 8;
    if (width > 64 || size > bytes.size()) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

void AppendSized(std::string& out, std::string_view text) {
  model::AppendVarint(out, text.size());
  out += text;
}

bool ReadSized(std::string_view& bytes, std::string_view& text) {
  uint64_t size = 0;
  if (!model::ReadVarint(bytes, size) || size > bytes.size()) return false;
  text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

void AppendFixed64(std::string& out, uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xff);
}

bool ReadFixed64(std::string_view& bytes, uint64_t& value) {
  if (bytes.size() < 8) return false;
  value = 0;
  for (size_t i = 0; i < 8; ++i) value = (value << 8) | static_cast<unsigned char>(bytes[i]);
  bytes.remove_prefix(8);
  return true;
}

}  // namespace vedette::records
