#pragma once

#include <vector>

#include "api/route.h"
#include "detect/events/monitor.h"
#include "ingest/ingester.h"

namespace vedette::api::compat::monitoring {

// The paths of source system S3 under /api/v1/monitoring, as it documents them: events, health,
// logs, logs/query, stats, analysis/re-evaluate, analysis/llm, maintenance/cleanup and the index.
// Each event is kept as an event of Vedette too. Errors are {"detail"} with 422 for input that is
// wrong. The clean-up archives what it removes (logs?archived=true), re-evaluation judges again,
// and analysis/llm is 503: there is no language model. What is passed outlives the routes.
// Thread-safe.
std::vector<Route> Routes(detect::events::Monitor& monitor, ingest::Ingester& ingester);

}  // namespace vedette::api::compat::monitoring
