#include "sim/traffic.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vedette::sim {
namespace {

constexpr double kDailyWave = 0.3;
constexpr double kWeekendLoss = 0.2;
constexpr double kTransitionHours = 6;

// 0 on working days, 1 at the weekend, a straight line around its borders.
double WeekendShare(double hour_of_week) {  // from Thursday 00:00 UTC, where Unix time begins
  const double into = hour_of_week - 48 + kTransitionHours / 2;    // Saturday 00:00
  const double out_of = hour_of_week - 96 + kTransitionHours / 2;  // Monday 00:00
  return std::clamp(into / kTransitionHours, 0.0, 1.0) -
         std::clamp(out_of / kTransitionHours, 0.0, 1.0);
}

}  // namespace

double TrafficShape(base::TimePoint now) {
  const double hours = static_cast<double>(base::ToMillis(now)) / 3'600'000;
  const double wave = 1 + kDailyWave * std::sin(2 * std::numbers::pi * hours / 24);
  return wave * (1 - kWeekendLoss * WeekendShare(std::fmod(hours, 168)));
}

double Wander::Advance(base::Duration passed, base::Random& random) {
  const double kept =
      std::exp(-static_cast<double>(passed.count()) / static_cast<double>(memory_.count()));
  value_ = value_ * kept + deviation_ * std::sqrt(1 - kept * kept) * random.Normal();
  return value_;
}

double DrawPoisson(double mean, base::Random& random) {
  if (mean <= 0) return 0;
  if (mean > 30) return std::max(0.0, std::round(mean + std::sqrt(mean) * random.Normal()));
  const double limit = std::exp(-mean);
  double product = random.Uniform();
  double count = 0;
  while (product > limit) {
    product *= random.Uniform();
    ++count;
  }
  return count;
}

}  // namespace vedette::sim
