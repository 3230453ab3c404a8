#include "detect/baseline/novelty.h"

#include <algorithm>
#include <cmath>

namespace vedette::detect::baseline {
namespace {

constexpr double kFast = 0.2;  // weights of a value in the means
constexpr double kMiddle = 0.05;
constexpr double kSlow = 0.0075;
constexpr double kVolatility = 0.09;
constexpr double kScale = 0.006;
constexpr double kScaleClip = 4;
constexpr uint32_t kScaleStarts = 20;  // values until it is clipped
constexpr uint32_t kScaleSettles = 200;

// Values until records are kept, and until they are held against new ones.
constexpr uint32_t kRecordsFrom = 20;
constexpr uint32_t kJudgesFrom = 100;
constexpr uint32_t kCountMax = 1U << 30;

// What cannot be told apart: of the scale and of the level; of a logarithm.
constexpr double kOfScale = 0.019;
constexpr double kOfLevel = 0.0009;
constexpr double kOfLogarithm = 0.02;
constexpr double kLeast = 1e-12;
// A step of the grain (1 of a count, .01 of a rounded share), as it shows in each view.
constexpr std::array<double, 9> kOfGrain = {1, kFast, kMiddle, kSlow, 1, 0, kMiddle, 1, 1};

constexpr double kFewSteps = 30 * kVolatility;  // of the grain: no volatility to speak of

constexpr double kAgreement = 0.5;  // nats for e times as many views, and off for a single one

constexpr double kCertain = 60;  // beyond, only the logarithm counts

constexpr size_t kLogarithm = 5;  // among the views: of the volatility, which stands there
constexpr size_t kStep = 7;
constexpr size_t kSeason = 8;
constexpr double kLogMax = 88;  // of a float
constexpr double kOutOfDoubt = 1e-5;

}  // namespace

inline void Novelty::Follow(double value, double residual) {
  fast_ += kFast * (value - fast_);
  middle_ += kMiddle * (value - middle_);
  slow_ += kSlow * (value - slow_);
  last_ = value;
  const double size = std::abs(residual);
  const double clipped =
      count_ < kScaleStarts ? size : std::min(size, kScaleClip * scale_ + kLeast);
  const double weight = count_ < kScaleSettles ? 1 / (count_ / 4.0 + 2) : kScale;
  scale_ += weight * (clipped - scale_);
  if (count_ < kCountMax) ++count_;
}

void Novelty::BoundLog() {
  // Rounded inwards by more than floats are wrong.
  const auto highest = static_cast<double>(extremes_.least(kLogarithm));
  const auto lowest = -static_cast<double>(extremes_.least(kViews + kLogarithm));
  usual_high_ = static_cast<float>(std::exp(std::min(highest, kLogMax)) * (1 - kOutOfDoubt));
  usual_low_ = static_cast<float>(std::exp(std::min(lowest, kLogMax)) * (1 + kOutOfDoubt));
}

bool Novelty::judges() const { return count_ >= kJudgesFrom; }

// Holds what there is against the records, and keeps it.
double Novelty::Hold(const Views& views, const Extremes::Values& extremes, double slow_before) {
  const double count = count_;
  const double resolution = kOfScale * scale_ + kOfLevel * slow_before + kLeast;
  double most = 0;
  double all = 0;
  const auto hold = [&](size_t i, float extreme, double least) {
    if (!extremes_.Beats(i, extreme)) return;
    if (count >= kJudgesFrom) {
      const double nats = extremes_.Surprise(i, extreme, count, least);
      most = std::max(most, nats);
      all += nats;
    }
    extremes_.Add(i, extreme);
  };
  for (size_t i = 0; i < kViews; ++i) {
    const double least = resolution + kOfGrain[i] * static_cast<double>(grain_);
    hold(i, extremes[i], least);
    hold(kViews + i, extremes[kViews + i], least);
  }
  if (IsUnusual(views[kLogarithm])) {
    const auto logarithm = static_cast<float>(std::log(views[kLogarithm]));
    hold(kLogarithm, logarithm, kOfLogarithm);
    hold(kViews + kLogarithm, -logarithm, kOfLogarithm);
    BoundLog();
  }
  if (most <= 0) return 0;
  const double surprise = most + kAgreement * (std::log(all / most) - 1);
  return surprise > kCertain ? kCertain + std::log(surprise / kCertain) : surprise;
}

double Novelty::Step(double value, const Seasonal& season, double grain) {
  if (count_ == 0) last_ = fast_ = middle_ = slow_ = value;
  const double residual = value - fast_;
  const double slow_before = std::abs(slow_);
  const double step = std::abs(value - last_);
  if (grain_ == 0) grain_ = static_cast<float>(grain);
  if (step > 0 && (grain_ == 0 || step < static_cast<double>(grain_))) {
    grain_ = static_cast<float>(step);
  }
  volatility_ += kVolatility * (std::abs(residual) - volatility_);
  const double middle = middle_ + kMiddle * (value - middle_);
  const double slow = slow_ + kSlow * (value - slow_);
  const Views views = {value,
                       fast_ + kFast * residual,
                       middle,
                       slow,
                       residual,
                       volatility_ + 1e-3 * slow_before + kFewSteps * grain + 1e-9,
                       middle - slow,
                       step,
                       value - season.mean};
  Extremes::Values extremes;
  extremes.fill(Extremes::kNone);
  for (size_t i = 0; i < kViews; ++i) extremes[i] = static_cast<float>(views[i]);
  for (size_t i = 0; i < kViews; ++i) extremes[kViews + i] = -extremes[i];
  // A small step is no news. A logarithm costs more than all of this, and is hardly ever a record.
  extremes[kViews + kStep] = extremes[kLogarithm] = extremes[kViews + kLogarithm] = Extremes::kNone;
  if (season.count == 0) extremes[kSeason] = extremes[kViews + kSeason] = Extremes::kNone;

  double nats = 0;
  if (count_ >= kRecordsFrom && (extremes_.AnyBeats(extremes) || IsUnusual(views[kLogarithm]))) {
    nats = Hold(views, extremes, slow_before);
  }
  Follow(value, residual);
  return nats;
}

}  // namespace vedette::detect::baseline
