#pragma once

#include "api/compat/opsbuddy/request.h"
#include "api/route.h"
#include "base/result.h"
#include "query/engine.h"
#include "records/store.h"

namespace vedette::api::compat::opsbuddy {

// S4's time-series query: a metric in windows of one minute, by service, level, operation, host or
// logger. A metric is one of what log records say (log_count, error_count, message_length,
// data_size, or a number in their data, with or without data_ before its name), or else a series
// of the metrics store, selected by its label service. One row per window and group, with all that
// it holds counted once. Appends {"results", "count", "query"} to `out`. kInvalidArgument with the
// field. Thread-safe.
base::Result<> RunAnalyticsQuery(const Call& call, const QueryInput& query, records::Store& records,
                                 query::Engine& engine, std::string& out);

}  // namespace vedette::api::compat::opsbuddy
