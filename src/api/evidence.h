#pragma once

#include <vector>

#include "api/route.h"
#include "detect/anomaly_store.h"
#include "evidence/question.h"

namespace vedette::api {

// GET /api/v1/evidence/{id}: the question, the window and the answer as it was taken; with
//     `again=true` also the answer as it is now, and whether it is the same.
// What it is given outlives the routes. Thread-safe.
std::vector<Route> EvidenceRoutes(const detect::AnomalyStore& store, const evidence::Asker& asker);

}  // namespace vedette::api
