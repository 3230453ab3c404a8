#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/route.h"
#include "base/result.h"
#include "series/store.h"

namespace vedette::api {

struct TsdbAdminActions {
  std::function<base::Result<std::string>()> snapshot;  // returns its name
  std::function<base::Result<>()> reclaim;              // gives the space of deleted data back
};

// Prometheus' paths for deleting series and for snapshots, POST and PUT, below /api/v1/admin/tsdb:
// delete_series (match[], start, end; 204), clean_tombstones (204), snapshot ({"name"}). They need
// the permission admin; the tenant is the caller's. `store` and what the actions use outlive the
// routes; handlers are thread-safe if the actions are.
std::vector<Route> TsdbAdminRoutes(series::Store& store, TsdbAdminActions actions);

}  // namespace vedette::api
