#pragma once

#include <string_view>

#include "base/result.h"
#include "model/histogram.h"

namespace vedette::sources::exposition {

// The native part of an io.prometheus.client.Histogram message:
//
//   1: uint64 count  2: double sum  4: double count  5: sint32 schema  6: double zero threshold
//   7: uint64 zero count  8: double zero count
//   9: negative BucketSpan...  10: sint64 deltas...  11: double counts...  12 to 14: positive
//   BucketSpan  1: sint32 offset  2: uint32 length
//
// Functions are pure and thread-safe; both throw protozero::exception for malformed messages.

// True when there are spans (an empty one says so of a histogram without observations), a zero
// threshold or a zero count.
bool IsNativeHistogram(std::string_view message);

// Error: kInvalidArgument, what Histogram::Validate says, or too many buckets.
base::Result<model::Histogram> ReadNativeHistogram(std::string_view message, bool gauge);

}  // namespace vedette::sources::exposition
