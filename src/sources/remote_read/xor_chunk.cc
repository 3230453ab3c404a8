#include "sources/remote_read/xor_chunk.h"

#include <algorithm>
#include <array>
#include <bit>

namespace vedette::sources::remote_read {
namespace {

// Most significant bit first, behind whole bytes.
class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(out) {}

  // The `count` low bits of `value`.
  void Write(uint64_t value, unsigned count) {
    while (count > 0) {
      if (free_ == 0) {
        out_ += '\0';
        free_ = 8;
      }
      const unsigned taken = std::min(count, free_);
      const uint64_t bits = value >> (count - taken) & ((1u << taken) - 1);
      out_.back() = static_cast<char>(static_cast<uint8_t>(out_.back()) | bits << (free_ - taken));
      free_ -= taken;
      count -= taken;
    }
  }
  void WriteVarint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) Write((value & 0x7F) | 0x80, 8);
    Write(value, 8);
  }

 private:
  std::string& out_;
  unsigned free_ = 0;  // bits of the last byte
};

class XorEncoder {
 public:
  explicit XorEncoder(std::string& out) : bits_(out) {}

  void Add(int64_t t_ms, double value) {
    const auto word = std::bit_cast<uint64_t>(value);
    // Without a sign: what overflows comes back the same way.
    const uint64_t delta = static_cast<uint64_t>(t_ms) - static_cast<uint64_t>(t_ms_);
    if (count_ == 0) {
      bits_.WriteVarint(static_cast<uint64_t>(t_ms) << 1 ^ static_cast<uint64_t>(t_ms >> 63));
      bits_.Write(word, 64);
    } else {
      if (count_ == 1) {
        bits_.WriteVarint(delta);
      } else {
        WriteChange(static_cast<int64_t>(delta - delta_));
      }
      WriteXor(word ^ word_);
      delta_ = delta;
    }
    t_ms_ = t_ms;
    word_ = word;
    ++count_;
  }

 private:
  void WriteChange(int64_t change) {
    struct Class {
      unsigned bits;
      unsigned prefix;
      unsigned prefix_bits;
    };
    constexpr std::array<Class, 3> kClasses = {{{14, 0b10, 2}, {17, 0b110, 3}, {20, 0b1110, 4}}};
    if (change == 0) {
      bits_.Write(0, 1);
      return;
    }
    for (const auto& [bits, prefix, prefix_bits] : kClasses) {
      const int64_t half = int64_t{1} << (bits - 1);
      if (change > half || change < 1 - half) continue;
      bits_.Write(prefix, prefix_bits);
      bits_.Write(static_cast<uint64_t>(change), bits);
      return;
    }
    bits_.Write(0b1111, 4);
    bits_.Write(static_cast<uint64_t>(change), 64);
  }

  void WriteXor(uint64_t change) {
    if (change == 0) {
      bits_.Write(0, 1);
      return;
    }
    // Five bits hold it.
    const auto leading = std::min(static_cast<unsigned>(std::countl_zero(change)), 31u);
    const auto trailing = static_cast<unsigned>(std::countr_zero(change));
    if (window_known_ && leading >= leading_ && trailing >= trailing_) {
      bits_.Write(0b10, 2);
    } else {
      leading_ = leading;
      trailing_ = trailing;
      window_known_ = true;
      bits_.Write(0b11, 2);
      bits_.Write(leading, 5);
      bits_.Write(64 - leading - trailing, 6);  // 64 becomes 0
    }
    bits_.Write(change >> trailing_, 64 - leading_ - trailing_);
  }

  BitWriter bits_;
  size_t count_ = 0;
  int64_t t_ms_ = 0;
  uint64_t delta_ = 0;
  uint64_t word_ = 0;
  bool window_known_ = false;
  unsigned leading_ = 0;
  unsigned trailing_ = 0;
};

constexpr std::array<uint32_t, 256> MakeCrcTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0u);
    table[i] = crc;
  }
  return table;
}

}  // namespace

void AppendXorChunk(std::span<const int64_t> t_ms, std::span<const double> values,
                    std::string& out) {
  out += static_cast<char>(t_ms.size() >> 8);
  out += static_cast<char>(t_ms.size() & 0xFF);
  XorEncoder encoder(out);
  for (size_t i = 0; i < t_ms.size(); ++i) encoder.Add(t_ms[i], values[i]);
}

uint32_t Crc32c(std::string_view bytes) {
  static constexpr std::array<uint32_t, 256> kTable = MakeCrcTable();
  uint32_t crc = ~0u;
  for (const char c : bytes) crc = crc >> 8 ^ kTable[(crc ^ static_cast<uint8_t>(c)) & 0xFF];
  return ~crc;
}

}  // namespace vedette::sources::remote_read
