#pragma once

#include "model/histogram.h"

namespace vedette::query {

// The operators `</` (upper) and `>/`: a native histogram without the observations above or below
// a value. Buckets that the value cuts are split by interpolation, logarithmic in exponential
// buckets; buckets that reach to infinity cannot be split and go. What goes takes its estimated
// sum along.
model::Histogram TrimHistogram(const model::Histogram& histogram, double at, bool upper);

}  // namespace vedette::query
