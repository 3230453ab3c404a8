#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"

namespace vedette::series {

// Finds slots by the hash of their series: open addressing with linear probing in one flat array
// of 8 bytes an entry. It keeps the low 32 bits of each hash, which are also where an entry wants
// to be: growing and erasing need nothing but the array. The caller compares the rest (and may
// have several slots with one hash). Written by hand because appending prefetches its cells, which
// the ready-made tables do not offer. Not thread-safe.
class SlotTable {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  SlotTable() : cells_(kInitialCells) {}

  size_t size() const { return size_; }
  size_t memory_bytes() const { return cells_.capacity() * sizeof(Cell); }

  void Prefetch(uint64_t hash) const { __builtin_prefetch(&cells_[Tag(hash) & mask()]); }

  // The first slot with this hash for which `is_it(slot)` holds, or kNone.
  template <typename Predicate>
  uint32_t Find(uint64_t hash, Predicate is_it) const {
    for (size_t i = Tag(hash) & mask();; i = (i + 1) & mask()) {
      const Cell& cell = cells_[i];
      if (cell.slot == kNone) return kNone;
      if (cell.tag == Tag(hash) && is_it(cell.slot)) return cell.slot;
    }
  }

  // REQUIRES: the slot is not in the table.
  void Insert(uint64_t hash, uint32_t slot) {
    if ((size_ + 1) * 2 > cells_.size()) Grow();
    Place({Tag(hash), slot});
    ++size_;
  }

  // REQUIRES: the slot is in the table.
  void Erase(uint64_t hash, uint32_t slot) {
    size_t hole = Tag(hash) & mask();
    while (cells_[hole].slot != slot) {
      VEDETTE_CHECK(cells_[hole].slot != kNone);
      hole = (hole + 1) & mask();
    }
    --size_;
    // Moves later entries of the run into the hole, so that no run has a gap.
    for (size_t i = (hole + 1) & mask(); cells_[i].slot != kNone; i = (i + 1) & mask()) {
      const size_t home = cells_[i].tag & mask();
      if (((i - home) & mask()) < ((i - hole) & mask())) continue;
      cells_[hole] = cells_[i];
      hole = i;
    }
    cells_[hole] = Cell{};
  }

 private:
  struct Cell {
    uint32_t tag = 0;
    uint32_t slot = kNone;
  };
  static constexpr size_t kInitialCells = 64;

  static uint32_t Tag(uint64_t hash) { return static_cast<uint32_t>(hash); }
  size_t mask() const { return cells_.size() - 1; }

  void Place(Cell cell) {
    size_t i = cell.tag & mask();
    while (cells_[i].slot != kNone) i = (i + 1) & mask();
    cells_[i] = cell;
  }

  void Grow() {
    std::vector<Cell> old(cells_.size() * 2);
    old.swap(cells_);
    for (const Cell& cell : old) {
      if (cell.slot != kNone) Place(cell);
    }
  }

  std::vector<Cell> cells_;
  size_t size_ = 0;
};

}  // namespace vedette::series
