#pragma once

#include <cstddef>
#include <vector>

#include "learn/matrix.h"

namespace vedette::detect::learned {

// How the values of a metric become numbers about 0 and of size 1: the median of good days goes to
// 0 and half the width of the middle two thirds to 1, beyond 10 nothing grows.
struct Scale {
  static constexpr double kFarthest = 10;
  double center = 0;
  double width = 1;
  friend bool operator==(const Scale&, const Scale&) = default;

  double Of(double value) const;
};

// Of the rows before `rows`. A width of 0: the metric does not move, or is hardly ever there.
std::vector<Scale> LearnScales(const learn::Matrix& values, size_t rows);

// All values scaled; what is missing is as it was up to five steps before, then usual.
learn::Matrix Scaled(const learn::Matrix& values, const std::vector<Scale>& scales);

// The element that a share of all lies below; 0 of none. Changes the order.
double Quantile(std::vector<double>& values, double share);

}  // namespace vedette::detect::learned
