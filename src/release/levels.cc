#include "release/levels.h"

#include <algorithm>
#include <cmath>

namespace vedette::release {
namespace {

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The integral of k * p^(k-1) over k from 0 to 1: the bet that ranks are small, for all strengths
// of belief at once. Its mean over p from 0 to 1 is 1.
double LogBet(double p) {
  if (p >= 1) return std::log(0.5);
  const double log_p = std::log(p);
  return std::log((1 - p + p * log_p) / (p * log_p * log_p));
}

}  // namespace

LevelResult TestLevel(const LevelInput& input, const LevelOptions& options) {
  LevelResult result;
  result.threshold = 1 / options.level;
  if (!input.fresh.empty()) result.fresh = Median(input.fresh);
  if (input.usual.size() < options.usual_min || input.fresh.empty()) return result;
  result.usual = Median(input.usual);
  std::vector<double> seen = input.usual;
  std::vector<double> fresh;
  double evidence = 0;
  double best = 0;
  for (size_t i = 0; i < input.fresh.size(); ++i) {
    const double value = input.fresh[i];
    seen.push_back(value);
    fresh.push_back(value);
    const auto as_large =
        std::count_if(seen.begin(), seen.end(), [value](double other) { return other >= value; });
    evidence += LogBet(static_cast<double>(as_large) / static_cast<double>(seen.size()));
    best = std::max(best, evidence);
    result.fresh = Median(fresh);
    const bool matters = result.fresh >= (1 + options.rise_min) * result.usual;
    if (!result.decided_at && matters && evidence >= std::log(result.threshold)) {
      result.decided_at = i;
    }
  }
  result.e_value = std::exp(std::min(best, 700.0));
  if (result.decided_at) {
    result.outcome = Outcome::kWorse;
  } else if (fresh.size() < options.fresh_min) {
    result.outcome = Outcome::kUndecided;
    result.needs = options.fresh_min - fresh.size();
  } else {
    const bool high = result.fresh >= (1 + options.rise_min) * result.usual;
    result.outcome = high ? Outcome::kUndecided : Outcome::kNotWorse;
  }
  return result;
}

}  // namespace vedette::release
