#include "sources/remote_read/xor_chunk.h"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <utility>
#include <vector>

#include "base/random.h"
#include "model/sample.h"

namespace vedette::sources::remote_read {
namespace {

// Reads what the encoder wrote, from the description of the format alone.
class Decoder {
 public:
  explicit Decoder(const std::string& bytes) : bytes_(bytes) {}

  std::vector<std::pair<int64_t, uint64_t>> Read() {
    std::vector<std::pair<int64_t, uint64_t>> samples;
    const uint64_t count = Bits(16);
    uint64_t t = 0, delta = 0, word = 0, leading = 0, trailing = 0;
    for (uint64_t i = 0; i < count; ++i) {
      if (i == 0) {
        const uint64_t zigzag = Varint();
        t = (zigzag >> 1) ^ (0 - (zigzag & 1));
        word = Bits(64);
      } else {
        delta = i == 1 ? Varint() : delta + Change();
        t += delta;
        if (Bits(1) == 1) {
          if (Bits(1) == 1) {
            leading = Bits(5);
            const uint64_t size = Bits(6);
            trailing = 64 - leading - (size == 0 ? 64 : size);
          }
          word ^= Bits(static_cast<unsigned>(64 - leading - trailing)) << trailing;
        }
      }
      samples.emplace_back(static_cast<int64_t>(t), word);
    }
    return samples;
  }

 private:
  uint64_t Bits(unsigned count) {
    uint64_t value = 0;
    for (; count > 0; --count, ++at_) {
      const auto byte = static_cast<uint8_t>(bytes_.at(at_ / 8));
      value = value << 1 | (byte >> (7 - at_ % 8) & 1);
    }
    return value;
  }
  uint64_t Varint() {
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const uint64_t byte = Bits(8);
      value |= (byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
  }
  uint64_t Change() {
    unsigned size = 0;
    unsigned ones = 0;
    while (ones < 4 && Bits(1) == 1) ++ones;
    if (ones == 0) return 0;
    if (ones == 4) return Bits(64);
    size = ones == 1 ? 14 : ones == 2 ? 17 : 20;
    const uint64_t value = Bits(size);
    // The greatest half is positive.
    return value > uint64_t{1} << (size - 1) ? value - (uint64_t{1} << size) : value;
  }

  const std::string& bytes_;
  size_t at_ = 0;
};

void ExpectSame(const std::vector<int64_t>& times, const std::vector<double>& values) {
  std::string chunk;
  AppendXorChunk(times, values, chunk);
  const auto samples = Decoder(chunk).Read();
  ASSERT_EQ(samples.size(), times.size());
  for (size_t i = 0; i < times.size(); ++i) {
    ASSERT_EQ(samples[i].first, times[i]) << i;
    ASSERT_EQ(samples[i].second, std::bit_cast<uint64_t>(values[i])) << i;
  }
}

TEST(XorChunk, KeepsEveryBitOfSpecialValues) {
  const double infinity = std::numeric_limits<double>::infinity();
  ExpectSame({-5}, {model::StaleNan()});
  ExpectSame({INT64_MIN, 0, INT64_MAX}, {0.0, -0.0, -infinity});
  ExpectSame({1, 2, 3, 4, 5, 6},
             {infinity, std::nan("7"), 5e-324, -1.7976931348623157e308, 1.0, 1.0});
}

TEST(XorChunk, KeepsStepsAtTheEdgesOfTheirClasses) {
  std::vector<int64_t> times = {1'700'000'000'000, 1'700'000'015'000};
  std::vector<double> values = {1, 2};
  int64_t delta = 15'000;
  for (const int64_t half : {int64_t{1} << 13, int64_t{1} << 16, int64_t{1} << 19}) {
    for (const int64_t change : {half, half + 1, 1 - half, -half, int64_t{0}, int64_t{-1}}) {
      delta += change;
      times.push_back(times.back() + delta);
      values.push_back(static_cast<double>(times.size()) / 3);
    }
  }
  ExpectSame(times, values);
}

TEST(XorChunk, KeepsWhateverComes) {
  base::Random random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<int64_t> times;
    std::vector<double> values;
    for (size_t i = 0; i < kChunkSamplesMax; ++i) {
      times.push_back(static_cast<int64_t>(random.Next() >> random.Below(64)));
      values.push_back(std::bit_cast<double>(random.Next() << random.Below(64)));
    }
    ExpectSame(times, values);
  }
}

TEST(Crc32c, IsThatOfTheStandard) {
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAU);  // RFC 3720, appendix B.4
  EXPECT_EQ(Crc32c(""), 0U);
}

}  // namespace
}  // namespace vedette::sources::remote_read
