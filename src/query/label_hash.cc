#include "query/label_hash.h"

#include <bit>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace vedette::query {
namespace {

constexpr uint64_t kPrime1 = 0x9E3779B185EBCA87;
constexpr uint64_t kPrime2 = 0xC2B2AE3D27D4EB4F;
constexpr uint64_t kPrime3 = 0x165667B19E3779F9;
constexpr uint64_t kPrime4 = 0x85EBCA77C2B2AE63;
constexpr uint64_t kPrime5 = 0x27D4EB2F165667C5;

// Removes a little-endian number from the front.
template <typename Number>
uint64_t Take(std::string_view& bytes) {
  static_assert(std::endian::native == std::endian::little);
  Number number = 0;
  std::memcpy(&number, bytes.data(), sizeof(number));
  bytes.remove_prefix(sizeof(number));
  return number;
}

uint64_t Round(uint64_t accumulator, uint64_t lane) {
  return std::rotl(accumulator + lane * kPrime2, 31) * kPrime1;
}

uint64_t Merge(uint64_t hash, uint64_t accumulator) {
  return (hash ^ Round(0, accumulator)) * kPrime1 + kPrime4;
}

uint64_t Stripes(std::string_view& bytes) {
  uint64_t a = kPrime1 + kPrime2;
  uint64_t b = kPrime2;
  uint64_t c = 0;
  uint64_t d = 0 - kPrime1;
  while (bytes.size() >= 32) {
    a = Round(a, Take<uint64_t>(bytes));
    b = Round(b, Take<uint64_t>(bytes));
    c = Round(c, Take<uint64_t>(bytes));
    d = Round(d, Take<uint64_t>(bytes));
  }
  const uint64_t hash = std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
  return Merge(Merge(Merge(Merge(hash, a), b), c), d);
}

}  // namespace

uint64_t HashLabels(model::LabelsView labels) {
  std::string_view rest = labels.bytes();
  const uint64_t size = rest.size();
  uint64_t hash = size >= 32 ? Stripes(rest) : kPrime5;
  hash += size;
  while (rest.size() >= 8) {
    hash = std::rotl(hash ^ Round(0, Take<uint64_t>(rest)), 27) * kPrime1 + kPrime4;
  }
  if (rest.size() >= 4) {
    hash = std::rotl(hash ^ Take<uint32_t>(rest) * kPrime1, 23) * kPrime2 + kPrime3;
  }
  while (!rest.empty()) hash = std::rotl(hash ^ Take<uint8_t>(rest) * kPrime5, 11) * kPrime1;
  hash = (hash ^ hash >> 33) * kPrime2;
  hash = (hash ^ hash >> 29) * kPrime3;
  return hash ^ hash >> 32;
}

}  // namespace vedette::query
