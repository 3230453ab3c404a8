#include "records/word_filter.h"

#include "base/uint128.h"

namespace vedette::records {
namespace {

constexpr size_t kBitsPerWord = 13;  // with 7 probes, 2 of 1,000 other words get through
constexpr size_t kProbes = 7;

// Probe i of a word, spread over `bits` without a division.
size_t ProbeOf(uint64_t hash, size_t i, size_t bits) {
  const uint64_t mixed = (hash + i * ((hash >> 32) | 1)) * 0x9e3779b97f4a7c15u;
  return static_cast<size_t>((static_cast<base::Uint128>(mixed) * bits) >> 64);
}

}  // namespace

void WordSet::Grow() {
  table_.assign(table_.size() * 2, 0);
  for (size_t i = 0; i < words_.size(); ++i) {
    size_t slot = SlotOf(words_[i]);
    while (table_[slot] != 0) slot = (slot + 1) & (table_.size() - 1);
    table_[slot] = static_cast<uint32_t>(i + 1);
  }
}

std::string MakeWordFilter(const WordSet& words) {
  const size_t bytes = (words.words().size() * kBitsPerWord + 7) / 8;
  std::string filter(bytes, '\0');
  const size_t bits = bytes * 8;
  if (bits == 0) return filter;
  for (const uint64_t hash : words.words()) {
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
