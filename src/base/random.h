#pragma once

#include <cstdint>

namespace vedette::base {

// A seeded stream of pseudo-random numbers (xoshiro256**, Blackman and Vigna): equal seeds give
// equal streams on every machine. Not for secrets: see id.h for those. Not thread-safe.
class Random {
 public:
  explicit Random(uint64_t seed);

  uint64_t Next();
  double Uniform();  // in [0, 1)
  double Uniform(double low, double high);
  uint64_t Below(uint64_t bound);  // in [0, bound); bound > 0
  double Normal();                 // mean 0, standard deviation 1
  double Exponential(double mean);

 private:
  uint64_t state_[4];
  double spare_normal_ = 0;
  bool has_spare_ = false;
};

}  // namespace vedette::base
