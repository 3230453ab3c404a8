#include "detect/baseline/energy.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace vedette::detect::baseline {
namespace {

constexpr double kEnergy = 0.5;  // weight of a value in the energy
constexpr double kLevel = 0.02;
constexpr double kScale = 0.0075;
constexpr double kOffset = 0.13;
constexpr double kError = 0.005;
constexpr double kScaleFactor = 1.25;  // mean absolute to standard deviation, normal law
constexpr double kRelativeFloor = 0.012;
constexpr double kLeast = 1e-9;
constexpr double kOfGrain = 0.5;
constexpr double kSquareMax = 1e4;
constexpr double kScaleClip = 0.9;  // in scales: what is far off hardly widens it
constexpr double kLevelClip = 2.6;
constexpr double kErrorClip = 4;
constexpr double kSeasonGain = 0.9;  // the season must be nearer by this
constexpr int kSeasonFrom = 2;       // values in this half hour
constexpr uint32_t kClipsFrom = 20;
constexpr uint32_t kJudgesFrom = 20;
constexpr uint32_t kCountMax = 1U << 30;
constexpr float kGrow = 1.0002F;  // per value: counts fade to a third in 5,000
constexpr float kUnitMax = 1000;
constexpr double kRare = 1000;         // odds of a value that is of an event
constexpr float kForgetEvent = 0.93F;  // per value
constexpr float kOver = 0.01F;         // below, the event is over
constexpr float kRestOfEvent = 4;      // a value after one of the event is a fifth of one
constexpr uint32_t kStarts = 256;      // beyond, no mean is a plain one any more

// What of all bins one adds to: from kBins - 1 - bin on, ones up to that bin and zeros behind.
constexpr auto kUpTo = [] {
  std::array<float, 2 * Energy::kBins> ones{};
  std::fill_n(ones.begin(), Energy::kBins, 1.0F);
  return ones;
}();
constexpr size_t kUsualBins = 8;  // an energy of 8 and more is rare

// The weight of a value in a mean that is a plain one at first, of so many.
double WeightOf(double least, uint32_t values) {
  return values < kStarts ? std::max(least, 1.0 / values) : least;
}

void Move(float& mean, double weight, double to) {
  mean += static_cast<float>(weight * (to - static_cast<double>(mean)));
}

}  // namespace

inline size_t Energy::BinOf(double energy) {
  // Two per octave: the exponent's bits, and whether the mantissa is past the root of two.
  const auto bits = std::bit_cast<uint64_t>(energy);
  const auto exponent = static_cast<int>((bits >> 52) & 0x7FF) - 1023;
  constexpr uint64_t kMantissa = (uint64_t{1} << 52) - 1;
  constexpr uint64_t kRootOfTwo = std::bit_cast<uint64_t>(1.4142135623730951) & kMantissa;
  const int half = (bits & kMantissa) >= kRootOfTwo ? 1 : 0;
  return static_cast<size_t>(std::clamp(2 * exponent + half + 2, 0, static_cast<int>(kBins) - 1));
}

inline double Energy::Odds(double energy) {
  const size_t bin = BinOf(energy);
  const double odds = static_cast<double>((all_ + unit_) / (reached_[bin] + unit_));
  Count(bin, odds);
  return odds;
}

inline void Energy::Count(size_t bin, double odds) {
  float weight = 1;
  if (event_ > 0) {
    weight = 1 / (1 + kRestOfEvent * event_);
    event_ = event_ > kOver ? kForgetEvent * event_ : 0;
  }
  if (odds > kRare) event_ += 1;
  // In place of what is old fading, what is new weighs more.
  unit_ *= kGrow;
  all_ += unit_;
  const float added = weight * unit_;
  const auto add_to = [&](size_t from, size_t end) {
    for (size_t i = from; i < end; ++i) reached_[i] += added * kUpTo[kBins - 1 - bin + i];
  };
  add_to(0, kUsualBins);
  if (bin >= kUsualBins) add_to(kUsualBins, kBins);
  if (unit_ < kUnitMax) return;
  for (float& count : reached_) count /= unit_;
  all_ /= unit_;
  unit_ = 1;
}

inline double Energy::Expect(const Seasonal& season) const {
  const bool nearer =
      static_cast<double>(season_error_) < kSeasonGain * static_cast<double>(level_error_);
  return nearer && season.count >= kSeasonFrom ? season.mean + static_cast<double>(offset_)
                                               : level_;
}

inline void Energy::Learn(double value, double difference, double scale, double floor) {
  const bool clips = count_ >= kClipsFrom;
  double& side = difference > 0 ? above_ : below_;
  const double size = std::abs(difference);
  side +=
      WeightOf(kScale, count_ + 2) * ((clips ? std::min(size, kScaleClip * scale) : size) - side);
  const double off = value - level_;
  const double moved = clips ? std::clamp(off, -kLevelClip * scale, kLevelClip * scale) : off;
  level_ += WeightOf(kLevel, count_ + 1) * moved;
  const double bound =
      clips ? kErrorClip * (static_cast<double>(level_error_) + floor) : std::abs(off);
  Move(level_error_, WeightOf(kError, count_ + 1), std::min(std::abs(off), bound));
}

inline void Energy::LearnSeason(double value, const Seasonal& season, double scale, double floor) {
  if (season.count < kSeasonFrom) {
    season_error_ = 2 * level_error_;
    return;
  }
  const double off = value - season.mean - static_cast<double>(offset_);
  const double bound = kErrorClip * (static_cast<double>(level_error_) + floor);
  Move(season_error_, WeightOf(kError, count_ + 1), std::min(std::abs(off), bound));
  offset_ += static_cast<float>(kOffset * std::clamp(off, -kLevelClip * scale, kLevelClip * scale));
}

Energy::Reading Energy::Step(double value, const Seasonal& season, double grain) {
  if (count_ == 0) level_ = value;
  const double expected = Expect(season);
  const double difference = value - expected;
  const double floor = kRelativeFloor * std::abs(expected) + kOfGrain * grain + kLeast;
  // What is usual, and what is too small to matter: variances add.
  const double usual = kScaleFactor * (difference > 0 ? above_ : below_);
  const double variance = usual * usual + floor * floor;
  energy_ += kEnergy * (std::min(difference * difference / variance, kSquareMax) - energy_);

  const double scale = std::sqrt(variance);
  Learn(value, difference, scale, floor);
  LearnSeason(value, season, scale, floor);
  if (count_ < kCountMax) ++count_;
  if (count_ <= kJudgesFrom) return {};
  return {energy_, Odds(energy_)};
}

}  // namespace vedette::detect::baseline
