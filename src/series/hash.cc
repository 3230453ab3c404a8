#include "series/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace vedette::series {

static_assert(XXH_SECRET_DEFAULT_SIZE == 192);

SeriesHash::SeriesHash(uint64_t seed) : secret_{} {
  XXH3_generateSecret_fromSeed(secret_.data(), seed);
}

uint64_t SeriesHash::operator()(TenantId tenant, std::string_view labels) const {
  const uint64_t hash =
      XXH3_64bits_withSecret(labels.data(), labels.size(), secret_.data(), secret_.size());
  // Mixed in afterwards, because a seed per call would cost as much as the hash itself.
  uint64_t mixed = hash ^ (tenant * 0x9e3779b97f4a7c15u);
  mixed ^= mixed >> 32;
  mixed *= 0xd6e8feb86659fd93u;
  return mixed ^ (mixed >> 32);
}

}  // namespace vedette::series
