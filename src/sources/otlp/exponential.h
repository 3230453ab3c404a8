#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "model/histogram.h"

namespace vedette::sources::otlp {

// The fields of an exponential histogram's point that make up the histogram.
struct ExponentialPoint {
  int32_t scale = 0;
  uint64_t count = 0;
  double sum = 0;
  uint64_t zero_count = 0;
  double zero_threshold = 0;
  std::string_view positive;  // Buckets messages
  std::string_view negative;
};

// The native histogram of a point: its bucket i of OTLP, (base^i, base^(i+1)], is bucket i + 1 of
// Prometheus. A scale above 8 is brought down by joining buckets; one below -4 has no schema.
// kInvalidArgument with the reason. May throw protozero::exception.
base::Result<model::Histogram> ToNativeHistogram(const ExponentialPoint& point, size_t buckets_max);

}  // namespace vedette::sources::otlp
