#pragma once

#include <functional>

#include "base/clock.h"
#include "base/result.h"
#include "rules/record_fields.h"
#include "rules/record_rule.h"
#include "rules/record_source.h"

namespace vedette::rules {

// Calls `visit` with the fields of each record of [from, to] that the selector means, in no order;
// false ends it. Errors are the source's. Not thread-safe.
base::Result<> VisitRecords(const RecordSelector& selector, RecordSource& source,
                            base::TimePoint from, base::TimePoint to,
                            const std::function<bool(const RecordFields&)>& visit);

}  // namespace vedette::rules
