#include "detect/baseline/calibration.h"

#include <array>
#include <cmath>
#include <cstddef>

namespace vedette::detect::baseline {
namespace {

struct Point {
  double nats;
  double per_day;
};
constexpr std::array<Point, 6> kCurve = {
    {{9, 0.13}, {12, 0.02}, {16, 0.006}, {20, 0.0035}, {28, 0.0015}, {40, 0.0007}}};

// The piece of the curve, as a line in the logarithm, that ends at the first point for which `past`
// holds; the outer ones go on.
template <typename Past>
size_t PieceWhere(const Past& past) {
  size_t piece = 1;
  while (piece + 1 < kCurve.size() && !past(kCurve[piece])) ++piece;
  return piece;
}

double SlopeOf(size_t piece) {
  const Point& from = kCurve[piece - 1];
  const Point& to = kCurve[piece];
  return std::log(from.per_day / to.per_day) / (to.nats - from.nats);
}

}  // namespace

double FalseAlarmsPerDay(double nats) {
  const size_t piece = PieceWhere([&](const Point& point) { return point.nats >= nats; });
  const Point& from = kCurve[piece - 1];
  return from.per_day * std::exp(-SlopeOf(piece) * (nats - from.nats));
}

double NatsFor(double per_day) {
  const size_t piece = PieceWhere([&](const Point& point) { return point.per_day <= per_day; });
  const Point& from = kCurve[piece - 1];
  return from.nats + std::log(from.per_day / per_day) / SlopeOf(piece);
}

}  // namespace vedette::detect::baseline
