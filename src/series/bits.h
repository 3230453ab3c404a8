#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::series {

// Bit streams for chunks: most significant bit first, in bytes on disk and in 64-bit words in
// memory, so that appending is one or two shifts. Not thread-safe.

constexpr uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
constexpr int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

// Bits that grow at the end.
class BitBuffer {
 public:
  // Appends the `count` low bits of `value`. REQUIRES: count <= 64 and value < 2^count.
  void Write(uint64_t value, unsigned count) {
    if (count == 0) return;
    const unsigned used = static_cast<unsigned>(bits_ & 63);
    bits_ += count;
    if (used == 0) {
      words_.push_back(value << (64 - count));
      return;
    }
    const unsigned room = 64 - used;
    if (count <= room) {
      words_.back() |= value << (room - count);
      return;
    }
    words_.back() |= value >> (count - room);
    words_.push_back(value << (64 - (count - room)));
  }

  void Clear() {
    words_.clear();
    bits_ = 0;
  }

  size_t bits() const { return bits_; }
  size_t memory_bytes() const { return words_.capacity() * sizeof(uint64_t); }
  // Where the next bits go, for prefetching.
  const void* tail() const { return words_.empty() ? nullptr : &words_.back(); }

  void AppendBytes(std::string& out) const {
    const size_t size = (bits_ + 7) / 8;
    const size_t start = out.size();
    out.resize(start + words_.size() * 8);
    for (size_t i = 0; i < words_.size(); ++i) {
      const uint64_t word = __builtin_bswap64(words_[i]);
      std::memcpy(out.data() + start + i * 8, &word, 8);
    }
    out.resize(start + size);
  }

 private:
  std::vector<uint64_t> words_;
  uint32_t bits_ = 0;
};

// Reads what BitBuffer wrote. Past the end it reads zeros and says so with `overrun`. The bytes
// must outlive it.
class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}

  // The next 64 bits, without moving.
  uint64_t Peek() const {
    const size_t byte = position_ >> 3;
    if (byte + 9 > bytes_.size()) [[unlikely]]
      return PeekAtEnd(bytes_, position_);
    const auto shift = static_cast<unsigned>(position_ & 7);
    uint64_t word;
    std::memcpy(&word, bytes_.data() + byte, 8);
    const auto ninth = static_cast<uint8_t>(bytes_[byte + 8]);
    return __builtin_bswap64(word) << shift | ninth >> (8 - shift);
  }
  void Skip(unsigned count) { position_ += count; }
  // REQUIRES: count <= 64.
  uint64_t Read(unsigned count) {
    if (count == 0) return 0;
    const uint64_t value = Peek() >> (64 - count);
    position_ += count;
    return value;
  }

  bool overrun() const { return position_ > bytes_.size() * 8; }

 private:
  // Not a member: what a loop keeps in registers has no address.
  [[gnu::noinline]] static uint64_t PeekAtEnd(std::string_view bytes, size_t position) {
    const size_t byte = position >> 3;
    if (byte >= bytes.size()) return 0;
    const size_t left = bytes.size() - byte;  // eight at most
    uint64_t word = 0;
    if (bytes.size() >= 8) {
      std::memcpy(&word, bytes.data() + bytes.size() - 8, 8);
      word = __builtin_bswap64(word) << 8 * (8 - left);
    } else {
      std::memcpy(&word, bytes.data() + byte, left);
      word = __builtin_bswap64(word);
    }
    return word << (position & 7);
  }

  std::string_view bytes_;
  size_t position_ = 0;
};

}  // namespace vedette::series
