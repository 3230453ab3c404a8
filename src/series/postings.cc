#include "series/postings.h"

#include <cstring>
#include <utility>

namespace vedette::series {
namespace {

constexpr uint32_t kSmallest = 8;  // numbers of a new part: 16 bytes

uint16_t Bit(uint16_t low) { return static_cast<uint16_t>(1u << (low & 15)); }

// The first place from `at` on whose number is not below `low`: in steps that double, then by
// halves, so that what lies between is skipped.
uint32_t Gallop(const uint16_t* numbers, uint32_t count, uint32_t at, uint16_t low) {
  uint32_t step = 1;
  while (at + step < count && numbers[at + step] < low) {
    at += step;
    step *= 2;
  }
  const uint32_t end = std::min(count, at + step + 1);
  return static_cast<uint32_t>(std::lower_bound(numbers + at, numbers + end, low) - numbers);
}

}  // namespace

bool Postings::Part::Contains(uint16_t low) const {
  if (bitmap) return (cells[low >> 4] & Bit(low)) != 0;
  return std::binary_search(cells.get(), cells.get() + count, low);
}

bool Postings::Part::Add(uint16_t low) {
  if (!bitmap) {
    uint16_t* const end = cells.get() + count;
    uint16_t* const place =
        count == 0 || end[-1] < low ? end : std::lower_bound(cells.get(), end, low);
    if (place != end && *place == low) return false;
    const auto at = static_cast<size_t>(place - cells.get());
    if (count < kNumbersMax) {
      if (count == capacity) {
        capacity = std::min(kNumbersMax, (capacity + capacity / 2 + kSmallest) & ~7u);
        auto larger = std::make_unique_for_overwrite<uint16_t[]>(capacity);
        if (count > 0) std::memcpy(larger.get(), cells.get(), count * sizeof(uint16_t));
        cells = std::move(larger);
      }
      std::memmove(&cells[at + 1], &cells[at], (count - at) * sizeof(uint16_t));
      cells[at] = low;
      ++count;
      return true;
    }
    MakeBitmap();
  }
  if (Contains(low)) return false;
  cells[low >> 4] |= Bit(low);
  ++count;
  return true;
}

bool Postings::Part::Remove(uint16_t low) {
  if (bitmap) {
    if (!Contains(low)) return false;
    cells[low >> 4] &= static_cast<uint16_t>(~Bit(low));
    if (--count <= kNumbersAgain) MakeNumbers();
    return true;
  }
  uint16_t* const end = cells.get() + count;
  uint16_t* const place = std::lower_bound(cells.get(), end, low);
  if (place == end || *place != low) return false;
  std::memmove(place, place + 1, static_cast<size_t>(end - place - 1) * sizeof(uint16_t));
  --count;
  return true;
}

void Postings::Part::MakeBitmap() {
  auto bits = std::make_unique<uint16_t[]>(kBitmapCells);
  for (uint32_t i = 0; i < count; ++i) bits[cells[i] >> 4] |= Bit(cells[i]);
  cells = std::move(bits);
  capacity = kBitmapCells;
  bitmap = true;
}

void Postings::Part::MakeNumbers() {
  auto numbers = std::make_unique_for_overwrite<uint16_t[]>(kNumbersMax);
  uint32_t at = 0;
  for (uint32_t cell = 0; cell < kBitmapCells; ++cell) {
    for (uint32_t bits = cells[cell]; bits != 0; bits &= bits - 1) {
      numbers[at++] =
          static_cast<uint16_t>(cell << 4 | static_cast<uint32_t>(std::countr_zero(bits)));
    }
  }
  cells = std::move(numbers);
  capacity = kNumbersMax;
  bitmap = false;
}

const Postings::Part* Postings::Find(uint16_t high) const {
  const auto place = std::lower_bound(parts_.begin(), parts_.end(), high,
                                      [](const Part& p, uint16_t h) { return p.high < h; });
  return place != parts_.end() && place->high == high ? &*place : nullptr;
}

Postings::Part& Postings::FindOrAdd(uint16_t high, size_t& memory) {
  if (!parts_.empty() && parts_.back().high == high) return parts_.back();
  auto place = std::lower_bound(parts_.begin(), parts_.end(), high,
                                [](const Part& p, uint16_t h) { return p.high < h; });
  if (place == parts_.end() || place->high != high) {
    const size_t before = parts_.capacity();
    place = parts_.emplace(place);
    place->high = high;
    memory += (parts_.capacity() - before) * sizeof(Part);
  }
  return *place;
}

bool Postings::AddTo(Part& part, uint16_t low, size_t& memory) {
  const size_t before = part.memory_bytes();
  const bool added = part.Add(low);
  memory += part.memory_bytes() - before;
  return added;
}

bool Postings::Add(uint32_t slot, size_t& memory) {
  if (parts_.empty()) {
    if (size_ == 0) {
      only_ = slot;
      size_ = 1;
      return true;
    }
    if (only_ == slot) return false;
    AddTo(FindOrAdd(High(only_), memory), Low(only_), memory);
  }
  if (!AddTo(FindOrAdd(High(slot), memory), Low(slot), memory)) return false;
  ++size_;
  return true;
}

bool Postings::Remove(uint32_t slot, size_t& memory) {
  if (parts_.empty()) {
    if (size_ == 0 || only_ != slot) return false;
    size_ = 0;
    return true;
  }
  const auto place = std::lower_bound(parts_.begin(), parts_.end(), High(slot),
                                      [](const Part& p, uint16_t h) { return p.high < h; });
  if (place == parts_.end() || place->high != High(slot)) return false;
  const size_t before = place->memory_bytes();
  if (!place->Remove(Low(slot))) return false;
  memory += place->memory_bytes() - before;
  if (place->count == 0) {
    memory -= place->memory_bytes();
    parts_.erase(place);
  }
  --size_;
  return true;
}

bool Postings::Contains(uint32_t slot) const {
  if (parts_.empty()) return size_ == 1 && only_ == slot;
  const Part* part = Find(High(slot));
  return part != nullptr && part->Contains(Low(slot));
}

std::vector<uint32_t> Postings::ToVector() const {
  std::vector<uint32_t> slots;
  slots.reserve(size_);
  AnyOf([&](uint32_t slot) {
    slots.push_back(slot);
    return false;
  });
  return slots;
}

void Postings::Retain(std::vector<uint32_t>& ascending) const {
  if (parts_.empty()) {
    const bool has = size_ == 1 && std::binary_search(ascending.begin(), ascending.end(), only_);
    ascending.assign(has ? 1 : 0, only_);
    return;
  }
  size_t kept = 0;
  auto part = parts_.begin();
  uint32_t at = 0;
  for (const uint32_t slot : ascending) {
    while (part != parts_.end() && part->high < High(slot)) {
      ++part;
      at = 0;
    }
    if (part == parts_.end()) break;
    if (part->high != High(slot)) continue;
    bool has = false;
    if (part->bitmap) {
      has = part->Contains(Low(slot));
    } else if (at < part->count) {
      at = Gallop(part->cells.get(), part->count, at, Low(slot));
      has = at < part->count && part->cells[at] == Low(slot);
    }
    if (has) ascending[kept++] = slot;
  }
  ascending.resize(kept);
}

size_t Postings::memory_bytes() const {
  size_t bytes = parts_.capacity() * sizeof(Part);
  for (const Part& part : parts_) bytes += part.memory_bytes();
  return bytes;
}

}  // namespace vedette::series
