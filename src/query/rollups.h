#pragma once

#include <cstdint>
#include <optional>

#include "query/context.h"
#include "query/function_table.h"
#include "query/range_functions.h"
#include "series/store.h"

namespace vedette::query {

// Where roll-ups (series/rollup.h, docs/decisions/0009-roll-ups.md) answer in place of samples:
// where the answer is the same, where the samples are gone, and where the query asks for it. Pure.

// What a selector looks at: windows of range_ms that end at first_end_ms, and then every
// distance_ms (0: there is but one). No function: the newest sample of each window.
struct Looked {
  std::optional<FunctionId> function;
  int64_t range_ms = 0;
  int64_t first_end_ms = 0;
  int64_t distance_ms = 0;
};

// The coarsest resolution at which roll-ups give what the samples would; 0 for none.
int64_t ExactResolution(const Looked& looked);

// What the store may give for it.
series::RollupUse RollupsFor(const Context& context, const Looked& looked);

// Says so when roll-ups of a resolution (0: none were) have changed the answer.
void InformOfRollups(Context& context, const Expr& at, const Looked& looked, int64_t rollup_ms);

// As RangeFunctionOf, of a window in which roll-ups are. Functions that need the samples
// themselves take the last one of each roll-up.
double OverRollups(FunctionId id, const Window& window, const RangeParameters& parameters);

}  // namespace vedette::query
