#include "diagnose/robust.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vedette::diagnose {
namespace {

constexpr double kMadToSigma = 1.4826;
constexpr double kIqrToSigma = 1 / 1.349;
constexpr double kTailToSigma = 1 / 2.326;
constexpr double kRelativeFloor = 0.001;

void DropMissing(std::vector<double>& values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
}

// Linear between neighbours, as numpy's default. REQUIRES: sorted, not empty.
double Quantile(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(at);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

// The median of |value - center|, by walking outwards from the center: no second sort.
// REQUIRES: sorted, not empty.
double MedianDistance(const std::vector<double>& sorted, double center) {
  auto above = std::lower_bound(sorted.begin(), sorted.end(), center);
  auto below = above;
  double distance = 0;
  for (size_t taken = 0; taken <= sorted.size() / 2; ++taken) {
    const bool upwards = below == sorted.begin() ||
                         (above != sorted.end() && *above - center <= center - *std::prev(below));
    distance = upwards ? *above++ - center : center - *--below;
  }
  return distance;
}

}  // namespace

double Median(std::vector<double> values) {
  DropMissing(values);
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  return Quantile(values, 0.5);
}

Usual Describe(std::vector<double> values) {
  DropMissing(values);
  Usual usual;
  usual.count = values.size();
  if (values.empty()) return usual;
  std::sort(values.begin(), values.end());
  usual.center = Quantile(values, 0.5);
  usual.lowest = values.front();
  usual.highest = values.back();
  const double iqr = (Quantile(values, 0.75) - Quantile(values, 0.25)) * kIqrToSigma;
  const double low_tail = (usual.center - Quantile(values, 0.01)) * kTailToSigma;
  const double high_tail = (Quantile(values, 0.99) - usual.center) * kTailToSigma;
  const double mad = MedianDistance(values, usual.center) * kMadToSigma;
  const double both = std::max({mad, iqr, kRelativeFloor * std::abs(usual.center)});
  usual.up = std::max(both, high_tail);
  usual.down = std::max(both, low_tail);
  return usual;
}

double Deviation(const Usual& usual, double value) {
  const double distance = value - usual.center;
  const double scale = distance >= 0 ? usual.up : usual.down;
  if (scale > 0) return distance / scale;
  if (distance == 0 || std::isnan(distance)) return distance;
  return std::copysign(kFromNothing, distance);
}

double BeyondRecord(const Usual& usual, double value) {
  const bool above = value >= usual.center;
  const double record = above ? usual.highest - usual.center : usual.center - usual.lowest;
  const double unit = std::max(record, above ? usual.up : usual.down);
  if (unit > 0) return std::abs(value - usual.center) / unit;
  return value == usual.center ? 0 : kFromNothing;
}

double Correlation(std::span<const double> x, std::span<const double> y) {
  const auto n = static_cast<double>(x.size());
  double mean_x = 0, mean_y = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    mean_x += x[i] / n;
    mean_y += y[i] / n;
  }
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

}  // namespace vedette::diagnose
