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
  int64_t last_ms = 0;
  double raw = 0;  // the last value of a counter
  bool has_raw = false;
};

enum class ThresholdChange : uint8_t { kNone, kBroken, kWorse, kHolds };

struct ThresholdVerdict {
  ThresholdChange change = ThresholdChange::kNone;
  bool judged = false;
  double observed = 0;
  std::optional<double> limit;  // the worst that it is beyond
};

// Takes one value. Ignores what is not a number and times that do not advance. O(1).
ThresholdVerdict Step(const Rule& rule, ThresholdState& state, int64_t t_ms, double value);

}  // namespace vedette::detect::rules
