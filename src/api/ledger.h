#pragma once

#include <string>

#include "api/incidents.h"
#include "api/route.h"
#include "base/result.h"

namespace vedette::api {

// GET /api/v1/ledger: who was told what, when, how and why; by incident, or by alert, which is the
// id of an anomaly or an incident. With either it answers in words too, also why nobody was told.
base::Result<std::string> ListLedger(const IncidentSources& sources, const Call& call);

}  // namespace vedette::api
