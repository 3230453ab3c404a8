#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/incidents.h"
#include "api/route.h"
#include "base/result.h"
#include "incident/options.h"
#include "notify/routing/router.h"

namespace vedette::api {

// Who was told what, when, how and why; by incident, or by alert, which is the id of an anomaly or
// an incident, or the fingerprint that Alertmanager's API gives an alert. With any of these it
// answers in words too, also why nobody was told, and of each person why they were or were not. Of
// an anomaly only messages count that came since it began and do not tell of an end.

// How the engine decides at the moment. Thread-safe.
using EngineOptionsSource = std::function<incident::EngineOptions()>;

// The plan of who is told, as it is now. Thread-safe.
using PlanView = std::function<std::shared_ptr<const notify::routing::View>()>;

// GET /api/v1/ledger          that
// GET /api/v1/ledger/verify   whether the hash chain of the ledger is whole; of all tenants, so it
//                             tells no more than how many rows there are and which one is wrong
// Thread-safe.
std::vector<Route> LedgerRoutes(IncidentSources sources, EngineOptionsSource options,
                                PlanView view);

}  // namespace vedette::api
