#include "detect/rules/threshold.h"

#include <algorithm>
#include <cmath>

namespace vedette::detect::rules {
namespace {

bool Beyond(const Rule& rule, const std::optional<double>& limit, double value) {
  if (!limit) return false;
  if (rule.inclusive && value == *limit) return true;
  return rule.bound == Bound::kAbove ? value > *limit : value < *limit;
}

// What keeps a broken rule from holding again: beyond a limit, or not clear of it.
bool Lingers(const Rule& rule, bool beyond, double value) {
  if (beyond || !rule.clear) return beyond;
  return rule.bound == Bound::kAbove ? value > *rule.clear : value < *rule.clear;
}

// Counts the run; true when it is long enough.
bool Extend(const Rule& rule, ThresholdState::Run& run, bool beyond, int64_t t_ms) {
  if (!beyond) {
    run = {};
    return false;
  }
  if (run.points == 0) run.since_ms = t_ms;
  run.points = std::min(run.points + 1, 1'000'000);
  return run.points >= rule.points && t_ms - run.since_ms >= rule.lasts.count();
}

bool ReadRate(ThresholdState& state, int64_t t_ms, int64_t before_ms, double& value) {
  const double before = state.raw;
  const bool had = state.has_raw;
  state.raw = value;
  state.has_raw = true;
  if (!had || value < before) return false;
  value = (value - before) * 1000 / static_cast<double>(t_ms - before_ms);
  return true;
}

}  // namespace

ThresholdVerdict Step(const Rule& rule, ThresholdState& state, int64_t t_ms, double value) {
  ThresholdVerdict verdict;
  if (!std::isfinite(value) || (state.last_ms != 0 && t_ms <= state.last_ms)) return verdict;
  const int64_t before_ms = state.last_ms;
  state.last_ms = t_ms;
  if (rule.per_second && !ReadRate(state, t_ms, before_ms, value)) return verdict;
  verdict.judged = true;
  verdict.observed = value;

  // What is critical is a warning too, also where no warning limit was given.
  const bool critical_now = Beyond(rule, rule.critical, value);
  const bool warning_now = critical_now || Beyond(rule, rule.warning, value);
  if (warning_now) verdict.limit = critical_now ? rule.critical : rule.warning;
  const bool critical = Extend(rule, state.critical, critical_now, t_ms);
  const bool warning = Extend(rule, state.warning, warning_now, t_ms) && rule.warning.has_value();
  if (!state.broken) {
    if (!critical && !warning) return verdict;
    state.broken = true;
    state.clean = 0;
    state.severity = critical ? model::Severity::kCritical : model::Severity::kWarning;
    state.since_ms = critical && !warning ? state.critical.since_ms : state.warning.since_ms;
    verdict.change = ThresholdChange::kBroken;
    return verdict;
  }
  if (critical && state.severity != model::Severity::kCritical) {
    state.severity = model::Severity::kCritical;
    verdict.change = ThresholdChange::kWorse;
  }
  if (Lingers(rule, warning_now, value)) {
    state.clean = 0;
    return verdict;
  }
  if (state.clean++ == 0) state.clean_since_ms = t_ms;
  if (state.clean >= std::max(rule.points, rule.close_points) &&
      t_ms - state.clean_since_ms >= rule.close_after.count()) {
    state.broken = false;
    verdict.change = ThresholdChange::kHolds;
  }
  return verdict;
}

}  // namespace vedette::detect::rules
