#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace vedette::series {

// The slots that have one value of a label: an ordered set of numbers in little memory, after
// Roaring bitmaps (Lemire et al. 2016). Each range of 65,536 slots with members is a part: up to
// 4,096 members are 16-bit numbers in order, more are a bitmap. So a member takes two bytes or
// less, adding and removing one in the middle stays cheap, and an intersection skips whole parts
// and, within them, by galloping. A single member takes no memory of its own. Not thread-safe.
class Postings {
 public:
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Heap memory.
  size_t memory_bytes() const;

  // False when it is there already. What the heap memory grows or shrinks by is added to `memory`.
  bool Add(uint32_t slot, size_t& memory);
  // False when it is not there.
  bool Remove(uint32_t slot, size_t& memory);
  bool Contains(uint32_t slot) const;

  // Visits members in ascending order until the predicate holds; whether it did.
  template <typename Predicate>
  bool AnyOf(Predicate predicate) const;
  // All members, ascending.
  std::vector<uint32_t> ToVector() const;
  // Takes out of `ascending` what is no member.
  void Retain(std::vector<uint32_t>& ascending) const;

 private:
  static constexpr uint32_t kNumbersMax = 4096;
  static constexpr uint32_t kBitmapCells = 4096;  // 16 bits each
  // A bitmap becomes numbers again only well below the limit, not back and forth.
  static constexpr uint32_t kNumbersAgain = 3072;

  // Members with the same high 16 bits; `cells` holds their low ones, or a bit for each.
  struct Part {
    uint16_t high = 0;
    bool bitmap = false;
    uint32_t count = 0;
    uint32_t capacity = 0;
    std::unique_ptr<uint16_t[]> cells;

    bool Add(uint16_t low);
    bool Remove(uint16_t low);
    bool Contains(uint16_t low) const;
    size_t memory_bytes() const { return capacity * sizeof(uint16_t); }
    void MakeBitmap();
    void MakeNumbers();
  };

  static uint16_t High(uint32_t slot) { return static_cast<uint16_t>(slot >> 16); }
  static uint16_t Low(uint32_t slot) { return static_cast<uint16_t>(slot); }
  const Part* Find(uint16_t high) const;
  Part& FindOrAdd(uint16_t high, size_t& memory);
  static bool AddTo(Part& part, uint16_t low, size_t& memory);

  uint32_t size_ = 0;
  uint32_t only_ = 0;  // the member, while there is one and no part
  std::vector<Part> parts_;
};

template <typename Predicate>
bool Postings::AnyOf(Predicate predicate) const {
  if (parts_.empty()) return size_ == 1 && predicate(only_);
  for (const Part& part : parts_) {
    const uint32_t base = uint32_t{part.high} << 16;
    if (!part.bitmap) {
      for (uint32_t i = 0; i < part.count; ++i) {
        if (predicate(base | part.cells[i])) return true;
      }
      continue;
    }
    for (uint32_t cell = 0; cell < kBitmapCells; ++cell) {
      for (uint32_t bits = part.cells[cell]; bits != 0; bits &= bits - 1) {
        const auto bit = static_cast<uint32_t>(std::countr_zero(bits));
        if (predicate(base | cell << 4 | bit)) return true;
      }
    }
  }
  return false;
}

}  // namespace vedette::series
