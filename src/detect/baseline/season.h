#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vedette::detect::baseline {

// A profile of the day (UTC) in half hours, filled one by one as they pass: means over the last
// days. In steps, not interpolated: what a level that moves along does not foresee are the jobs
// that start and end on the clock. About 270 bytes, few of them touched by a value.
// Not thread-safe.
class Season {
 public:
  // Takes a value. REQUIRES: |value| <= 1e30, so that sums and floats stay finite.
  void Add(int64_t t_ms, double value);

  // True when this half hour has been seen on two days at least.
  bool Knows(int64_t t_ms) const;
  // The profile at a moment. REQUIRES: Knows.
  double At(int64_t t_ms) const;

 private:
  static constexpr size_t kParts = 48;
  void Fold();

  std::array<float, kParts> mean_{};
  std::array<uint8_t, kParts> days_{};
  double sum_ = 0;
  int64_t part_ = -1;  // since 1970, of the values in sum_
  uint32_t count_ = 0;
  bool any_known_ = false;
};

}  // namespace vedette::detect::baseline
