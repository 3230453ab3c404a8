#pragma once

#include <bit>
#include <cstdint>

namespace vedette::model {

// One measurement of a series.
struct Sample {
  int64_t t_ms = 0;  // UTC, milliseconds since 1970
  double value = 0;
};

// Prometheus' stale marker: one particular NaN that says "the series ended here". Compare bits.
inline constexpr uint64_t kStaleNanBits = 0x7ff0000000000002;
inline double StaleNan() { return std::bit_cast<double>(kStaleNanBits); }
inline bool IsStale(double value) { return std::bit_cast<uint64_t>(value) == kStaleNanBits; }

}  // namespace vedette::model
