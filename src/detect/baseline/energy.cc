#include "detect/baseline/energy.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace vedette::detect::baseline {
namespace {

constexpr double kEnergy = 0.5;  // weight of a value in the energy
constexpr double kLevel = 0.02;
constexpr double kScale = 0.01;
constexpr double kError = 0.005;
constexpr double kScaleFactor = 1.25;  // mean absolute to standard deviation, normal law
constexpr double kRelativeFloor = 0.0085;
constexpr double kLeast = 1e-9;
constexpr double kZMax = 100;
constexpr double kScaleClip = 0.9;  // in scales: what is far off hardly widens it
constexpr double kLevelClip = 3.5;
constexpr double kErrorClip = 4;
constexpr double kProfileGain = 0.9;  // the profile must be nearer by this
constexpr int kProfileFrom = 2;       // values in this half hour
constexpr uint32_t kClipsFrom = 20;
constexpr uint32_t kJudgesFrom = 20;
constexpr uint32_t kCountMax = 1U << 30;
constexpr float kKeep = 0.9998F;   // of the counts, per value
constexpr uint32_t kStarts = 256;  // beyond, no mean is a plain one any more

// The weight of a value in a plain mean.
double Starting(uint32_t values) { return values < kStarts ? 1.0 / values : 0; }

}  // namespace

size_t Energy::BinOf(double energy) {
  // Two per octave: the exponent's bits, and whether the mantissa is past the root of two.
  const auto bits = std::bit_cast<uint64_t>(energy);
  const auto exponent = static_cast<int>((bits >> 52) & 0x7FF) - 1023;
  constexpr uint64_t kMantissa = (uint64_t{1} << 52) - 1;
  constexpr uint64_t kRootOfTwo = std::bit_cast<uint64_t>(1.4142135623730951) & kMantissa;
  const int half = (bits & kMantissa) >= kRootOfTwo ? 1 : 0;
  return static_cast<size_t>(std::clamp(2 * exponent + half + 2, 0, static_cast<int>(kBins) - 1));
}

double Energy::Odds(double energy) {
  const size_t bin = BinOf(energy);
  // The shorter half is added up: most energies are small.
  float part = 0;
  const bool low = bin < kBins / 2;
  for (size_t i = low ? 0 : bin; i < (low ? bin : kBins); ++i) part += seen_[i];
  const float as_large = low ? std::max(0.0F, all_ - part) : part;
  const double odds = static_cast<double>((all_ + 1) / (as_large + 1));
  for (float& count : seen_) count *= kKeep;
  seen_[bin] += 1;
  all_ = all_ * kKeep + 1;
  return odds;
}

double Energy::Expect(const Seasonal& season) const {
  const bool nearer = profile_error_ < kProfileGain * level_error_;
  return nearer && season.count >= kProfileFrom ? season.mean : level_;
}

void Energy::Learn(double value, double difference, double scale, double floor) {
  const bool clips = count_ >= kClipsFrom;
  const double starting = Starting(count_ + 1);
  double& side = difference > 0 ? above_ : below_;
  const double size = std::abs(difference);
  side += std::max(kScale, Starting(count_ + 2)) *
          ((clips ? std::min(size, kScaleClip * scale) : size) - side);
  const double off = value - level_;
  const double moved = clips ? std::clamp(off, -kLevelClip * scale, kLevelClip * scale) : off;
  level_ += std::max(kLevel, starting) * moved;
  const double bound =
      clips ? kErrorClip * (level_error_ + floor) : std::numeric_limits<double>::infinity();
  level_error_ += std::max(kError, starting) * (std::min(std::abs(off), bound) - level_error_);
}

Energy::Reading Energy::Step(double value, const Seasonal& season) {
  if (count_ == 0) level_ = value;
  const double expected = Expect(season);
  const double difference = value - expected;
  const double floor = kRelativeFloor * std::abs(expected) + kLeast;
  const double scale = kScaleFactor * (difference > 0 ? above_ : below_) + floor;
  const double z = std::min(std::abs(difference) / scale, kZMax);
  energy_ += kEnergy * (z * z - energy_);

  Learn(value, difference, scale, floor);
  if (season.count >= kProfileFrom) {
    const double bound = kErrorClip * (level_error_ + floor);
    const double error = std::min(std::abs(value - season.mean), bound);
    profile_error_ += std::max(kError, Starting(count_ + 1)) * (error - profile_error_);
  } else {
    profile_error_ = 2 * level_error_;
  }
  if (count_ < kCountMax) ++count_;
  if (count_ <= kJudgesFrom) return {};
  return {energy_, Odds(energy_)};
}

}  // namespace vedette::detect::baseline
