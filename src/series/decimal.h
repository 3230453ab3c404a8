#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace vedette::series {

// Doubles as decimals scaled to integers: 12.34 is 1234 with scale 2. Only where dividing gives
// back the same bits, so nothing is ever lost. Pure functions.

inline constexpr uint8_t kMaxScale = 12;
inline constexpr uint8_t kNoScale = kMaxScale + 1;
inline constexpr double kMaxScaled = 9007199254740992.0;  // 2^53: integers are exact up to here
inline constexpr double kPowersOf10[kMaxScale + 1] = {1,   1e1, 1e2, 1e3,  1e4,  1e5, 1e6,
                                                      1e7, 1e8, 1e9, 1e10, 1e11, 1e12};

inline double Unscale(int64_t scaled, uint8_t scale) {
  const auto value = static_cast<double>(scaled);
  return scale == 0 ? value : value / kPowersOf10[scale];
}

// True when the decimal with this scale reads back as the very same bits.
inline bool Scale(double value, uint8_t scale, int64_t& scaled) {
  const double product = value * kPowersOf10[scale];
  if (!(std::fabs(product) <= kMaxScaled)) return false;
  scaled = static_cast<int64_t>(product + (product < 0 ? -0.5 : 0.5));
  return std::fabs(static_cast<double>(scaled)) <= kMaxScaled &&
         std::bit_cast<uint64_t>(Unscale(scaled, scale)) == std::bit_cast<uint64_t>(value);
}

// The smallest scale from `from` on, or kNoScale.
inline uint8_t FindScale(double value, uint8_t from) {
  int64_t scaled;
  if (!std::isfinite(value) || std::bit_cast<uint64_t>(value) == std::bit_cast<uint64_t>(-0.0)) {
    return kNoScale;
  }
  while (from <= kMaxScale && !Scale(value, from, scaled)) ++from;
  return from;
}

}  // namespace vedette::series
