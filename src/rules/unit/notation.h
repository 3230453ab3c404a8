#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/histogram.h"
#include "model/labels.h"

namespace vedette::rules::unit {

// The notation of series in unit tests of rules, as promtool reads it.

// One place of a series: a value, a histogram, or nothing.
struct Place {
  bool missing = false;
  double value = 0;
  std::shared_ptr<const model::Histogram> histogram;
};

// "1 2 _ stale 3x4 0+10x100 -5-1x3 _x5 NaN Inf {{schema:0 sum:1 count:2 buckets:[1 1]}}x3": `x`
// repeats, `+` and `-` change by as much each time. At most a million places. Error:
// kInvalidArgument.
base::Result<std::vector<Place>> ParsePlaces(std::string_view text);

// {{schema:0 count:4 sum:3.5 z_bucket:1 buckets:[1 2]}}
base::Result<model::Histogram> ParseHistogram(std::string_view text);
std::string HistogramNotation(const model::Histogram& histogram);

// A number as Prometheus writes it: 1e3, 0x10, NaN, Inf, +Inf, -inf.
base::Result<double> ParseValue(std::string_view text);

// name{a="b"} or {a="b"}: equality only. Error: kInvalidArgument.
base::Result<model::Labels> ParseLabels(std::string_view text);

}  // namespace vedette::rules::unit
