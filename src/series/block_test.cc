#include "series/block.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <limits>

#include "base/random.h"
#include "model/sample.h"

namespace vedette::series {
namespace {

constexpr int64_t kDay = 1'699'920'000'000;  // midnight

std::string Encoded(const SampleColumns& samples) {
  return EncodeBlock(samples.t_ms, samples.values);
}

std::vector<uint64_t> BitsOf(const std::vector<double>& values) {
  std::vector<uint64_t> bits;
  for (const double value : values) bits.push_back(std::bit_cast<uint64_t>(value));
  return bits;
}

void ExpectSame(const SampleColumns& back, const SampleColumns& samples, const std::string& what) {
  ASSERT_EQ(back.t_ms, samples.t_ms) << what;
  ASSERT_EQ(BitsOf(back.values), BitsOf(samples.values)) << what;
}

void ExpectRoundTrip(const SampleColumns& samples, const std::string& what) {
  SampleColumns back;
  const base::Result<> decoded = DecodeChunk(Encoded(samples), INT64_MIN, INT64_MAX, back);
  ASSERT_TRUE(decoded.ok()) << what << ": " << decoded.error().message;
  ExpectSame(back, samples, what);
}

double Hostile(base::Random& random, double previous) {
  constexpr double kSpecial[] = {0.0,
                                 -0.0,
                                 -1,
                                 9007199254740992.0,
                                 9007199254740994.0,
                                 -9007199254740992.0,
                                 1e300,
                                 -1e-300,
                                 0.1,
                                 std::numeric_limits<double>::infinity(),
                                 -std::numeric_limits<double>::infinity(),
                                 std::numeric_limits<double>::denorm_min(),
                                 -std::numeric_limits<double>::max()};
  switch (random.Below(7)) {
    case 0: return kSpecial[random.Below(std::size(kSpecial))];
    case 1: return std::bit_cast<double>(random.Next());
    case 2: return std::bit_cast<double>(0x7ff0000000000000 | random.Next() >> 12);  // NaNs
    case 3: return model::StaleNan();
    case 4: return previous + static_cast<double>(random.Below(50));
    case 5: return previous;
    default: return random.Normal();
  }
}

SampleColumns Mixed(base::Random& random, size_t count) {
  SampleColumns samples;
  int64_t t_ms = kDay + static_cast<int64_t>(random.Below(1000));
  double value = 0;
  const uint64_t kind = random.Below(5);
  const uint64_t strays = 1 + random.Below(100);
  const uint64_t gaps = 1 + random.Below(200);
  for (size_t i = 0; i < count; ++i) {
    switch (kind) {
      case 0: value = Hostile(random, value); break;
      case 1: value += static_cast<double>(random.Below(100)); break;
      case 2: value = std::round(random.Normal() * 1000) / 1000; break;
      case 3: value = std::floor(random.Uniform() * 50) * 4096; break;
      default: value = random.Uniform() * 1e6; break;
    }
    samples.t_ms.push_back(t_ms);
    samples.values.push_back(random.Below(strays) == 7 ? Hostile(random, value) : value);
    t_ms += random.Below(gaps) == 5 ? 1 + static_cast<int64_t>(random.Below(3000)) : 1000;
  }
  return samples;
}

TEST(Block, KeepsEveryBitOfWhateverComes) {
  base::Random random(1);
  for (int round = 0; round < 600; ++round) {
    const size_t count = 1 + random.Below(round % 20 == 0 ? BlockBuilder::kMaxSamples : 400);
    ExpectRoundTrip(Mixed(random, count), "round " + std::to_string(round));
  }
}

// Pieces of one value at regular times between others.
SampleColumns Runs(base::Random& random, size_t count) {
  SampleColumns samples;
  int64_t t_ms = kDay;
  while (samples.t_ms.size() < count) {
    const double value = random.Below(4) == 0 ? model::StaleNan() : random.Normal();
    const size_t n = std::min<size_t>(1 + random.Below(random.Below(3) == 0 ? 4000 : 3),
                                      count - samples.t_ms.size());
    const auto step = 1 + static_cast<int64_t>(random.Below(3));
    for (size_t i = 0; i < n; ++i, t_ms += step) {
      samples.t_ms.push_back(t_ms);
      samples.values.push_back(value);
    }
  }
  return samples;
}

TEST(Block, KeepsRunsWhereverTheyBeginAndEnd) {
  base::Random random(9);
  for (int round = 0; round < 200; ++round) {
    const SampleColumns samples = Runs(random, 1 + random.Below(BlockBuilder::kMaxSamples));
    ExpectRoundTrip(samples, "round " + std::to_string(round));
    SampleColumns back;
    const int64_t from_ms = kDay + static_cast<int64_t>(random.Below(8000));
    const int64_t to_ms = from_ms + static_cast<int64_t>(random.Below(8000));
    ASSERT_TRUE(DecodeChunk(Encoded(samples), from_ms, to_ms, back).ok());
    const auto inside = std::count_if(samples.t_ms.begin(), samples.t_ms.end(), [&](int64_t t_ms) {
      return t_ms >= from_ms && t_ms <= to_ms;
    });
    ASSERT_EQ(back.t_ms.size(), static_cast<size_t>(inside));
  }
}

TEST(Block, OfOneValueIsOneRunHoweverOftenItGrows) {
  std::string block;
  int64_t t_ms = kDay;
  SampleColumns all;
  while (all.t_ms.size() < 5'760) {
    BlockBuilder builder;
    SampleColumns rest;
    if (!block.empty()) ASSERT_TRUE(builder.AddFullSegments(block, rest).ok());
    for (int i = 0; i < 960; ++i, t_ms += 15'000) {
      rest.t_ms.push_back(t_ms);
      rest.values.push_back(0.25);
      all.t_ms.push_back(t_ms);
      all.values.push_back(0.25);
    }
    builder.Add(rest.t_ms, rest.values);
    block.clear();
    builder.Finish(block);
  }
  EXPECT_LE(block.size(), kChunkHeaderBytes + 20);
  SampleColumns back;
  ASSERT_TRUE(DecodeChunk(block, INT64_MIN, INT64_MAX, back).ok());
  ExpectSame(back, all, "the run");
}

TEST(Block, KeepsAnyTimes) {
  base::Random random(2);
  for (int round = 0; round < 300; ++round) {
    SampleColumns samples;
    int64_t t_ms = kDay;
    const uint64_t jitter = uint64_t{1} << random.Below(15);
    for (int i = 0; i < 1500; ++i) {
      samples.t_ms.push_back(t_ms);
      samples.values.push_back(1);
      t_ms += 1 + static_cast<int64_t>(random.Below(jitter));
    }
    ExpectRoundTrip(samples, "round " + std::to_string(round));
  }
  ExpectRoundTrip({{kDay, kDay + kBucketMs - 1}, {1, 2}, {}}, "a whole day");
  const int64_t first = (BucketOf(kMinTimeMs) + 1) * kBucketMs;
  ExpectRoundTrip({{first, first + 1, first + 70}, {1, 2, 3}, {}}, "year 1");
  ExpectRoundTrip({{kMaxTimeMs - 1, kMaxTimeMs}, {1, 2}, {}}, "year 9999");
}

TEST(Block, ReadsOnlyTheRangeAskedFor) {
  base::Random random(3);
  const SampleColumns samples = Mixed(random, 3000);
  const std::string bytes = Encoded(samples);
  for (int round = 0; round < 500; ++round) {
    const size_t from = random.Below(3000);
    const size_t to = from + random.Below(3000 - from);
    SampleColumns out{{1}, {7}, {}};
    ASSERT_TRUE(DecodeChunk(bytes, samples.t_ms[from], samples.t_ms[to], out).ok());
    ASSERT_EQ(out.t_ms.size(), to - from + 2);
    EXPECT_EQ(out.t_ms[0], 1);
    EXPECT_EQ(out.t_ms[1], samples.t_ms[from]);
    EXPECT_EQ(out.t_ms.back(), samples.t_ms[to]);
    EXPECT_EQ(std::bit_cast<uint64_t>(out.values.back()),
              std::bit_cast<uint64_t>(samples.values[to]));
  }
}

TEST(Block, TakesOverFullSegmentsAndHandsBackTheRest) {
  base::Random random(4);
  for (const size_t count : {1u, 1023u, 1024u, 1025u, 2048u, 3000u}) {
    const SampleColumns samples = Mixed(random, count + 500);
    const auto t_ms = std::span(samples.t_ms);
    const auto values = std::span(samples.values);
    const std::string before = EncodeBlock(t_ms.first(count), values.first(count));
    BlockBuilder block;
    SampleColumns rest;
    ASSERT_TRUE(block.AddFullSegments(before, rest).ok());
    EXPECT_EQ(rest.t_ms.size(), count % kSegmentSamples);
    EXPECT_EQ(block.count(), count - count % kSegmentSamples);
    rest.t_ms.insert(rest.t_ms.end(), t_ms.begin() + static_cast<std::ptrdiff_t>(count),
                     t_ms.end());
    rest.values.insert(rest.values.end(), values.begin() + static_cast<std::ptrdiff_t>(count),
                       values.end());
    block.Add(rest.t_ms, rest.values);
    std::string bytes;
    block.Finish(bytes);
    EXPECT_EQ(bytes, Encoded(samples)) << count;
  }
}

TEST(Block, NoticesEveryFlippedBitAndEveryTruncation) {
  base::Random random(5);
  const std::string bytes = Encoded(Mixed(random, 40));
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    SampleColumns out;
    const base::Result<> decoded = DecodeChunk(damaged, INT64_MIN, INT64_MAX, out);
    ASSERT_FALSE(decoded.ok()) << "bit " << bit;
    EXPECT_EQ(decoded.error().code, base::ErrorCode::kDataLoss);
    EXPECT_TRUE(out.t_ms.empty());
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    SampleColumns out;
    EXPECT_FALSE(DecodeChunk(bytes.substr(0, size), INT64_MIN, INT64_MAX, out).ok()) << size;
  }
}

TEST(Block, OfSenselessBytesWithARightChecksumIsRefusedOrReadInOrder) {
  base::Random random(6);
  for (int round = 0; round < 4000; ++round) {
    std::string bytes = Encoded(Mixed(random, 1 + random.Below(300)));
    for (uint64_t flips = 1 + random.Below(3); flips > 0; --flips) {
      bytes[kChunkHeaderBytes + random.Below(bytes.size() - kChunkHeaderBytes)] =
          static_cast<char>(random.Next());
    }
    SealChunk(bytes);
    const std::vector<char> exact(bytes.begin(), bytes.end());
    SampleColumns out;
    const base::Result<> decoded =
        DecodeChunk({exact.data(), exact.size()}, INT64_MIN, INT64_MAX, out);
    ASSERT_EQ(out.t_ms.size(), out.values.size());
    if (!decoded.ok()) {
      EXPECT_TRUE(out.t_ms.empty());
      continue;
    }
    for (size_t i = 1; i < out.t_ms.size(); ++i) ASSERT_LT(out.t_ms[i - 1], out.t_ms[i]);
  }
}

double BytesPerSample(double (*next)(base::Random&, double)) {
  base::Random random(7);
  SampleColumns samples;
  double value = 1000;
  for (int i = 0; i < 960; ++i) {
    samples.t_ms.push_back(kDay + i * 15'000);
    samples.values.push_back(value = next(random, value));
  }
  return static_cast<double>(Encoded(samples).size()) / 960;
}

TEST(Block, OfWhatMonitoringSendsIsSmall) {
  EXPECT_LT(BytesPerSample([](base::Random&, double value) { return value; }), 0.05);
  EXPECT_LT(BytesPerSample([](base::Random& random, double value) {
              return value + 300 + std::round(36 * random.Normal());
            }),
            1.05);  // entropy 0.90
  EXPECT_LT(BytesPerSample([](base::Random& random, double) {
              return std::round(42'000 + 2100 * random.Normal()) / 1000;
            }),
            1.80);  // entropy 1.64
  EXPECT_LT(BytesPerSample([](base::Random& random, double value) {
              return value + 4096 * std::round(100 * random.Normal());
            }),
            1.25);  // entropy 1.09
  EXPECT_LT(
      BytesPerSample([](base::Random& random, double) { return 42 + 1000 * random.Uniform(); }),
      7.0);
}

// The format is a promise to every data directory: these bytes must be read for ever.
TEST(Block, IsWrittenAsItAlwaysWas) {
  std::string hex;
  const SampleColumns samples{
      {kDay, kDay + 15'000, kDay + 30'000, kDay + 45'000, kDay + 61'000, kDay + 76'000},
      {12.5, 13.25, 13.5, 13.75, 14, 99},
      {}};
  for (const char c : Encoded(samples)) hex += fmt::format("{:02x}", static_cast<uint8_t>(c));
  EXPECT_EQ(
      hex,
      "030006008af2c84500b420cb8b010000e02801001f0500e0d104029875010a0000000000fa000022c41319020609"
      "03000408a80a");
}

}  // namespace
}  // namespace vedette::series
