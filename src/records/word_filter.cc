#include "records/word_filter.h"

#include <algorithm>
#include <bit>
#include <vector>

namespace vedette::records {
namespace {

constexpr size_t kBitsPerWord = 13;  // with 7 probes, 2 of 1,000 other words get through
constexpr size_t kProbes = 7;

size_t CountDistinct(std::span<const uint64_t> hashes) {
  if (hashes.empty()) return 0;
  std::vector<uint64_t> table(std::bit_ceil(hashes.size() * 2), 0);
  const size_t mask = table.size() - 1;
  size_t distinct = 0;
  for (const uint64_t hash : hashes) {
    const uint64_t key = hash | 1;  // never the empty slot; a lost bit only costs accuracy
    size_t slot = (hash >> 7) & mask;
    while (table[slot] != 0 && table[slot] != key) slot = (slot + 1) & mask;
    distinct += table[slot] == 0 ? 1 : 0;
    table[slot] = key;
  }
  return distinct;
}

// Probe i of a word, spread over `bits` without a division.
size_t ProbeOf(uint64_t hash, size_t i, size_t bits) {
  const uint64_t mixed = (hash + i * ((hash >> 32) | 1)) * 0x9e3779b97f4a7c15u;
  return static_cast<size_t>((static_cast<unsigned __int128>(mixed) * bits) >> 64);
}

}  // namespace

std::string MakeWordFilter(std::span<const uint64_t> hashes) {
  const size_t bytes = (CountDistinct(hashes) * kBitsPerWord + 7) / 8;
  std::string filter(bytes, '\0');
  const size_t bits = bytes * 8;
  if (bits == 0) return filter;
  for (const uint64_t hash : hashes) {
    for (size_t i = 0; i < kProbes; ++i) {
      const size_t bit = ProbeOf(hash, i, bits);
      filter[bit / 8] =
          static_cast<char>(static_cast<unsigned char>(filter[bit / 8]) | (1u << (bit % 8)));
    }
  }
  return filter;
}

bool MayHoldWord(std::string_view filter, uint64_t hash) {
  const size_t bits = filter.size() * 8;
  if (bits == 0) return false;
  for (size_t i = 0; i < kProbes; ++i) {
    const size_t bit = ProbeOf(hash, i, bits);
    if (((static_cast<unsigned char>(filter[bit / 8]) >> (bit % 8)) & 1) == 0) return false;
  }
  return true;
}

}  // namespace vedette::records
