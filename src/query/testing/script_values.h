#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/histogram.h"
#include "model/labels.h"
#include "query/histogram_ops.h"

namespace vedette::query::testing {

// The notation of series and values in scripts (query_script.h). Pure.

// One value of a series: nothing, a number or a histogram.
struct ScriptValue {
  bool any = false;
  double number = 0;
  HistogramPtr histogram;
  bool reset_hint = false;  // the histogram says what its counter reset is
};

std::string_view TrimSpace(std::string_view text);
// Removes the first word.
std::string_view TakeWord(std::string_view& text);

// A number as Go reads it: "1e3", "+Inf", "NaN", "0x1f".
std::optional<double> ReadNumber(std::string_view text);
// Seconds or a duration, also negative.
base::Result<int64_t> ReadTimeMs(std::string_view text);

// Splits `name{a="b c"} rest` into labels and rest.
base::Result<std::pair<model::Labels, std::string_view>> ReadSeries(std::string_view line);

// `1 2+3x2 _x3 stale {{schema:1 count:2 buckets:[1 1]}}-{{count:1}}x2 1@60`: the values in turn.
base::Result<std::vector<ScriptValue>> ReadValues(std::string_view text);

// Collects the samples of classic histograms and makes native ones with custom buckets of them.
class CustomBucketConverter {
 public:
  // Samples of other series are left alone.
  void Add(const model::Labels& labels, int64_t t_ms, double value);
  // Gives the histograms and forgets them.
  void Finish(const std::function<void(const model::Labels&, int64_t, model::Histogram)>& use);

 private:
  struct Parts {
    std::map<double, double> buckets;  // cumulative counts by upper bound
    std::optional<double> count;
    double sum = 0;
  };
  std::map<model::Labels, std::map<int64_t, Parts>> parts_;
};

// True when two numbers are the same but for rounding.
bool AlmostEqual(double a, double b, double tolerance);
bool AlmostEqual(const model::Histogram& a, const model::Histogram& b, double tolerance);

// The text form of a histogram in scripts.
std::string ShowHistogram(const model::Histogram& histogram);

}  // namespace vedette::query::testing
