#pragma once

#include <functional>
#include <vector>

#include "api/route.h"
#include "detect/anomaly_store.h"
#include "detect/learned/graph_judge.h"
#include "detect/learned/model_store.h"
#include "query/engine.h"

namespace vedette::api::compat::sentinel {

// What a model of the graph is asked beyond what it has learnt, without a moment. Thread-safe.
using GraphQuestionOf = std::function<detect::learned::GraphQuestion(const model::TenantName&)>;

// POST /analyze of source system S2: judges the metrics that the request brings for one component,
// each a value or a list of values, oldest first, a minute apart and ending now. Each is judged by
// the detectors of the server, after the last day of the stored series of that name whose
// `component`, `service`, `pod` or `instance` is the component, if there are any.
//
//   anomaly_score          of the metric with the highest: 0.7 is an alarm of a single series, 0.5
//                          what would be listed, below that the share of the surprise it takes
//   root_cause_confidence  the score, times its share of the sum with the highest score of an open
//                          anomaly elsewhere: somebody else in trouble is the other explanation
//
// Where a learned model of that service is used and takes one of the metrics, it judges them
// together, with what is stored of its others; the higher score counts, and `detector` says whose
// it is: "statistical", or the model's kind. Where a model of the service graph is used that knows
// the component, its score counts in the same way, and root_cause_confidence is the probability by
// that model that the trouble began here.
//
// The answer also says of each metric how it was judged. Errors have FastAPI's shape, with 422 for
// input that is wrong. Thread-safe; all outlive the routes; `models` may be null.
std::vector<Route> AnalyzeRoutes(query::Engine& queries, const detect::AnomalyStore& anomalies,
                                 const detect::learned::ModelStore* models,
                                 GraphQuestionOf graph = {});

}  // namespace vedette::api::compat::sentinel
