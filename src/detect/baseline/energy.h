#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "detect/baseline/day_profile.h"

namespace vedette::detect::baseline {

// How far the last few values lie from what is expected, and how rare that is for this series: the
// mean square of (value - expected) / scale over about two values, beside the frequencies of its
// own past energies. Expected is a level, or what is usual at this time of the day and how far off
// that it has been lately, where that has been nearer. Fixed size, no pointers. Not thread-safe.
class Energy {
 public:
  static constexpr size_t kBins = 24;  // half octaves of energy from 1/2

  struct Reading {
    double energy = 0;  // mean square in scales; 0 while learning
    // 1 in so many of the past values had at least that energy; those of one event count as few.
    double odds = 1;
  };

  // Judges the value, then learns it. `grain` as in Novelty::Step: half of it is no deviation.
  // REQUIRES: |value| <= 1e30; `season` is without it.
  Reading Step(double value, const Seasonal& season, double grain);

 private:
  static size_t BinOf(double energy);
  double Odds(double energy);
  void Count(size_t bin, double odds);
  double Expect(const Seasonal& season) const;
  void Learn(double value, double difference, double scale, double floor);
  void LearnSeason(double value, const Seasonal& season, double scale, double floor);

  // Counts of values with at least the energy of a bin, in units; what is of one event counts as
  // little.
  std::array<float, kBins> reached_{};
  float all_ = 0;          // values
  float unit_ = 1;         // what a value counts for now
  float event_ = 0;        // decaying count of values that were rare
  float offset_ = 0;       // lately, from the season
  float level_error_ = 0;  // of both ways to expect
  float season_error_ = 0;
  double level_ = 0;
  double above_ = 0;  // clipped sizes of the differences per side; of the other side nothing
  double below_ = 0;
  double energy_ = 0;
  uint32_t count_ = 0;
};

}  // namespace vedette::detect::baseline
