#include "detect/baseline/records.h"

#include <cmath>

namespace vedette::detect::baseline {

double Records::Surprise(float value, double count, double resolution) const {
  const auto least = static_cast<double>(top_[0]);
  if (!std::isfinite(least) || !Beats(value)) return 0;
  double excess = 0;
  for (const float record : top_) excess += static_cast<double>(record) - least;
  const double mean = excess / (kKept - 1) + resolution;
  return std::log(count / kKept) + (static_cast<double>(value) - least) / mean;
}

}  // namespace vedette::detect::baseline
