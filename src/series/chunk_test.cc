#include "series/chunk.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>

#include "base/random.h"
#include "model/sample.h"

namespace vedette::series {
namespace {

constexpr int64_t kStart = 1'700'000'000'000;

std::string Encoded(const SampleColumns& samples) {
  OpenChunk chunk;
  for (size_t i = 0; i < samples.t_ms.size(); ++i) chunk.Append(samples.t_ms[i], samples.values[i]);
  std::string bytes;
  chunk.Encode(bytes);
  return bytes;
}

// Bit patterns, because NaNs are not equal to themselves.
std::vector<uint64_t> BitsOf(const std::vector<double>& values) {
  std::vector<uint64_t> bits;
  for (const double value : values) bits.push_back(std::bit_cast<uint64_t>(value));
  return bits;
}

void ExpectRoundTrip(const SampleColumns& samples, const std::string& what) {
  SampleColumns back;
  const base::Result<> decoded = DecodeChunk(Encoded(samples), INT64_MIN, INT64_MAX, back);
  ASSERT_TRUE(decoded.ok()) << what << ": " << decoded.error().message;
  ASSERT_EQ(back.t_ms, samples.t_ms) << what;
  ASSERT_EQ(BitsOf(back.values), BitsOf(samples.values)) << what;
}

double HostileValue(base::Random& random, double previous) {
  constexpr double kSpecial[] = {0.0,
                                 -0.0,
                                 1,
                                 -1,
                                 9007199254740992.0,
                                 9007199254740993.0,
                                 -9007199254740992.0,
                                 1e300,
                                 -1e-300,
                                 0.1,
                                 12.34,
                                 std::numeric_limits<double>::infinity(),
                                 -std::numeric_limits<double>::infinity(),
                                 std::numeric_limits<double>::denorm_min(),
                                 std::numeric_limits<double>::max(),
                                 std::numeric_limits<double>::min()};
  switch (random.Below(8)) {
    case 0: return kSpecial[random.Below(std::size(kSpecial))];
    case 1: return std::bit_cast<double>(random.Next());
    case 2: return std::bit_cast<double>(0x7ff0000000000000 | random.Next() >> 12);  // NaNs
    case 3: return model::StaleNan();
    case 4: return static_cast<double>(random.Below(1000)) / 100;
    case 5: return previous + static_cast<double>(random.Below(50));
    case 6: return previous;
    default: return random.Normal();
  }
}

TEST(Chunk, KeepsEveryBitOfHostileValues) {
  base::Random random(1);
  for (int round = 0; round < 3000; ++round) {
    SampleColumns samples;
    int64_t t_ms = BucketOf(kStart) * kBucketMs + static_cast<int64_t>(random.Below(1000));
    double value = 0;
    const uint64_t kinds = random.Below(3);
    const uint64_t count = 1 + random.Below(150);
    for (uint64_t i = 0; i < count; ++i) {
      value = kinds == 0 ? HostileValue(random, value)
              : random.Below(20) == 0
                  ? HostileValue(random, value)
                  : std::round(random.Uniform(-1000, 1000) * 100) / (kinds == 1 ? 100 : 1);
      samples.t_ms.push_back(t_ms);
      samples.values.push_back(value);
      t_ms += 1 + static_cast<int64_t>(random.Below(random.Below(4) == 0 ? 400'000 : 2));
    }
    ExpectRoundTrip(samples, "round " + std::to_string(round));
  }
}

TEST(Chunk, KeepsTimesAtTheEdgesOfTheCalendar) {
  ExpectRoundTrip({{kMinTimeMs, kMinTimeMs + 1}, {1, 2}}, "year 1");
  ExpectRoundTrip({{kMaxTimeMs - 5, kMaxTimeMs}, {1, 2}}, "year 9999");
  ExpectRoundTrip({{-1}, {2}}, "just before 1970");
  const int64_t day = BucketOf(kStart) * kBucketMs;
  ExpectRoundTrip({{day, day + kBucketMs - 1}, {1, 2}}, "a whole day");
}

TEST(Chunk, ReadsOnlyTheRangeAskedFor) {
  const std::string bytes = Encoded({{1000, 2000, 3000, 4000}, {1, 2, 3, 4}});

  SampleColumns out;
  ASSERT_TRUE(DecodeChunk(bytes, 2000, 3000, out).ok());

  EXPECT_EQ(out.t_ms, (std::vector<int64_t>{2000, 3000}));
  EXPECT_EQ(out.values, (std::vector<double>{2, 3}));
  ASSERT_TRUE(DecodeChunk(bytes, 5000, 6000, out).ok());
  EXPECT_EQ(out.t_ms.size(), 2u);
}

TEST(Chunk, NoticesEveryFlippedBitAndEveryTruncation) {
  SampleColumns samples;
  for (int i = 0; i < 20; ++i) {
    samples.t_ms.push_back(kStart + i * 15'000);
    samples.values.push_back(i * 1.5);
  }
  const std::string bytes = Encoded(samples);

  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    SampleColumns out;
    const base::Result<> decoded = DecodeChunk(damaged, INT64_MIN, INT64_MAX, out);
    ASSERT_FALSE(decoded.ok()) << "bit " << bit;
    ASSERT_EQ(decoded.error().code, base::ErrorCode::kDataLoss);
    ASSERT_TRUE(out.t_ms.empty());
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(ParseChunk(std::string_view(bytes).substr(0, size)).ok()) << size;
  }
}

TEST(Chunk, DecodesNonsenseWithAValidChecksumToAscendingTimesOrAnError) {
  base::Random random(9);
  int decoded = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(kChunkHeaderBytes + random.Below(60), '\0');
    for (char& c : bytes) c = static_cast<char>(random.Next());
    const ChunkHeader header{
        .encoding = random.Below(2) == 0 ? ChunkEncoding::kDecimal : ChunkEncoding::kXor,
        .scale = static_cast<uint8_t>(random.Below(13)),
        .count = static_cast<uint16_t>(1 + random.Below(4)),
        .checksum = 0,
        .min_t_ms = kStart,
        .span_ms = static_cast<uint32_t>(random.Below(3))};
    std::memcpy(bytes.data(), &header, kChunkHeaderBytes);
    SealChunk(bytes);
    SampleColumns out;
    if (!DecodeChunk(bytes, INT64_MIN, INT64_MAX, out).ok()) {
      ASSERT_TRUE(out.t_ms.empty());
      continue;
    }
    ++decoded;
    ASSERT_EQ(out.t_ms.size(), header.count);
    for (size_t i = 1; i < out.t_ms.size(); ++i) ASSERT_LT(out.t_ms[i - 1], out.t_ms[i]);
  }
  EXPECT_GT(decoded, 100);
}

TEST(Chunk, StaysSmallForWhatMonitoringSends) {
  struct Case {
    const char* name;
    double (*value)(base::Random& random, double previous);
    double bytes_per_sample_max;
  };
  const Case cases[] = {
      {"constant", [](base::Random&, double) { return 42.5; }, 0.5},
      {"integer counter",
       [](base::Random& random, double previous) {
         return previous + static_cast<double>(random.Below(20));
       },
       1.1},
      {"gauge with three decimals",
       [](base::Random& random, double) { return std::round(random.Normal() * 1000) / 1000; }, 2.1},
      {"full mantissa", [](base::Random& random, double) { return random.Normal(); }, 8.7},
  };
  for (const Case& c : cases) {
    base::Random random(7);
    SampleColumns samples;
    double value = 0;
    for (int i = 0; i < 120; ++i) {
      value = c.value(random, value);
      samples.t_ms.push_back(kStart + i * 15'000);
      samples.values.push_back(value);
    }
    const double per_sample = static_cast<double>(Encoded(samples).size()) / 120;
    EXPECT_LT(per_sample, c.bytes_per_sample_max) << c.name;
  }
}

TEST(Chunk, AppendsAfterClearAsIfNew) {
  OpenChunk chunk;
  for (int i = 0; i < 10; ++i) chunk.Append(kStart + i, i * 0.123);
  chunk.Clear();
  chunk.Append(kStart, 5);
  std::string bytes;
  chunk.Encode(bytes);

  EXPECT_EQ(bytes, Encoded({{kStart}, {5}}));
}

TEST(Bucket, IsTheDayInUtcAlsoBefore1970) {
  EXPECT_EQ(BucketOf(0), 0);
  EXPECT_EQ(BucketOf(kBucketMs - 1), 0);
  EXPECT_EQ(BucketOf(kBucketMs), 1);
  EXPECT_EQ(BucketOf(-1), -1);
  EXPECT_EQ(BucketOf(-kBucketMs), -1);
  EXPECT_EQ(BucketOf(-kBucketMs - 1), -2);
}

}  // namespace
}  // namespace vedette::series
