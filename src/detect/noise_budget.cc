#include "detect/noise_budget.h"

#include <algorithm>
#include <cmath>

#include "detect/baseline/calibration.h"

namespace vedette::detect {
namespace {

constexpr double kDaysAWeek = 7;
constexpr double kMinutesADay = 1440;
constexpr double kDayMs = 86'400'000;

double LevelFor(double per_series_day) {
  return std::max(NoiseBudget::kListedMin, baseline::NatsFor(per_series_day));
}

}  // namespace

NoiseBudget::NoiseBudget(double per_week) : per_week_(per_week) { Settle(base::TimePoint()); }

void NoiseBudget::Settle(base::TimePoint now) {
  base::MutexLock lock(mutex_);
  const base::Duration passed = std::max(base::Duration(0), now - settled_);
  settled_ = std::max(settled_, now);
  const double kept = std::exp(-static_cast<double>(passed.count()) / kMemory.count());
  recent_discoveries_ = recent_discoveries_ * kept + static_cast<double>(discovered_.exchange(0));
  recent_days_ = recent_days_ * kept + static_cast<double>(tested_ms_.exchange(0)) / kDayMs;
  recent_values_ = recent_values_ * kept + static_cast<double>(tested_.exchange(0));

  const double a_minute = recent_days_ > 0 ? recent_values_ / (recent_days_ * kMinutesADay) : 1;
  const double series =
      std::max(1.0, static_cast<double>(series_.load()) * std::clamp(a_minute, 1.0, 60.0));
  const double steady =
      std::min(per_week_ / kDaysAWeek / series, baseline::FalseAlarmsPerDay(kAlarmMin));
  // In real time so many series-days are tested within the memory; past data tests more.
  const double days = std::max(recent_days_, series * kMemory.count() / kDayMs);
  const double earned = std::min(kEarned * recent_discoveries_, per_week_) / days;
  strict_.store(baseline::NatsFor(steady));
  alarm_.store(LevelFor(steady + earned));
  listed_.store(
      std::min(alarm_.load(), LevelFor(kListedPerAlarm * per_week_ / kDaysAWeek / series)));
}

}  // namespace vedette::detect
