#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace vedette::diagnose {

// Statistics that hold whatever the unit and whatever a quarter of the values do. NaN is missing
// and left out everywhere. Pure functions.

// What a series usually does.
struct Usual {
  double center = 0;   // median
  double up = 0;       // scale above the median: of a normal distribution, its standard deviation
  double down = 0;     // and below
  double highest = 0;  // extremes of what was seen
  double lowest = 0;
  size_t count = 0;
};

// The scale of a side is the largest of 1.4826 MAD, IQR / 1.349, the distance of that side's 1 %
// quantile / 2.326, and a thousandth of the median, so that a constant series has a scale too. It
// is 0 only for a series of zeros.
Usual Describe(std::vector<double> values);

// How far a value lies from the usual, in scales; signed. From nothing to something (a usual of
// zeros) is kFromNothing. NaN for NaN.
constexpr double kFromNothing = 30;
double Deviation(const Usual& usual, double value);

// How far beyond anything seen before: the distance from the median over that of the farthest usual
// value on the same side, or over one scale if that is more.
double BeyondRecord(const Usual& usual, double value);

double Median(std::vector<double> values);  // NaN when there are none

// Pearson's coefficient; 0 when one of them does not vary. REQUIRES: the same size.
double Correlation(std::span<const double> x, std::span<const double> y);

}  // namespace vedette::diagnose
