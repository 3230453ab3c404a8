#pragma once

#include <array>
#include <cstdint>

namespace vedette::detect::baseline {

// A profile of the hours of the day (UTC), filled hour by hour as they pass: 24 means over the last
// days. About 140 bytes, one cache line touched most of the time. Not thread-safe.
class Season {
 public:
  // Takes a value that was judged normal, or the best guess for one that was not.
  void Add(int64_t t_ms, double value);

  // True when the hours around `t_ms` have been seen on two days at least.
  bool Knows(int64_t t_ms) const;
  // The profile at a moment, interpolated between the middles of the hours. REQUIRES: Knows.
  double At(int64_t t_ms) const;

 private:
  struct Place {
    int before;
    int after;
    double share;  // of `after`
  };
  static Place PlaceOf(int64_t t_ms);
  void Fold();

  std::array<float, 24> mean_{};
  std::array<uint8_t, 24> days_{};
  double sum_ = 0;
  int64_t hour_ = -1;  // since 1970, of the values in sum_
  uint32_t count_ = 0;
  uint32_t known_ = 0;  // a bit per hour with two days or more
};

}  // namespace vedette::detect::baseline
