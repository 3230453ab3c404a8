#include "base/random.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace vedette::base {
namespace {

// splitmix64 (Steele, Lea, Flood): spreads a small seed over the whole state.
uint64_t SplitMix(uint64_t& state) {
  state += 0x9E3779B97F4A7C15;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(uint64_t seed) {
  for (uint64_t& word : state_) word = SplitMix(seed);
}

uint64_t Random::Next() {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::Uniform() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

double Random::Uniform(double low, double high) { return low + (high - low) * Uniform(); }

// By scaling a double: the bias of at most bound / 2^53 does not matter here.
uint64_t Random::Below(uint64_t bound) {
  const auto high = static_cast<uint64_t>(Uniform() * static_cast<double>(bound));
  return high < bound ? high : bound - 1;
}

// Box and Muller's transform gives two at a time.
double Random::Normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_normal_;
  }
  const double radius = std::sqrt(-2 * std::log(1 - Uniform()));
  const double angle = 2 * std::numbers::pi * Uniform();
  spare_normal_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

double Random::Exponential(double mean) { return -mean * std::log(1 - Uniform()); }

}  // namespace vedette::base
