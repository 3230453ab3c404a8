#include "detect/baseline/records.h"

#include <cmath>

namespace vedette::detect::baseline {

double Records::Surprise(float least, float value, double count, double resolution) const {
  if (least == kNone) return 0;
  const auto from = static_cast<double>(least);
  double excess = 0;
  for (const float record : more_) excess += static_cast<double>(record) - from;
  const double mean = excess / (kKept - 1) + resolution;
  return std::log(count / kKept) + (static_cast<double>(value) - from) / mean;
}

}  // namespace vedette::detect::baseline
