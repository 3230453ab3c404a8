#pragma once

#include <cstdint>
#include <optional>

#include "detect/rules/rule.h"
#include "model/severity.h"

namespace vedette::detect::rules {

// What is remembered of a series under a threshold. Zero-initialised means: nothing seen.
struct ThresholdState {
  struct Run {  // of values in a row beyond a limit
    int points = 0;
    int64_t since_ms = 0;
  };
  Run warning;
  Run critical;
  int clean = 0;  // values in a row that are fine, and clear of the limit, while broken
  bool broken = false;
  model::Severity severity = model::Severity::kInfo;
  int64_t since_ms = 0;  // first value beyond, while broken
  int64_t clean_since_ms = 0;
  int64_t last_ms = 0;   // of the last value
  int64_t as_of_ms = 0;  // when it counted; earlier, if it lay ahead of the clock
  double raw = 0;        // the last value of a counter
  bool has_raw = false;
};

enum class ThresholdChange : uint8_t { kNone, kBroken, kWorse, kHolds };

struct ThresholdVerdict {
  ThresholdChange change = ThresholdChange::kNone;
  bool judged = false;
  double observed = 0;
  std::optional<double> limit;  // the worst that it is beyond
};

// Whether a value of this time comes after the last one. Times must advance, but one that lay ahead
// of the clock binds nothing: a clock that is wrong for a moment blinds no rule.
inline bool Follows(const ThresholdState& state, int64_t t_ms) {
  return t_ms > state.last_ms || (t_ms < state.last_ms && state.as_of_ms < state.last_ms);
}

// Takes one value. Ignores what is not a number (infinities are) and what does not follow. O(1).
// `as_of_ms`: when it counts, which is its time, or now if that lies ahead of the clock: so that no
// wait is over because of a wrong clock.
ThresholdVerdict Step(const Rule& rule, ThresholdState& state, int64_t t_ms, double value,
                      int64_t as_of_ms);
inline ThresholdVerdict Step(const Rule& rule, ThresholdState& state, int64_t t_ms, double value) {
  return Step(rule, state, t_ms, value, t_ms);
}

}  // namespace vedette::detect::rules
