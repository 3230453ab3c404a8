#include "series/postings.h"

#include <gtest/gtest.h>
#include <set>
#include <vector>

#include "base/random.h"

namespace vedette::series {
namespace {

void ExpectSame(const Postings& postings, const std::set<uint32_t>& naive) {
  ASSERT_EQ(postings.size(), naive.size());
  ASSERT_EQ(postings.empty(), naive.empty());
  ASSERT_EQ(postings.ToVector(), std::vector<uint32_t>(naive.begin(), naive.end()));
}

TEST(Postings, AreASetWhateverTheirDensityWhileMembersComeAndGo) {
  base::Random random(11);
  // From a few members in many parts to parts that become bitmaps and numbers again.
  for (const uint32_t range : {3u, 300u, 12'000u, 200'000u, 3'000'000u}) {
    Postings postings;
    size_t memory = 0;
    std::set<uint32_t> naive;
    for (int phase = 0; phase < 6; ++phase) {
      const bool growing = phase % 2 == 0;
      for (int step = 0; step < 9'000; ++step) {
        const auto slot = static_cast<uint32_t>(random.Below(range));
        if (random.Below(8) != 0 ? growing : !growing) {
          ASSERT_EQ(postings.Add(slot, memory), naive.insert(slot).second);
        } else {
          ASSERT_EQ(postings.Remove(slot, memory), naive.erase(slot) == 1);
        }
        ASSERT_EQ(postings.memory_bytes(), memory);
        ASSERT_EQ(postings.Contains(slot), naive.contains(slot));
      }
      ExpectSame(postings, naive);
    }
    for (const uint32_t slot : std::set<uint32_t>(naive)) {
      ASSERT_TRUE(postings.Remove(slot, memory));
      naive.erase(slot);
    }
    ExpectSame(postings, naive);
  }
}

TEST(Postings, RetainIsTheIntersection) {
  base::Random random(12);
  for (int round = 0; round < 300; ++round) {
    const auto members = random.Below(12'000);
    const uint64_t range = 1 + random.Below(round % 2 == 0 ? 20'000 : 400'000);
    Postings postings;
    size_t memory = 0;
    for (uint64_t i = 0; i < members; ++i) {
      postings.Add(static_cast<uint32_t>(random.Below(range)), memory);
    }
    std::set<uint32_t> asked;
    for (uint64_t i = random.Below(500); i > 0; --i) {
      asked.insert(static_cast<uint32_t>(random.Below(range + range / 4 + 1)));
    }
    std::vector<uint32_t> expected;
    for (const uint32_t slot : asked) {
      if (postings.Contains(slot)) expected.push_back(slot);
    }
    std::vector<uint32_t> found(asked.begin(), asked.end());
    postings.Retain(found);
    ASSERT_EQ(found, expected);
  }
}

TEST(Postings, StopAtTheFirstMemberForWhichThePredicateHolds) {
  Postings postings;
  size_t memory = 0;
  EXPECT_FALSE(postings.AnyOf([](uint32_t) { return true; }));
  for (uint32_t slot = 0; slot < 10'000; ++slot) postings.Add(slot * 2, memory);
  std::vector<uint32_t> seen;
  EXPECT_TRUE(postings.AnyOf([&](uint32_t slot) {
    seen.push_back(slot);
    return slot == 4;
  }));
  EXPECT_EQ(seen, (std::vector<uint32_t>{0, 2, 4}));
}

TEST(Postings, TakeTwoBytesAMemberOrLess) {
  size_t memory = 0;
  Postings one;
  one.Add(70'000, memory);
  EXPECT_EQ(one.memory_bytes(), 0u);

  Postings dense;
  for (uint32_t slot = 0; slot < 500'000; ++slot) dense.Add(slot, memory);
  EXPECT_LE(dense.memory_bytes(), 500'000u / 6);

  Postings sparse;  // one series in a hundred, as of one metric among a hundred
  for (uint32_t slot = 0; slot < 500'000; slot += 100) sparse.Add(slot, memory);
  EXPECT_LE(sparse.memory_bytes(), 5'000u * 4);
}

}  // namespace
}  // namespace vedette::series
