#include "detect/baseline/calibration.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <span>

namespace vedette::detect::baseline {
namespace {

struct Point {
  double nats;
  double per_day;
};
using Curve = std::span<const Point>;

constexpr std::array<Point, 6> kSurprises = {
    {{9, 0.13}, {12, 0.02}, {16, 0.006}, {20, 0.0035}, {28, 0.0015}, {40, 0.0007}}};
constexpr std::array<Point, 8> kPages = {{{0, 0.027},
                                          {5, 0.017},
                                          {7, 0.010},
                                          {9, 0.0057},
                                          {12, 0.0013},
                                          {16, 0.0006},
                                          {28, 0.00015},
                                          {40, 0.00007}}};

// The piece of the curve, as a line in the logarithm, that ends at the first point for which `past`
// holds; the outer ones go on.
template <typename Past>
size_t PieceWhere(Curve curve, const Past& past) {
  size_t piece = 1;
  while (piece + 1 < curve.size() && !past(curve[piece])) ++piece;
  return piece;
}

double SlopeOf(Curve curve, size_t piece) {
  const Point& from = curve[piece - 1];
  const Point& to = curve[piece];
  return std::log(from.per_day / to.per_day) / (to.nats - from.nats);
}

double PerDay(Curve curve, double nats) {
  const size_t piece = PieceWhere(curve, [&](const Point& point) { return point.nats >= nats; });
  const Point& from = curve[piece - 1];
  return from.per_day * std::exp(-SlopeOf(curve, piece) * (nats - from.nats));
}

double Nats(Curve curve, double per_day) {
  const size_t piece =
      PieceWhere(curve, [&](const Point& point) { return point.per_day <= per_day; });
  const Point& from = curve[piece - 1];
  return from.nats + std::log(from.per_day / per_day) / SlopeOf(curve, piece);
}

}  // namespace

double FalseAlarmsPerDay(double nats) { return PerDay(kSurprises, nats); }
double NatsFor(double per_day) { return Nats(kSurprises, per_day); }
double FalsePagesPerDay(double nats) { return PerDay(kPages, nats); }
double NatsToPage(double per_day) { return Nats(kPages, per_day); }

}  // namespace vedette::detect::baseline
