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
bool Extend(const Rule& rule, ThresholdState::Run& run, bool beyond, int64_t now_ms) {
  if (!beyond) {
    run = {};
    return false;
  }
  run.since_ms = run.points == 0 ? now_ms : std::min(run.since_ms, now_ms);
  run.points = std::min(run.points + 1, 1'000'000);
  return run.points >= rule.points && now_ms - run.since_ms >= rule.lasts.count();
}

// The rate since the value before. None after a reset, nor between a time that lies ahead of the
// clock and one that does not.
bool ReadRate(ThresholdState& state, int64_t t_ms, bool ahead, double& value) {
  const double before = state.raw;
  const bool had = state.has_raw;
  const bool leaps = t_ms < state.last_ms || ahead != (state.as_of_ms < state.last_ms);
  state.raw = value;
  state.has_raw = true;
  if (!had || value < before || leaps) return false;
  value = (value - before) * 1000 / static_cast<double>(t_ms - state.last_ms);
  return !std::isnan(value);
}

}  // namespace

ThresholdVerdict Step(const Rule& rule, ThresholdState& state, int64_t t_ms, double value,
                      int64_t as_of_ms) {
  ThresholdVerdict verdict;
  if (std::isnan(value) || !Follows(state, t_ms)) return verdict;
  const bool compares = !rule.per_second || ReadRate(state, t_ms, as_of_ms < t_ms, value);
  state.last_ms = t_ms;
  state.as_of_ms = as_of_ms;
  if (!compares) return verdict;
  verdict.judged = true;
  verdict.observed = value;

  // What is critical is a warning too, also where no warning limit was given.
  const bool critical_now = Beyond(rule, rule.critical, value);
  const bool warning_now = critical_now || Beyond(rule, rule.warning, value);
  if (warning_now) verdict.limit = critical_now ? rule.critical : rule.warning;
  const bool critical = Extend(rule, state.critical, critical_now, as_of_ms);
  const bool warning =
      Extend(rule, state.warning, warning_now, as_of_ms) && rule.warning.has_value();
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
  const bool first = state.clean++ == 0;
  state.clean_since_ms = first ? as_of_ms : std::min(state.clean_since_ms, as_of_ms);
  if (state.clean >= std::max(rule.points, rule.close_points) &&
      as_of_ms - state.clean_since_ms >= rule.close_after.count()) {
    state.broken = false;
    verdict.change = ThresholdChange::kHolds;
  }
  return verdict;
}

}  // namespace vedette::detect::rules
