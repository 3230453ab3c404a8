#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "query/ast.h"
#include "query/block.h"
#include "query/context.h"

namespace vedette::query {

// The quick path for what dashboards ask most: sum, avg, min, max or count over a selector or over
// one function of its windows, as in sum by (job)(rate(x[5m])). Each series is read once, becomes a
// row of numbers in a buffer that is used again, and is added to its group: no table of all series
// in between, no labels but those of the groups, and rows are computed on several threads
// (Context::helpers). Numbers are those of the general way, but for the order of additions.
//
// Nothing when the expression is of another form or the data holds native histograms: then nothing
// was done, and the general way must do it.
base::Result<std::optional<Block>> FusedAggregate(const AggregateExpr& expr, const Steps& steps,
                                                  Context& context);

// Whether the name is one that counters have: rate() of others gets a remark.
bool LooksLikeCounter(std::string_view name);

}  // namespace vedette::query
