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

enum View : uint8_t {
  kValue,
  kFastMean,
  kMiddleMean,
  kSlowMean,
  kResidual,
  kLogarithm,  // of the volatility
  kMiddleLessSlow,
  kStep,  // in size
  kOfSeason,
};

// A step of the grain (1 of a count, .01 of a rounded share), as it shows in each view.
constexpr std::array kOfGrain = {1.0, kFast, kMiddle, kSlow, 1.0, 0.0, kMiddle, 1.0, 1.0};

constexpr double kFewSteps = 30 * kVolatility;  // of the grain: no volatility to speak of

constexpr double kAgreement = 0.5;  // nats for e times as many views, and off for a single one

constexpr double kCertain = 60;  // beyond, only the logarithm counts

constexpr double kLogMax = 88;  // of a float
constexpr double kOutOfDoubt = 1e-5;

}  // namespace

void Novelty::Follow(double value, double residual) {
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
  const auto highest = static_cast<double>(least_[kLogarithm]);
  const auto lowest = -static_cast<double>(least_[kBelow + kLogarithm]);
  usual_high_ = static_cast<float>(std::exp(std::min(highest, kLogMax)) * (1 - kOutOfDoubt));
  usual_low_ = static_cast<float>(std::exp(std::min(lowest, kLogMax)) * (1 + kOutOfDoubt));
}

bool Novelty::judges() const { return count_ >= kJudgesFrom; }

// All in one go, without a branch: hardly a value is a record.
bool Novelty::AnyRecord(const Sides& views) const {
  uint32_t any = 0;
  for (size_t i = 0; i < kSides; ++i) any |= views[i] > least_[i] ? 1U : 0U;
  return any != 0;
}

double Novelty::Hold(const Sides& views, double volatility, double count, double resolution) {
  double most = 0;
  double all = 0;
  const auto hold = [&](Records& records, float& held, float view, double least) {
    if (view <= held) return;
    if (count >= kJudgesFrom) {
      const double nats = records.Surprise(held, view, count, least);
      most = std::max(most, nats);
      all += nats;
    }
    records.Add(held, view);
  };
  if (AnyRecord(views)) {
    for (size_t i = 0; i < kViews; ++i) {
      const double least = resolution + kOfGrain[i] * static_cast<double>(grain_);
      hold(above_[i], least_[i], views[i], least);
      hold(below_[i], least_[kBelow + i], views[kBelow + i], least);
    }
  }
  // A logarithm costs more than all of that, and is hardly ever a record.
  if (volatility <= static_cast<double>(usual_low_) ||
      volatility >= static_cast<double>(usual_high_)) {
    const auto view = static_cast<float>(std::log(volatility));
    hold(above_[kLogarithm], least_[kLogarithm], view, kOfLogarithm);
    hold(below_[kLogarithm], least_[kBelow + kLogarithm], -view, kOfLogarithm);
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
  const double resolution = kOfScale * scale_ + kOfLevel * slow_before + kLeast;
  const double count = count_;
  const double middle = middle_ + kMiddle * (value - middle_);
  const double slow = slow_ + kSlow * (value - slow_);
  const double volatility = volatility_ + 1e-3 * slow_before + kFewSteps * grain + 1e-9;
  Sides views = Nothing();
  const auto see = [&](size_t view, double seen) {
    views[view] = static_cast<float>(seen);
    views[kBelow + view] = -views[view];
  };
  see(kValue, value);
  see(kFastMean, fast_ + kFast * residual);
  see(kMiddleMean, middle);
  see(kSlowMean, slow);
  see(kResidual, residual);
  see(kMiddleLessSlow, middle - slow);
  see(kStep, step);
  views[kBelow + kStep] = Records::kNone;
  if (season.count > 0) see(kOfSeason, value - season.mean);
  Follow(value, residual);
  if (count_ <= kRecordsFrom) return 0;

  return Hold(views, volatility, count, resolution);
}

}  // namespace vedette::detect::baseline
