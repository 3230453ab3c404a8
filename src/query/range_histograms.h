#pragma once

#include <string_view>

#include "base/result.h"
#include "query/ast.h"
#include "query/context.h"
#include "query/range_functions.h"

namespace vedette::query {

// Functions of windows that hold native histograms, alone or mixed with numbers.

// What a window gives: nothing, a number or a histogram.
struct RangeOutcome {
  bool any = false;
  double value = 0;
  HistogramPtr histogram;
};

// `metric` is the name of the series, for remarks. REQUIRES: window.histograms is not null.
base::Result<RangeOutcome> ApplyToMixedWindow(const CallExpr& call, const Window& window,
                                              const RangeParameters& parameters,
                                              std::string_view metric, Context& context);

}  // namespace vedette::query
