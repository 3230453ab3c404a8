#pragma once

#include <span>

#include "base/result.h"
#include "query/ast.h"
#include "query/block.h"
#include "query/context.h"

namespace vedette::query {

// histogram_quantile over classic histograms: rows that differ in `le` only are the cumulative
// buckets of one histogram. `phi` has one value per step.
base::Result<Block> HistogramQuantile(const CallExpr& call, std::span<const double> phi,
                                      const Block& buckets, Context& context);

}  // namespace vedette::query
