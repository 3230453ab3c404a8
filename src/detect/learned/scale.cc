#include "detect/learned/scale.h"

#include <algorithm>
#include <cmath>

namespace vedette::detect::learned {
namespace {

constexpr size_t kCarried = 5;         // steps over which a missing value is as the last one
constexpr double kThereAtLeast = 0.5;  // of the steps
constexpr double kFlat = 1e-9;         // of the center

}  // namespace

double Scale::Of(double value) const {
  if (!std::isfinite(value)) return 0;
  return std::clamp((value - center) / width, -kFarthest, kFarthest);
}

double Quantile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + place, values.end());
  return values[static_cast<size_t>(place)];
}

std::vector<Scale> LearnScales(const learn::Matrix& values, size_t rows) {
  std::vector<Scale> scales;
  for (size_t j = 0; j < values.cols(); ++j) {
    std::vector<double> there;
    for (size_t i = 0; i < rows; ++i) {
      if (std::isfinite(values(i, j))) there.push_back(values(i, j));
    }
    Scale scale;
    scale.center = Quantile(there, 0.5);
    scale.width = (Quantile(there, 0.84) - Quantile(there, 0.16)) / 2;
    if (scale.width <= 0 && !there.empty()) {
      // Mostly one value, now and then another: rare errors.
      double square = 0;
      for (const double each : there) square += (each - scale.center) * (each - scale.center);
      scale.width = std::sqrt(square / static_cast<double>(there.size()));
    }
    const bool rare = static_cast<double>(there.size()) < kThereAtLeast * static_cast<double>(rows);
    if (rare || scale.width <= kFlat * std::abs(scale.center)) scale.width = 0;
    scales.push_back(scale);
  }
  return scales;
}

learn::Matrix Scaled(const learn::Matrix& values, const std::vector<Scale>& scales) {
  learn::Matrix out(values.rows(), values.cols());
  for (size_t j = 0; j < values.cols(); ++j) {
    double last = 0;
    size_t missing = 0;
    for (size_t i = 0; i < values.rows(); ++i) {
      if (std::isfinite(values(i, j))) {
        last = scales[j].Of(values(i, j));
        missing = 0;
      } else if (++missing > kCarried) {
        last = 0;
      }
      out(i, j) = last;
    }
  }
  return out;
}

}  // namespace vedette::detect::learned
