#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "query/ast.h"
#include "query/block.h"
#include "query/context.h"

namespace vedette::query {

// sum, avg, topk ... over the rows of `input`, for all steps at once. `param` has one value per
// step (topk, bottomk, quantile; else empty); `text` is the label of count_values.
// Error: kFailedPrecondition for parameters that mean nothing.
base::Result<Block> Aggregate(const AggregateExpr& expr, const Block& input,
                              std::span<const double> param, std::string_view text,
                              Context& context);

}  // namespace vedette::query
