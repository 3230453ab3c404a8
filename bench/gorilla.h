#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "series/bits.h"

// The peer of the chunk encodings: Gorilla (Pelkonen et al., VLDB 2015, section 4.1) as it stands
// in the paper, in chunks of 120 samples as Prometheus has them, with milliseconds and thus the
// wider classes of Prometheus for differences of steps. For measurements only: it trusts its input.

namespace vedette::bench {

// Writes one chunk. Not thread-safe.
class GorillaEncoder {
 public:
  void Append(int64_t t_ms, double value) {
    const auto bits = std::bit_cast<uint64_t>(value);
    if (count_ == 0) {
      out_.Write(static_cast<uint64_t>(t_ms), 64);
      out_.Write(bits, 64);
    } else {
      Time(t_ms);
      Value(bits ^ value_);
    }
    last_t_ms_ = t_ms;
    value_ = bits;
    ++count_;
  }
  size_t count() const { return count_; }
  // Appends the chunk and begins a new one.
  void Finish(std::string& out) {
    out.push_back(static_cast<char>(count_));
    out_.AppendBytes(out);
    *this = GorillaEncoder();
  }

 private:
  void Time(int64_t t_ms) {
    const int64_t delta = t_ms - last_t_ms_;
    const int64_t change = delta - delta_;
    const auto fits = [&](unsigned bits) {
      return change >= -(int64_t{1} << (bits - 1)) && change < int64_t{1} << (bits - 1);
    };
    const auto low = [&](unsigned bits) {
      return static_cast<uint64_t>(change) & ((uint64_t{1} << bits) - 1);
    };
    if (change == 0) {
      out_.Write(0, 1);
    } else if (fits(14)) {
      out_.Write(0b10ull << 14 | low(14), 16);
    } else if (fits(17)) {
      out_.Write(0b110ull << 17 | low(17), 20);
    } else if (fits(20)) {
      out_.Write(0b1110ull << 20 | low(20), 24);
    } else {
      out_.Write(0b1111, 4);
      out_.Write(static_cast<uint64_t>(change), 64);
    }
    delta_ = delta;
  }

  void Value(uint64_t changed) {
    if (changed == 0) {
      out_.Write(0, 1);
      return;
    }
    const unsigned leading = std::min(31u, static_cast<unsigned>(std::countl_zero(changed)));
    const auto trailing = static_cast<unsigned>(std::countr_zero(changed));
    if (length_ != 0 && leading >= leading_ && trailing >= 64 - leading_ - length_) {
      out_.Write(0b10, 2);
    } else {
      leading_ = leading;
      length_ = 64 - leading - trailing;
      out_.Write(0b11, 2);
      out_.Write(leading_, 5);
      out_.Write(length_ & 63, 6);
    }
    out_.Write(changed >> (64 - leading_ - length_), length_);
  }

  series::BitBuffer out_;
  size_t count_ = 0;
  int64_t last_t_ms_ = 0;
  int64_t delta_ = 0;
  uint64_t value_ = 0;
  unsigned leading_ = 0;
  unsigned length_ = 0;
};

// Appends what a chunk holds.
inline void DecodeGorilla(std::string_view chunk, std::vector<int64_t>& times,
                          std::vector<double>& values) {
  const size_t count = static_cast<uint8_t>(chunk[0]);
  series::BitReader in(chunk.substr(1));
  auto t_ms = static_cast<int64_t>(in.Read(64));
  uint64_t value = in.Read(64);
  int64_t delta = 0;
  unsigned leading = 0;
  unsigned length = 0;
  const auto signed_of = [&](unsigned bits) {
    return static_cast<int64_t>(in.Read(bits) << (64 - bits)) >> (64 - bits);
  };
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) {
      const auto ones = static_cast<unsigned>(std::countl_one(in.Peek() >> 60 << 60));
      in.Skip(ones == 4 ? 4 : ones + 1);
      constexpr unsigned kBits[] = {0, 14, 17, 20, 64};
      if (ones > 0) delta += signed_of(kBits[ones]);
      t_ms += delta;
      if (in.Read(1) != 0) {
        if (in.Read(1) != 0) {
          leading = static_cast<unsigned>(in.Read(5));
          length = static_cast<unsigned>(in.Read(6));
          if (length == 0) length = 64;
        }
        value ^= in.Read(length) << (64 - leading - length);
      }
    }
    times.push_back(t_ms);
    values.push_back(std::bit_cast<double>(value));
  }
}

}  // namespace vedette::bench
