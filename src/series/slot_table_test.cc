#include "series/slot_table.h"

#include <gtest/gtest.h>
#include <map>
#include <vector>

#include "base/random.h"

namespace vedette::series {
namespace {

TEST(SlotTable, FindsEverySlotAlsoAmongCollisionsAndAfterErasing) {
  base::Random random(5);
  SlotTable table;
  std::map<uint32_t, uint64_t> hashes;
  for (int step = 0; step < 20'000; ++step) {
    const auto slot = static_cast<uint32_t>(random.Below(500));
    const auto known = hashes.find(slot);
    if (known == hashes.end()) {
      // Few different low bits make long runs; the same tags make ambiguous cells.
      hashes[slot] = random.Below(4) << 32 | random.Below(30);
      table.Insert(hashes[slot], slot);
    } else {
      table.Erase(known->second, slot);
      hashes.erase(known);
    }
    ASSERT_EQ(table.size(), hashes.size());
    if (step % 100 != 0) continue;
    for (uint32_t other = 0; other < 500; ++other) {
      const uint64_t hash = hashes.contains(other) ? hashes[other] : other;
      const uint32_t found = table.Find(hash, [&](uint32_t s) { return s == other; });
      ASSERT_EQ(found, hashes.contains(other) ? other : SlotTable::kNone);
    }
  }
}

}  // namespace
}  // namespace vedette::series
