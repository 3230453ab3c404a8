#pragma once

#include <vector>

#include "api/route.h"
#include "query/engine.h"

namespace vedette::api::compat::chatbot {

// POST /metrics/trend of source system S5: {component, metric_name, hours 6} as JSON or a form.
// Answers {trend, component, metric, query_hours, timestamp} and, beside the sentence, the numbers
// it was made of in `result`. The window is the whole of the hours: the mean of its newest sixth
// against that of its oldest sixth, INCREASING or DECREASING beyond 20 %, else STABLE. The series
// is metric_name{component="..."}, or the series of that name without such a label, unless the name
// is one of another component (flink_... is none of kafka). `engine` outlives the routes.
// Thread-safe.
std::vector<Route> TrendRoutes(query::Engine& engine);

}  // namespace vedette::api::compat::chatbot
