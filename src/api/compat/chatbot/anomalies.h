#pragma once

#include <vector>

#include "api/route.h"
#include "detect/anomaly_store.h"

namespace vedette::api::compat::chatbot {

// The anomaly paths of source system S5, as GET and as POST (JSON or a form):
//
//   /anomalies/current   last_minutes 5, component   {anomalies, query_minutes, timestamp}
//   /anomalies/summary   hours 24                    {summary, query_hours, timestamp}
//   /anomalies/patterns  hours 12                    {patterns, query_hours, timestamp}
//   /system/status       GET                         {status, critical_anomalies, ...}
//
// The first member is the sentence that S5 gave; `result` beside it has the numbers that it was
// made of, and `complete` says whether that was all: an answer is made of 10,000 anomalies at most.
// An anomaly is an episode that ends when its values are normal again: what is open now is current,
// however long ago it began. `anomalies` outlives the routes. Thread-safe.
std::vector<Route> AnomalyRoutes(const detect::AnomalyStore& anomalies);

}  // namespace vedette::api::compat::chatbot
