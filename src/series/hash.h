#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "series/format.h"

namespace vedette::series {

// The keyed hash that distributes series over shards and finds them there. The seed is random per
// data directory, so that nobody can prepare colliding labels. Thread-safe.
class SeriesHash {
 public:
  explicit SeriesHash(uint64_t seed);

  uint64_t operator()(TenantId tenant, std::string_view labels) const;

 private:
  static constexpr size_t kSecretBytes = 192;
  std::array<unsigned char, kSecretBytes> secret_;
};

// Which of `shards` shards owns a hash.
inline uint32_t ShardOf(uint64_t hash, uint32_t shards) {
  return static_cast<uint32_t>(((hash >> 32) * shards) >> 32);
}

}  // namespace vedette::series
