#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::records {

// The distinct hashes of words. Not thread-safe.
class WordSet {
 public:
  void Add(uint64_t hash) {
    size_t slot = SlotOf(hash);
    while (table_[slot] != 0) {
      if (words_[table_[slot] - 1] == hash) return;
      slot = (slot + 1) & (table_.size() - 1);
    }
    words_.push_back(hash);
    table_[slot] = static_cast<uint32_t>(words_.size());
    if (words_.size() * 2 > table_.size()) Grow();
  }
  std::span<const uint64_t> words() const { return words_; }

 private:
  size_t SlotOf(uint64_t hash) const { return (hash >> 7) & (table_.size() - 1); }
  void Grow();

  std::vector<uint64_t> words_;
  std::vector<uint32_t> table_ = std::vector<uint32_t>(1024);  // 1 + index of the word, 0: free
};

// Says which words a block does not hold: a Bloom filter with 13 bits and seven probes per word,
// so that about 2 in 1,000 other words are let through. Bytes: docs/formats/records.md. Pure
// functions.
std::string MakeWordFilter(const WordSet& words);  // WordHash of each

// False only if the word is not in the block.
bool MayHoldWord(std::string_view filter, uint64_t hash);

}  // namespace vedette::records
