#pragma once

#include "model/histogram.h"
#include "query/function_table.h"

namespace vedette::query {

// Functions of one native histogram. Pure. Inside a bucket observations are taken to be spread
// evenly, by their logarithm in exponential buckets, by their value in custom buckets and in the
// zero bucket.

// REQUIRES: IsHistogramFunction(id).
double ApplyToHistogram(FunctionId id, const model::Histogram& histogram);

// Observations of NaN are in no bucket: what that did to a quantile or fraction.
enum class NanEffect { kNone, kResultIsNan, kSkewedHigher, kExcluded };

// -Inf and +Inf for a phi outside [0, 1]; NaN without observations.
double NativeQuantile(double phi, const model::Histogram& histogram, NanEffect& effect);
// The share of observations between two values; NaN without observations.
double NativeFraction(double lower, double upper, const model::Histogram& histogram,
                      NanEffect& effect);

}  // namespace vedette::query
