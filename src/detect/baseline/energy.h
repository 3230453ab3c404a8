#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "detect/baseline/day_profile.h"

namespace vedette::detect::baseline {

// How far the last few values lie from what is expected, and how rare that is for this series: the
// mean square of (value - expected) / scale over about two values, beside the frequencies of its
// own past energies. Expected is a level, or the mean of the half hour of the day where that has
// been nearer. Fixed size, no pointers. Not thread-safe.
class Energy {
 public:
  struct Reading {
    double energy = 0;  // mean square in scales; 0 while learning
    double odds = 1;    // 1 in so many of the past values had at least that energy
  };

  // Judges the value, then learns it. REQUIRES: |value| <= 1e30; `season` is without it.
  Reading Step(double value, const Seasonal& season);

 private:
  static constexpr size_t kBins = 24;  // half octaves of energy from 1/2
  static size_t BinOf(double energy);
  double Odds(double energy);
  double Expect(const Seasonal& season) const;
  void Learn(double value, double difference, double scale, double floor);

  std::array<float, kBins> seen_{};  // decaying counts
  float all_ = 0;                    // their sum
  double level_ = 0;
  double above_ = 0;  // clipped sizes of the differences per side; of the other side nothing
  double below_ = 0;
  double energy_ = 0;
  double level_error_ = 0;  // of both ways to expect
  double profile_error_ = 0;
  uint32_t count_ = 0;
};

}  // namespace vedette::detect::baseline
