#include "detect/baseline/scorer.h"

namespace vedette::detect::baseline {

SeriesScorer::Result SeriesScorer::Step(int64_t t_ms, double value) {
  baseline::Step(options_, signal_, state_, t_ms, value);
  return {surprise_.Step(t_ms, value), state_.phase == Phase::kOpen};
}

}  // namespace vedette::detect::baseline
