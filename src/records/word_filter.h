#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vedette::records {

// Says which words a block does not hold: a Bloom filter with ten bits and seven probes per
// distinct word, so that about 1 in 120 other words is let through. Bytes: docs/formats/records.md.
// Pure functions.
std::string MakeWordFilter(std::span<const uint64_t> hashes);  // WordHash of each; may repeat

// False only if the word is not in the block.
bool MayHoldWord(std::string_view filter, uint64_t hash);

}  // namespace vedette::records
