#include "detect/noise_budget.h"

#include <algorithm>
#include <cmath>

#include "detect/baseline/calibration.h"

namespace vedette::detect {
namespace {

constexpr double kDaysAWeek = 7;
constexpr double kMinutesADay = 1440;
constexpr double kDayMs = 86'400'000;

// The floor of a weight below 1 is as much higher as its levels are.
double LevelFor(double per_series_day, double weight = 1) {
  const double floor =
      weight >= 1
          ? NoiseBudget::kListedMin
          : baseline::NatsFor(weight * baseline::FalseAlarmsPerDay(NoiseBudget::kListedMin));
  return std::max(floor, baseline::NatsFor(weight * per_series_day));
}

}  // namespace

NoiseBudget::NoiseBudget(double per_week) : per_week_(per_week) {
  base::MutexLock lock(mutex_);
  SetLevels();
}

NoiseBudget::Memory NoiseBudget::memory() const {
  base::MutexLock lock(mutex_);
  return {.settled_ms = base::ToMillis(settled_),
          .series = static_cast<double>(series_.load()),
          .pageable = static_cast<double>(pageable_.load()),
          .discoveries = recent_discoveries_,
          .days = recent_days_,
          .values = recent_values_};
}

void NoiseBudget::Resume(const Memory& memory) {
  base::MutexLock lock(mutex_);
  settled_ = base::FromMillis(memory.settled_ms);
  recent_discoveries_ = memory.discoveries;
  recent_days_ = memory.days;
  recent_values_ = memory.values;
  awaited_series_ = memory.series;
  awaited_pageable_ = memory.pageable;
  awaited_until_ = base::TimePoint::max();
  SetLevels();
}

void NoiseBudget::Settle(base::TimePoint now) {
  base::MutexLock lock(mutex_);
  const base::Duration passed = std::max(base::Duration(0), now - settled_);
  settled_ = std::max(settled_, now);
  const double kept = std::exp(-static_cast<double>(passed.count()) / kMemory.count());
  recent_discoveries_ = recent_discoveries_ * kept + static_cast<double>(discovered_.exchange(0));
  recent_days_ = recent_days_ * kept + static_cast<double>(tested_ms_.exchange(0)) / kDayMs;
  recent_values_ = recent_values_ * kept + static_cast<double>(tested_.exchange(0));
  if (awaited_until_ == base::TimePoint::max()) awaited_until_ = now + kMemory;
  if (now >= awaited_until_) awaited_series_ = awaited_pageable_ = 0;
  SetLevels();
}

void NoiseBudget::SetLevels() {
  const double a_minute = recent_days_ > 0 ? recent_values_ / (recent_days_ * kMinutesADay) : 1;
  const double weighted = static_cast<double>(series_.load()) + std::max(0.0, excess_.load());
  const double live = std::max(awaited_series_, weighted);
  const double series = std::max(1.0, live * std::clamp(a_minute, 1.0, 60.0));
  const double steady_budget = per_week_ / kDaysAWeek / series;
  // Those that may page have the weights of all in the mean.
  const double weight = weighted / std::max(1.0, static_cast<double>(series_.load()));
  const double paging = weight * static_cast<double>(pageable_.load());
  const double pageable = std::max({1.0, awaited_pageable_, paging});
  const double steady = std::min(steady_budget, baseline::FalseAlarmsPerDay(kAlarmMin));
  // In real time so many series-days are tested within the memory; past data tests more.
  const double days = std::max(recent_days_, series * kMemory.count() / kDayMs);
  const double earned = std::min(kEarned * recent_discoveries_, per_week_) / days;
  steady_.store(steady);
  given_.store(steady_budget);
  pages_.store(kCriticalShare * per_week_ / kDaysAWeek / pageable);
  earned_.store(earned);
}

baseline::Levels NoiseBudget::levels(double weight) const {
  const double steady = steady_.load(std::memory_order_relaxed);
  const double given = given_.load(std::memory_order_relaxed);
  const double pages = pages_.load(std::memory_order_relaxed);
  const double earned = earned_.load(std::memory_order_relaxed);
  baseline::Levels levels;
  levels.strict = std::min(kBeyondDoubt, baseline::NatsFor(weight * steady));
  levels.critical =
      std::clamp(baseline::NatsToPage(weight * (pages + earned)), kCriticalMin, kBeyondDoubt);
  const double alarm = LevelFor(steady + earned);
  levels.alarm = std::min(LevelFor(steady + earned, weight), std::max(alarm, kBeyondDoubt));
  // No discovery is missed for not being listed.
  levels.listed = std::min({levels.alarm, kBeyondDoubt, LevelFor(kListedPerAlarm * given, weight)});
  levels.hurts = HurtsLevel(weight);
  return levels;
}

double NoiseBudget::HurtsLevel(double weight) {
  if (weight >= 1) return 0;
  return std::min(kBeyondDoubt, baseline::NatsToPage(weight * baseline::FalsePagesPerDay(0)));
}

}  // namespace vedette::detect
