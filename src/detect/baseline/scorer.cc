#include "detect/baseline/scorer.h"

#include <algorithm>
#include <cmath>

namespace vedette::detect::baseline {

SeriesScorer::Result SeriesScorer::Step(int64_t t_ms, double value) {
  const Verdict verdict = baseline::Step(options_, signal_, state_, t_ms, value);
  const bool alert = state_.phase == Phase::kOpen;
  if (!verdict.judged) return {0, alert};
  if (!alert) return {SuspicionOf(state_), false};
  const double scale = state_.side > 0 ? state_.scale_up : state_.scale_down;
  const double sigmas =
      options_.sensitivity * std::abs(verdict.observed - state_.expected) / std::max(scale, 1e-300);
  return {std::max(0.5, 1 - 1 / (1 + sigmas / 5)), true};
}

}  // namespace vedette::detect::baseline
