#include "series/integers.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

#include "base/random.h"

namespace vedette::series {
namespace {

std::string Packed(const std::vector<int64_t>& values) {
  std::string bytes;
  PackIntegers(values, bytes);
  return bytes;
}

void ExpectRoundTrip(const std::vector<int64_t>& values, const std::string& what) {
  const std::string bytes = Packed(values) + "rest";
  std::string_view view = bytes;
  std::vector<int64_t> back(values.size());
  ASSERT_TRUE(UnpackIntegers(view, back)) << what;
  ASSERT_EQ(back, values) << what;
  ASSERT_EQ(view, "rest") << what;
}

int64_t Hostile(base::Random& random) {
  switch (random.Below(4)) {
    case 0: return std::numeric_limits<int64_t>::min();
    case 1: return std::numeric_limits<int64_t>::max();
    case 2: return static_cast<int64_t>(random.Next());
    default: return static_cast<int64_t>(random.Next() >> random.Below(64));
  }
}

TEST(Integers, ComeBackWhateverTheyAre) {
  base::Random random(1);
  for (int round = 0; round < 2000; ++round) {
    std::vector<int64_t> values{0};
    const uint64_t count = random.Below(round % 10 == 0 ? kIntegersMax : 300);
    const uint64_t shift = random.Below(64);
    const uint64_t kind = random.Below(4);
    while (values.size() <= count && values.size() < kIntegersMax) {
      const auto step = static_cast<int64_t>(random.Next() >> shift);
      const auto sum =
          static_cast<int64_t>(static_cast<uint64_t>(values.back()) + static_cast<uint64_t>(step));
      const bool outlier = kind == 3 || (kind == 2 && random.Below(30) == 0);
      values.push_back(outlier ? Hostile(random) : kind == 0 ? step : sum);
    }
    ExpectRoundTrip(values, "round " + std::to_string(round));
  }
}

TEST(Integers, ComeBackInEveryWidth) {
  base::Random random(2);
  for (unsigned width = 0; width <= 64; ++width) {
    std::vector<int64_t> values{0};
    for (int i = 0; i < 300; ++i) {
      values.push_back(width == 0 ? 7 : static_cast<int64_t>(random.Next() >> (64 - width)));
    }
    ExpectRoundTrip(values, "width " + std::to_string(width));
  }
}

TEST(Integers, TakeTheSmallestOfThreeWays) {
  std::vector<int64_t> constant(kIntegersMax, 0), ramp, parabola, resets;
  for (int64_t i = 0; i < static_cast<int64_t>(kIntegersMax); ++i) {
    ramp.push_back(1000 * i);
    parabola.push_back(i * i);
    resets.push_back(1'000'000 * (i % 200));
  }
  EXPECT_EQ(Packed(constant).size(), 1u);
  EXPECT_LE(Packed(ramp).size(), 1u + 8 * 3);
  EXPECT_LE(Packed(parabola).size(), 2u + 8 * 3);
  EXPECT_LE(Packed(resets).size(), 1u + 8 * (4 + 2 + 1 + 5));  // a reset is one exception
}

TEST(Integers, OfSparseEventsCostAFewBytesAFrame) {
  std::vector<int64_t> counter{0};
  for (int i = 1; i < 1000; ++i) counter.push_back(counter.back() + (i % 40 == 0 ? 1 : 0));
  EXPECT_LE(Packed(counter).size(), 90u);
}

TEST(Integers, OfDamagedBytesNeverReachOutsideThem) {
  base::Random random(3);
  std::vector<int64_t> values{0};
  for (int i = 0; i < 400; ++i) values.push_back(Hostile(random) >> random.Below(60));
  const std::string good = Packed(values);
  std::vector<int64_t> out(values.size());
  for (int round = 0; round < 3000; ++round) {
    std::string bad =
        good.substr(0, random.Below(2) == 0 ? good.size() : random.Below(good.size()));
    for (uint64_t flips = random.Below(4); flips > 0 && !bad.empty(); --flips) {
      bad[random.Below(bad.size())] = static_cast<char>(random.Next());
    }
    // On the heap in its exact size, so that a sanitizer sees the first byte too many.
    const std::vector<char> exact(bad.begin(), bad.end());
    std::string_view view(exact.data(), exact.size());
    static_cast<void>(UnpackIntegers(view, out));
  }
}

TEST(Varint, OfEveryLengthComesBackAndIsRefusedWhenCutShort) {
  for (unsigned bits = 0; bits <= 64; ++bits) {
    const uint64_t value = bits == 0 ? 0 : std::numeric_limits<uint64_t>::max() >> (64 - bits);
    std::string bytes;
    PutVarint(bytes, value);
    std::string_view view = bytes;
    uint64_t back = 0;
    ASSERT_TRUE(TakeVarint(view, back));
    EXPECT_EQ(back, value);
    EXPECT_TRUE(view.empty());
    std::string_view cut = std::string_view(bytes).substr(0, bytes.size() - 1);
    EXPECT_FALSE(TakeVarint(cut, back)) << bits;
  }
}

}  // namespace
}  // namespace vedette::series
