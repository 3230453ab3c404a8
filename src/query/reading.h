#pragma once

#include "base/result.h"
#include "query/budget.h"
#include "series/store.h"

namespace vedette::query {

// How the samples of a series come into a query. Pure but for the budget.

// Reads a series, not more of it than the budget has room for, and charges it to `share`. Error:
// kResourceExhausted that names the limit.
base::Result<> ReadWithin(const series::SelectedSeries& series, series::SampleColumns& samples,
                          Share& share, Budget& budget);

// Counts what was read against the budget.
base::Result<> Charge(const series::SampleColumns& samples, Share& share);

// Takes the stale markers out: range vectors do not see them.
void RemoveStale(series::SampleColumns& samples);

}  // namespace vedette::query
